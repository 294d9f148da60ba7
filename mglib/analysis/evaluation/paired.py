"""Compares systems on the same clips: differences of scores, and overlap of errors."""

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics

from .intervals import Interval, bounds, group_freedom, t_test, unseen, warn_of_one_group
from .requirements import check_single, check_systems
from .scores import METRICS, class_counts, scores
from .seeds import difference, scored
from .sums import group_sizes, group_sums

DRAWS = 10_000  # random sign flips, where there are more possible ones


def paired_difference(
    labels: np.ndarray,
    prob_a: np.ndarray,
    prob_b: np.ndarray,
    groups: np.ndarray,
    *,
    metric: str = "top1",
    level: float = 0.95,
    seeds_paired: bool = False,
) -> Interval:
    """A metric (key of `METRICS`) of `prob_a` minus that of `prob_b`, a fraction; other arguments as in `score_table`.

    For several seeds, it is the difference of the means, and their numbers may differ; `seeds_paired` compares seed by
    seed, for equal seeds in the same order.

    Raises:
        ValueError: there is no such metric; other errors as in `score_table`.
    """
    if metric not in METRICS:
        raise ValueError(f"There is no metric {metric!r}; choose among {', '.join(METRICS)}.")
    tables = check_systems({"b": prob_b, "a": prob_a}, labels, groups)
    (found,) = _differences(tables, labels, groups, level, seeds_paired).values()
    return Interval(*found[:3, list(METRICS).index(metric)].tolist())


