"""Figures of a run: learning curves, confusions, scores, recall per class."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mglib.analysis.evaluation import METRICS, confusion_matrix, format_scores
from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.data.frequency import frequency_groups
from mglib.runs import Run

from . import page, style
from .confusion_matrix import matrix
from .page import Figure
from .style import styled

OLDER = "95 % intervals by an older version's bootstrap, too narrow with few groups"  # for scores stored without groups
STREAMS = {"rgb": style.RED, "pose": style.BLUE, "fused": style.INK}


@styled
def learning_curves(run: Run) -> Figure:
    """Loss terms, top-1 of the training and test clips by stream, and the learning rate, by epoch.

    For a run of several seeds, they are those of the first network.
    """
    run = run.seeds[0] if run.seeds else run
    history, names = run.history, run.stream_names
    epoch, alpha = history["epoch"] + 1, run.config["alpha"]
    figure, (loss, top1, rate), keys = _three_panels()
    few = {"marker": "o", "markersize": 3.2} if len(history) < 3 else {}
    beside = "loss_beside" in history
    mixed = _trains_beside(run) and not beside  # versions that recorded only the sum of both
    told = "cross-entropy (CE) and auxiliary losses" if mixed else "cross-entropy (CE)"
    loss.plot(epoch, history["loss_ce"], color=style.INK, **few, label=told)
    weight = f"refinement (PR), weight {alpha:g}" if alpha else "refinement (PR), not trained on"
    loss.plot(epoch, history["loss_pr"], color=style.BLUE, linestyle="-" if alpha else ":", **few, label=weight)
    if beside:
        loss.plot(epoch, history["loss_beside"], color=style.GREEN, **few, label="auxiliary losses")
    loss.set_title("loss, summed over the heads")
    loss.set_ylim(0, None)
    for system, name in names.items():
        colour = STREAMS[system]
        top1.plot(epoch, history[f"train_top1_{system}"], color=colour, linewidth=1, alpha=0.55, linestyle="--", **few)
        test = history[f"test_top1_{system}"].dropna()
        label = f"{name}: {test.iloc[-1]:.1%}"
        top1.plot(epoch[test.index], test, color=colour, marker="o", markersize=3.2, label=label)
    top1.plot([], [], color=style.FAINT, linewidth=1, linestyle="--", label="training clips, augmented")
    top1.set_title("top-1")
    top1.set_ylim(0, 1)
    style.percent(top1.yaxis)
    rate.plot(epoch, history["lr"], color=style.FAINT, **few)
    rate.set_title("learning rate")
    rate.set_ylim(0, None)
    for axes in (loss, top1, rate):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.grid()
    for axes, key in zip((loss, top1), keys, strict=True):  # below, so that no line is hidden
        key.legend(*axes.get_legend_handles_labels(), loc="upper left", borderpad=0, borderaxespad=0)
        key.set_axis_off()
    views = run.config.get("test_clips", 1)
    last = f"; the last answer is the mean of {views} views" if views > 1 else ""
    page.head(figure, f"{_about(run)}: learning curves", f"dots: test clips{last}")
    return figure


def _three_panels() -> tuple[Figure, list[Axes], list[Axes]]:
    """Axes for loss, top-1 and learning rate, in a row or a column; and axes for two legends."""
    sizes, legend = [1, 1.25, 0.62], 0.7
    if page.columns() > 1:
        figure = Figure(2.5 + legend, narrow=True)
        grid = figure.add_gridspec(2, 3, width_ratios=sizes, height_ratios=[1.9, legend])
        places, keys = [(0, 0), (0, 1), (0, 2)], [(1, 0), (1, 1)]
    else:
        figure = Figure(5.6 + 2 * legend, narrow=True)
        grid = figure.add_gridspec(5, 1, height_ratios=[1.9, legend, 1.9, legend, 1])
        places, keys = [(0, 0), (2, 0), (4, 0)], [(1, 0), (3, 0)]
    return figure, [figure.add_subplot(grid[at]) for at in places], [figure.add_subplot(grid[at]) for at in keys]


@styled
def confusions(run: Run, stream: str = "fused") -> Figure:
    """`matrix` of the test clips of a run, for the predictions of one stream or both fused."""
    test = run.where("test")
    labels, predicted = run.labels[test], run.probabilities(stream)[test].argmax(1)
    names = run.data.class_names
    counts = confusion_matrix(labels, predicted, len(names))
    right = f"{np.trace(counts)} of {len(test)} test clips right ({percent(np.trace(counts) / len(test), 1)}%)"
    streams = run.stream_names
    name = streams.get(stream, next(iter(streams.values())))  # with a single stream, "fused" is the same
    return matrix(counts, names, run.data.class_groups, f"{_about(run)}, {name}: {right}")


@styled
def scores_figure(run: Run) -> Figure:
    """Top-1 and macro F1 of every system on the test clips, with 95 % intervals; floors are grey."""
    scores, names, written = run.scores, run.stream_names, format_scores(run.scores)
    systems = list(written.index)
    wide = page.columns() > 1
    figure = Figure(1.3 + 0.25 * len(systems) * (1 if wide else 2), narrow=True)
    panels = figure.subplots(1, 2, sharey=True) if wide else figure.subplots(2, 1, sharex=True)
    for axes, metric in zip(panels, ("top1", "macro_f1"), strict=True):
        table = scores[scores["metric"] == metric].set_index("system").loc[systems]
        floors = table["value"].drop([*names, *run.beside], errors="ignore")
        axes.axvline(floors.max(), color=style.FAINT, linewidth=1, linestyle=":")
        for row, (system, score) in enumerate(table.iterrows()):
            colour = STREAMS.get(system, "#6b6b6b" if system in run.beside else style.FAINT)
            axes.hlines(row, score["low"], score["high"], colors=colour, linewidth=2.2)
            axes.plot(score["value"], row, "o", color=colour, markersize=6.5, markeredgecolor="white")
            look = {"transform": style.beside(axes, 0.08), "va": "center", "color": style.dark(colour)}
            axes.text(1, row, written.loc[system, METRICS[metric]], **look)
        axes.set_title(METRICS[metric])
        axes.set(xlim=(0, 1))
        style.percent(axes.xaxis)
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0)
    for axes in panels[:1] if wide else panels:
        axes.set_yticks(range(len(systems)), [names.get(system, system) for system in systems])
        axes.set_ylim(len(systems) - 0.4, -0.6)
    test, kind = run.where("test"), run.data.group_noun
    groups = run.clips["group"].iloc[test].nunique()
    how = f"95 % intervals over {kind}s" if "groups" in scores else OLDER
    note = f"{counted(len(test), 'test clip')} of {counted(groups, kind)}; {how if groups > 1 else 'no intervals'}"
    floors = len(run.floors) > 0  # an ensemble has none
    note += "; dotted: the better floor" if floors else ""
    page.head(figure, f"{_about(run)}: scores{' against the floors (grey)' if floors else ''}", note)
    return figure


@styled
def recall_bars(run: Run, recall: pd.DataFrame) -> Figure:
    """Recall of each class with its interval, the most frequent training class first.

    Args:
        run: names the classes and counts the training clips.
        recall: what `evaluation.class_recall` returns for the test clips.
    """
    names, groups = run.data.class_names, run.data.class_groups
    train = np.bincount(run.labels[run.where("train")], minlength=len(names))
    order, colours = np.argsort(-train, kind="stable"), style.group_colours(groups)
    table, train, rows = recall.set_index("label").loc[order], train[order], np.arange(len(names))
    figure = Figure(1.5 + page.rows_height(len(names), 1.5))
    axes = figure.subplots()
    axes.barh(rows, table["recall"], color=[colours[groups[label]] for label in order], height=0.68, alpha=0.75)
    axes.hlines(rows, table["low"], table["high"], colors=style.INK, linewidth=1.1)
    mean = table["recall"].mean()
    axes.axvline(mean, color=style.INK, linewidth=1, linestyle=(0, (4, 3)))
    for inches, name, counts in ((0.4, "train", train), (0.75, "test", table["n"])):
        margin = {"transform": style.beside(axes, inches), "va": "center", "ha": "right", "fontsize": style.SMALLEST}
        axes.text(1, -1, name, color=style.FAINT, **margin)
        for row, n in enumerate(counts):
            axes.text(1, row, n, color=style.INK if n else style.RED, **margin)
    for name, first, last in frequency_bands(train):
        axes.axhline(last + 0.5, color=style.FAINT, linewidth=0.7)
        axes.text(1, (first + last) / 2, name, color=style.FAINT, va="center", transform=style.beside(axes, 0.9))
    style.name_classes(axes, "y", [names[label] for label in order], ["black"] * len(order))
    axes.set(xlim=(0, 1), ylim=(len(order) - 0.5, -0.6), xlabel="recall of the test clips")
    style.percent(axes.xaxis)
    axes.grid(axis="x")
    most, kind = recall["groups"].max(), run.data.group_noun
    how = f"95 % intervals over up to {most} {kind}s" if most > 1 else f"no intervals over one {kind}"
    note = f"most frequent training class first; {how}; dashed: mean {mean:.1%}"
    page.head(figure, f"{_about(run)}: recall of each class", note)
    style.group_legend(figure, groups)
    return figure


def frequency_bands(counts: np.ndarray) -> list[tuple[str, int, int]]:
    """Positions of head, mid and tail among the classes, see `frequency_groups`.

    Args:
        counts: training clips of each class, in decreasing order.

    Returns:
        (name, first, last) with positions in `counts`; empty if classes are about equally frequent.
    """
    if counts[0] < 2 * counts[-1]:
        return []
    return [(name, int(group[0]), int(group[-1])) for name, group in frequency_groups(counts).items()]


def _trains_beside(run: Run) -> bool:
    """Whether there are auxiliary losses: label embeddings, or EHCT's auxiliary classifiers."""
    return bool(run.config.get("label_embedding")) or run.config.get("model") == "hypergraph"


def _about(run: Run) -> str:
    return f"{run.data.heading}, run {run.name}"
