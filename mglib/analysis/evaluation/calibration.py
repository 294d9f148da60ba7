"""Calibration of probabilities: likelihood, Brier score, calibration errors, and the reliability diagram.

The top-label errors compare the confidence, the largest probability, with the share of correct clips:
ECE in bins of equal width (Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3), adaptive ECE in bins
of equal mass, whose edges are quantiles of the whole sample (Nguyen & O'Connor 2015, Posterior Calibration and
Exploratory Analysis). Class-wise ECE does the same for every class's probability in bins of equal width and averages
over all K classes, also those without clips (Kull et al. 2019, Beyond Temperature Scaling, section 2; the static
calibration error of Nixon et al. 2019, Measuring Calibration in Deep Learning). A bin includes its upper edge but not
its lower one, as in scikit-learn's calibration_curve.

These errors are sums of absolute differences, so they are positive by chance alone, and biased upwards, especially for
bins with few clips. The expected error of a calibrated system, `by_chance`, follows from the variance of each bin's
difference over groups: the mean of |x| for x normal with mean 0. A system that is miscalibrated in every bin has no
such bias, so the low end of an interval is reduced by all of it, and the high end not at all: the interval is wide if
the bias is large, but covers the error of calibrated and over-confident systems (`python -m benchmarks.coverage`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from .intervals import ratio_intervals
from .requirements import check_distributions, check_single, check_systems
from .scores import with_groups
from .seeds import seed_table
from .sums import group_sizes, group_sums, ratio

CALIBRATION = {
    "nll": "negative log-likelihood",
    "brier": "Brier score",
    "ece": "ECE",
    "adaptive_ece": "adaptive ECE",
    "classwise_ece": "class-wise ECE",
}
SCALES = {"nll": "positive", "brier": "positive"} | dict.fromkeys(("ece", "adaptive_ece", "classwise_ece"), "any")
LEAST = float(np.finfo(np.float32).tiny)  # replaces a probability of 0 in logarithms: 87.3 nats


def calibration_table(
    systems: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    bins: int = 15,
    level: float = 0.95,
) -> pd.DataFrame:
    """Calibration of several systems on the same clips; arguments, columns and errors as in `score_table`.

    Args:
        bins: number of bins of each calibration error; 15 as in Guo et al. 2017.

    Returns:
        Columns system, metric (keys of `CALIBRATION`), value, low, high, sd, seeds, groups, by_chance. nll in nats a
        clip; brier the sum of squares over classes, 0..2, mean over clips (Brier 1950). by_chance is about what the
        error would be of a calibrated system with such probabilities; nan for the two that have no such excess.

    Raises:
        ValueError: as in `score_table`, and if probabilities are negative or do not sum to 1.
    """
    tables = check_systems(systems, labels, groups)
    for name, table in tables.items():
        check_distributions(table, name)
    num_classes = next(iter(tables.values())).shape[2]

    def measures(sums: np.ndarray) -> np.ndarray:
        clips, nll, brier, *gaps = _split(sums, bins)
        errors = [np.abs(gap).sum(axis=-1) for gap in gaps]
        errors[2] /= num_classes
        return np.stack([nll[..., 0], brier[..., 0], *errors], axis=-1) / clips

    def sums_of(probabilities: np.ndarray) -> np.ndarray:
        return group_sums(_contributions(labels, probabilities, bins), groups)

    table = seed_table(tables, SCALES, sums_of, measures, group_sizes(groups), level)
    chance = [np.mean([_by_chance(sums_of(seed), bins) for seed in seeds], axis=0) for seeds in tables.values()]
    table["by_chance"] = np.ravel(chance)
    low = (table["low"] - table["by_chance"]).clip(lower=0)
    table["low"] = table["low"].where(table["by_chance"].isna(), low)
    return table


def format_calibration(table: pd.DataFrame) -> pd.DataFrame:
    """The long table of `calibration_table` for display: a row per system, a column per measure, 'x.xxx [lo, hi]'.

    An error that is biased by chance is 'x.xxx [lo, hi], chance x.xxx', see `calibration_table`. The last column is the
    number of groups behind the intervals.
    """
    cells = []
    for row in table.itertuples():
        bounds = "" if np.isnan(row.low) else f" [{row.low:.3f}, {row.high:.3f}]"
        chance = "" if np.isnan(row.by_chance) else f", chance {row.by_chance:.3f}"
        cells.append(f"{row.value:.3f}{bounds}{chance}")
    wide = table.assign(cell=cells).pivot(index="system", columns="metric", values="cell")
    wide = wide.loc[table["system"].unique(), list(CALIBRATION)]  # pivot sorts; restore the order
    return with_groups(wide.rename(columns=CALIBRATION).rename_axis(index=None, columns=None), table)


def reliability(
    probabilities: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    bins: int = 15,
    level: float = 0.95,
) -> pd.DataFrame:
    """Data of the reliability diagram, in bins of confidence of equal mass; errors as in `calibration_table`.

    Returns:
        A row per bin with clips, ascending: confidence (mean), accuracy, n (clips), groups (their number), low,
        high (of the accuracy; nan for a single group). Equal confidences share a bin, so there
        may be fewer than `bins`.
    """
    probabilities = check_single(labels, probabilities, groups)
    check_distributions(probabilities)
    confidence, right = top_label(labels, probabilities)
    bin_of = np.eye(bins)[_bins(confidence, np.quantile(confidence, np.linspace(0, 1, bins + 1)))]  # [N, bins]
    counts, sums, hits = np.moveaxis(
        group_sums(np.stack([bin_of, bin_of * confidence[:, None], bin_of * right[:, None]], axis=1), groups), 1, 0
    )
    low, high = ratio_intervals(hits, counts, level=level)
    n = counts.sum(axis=0)
    columns = {"confidence": ratio(sums.sum(axis=0), n), "accuracy": ratio(hits.sum(axis=0), n), "n": n.astype(int)}
    table = pd.DataFrame(columns | {"groups": np.count_nonzero(counts, axis=0), "low": low, "high": high})
    return table[table["n"] > 0].reset_index(drop=True)


def top_label(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of the predicted class, float [N], and whether it is the true one, bool [N]."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels


def _contributions(labels: np.ndarray, probabilities: np.ndarray, bins: int) -> np.ndarray:
    """Contribution of each clip to the sums behind the measures [N, 3 + bins + bins + K bins].

    The clip itself, its nll and Brier score, then the gap between probability and outcome in the clip's bin: of the
    top label by equal width and by equal mass, and of every class by equal width.
    """
    n, num_classes = probabilities.shape
    row, edges = np.arange(n), np.linspace(0, 1, bins + 1)
    outcome = np.eye(num_classes)[labels]
    confidence, right = top_label(labels, probabilities)
    own = np.log(np.maximum(probabilities[row, labels], LEAST))
    single = np.column_stack([np.ones(n), -own, ((probabilities - outcome) ** 2).sum(axis=1)])
    gaps = np.zeros((2, n, bins))
    gaps[0, row, _bins(confidence, edges)] = confidence - right
    gaps[1, row, _bins(confidence, np.quantile(confidence, edges))] = confidence - right
    by_class = np.zeros((n, num_classes, bins))
    np.put_along_axis(by_class, _bins(probabilities, edges)[..., None], (probabilities - outcome)[..., None], axis=2)
    return np.hstack([single, *gaps, by_class.reshape(n, -1)])


def _split(sums: np.ndarray, bins: int) -> list[np.ndarray]:
    """Split sums of `_contributions` into clips, nll, Brier score, and the differences by bin of the three errors."""
    return np.split(sums, np.cumsum([1, 1, 1, bins, bins]), axis=-1)


def _by_chance(sums: np.ndarray, bins: int) -> np.ndarray:
    """The bias of each measure for a calibrated system [5], from sums per group [G, ...]; nan if it has none."""
    clips, _, _, *gaps = _split(sums, bins)
    share = clips / clips.sum()
    free = 1 - np.sum(share**2)  # 0 for one group, whose variance is unknown
    variances = [ratio(np.sum((gap - share * gap.sum(axis=0)) ** 2, axis=0), free) for gap in gaps]
    means = [np.sqrt(2 / np.pi * variance).sum() / clips.sum() for variance in variances]
    means[2] /= (sums.shape[-1] - 3 - 2 * bins) // bins  # classes
    return np.array([np.nan, np.nan, *means])


def _bins(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Bin of each value, 0..B-1; a value on an inner edge belongs below it."""
    return np.searchsorted(edges[1:-1], values)
