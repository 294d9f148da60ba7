"""How well the measures find what is planted in the synthetic data."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import cluster_intervals
from mglib.base.errors import RunError
from mglib.runs import Run

from .clips import clip_table
from .measures import ratio

# Which end of a measure is suspicious: 1 the high one, -1 the low one.
SUSPICIOUS = {
    "probability": -1, "own_similarity": -1, "margin": -1, "persistence": 1, "confidence": -1, "variability": 1,
    "aum": -1, "forgetting": 1, "label_quality": -1,
}  # fmt: skip
GUESSES = ("rival", "taken_for")

Measure = Callable[[np.ndarray], np.ndarray]  # weights of the clips [B, n] -> [B]


class _Row(NamedTuple):
    target: str
    score: str
    metric: str
    measure: Measure
    baseline: float
    positives: int


def score_against_truth(
    run: Run, stream: str = "fused", *, rng: np.random.Generator, draws: int = 2_000, level: float = 0.95
) -> pd.DataFrame:
    """Score every measure of the training and the test clips against the planted truth.

    Args:
        run: of the synthetic data: with truth.csv.
        stream: "rgb", "pose" or "fused".
        rng: source of the bootstrap draws of whole groups, the same for all rows of a split.
        draws: number of draws.
        level: probability the intervals are meant to cover.

    Returns:
        Columns split, target, score, metric, value, low, high, baseline, positives; rows where such clips were planted
        and the score was measured.
        Targets "wrong label", "ambiguous", and "either": average precision of each measure, sorted from its suspicious
        end (forgetting: clips that were never recognised first). Of the flag suspected: precision and recall. Baseline:
        what no knowledge gives, the share of such clips (recall: the share flagged).
        Target "ambiguous with": of the rightly labelled clips between two gestures, the share of which rival, or
        taken_for, names the other gesture. Baseline: 1 / (K - 1), a guess among the other classes.

    Raises:
        RunError: the run has no truth.csv.
    """
    if not (run.path / "truth.csv").is_file():
        raise RunError(f"The run {run.name} has no truth.csv: only of synthetic data is known what is planted in them.")
    table, truth = clip_table(run, stream), pd.read_csv(run.path / "truth.csv")
    chance = 1 / max(run.data.num_classes - 1, 1)
    parts = []
    for split in ("train", "test"):
        where = run.where(split)
        clips, planted = table.iloc[where], truth.iloc[where]
        rows = [row for row in (*_finding(clips, planted), *_naming(clips, planted, chance)) if row.positives]
        if rows:
            parts.append(_scored(rows, clips["group"].to_numpy(), rng=rng, draws=draws, level=level))
            parts[-1].insert(0, "split", split)
    columns = ["split", *_Row._fields[:3], "value", "low", "high", *_Row._fields[4:]]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def average_precision(scores: np.ndarray, wanted: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average precision under several weightings of the clips at once, as scikit-learn defines it.

    Args:
        scores: [n], the higher the earlier; equals are taken together.
        wanted: bool [n].
        weights: [B, n].

    Returns:
        [B]; NaN where no wanted clip has weight.
    """
    order = np.argsort(-scores, kind="stable")
    weights, wanted, scores = weights[:, order], wanted[order], scores[order]
    last = np.searchsorted(-scores, -scores, side="right") - 1  # of the clips with the same score
    precision = ratio(np.cumsum(weights * wanted, axis=1)[:, last], np.cumsum(weights, axis=1)[:, last])
    found = weights * wanted
    return ratio(np.sum(found * np.nan_to_num(precision), axis=1), found.sum(1))


def _finding(clips: pd.DataFrame, planted: pd.DataFrame) -> Iterator[_Row]:
    wrong, ambiguous = planted["is_wrong_label"].to_numpy(), planted["is_ambiguous"].to_numpy()
    flag = clips["suspected"].to_numpy()
    targets = {"wrong label": wrong, "ambiguous": ambiguous} | ({"either": wrong | ambiguous} if wrong.any() else {})
    for target, wanted in targets.items():
        share, positives = wanted.mean(), int(wanted.sum())
        for name, end in SUSPICIOUS.items():
            if clips[name].notna().any():
                measure = partial(average_precision, _ranked(clips[name], name, end), wanted)
                yield _Row(target, name, "average precision", measure, share, positives)
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
    """Ranks [n], the higher the more suspicious; a clip that could not be measured is not."""
    scores = end * values
    if name == "forgetting":
        scores = scores.fillna(scores.max() + 1)
    return scores.rank(na_option="top").to_numpy()


def _share(hit: np.ndarray, among: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return ratio((weights * (hit & among)).sum(1), (weights * among).sum(1))


def _scored(rows: list[_Row], groups: np.ndarray, **draw) -> pd.DataFrame:
    def measure(weights: np.ndarray) -> np.ndarray:
        return np.stack([row.measure(weights) for row in rows], axis=1)

    members = np.equal.outer(pd.unique(groups), groups).astype(float)  # [G, n]: drawing groups weighs their clips
    low, high = cluster_intervals(members, measure, **draw)
    value = measure(np.ones((1, len(groups))))[0]
    return pd.DataFrame(rows).drop(columns="measure").assign(value=value, low=low, high=high)
