"""The members of an ensemble, which are checked for equal data set, clips and splits."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.base import paths
from mglib.base.errors import Told
from mglib.base.facts import counted
from mglib.runs import Run, find_run

COLUMNS = ["id", "label", "split", "group"]


class EnsembleError(Told, ValueError):
    """Runs that cannot be combined; the message says which, why, and what to do."""


@dataclass(frozen=True)
class Member:
    """A stream of a run, or its fused streams."""

    run: Run
    stream: str

    @property
    def name(self) -> str:
        """The run's name, with the stream's if there are several; a member of an ensemble keeps its name."""
        if self.run.kind == "ensemble" and self.stream != "fused":
            return self.stream
        return self.run.name if len(self.run.streams) == 1 else f"{self.run.name}:{self.stream}"


@dataclass(frozen=True)
class Pool:
    """Members with their predictions for the same clips.

    Attributes:
        members: S members.
        probabilities: float [S, N, K], in the order of `clips`.
        rows: rows of clips outside test on which no member was trained, int [n].
        held_out: float [S, n, K], predictions for these clips by networks not trained on their groups.
    """

    members: tuple[Member, ...]
    probabilities: np.ndarray
    rows: np.ndarray
    held_out: np.ndarray

    def __str__(self) -> str:
        test, kind = self.clips.iloc[self.run.where("test")], self.run.data.group_noun
        return (
            f"{counted(len(self.members), 'member')}: {', '.join(self.names)}\n"
            f"held out: {counted(len(self.rows), 'clip')} of {counted(len(np.unique(self.groups)), kind)}; "
            f"test: {counted(len(test), 'clip')} of {counted(test['group'].nunique(), kind)}"
        )

    @property
    def names(self) -> list[str]:
        return [member.name for member in self.members]

    @property
    def run(self) -> Run:
        """The first member's run, for clips and classes."""
        return self.members[0].run

    @property
    def clips(self) -> pd.DataFrame:
        return self.run.clips

    @property
    def labels(self) -> np.ndarray:
        """Labels of the held-out clips, int [n]."""
        return self.clips["label"].to_numpy(np.int64)[self.rows]

    @property
    def groups(self) -> np.ndarray:
        """Groups of the held-out clips, str [n]."""
        return self.clips["group"].to_numpy(str)[self.rows]

    @property
    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """Labels, int [n], and groups, str [n], of the test clips."""
        clips = self.clips.iloc[self.run.where("test")]
        return clips["label"].to_numpy(np.int64), clips["group"].to_numpy(str)

    @property
    def prior(self) -> np.ndarray:
        """Shares of the classes among the training clips, [K]."""
        labels = self.clips["label"].to_numpy()[self.run.where("train")]
        return np.bincount(labels, minlength=self.run.data.num_classes) / max(len(labels), 1)

    def without(self, name: str) -> "Pool":
        """The pool without one member.

        Raises:
            EnsembleError: it would be empty, or there is no such member.
        """
        kept = [i for i, member in enumerate(self.members) if member.name != name]
        if not 0 < len(kept) < len(self.members):
            raise EnsembleError(f"{name!r} cannot be left out of {', '.join(self.names)}.")
        members = tuple(self.members[i] for i in kept)
        return Pool(members, self.probabilities[kept], self.rows, self.held_out[kept])


def find_members(names: Sequence[str] = ()) -> list[Member]:
    """Members by name: "RUN": all streams of a run, "RUN:STREAM": one stream, "RUN:fused": the run's own fusion.

    Without names, the heads of the latest run of a network, which have the same inputs.

    Raises:
        RunError: there is no such run, or it is not finished.
        EnsembleError: it has no such stream, or a member is named twice.
    """
    members: list[Member] = []
    for name in names or [find_run(kind="network").name]:
        whole = ":" not in name or Path(name).is_dir() or (paths.runs_dir() / name).is_dir()
        found, _, stream = (name, "", "") if whole else name.rpartition(":")
        run = find_run(found)
        if stream and stream not in ("fused", *run.streams):
            raise EnsembleError(f"{name}: {run.name} has no stream {stream!r}; it has {', '.join(run.streams)}, fused.")
        members += [Member(run, own) for own in ([stream] if stream else run.streams)]
    twice = {m.name for m in members if sum(m.name == other.name for other in members) > 1}
    if twice:
        raise EnsembleError(f"{', '.join(sorted(twice))} is named twice; give each member once.")
    return members


def gather(members: Sequence[Member]) -> Pool:
    """Read the members' predictions; held-out ones are those of folds, if `sweep.train_folds` was called.

    Args:
        members: two or more.

    Raises:
        EnsembleError: fewer than two members; clips, labels, order, split or classes differ; probabilities are not
            finite; or no clip was held out from all of them.
        RunError: a run lacks its probabilities, or has no held-out clips.
    """
    check_members(members)
    first = members[0].run
    held = [member.run.held_out(member.stream) for member in members]
    rows = held[0][0]
    for own, _ in held[1:]:
        rows = np.intersect1d(rows, own)
    if not len(rows):
        raise EnsembleError(
            "No clip was held out from all members; train the folds of all of them (`folds`), or of none."
        )
    pool = Pool(
        tuple(members),
        np.stack([member.run.probabilities(member.stream) for member in members]).astype(np.float64),
        rows,
        np.stack([p[np.searchsorted(own, rows)] for own, p in held]).astype(np.float64),
    )
    for member, answers, kept in zip(members, pool.probabilities, pool.held_out, strict=True):
        _check_answers(member, answers, first)
        _check_answers(member, kept, first)
    return pool


def check_members(members: Sequence[Member]) -> None:
    """Refuse members that cannot be combined, before folds are trained; errors as in `gather`."""
    if len(members) < 2:
        raise EnsembleError(f"{len(members)} member cannot be combined; give two or more runs or streams.")
    for member in members:
        _check_same(member.run, members[0].run)


def _check_same(run: Run, first: Run) -> None:
    if run.data.class_names != first.data.class_names:
        raise EnsembleError(f"{run.name} and {first.name} have different classes; combine runs on one data set.")
    own, other = run.clips[COLUMNS], first.clips[COLUMNS]
    if set(own["id"]) != set(other["id"]):
        lost = sorted(set(own["id"]) ^ set(other["id"]))
        raise EnsembleError(
            f"{run.name} and {first.name} differ by {len(lost)} clips, such as {lost[0]}; combine runs on the same."
        )
    for column, what in zip(COLUMNS, ("another order", "other labels", "another split", "other groups"), strict=True):
        differs = np.flatnonzero(own[column].to_numpy() != other[column].to_numpy())
        if len(differs):
            raise EnsembleError(
                f"{run.name} and {first.name} hold the same clips in {what}, {len(differs)} of them, such as "
                f"{own['id'][differs[0]]}; combine runs of one data set, made with the same options."
            )


def _check_answers(member: Member, probabilities: np.ndarray, first: Run) -> None:
    wrong = np.flatnonzero(~(np.isfinite(probabilities) & (probabilities >= 0)).all(1))
    if len(wrong) or probabilities.shape[1] != first.data.num_classes:
        raise EnsembleError(
            f"{member.name}: {len(wrong)} of {len(probabilities)} clips have probabilities that are not finite, or "
            f"less than 0 ({probabilities.shape[1]} classes); train it again, or leave it out."
        )
