"""Where a run's first weights come from: the runs behind it back to the root, and whom each of them was trained on.

Kept as ancestry.json, so that a run says it even where the runs behind it are gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from mglib.base import files

from .reading import Facts, broken, read
from .run import Run

FILE = "ancestry.json"
MADE_UP = "synthetic"  # data whose people are drawn from a seed
LISTED = 12  # people; of more a number says enough


@dataclass(frozen=True)
class Ancestor:
    """A run whose weights another one started from.

    Attributes:
        run: its name.
        part: what was taken: backbone, rgb branch or pose branch.
        objective: "labels", or what it was pre-trained for instead, such as "masked".
        data: name of its data set.
        clips: that it was trained on.
        groups: the people, or videos, of those clips.
        group_kind: "subject" or "video".
        classes: that it told apart; 0 without labels.
        drawn: seed of data that were made up, -1 for real ones.
        transductive: whether it was shown, without labels, people who are tested.
        parents: the runs that its own first weights came from.
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
        return (
            f"{self.run} ({goal}, {self.clips:,} {made}clips of {len(self.groups)} {self.group_kind}s of "
            f"{self.data}{names}{', transductive' if self.transductive else ''})"
        )


def as_ancestor(run: Run, part: str = "backbone") -> Ancestor:
    """A run as what another one starts from.

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
    """The seed of a run's data, or of settings; -1 for data that were not made up."""
    options = config["data_options"]
    return int(options.get("seed", 0)) if config["dataset"] == MADE_UP else -1


def ancestry(run: Run) -> tuple[Ancestor, ...]:
    """The runs that a run's first weights came from, each with those behind it; () for a root.

    Raises:
        RunError: the file that says so is damaged.
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
    """Keep them with a run."""
    files.write_json(folder / FILE, {"parents": [asdict(parent) for parent in parents]})


def everyone_behind(parents: Iterable[Ancestor]) -> Iterator[Ancestor]:
    """The parents, and all behind them."""
    for parent in parents:
        yield parent
        yield from everyone_behind(parent.parents)


def known_people(ancestor: Ancestor, data: str, drawn: int, people: Iterable[str]) -> tuple[str, ...]:
    """Which of some people of a data set an ancestor was trained on, as far as names tell: in the same data set."""
    if (ancestor.data, ancestor.drawn) != (data, drawn):
        return ()
    return tuple(sorted(set(ancestor.groups) & set(people)))


def in_a_sentence(run: Run) -> str:
    """The whole ancestry of a run, back to the root, and what is known of people in common; "" for a root."""
    parents = ancestry(run)
    if not parents:
        return ""
    told = "; ".join(f"its {parent.part} is that of {_line(parent)}" for parent in parents)
    return f"Not trained from nothing: {told}. {sharing(run, parents)}"


def sharing(run: Run, parents: Iterable[Ancestor]) -> str:
    """A sentence on whether people who are tested were among those whom the runs behind were trained on."""
    kind, data, drawn = f"{run.data.group_kind}s", run.data.name, drawn_of(run.config)
    tested, behind = set(run.groups[run.where("test")]), list(everyone_behind(parents))
    seen = sorted({one for each in behind for one in known_people(each, data, drawn, tested)})
    others = sorted({each.data for each in behind if each.data not in (data, MADE_UP)})
    if seen:
        told = (
            f"{len(seen)} of the {len(tested)} {kind} tested were among those shown before ({', '.join(seen[:LISTED])})"
        )
    else:
        told = f"No {run.data.group_kind} tested is known to have been shown before"
    unknown = f"; whether {' and '.join(others)} shares people with {data}, no name tells" if others else ""
    return f"{told}{unknown}."


def _line(ancestor: Ancestor) -> str:
    """An ancestor and all behind it, the root last."""
    behind = " and ".join(map(_line, ancestor.parents))
    return f"{ancestor.told}, which started from {behind}" if behind else ancestor.told


def _clips(run: Run) -> pd.DataFrame:
    """Splits and groups of a run's clips, whether or not they have labels."""
    path = run._file("clips.csv")
    table = read(path, lambda path: pd.read_csv(path, dtype=str, keep_default_na=False))
    if missing := [name for name in ("split", "group") if name not in table]:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    return table
