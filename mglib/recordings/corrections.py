"""Corrections of a spotter's segments by a person: stored in a table beside it, and applied to segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from mglib.base import files
from mglib.base.locking import PATIENCE, locked
from mglib.base.tables import read_kept
from mglib.data.recordings import Recording, Segment

TICK = 0.0015  # seconds: the time line has milliseconds
VERDICTS = ("accepted", "corrected", "rejected", "added")
COLUMNS = ("id", "recording", "verdict", "start", "stop", "class", "saved")


def segment_id(recording: str, segment: Segment, class_names: Sequence[str]) -> str:
    """An identifier of a spotted segment: "anna 12.400-14.200 scratching"."""
    return f"{recording} {segment.start:.3f}-{segment.stop:.3f} {class_names[segment.label]}"


@dataclass(frozen=True)
class Correction:
    """A person's correction of one segment.

    Attributes:
        recording: its recording.
        verdict: one of `VERDICTS`; "added": found only by the person.
        start, stop: corrected borders, seconds.
        label: corrected label.
    """

    recording: str
    verdict: str
    start: float
    stop: float
    label: int


class Corrections:
    """The corrections of a spotter's segments; the file is read before every change and replaced as a whole.

    Args:
        path: corrections.csv, which need not exist yet.
        class_names: by label.
    """

    def __init__(self, path: Path, class_names: Sequence[str]):
        self.path, self.class_names = path, tuple(class_names)

    def read(self) -> dict[str, Correction]:
        """The corrections by id of the segment.

        Raises:
            ValueError: the file is not a table of corrections, or has an unknown class or verdict, or no borders.
        """
        table = read_kept(self.path, COLUMNS, "corrections")
        return {row["id"]: self._correction(row) for row in table.to_dict("records")}

    def _correction(self, row: Mapping) -> Correction:
        if row["class"] not in self.class_names:
            raise ValueError(
                f"{self.path}, {row['id']}: {row['class']!r} is not among the {len(self.class_names)} classes."
            )
        label = self.class_names.index(row["class"])
        try:
            one = Correction(row["recording"], row["verdict"], float(row["start"]), float(row["stop"]), label)
            self._check(one)
        except ValueError as error:  # as of a table edited by hand
            raise ValueError(f"{self.path}, {row['id']}: {error}") from None
        return one

    def replace(self, name: str, correction: Correction | None) -> dict[str, Correction]:
        """Replace the correction of a segment; None removes it. Returns all corrections.

        Raises:
            ValueError: the verdict, the borders or the class are not valid.
            BusyError: another process has been writing for ten seconds.
        """
        if correction is not None:
            self._check(correction)
        with locked(self.path, PATIENCE):
            kept = self.read()
            kept.pop(name, None)
            if correction is not None:
                kept[name] = correction
            saved = datetime.now().astimezone().isoformat(timespec="seconds")
            before = read_kept(self.path, COLUMNS, "corrections").set_index("id")["saved"].to_dict()
            rows = [
                (key, one.recording, one.verdict, one.start, one.stop, self.class_names[one.label],
                 saved if key == name else before[key])
                for key, one in kept.items()
            ]  # fmt: skip
            files.write_text(self.path, pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False))
        return kept

    def _check(self, one: Correction) -> None:
        if one.verdict not in VERDICTS:
            raise ValueError(f"verdict: {one.verdict!r}; give one of {', '.join(VERDICTS)}.")
        if not 0 <= one.start < one.stop < float("inf"):
            raise ValueError(f"start, stop: {one.start:g}..{one.stop:g} s; give 0 <= start < stop.")
        if not 0 <= one.label < len(self.class_names):
            raise ValueError(f"label: {one.label}; give 0..{len(self.class_names) - 1}.")

    def apply(
        self, recording: Recording, spotted: Sequence[Segment], reviewer: str = "reviewed", all_of_them: bool = False
    ) -> list[Segment]:
        """Segments after review, for training or a coder's tool, each with its coder.

        Args:
            recording: the recording.
            spotted: the segments that the spotter found there.
            reviewer: coder of segments that a person accepted, corrected or added.
            all_of_them: also keep segments without a decision; their coder remains the spotter.
        """
        said, found = self.read(), []
        for segment in spotted:
            one = said.get(segment_id(recording.name, segment, self.class_names))
            if one is None:
                found += [segment] if all_of_them else []
            elif one.verdict != "rejected":
                found.append(_by(segment, one, reviewer))
        added = [one for one in said.values() if one.verdict == "added" and one.recording == recording.name]
        found += [Segment(one.start, one.stop, one.label, reviewer, note="added") for one in added]
        return sorted(found, key=lambda one: (one.start, one.stop))


def _by(segment: Segment, one: Correction, reviewer: str) -> Segment:
    apart = max(abs(one.start - segment.start), abs(one.stop - segment.stop))
    plain = one.verdict == "accepted" and apart < TICK and one.label == segment.label
    # a segment may be accepted after it was corrected, and then keeps what was corrected
    verdict = one.verdict if plain else "corrected"
    note = f"{verdict}; {segment.coder} had {segment.start:.3f}-{segment.stop:.3f}, label {segment.label}"
    changes = {} if plain else {"start": one.start, "stop": one.stop, "label": one.label}
    return replace(segment, **changes, coder=reviewer, note=note, score=None)
