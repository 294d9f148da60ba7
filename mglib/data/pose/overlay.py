"""Draws the skeleton over its video, for a visual check."""

from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw

from mglib.base.errors import DataError
from mglib.base.files import whole
from mglib.data.layouts import get_layout
from mglib.data.opening import pictures

from .estimation import Estimate

LAYOUT = get_layout("imigue22")
DARK = (22, 25, 29)
COLOURS = {"left": (86, 180, 233), "right": (230, 159, 0), "centre": (242, 242, 242)}  # as in the figures
TICK = Fraction(1, 90_000)  # unit of time stamps for uneven frames, seconds
SURE = 0.5  # joints of a lower score are drawn hollow, and their limbs as hairlines


def overlay(video: Path | str, estimate: Estimate, out: Path | str) -> Path:
    """Write a video with the skeleton: left blue, right orange, joints of low score hollow.

    Args:
        video: the file that was estimated.
        estimate: its key points.
        out: an .mp4 file; it is replaced only when complete.

    Raises:
        DataError: the video cannot be decoded, or does not fit the estimate.
    """
    video, out = Path(video), Path(out)
    with whole(out) as part, av.open(str(part), "w", format="mp4") as container:
        stream = container.add_stream("libx264", Fraction(estimate.fps).limit_denominator(1001), {"crf": "20"})
        # encoders take even sizes only
        stream.width, stream.height, stream.pix_fmt = estimate.width // 2 * 2, estimate.height // 2 * 2, "yuv420p"
        stamps = estimate.seconds
        if estimate.times is not None:
            stream.codec_context.time_base = TICK
        for number, (frame, points) in enumerate(zip_longest(pictures(video, threaded=True), estimate.keypoints[0])):
            if frame is None or points is None or frame.shape[:2] != (estimate.height, estimate.width):
                raise DataError(
                    f"{video}: is not the video of this estimate, {estimate.keypoints.shape[1]} frames of "
                    f"{estimate.width} x {estimate.height} pixels."
                )
            picture = draw_joints(frame, points)[: stream.height, : stream.width]
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if estimate.times is not None:
                shown.pts, shown.time_base = round(stamps[number] / TICK), TICK
            container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return out


def draw_joints(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Draw joints [22, 3] into one frame, uint8 [H, W, 3]."""
    image = Image.fromarray(picture)
    pen, unit = ImageDraw.Draw(image), max(1.0, min(picture.shape[:2]) / 240)
    seen = points[:, 2] > 0
    for a, b in LAYOUT.limbs:
        if seen[a] and seen[b]:
            ends = [tuple(points[a, :2].tolist()), tuple(points[b, :2].tolist())]
            sure = min(points[a, 2], points[b, 2]) >= SURE
            for width, colour in ((4, DARK), (2, _colour(b))) if sure else ((0.5, _colour(b)),):
                pen.line(ends, colour, round(width * unit))
    for joint in np.flatnonzero(seen):
        x, y, score = points[joint].tolist()
        box, colour = (x - 2 * unit, y - 2 * unit, x + 2 * unit, y + 2 * unit), _colour(joint)
        pen.ellipse(box, *((colour, DARK) if score >= SURE else (None, colour)))
    return np.asarray(image)


def _colour(joint: int) -> tuple[int, int, int]:
    return COLOURS.get(LAYOUT.joints[joint].partition("_")[0], COLOURS["centre"])
