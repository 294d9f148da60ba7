"""The scores of several systems on the same recordings, with intervals over persons."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mglib.analysis.evaluation.intervals import Scale, Statistic, cluster_intervals, unless_alike
from mglib.analysis.evaluation.sums import group_sums, ratio
from mglib.base.facts import counted

from .counts import (
    Judged,
    border_counts,
    border_errors,
    class_counts,
    f1,
    macro_f1,
    plain_counts,
    smg_counts,
    smg_f1,
    time_counts,
)
from .ranking import mean_average_precision
from .sequences import PERCENT, edit_score, f1_at

EVENT_METRICS = {
    "f1_30": "event F1 > .3", "f1_50": "event F1 ≥ .5", "any_f1_30": "F1 > .3, any class",
    "any_f1_50": "F1 ≥ .5, any class", "macro_f1_30": "macro F1 > .3", "precision_30": "precision > .3",
    "recall_30": "recall > .3", "false_alarms": "false alarms a minute", "start_error": "start off by, s",
    "stop_error": "stop off by, s", "map": "mAP .1 to .5", "f1_close": "F1, borders within .2 s",
    **{f"f1_at_{k}": f"F1@{k}" for k in PERCENT}, "edit": "Edit", "smg_f1": "SMG-compatible F1",
    "time_accuracy": "share of time right",
}  # fmt: skip


def event_table(systems: Mapping[str, Sequence[Judged]], num_classes: int, level: float = 0.95) -> pd.DataFrame:
    """Scores of several systems, with jackknife intervals over persons.

    Pairs are matched by class, except for "any class", false alarms and border errors: a false alarm overlaps no truth
    sufficiently, whatever its class, or only truths with another partner. Border errors are medians of absolute
    differences. There are no intervals for mAP, F1@k and Edit; mAP is NaN for a system whose predictions have no
    scores, such as a coder, as there is no order in which to take them.

    Args:
        systems: name -> the same recordings in the same order.
        num_classes: K; labels are 0..K-1.
        level: nominal coverage of the intervals.

    Returns:
        Columns system, metric (keys of `EVENT_METRICS`), value, low, high, persons; values are NaN where there is
        nothing to evaluate. A spotter's scores.csv has two more, see `scored_on`.
    """
    rows = []
    for system, judged in systems.items():
        found = _pooled(judged, num_classes, level) | {name: (x, np.nan, np.nan) for name, x in _plain(judged).items()}
        persons = len({one.person for one in judged})
        rows += [(system, metric, *found[metric], persons) for metric in EVENT_METRICS]
    return pd.DataFrame(rows, columns=["system", "metric", "value", "low", "high", "persons"])


def format_events(table: pd.DataFrame, metrics: Sequence[str] = tuple(EVENT_METRICS)) -> pd.DataFrame:
    """The long table of `event_table` for display: a row per system, a column per measure, 'x.xx [lo, hi]'."""
    cells = [
        "–" if np.isnan(row.value) else f"{row.value:.2f}" + f" [{row.low:.2f}, {row.high:.2f}]" * (row.low == row.low)
        for row in table.itertuples()
    ]
    wide = table.assign(cell=cells).pivot(index="system", columns="metric", values="cell")
    wide = wide.loc[table["system"].unique(), list(metrics)]
    return wide.rename(columns=EVENT_METRICS).rename_axis(index=None, columns=None)


def scored_on(table: pd.DataFrame) -> str:
    """The persons of a table of scores, as text: "6 test persons".

    Without test persons, validation persons are scored (column scored, "val"), on whom thresholds were chosen, as the
    text says. Without the column, as in tables of earlier versions, they count as test persons.
    """
    number, split = int(table["persons"].max()), table["scored"].iloc[0] if "scored" in table else "test"
    if split == "test":
        return counted(number, "test person")
    return f"{counted(number, 'validation person')}, on whom the thresholds were chosen"


def class_table(judged: Sequence[Judged], names: Sequence[str], overlap: float = 0.3) -> pd.DataFrame:
    """Event F1 of each class: class, truths, predictions, hits, precision, recall, F1; NaN where undefined."""
    tp, fp, fn = class_counts(judged, len(names), overlap).sum(axis=0).T
    with np.errstate(invalid="ignore"):
        return pd.DataFrame(
            {
                "class": list(names), "truths": (tp + fn).astype(int), "predictions": (tp + fp).astype(int),
                "hits": tp.astype(int), "precision": tp / (tp + fp), "recall": tp / (tp + fn),
                "F1": f1(np.column_stack([tp, fp, fn])),
            }
        )  # fmt: skip


def _pooled(judged: Sequence[Judged], num_classes: int, level: float) -> dict[str, tuple[float, float, float]]:
    """Measures that are functions of counts summed over recordings, with their intervals."""
    minutes = np.array([one.seconds / 60 for one in judged])
    by_class, by_class_50 = (class_counts(judged, num_classes, overlap) for overlap in (0.3, 0.5))
    plain, pooled = plain_counts(judged, 0.3), by_class.sum(axis=1)
    measures: dict[str, tuple[np.ndarray, Statistic, Scale]] = {
        "f1_30": (pooled, f1, "share"),
        "f1_50": (by_class_50.sum(axis=1), f1, "share"),
        "any_f1_30": (plain, f1, "share"),
        "any_f1_50": (plain_counts(judged, 0.5), f1, "share"),
        "macro_f1_30": (by_class, macro_f1, "share"),
        "precision_30": (pooled, lambda n: ratio(n[..., 0], n[..., 0] + n[..., 1]), "share"),
        "recall_30": (pooled, lambda n: ratio(n[..., 0], n[..., 0] + n[..., 2]), "share"),
        "false_alarms": (np.column_stack([plain[:, 1], minutes]), lambda n: ratio(n[..., 0], n[..., 1]), "positive"),
        "time_accuracy": (time_counts(judged), lambda n: ratio(n[..., 0], n[..., 1]), "share"),
        "f1_close": (border_counts(judged), f1, "share"),
        "smg_f1": (smg_counts(judged), smg_f1, "positive"),  # a prediction may count twice, so it may exceed 1
    }
    persons = np.array([one.person for one in judged])
    sizes, truths = group_sums(minutes, persons), max(sum(len(one.truths) for one in judged), 1)
    predictions = max(sum(len(one.predictions) for one in judged), 1)
    # a share of time is no share of segments, whose number says nothing on how precise it is
    numbers = {"precision_30": predictions, "time_accuracy": np.inf}
    found = {}
    for name, (counts, statistic, scale) in measures.items():
        sums = group_sums(counts, persons)
        bounds = (np.nan, np.nan)
        if len(sizes) > 1:
            number = numbers.get(name, truths)
            bounds = unless_alike(*cluster_intervals(sums, statistic, sizes, scale=scale, clips=number, level=level))
        found[name] = (float(statistic(sums.sum(axis=0))), *map(float, bounds))
    return found


def _plain(judged: Sequence[Judged]) -> dict[str, float]:
    """Measures without an interval."""
    errors = np.abs(border_errors(judged))
    start, stop = np.median(errors, axis=0) if len(errors) else (np.nan, np.nan)
    return {
        "start_error": float(start), "stop_error": float(stop),
        "map": float(np.mean([*mean_average_precision(judged).values()])) if judged and _scored(judged) else np.nan,
        **{f"f1_at_{k}": f1_at(judged, k) for k in PERCENT}, "edit": edit_score(judged),
    }  # fmt: skip


def _scored(judged: Sequence[Judged]) -> bool:
    return all(prediction.score is not None for one in judged for prediction in one.predictions)
