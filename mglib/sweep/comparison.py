"""Results of a sweep: each variant compared with the baseline, averaged over seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from mglib.analysis.evaluation import compare_settings, format_p, format_points, setting_interval
from mglib.base.facts import DataFacts
from mglib.runs import Run

from .cells import Cell, Sweep, SweepError, plain

SCORES = ("top1", "macro_f1")


@dataclass(frozen=True)
class Comparison:
    """A sweep's test scores.

    `runs` has a row per cell: variant, seed, run, state (finished, interrupted, missing, failed), top1, macro_f1,
    minutes (of training), failure. `variants` has a row per variant, the baseline first: variant, changed, seeds
    (finished), top1 and macro_f1 with the standard deviation over seeds (_sd), top1_low and top1_high (95 % interval
    over groups and, if several, seeds), difference (of top-1 to the baseline), compared (seeds that it rests on), low,
    high and p (95 % interval and test over seeds and groups, see `evaluation.compare_settings`; nan for one seed, which
    is not sufficient), minutes, left_out. Scores and differences are fractions; nan where a run is missing.
    """

    sweep: Sweep
    stream: str
    data: DataFacts
    runs: pd.DataFrame
    variants: pd.DataFrame
    clips: int  # number of test clips
    groups: int  # number of their groups


@dataclass(frozen=True)
class _Tested:
    """The finished runs of a sweep, by name, and their common test clips."""

    runs: Mapping[str, Run]
    stream: str
    labels: np.ndarray
    groups: np.ndarray

    def probabilities(self, name: str) -> np.ndarray:
        run = self.runs[name]
        return run.probabilities(self.stream)[run.where("test")]

    def scores(self, predicted: np.ndarray) -> dict[str, float]:
        macro = f1_score(self.labels, predicted, labels=np.unique(self.labels), average="macro")
        return {"top1": np.mean(predicted == self.labels), "macro_f1": macro}


Hits = dict[str, dict[int, np.ndarray]]  # variant -> seed -> which test clips were recognised [n]


def compare(
    sweep: Sweep,
    failures: Mapping[str, str] | None = None,
    stream: Literal["fused", "rgb", "pose"] = "fused",
    mixtures: Mapping[str, Mapping[str, float]] | None = None,
) -> Comparison:
    """Read the finished runs of a sweep and compare each variant with the baseline.

    Conclusions on settings should hold for other seeds and other people (or videos), so intervals include both.

    Args:
        sweep: the sweep.
        failures: run name -> why it failed, as `run_cells` returns.
        stream: stream of the predictions; for a network with one stream, "fused" is that stream.
        mixtures: further rows: name -> variants and the weights of their probabilities, seed by seed.

    Raises:
        SweepError: no run is finished, or the runs were not tested on the same clips.
        RunError: a run lacks the stream.
    """
    failures, mixtures = failures or {}, mixtures or {}
    tested = _tested(sweep, failures, stream)
    answered = [_answer(cell, failures, tested) for cell in sweep.cells]
    plain = {(row["variant"], row["seed"]): row for row, _ in answered}
    for name, weights in mixtures.items():
        answered += [_mixture(name, seed, weights, plain, tested) for seed in sweep.seeds]
    runs, hits = pd.DataFrame([row for row, _ in answered]), _hits(answered, tested)
    rows = []
    for variant, own in runs.groupby("variant", sort=False):
        changed = _changed(sweep, variant) if variant in sweep.variants else _mixed(mixtures[variant])
        base = hits.get(sweep.baseline) if variant != sweep.baseline else None
        row = {"variant": variant, "changed": changed} | _averages(own)
        rows.append(row | _against(hits.get(variant), base, tested.groups))
    data, groups = next(iter(tested.runs.values())).data, len(np.unique(tested.groups))
    return Comparison(sweep, stream, data, runs, pd.DataFrame(rows), len(tested.labels), groups)


def format_variants(comparison: Comparison) -> pd.DataFrame:
    """The table of variants as plain text, scores in percent, for display, `to_csv`, `to_latex` or `markdown`."""
    table = comparison.variants
    columns = {
        "changed": table["changed"],
        "seeds": table["seeds"],
        "top-1": [_spread(row.top1, row.top1_sd) for row in table.itertuples()],
        "95% interval": [_range(row.top1_low, row.top1_high) for row in table.itertuples()],
        f"{comparison.data.group_kind}s": ["" if np.isnan(low) else comparison.groups for low in table["top1_low"]],
        "macro F1": [_spread(row.macro_f1, row.macro_f1_sd) for row in table.itertuples()],
        "difference [95% interval]": [_difference(row) for row in table.itertuples()],
        "p": table["p"].map(format_p).to_list(),
        "minutes": ["" if np.isnan(minutes) else f"{minutes:.1f}" for minutes in table["minutes"]],
        **({"left out": table["left_out"]} if table["left_out"].any() else {}),
    }
    return pd.DataFrame(columns).set_axis(table["variant"], axis=0).rename_axis("variant").astype(str)


def markdown(table: pd.DataFrame) -> str:
    """A Markdown table (pandas would need a further package)."""
    rows = table.reset_index()
    lines = [list(rows.columns), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tested(sweep: Sweep, failures: Mapping[str, str], stream: str) -> _Tested:
    finished = {cell.run_name: Run(cell.folder) for cell in sweep.cells if cell.state == "finished"}
    if not finished:
        why = next(iter(failures.values()), "start it with run_cells")
        raise SweepError(f"No run of {sweep.name} is finished: {why}.")
    clips = _common_clips(list(finished.values()))
    return _Tested(finished, stream, clips["label"].to_numpy(), clips["group"].to_numpy())


def _common_clips(runs: list[Run]) -> pd.DataFrame:
    """The test clips, which must be the same in all runs."""
    first, *others = [run.clips.loc[run.where("test"), ["id", "label", "group"]] for run in runs]
    for run, clips in zip(runs[1:], others, strict=True):
        if not clips.reset_index(drop=True).equals(first.reset_index(drop=True)):
            raise SweepError(
                f"{run.name} was tested on other clips, or other labels, than {runs[0].name}; a sweep needs "
                "the same test clips."
            )
    return first


def _answer(cell: Cell, failures: Mapping[str, str], tested: _Tested) -> tuple[dict[str, Any], np.ndarray | None]:
    """A cell's row of the table of runs, and its predicted classes [n], if it is finished."""
    name, predicted = cell.run_name, None
    state = "failed" if name in failures else cell.state
    row = {"variant": cell.variant, "seed": cell.seed, "run": name, "state": state}
    scores = dict.fromkeys((*SCORES, "minutes"), np.nan)
    if name in tested.runs:
        predicted = tested.probabilities(name).argmax(1)
        scores = tested.scores(predicted) | {"minutes": tested.runs[name].history["seconds"].sum() / 60}
    return row | scores | {"failure": failures.get(name, "")}, predicted


