"""Coverage of 95 % intervals in simulations with known truth, as in the tables of docs/results.md.

    python -m benchmarks.coverage [--repeats N] [shares] [settings] [errors] [chance]

shares: intervals over groups, the method in use and alternatives. settings: the difference of two equal settings, over
seeds and groups, and how often p is below 0.05. errors: the calibration error. chance: average precision of random
orders. All four take some minutes.
"""

import argparse
import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy import stats

from mglib.analysis.ambiguity.truth import random_precision
from mglib.analysis.evaluation import (
    calibration_table,
    compare_settings,
    group_sums,
    ratio_intervals,
    sign_flip_test,
)
from mglib.sweep import markdown

GROUPS = (4, 8, 20, 104)
SPREADS = {"equal": 0.0, "unequal": 0.7, "very unequal": 1.2}  # standard deviation of the logarithm of a group's size
SIZE = 40  # mean number of clips per group
RATES = (0.03, 0.12, 0.5, 0.88, 0.97)
CORRELATIONS = (0.0, 0.05, 0.1, 0.3)
TELLING = 2  # smallest expected number of wrong, or right, independent clips; fewer are not informative
DRAWS = 199  # number of draws per bootstrap
Bounds = tuple[np.ndarray, np.ndarray]


def main() -> None:
    parts = {"shares": shares, "settings": settings, "errors": errors, "chance": chance}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], default=[])
    parser.add_argument("--repeats", type=int, default=1500, help="simulations of each case")
    given = parser.parse_args()
    for name in given.parts or parts:
        print(f"{table_of(parts[name](given.repeats, np.random.default_rng(0)))}\n")


def table_of(rows: pd.DataFrame) -> str:
    first, *_ = rows.columns
    return markdown(rows.astype(str).set_index(first))


def shares(repeats: int, rng: np.random.Generator) -> pd.DataFrame:
    """Lowest coverage over the informative cases, by number and sizes of groups."""
    methods = {"in use": in_use, "percentile": percentile, "studentised": studentised, "wild": wild, "plain t": plain_t}
    rows = []
    for number, (name, spread) in itertools.product(GROUPS, SPREADS.items()):
        sizes, found = group_sizes(number, spread), []
        for rate, correlation in itertools.product(RATES, CORRELATIONS):
            hits = beta_binomial(rate, correlation, sizes, repeats, rng)
            found.append([covered(method(hits, sizes, rng), rate) for method in methods.values()])
        telling = [tells(r, c, sizes) for r, c in itertools.product(RATES, CORRELATIONS)]
        least = np.array(found)[telling].min(axis=0)
        rows.append([number, f"{name}, {sizes.min()} to {sizes.max()}", sum(telling), *(f"{x:.2f}" for x in least)])
    return pd.DataFrame(rows, columns=["groups", "sizes", "cases", *methods])


