"""What came of a sweep: each variant beside the baseline, the seeds averaged clip by clip."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from mglib.analysis.evaluation import format_points, mean_interval, sign_flip_test
from mglib.base.facts import DataFacts
from mglib.runs import Run

from .cells import Cell, Sweep, SweepError, plain

SCORES = ("top1", "macro_f1")


@dataclass(frozen=True)
class Comparison:
    """A sweep's test scores.

    `runs` has a row a cell: variant, seed, run, state (finished, interrupted, missing, failed), top1, macro_f1, minutes
    (of training), failure. `variants` has a row a variant, the baseline first: variant, changed, seeds (finished), top1
    and macro_f1 with the standard deviation over seeds (_sd), top1_low and top1_high, difference (of top-1 to the
    baseline), low and high (95 % intervals over groups), p (sign-flip test over groups), minutes, left_out. Scores and
    differences are fractions; nan where a run is wanting.
    """

    sweep: Sweep
    stream: str
    data: DataFacts
    runs: pd.DataFrame
    variants: pd.DataFrame
    clips: int  # tested
    groups: int  # that they come from
    smallest_p: float  # that so many groups can give


def compare(
    sweep: Sweep,
    failures: Mapping[str, str] | None = None,
    stream: Literal["fused", "rgb", "pose"] = "fused",
    mixtures: Mapping[str, Mapping[str, float]] | None = None,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
) -> Comparison:
    """Read the finished runs of a sweep and hold each variant against the baseline.

    A clip counts as often as it was recognised, over the variant's finished seeds; so the seeds are averaged first, and
    interval and test speak of other people or videos, not of other seeds.

    Args:
        sweep: what was run.
        failures: run name -> why it failed, as `run_cells` returns.
        stream: whose answers; of a network with one stream, "fused" is that stream.
        mixtures: further rows: name -> variants and the weights of their probabilities, seed by seed.
        rng: source of the bootstrap draws, and of the sign flips where they are too many to go through.
        draws: of either.

    Raises:
        SweepError: no run is finished, or the runs were not tested on the same clips.
        RunError: a run lacks the stream.
    """
    failures = failures or {}
    finished = {cell.run_name: Run(cell.folder) for cell in sweep.cells if cell.state == "finished"}
    if not finished:
        why = next(iter(failures.values()), "start it with run_cells")
        raise SweepError(f"No run of {sweep.name} is finished: {why}.")
    clips = _common_clips(list(finished.values()))
    labels, groups = clips["label"].to_numpy(), clips["group"].to_numpy()
    answers = {name: _answers(run, stream) for name, run in finished.items()}
    rows = [_run_row(cell, failures, finished, answers, labels) for cell in sweep.cells]
    for name, weights in (mixtures or {}).items():
        rows += [_mixed_row(name, seed, weights, rows, finished, stream, answers, labels) for seed in sweep.seeds]
    runs = pd.DataFrame(rows)
    hits = {}
    for variant, names in runs[runs["state"] == "finished"].groupby("variant")["run"]:
        hits[variant] = np.mean([answers[name] == labels for name in names], axis=0)
    rows = []
    for variant, own in runs.groupby("variant", sort=False):
        changed = _changed(sweep, variant) if variant in sweep.variants else _mixed((mixtures or {})[variant])
        row = {"variant": variant, "changed": changed} | _averages(own)
        rows.append(row | _against(hits.get(variant), hits.get(sweep.baseline), groups, rng, draws))
    variants = pd.DataFrame(rows)
    variants.loc[variants["variant"] == sweep.baseline, ["difference", "low", "high", "p"]] = np.nan
    smallest = sign_flip_test(np.zeros(len(groups)), groups, rng=rng, draws=draws)[1]
    data = next(iter(finished.values())).data
    return Comparison(sweep, stream, data, runs, variants, len(clips), clips["group"].nunique(), smallest)


def format_variants(comparison: Comparison) -> pd.DataFrame:
    """The table of variants as plain text, scores in percent, for display, `to_csv`, `to_latex` or `markdown`."""
    table = comparison.variants
    columns = {
        "changed": table["changed"],
        "seeds": table["seeds"],
        "top-1": [_spread(row.top1, row.top1_sd) for row in table.itertuples()],
        "95% interval": [_range(row.top1_low, row.top1_high) for row in table.itertuples()],
        "macro F1": [_spread(row.macro_f1, row.macro_f1_sd) for row in table.itertuples()],
        "difference [95% interval]": [format_points(row.difference, row.low, row.high) for row in table.itertuples()],
        "p": ["" if np.isnan(p) else f"{p:.3g}" for p in table["p"]],
        "minutes": ["" if np.isnan(minutes) else f"{minutes:.1f}" for minutes in table["minutes"]],
        "left out": table["left_out"],
    }
    return pd.DataFrame(columns).set_axis(table["variant"], axis=0).rename_axis("variant").astype(str)


def markdown(table: pd.DataFrame) -> str:
    """A table of text for a README (pandas' own needs one more package)."""
    rows = table.reset_index()
    lines = [list(rows.columns), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _common_clips(runs: list[Run]) -> pd.DataFrame:
    """The test clips, which must be the same in all runs."""
    first, *others = [run.clips.loc[run.where("test"), ["id", "label", "group"]] for run in runs]
    for run, clips in zip(runs[1:], others, strict=True):
        if not clips.reset_index(drop=True).equals(first.reset_index(drop=True)):
            raise SweepError(
                f"{run.name} was tested on other clips, or other labels, than {runs[0].name}; a sweep compares runs of "
                "the same test clips."
            )
    return first


def _answers(run: Run, stream: str) -> np.ndarray:
    """Predicted classes of the test clips, int [n]."""
    return run.probabilities(stream)[run.where("test")].argmax(1)


def _run_row(
    cell: Cell, failures: Mapping[str, str], finished: Mapping[str, Run], answers: Mapping, labels: np.ndarray
) -> dict[str, Any]:
    name = cell.run_name
    state = "failed" if name in failures else cell.state
    row = {"variant": cell.variant, "seed": cell.seed, "run": name, "state": state}
    scores = dict.fromkeys((*SCORES, "minutes"), np.nan)
    if name in finished:
        macro = f1_score(labels, answers[name], labels=np.unique(labels), average="macro")
        minutes = finished[name].history["seconds"].sum() / 60
        scores = {"top1": np.mean(answers[name] == labels), "macro_f1": macro, "minutes": minutes}
    return row | scores | {"failure": failures.get(name, "")}


def _mixed_row(
    name: str,
    seed: int,
    weights: Mapping[str, float],
    rows: list[dict[str, Any]],
    finished: Mapping[str, Run],
    stream: str,
    answers: dict[str, np.ndarray],
    labels: np.ndarray,
) -> dict[str, Any]:
    """The row of a mixture in one seed; its answers are put beside those of the runs."""
    parts = [row for row in rows if row["seed"] == seed and row["variant"] in weights]
    row = {"variant": name, "seed": seed, "run": f"{name}, seed {seed}", "state": "missing", "failure": ""}
    if len(parts) < len(weights) or any(part["state"] != "finished" for part in parts):
        return row | dict.fromkeys((*SCORES, "minutes"), np.nan)
    runs = [finished[part["run"]] for part in parts]
    mixed = sum(
        weights[part["variant"]] * run.probabilities(stream)[run.where("test")]
        for part, run in zip(parts, runs, strict=True)
    )
    answers[row["run"]] = mixed.argmax(1)
    macro = f1_score(labels, answers[row["run"]], labels=np.unique(labels), average="macro")
    scores = {"top1": np.mean(answers[row["run"]] == labels), "macro_f1": macro}
    return row | scores | {"state": "finished", "minutes": sum(part["minutes"] for part in parts)}


def _averages(runs: pd.DataFrame) -> dict[str, Any]:
    """Of the runs of one variant."""
    finished = runs["state"] == "finished"
    row: dict[str, Any] = {"seeds": int(finished.sum())}
    for score in SCORES:
        row |= {score: runs[score].mean(), f"{score}_sd": runs[score].std()}
    wanting = runs[~finished].groupby("state")["seed"]
    left_out = [f"{state}: seed {', '.join(map(str, seeds))}" for state, seeds in wanting]
    return row | {"minutes": runs["minutes"].mean(), "left_out": "; ".join(left_out)}


def _against(
    own: np.ndarray | None, base: np.ndarray | None, groups: np.ndarray, rng: np.random.Generator, draws: int
) -> dict[str, float]:
    """Interval of a variant's top-1, and its difference to the baseline; each a value a clip [n]."""
    names = ("top1_low", "top1_high", "difference", "low", "high", "p")
    row = dict.fromkeys(names, np.nan)
    if own is not None:
        row |= zip(names, mean_interval(own, groups, rng=rng, draws=draws)[1:], strict=False)
    if own is not None and base is not None:
        gain = own - base
        row |= zip(names[2:], mean_interval(gain, groups, rng=rng, draws=draws), strict=False)
        row["p"] = sign_flip_test(gain, groups, rng=rng, draws=draws)[0]
    return row


def _changed(sweep: Sweep, variant: str) -> str:
    changes = sweep.changes(variant)
    return ", ".join(f"{name}: {plain(there)} -> {plain(here)}" for name, (there, here) in changes.items())


def _mixed(weights: Mapping[str, float]) -> str:
    return " + ".join(f"{weight:g} {name}" for name, weight in weights.items())


def _spread(mean: float, sd: float) -> str:
    if np.isnan(mean):
        return ""
    return f"{100 * mean:.1f}" if np.isnan(sd) else f"{100 * mean:.1f} ± {100 * sd:.1f}"


def _range(low: float, high: float) -> str:
    return "" if np.isnan(low) else f"[{100 * low:.1f}, {100 * high:.1f}]"
