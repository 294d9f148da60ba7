"""Combines predictions, with weights fitted on clips of groups on which no member was trained.

Temperature scaling makes members comparable (Guo et al. 2017, On Calibration of Modern Neural Networks). The convex
method minimises the negative log-likelihood of the mixture over the simplex, a convex problem with a unique solution.
Top-1 itself is a step function of the weights, which would be fitted to single clips.
"""

import warnings
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
GAP = 1e-6  # largest difference from the optimum, nats
ROUNDS = 20_000
SOFTNESS = 0.1  # C of the stacking regression, a tenth of the default: S x K inputs need strong regularisation


@dataclass(frozen=True)
class Combination:
    """A way to combine S members.

    Attributes:
        method: how the weights were found; "seeds": equal, for networks with equal settings (`seeds.average_seeds`).
        temperatures: of the members, [S].
        weights: of the members, [S], sum 1; NaN for stacking, which has none.
        temperature: temperature of the mixture, which is under-confident if its members are calibrated (Rahaman &
            Thiery 2021, Uncertainty Quantification and Deep Ensembles); 1 for stacking, which is fitted by likelihood.
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
    """Fit temperatures and weights on the held-out clips.

    Args:
        pool: members and their held-out predictions.
        method: "equal": equal weights; "ratio": the weights `ratio`; "convex": optimal weights; "stacking": multinomial
            logistic regression on all members' log-probabilities, for comparison.
        ratio: the weights for "ratio", one per member, in any unit.
        rows: indices of held-out clips to use, int; None: all.

    Raises:
        EnsembleError: `ratio` is not valid, or there is only one class for stacking.
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
    """Predictions for the held-out clips by combinations fitted on other groups: [n, K].

    For evaluating methods and for further calibration without the test split.

    Args:
        pool, method, ratio: as in `fit`.
        folds: number of folds into which groups are divided; at most the number of groups.

    Raises:
        EnsembleError: the held-out clips come from one group.
    """
    number = min(folds, len(np.unique(pool.groups)))
    if number < 2:
        raise EnsembleError(
            f"The held-out clips come from one {pool.run.data.group_kind}, so weights cannot be fitted on some and "
            "evaluated on others; hold out more (`folds`)."
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
        times: weight of each clip, [B, n] for B problems, or None for one problem with equal weights.

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
    """Bootstrap of convex weights over held-out groups, with fixed temperatures: [draws, S]; nan for one group."""
    scaled = _scale(pool.held_out, combination.temperatures)
    _, group = np.unique(pool.groups, return_inverse=True)
    number = group.max() + 1
    if number < 2:
        return np.full((draws, len(pool.members)), np.nan)
    times = rng.multinomial(number, np.full(number, 1 / number), size=draws)
    return mixture_weights(own_probabilities(scaled, pool.labels), times[:, group].astype(float))


def _scale(probabilities: np.ndarray, temperatures: np.ndarray) -> np.ndarray:
    return np.stack([scale_temperature(p, t) for p, t in zip(probabilities, temperatures, strict=True)])


def _inputs(scaled: np.ndarray) -> np.ndarray:
    """Concatenated log-probabilities of all members, centred per member, [S, N, K] -> [N, S * K]."""
    logs = np.log(np.maximum(scaled, FLOOR))
    logs -= logs.mean(2, keepdims=True)
    return np.concatenate(list(logs), axis=1)


def _stack(scaled: np.ndarray, labels: np.ndarray) -> LogisticRegression:
    if len(np.unique(labels)) < 2:
        raise EnsembleError("stacking: the held-out clips have one class only; use convex or equal weights.")
    with threadpool_limits(1), warnings.catch_warnings():  # a second thread slows thousands of small products down
        warnings.filterwarnings("ignore", "The number of unique classes is greater than 50%")  # labels are classes
        return LogisticRegression(C=SOFTNESS, max_iter=1000).fit(_inputs(scaled), labels)


def _shares(ratio: Sequence[float] | None, pool: Pool) -> np.ndarray:
    weights = np.array([] if ratio is None else ratio, dtype=float)
    if len(weights) != len(pool.members) or not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum():
        raise EnsembleError(f"ratio: {ratio}; give a weight for each of {', '.join(pool.names)}, none less than 0.")
    return weights / weights.sum()
