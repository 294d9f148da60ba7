"""The section on the combination of predictions."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mglib import figures
from mglib.analysis.ensemble import (
    Combination,
    Member,
    Pool,
    answers,
    best_member,
    fit_all,
    gather,
    held_out_scores,
    leave_one_out,
    scores_on_test,
    shared_inputs,
    weight_draws,
)
from mglib.analysis.evaluation import compare_systems, fitted_on, format_scores, overlap
from mglib.base.facts import counted, intervals_over
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.runs import Run


def ensemble(study: Study, *, rng: np.random.Generator) -> Section | None:
    """Weights, scores, contribution of each member, overlap of errors; None without an ensemble."""
    run = study.run if study.run.kind == "ensemble" else study.ensemble
    if run is None or run.seeds:  # seeds are averaged, without fitting
        return None
    pool = gather([Member(run, stream) for stream in run.streams])
    ratio = [m["weight"] for m in run.config["members"]] if run.config["method"] == "ratio" else None
    found, people = fit_all(pool, ratio), counted(len(np.unique(pool.groups)), run.data.group_noun)
    text = [
        f"{run.name} combines {len(pool.members)} members by {figures.METHODS[run.config['method']]}. Temperatures and "
        f"weights were fitted on {counted(len(pool.rows), 'clip')} of {people} that no member's "
        "training used. On these clips the methods are compared, each fitted on the other groups; no "
        "temperature or weight was fitted on a test clip.",
        fitted_on(max(member.run.folds for member in pool.members), run.data.group_kind),
        shared_inputs(pool.members),
    ]
    heading = f"{run.data.heading}, run {run.name}"
    return Section("Ensemble", text, [*_weights(pool, found, heading, rng), *_worth(run, pool, found, heading, rng)])


def _weights(
    pool: Pool, found: Mapping[str, Combination], heading: str, rng: np.random.Generator
) -> list[Table | Picture]:
    draws = weight_draws(pool, found["convex"], rng=rng)
    people = counted(len(np.unique(pool.groups)), f"held-out {pool.run.data.group_noun}")
    return [
        Table(
            "combinations", _flat(figures.combination_table(pool.names, found), "method"), "Weights and temperatures."
        ),
        Picture(
            "weights",
            figures.ensemble_weights(pool.names, found["convex"].weights, draws, f"{heading}: convex weights"),
            "Weights with the highest likelihood on held-out clips, and the middle 95 % of the weights when the "
            f"{people} are resampled: a variability, no 95 % interval, which would be wider for few of them.",
        ),
    ]


def _worth(
    run: Run, pool: Pool, found: Mapping[str, Combination], heading: str, rng: np.random.Generator
) -> list[Table | Picture]:
    sides = [len(np.unique(of)) for of in (pool.judged[1], pool.groups)]
    kinds, held_kinds = (counted(number, run.data.group_noun) for number in sides)
    over = intervals_over(sides[0], run.data.group_noun)
    ratio = found["ratio"].weights.tolist() if "ratio" in found else None
    again = ", with weights fitted again" if run.config["method"] in ("convex", "stacking") else ""
    held_out, test = held_out_scores(pool, ratio), scores_on_test(pool, found)
    systems, best = answers(pool, found), best_member(pool, held_out)
    compared = compare_systems(systems, *pool.judged, baseline=best, rng=rng)
    without = leave_one_out(pool, run.config["method"], ratio, rng=rng)
    errors = overlap({name: systems[name] for name in pool.names}, pool.judged[0])
    sheet = format_scores(test).rename(index=figures.METHODS)
    return [
        Picture(
            "ensemble",
            figures.ensemble_scores(held_out, test, f"{heading}: members and combinations"),
            f"Top-1 of members and combinations: of the held-out clips ({held_kinds}), left, and of the test clips "
            f"({kinds}). "
            "Oracle: one member at least is right.",
        ),
        Table("ensemble", _flat(sheet, "system"), f"Scores of the test clips, {over}."),
        Table(
            "ensemble-gain",
            _flat(figures.difference_table(compared, best), "system"),
            f"Top-1 minus that of {best}, the best member on the held-out clips, in points with {over}; p over these, "
            "and over clips. For these networks only: other seeds would differ.",
        ),
        Table(
            "leave-one-out",
            _flat(figures.difference_table(without, "all members"), "without"),
            f"The same for ensembles without one member{again}, compared with all members.",
        ),
        Picture(
            "overlap",
            figures.error_overlap(errors, f"{heading}: errors"),
            "Agreement of being right (kappa) and share of test clips that both members misclassify.",
        ),
    ]


def _flat(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.rename_axis(index=name).reset_index()
