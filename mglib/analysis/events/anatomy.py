"""Kinds of errors of segments: missed, false alarm, wrong class, or imprecise borders."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .counts import Judged
from .matching import match, same_label, tiou

KINDS = ("hit", "wrong class", "borders", "missed", "false alarm")


def verdicts(one: Judged, overlap: float = 0.3) -> tuple[list[str], list[str]]:
    """The kind of each true and each predicted segment.

    A true or predicted segment is a hit if it has a partner of its class, "wrong class" if a partner with sufficient
    overlap has another class, "borders" if one of its class overlaps it too little, or is matched already; otherwise it
    is missed, or a false alarm.

    Returns:
        One of `KINDS` for each truth, and for each prediction.
    """
    touched = same_label(one.truths, one.predictions) & (tiou(one.truths, one.predictions) > 0)
    own = ["borders" if any_of else "missed" for any_of in touched.any(axis=1)]
    other = ["borders" if any_of else "false alarm" for any_of in touched.any(axis=0)]
    hits = match(one.truths, one.predictions, overlap)
    left = [np.setdiff1d(np.arange(n), hits[:, side]) for side, n in enumerate(touched.shape)]
    others = [[side[i] for i in rows] for side, rows in zip((one.truths, one.predictions), left, strict=True)]
    rest = match(*others, overlap, by_class=False)
    wrong = np.column_stack([left[0][rest[:, 0]], left[1][rest[:, 1]]])
    for kind, pairs in (("wrong class", wrong), ("hit", hits)):
        for i, j in pairs:
            own[i] = other[j] = kind
    return own, other


def anatomy(judged: Sequence[Judged], overlap: float = 0.3) -> pd.DataFrame:
    """Numbers of segments by kind: index `KINDS`, columns truths and predictions."""
    table = pd.DataFrame(0, index=list(KINDS), columns=["truths", "predictions"])
    for one in judged:
        for column, kinds in zip(table, verdicts(one, overlap), strict=True):
            for kind in kinds:
                table.loc[kind, column] += 1
    return table


def mistaken(judged: Sequence[Judged], overlap: float = 0.3) -> pd.DataFrame:
    """Confused classes of segments that were found with the wrong class: truth, prediction, times."""
    pairs = []
    for one in judged:
        for i, j in match(one.truths, one.predictions, overlap, by_class=False):
            if one.truths[i].label != one.predictions[j].label:
                pairs.append((one.truths[i].label, one.predictions[j].label))
    counts = pd.Series(pairs, dtype=object).value_counts()
    rows = [(*pair, int(number)) for pair, number in counts.items()]
    return pd.DataFrame(rows, columns=["truth", "prediction", "times"])
