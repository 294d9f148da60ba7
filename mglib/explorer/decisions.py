"""Raters' decisions on labels of clips: decisions.csv in the run directory, rewritten at every decision.

The file is also a file of corrections (`mglib.base.corrections`): `-p data_options "{corrections: decisions.csv}"`
trains with the decisions of one rater. If two raters disagree, `corrections` lists the clips; choose one rater.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score

from mglib.base import files
from mglib.base.corrections import read_corrections
from mglib.base.errors import OptionError
from mglib.base.locking import PATIENCE, locked
from mglib.base.tables import read_kept

KINDS = ("keep", "relabel", "leave out")
SURE = ("", "sure", "likely", "a guess")
COLUMNS = ("id", "was", "label", "decision", "reason", "confidence", "rater", "blind", "split", "saved")
KEY = ["rater", "id"]
LONGEST = 60  # largest length of a rater's name

Decision = Mapping[str, str]


class Agreement(NamedTuple):
    """Agreement of two raters."""

    clips: int  # number of clips that both decided
    alike: float  # share of equal decisions
    kappa: float  # Cohen's; NaN if both gave all clips the same label


class Decisions:
    """The decisions of a run; the file is read before every change, so that two open notebooks can be used.

    Args:
        path: decisions.csv, which need not exist yet.
    """

    def __init__(self, path: Path):
        self.path = path

    def table(self) -> pd.DataFrame:
        """One row per rater and clip, with the text columns `COLUMNS`.

        Raises:
            ValueError: the file has other columns than a file of decisions.
        """
        return read_kept(self.path, COLUMNS, "decisions")

    def read(self) -> dict[str, dict[str, dict[str, str]]]:
        """Rater -> clip id -> the other columns."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for row in self.table().to_dict("records"):
            rater, clip = row.pop("rater"), row.pop("id")
            found.setdefault(rater, {})[clip] = row
        return found

    def replace(self, rater: str, clip: str, decision: Decision | None) -> dict[str, dict[str, dict[str, str]]]:
        """Replace a rater's decision on a clip; None removes it. Returns all decisions.

        Args:
            rater: name of the rater.
            clip: id of the clip.
            decision: decision (one of `KINDS`), was and label (names of classes; no label: leave it out), split, and
                optionally reason, confidence (one of `SURE`) and blind ("yes").

        Raises:
            ValueError: a value does not fit.
            BusyError: another process has been writing for ten seconds.
            DiskError: the disk is full.
        """
        row = None if decision is None else _row(rater, clip, decision)
        with locked(self.path, PATIENCE):
            table = self.table()
            table = table[(table["rater"] != rater) | (table["id"] != clip)]
            if row is not None:
                table = pd.concat([table, pd.DataFrame([row])[list(COLUMNS)]])
            text = io.StringIO()
            table.to_csv(text, index=False)
            files.write_text(self.path, text.getvalue())
        return self.read()

    def agreement(self, first: str, second: str) -> Agreement:
        """Agreement of two raters on the clips that both decided; leaving a clip out counts as a label."""
        table = self.table()
        one, other = (table[table["rater"] == rater].set_index("id")["label"] for rater in (first, second))
        both = one.index.intersection(other.index)
        if not len(both):
            return Agreement(0, np.nan, np.nan)
        a, b = one[both].to_numpy(), other[both].to_numpy()
        alone = len({*a, *b}) == 1
        return Agreement(len(both), float((a == b).mean()), np.nan if alone else float(cohen_kappa_score(a, b)))

    def corrections(self, rater: str = "") -> dict:
        """Corrections for a data set, from one rater, or from all if they agree.

        Raises:
            OptionError: two raters have given one clip different labels, or there are no decisions.
            ValueError: the rater has made no decisions.
        """
        if not rater and not self.path.is_file():
            raise OptionError(
                f"corrections: nobody has decided on a clip of {self.path.parent.name} yet; see the review."
            )
        if not rater:
            return read_corrections(self.path)
        table = self.table()
        if rater not in set(table["rater"]):
            known = ", ".join(sorted(set(table["rater"]))) or "nobody yet"
            raise ValueError(f"rater: {rater!r} has decided nothing in {self.path}; there: {known}.")
        own = table[table["rater"] == rater]
        changes = own[own["label"] != own["was"]]
        clips = [{"id": c.id, "label": c.label or None, "was": c.was} for c in changes.itertuples()]
        return {"name": f"decisions of {rater}", "clips": clips}


def _row(rater: str, clip: str, decision: Decision) -> dict[str, str]:
    row = {name: str(decision.get(name, "")) for name in COLUMNS} | {"rater": rater, "id": clip}
    if not rater.strip() or len(rater) > LONGEST or not rater.isprintable():
        raise ValueError(f"rater: {rater!r}; give a name of up to {LONGEST} letters, so that raters can be told apart.")
    for name, known in (("decision", KINDS), ("confidence", SURE)):
        if row[name] not in known:
            raise ValueError(f"{name}: {row[name]!r}; give one of {', '.join(map(repr, known))}.")
    fits = {"keep": row["label"] == row["was"], "leave out": not row["label"]}
    if not fits.get(row["decision"], row["label"] and row["label"] != row["was"]):
        raise ValueError(f"label: {row['label']!r} does not fit {row['decision']!r} of a clip labelled {row['was']!r}.")
    return row | {"saved": datetime.now().astimezone().isoformat(timespec="seconds")}