def settings(repeats: int, rng: np.random.Generator) -> pd.DataFrame:
    """Two equal settings: coverage of a difference of 0, and how often p is below 0.05."""
    rows = []
    for seed_sd, seeds, number in itertools.product((0.0, 0.018, 0.038), (3, 5, 10), (4, 8, 20)):
        found = np.array([one_comparison(seeds, number, seed_sd, rng) for _ in range(max(1, repeats // 4))])
        cells = [f"{x:.2f}" for x in found.mean(axis=0)]
        rows.append([f"{100 * seed_sd:.1f} points", seeds, number, *cells])
    columns = [
        "seeds differ by",
        "seeds",
        "groups",
        "coverage",
        "p < 0.05",
        "groups alone: coverage",
        "sign-flip p < 0.05",
    ]
    return pd.DataFrame(rows, columns=columns)


def errors(repeats: int, rng: np.random.Generator) -> pd.DataFrame:
    """ECE of systems whose confidence is right, or too high by 5 or 15 points: coverage of the true error."""
    rows = []
    for number, boast in itertools.product(GROUPS, (0.0, 0.05, 0.15)):
        found = np.array([one_error(number, boast, rng) for _ in range(max(1, repeats // 10))])
        value, by_chance, held, basic = found.mean(axis=0)
        rows.append([number, f"{boast:.2f}", f"{value:.3f}", f"{by_chance:.3f}", f"{held:.2f}", f"{basic:.2f}"])
    columns = ["groups", "true error", "ECE, mean", "by chance", "coverage", "basic bootstrap"]
    return pd.DataFrame(rows, columns=columns)


def chance(repeats: int, rng: np.random.Generator) -> pd.DataFrame:
    """Average precision of random orders."""
    rows = []
    for wanted, clips in ((26, 640), (64, 640), (5, 320), (32, 320)):
        luck = random_precision(wanted, clips, rng, 2 * repeats)
        rows.append(
            [f"{wanted} of {clips}", f"{wanted / clips:.3f}", f"{luck.mean():.3f}", f"{np.quantile(luck, 0.95):.3f}"]
        )
    return pd.DataFrame(rows, columns=["wanted", "share", "random order, mean", "95 % up to"])


def group_sizes(number: int, spread: float) -> np.ndarray:
    """Log-normal sizes at evenly spaced quantiles, with mean `SIZE`."""
    sizes = np.exp(spread * stats.norm.ppf((np.arange(number) + 0.5) / number))
    return np.maximum(1, np.rint(SIZE * sizes / sizes.mean())).astype(int)


def beta_binomial(
    rate: float, correlation: float, sizes: np.ndarray, repeats: int, rng: np.random.Generator
) -> np.ndarray:
    """Clips recognised in each group [repeats, G], with this intra-class correlation."""
    if not correlation:
        return rng.binomial(sizes, rate, (repeats, len(sizes)))
    strength = (1 - correlation) / correlation
    return rng.binomial(sizes, rng.beta(rate * strength, (1 - rate) * strength, (repeats, len(sizes))))


def tells(rate: float, correlation: float, sizes: np.ndarray) -> bool:
    """Whether enough clips of the rarer outcome are expected; correlated clips count as fewer."""
    design = 1 + ((sizes**2).sum() / sizes.sum() - 1) * correlation
    return sizes.sum() / design * min(rate, 1 - rate) >= TELLING


def covered(bounds: Bounds, truth: float) -> float:
    return np.mean((bounds[0] <= truth) & (truth <= bounds[1]))


def in_use(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> Bounds:
    return ratio_intervals(hits.T, np.broadcast_to(sizes[:, None], hits.T.shape))


def plain_t(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> Bounds:
    """Linearised standard error, t with G - 1 degrees of freedom."""
    value, error = linearised(hits[:, None], np.broadcast_to(sizes, (1, 1, len(sizes))))
    half = stats.t.ppf(0.975, len(sizes) - 1) * error[:, 0]
    return value[:, 0] - half, value[:, 0] + half


def percentile(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> Bounds:
    """Percentile bootstrap over groups, used by earlier versions."""
    return tuple(np.concatenate(parts) for parts in zip(*by_chunk(hits, sizes, rng, _percentile), strict=True))


def studentised(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> Bounds:
    """Studentised bootstrap with the same draws."""
    return tuple(np.concatenate(parts) for parts in zip(*by_chunk(hits, sizes, rng, _studentised), strict=True))


def wild(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> Bounds:
    """Wild bootstrap: residuals of groups times Webb's six weights, studentised."""
    webb = np.sqrt([0.5, 1, 1.5])
    weights = rng.choice(np.concatenate([webb, -webb]), (DRAWS, len(sizes)))
    value, error = linearised(hits[:, None], sizes[None, None])
    residual = (hits - value * sizes) / sizes.sum()  # [R, G]
    moved = residual @ weights.T  # [R, B]
    left = weights[None] * residual[:, None] - moved[..., None] * sizes / sizes.sum()
    number = len(sizes)
    spread = np.sqrt(number / (number - 1) * np.sum(left**2, axis=2))
    t = np.abs(np.divide(moved, spread, out=np.zeros_like(moved), where=spread > 0))  # 0 where all groups agree
    half = np.quantile(t, 0.95, axis=1) * error[:, 0]
    return value[:, 0] - half, value[:, 0] + half


def linearised(hits: np.ndarray, sizes: np.ndarray) -> Bounds:
    """Share and its standard error over the last axis, groups."""
    number, clips = hits.shape[-1], sizes.sum(axis=-1)
    value = hits.sum(axis=-1) / clips
    residual = (hits - value[..., None] * sizes) / clips[..., None]
    return value, np.sqrt(number / (number - 1) * np.sum(residual**2, axis=-1))


def by_chunk(hits: np.ndarray, sizes: np.ndarray, rng: np.random.Generator, method: Callable) -> Iterator[Bounds]:
    """Bootstrap a hundred simulations at a time, to save memory."""
    for part in np.array_split(hits, -(-len(hits) // 100)):
        drawn = rng.integers(0, len(sizes), (DRAWS, len(sizes)))
        yield method(part, sizes, part[:, drawn], sizes[drawn])


def _percentile(hits: np.ndarray, sizes: np.ndarray, drawn: np.ndarray, drawn_sizes: np.ndarray) -> Bounds:
    values, _ = linearised(drawn, drawn_sizes[None])
    return tuple(np.quantile(values, [0.025, 0.975], axis=1))


def _studentised(hits: np.ndarray, sizes: np.ndarray, drawn: np.ndarray, drawn_sizes: np.ndarray) -> Bounds:
    value, error = linearised(hits[:, None], sizes[None, None])
    values, spread = linearised(drawn, drawn_sizes[None])
    t = np.divide(values - value, spread, out=np.zeros_like(values), where=spread > 0)  # 0 where all groups agree
    low, high = np.quantile(t, [0.025, 0.975], axis=1)
    return value[:, 0] - high * error[:, 0], value[:, 0] - low * error[:, 0]


def one_comparison(seeds: int, number: int, seed_sd: float, rng: np.random.Generator) -> tuple[bool, ...]:
    """Whether 0 is covered and p below 0.05, over seeds and groups, and over groups only."""
    own, base, groups = settings_alike(rng, seeds, number, seed_sd=seed_sd)
    found = compare_settings(own, base, groups)
    gain = np.mean([*own.values()], axis=0) - np.mean([*base.values()], axis=0)
    sums, times = group_sums(gain, groups), rng.multinomial(number, np.full(number, 1 / number), 1000)
    low, high = np.quantile(times @ sums, [0.025, 0.975])
    p = sign_flip_test(gain, groups, rng=rng, draws=1000)[0]
    return found.low <= 0 <= found.high, found.p < 0.05, low <= 0 <= high, p < 0.05


def settings_alike(
    rng: np.random.Generator, seeds: int, num_groups: int, *, seed_sd: float, group_sd: float = 0.02, size: int = 50
) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray], np.ndarray]:
    """Hits by seed of two settings that are right 80 % of the time on average, and the group of each clip.

    Seeds differ by seed_sd, and the effect of a setting on a group by group_sd. Clips are equally hard for both: four
    fifths of the variance are due to the clip, one fifth is random.
    """
    groups = np.repeat(np.arange(num_groups), size)
    hardness, sides = rng.normal(0, np.sqrt(0.8), len(groups)), []
    for _ in range(2):
        suits = rng.normal(0, group_sd, num_groups)[groups]
        rates = np.clip(0.8 + suits + rng.normal(0, seed_sd, (seeds, 1)), 0.01, 0.99)
        luck = rng.normal(0, np.sqrt(0.2), (seeds, len(groups)))
        sides.append(dict(enumerate(hardness + luck < stats.norm.ppf(rates))))
    return *sides, groups


def one_error(number: int, boast: float, rng: np.random.Generator) -> tuple[float, ...]:
    """ECE with 40 clips per group, its value by chance, and whether interval and basic bootstrap cover the truth."""
    groups = np.repeat(np.arange(number), SIZE)
    confidence = 0.5 + boast + (0.5 - boast) * rng.beta(3, 2, len(groups))
    shift = rng.uniform(-0.05, 0.05, number)[groups]
    labels = (rng.random(len(groups)) > np.clip(confidence - boast + shift, 0, 1)).astype(int)
    probabilities = np.column_stack([confidence, 1 - confidence])
    row = calibration_table({"": probabilities}, labels, groups).set_index("metric").loc["ece"]
    gaps = np.zeros((len(groups), 15))
    bin_of = np.searchsorted(np.linspace(0, 1, 16)[1:-1], confidence)
    gaps[np.arange(len(groups)), bin_of] = confidence - (labels == 0)
    times = rng.multinomial(number, np.full(number, 1 / number), 500)
    drawn = np.abs(times @ group_sums(gaps, groups)).sum(axis=1) / len(groups)
    low, high = 2 * row.value - np.quantile(drawn, [0.975, 0.025])
    return row.value, row.by_chance, row.low <= boast <= row.high, max(low, 0) <= boast <= high


if __name__ == "__main__":
    main()