def compare_systems(
    systems: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    baseline: str,
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare every system with a baseline on the same clips; other arguments as in `score_table`.

    Inference is to other people. For a system with several seeds it is also to the mean over other seeds; a system with
    one seed is this one network. For settings, see `compare_settings`.

    Args:
        baseline: name of the baseline system.
        rng: source of random sign flips, used if there are too many for an exact test.
        draws: number of random sign flips.

    Returns:
        A row per other system: system; difference, low, high (of top-1, seeds averaged); macro_f1, macro_f1_low,
        macro_f1_high (difference of macro F1); p (`sign_flip_test` of top-1 over groups) and smallest_p, the smallest
        possible with this number of groups; p_mcnemar, McNemar's exact test (1947), which assumes independent clips and
        is therefore too small if a group's clips resemble each other; gained and lost, clips that only this system or
        only the baseline recognises; groups, their number. If a system has several seeds, p is that of a t test with
        the interval's variance, and smallest_p, p_mcnemar, gained and lost are nan.

    Raises:
        ValueError: the baseline is not among the systems, there is no other, or as in `score_table`.
    """
    if baseline not in systems or len(systems) < 2:
        raise ValueError(f"The baseline is {baseline!r}, the systems {list(systems)}; give it and at least one more.")
    tables = check_systems(systems, labels, groups)
    tables = {baseline: tables.pop(baseline)} | tables
    base, rows = tables[baseline].argmax(axis=2) == labels, []  # bool [S, N]
    for system, found in _differences(tables, labels, groups, level).items():
        hits = tables[system].argmax(axis=2) == labels
        row = {"system": system} | dict(zip(("difference", "low", "high"), found[:3, 0], strict=True))
        row |= dict(zip(("macro_f1", "macro_f1_low", "macro_f1_high"), found[:3, 3], strict=True))
        p, smallest = found[3, 0], np.nan
        if len(hits) == len(base) == 1:
            p, smallest = sign_flip_test(hits[0] - base[0].astype(float), groups, rng=rng, draws=draws)
        row |= {"p": p, "smallest_p": smallest} | _discordant(hits, base)
        rows.append(row | {"groups": len(np.unique(groups))})
    return pd.DataFrame(rows)


def format_points(difference: float, low: float, high: float) -> str:
    """A difference of fractions in percentage points, '+x.x [+lo, +hi]': no minus before 0, no text for nan."""
    if np.isnan(difference):
        return ""
    return f"{100 * difference:+z.1f}" + ("" if np.isnan(low) else f" [{100 * low:+z.1f}, {100 * high:+z.1f}]")


def format_p(p: float) -> str:
    """A p value with at most three digits, '<0.0001' for smaller ones, and no text for nan."""
    return "" if np.isnan(p) else f"{p:.3g}" if p >= 1e-4 else "<0.0001"


def sign_flip_test(
    values: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, draws: int = DRAWS
) -> tuple[float, float]:
    """Test whether the mean of differences per clip [N] is 0, by flipping the signs of whole groups [N].

    Under the null hypothesis, the two systems can be exchanged within a group (Good 2005, Permutation, Parametric and
    Bootstrap Tests of Hypotheses). All 2^G flips are used if they are at most `draws`, else that many random ones.

    Returns:
        The two-sided p-value, and the smallest possible with this number of groups: with four, 2/16 = 0.125.
    """
    sums = group_sums(np.asarray(values, dtype=float), groups)
    if len(sums) < 2:
        return 1.0, 1.0  # scipy needs two observations; with one group both flips are equally extreme
    test = stats.permutation_test((sums,), np.sum, permutation_type="samples", n_resamples=draws, rng=rng)
    return float(test.pvalue), smallest_p(len(sums), draws)


def smallest_p(groups: int, draws: int = DRAWS) -> float:
    """The smallest p-value possible in `sign_flip_test` with this number of groups, of which 2 at least."""
    return 2 / 2**groups if 2**groups <= draws else 2 / (draws + 1)


def overlap(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> pd.DataFrame:
    """Overlap of the errors of two systems (Kuncheva & Whitaker 2003, Measures of Diversity in Classifier Ensembles).

    Args:
        systems: name -> probabilities [N, K].
        labels: true classes, int [N].

    Returns:
        A row per pair: first, second; kappa, Cohen's kappa of right and wrong (1: same clips, 0: as by chance; nan if
        both are always right, or always wrong); double_fault, the share of clips wrong in both, and disagreement, the
        share right in only one.
    """
    rows = []
    for (first, a), (second, b) in itertools.combinations(_hits(systems, labels).items(), 2):
        undefined = np.array_equal(a, b) and a.all() == a.any()  # scikit-learn's nan comes with a warning
        kappa = np.nan if undefined else metrics.cohen_kappa_score(a, b)
        rows.append((first, second, kappa, np.mean(~a & ~b), np.mean(a != b)))
    return pd.DataFrame(rows, columns=["first", "second", "kappa", "double_fault", "disagreement"])


def oracle(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> np.ndarray:
    """Clips that at least one system recognises, bool [N], the upper limit for choosing among them."""
    return np.any(list(_hits(systems, labels).values()), axis=0)


def _hits(systems: Mapping[str, np.ndarray], labels: np.ndarray) -> dict[str, np.ndarray]:
    check_systems(systems, labels)
    return {name: check_single(labels, p, system=name).argmax(axis=1) == labels for name, p in systems.items()}


def _differences(
    tables: dict[str, np.ndarray], labels: np.ndarray, groups: np.ndarray, level: float, paired: bool = False
) -> dict[str, np.ndarray]:
    """Every metric of each further system minus that of the first: value, low, high, p of a t test, [4, 4]."""
    sizes, first = group_sizes(groups), next(iter(tables.values()))
    warn_of_one_group(len(sizes))
    base, *others = (scored(table, lambda p: class_counts(labels, p, groups), scores) for table in tables.values())
    hits = [np.mean(table.argmax(axis=2) == labels, axis=0) for table in tables.values()]
    found = {}
    for system, own, right in zip(list(tables)[1:], others, hits[1:], strict=True):
        least = np.array([np.var(right - hits[0]) / len(labels), 0, 0, 0])  # for top-1, as for independent clips
        if not np.array_equal(tables[system], first):  # a system does not differ from itself
            alike = (own.moves.mean(axis=1) == base.moves.mean(axis=1)).all(axis=0) & (least == 0)
            least = np.where(alike, unseen(len(labels), group_freedom(sizes), level), least)
        gain = difference(own, base, group_freedom(sizes), paired=paired, least=least)
        found[system] = np.stack([gain[0], *bounds(*gain, scale="any", level=level), t_test(*gain)])
    return found


def _discordant(hits: np.ndarray, base: np.ndarray) -> dict[str, float]:
    """McNemar's test of the hits of two systems, bool [S, N] each."""
    if len(hits) > 1 or len(base) > 1:
        return dict.fromkeys(("p_mcnemar", "gained", "lost"), np.nan)
    gained, lost = int(np.sum(hits & ~base)), int(np.sum(base & ~hits))
    p = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    return {"p_mcnemar": float(p), "gained": gained, "lost": lost}
