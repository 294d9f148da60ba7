"""The section on calibration."""

import numpy as np

from mglib import figures
from mglib.analysis.evaluation import (
    attainable_level,
    aurc,
    calibration_table,
    conformal_table,
    fit_temperature,
    fitted_on,
    format_calibration,
    reliability,
    risk_coverage,
    scale_temperature,
)
from mglib.base.errors import RunError
from mglib.base.facts import counted
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study

LEVEL = 0.9  # nominal coverage of prediction sets


def calibration(study: Study, *, rng: np.random.Generator) -> Section:
    """Calibration before and after temperature scaling, risk and coverage; prediction sets if clips were held out."""
    run, labels, groups, probabilities = study.run, study.labels, study.groups, study.answers(study.run)
    kinds, systems = f"{run.data.group_kind}s", {"as trained": probabilities}
    held, heading = _held_out(study), f"{run.data.heading}, run {run.name}"
    text = (
        f"Only test clips were held out from training, so no temperature was fitted: that takes clips of other {kinds}."
    )
    if held is not None:
        temperature = fit_temperature(*held)
        systems[f"temperature {temperature:.2f}"] = scale_temperature(probabilities, temperature)
        known = f" They are of {kinds} known from training." if _known(study) else ""
        source = fitted_on(run.folds, run.data.group_kind)
        text = f"The temperature was fitted on {counted(len(held[1]), 'held-out clip')}.{known} {source}"
    diagrams = {name: reliability(p, labels, groups) for name, p in systems.items()}
    areas = [f"{aurc(p, labels):.4f}" for p in systems.values()]
    curves = {name: risk_coverage(p, labels, groups) for name, p in systems.items()}
    errors = calibration_table(systems, labels, groups)
    sheet = format_calibration(errors).assign(AURC=areas).rename_axis("system").reset_index()
    gaps = {row.system: _gap(row) for row in errors[errors["metric"] == "ece"].itertuples()}
    table = (
        f"Calibration of the test clips with {study.intervals}. The three errors are positive by chance alone: the "
        "value beside them is that expected of a calibrated system with these confidences, and an interval from 0 does "
        "not rule out that this one is calibrated. AURC: area under risk and coverage."
    )
    items = [
        Table("calibration", sheet, table),
        Picture(
            "reliability",
            figures.reliability_diagram(diagrams, f"{heading}: reliability", gaps),
            "Share of correct test clips by confidence; on the diagonal the two are equal.",
        ),
        Picture(
            "risk-coverage",
            figures.risk_coverage_curves(curves, f"{heading}: risk and coverage"),
            "Error rate if the clips with the lowest confidence are left out.",
        ),
    ]
    if held is None:
        return Section("Calibration", [text, *study.alone], items)
    warrant, picture = _prediction_sets(study, held, heading, rng)
    return Section("Calibration", [text, warrant, *study.alone], [*items, picture])


def _prediction_sets(
    study: Study, held: tuple[np.ndarray, np.ndarray], heading: str, rng: np.random.Generator
) -> tuple[str, Picture]:
    """A text on what the sets guarantee, and a figure of their coverage and size."""
    run = study.run
    sets = conformal_table(*held, study.answers(run), study.labels, study.groups, level=LEVEL, rng=rng)
    most = attainable_level(run.groups[run.held_out()[0]])
    most = np.floor(1000 * most + 1e-6) / 10  # percent, not rounded up to what they cannot guarantee
    text = (
        f"Prediction sets are calibrated on the same clips for a coverage of {LEVEL:.0%}. For clips of a new "
        f"{run.data.group_kind}, they are too few to guarantee a level above {most:g}%."
    )
    if run.folds:
        text += (
            " And they were calibrated with other networks than this one, see above, so no level is guaranteed at all."
        )
    if _known(study):
        text += f" They are of {run.data.group_kind}s known from training, so no level is guaranteed for a new one."
    caption = "Prediction sets: how often they include the true class, and how many classes they have."
    return text, Picture("prediction-sets", figures.conformal_figure(sets, f"{heading}: prediction sets"), caption)


def _gap(row: tuple) -> str:
    """ECE and its value by chance, which is unknown for one group."""
    chance = "" if np.isnan(row.by_chance) else f", chance {row.by_chance:.3f}"
    return f"ECE {row.value:.3f}{chance}"


def _known(study: Study) -> bool:
    """Whether people of held-out clips are in train; never with folds."""
    run = study.run
    held = set(run.groups[run.held_out()[0]])
    return not run.has("held_out.npz") and bool(held & set(run.groups[run.where("train")]))


def _held_out(study: Study) -> tuple[np.ndarray, np.ndarray] | None:
    """Probabilities [n, K] and labels [n] of clips held out from the run's training."""
    try:
        rows, probabilities = study.run.held_out()
    except RunError:  # there are none, which is no error
        return None
    return probabilities, study.run.labels[rows]
