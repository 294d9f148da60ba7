"""Evaluates how well the measures find wrong labels and ambiguous clips, which are known in synthetic data."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import cluster_intervals, ratio
from mglib.base.errors import RunError
from mglib.runs import Run

from .clips import clip_table

# Which values of a measure are suspicious: 1: high, -1: low.
SUSPICIOUS = {
    "probability": -1, "own_similarity": -1, "margin": -1, "persistence": 1, "confidence": -1, "variability": 1,
    "aum": -1, "forgetting": 1, "label_quality": -1,
}  # fmt: skip
GUESSES = ("rival", "taken_for")
SHUFFLES = 2_000  # random orders of the clips, for the chance level

Measure = Callable[[np.ndarray], np.ndarray]  # weights of the clips [B, n] -> [B]


class _Row(NamedTuple):
    target: str
    score: str
    metric: str
    measure: Measure
    baseline: float
    positives: int
    by_luck: float = np.nan


def score_against_truth(
    run: Run, stream: str = "fused", *, rng: np.random.Generator, level: float = 0.95
) -> pd.DataFrame:
    """Evaluate every measure of training and test clips against the known truth.

    Args:
        run: a run on the synthetic data, with truth.csv.
        stream: "rgb", "pose" or "fused".
        rng: source of the random orders for the baselines of average precision.
        level: nominal coverage of the intervals.

    Returns:
        Columns split, target, score, metric, value, low, high, baseline, positives, by_luck, groups; a row if there are
        such clips and the score was measured.
        Targets "wrong label", "ambiguous", and "either": average precision of each measure, sorted by suspicion
        (forgetting: clips that were never recognised first). Baseline: the mean over random orders, which exceeds the
        share of such clips, especially if they are few; by_luck: the 95 % quantile over random orders. For the flag
        suspected: precision and recall; baseline: the share of such clips (recall: the share flagged).
        Target "ambiguous with": of the correctly labelled clips between two gestures, the share for which rival, or
        taken_for, names the other gesture. Baseline: 1 / (K - 1), a guess among the other classes.

    Raises:
        RunError: the run has no truth.csv.
    """
    if not (run.path / "truth.csv").is_file():
        raise RunError(f"The run {run.name} has no truth.csv: the truth is known for synthetic data only.")
    table, truth = clip_table(run, stream), pd.read_csv(run.path / "truth.csv")
    chance = 1 / max(run.data.num_classes - 1, 1)
    parts = []
    for split in ("train", "test"):
        where = run.where(split)
        clips, planted = table.iloc[where], truth.iloc[where]
        rows = [row for row in (*_finding(clips, planted, rng), *_naming(clips, planted, chance)) if row.positives]
        if rows:
            parts.append(_scored(rows, clips["group"].to_numpy(), level))
            parts[-1].insert(0, "split", split)
    columns = ["split", *_Row._fields[:3], "value", "low", "high", *_Row._fields[4:], "groups"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def average_precision(scores: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average precision for several weightings of the clips at once, defined as in scikit-learn.

    Args:
        scores: [n], highest first; ties are treated together.
        wanted: bool [n].
        weights: [B, n].

    Returns:
        [B]; NaN where no wanted clip has weight.
    """
    order = np.argsort(-scores, kind="stable")
    weights, wanted, scores = weights[:, order], wanted[order], scores[order]
    last = np.searchsorted(-scores, -scores, side="right") - 1  # last clip with the same score
    precision = ratio(np.cumsum(weights * wanted, axis=1)[:, last], np.cumsum(weights, axis=1)[:, last])
    found = weights * wanted
    return ratio(np.sum(found * np.nan_to_num(precision), axis=1), found.sum(1))


def random_precision(wanted: int, clips: int, rng: np.random.Generator, shuffles: int = SHUFFLES) -> np.ndarray:
    """Average precision of random orders of clips, of which some are wanted, [shuffles].

    Its mean exceeds the share of wanted clips.
    """
    found = np.arange(1, wanted + 1)
    places = (np.sort(rng.permutation(clips)[:wanted]) + 1 for _ in range(shuffles))
    return np.array([np.mean(found / place) for place in places])


def _finding(clips: pd.DataFrame, planted: pd.DataFrame, rng: np.random.Generator) -> Iterator[_Row]:
    wrong, ambiguous = planted["is_wrong_label"].to_numpy(), planted["is_ambiguous"].to_numpy()
    flag = clips["suspected"].to_numpy()
    targets = {"wrong label": wrong, "ambiguous": ambiguous} | ({"either": wrong | ambiguous} if wrong.any() else {})
    for target, wanted in targets.items():
        share, positives = wanted.mean(), int(wanted.sum())
        luck = random_precision(positives, len(wanted), rng) if positives else np.zeros(1)
        for name, end in SUSPICIOUS.items():
            if clips[name].notna().any():
                measure = partial(average_precision, _ranked(clips[name], name, end), wanted)
                yield _Row(target, name, "average precision", measure, luck.mean(), positives, np.quantile(luck, 0.95))
        if flag.any():
            yield _Row(target, "suspected", "precision", partial(_share, wanted, flag), share, positives)
            yield _Row(target, "suspected", "recall", partial(_share, flag, wanted), flag.mean(), positives)


def _naming(clips: pd.DataFrame, planted: pd.DataFrame, chance: float) -> Iterator[_Row]:
    other = planted["ambiguous_with"].to_numpy()
    between = (other >= 0) & ~planted["is_wrong_label"].to_numpy()
    for name in GUESSES:
        if (clips[name] >= 0).any():
            measure = partial(_share, clips[name].to_numpy() == other, between)
            yield _Row("ambiguous with", name, "hit rate", measure, chance, int(between.sum()))


def _ranked(values: pd.Series, name: str, end: int) -> np.ndarray:
    """Ranks [n], the higher the more suspicious; unmeasured clips have the lowest rank."""
    scores = end * values
    if name == "forgetting":
        scores = scores.fillna(scores.max() + 1)
    return scores.rank(na_option="top").to_numpy()


def _share(hit: np.ndarray, among: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return ratio((weights * (hit & among)).sum(1), (weights * among).sum(1))


def _scored(rows: list[_Row], groups: np.ndarray, level: float) -> pd.DataFrame:
    def measure(weights: np.ndarray) -> np.ndarray:
        return np.stack([row.measure(weights) for row in rows], axis=1)

    members = np.equal.outer(pd.unique(groups), groups).astype(float)  # [G, n]: clips of each group
    positives = np.array([row.positives for row in rows])
    low, high = cluster_intervals(members, measure, members.sum(axis=1), clips=positives, level=level)
    value = measure(np.ones((1, len(groups))))[0]
    table = pd.DataFrame(rows).drop(columns="measure")
    return table.assign(value=value, low=low, high=high, groups=len(members))
