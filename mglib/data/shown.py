"""Which video stream of a file players show, and how: rotated, mirrored, cropped, stretched as in the header.

Key-point estimation runs this file in a separate environment, so it needs only PyAV and numpy, and refuses files with
a ValueError.
"""

import re
import threading
from typing import NamedTuple

import av
import av.logging
import numpy as np

SKEWED = 0.0175  # tolerance of a display matrix around multiples of 90 degrees: one degree, as in FFmpeg
SQUARE = 0.01  # tolerance of the aspect ratio of square pixels, as in FFmpeg
STRETCH = 8.0  # largest aspect ratio of a pixel; more must be a mistake
UNUSUAL = {"spherical": "all around the camera (360 degrees)", "stereo3d": "in three dimensions"}
HDR = {16: "in brighter colours than screens have (HDR10)", 18: "in brighter colours than screens have (HLG)"}

_quiet = threading.Lock()


class Shown(NamedTuple):
    """The steps from the stored picture to the one that players show, in this order."""

    left: int = 0  # stored pixels that are cropped
    right: int = 0
    top: int = 0
    bottom: int = 0
    stretch: float = 1.0  # factor on the width, for pixels that are not square
    transposed: bool = False
    mirrored: bool = False  # left-right
    flipped: bool = False  # top-bottom
    unusual: str = ""  # a property of the picture that is reported but not corrected

    def picture(self, frame: av.VideoFrame) -> np.ndarray:
        """A frame as players show it, uint8 [H, W, 3]."""
        image = frame.to_ndarray(format="rgb24")
        image = image[self.top : image.shape[0] - self.bottom, self.left : image.shape[1] - self.right]
        width = self._width(image.shape[1])
        if width != image.shape[1]:
            cut = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            image = cut.reformat(width=width, interpolation="BILINEAR").to_ndarray()
        image = image.transpose(1, 0, 2) if self.transposed else image
        return image[:: -1 if self.flipped else 1, :: -1 if self.mirrored else 1]

    def size(self, frame: av.VideoFrame) -> tuple[int, int]:
        """Height and width of `picture`."""
        height, width = frame.height - self.top - self.bottom, self._width(frame.width - self.left - self.right)
        return (width, height) if self.transposed else (height, width)

    def _width(self, stored: int) -> int:
        return max(round(self.stretch * stored), 1)

    @property
    def mark(self) -> str:
        """A text that identifies changes beyond multiples of 90 degrees; "" if there are none."""
        only_turned = self.transposed == (self.mirrored != self.flipped)
        plain = only_turned and not any((self.left, self.right, self.top, self.bottom)) and self.stretch == 1
        return "" if plain else " ".join(f"{value:g}" for value in self[:-1])


def moving(container: av.container.InputContainer) -> list[av.VideoStream]:
    """The video streams other than cover images."""
    return [stream for stream in container.streams.video if "attached_pic" not in _disposition(stream)]


def chosen(container: av.container.InputContainer) -> av.VideoStream | None:
    """The stream that players show: the default one, else the first; a cover image if there is nothing else."""
    streams = moving(container) or list(container.streams.video)
    return next((stream for stream in streams if "default" in _disposition(stream)), next(iter(streams), None))


def shown(container: av.container.InputContainer, stream: av.VideoStream, frame: av.VideoFrame) -> Shown:
    """How the frames of a stream are shown, from the file's header and its first frame.

    Raises:
        ValueError: the angle is not a multiple of 90 degrees, the picture is skewed or cropped to nothing, or
            pixels are far from square.
    """
    told = _told(container, stream)
    cropped = re.search(r"^ +Frame Cropping: (\d+)/(\d+)/(\d+)/(\d+)$", told, re.MULTILINE)
    left, right, top, bottom = map(int, cropped.groups()) if cropped else (0, 0, 0, 0)
    if left + right >= frame.width or top + bottom >= frame.height:
        raise ValueError(f"its header cuts all {frame.width} x {frame.height} pixels away")
    ratio = float(stream.sample_aspect_ratio or 1)
    if not 1 / STRETCH < ratio < STRETCH:
        raise ValueError(f"its header says that pixels are {ratio:g} times as wide as high")
    unusual = [
        words for name, words in UNUSUAL.items() if re.search(f"^ +{name}: ", told, re.MULTILINE | re.IGNORECASE)
    ]
    unusual += [HDR[frame.color_trc]] if getattr(frame, "color_trc", None) in HDR else []
    stretch = 1.0 if abs(ratio - 1) < SQUARE else ratio
    return Shown(left, right, top, bottom, stretch, *_turned(frame), " and ".join(unusual))


def _turned(frame: av.VideoFrame) -> tuple[bool, bool, bool]:
    """Transposed, mirrored and flipped, by the display matrix: stored (x, y) is shown at (ax + cy, bx + dy)."""
    matrix = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False, False, False
    a, b, _, c, d, *_ = np.frombuffer(matrix, np.int32).astype(float)
    lengths = np.hypot(a, b), np.hypot(c, d)
    if not min(lengths) > 0:
        return False, False, False  # an empty matrix
    a, b, c, d = a / lengths[0], b / lengths[0], c / lengths[1], d / lengths[1]
    if max(abs(b), abs(c)) <= SKEWED:
        return False, a < 0, d < 0
    if max(abs(a), abs(d)) <= SKEWED:
        return True, c < 0, b < 0
    angle = np.degrees(np.arctan2(b, a))
    raise ValueError(f"its header turns the picture by {angle:.0f} degrees, not by a multiple of 90")


def _disposition(stream: av.VideoStream) -> list[str]:
    """The purposes of a stream that the file states."""
    return [one.name for one in getattr(stream, "disposition", ())]


def _told(container: av.container.InputContainer, stream: av.VideoStream) -> str:
    """FFmpeg's description of a stream as text: PyAV has no other access to the cropping."""
    with _quiet:  # the text is logged at this level only, and the level is global
        level = av.logging.get_level()
        av.logging.set_level(av.logging.INFO)
        try:
            told = container.dumps_format()
        finally:
            av.logging.set_level(level)
    _, *parts = re.split(r"^ +Stream #\d+:(\d+)", told, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True)).get(str(stream.index), "")
