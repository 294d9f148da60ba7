"""The section on a spotter that uses the run to find events in long recordings."""

import numpy as np
import pandas as pd

from mglib import figures
from mglib.analysis.events import EVENT_METRICS, format_events, scored_on
from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.recordings import Spotter
from mglib.recordings.study import SPOTTER, WINDOWS
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study

COLUMNS = ("f1_30", "f1_50", "any_f1_30", "macro_f1_30", "map", "smg_f1")
MORE = ("precision_30", "recall_30", "false_alarms", "start_error", "stop_error", "time_accuracy")


def spotting(study: Study) -> Section | None:
    """Scores of the spotter between floors and ceilings; None if no spotter uses the run."""
    if study.spotter is None:
        return None
    spotter, scores = study.spotter, study.spotter.scores
    band = "95 % intervals over persons" if scores["persons"].max() > 1 else "no intervals, which take several persons"
    caption = (
        f"Segments found in recordings of {spotter.facts.data}, {scored_on(scores)}, with {band}. "
        "Event F1: one-to-one matching with most pairs; a pair needs the same class (not for any class) and an overlap "
        "(intersection over union) above .3, or of .5; counts are pooled over recordings. Random segments: 100 draws. "
        "SMG-compatible: as the authors of that data set count, for comparison only."
    )
    more = (
        "False alarms overlap no segment of any class sufficiently, or one that another was matched with; borders: "
        "median distance of found segments."
    )
    items = [
        Picture("spotting", figures.event_scores(scores, data=spotter.facts.data), caption),
        Table("spotting", _frame(scores, COLUMNS), caption),
        Table("spotting-errors", _frame(scores, MORE), more),
    ]
    return Section("Long recordings", [_how(spotter), _said(scores)], items)


def _frame(scores: pd.DataFrame, metrics: tuple[str, ...]) -> pd.DataFrame:
    return format_events(scores, metrics).reset_index().rename(columns={"index": "system"})


def _how(spotter: Spotter) -> str:
    config, facts = spotter.config, spotter.facts
    tracks = "" if len(facts.tracks) == 1 else f", a softmax for each of {len(facts.tracks)} body groups"
    return (
        f"{spotter.name} classifies windows of {facts.window:.1f} s with this run and labels five steps a second by "
        f"a temporal network of {config.stages} stages with {config.layers} dilated convolutions each{tracks}, trained "
        f"for {counted(config.epochs, 'epoch')}. {_thresholds(spotter.scores)}"
    )


def _thresholds(scores: pd.DataFrame) -> str:
    """A sentence on the origin of the thresholds; earlier versions did not record who was scored."""
    if "chosen_on" in scores and scores["chosen_on"].iloc[0] == "nobody":
        return "Thresholds are the defaults, as there was no validation person."
    same = "scored" in scores and scores["scored"].iloc[0] == "val"
    known = ", who are those scored here, as there was no test person: the scores are optimistic" if same else ""
    return f"Thresholds were chosen on validation persons{known}."


def _said(scores: pd.DataFrame) -> str:
    """A sentence that compares the spotter with windows and background, from the table."""
    f1 = scores[scores["metric"] == "f1_30"].set_index("system")
    own, windows = f1.loc[SPOTTER], f1.loc[WINDOWS]
    nothing = scores[(scores["metric"] == "time_accuracy") & (scores["system"] == "nothing")]["value"].iloc[0]
    band = "" if np.isnan(own["low"]) else f" [{own['low']:.2f}, {own['high']:.2f}]"
    return (
        f"{EVENT_METRICS['f1_30']}: {own['value']:.2f}{band}, thresholded windows of the same run "
        f"{windows['value']:.2f}. Predicting background throughout is right for {percent(nothing)}% of the time."
    )
