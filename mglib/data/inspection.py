"""Inspects the folder of a data set: counts against published ones, known mistakes, broken files."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from mglib.base.errors import DataError, OptionError
from mglib.base.facts import counted
from mglib.base.shares import percent

from . import load
from .checks import SPLITS
from .clips import ClipTable
from .cutting import ClipReader, Cut, faulty_videos
from .faults import listed
from .handedness import handedness
from .headers import headers
from .requirements import untrainable
from .sources.utd_mhad import DepthReader
from .traps import traps
from .video import VideoReader

# Clips by split as published. SMG's paper counts 3,692 clips, its authors' converter 3,699, of which 610 are the test.
# The test labels of MA-52 and iMiGUE are not published.
PUBLISHED = {
    "imigue": {"train": (12893,), "val": (777,), "test": (4562,)},
    "smg": {"train": (3082, 3089), "test": (610,)},
    "ma52": {"train": (11250,), "val": (5586,), "test": (5586,)},
    "utd_mhad": {"train": (431,), "test": (430,)},
}
# Clips per class in iMiGUE's train and validation splits.
IMIGUE_TRAIN = (
    *(10, 393, 38, 199, 80, 23, 57, 824, 80, 3, 284, 137, 97, 41, 26, 24, 304, 82, 1, 887, 157, 360, 656, 690, 11, 280),
    *(84, 60, 1155, 6, 2079, 3765),
)
IMIGUE_VAL = (
    *(0, 25, 1, 8, 0, 0, 7, 34, 7, 0, 18, 17, 0, 0, 2, 3, 18, 1, 1, 55, 13, 13, 1, 10, 0, 7, 3, 0, 82, 0, 193, 258),
)
UNTIMED = ("annotation", "keypoints")  # sources whose files have no frame rate
EXAMPLES = 4  # clips on the contact sheet


@dataclass
class Inspection:
    """The result of an inspection.

    Attributes:
        table: the usable part of the data set; None if there is none.
        wrong: sentences about faults to correct.
        notes: further sentences that a user should know.
        examples: rows of clips with readable frames, for the contact sheet.
    """

    table: ClipTable | None = None
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [] if self.table is None else [_counts(self.table), _joints(self.table), _mirroring(self.table)]
        if self.notes:
            parts.append("to know:\n" + "\n".join(f"- {note}" for note in self.notes))
        parts.append(
            "wrong:\n" + "\n".join(f"- {line}" for line in listed(self.wrong)) if self.wrong else "nothing wrong"
        )
        return "\n\n".join(parts)


def inspect_source(dataset: str, root: str | Path | None = None, part: bool = False, **options: Any) -> Inspection:
    """Read as much of a data set as possible, and look for faults.

    Args:
        dataset: one of `SOURCES`.
        root: its folder or file.
        part: the folder lacks clips on purpose, so counts are not compared with published ones.
        **options: of the source's `load`.

    Raises:
        OptionError: the source or an option is unknown, or an option's value does not fit.
    """
    found = Inspection()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            found.table = load(dataset, root, faults=found.wrong, **options)
        except OptionError:
            raise
        except DataError as error:
            found.wrong += str(error).splitlines()
    found.notes += [str(warning.message) for warning in caught if issubclass(warning.category, UserWarning)]
    if found.table is not None:
        found.wrong += traps(found.table)
        if not part:
            found.wrong += _miscounted(dataset, found.table, bool(options.get("test_fold")))
        found.wrong += [sentence for sentence in _videos(found.table) if sentence not in found.wrong]
        facts = found.table.facts
        found.notes += [*filter(None, (facts.sharing, facts.correction)), *untrainable(found.table)]
        if dataset in UNTIMED and not options.get("videos") and not options.get("fps"):
            found.notes.append(
                f"{found.table.name}, fps: the files do not say how many frames there are per second, so "
                f"{found.table.fps:g} are assumed; if there are more or fewer, give fps in data_options."
            )
        found.examples = _examples(found)
        found.notes = [note for note in found.notes if note not in found.wrong]
    return found


def _miscounted(dataset: str, table: ClipTable, folded: bool) -> Iterator[str]:
    """Splits, and classes of iMiGUE, whose size differs from the published one."""
    expected = dict(PUBLISHED.get(dataset, {}))
    split = table.clips["split"]
    given = split.copy()
    if (split == "hidden").any() or (expected.keys() == {"train", "val", "test"} and not (split == "val").any()):
        given = split.replace({"test": "val", "hidden": "test"})  # as the data sets name them
    if folded:
        given = given.replace({"val": "train"})
        expected["train"] = tuple(a + b for a in expected["train"] for b in expected.pop("val"))
    for name, counts in expected.items():
        there = int((given == name).sum())
        if there not in counts:
            yield f"{dataset}, {name}: {there} clips, published {' or '.join(map(str, counts))}; complete the folder."
    for name, classes in (("train", IMIGUE_TRAIN), ("val", IMIGUE_VAL)):
        there = np.bincount(table.labels[(given == name).to_numpy()], minlength=table.num_classes)
        if dataset == "imigue" and not folded and there.sum() == sum(classes):  # else reported above
            for label in np.flatnonzero(there != classes):
                yield (
                    f"imigue, {name}: class {label}, {table.class_names[label]}, has {there[label]} clips, published "
                    f"{classes[label]}; download the label files again."
                )


def _videos(table: ClipTable) -> list[str]:
    """Invalid or too short videos, by their headers and packets; depth data, which have neither, are read."""
    if isinstance(table.frames, ClipReader):
        return list(faulty_videos(table.frames.cuts))
    if isinstance(table.frames, VideoReader):
        heads = headers(table.frames.paths, [], table.name)  # a few frames fewer than key points are accepted
        return list(faulty_videos([Cut(path, 0, head.frames) for path, head in heads.items()]))
    if isinstance(table.frames, DepthReader):
        rows = tqdm(range(len(table)), "reading depth", unit="clip")
        return [fault for row in rows if (fault := _unreadable(table, row))]
    return []


def _unreadable(table: ClipTable, row: int) -> str | None:
    """What is wrong with a clip's frames, if anything."""
    try:
        if table.frames is not None:
            table.frames.read(row)
    except DataError as error:
        return str(error)
    return None


