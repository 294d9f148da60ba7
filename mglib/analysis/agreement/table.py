"""Agreement of pairs of coders, or of a model and a coder, on the same recordings, with intervals over persons."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from mglib.analysis.evaluation.intervals import Scale, cluster_intervals, unless_alike
from mglib.analysis.evaluation.sums import group_sums, ratio
from mglib.analysis.events import Judged, class_counts, f1, match, tiou

from .gamma import gamma, gamma_sums
from .kappa import class_kappas, kappa_without_nil, linked_kappa, linked_share, plain_kappa, raw_agreement
from .linking import link_table
from .time_units import background_share, time_table, unit_squares, unitised_alpha

FEWEST_PERSONS = 6  # with fewer, the variance between persons is unreliable: no interval
ANY = 1e-6  # smallest tIoU of a pair in ELAN
AGREEMENT = {
    "linked": "annotations linked", "raw": "linked and of one class", "kappa": "kappa (EasyDIAg)",
    "kappa_linked": "kappa of the linked", "f1_30": "event F1 > .3", "gamma": "gamma", "overlap": "mean overlap (ELAN)",
    "background": "background, share of the time", "time_kappa": "kappa of moments (see background)",
    "alpha": "unitised alpha (see background)",
}  # fmt: skip


def agreement_table(
    pairs: Mapping[str, Sequence[Judged]], num_classes: int, seed: int = 0, level: float = 0.95
) -> pd.DataFrame:
    """Agreement of pairs; counts are summed over recordings before measures are computed.

    Args:
        pairs: "anna and bert" -> recordings, of which `truths` are the first coder's and `predictions` the second's.
        num_classes: K.
        seed: seed of gamma's random shifts.
        level: nominal coverage of the intervals.

    Returns:
        Columns pair, measure (keys of `AGREEMENT`), value, low, high, persons, annotations (of both). low and high are
        NaN for fewer than 6 persons, or if the measure is the same without any of them; value is NaN if undefined.
    """
    rows = []
    for pair, judged in pairs.items():
        persons = np.array([one.person for one in judged])
        sums = _sums(judged, num_classes, np.random.default_rng(seed))
        number = sum(len(one.truths) + len(one.predictions) for one in judged)
        for measure, (scale, statistic) in _measures(num_classes).items():
            value = statistic(sums.sum(0)[None])[0]
            # the share of time is no share of annotations, whose number says nothing on how precise it is
            clips = np.inf if measure == "background" else None
            low, high = _interval(sums, persons, statistic, (scale, clips), level)
            rows.append((pair, measure, value, low, high, len(set(persons)), number))
    return pd.DataFrame(rows, columns=["pair", "measure", "value", "low", "high", "persons", "annotations"])


def _interval(
    sums: np.ndarray,
    persons: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    kind: tuple[Scale, float | None],
    level: float,
) -> tuple[float, float]:
    """Low and high, of a measure with this scale and number of clips; NaN if persons do not differ, or are few."""
    if len(set(persons)) < FEWEST_PERSONS:
        return np.nan, np.nan
    size = sums[:, -1]  # annotations
    sizes = np.maximum(group_sums(size, persons), 1)
    scale, clips = kind
    low, high = cluster_intervals(group_sums(sums, persons), statistic, sizes, scale=scale, clips=clips, level=level)
    low, high = unless_alike(float(low), float(high))
    return low, float(np.minimum(high, 1))  # no measure exceeds 1


def agreement_by_class(judged: Sequence[Judged], class_names: Sequence[str]) -> pd.DataFrame:
    """Agreement on every class that a coder used, against all others and nil.

    Args:
        judged: recordings coded by one pair.
        class_names: K names, by label.

    Returns:
        Columns class, first, second (annotations of each coder), kappa, positive; NaN if one coder did not use it.
    """
    size = len(class_names)
    table = linked_classes(judged, size)
    kappa, positive = class_kappas(table)
    counts = [
        np.bincount([s.label for one in judged for s in side(one)], minlength=size)
        for side in (lambda one: one.truths, lambda one: one.predictions)
    ]
    frame = pd.DataFrame(
        {"class": list(class_names), "first": counts[0], "second": counts[1], "kappa": kappa, "positive": positive}
    )
    return frame[(frame["first"] > 0) | (frame["second"] > 0)].reset_index(drop=True)


def linked_classes(judged: Sequence[Judged], num_classes: int) -> np.ndarray:
    """`link_table` of all recordings together, [K + 1, K + 1]."""
    tables = [link_table(one.truths, one.predictions, num_classes) for one in judged]
    return np.sum(tables, axis=0) if tables else np.zeros((num_classes + 1, num_classes + 1))


def linked_confusions(judged: Sequence[Judged], class_names: Sequence[str]) -> pd.DataFrame:
    """Linked annotations of different classes, most frequent first: columns first, second, pairs."""
    table = linked_classes(judged, len(class_names))[:-1, :-1] / 2
    rows = [
        (class_names[i], class_names[j], int(table[i, j])) for i, j in zip(*np.nonzero(table), strict=True) if i != j
    ]
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    return pd.DataFrame(rows, columns=["first", "second", "pairs"])


def _sums(judged: Sequence[Judged], size: int, rng: np.random.Generator) -> np.ndarray:
    """The sums behind the measures, by recording: float64 [R, S]."""
    counts = class_counts(judged, size, 0.3).sum(1) if judged else np.zeros((0, 3))
    rows = []
    for one, found in zip(judged, counts, strict=True):
        first, second = one.truths, one.predictions
        squares = unit_squares(first, one.seconds, size) + unit_squares(second, one.seconds, size)
        parts = [
            link_table(first, second, size).ravel(), time_table(first, second, one.seconds, size).ravel(), squares,
            gamma_sums(first, second, one.seconds, rng), found, _overlaps(one), [len(first) + len(second)],
        ]  # fmt: skip
        rows.append(np.concatenate(parts))
    return np.array(rows)


def _overlaps(one: Judged) -> tuple[float, float]:
    """Sum of overlaps (intersection over extent), and number of pairs plus annotations without partner."""
    pairs = match(one.truths, one.predictions, ANY, by_class=False)
    shared = tiou(one.truths, one.predictions)[pairs[:, 0], pairs[:, 1]].sum()
    return float(shared), len(one.truths) + len(one.predictions) - len(pairs)


def _measures(size: int) -> dict[str, tuple[Scale, Callable[[np.ndarray], np.ndarray]]]:
    """Scale and function of every measure, of sums [B, S]."""
    cells = (size + 1) ** 2
    edges = np.cumsum([cells, cells, size + 1, 2, 3, 2])

    def parts(sums: np.ndarray) -> list[np.ndarray]:
        table, times, *others = np.split(sums, edges, axis=-1)
        shape = (-1, size + 1, size + 1)
        return [table.reshape(shape), times.reshape(shape), *others]

    return {
        "linked": ("share", lambda s: linked_share(parts(s)[0])),
        "raw": ("share", lambda s: raw_agreement(parts(s)[0])),
        "kappa": ("any", lambda s: linked_kappa(parts(s)[0])),
        "kappa_linked": ("any", lambda s: kappa_without_nil(parts(s)[0])),
        "f1_30": ("share", lambda s: f1(parts(s)[4])),
        "gamma": ("any", lambda s: gamma(parts(s)[3])),
        "overlap": ("share", lambda s: ratio(parts(s)[5][..., 0], parts(s)[5][..., 1])),
        "background": ("share", lambda s: background_share(parts(s)[1])),
        "time_kappa": ("any", lambda s: plain_kappa(parts(s)[1])),
        "alpha": ("any", lambda s: unitised_alpha(parts(s)[1], parts(s)[2])),
    }


def format_agreement(table: pd.DataFrame) -> pd.DataFrame:
    """The table for display: a row per measure, a column per pair, intervals in brackets, a dash for NaN."""
    rows = table.assign(text=[_text(*row) for row in table[["value", "low", "high"]].itertuples(index=False)])
    wide = rows.pivot(index="measure", columns="pair", values="text").reindex(list(AGREEMENT))
    return wide[list(dict.fromkeys(table["pair"]))].rename(index=AGREEMENT).rename_axis(None).rename_axis(None, axis=1)


def _text(value: float, low: float, high: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" + ("" if np.isnan(low) else f" [{low:.3f}, {high:.3f}]")
