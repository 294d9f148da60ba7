"""Systems on the same clips beside each other: what one gains over the other, and whether they err together."""

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics

from .bootstrap import Interval, cluster_intervals, group_sums, seed_average
from .requirements import check_single, check_systems
from .scores import METRICS, class_counts, scores


def paired_difference(
    labels: np.ndarray,
    prob_a: np.ndarray,
    prob_b: np.ndarray,
    groups: np.ndarray,
    *,
    metric: str = "top1",
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """A metric (key of `METRICS`) of `prob_a` minus that of `prob_b`, a fraction; other arguments as in `score_table`.

    Of several seeds, the difference of the means; the sides need not have as many.
    """
    if metric not in METRICS:
        raise ValueError(f"There is no metric {metric!r}; choose among {', '.join(METRICS)}.")
    tables = check_systems({"b": prob_b, "a": prob_a}, labels, groups)
    differences = _differences(tables, labels, groups, rng=rng, draws=draws, level=level)
    return Interval(*differences[:, 0, list(METRICS).index(metric)].tolist())


def compare_systems(
    systems: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    baseline: str,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Every system against one of them, the baseline, on the same clips; arguments as in `score_table`.

    Returns:
        A row each other system: system; difference, low, high (of top-1, seeds averaged); macro_f1, macro_f1_low,
        macro_f1_high (difference of macro F1); p (`sign_flip_test` of top-1 over groups) and smallest_p, the least that
        so many groups can give; p_mcnemar, McNemar's exact test (1947), which takes the clips for independent and so
        is too sure where a group's clips resemble each other; gained and lost, clips right only here and only in the
        baseline. The last three are nan where a side has several seeds.

    Raises:
        ValueError: if the baseline is none of the systems, there is no other, or as in `score_table`.
    """
    if baseline not in systems or len(systems) < 2:
        raise ValueError(f"The baseline is {baseline!r}, the systems {list(systems)}; give it and at least one more.")
    tables = check_systems(systems, labels, groups)
    tables = {baseline: tables.pop(baseline)} | tables
    differences = _differences(tables, labels, groups, rng=rng, draws=draws, level=level)  # [3, systems - 1, 4]
    base, *others = (table.argmax(axis=2) == labels for table in tables.values())  # bool [S, N] each
    rows = []
    for place, hits in enumerate(others):
        top1, macro_f1 = differences[:, place, 0], differences[:, place, 3]
        row = dict(zip(("difference", "low", "high"), top1, strict=True))
        row |= dict(zip(("macro_f1", "macro_f1_low", "macro_f1_high"), macro_f1, strict=True))
        p = sign_flip_test(hits.mean(axis=0) - base.mean(axis=0), groups, rng=rng, draws=draws)
        row |= dict(zip(("p", "smallest_p"), p, strict=True)) | _discordant(hits, base)
        rows.append(row)
    table = pd.DataFrame(rows).assign(system=list(tables)[1:])
    return table[["system", *table.columns.drop("system")]]


def format_points(difference: float, low: float, high: float) -> str:
    """A difference of fractions in points, '+x.x [+lo, +hi]': no minus before a zero, no interval or text for nan."""
    if np.isnan(difference):
        return ""
    return f"{100 * difference:+z.1f}" + ("" if np.isnan(low) else f" [{100 * low:+z.1f}, {100 * high:+z.1f}]")


def sign_flip_test(
    values: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, draws: int = 10_000
) -> tuple[float, float]:
    """Is the mean of a difference a clip [N] other than 0? Signs flip for whole groups [N] at once.

    If not, the two sides of a group could as well be exchanged (Good 2005, Permutation, Parametric and Bootstrap Tests
    of Hypotheses). All 2^G flips are gone through where they are no more than `draws`, else that many are drawn.

    Returns:
        The two-sided p-value, and the smallest that this number of groups can give: with four, 2/16 = 0.125.
    """
    sums = group_sums(np.asarray(values, dtype=float), groups)
    if len(sums) < 2:
        return 1.0, 1.0  # scipy wants two observations; a lone group's flip is as extreme as itself
    test = stats.permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=draws, rng=rng)
    flips = 2 ** len(sums)
    return float(test.pvalue), 2 / flips if flips <= draws else 2 / (draws + 1)


def overlap(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> pd.DataFrame:
    """Do two systems err on the same clips? (Kuncheva & Whitaker 2003, Measures of Diversity in Classifier Ensembles.)

    Args:
        systems: name -> probabilities [N, K].
        labels: true classes, int [N].

    Returns:
        A row each pair: first, second; kappa, Cohen's of right and wrong (1: the same clips, 0: as chance has it; nan
        where both are always right, or always wrong); double_fault, the share of clips wrong in both, and
        disagreement, the share right in only one.
    """
    rows = []
    for (first, a), (second, b) in itertools.combinations(_hits(systems, labels).items(), 2):
        undefined = np.array_equal(a, b) and a.all() == a.any()  # scikit-learn's own nan comes with a warning
        kappa = np.nan if undefined else metrics.cohen_kappa_score(a, b)
        rows.append((first, second, kappa, np.mean(~a & ~b), np.mean(a != b)))
    return pd.DataFrame(rows, columns=["first", "second", "kappa", "double_fault", "disagreement"])


def oracle(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> np.ndarray:
    """Clips that at least one system recognises, bool [N]: what choosing among them could reach; as in `overlap`."""
    return np.any(list(_hits(systems, labels).values()), axis=0)


def _hits(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, np.ndarray]:
    check_systems(systems, labels)
    return {name: check_single(labels, p, system=name).argmax(axis=1) == labels for name, p in systems.items()}


def _differences(tables: dict[str, np.ndarray], labels: np.ndarray, groups: np.ndarray, **draw) -> np.ndarray:
    """Every metric of each system minus that of the first: value, low, high [3, systems - 1, 4]."""
    sums, averaged = seed_average(tables, lambda p: class_counts(labels, p, groups), scores)

    def minus_first(sums: np.ndarray) -> np.ndarray:
        means = averaged(sums)
        return means[:, 1:] - means[:, :1]

    return np.stack([minus_first(sums.sum(axis=0, keepdims=True))[0], *cluster_intervals(sums, minus_first, **draw)])


def _discordant(hits: np.ndarray, base: np.ndarray) -> dict[str, float]:
    """McNemar's test of the hits of two systems, bool [S, N] each."""
    if len(hits) > 1 or len(base) > 1:
        return dict.fromkeys(("p_mcnemar", "gained", "lost"), np.nan)
    gained, lost = int(np.sum(hits & ~base)), int(np.sum(base & ~hits))
    p = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    return {"p_mcnemar": float(p), "gained": gained, "lost": lost}
