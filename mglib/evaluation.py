"""Scores of predictions, with intervals that know that clips of one group (subject or video) resemble each other.

The interval is the percentile interval of a cluster bootstrap: whole groups are drawn with replacement and their
clips come along (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 3.8). A measure that is a
function of sums over the drawn clips needs only its sums per group, which makes a draw one matrix product; any such
measure gets its interval from `cluster_intervals`. With a handful of groups the interval is too narrow (Cameron,
Gelbach & Miller 2008, Bootstrap-Based Improvements for Inference with Clustered Errors): state their number beside it.

Macro means run over the classes present in the labels of the evaluated clips; in a draw, over those present there.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics

METRICS = {"top1": "top-1", "top5": "top-5", "macro_recall": "macro recall", "macro_f1": "macro F1"}
CHUNK = 2**22  # numbers held at once while drawing, 32 MiB


class Interval(NamedTuple):
    """A value with its interval; low and high are nan where there is none."""

    value: float
    low: float
    high: float


def score_table(
    systems: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Scores of several systems on the same clips; every draw of groups serves all systems (paired).

    Args:
        systems: name -> probabilities [N, K]; the largest decides, among equals the lowest class.
        labels: true classes, int [N].
        groups: subject or video of each clip [N].
        rng: source of the draws.
        draws: bootstrap draws.
        level: probability the interval is meant to cover.

    Returns:
        Columns system, metric (keys of `METRICS`), value, low, high, as fractions 0..1; low and high are nan, with a
        warning, where the clips come from one group.

    Raises:
        ValueError: if shapes do not match, labels lie outside 0..K-1, or anything is missing or not finite.
    """
    if not systems:
        raise ValueError("There are no systems to score; give at least one name with its probabilities.")
    for name, probabilities in systems.items():
        _check(labels, probabilities, groups, name)
    widths = {name: np.shape(probabilities)[1] for name, probabilities in systems.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(
            f"The systems know different numbers of classes, {widths}; give each a column for every class."
        )
    counts = np.stack([_group_counts(labels, table, groups) for table in systems.values()], axis=1)  # [G, S, 4, K]
    low, high = cluster_intervals(counts, _scores, rng=rng, draws=draws, level=level)
    values = [_point_scores(labels, table) for table in systems.values()]
    rows = pd.MultiIndex.from_product([systems, METRICS], names=["system", "metric"])
    columns = {"value": np.ravel(values), "low": low.ravel(), "high": high.ravel()}
    return pd.DataFrame(columns, index=rows).reset_index()


def interval_scores(
    labels: np.ndarray,
    probabilities: np.ndarray,
    groups: np.ndarray,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """`score_table` of one system: index metric, columns value, low, high; arguments and errors as there."""
    table = score_table({"probabilities": probabilities}, labels, groups, rng=rng, draws=draws, level=level)
    return table.drop(columns="system").set_index("metric")


def class_recall(
    labels: np.ndarray,
    probabilities: np.ndarray,
    groups: np.ndarray,
    num_classes: int,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Recall of each class over the draws that contain it; arguments and errors as in `score_table`.

    Returns:
        One row a class, in order: label, n (clips), recall, low, high. Recall is nan for a class without clips, low
        and high are nan for a class whose clips come from fewer than two groups.
    """
    _check(labels, probabilities, groups)
    if np.shape(probabilities)[1] != num_classes:
        raise ValueError(
            f"Probabilities have {np.shape(probabilities)[1]} columns for {num_classes} classes; give one each."
        )
    counts = _group_counts(labels, probabilities, groups)[:, [0, 2]]  # [G, 2, K] of clips and hits
    usable = np.count_nonzero(counts[:, 0], axis=0) >= 2
    low, high = np.full((2, num_classes), np.nan)
    if usable.any():
        low[usable], high[usable] = cluster_intervals(
            counts[..., usable], lambda sums: _ratio(sums[:, 1], sums[:, 0]), rng=rng, draws=draws, level=level
        )
    clips, hits = counts.sum(axis=0)
    columns = {"label": range(num_classes), "n": clips.astype(int), "recall": _ratio(hits, clips)}
    return pd.DataFrame(columns | {"low": low, "high": high})


def paired_difference(
    labels: np.ndarray,
    prob_a: np.ndarray,
    prob_b: np.ndarray,
    groups: np.ndarray,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """Top-1 of `prob_a` minus top-1 of `prob_b` on the same clips, a fraction; arguments as in `score_table`."""
    for name, probabilities in {"a": prob_a, "b": prob_b}.items():
        _check(labels, probabilities, groups, name)
    hits_a, hits_b = (np.argmax(probabilities, axis=1) == labels for probabilities in (prob_a, prob_b))
    return mean_interval(hits_a.astype(float) - hits_b, groups, rng=rng, draws=draws, level=level)


def mean_interval(
    values: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, draws: int = 10_000, level: float = 0.95
) -> Interval:
    """Mean of a value a clip [N], with its interval over whole groups [N]; other arguments as in `score_table`."""
    sums = _group_sums(values, groups)  # [G, 2]
    low, high = cluster_intervals(sums, lambda s: s[:, 0] / s[:, 1], rng=rng, draws=draws, level=level)
    return Interval(float(np.mean(values)), float(low), float(high))


def sign_flip_test(
    values: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, draws: int = 10_000
) -> tuple[float, float]:
    """Is the mean of a difference a clip [N] other than 0? Signs flip for whole groups [N] at once.

    If not, the two sides of a group could as well be exchanged (Good 2005, Permutation, Parametric and Bootstrap Tests
    of Hypotheses). All 2^G flips are gone through where they are no more than `draws`, else that many are drawn.

    Returns:
        The two-sided p-value, and the smallest that this number of groups can give: with four, 2/16 = 0.125.
    """
    sums = _group_sums(values, groups)[:, 0]
    if len(sums) < 2:
        return 1.0, 1.0  # scipy wants two observations; a lone group's flip is as extreme as itself
    test = stats.permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=draws, rng=rng)
    flips = 2 ** len(sums)
    return float(test.pvalue), 2 / flips if flips <= draws else 2 / (draws + 1)


def cluster_intervals(
    sums: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals of a function of sums over clips, groups drawn with replacement.

    Args:
        sums: what the statistic needs, summed within each group [G, ...].
        statistic: from sums over the drawn groups [B, ...] to values [B, ...]; nan where a draw leaves it undefined,
            which the percentiles pass over.
        rng: source of the draws; the draws depend on it and G alone, never on what is measured.
        draws: bootstrap draws.
        level: probability the interval is meant to cover.

    Returns:
        low and high, of the shape of one value; nan, with a warning, where G < 2.
    """
    num_groups = len(sums)
    if num_groups < 2:
        warnings.warn(
            f"The clips come from {num_groups} group, and an interval needs the spread between at least 2: it is nan.",
            stacklevel=3,
        )
        none = np.full(statistic(sums).shape[1:], np.nan)
        return none, none
    table = sums.reshape(num_groups, -1).astype(np.float64)
    step = max(1, CHUNK // (num_groups + table.shape[1]))
    values = []
    for start in range(0, draws, step):
        times = rng.multinomial(
            num_groups, np.full(num_groups, 1 / num_groups), size=min(step, draws - start)
        )  # [B, G]
        values.append(statistic((times @ table).reshape(-1, *sums.shape[1:])))
    low, high = np.nanquantile(np.concatenate(values), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, num_classes: int) -> np.ndarray:
    """Clips by true class (row) and predicted class (column), int [K, K].

    Raises:
        ValueError: if a class lies outside 0..K-1 (scikit-learn would leave the clip out without a word).
    """
    _check_classes("Labels", labels, num_classes)
    _check_classes("Predicted classes", predicted, num_classes)
    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes))


def format_scores(table: pd.DataFrame) -> pd.DataFrame:
    """The long table of `score_table` for display, in percent: a row a system, a column a metric, 'xx.x [lo, hi]'."""

    def cell(row: pd.Series) -> str:
        interval = "no interval" if np.isnan(row.low) else f"{100 * row.low:.1f}, {100 * row.high:.1f}"
        return f"{100 * row.value:.1f} [{interval}]"

    wide = table.assign(cell=table.apply(cell, axis=1)).pivot(index="system", columns="metric", values="cell")
    wide = wide.loc[table["system"].unique(), table["metric"].unique()]  # pivot sorts; keep the order given
    return wide.rename(columns=METRICS).rename_axis(index=None, columns=None)


def _point_scores(labels: np.ndarray, probabilities: np.ndarray) -> list[float]:
    predicted = np.argmax(probabilities, axis=1)
    macro = {"labels": np.unique(labels), "average": "macro"}
    return [
        metrics.accuracy_score(labels, predicted),
        np.mean(_ranks(labels, probabilities) < 5),
        metrics.recall_score(labels, predicted, **macro),
        metrics.f1_score(labels, predicted, **macro),
    ]


def _scores(counts: np.ndarray) -> np.ndarray:
    """The four metrics [..., 4] from counts as `_group_counts` makes them, summed over groups [..., 4, K]."""
    clips, predicted, hits, hits5 = np.moveaxis(counts, -2, 0)
    present = clips > 0
    recall = np.mean(_ratio(hits, clips), axis=-1, where=present)
    f1 = np.mean(_ratio(2 * hits, clips + predicted), axis=-1, where=present)
    total = clips.sum(axis=-1)
    return np.stack([hits.sum(axis=-1) / total, hits5.sum(axis=-1) / total, recall, f1], axis=-1)


def _group_counts(labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Per group and class: clips of it, predictions of it, its clips hit at rank 1, within rank 5: [G, 4, K]."""
    group, names = pd.factorize(np.asarray(groups), sort=True)
    counts = np.zeros((len(names), 4, np.shape(probabilities)[1]))
    ranks = _ranks(labels, probabilities)
    np.add.at(counts, (group, 0, labels), 1)
    np.add.at(counts, (group, 1, np.argmax(probabilities, axis=1)), 1)
    np.add.at(counts, (group, 2, labels), ranks < 1)
    np.add.at(counts, (group, 3, labels), ranks < 5)
    return counts


def _group_sums(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Per group: sum of the values, and clips: [G, 2]."""
    group, names = pd.factorize(np.asarray(groups), sort=True)
    return np.column_stack([np.bincount(group, weights=weights, minlength=len(names)) for weights in (values, None)])


def _ranks(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """How many classes come before the true one [N]; equals go by class, as in argmax.

    scikit-learn's top_k_accuracy_score prefers the *last* of equal classes, so its top-1 is not the accuracy.
    """
    labels, probabilities = np.asarray(labels)[:, None], np.asarray(probabilities)
    own = np.take_along_axis(probabilities, labels, axis=1)
    earlier = np.arange(probabilities.shape[1]) < labels
    return np.sum((probabilities > own) | ((probabilities == own) & earlier), axis=1)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def _check(labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, system: str = "the system") -> None:
    labels, probabilities, groups = np.asarray(labels), np.asarray(probabilities), np.asarray(groups)
    if labels.ndim != 1 or probabilities.ndim != 2 or not len(labels) == len(probabilities) == groups.size:
        raise ValueError(
            f"Labels {labels.shape}, probabilities of {system} {probabilities.shape} and groups {groups.shape} do not "
            "match; give [N], [N, K] and [N], one row a clip in the same order."
        )
    if len(labels) == 0:
        raise ValueError("There are no clips to score; give at least one.")
    broken = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
    if len(broken):
        raise ValueError(
            f"Probabilities of {system}: {len(broken)} of {len(labels)} clips have nan or infinite values, first "
            f"in row {broken[0]}; look for a diverged training or an empty prediction there."
        )
    missing = np.flatnonzero(pd.isna(groups))
    if len(missing):
        raise ValueError(
            f"Groups: row {missing[0]} has none ({len(missing)} in all); give each clip its subject or video."
        )
    _check_classes("Labels", labels, probabilities.shape[1])


def _check_classes(what: str, classes: np.ndarray, num_classes: int) -> None:
    classes = np.asarray(classes)
    if not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(f"{what} are of type {classes.dtype}; give whole numbers 0..{num_classes - 1}.")
    wrong = np.flatnonzero((classes < 0) | (classes >= num_classes))
    if len(wrong):
        raise ValueError(
            f"{what}: row {wrong[0]} is {classes[wrong[0]]}, outside 0..{num_classes - 1} ({len(wrong)} such rows); "
            "classes count from 0, and each needs a column."
        )
