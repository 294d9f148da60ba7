"""The origin of a run's initial weights: all earlier runs back to the first, and the people each was trained on.

Saved as ancestry.json, so that the information is kept even if the earlier runs are deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from mglib.base import files
from mglib.base.facts import MADE_UP, counted

from .reading import Facts, broken, read
from .run import Run

FILE = "ancestry.json"
LISTED = 12  # up to so many people are named


@dataclass(frozen=True)
class Ancestor:
    """A run that another run took initial weights from.

    Attributes:
        run: its name.
        part: the part taken: backbone, rgb branch or pose branch.
        objective: "labels", or another objective of pre-training, such as "masked".
        data: name of its data set.
        clips: number of its training clips.
        groups: the people, or videos, of these clips.
        group_kind: "subject" or "video".
        classes: number of classes; 0 without labels.
        drawn: seed of synthetic data, -1 for real data.
        transductive: whether it was trained on test clips without their labels.
        parents: the runs that its own initial weights came from.
    """

    run: str
    part: str
    objective: str
    data: str
    clips: int
    groups: tuple[str, ...]
    group_kind: str
    classes: int
    drawn: int = -1
    transductive: bool = False
    parents: tuple[Ancestor, ...] = field(default=())

    @property
    def told(self) -> str:
        """The run, its objective, its data and its people, in words."""
        goal = f"labels of {self.classes} classes" if self.objective == "labels" else f"objective {self.objective}"
        names = f": {', '.join(self.groups)}" if len(self.groups) <= LISTED and self.data != MADE_UP else ""
        made = "made-up " if self.data == MADE_UP else ""
        clips, people = counted(self.clips, f"{made}clip"), counted(len(self.groups), self.group_kind)
        return (
            f"{self.run} ({goal}, {clips} of {people} of {self.data}{names}"
            f"{', transductive' if self.transductive else ''})"
        )


def as_ancestor(run: Run, part: str = "backbone") -> Ancestor:
    """Describe a run as the origin of another run's weights.

    Raises:
        RunError: a file of the run is missing or damaged.
    """
    config, clips, data = run.config, _clips(run), run.data
    train = clips[clips["split"] == "train"]
    objective = str(config.get("objective") or "labels")
    return Ancestor(
        run.name, part, objective, data.name, len(train), tuple(sorted(set(train["group"]))), data.group_kind,
        data.num_classes if objective == "labels" else 0, drawn_of(config), bool(config.get("transductive", False)),
        ancestry(run),
    )  # fmt: skip


def drawn_of(config: Any) -> int:
    """The seed of synthetic data, from the config of a run or from settings; -1 for real data."""
    options = config["data_options"]
    return int(options.get("seed", 0)) if config["dataset"] == MADE_UP else -1


def ancestry(run: Run) -> tuple[Ancestor, ...]:
    """The runs that a run's initial weights, or those of an ensemble's members, came from; () for random weights.

    Raises:
        RunError: ancestry.json is damaged.
    """
    path = run.path / FILE
    if not path.is_file():
        return ()
    try:
        return TypeAdapter(tuple[Ancestor, ...]).validate_python(Facts(path, parents=list)["parents"])
    except ValidationError as error:
        first = error.errors()[0]
        raise broken(path, f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None


def write_ancestry(folder: Path, parents: Iterable[Ancestor]) -> None:
    """Write ancestry.json of a run."""
    files.write_json(folder / FILE, {"parents": [asdict(parent) for parent in parents]})


def everyone_behind(parents: Iterable[Ancestor]) -> Iterator[Ancestor]:
    """The parents and all their ancestors."""
    for parent in parents:
        yield parent
        yield from everyone_behind(parent.parents)


def known_people(ancestor: Ancestor, data: str, drawn: int, people: Iterable[str]) -> tuple[str, ...]:
    """Those of some people of a data set that an ancestor was trained on; known only within the same data set."""
    if (ancestor.data, ancestor.drawn) != (data, drawn):
        return ()
    return tuple(sorted(set(ancestor.groups) & set(people)))


def in_a_sentence(run: Run) -> str:
    """The ancestry of a run, and whether it shares people with the test split, as text; "" for random weights.

    For an ensemble, that of its members.
    """
    parents = ancestry(run)
    if not parents:
        return ""
    single = run.kind != "ensemble"
    told = "; ".join(f"{'its' if single else 'a'} {parent.part} is that of {_line(parent)}" for parent in parents)
    whose = "Not" if single else "Not all of its members were"
    return f"{whose} trained from random weights: {told}. {sharing(run, parents)}"


def sharing(run: Run, parents: Iterable[Ancestor]) -> str:
    """A sentence on whether people who are tested were among the training people of earlier runs."""
    kind, data, tested = f"{run.data.group_kind}s", run.data.name, set(run.groups[run.where("test")])
    seen, labelled = tested_before(run, parents)
    others = sorted({each.data for each in everyone_behind(parents) if each.data not in (data, MADE_UP)})
    if seen:
        told = (
            f"{len(seen)} of the {len(tested)} {kind} tested were in the earlier training data "
            f"({', '.join(seen[:LISTED])}){'' if labelled else ', without their labels: the run is transductive'}"
        )
    else:
        told = f"No {run.data.group_kind} tested is known to have been in the earlier training data"
    unknown = f"; whether {' and '.join(others)} shares people with {data} is not known" if others else ""
    return f"{told}{unknown}."


def tested_before(run: Run, parents: Iterable[Ancestor]) -> tuple[list[str], bool]:
    """The people tested who are known to be in the training data of earlier runs, and whether any was with labels."""
    tested, drawn = set(run.groups[run.where("test")]), drawn_of(run.config)
    seen = [(each, known_people(each, run.data.name, drawn, tested)) for each in everyone_behind(parents)]
    labelled = any(people and each.objective == "labels" for each, people in seen)
    return sorted({one for _, people in seen for one in people}), labelled


def _line(ancestor: Ancestor) -> str:
    """An ancestor and its own ancestors, in words."""
    behind = " and ".join(map(_line, ancestor.parents))
    return f"{ancestor.told}, which started from {behind}" if behind else ancestor.told


def _clips(run: Run) -> pd.DataFrame:
    """Splits and groups of a run's clips, with or without labels."""
    path = run._file("clips.csv")
    table = read(path, lambda path: pd.read_csv(path, dtype=str, keep_default_na=False))
    if missing := [name for name in ("split", "group") if name not in table]:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    return table
