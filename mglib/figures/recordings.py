"""Figures of long recordings: durations and rates of segments, tiers of coders, scores, and errors."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mglib.analysis.events import EVENT_METRICS, KINDS, scored_on
from mglib.base.facts import counted
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.prediction.predictor import Timeline
from mglib.recordings import Spotted
from mglib.recordings.describing import covered
from mglib.runs import Run

from . import page, style
from .page import Figure
from .prediction import time_line
from .style import styled

LANE = 0.34  # height of a tier, inches
LINE = 0.1  # of a line of the smallest letters
ZOOM = 60.0  # length of a row of the zoomed time line, seconds
VERDICTS = dict(zip(KINDS, (style.GREEN, style.ORANGE, style.SKY, style.FAINT, style.RED), strict=True))


@styled
def recording_overview(recordings: Recordings) -> Figure:
    """Durations of segments and of gaps between them, segments per minute, and share of background."""
    figure = Figure(2.9)
    left, middle, right = figure.subplots(1, 3)
    coded = [one for one in recordings if one.coders]  # what nobody went through is no background
    spans = [np.array([(s.start, s.stop) for s in one.of()]).reshape(-1, 2) for one in coded]  # in order of start
    lengths = np.concatenate([each[:, 1] - each[:, 0] for each in spans])
    gaps = np.concatenate([np.maximum(each[1:, 0] - np.maximum.accumulate(each[:-1, 1]), 0) for each in spans])
    for values, label, colour in ((lengths, "segments", style.BLUE), (gaps[gaps > 0], "gaps", style.ORANGE)):
        if len(values):
            left.hist(values, np.geomspace(0.1, max(60, values.max()), 28), histtype="step", label=label, color=colour)
    left.set(xscale="log", xlabel="seconds", ylabel="number", title="duration")
    left.xaxis.set_major_formatter("{x:g}")
    left.legend()
    rates = [60 * len(each) / one.duration for each, one in zip(spans, coded, strict=True)]
    shares = [1 - covered(one.of()) / one.duration for one in coded]
    splits = [split for split in style.SPLITS if any(one.split == split for one in coded)]
    for axes, values in ((middle, rates), (right, shares)):
        for row, split in enumerate(splits):
            own = [value for value, one in zip(values, coded, strict=True) if one.split == split]
            axes.plot(own, [row] * len(own), "o", color=style.SPLITS[split], markersize=4, alpha=0.7)
        axes.set(yticks=range(len(splits)), yticklabels=splits, ylim=(len(splits) - 0.5, -0.5))
    middle.set(title="segments per minute, a dot per recording", xlim=(0, None))
    right.set(title="share of time that is background", xlim=(0, 1))
    style.percent(right.xaxis)
    hours = sum(one.duration for one in coded) / 3600
    note = f"{counted(len(coded), 'recording')}, {hours:.2f} hours, {counted(len(lengths), 'segment')} of the reference"
    if len(coded) < len(recordings):
        note += f"; not shown: {len(recordings) - len(coded)} that nobody coded"
    page.head(figure, f"{recordings.name}: recordings and their segments", note)
    return figure


@styled
def tiers(
    recording: Recording,
    tiers: Mapping[str, Sequence[Segment]],
    class_names: Sequence[str],
    class_groups: Sequence[str],
    zoom: tuple[float, float] | None = None,
) -> Figure:
    """Tiers of a whole recording, and below a zoomed part with the numbers of the classes, and what they stand for.

    Args:
        recording: the recording.
        tiers: name -> segments; the first is the truth.
        class_names: by label.
        class_groups: by label.
        zoom: start and stop of the zoomed part, seconds; None: the minute with most segments.
    """
    start, stop = busiest(recording, next(iter(tiers.values()))) if zoom is None else zoom
    seen = [one.label for own in tiers.values() for one in own if one.start < stop and one.stop > start]
    numbered = {k: class_names[k] for k in sorted(set(seen)) if k >= 0}
    lanes, key = LANE * len(tiers), page.key_height(numbered)
    figure = Figure(1.75 + 2 * lanes + key)
    whole, part, below = figure.subplots(3, 1, height_ratios=[lanes, 1.25 * lanes, max(key, 0.01)])
    _lanes(whole, tiers, (0, recording.duration), class_groups)
    _lanes(part, tiers, (start, stop), class_groups, numbered=True)
    whole.axvspan(start, stop, color=style.PALE, zorder=0)
    part.set_xlabel("seconds")
    page.number_key(below, numbered, inches=1.75)
    style.group_legend(figure, class_groups)
    note = f"{recording.duration:.0f} seconds; below, seconds {start:.0f} to {stop:.0f}"
    page.head(figure, f"Recording {recording.name}, {recording.person}", note)
    return figure


@styled
def all_tiers(recordings: Recordings, coders: Sequence[str]) -> Figure:
    """All recordings in full, a tier per coder.

    Args:
        recordings: what `mglib.recordings.marked` returns.
        coders: coders to show, the truth first.
    """
    figure = Figure(0.75 + len(recordings) * (0.3 + 0.2 * len(coders)))
    for panel, one in zip(figure.subplots(len(recordings), 1, squeeze=False)[:, 0], recordings, strict=True):
        own = {coder: one.of(coder) for coder in coders if coder in one.coders}
        _lanes(panel, own, (0, one.duration), recordings.class_groups)
        panel.set_title(f"{one.name}, {one.person}", fontsize=style.SMALLEST)
    panel.set_xlabel("seconds")
    style.group_legend(figure, recordings.class_groups)
    page.head(figure, f"{recordings.name}: who marked what when")
    return figure


def over_time(run: Run, line: Timeline, spotted: Spotted | None) -> Figure:
    """Predictions over time: for a long video the spotter's segments, else the classes of successive windows.

    Args:
        run: names the classes.
        line: what `Predictor.timeline` returns.
        spotted: what `mglib.recordings.videos.spot_video` returns.
    """
    if spotted is None:
        return time_line(run, line)
    return tiers(spotted.recording, {spotted.coder: spotted.segments}, run.data.class_names, run.data.class_groups)


def busiest(recording: Recording, segments: Sequence[Segment], length: float = ZOOM) -> tuple[float, float]:
    """Start and stop of the interval of this length in which most segments start."""
    length = min(length, recording.duration)
    starts = np.array(sorted(one.start for one in segments) or [0.0])
    counts = np.searchsorted(starts, starts + length) - np.arange(len(starts))
    first = min(max(float(starts[counts.argmax()]) - 1, 0.0), recording.duration - length)
    return first, first + length


def _lanes(
    axes: Axes,
    tiers: Mapping[str, Sequence[Segment]],
    limits: tuple[float, float],
    class_groups: Sequence[str],
    numbered: bool = False,
) -> None:
    colours, inches = style.group_colours(class_groups), 0.78 * page.WIDTH / (limits[1] - limits[0])
    for row, segments in enumerate(tiers.values()):
        segments = sorted(segments, key=lambda one: one.start - one.stop)  # so that none is under a longer one
        for number, one in enumerate(segments):
            start, stop = max(one.start, limits[0]), min(one.stop, limits[1])
            if stop <= start:
                continue
            colour = colours[class_groups[one.label]] if one.label >= 0 else style.FAINT
            edge = {"edgecolor": "white", "linewidth": 0.6 * numbered}
            axes.barh(row, stop - start, left=start, height=0.8, color=colour, **edge)
            room, middle, told = inches * (stop - start), (start + stop) / 2, str(one.label)
            near = LINE / inches  # a number does not touch a segment that lies upon its own
            is_free = not any(each.start - near < middle < each.stop + near for each in segments[number + 1 :])
            if numbered and one.label >= 0 and room > LINE and is_free:
                turned = 0 if room > style.width_of([told]) + 0.02 else 90
                look = {"ha": "center", "va": "center", "fontsize": style.SMALLEST, "color": style.ink_on(colour)}
                axes.text(middle, row, told, rotation=turned, **look)
    axes.set(
        yticks=range(len(tiers)),
        yticklabels=[style.fit(name, 1.2) for name in tiers],
        ylim=(len(tiers) - 0.5, -0.5),
        xlim=limits,
    )
    axes.tick_params(axis="y", length=0)


@styled
def event_scores(
    table: pd.DataFrame, metrics: Sequence[str] = ("f1_30", "any_f1_30", "false_alarms"), data: str = ""
) -> Figure:
    """Scores of the spotter between its floors and ceilings, with intervals over persons.

    Args:
        table: what `analysis.events.event_table` returns.
        metrics: a panel each.
        data: name of the recordings, for the title.
    """
    systems = list(dict.fromkeys(table["system"]))
    figure = Figure(1.0 + 0.28 * len(systems))
    for panel, metric in zip(figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0], metrics, strict=True):
        own = table[table["metric"] == metric].set_index("system").loc[systems]
        colours = [style.BLUE if system == systems[0] else style.FAINT for system in systems]
        panel.barh(range(len(own)), own["value"], color=colours, height=0.65)
        for row, (_, each) in enumerate(own.iterrows()):
            if np.isfinite(each["low"]):
                panel.plot([each["low"], each["high"]], [row, row], color=style.INK, linewidth=1)
        panel.set(title=EVENT_METRICS[metric], yticks=range(len(own)), yticklabels=systems, ylim=(len(own) - 0.5, -0.5))
        panel.set_xlim(0, 1.02 if table.loc[table["metric"] == metric, "high"].max() <= 1 else None)
        panel.grid(axis="x")
    over = "lines: 95 % intervals over persons" if table["persons"].max() > 1 else "no intervals"
    note = f"{scored_on(table)}; {over}"
    page.head(figure, f"{data}: when does which gesture happen?" if data else "When does which gesture happen?", note)
    return figure


@styled
def event_anatomy(tables: Mapping[str, pd.DataFrame]) -> Figure:
    """Kinds of errors of true and predicted segments, for each system.

    Args:
        tables: name -> what `analysis.events.anatomy` returns.
    """
    figure = Figure(1.35 + 0.3 * len(tables))
    for panel, side in zip(figure.subplots(1, 2, sharey=True), ("truths", "predictions"), strict=True):
        left = np.zeros(len(tables))
        for kind, colour in VERDICTS.items():
            values = np.array([table.loc[kind, side] for table in tables.values()], float)
            panel.barh(range(len(tables)), values, left=left, color=colour, height=0.65)
            for row, value in enumerate(values):
                if value > 0.04 * max(table[side].sum() for table in tables.values()):
                    place = (left[row] + value / 2, row)
                    look = {"ha": "center", "va": "center", "fontsize": style.SMALLEST, "color": style.ink_on(colour)}
                    panel.text(*place, f"{value:.0f}", **look)
            left += values
        panel.set(title={"truths": "true segments", "predictions": "predicted segments"}[side])
        panel.set(yticks=range(len(tables)), yticklabels=list(tables), ylim=(len(tables) - 0.5, -0.5))
    handles = [Patch(color=colour, label=kind) for kind, colour in VERDICTS.items()]
    style.legend_below(figure, handles, list(VERDICTS))
    page.head(figure, "Kinds of errors", "borders: the right class, but too little overlap")
    return figure


@styled
def border_figure(errors: Mapping[str, np.ndarray]) -> Figure:
    """Errors of the borders of segments that were found, seconds; below 0: too early.

    Args:
        errors: name -> errors of start and stop of each pair, from `analysis.events.border_errors`, [p, 2].
    """
    figure = Figure(2.5)
    bins = np.linspace(-2, 2, 41)
    for number, (panel, border) in enumerate(zip(figure.subplots(1, 2, sharey=True), ("start", "stop"), strict=True)):
        for name, values in errors.items():
            shares = np.full(len(values), 1 / max(len(values), 1))
            panel.hist(values[:, number].clip(-2, 2), bins, weights=shares, histtype="step", label=name)
        panel.axvline(0, color=style.FAINT, linewidth=0.7)
        panel.set(title=f"error of the {border}", xlabel="seconds, beyond 2 in the last bar")
    style.legend_below(figure, *panel.get_legend_handles_labels())
    page.head(figure, "Errors of borders", "shares of the segments that overlap a true one by more than .3")
    return figure


@styled
def spotter_curve(history: pd.DataFrame) -> Figure:
    """The loss of each epoch.

    Args:
        history: history of a spotter.
    """
    figure = Figure(2.0)
    axes = figure.subplots()
    axes.plot(history["epoch"] + 1, history["loss"], color=style.BLUE)
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    axes.grid(axis="y")
    minutes = history["seconds"].sum() / 60
    page.head(
        figure,
        "Training of the spotter",
        f"{counted(len(history), 'epoch')} in {minutes:.1f} minutes, features excluded",
    )
    return figure
