"""Source: untrimmed recordings that coders annotated, cut into the clips that they marked.

`read` gives the recordings of your own folder, of iMiGUE or of SMG; `load` cuts these, or synthetic ones, into clips.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from mglib.base.errors import DataError, OptionError
from mglib.data.clips import ClipTable
from mglib.data.faults import made_of, settle
from mglib.data.handedness import handedness
from mglib.data.layouts import Layout
from mglib.data.options import Pixels, Rate
from mglib.data.recordings import Recordings
from mglib.data.sources.synthetic.recordings import make

from .asked import Asked
from .clips import cut_recordings
from .folder import read_folder
from .public import is_imigue, is_smg, read_imigue, read_smg
from .windows import cut_windows

__all__ = ["Asked", "cut_recordings", "cut_windows", "load", "read"]

MADE = ("height", "width", "coders", "reference", "need_keypoints")  # options that synthetic recordings have, too


def load(
    root: str | Path | None,
    *,
    tier: str = "*",
    participant: str = "",
    coders: Sequence[str] = (),
    reference: str = "",
    corrected_by: str = "",
    labels: str | Path | Mapping[str, str] | None = None,
    classes: str = "",
    media: Annotated[int, Field(ge=1)] | None = None,
    overlap: Literal["refuse", "split", "keep"] = "refuse",
    point: Annotated[float, Field(gt=0)] | None = None,
    videos: str | Path | None = None,
    keypoints: str | Path | None = None,
    layout: Layout | str | Mapping[str, Any] = "imigue22",
    height: Pixels | None = None,
    width: Pixels | None = None,
    fps: Rate | None = None,
    test: Sequence[str] = (),
    val: Sequence[str] = (),
    num_recordings: tuple[int, int, int] = (12, 4, 6),
    seconds: float = 240.0,
    seed: int = 0,
    windows: Annotated[float, Field(gt=0)] | None = None,
    faults: list[str] | None = None,
) -> ClipTable:
    """Load the clips that coders marked in recordings; or windows of whole recordings, without labels.

    Args:
        root: the folder of iMiGUE, SMG, or your own; None: synthetic recordings.
        tier: patterns of the tiers to use, such as "gesture*;*hand".
        participant: the person to use, if files have tiers of several.
        coders: the coders to use, known from ANNOTATOR, or the tier's or file's name; by default all.
        reference: the coder whose segments become clips; by default the first of `coders`, or of the file.
        corrected_by: the person who corrected predicted segments, and becomes the coder of these tiers.
        labels: CSV file of word,class,group, or {word: class}: the classes of coders' words; empty: background.
        classes: name of a label set, such as imigue, if the words are its classes.
        media: which of the videos named in an ELAN file to use, from 1.
        overlap: for overlapping segments of one tier and body group: refuse, split the overlap, or keep them.
        point: duration given to BORIS's point events, seconds.
        videos: folder with the videos; by default `root`.
        keypoints: pickle of `python -m mglib.pose`, or folder of other tools' files; by default in `root`.
        layout: the layout of the key points, its name, or a YAML file that describes it.
        height, width: of the image of the key points, pixels, if neither their file nor a video gives it.
        fps: frames per second, if no video gives it.
        test, val: persons or recordings of these splits, unless persons.csv names splits; all others are train.
        num_recordings: of synthetic recordings, number in train, val and test.
        seconds, seed: of synthetic recordings, whose `height` and `width` are 480 x 640 by default.
        windows: seconds; cut whole recordings into windows of this length that overlap by half, ignoring the coders'
            segments: for masked pre-training.
        faults: receives a sentence per fault; what is concerned is left out. None: faults raise an error.

    Raises:
        OptionError: an option does not fit, such as one of files without a folder.
        DataError: nothing is found, or there are faults and `faults` is None.
    """
    asked = Asked(
        tier=tier, participant=participant, coders=tuple(coders), reference=reference, corrected_by=corrected_by,
        labels=labels, classes=classes, media=media, overlap=overlap, point=point, videos=videos, keypoints=keypoints,
        layout=layout, height=height, width=width, fps=fps, test=tuple(test), val=tuple(val), need_keypoints=True,
    )  # fmt: skip
    if root is None:
        if strange := [name for name in asked.changed if name not in MADE]:
            raise OptionError(f"{strange[0]}: this option needs a folder; synthetic recordings have no files.")
        made = make(num_recordings, seconds, (height or 480, width or 640), seed)
        return cut_windows(made, windows) if windows else cut_recordings(made)
    found: list[str] = []
    recordings = read(root, replace(asked, uncoded=windows is not None), found)
    settle(found, faults)
    for one in recordings:
        for note in one.notes:
            warnings.warn(f"{recordings.name}: {note}", stacklevel=2)
    with made_of(Path(root)):
        table = cut_windows(recordings, windows) if windows else cut_recordings(recordings)
    known = recordings.name in ("imigue", "smg")
    return table if known else replace(table, flip=not handedness(table).always)


def read(root: str | Path, asked: Asked, found: list[str]) -> Recordings:
    """Read the recordings of a folder, untrimmed.

    Args:
        root: iMiGUE's or SMG's folder, or one with coders' files beside videos or key points.
        asked: the options.
        found: receives a sentence per fault; what is concerned is left out.

    Raises:
        OptionError: an option does not fit.
        DataError: nothing can be used; the message lists all faults.
    """
    root = Path(root).expanduser()
    if not root.is_dir():
        raise DataError(f"{root}: there is no such folder; check the path.")
    if bool(asked.height) != bool(asked.width):
        raise OptionError("height, width: one of the two is given; give both, or none.")
    if is_imigue(root):
        return read_imigue(root, asked, found)
    if is_smg(root):
        return read_smg(root, asked, found)
    return read_folder(root, asked, found)