def _mixture(
    name: str,
    seed: int,
    weights: Mapping[str, float],
    plain: Mapping[tuple[str, int], dict[str, Any]],
    tested: _Tested,
) -> tuple[dict[str, Any], np.ndarray | None]:
    """The same for a mixture of variants with one seed, from the rows of its parts."""
    row = {"variant": name, "seed": seed, "run": f"{name}, seed {seed}", "state": "missing", "failure": ""}
    parts = {variant: plain.get((variant, seed)) for variant in weights}
    if any(part is None or part["state"] != "finished" for part in parts.values()):
        return row | dict.fromkeys((*SCORES, "minutes"), np.nan), None
    mixed = sum(weights[variant] * tested.probabilities(part["run"]) for variant, part in parts.items())
    predicted = mixed.argmax(1)
    minutes = sum(part["minutes"] for part in parts.values())
    return row | tested.scores(predicted) | {"state": "finished", "minutes": minutes}, predicted


def _hits(answered: list[tuple[dict[str, Any], np.ndarray | None]], tested: _Tested) -> Hits:
    hits: Hits = {}
    for row, predicted in answered:
        if row["state"] == "finished":
            hits.setdefault(row["variant"], {})[row["seed"]] = predicted == tested.labels
    return hits


def _averages(runs: pd.DataFrame) -> dict[str, Any]:
    """Mean scores of the runs of one variant."""
    finished = runs["state"] == "finished"
    row: dict[str, Any] = {"seeds": int(finished.sum())}
    for score in SCORES:
        row |= {score: runs[score].mean(), f"{score}_sd": runs[score].std()}
    wanting = runs[~finished].groupby("state")["seed"]
    left_out = [f"{state}: seed {', '.join(map(str, seeds))}" for state, seeds in wanting]
    return row | {"minutes": runs["minutes"].mean(), "left_out": "; ".join(left_out)}


def _against(
    own: dict[int, np.ndarray] | None, base: dict[int, np.ndarray] | None, groups: np.ndarray
) -> dict[str, float]:
    """Interval of a variant's top-1, and its difference to the baseline, from the hits of their seeds."""
    row = dict.fromkeys(("top1_low", "top1_high", "difference", "low", "high", "p"), np.nan) | {"compared": 0}
    if own is not None:
        _, row["top1_low"], row["top1_high"] = setting_interval(list(own.values()), groups)
    if own is not None and base is not None:
        found = compare_settings(own, base, groups)
        row |= {"difference": found.value, "low": found.low, "high": found.high, "p": found.p}
        row["compared"] = found.seeds
    return row


def _changed(sweep: Sweep, variant: str) -> str:
    changes = sweep.changes(variant)
    return ", ".join(f"{name}: {plain(there)} -> {plain(here)}" for name, (there, here) in changes.items())


def _mixed(weights: Mapping[str, float]) -> str:
    return " + ".join(f"{weight:g} {name}" for name, weight in weights.items())


def _difference(row: tuple) -> str:
    text = format_points(row.difference, row.low, row.high)
    return f"{text} (one seed)" if row.compared == 1 else text


def _spread(mean: float, sd: float) -> str:
    if np.isnan(mean):
        return ""
    return f"{100 * mean:.1f}" if np.isnan(sd) else f"{100 * mean:.1f} ± {100 * sd:.1f}"


def _range(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"[{100 * low:.1f}, {100 * high:.1f}]"
