"""How answers are combined, and how the weights are found: on clips of groups that no member's training saw.

Temperature scaling makes members comparable (Guo et al. 2017, On Calibration of Modern Neural Networks). The convex
search minimises the negative log-likelihood of the mixture over the simplex; it is a convex problem, so there is one
answer and no luck in it. Top-1 itself is a step function of the weights and would be fitted to single clips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from mglib.analysis.evaluation import fit_temperature, scale_temperature

from .members import EnsembleError, Pool

Method = Literal["equal", "ratio", "convex", "stacking"]
FLOOR = np.finfo(np.float32).tiny
GAP = 1e-6  # nats that the found weights may at most be worse than the best
ROUNDS = 20_000
SOFTNESS = 0.1  # C of the stacking regression, a tenth of the default: S x K inputs want a strong prior


@dataclass(frozen=True)
class Combination:
    """A way to combine S members.

    Attributes:
        method: how the weights were found; "seeds": equal, of networks of one setting (`seeds.average_seeds`).
        temperatures: of the members, [S].
        weights: of the members, [S], sum 1; NaN for stacking, which has none.
        temperature: of the mixture, which is under-confident where its members are calibrated (Rahaman & Thiery 2021,
            Uncertainty Quantification and Deep Ensembles); 1 for stacking, whose likelihood is fitted already.
        stacker: the regression, or None.
    """

    method: Method | Literal["seeds"]
    temperatures: np.ndarray
    weights: np.ndarray
    temperature: float
    stacker: LogisticRegression | None = None

    def __call__(self, probabilities: np.ndarray) -> np.ndarray:
        """Probabilities [S, N, K] -> [N, K]."""
        return scale_temperature(self._mix(probabilities), self.temperature)

    def _mix(self, probabilities: np.ndarray) -> np.ndarray:
        scaled = _scale(probabilities, self.temperatures)
        if self.stacker is None:
            return np.tensordot(self.weights, scaled, 1)
        answers = np.zeros(scaled.shape[1:])
        answers[:, self.stacker.classes_] = self.stacker.predict_proba(_inputs(scaled))
        return answers


def fit(
    pool: Pool, method: Method = "convex", ratio: Sequence[float] | None = None, *, rows: np.ndarray | None = None
) -> Combination:
    """Find temperatures and weights on the held-out clips.

    Args:
        pool: members and their held-out answers.
        method: equal weights; a fixed `ratio`; "convex": the best weights; "stacking": a multinomial logistic
            regression on all members' log-probabilities, to compare with.
        ratio: the weights for "ratio", one per member, in any unit.
        rows: which of the held-out clips, int; None: all.

    Raises:
        EnsembleError: `ratio` does not fit, or stacking meets one class only.
    """
    rows = np.arange(len(pool.rows)) if rows is None else rows
    labels, held = pool.labels[rows], pool.held_out[:, rows]
    temperatures = np.array([fit_temperature(p, labels) for p in held])
    scaled, weights = _scale(held, temperatures), np.full(len(held), 1 / len(held))
    if method == "ratio":
        weights = _shares(ratio, pool)
    elif method == "convex":
        weights = mixture_weights(own_probabilities(scaled, labels))
    elif method == "stacking":
        return Combination(method, temperatures, np.full(len(held), np.nan), 1.0, _stack(scaled, labels))
    mixture = np.tensordot(weights, scaled, 1)
    return Combination(method, temperatures, weights, fit_temperature(mixture, labels))


def cross_fit(
    pool: Pool, method: Method = "convex", ratio: Sequence[float] | None = None, folds: int = 5
) -> np.ndarray:
    """Answers to the held-out clips by a combination that was fitted on other groups: [n, K].

    What a method is worth, and what may be calibrated further, without a look at the test split.

    Args:
        pool, method, ratio: as in `fit`.
        folds: the groups are divided into so many, or one each where there are fewer.

    Raises:
        EnsembleError: the held-out clips come from one group.
    """
    number = min(folds, len(np.unique(pool.groups)))
    if number < 2:
        raise EnsembleError(
            f"The held-out clips come from one {pool.run.data.group_kind}, so weights cannot be fitted on some and "
            "judged on others; hold out more (`folds`)."
        )
    answers = np.empty(pool.held_out.shape[1:])
    for others, own in GroupKFold(number).split(pool.rows, groups=pool.groups):
        answers[own] = fit(pool, method, ratio, rows=others)(pool.held_out[:, own])
    return answers


def own_probabilities(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Probability of the true class by clip and member: [S, n, K] -> [n, S]."""
    return np.maximum(probabilities[:, np.arange(len(labels)), labels].T, FLOOR)


def mixture_weights(own: np.ndarray, times: np.ndarray | None = None) -> np.ndarray:
    """Weights on the simplex that minimise the mean of -log(own @ w).

    By the fixed point w <- w * mean(own / (own @ w)) (Cover 1984, An Algorithm for Maximizing Expected Log Investment
    Return), whose distance from the best is at most the largest entry of that mean, less 1; many problems at once.

    Args:
        own: probabilities of the true class, [n, S], above 0.
        times: how often each clip counts, [B, n] for B problems, or None for one problem with each clip once.

    Returns:
        [B, S], or [S].
    """
    counts = np.ones((1, len(own))) if times is None else times
    shares = counts / counts.sum(1, keepdims=True)
    weights = np.full((len(counts), own.shape[1]), 1 / own.shape[1])
    for _ in range(ROUNDS):
        gain = (shares / (weights @ own.T)) @ own
        if gain.max() - 1 < GAP:
            break
        weights *= gain
    weights /= weights.sum(1, keepdims=True)
    return weights[0] if times is None else weights


def weight_draws(pool: Pool, combination: Combination, *, rng: np.random.Generator, draws: int = 200) -> np.ndarray:
    """Convex weights on held-out groups drawn with replacement, the temperatures kept: [draws, S]."""
    scaled = _scale(pool.held_out, combination.temperatures)
    _, group = np.unique(pool.groups, return_inverse=True)
    number = group.max() + 1
    times = rng.multinomial(number, np.full(number, 1 / number), size=draws)
    return mixture_weights(own_probabilities(scaled, pool.labels), times[:, group].astype(float))


def _scale(probabilities: np.ndarray, temperatures: np.ndarray) -> np.ndarray:
    return np.stack([scale_temperature(p, t) for p, t in zip(probabilities, temperatures, strict=True)])


def _inputs(scaled: np.ndarray) -> np.ndarray:
    """Log-probabilities of all members side by side, [S, N, K] -> [N, S * K], each member's centred."""
    logs = np.log(np.maximum(scaled, FLOOR))
    logs -= logs.mean(2, keepdims=True)
    return np.concatenate(list(logs), axis=1)


def _stack(scaled: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    if len(np.unique(labels)) < 2:
        raise EnsembleError("stacking: the held-out clips show one class only; take convex or equal weights.")
    with threadpool_limits(1):  # thousands of small products: a second thread makes them slower
        return LogisticRegression(C=SOFTNESS, max_iter=1000).fit(_inputs(scaled), labels)


def _shares(ratio: Sequence[float] | None, pool: Pool) -> np.ndarray:
    weights = np.array([] if ratio is None else ratio, dtype=float)
    if len(weights) != len(pool.members) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum():
        raise EnsembleError(f"ratio: {ratio}; give a weight for each of {', '.join(pool.names)}, none less than 0.")
    return weights / weights.sum()
