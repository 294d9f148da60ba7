"""Evaluates combinations: on held-out clips, where methods may be chosen, and on the test split, where not."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import compare_systems, mean_interval, oracle, score_table

from .members import Pool
from .weights import Combination, Method, cross_fit, fit

ORACLE = "oracle"


def held_out_scores(pool: Pool, ratio: Sequence[float] | None = None) -> pd.DataFrame:
    """Scores on the held-out clips: members, and each method cross-fitted; see `evaluation.score_table`.

    Raises:
        EnsembleError: the held-out clips come from one group.
    """
    systems = dict(zip(pool.names, pool.held_out, strict=True))
    systems |= {method: cross_fit(pool, method, ratio) for method in _methods(ratio)}
    return _with_oracle(pool, systems, pool.labels, pool.groups)


def scores_on_test(pool: Pool, combinations: Mapping[str, Combination]) -> pd.DataFrame:
    """Scores on the test clips: members, combinations by name, and the oracle; see `evaluation.score_table`."""
    return _with_oracle(pool, answers(pool, combinations), *pool.judged)


def answers(pool: Pool, combinations: Mapping[str, Combination]) -> dict[str, np.ndarray]:
    """Probabilities for the test clips by system: members, then combinations, [n, K] each."""
    asked = pool.probabilities[:, pool.run.where("test")]
    systems = dict(zip(pool.names, asked, strict=True))
    return systems | {name: combination(asked) for name, combination in combinations.items()}


def fit_all(pool: Pool, ratio: Sequence[float] | None = None) -> dict[Method, Combination]:
    """Each method's combination, fitted on all held-out clips; that of a fixed ratio only if one is given."""
    return {method: fit(pool, method, ratio) for method in _methods(ratio)}


def best_member(pool: Pool, held_out: pd.DataFrame) -> str:
    """The member with the highest top-1 on the held-out clips, the first for ties; from `held_out_scores`."""
    top1 = held_out[held_out["metric"] == "top1"].set_index("system")["value"]
    return str(top1.loc[pool.names].idxmax())


def leave_one_out(
    pool: Pool, method: Method = "convex", ratio: Sequence[float] | None = None, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Compare the combination of all members with those without one member, refitted; on test clips, paired.

    Returns:
        A row per member: without, weight (of the member among all), difference, low, high (top-1 without it minus top-1
        of all, 95 % interval over groups), p, smallest_p, gained, lost; see `evaluation.compare_systems`.
    """
    full, rows = fit(pool, method, ratio), pool.run.where("test")
    systems = {"all": full(pool.probabilities[:, rows])}
    for i, name in enumerate(pool.names):
        rest = pool.without(name)
        left = None if not ratio else [w for j, w in enumerate(ratio) if j != i]
        systems[name] = fit(rest, method, left)(rest.probabilities[:, rows])
    table = compare_systems(systems, *pool.judged, baseline="all", rng=rng).rename(columns={"system": "without"})
    table.insert(1, "weight", full.weights)
    return table


def _methods(ratio: Sequence[float] | None) -> tuple[Method, ...]:
    return ("equal", *(("ratio",) if ratio else ()), "convex", "stacking")


def _with_oracle(pool: Pool, systems: Mapping[str, np.ndarray], labels: np.ndarray, groups: np.ndarray) -> pd.DataFrame:
    """The score table, and below it the top-1 of an oracle that picks a correct member for each clip."""
    table = score_table(systems, labels, groups, pool.run.data.class_groups)
    hits = oracle({name: systems[name] for name in pool.names}, labels)
    value, low, high = mean_interval(hits, groups)
    row = {"system": ORACLE, "metric": "top1", "value": value, "low": low, "high": high, "sd": np.nan, "seeds": 1}
    row["groups"] = len(np.unique(groups))
    return pd.concat([table, pd.DataFrame([row])[table.columns]], ignore_index=True)
