"""Source: recordings that coders annotated, in whole, cut into the clips that they marked.

`read` gives the recordings of a folder of one's own, of iMiGUE's or SMG's folders, or synthetic ones; `load` cuts them.
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

Coder = str


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
    """The clips that coders marked in recordings; or whole recordings in windows, without labels.

    Args:
        root: the folder: iMiGUE's, SMG's, or one's own; None: synthetic recordings.
        tier: which tiers of the coders' files: "gesture*;*hand", say.
        participant: the person wanted, of files with tiers of several.
        coders: those wanted, as ANNOTATOR, the tier's or the file's name tell them; all of them by default.
        reference: the coder that clips are cut by; by default the first of `coders`, or of the file.
        corrected_by: who went through what the machine had found; these tiers are then that person's.
        labels: CSV file of word,class,group, or {word: class}: what coders' words mean; an empty class is background.
        classes: name of a label set, such as imigue, whose classes the words are.
        media: which of the videos that an ELAN file names, from 1.
        overlap: of segments of one tier and body group: refuse them, split what they share, or keep them.
        point: seconds that BORIS's point events are taken to last.
        videos: folder with the videos; by default `root`.
        keypoints: pickle of `python -m mglib.pose`, or folder of other tools' files; by default in `root`.
        layout: the skeleton of the key points, its name, or a YAML file that describes it.
        height, width: of the image that the key points are in, pixels, where neither their file nor a video says it.
        fps: frames a second, where no video says it.
        test, val: persons, or recordings, of these splits, where persons.csv names none; all others are train.
        num_recordings: of the synthetic ones, of train, val and test.
        seconds, seed: of the synthetic ones; `height` and `width` are theirs too, 480 x 640 by default.
        windows: seconds; all of the recordings is cut into windows of so many, each half over the one before it, and
            what coders marked is left aside: for masked pre-training.
        faults: gets a sentence for whatever cannot be used, and it is left out; None: an error.

    Raises:
        DataError: nothing is found, or something cannot be used and `faults` is None.
    """
    if root is None:
        made = make(num_recordings, seconds, (height or 480, width or 640), seed)
        return cut_windows(made, windows) if windows else cut_recordings(made)
    asked = Asked(
        tier=tier, participant=participant, coders=tuple(coders), reference=reference, corrected_by=corrected_by,
        labels=labels, classes=classes, media=media, overlap=overlap, point=point, videos=videos, keypoints=keypoints,
        layout=layout, height=height, width=width, fps=fps, test=tuple(test), val=tuple(val), need_keypoints=True,
    )  # fmt: skip
    found: list[str] = []
    recordings = read(root, asked, found)
    settle(found, faults)
    for one in recordings:
        for note in one.notes:
            warnings.warn(f"{recordings.name}: {note}", stacklevel=2)
    with made_of(Path(root)):
        table = cut_windows(recordings, windows) if windows else cut_recordings(recordings)
    known = recordings.name in ("imigue", "smg")
    return table if known else replace(table, flip=not handedness(table).always)


def read(root: str | Path, asked: Asked, found: list[str]) -> Recordings:
    """The recordings of a folder, in whole.

    Args:
        root: iMiGUE's or SMG's folder, or one with coders' files beside videos or key points.
        asked: what is wanted of it.
        found: gets a sentence for everything that is wrong; what it is wrong of is left out.

    Raises:
        OptionError: an option does not fit.
        DataError: nothing can be used; it names all that is wrong.
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
