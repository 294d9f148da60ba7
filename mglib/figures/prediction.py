"""Figures of predictions for new clips: classes, prototypes, similar training clips, time line."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.ticker import PercentFormatter

from mglib.base.facts import counted
from mglib.data import ClipTable
from mglib.data.skeletons import pack
from mglib.prediction.predictor import Prediction, Timeline
from mglib.runs import Run

from . import page, style
from .lettering import wrap
from .moments import draw_moments
from .page import Figure
from .style import styled
from .training import STREAMS

CLASSES = 8  # largest number of classes shown
MOMENTS = 6  # frames per clip
LINE, FACTS = 1.0, 2.1  # heights and widths of a clip and of its text, inches
NAMES = 1.8  # width of class names beside each of two panels, inches
SEEN = 0.02  # smallest probability of a class on the time line
BARS = {True: "#8fb8d6", False: "#d5dde3"}  # of the true class and of others; light, so that dots are visible on them


@styled
def prediction_bars(run: Run, prediction: Prediction, label: int = -1) -> Figure:
    """The most probable classes, and the classes with the nearest prototypes; a dot per stream.

    Args:
        run: names the streams.
        prediction: what `Predictor` returns.
        label: the true class, drawn darker; -1 if unknown.
    """
    figure = Figure(1.35 + 0.27 * min(CLASSES, len(prediction.names)))
    left, right = figure.subplots(1, 2)
    top = prediction.top(CLASSES)
    _ranking(left, run, prediction, top.index, prediction.probabilities, "fused", label)
    left.set(title="probability", xlim=(0, 1))
    style.percent(left.xaxis)
    near = prediction.prototypes.dropna(subset="similarity").head(CLASSES)
    by_label = prediction.prototypes.set_index("label").sort_index()
    similarities = {s: by_label[s].to_numpy() for s in ("similarity", *prediction.features)}
    _ranking(right, run, prediction, near["label"], similarities, "similarity", label)
    told = "cosine similarity to the prototype" if len(near) else "no class has a prototype"
    right.set(title=told, xlim=(min([0, *near["similarity"]]), 1))
    lines, names = left.get_legend_handles_labels()
    if lines:
        style.legend_below(figure, lines, names)
    truth = f"; true class: {prediction.names[label]}" if label >= 0 else ""
    answer = f"{top['class'].iloc[0]}, {top['probability'].iloc[0]:.0%}"
    page.head(figure, f"{prediction.clip}: {answer}", f"prediction of run {run.name} on {run.data.name}{truth}")
    return figure


@styled
def similar_clips(run: Run, prediction: Prediction, table: ClipTable, n: int = 6) -> Figure:
    """Skeletons of the clip and of the training clips with the most similar features, a row each.

    Args:
        run: a run with skeletons.
        prediction: what `Predictor` returns.
        table: a table whose first clip was predicted.
        n: number of training clips.
    """
    alike = prediction.similar.head(n)
    seen = " and ".join(run.stream_names[stream] for stream in run.streams)
    title = f"{prediction.clip}: the most similar training clips"
    note = f"cosine similarity of features, mean over {seen}; first row: the clip itself"
    top = page.head_height(title, note)
    height = top + 0.04 + LINE * (len(alike) + 1)
    figure = Figure(height)
    figure.set_layout_engine("none")
    grid = figure.add_gridspec(
        len(alike) + 1, MOMENTS + 1, width_ratios=[FACTS, *[0.82] * MOMENTS], hspace=0.13, wspace=0.05,
        left=0.002, right=0.998, top=1 - top / height, bottom=0.03 / height,
    )  # fmt: skip
    own, packed = pack(table.select([0])), run.skeletons()
    lines = [(own["points"][0], prediction.clip, [f"answered {prediction.top(1)['class'].iloc[0]}"])]
    lines += [(packed["points"][clip.row], clip[-1], _facts(run, clip)) for clip in alike.itertuples()]
    for line, (points, heading, facts) in enumerate(lines):
        axes = figure.add_subplot(grid[line, 0])
        named = wrap(heading, FACTS, style.SMALLEST, "bold", lines=2)
        told = "\n".join(wrap(fact, FACTS, style.SMALLEST, lines=2) for fact in facts)
        axes.text(0, 0.98, named, weight="bold", fontsize=style.SMALLEST, va="top", parse_math=False)
        axes.text(0, 0.02, told, fontsize=style.SMALLEST, va="bottom", linespacing=1.25, parse_math=False)
        axes.set_axis_off()
        moments = np.linspace(0, len(points) - 1, MOMENTS).round().astype(int)
        panels = [figure.add_subplot(grid[line, 1 + i]) for i in range(MOMENTS)]
        draw_moments(panels, points[moments], table.layout)
    page.head(figure, title, note)
    return figure


@styled
def time_line(run: Run, line: Timeline) -> Figure:
    """Probability over time of the classes that are most probable in some window, by the window's middle.

    Args:
        run: names the classes.
        line: what `Predictor.timeline` returns.
    """
    names, middle = run.data.class_names, line.spans.mean(1)
    highest = line.probabilities.max(0)
    best = np.argsort(-highest, kind="stable")[: min(CLASSES, max(np.count_nonzero(highest >= SEEN), 1))]
    best = best[np.argsort(line.probabilities[:, best].argmax(0), kind="stable")]  # in order of time
    figure = Figure(1.5 + 0.27 * len(best))
    axes = figure.subplots()
    left, right = _cells(line.spans)
    for row, label in enumerate(best):
        colours = style.RIGHT_CELLS(line.probabilities[:, label])
        axes.barh(row, right - left, left=left, height=1, color=colours)
    first = line.probabilities.argmax(1)
    rows = {label: row for row, label in enumerate(best)}
    shown = [i for i, label in enumerate(first) if label in rows]
    axes.plot(middle[shown], [rows[first[i]] for i in shown], "o", color=style.RED, markersize=4)
    colours = style.group_colours(run.data.class_groups)
    style.name_classes(axes, "y", [names[k] for k in best], [colours[run.data.class_groups[k]] for k in best])
    axes.set(xlim=(0, line.length), ylim=(len(best) - 0.5, -0.5), xlabel="middle of the window, seconds")
    figure.colorbar(ScalarMappable(cmap=style.RIGHT_CELLS), ax=axes, pad=0.01, format=PercentFormatter(1))
    part = line.spans[0, 1] - line.spans[0, 0]
    windows = f"{counted(len(middle), 'window')} of {part:.2f} seconds"
    note = f"{windows}; dots: most probable class; blank: no person detected, or 0%"
    page.head(figure, f"{line.clip}: predictions of run {run.name} over {line.length:.1f} seconds", note)
    return figure


def _ranking(
    axes: Axes,
    run: Run,
    prediction: Prediction,
    labels: Sequence[int] | pd.Series,
    values: dict[str, np.ndarray],
    main: str,
    label: int,
) -> None:
    """Bars of `values[main]`, and, for several streams, a dot per stream."""
    labels, groups = np.asarray(labels), style.group_colours(prediction.groups)
    rows = np.arange(len(labels))
    axes.barh(rows, values[main][labels], color=[BARS[bool(k == label)] for k in labels], height=0.7)
    for stream in prediction.features if len(prediction.features) > 1 else ():
        look = {
            "s": 26,
            "color": STREAMS[stream],
            "edgecolors": "white",
            "linewidths": 0.7,
            "zorder": 3,
            "clip_on": False,
        }
        axes.scatter(values[stream][labels], rows, label=run.stream_names[stream], **look)
    colours = [groups[prediction.groups[k]] for k in labels]
    style.name_classes(axes, "y", [prediction.names[k] for k in labels], colours, NAMES)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(axis="x")


def _cells(spans: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Borders of the cells of a time line, seconds: half-way to the next window, unless some are missing."""
    middle = spans.mean(1)
    between, step = (middle[1:] + middle[:-1]) / 2, np.median(np.diff(middle)) if len(middle) > 1 else 0.0
    left = np.maximum(middle - step / 2, [spans[0, 0], *between])
    right = np.minimum(middle + step / 2, [*between, spans[-1, 1]])
    left[0], right[-1] = spans[0, 0], spans[-1, 1]  # the first and last cell end with their windows
    return left, right


def _facts(run: Run, clip: tuple) -> list[str]:
    """Facts on a row of `Prediction.similar`."""
    about = run.clips.loc[clip.row]
    kind = "" if about["group"].startswith(run.data.group_kind) else f"{run.data.group_kind} "
    taken = "" if clip.predicted == clip.label else f", taken for {run.data.class_names[clip.predicted]}"
    return [f"similarity {clip.similarity:.2f}{taken}", f"{clip.id}, {kind}{about['group']}"]