def _examples(found: Inspection) -> list[int]:
    """Clips of different classes, spread over the table; undecodable frames are added to the faults."""
    table, rows = found.table, []
    spread = np.random.default_rng(0).permutation(len(table))
    firsts = pd.Series(table.labels[spread]).drop_duplicates().index
    for row in map(int, [*spread[firsts], *np.delete(spread, firsts)]):
        fault = _unreadable(table, row)
        if fault is None:
            rows.append(row)
        elif fault not in found.wrong:
            found.wrong.append(fault)
        if len(rows) == min(EXAMPLES, len(table)) or len(found.wrong) > 100:
            break
    return rows


def _counts(table: ClipTable) -> str:
    """Clips by class and split, and other counts."""
    seen = table.clips[table.clips["label"] >= 0]
    counts = pd.crosstab(seen["label"], seen["split"]).reindex(range(table.num_classes), fill_value=0)
    counts.index = [f"{label:2d} {name}" for label, name in enumerate(table.class_names)]
    counts = counts[[split for split in SPLITS if split in counts]]
    counts.loc["all"] = counts.sum()
    if (table.clips["label"] < 0).any():
        counts["hidden"] = [""] * table.num_classes + [int((table.clips["label"] < 0).sum())]
    frames = table.clips["total_frames"]
    kind = "no visual stream" if table.frames is None else table.frames.kind
    groups = counted(len(np.unique(table.groups)), table.facts.group_noun)
    title = (
        f"{table.name}: {counted(len(table), 'clip')} of {groups}, {frames.min()} to "
        f"{frames.max()} frames (median {frames.median():.0f}) at {table.rates} a second, layout {table.layout.name} "
        f"{'in 3-D' if table.dimensions == 3 else 'in the image'}, {kind}"
    )
    return f"{title}\n{counts.rename_axis(None, axis=1).to_string()}"


def _joints(table: ClipTable) -> str:
    """In how many frames each joint is detected for anybody, and its median score then, the best of all persons'."""
    scores = np.concatenate([points[..., 2].max(0) for points in table.keypoints])
    seen = np.where(scores > 0, scores, np.nan)
    rows = pd.DataFrame({"detected": (scores > 0).mean(0), "median score": pd.DataFrame(seen).median()})
    rows.index = list(table.layout.joints)
    return rows.to_string(
        formatters={"detected": lambda share: f"{percent(share, 1)}%", "median score": "{:.2f}".format}, na_rep=""
    )


def _mirroring(table: ClipTable) -> str:
    """Whether training mirrors clips by default, and why."""
    return (
        f"mirrored at random in training: {'yes' if table.flip else 'no'}, unless the setting flip says otherwise; "
        f"{handedness(table)}"
    )
