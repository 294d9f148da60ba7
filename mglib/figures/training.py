"""What came of a run: learning curves, confusions, scores, recall of each class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from mglib.evaluation import METRICS, confusion_matrix, format_scores
from mglib.runs import Run

from . import style
from .style import Figure, styled

STREAMS = {"rgb": style.RED, "pose": style.BLUE, "fused": style.INK}
ANNOTATED = 0.1  # share of a true class from which a cell carries its percentage


def stream_names(run: Run) -> dict[str, str]:
    """System -> what a reader should call it, such as "depth video", "joints", "fused 1:1"."""
    pose = "limbs" if "limb" in run.config["streams"] else "joints"
    names = {"rgb": run.data["visual"], "pose": pose}
    names = {stream: names[stream] for stream in run.streams}
    return names | ({"fused": "fused 1:1"} if len(names) > 1 else {})


@styled
def learning_curves(run: Run) -> Figure:
    """Loss terms, top-1 of the training and test clips by stream, and the learning rate, by epoch."""
    history, names = run.history, stream_names(run)
    epoch, alpha = history["epoch"] + 1, run.config["alpha"]
    figure = Figure(3.6)
    loss, top1, rate = figure.subplots(1, 3, width_ratios=[1, 1.25, 0.62])
    few = {"marker": "o", "markersize": 3.2} if len(history) < 3 else {}
    loss.plot(epoch, history["loss_ce"], color=style.INK, **few, label="cross-entropy (CE)")
    weight = f"refinement (PR), weight {alpha:g}" if alpha else "refinement (PR), not trained on"
    loss.plot(epoch, history["loss_pr"], color=style.BLUE, linestyle="-" if alpha else ":", **few, label=weight)
    loss.set_title("loss terms, summed over the streams")
    loss.set_ylim(0, None)
    for system, name in names.items():
        colour = STREAMS[system]
        top1.plot(epoch, history[f"train_top1_{system}"], color=colour, linewidth=1, alpha=0.55, linestyle="--", **few)
        test = history[f"test_top1_{system}"].dropna()
        label = f"{name}: {test.iloc[-1]:.1%}"
        top1.plot(epoch[test.index], test, color=colour, marker="o", markersize=3.2, label=label)
    top1.plot([], [], color=style.FAINT, linewidth=1, linestyle="--", label="training clips, augmented")
    top1.set_title("top-1; dots: test clips, dashes: training clips")
    top1.set_ylim(0, 1)
    style.percent(top1.yaxis)
    rate.plot(epoch, history["lr"], color=style.FAINT, **few)
    rate.set_title("learning rate")
    rate.set_ylim(0, None)
    for axes in (loss, top1, rate):
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.grid()
    loss.legend()
    top1.legend(loc="best")
    style.head(figure, f"{_about(run)}: learning curves")
    return figure


@styled
def confusions(run: Run, stream: str = "fused") -> Figure:
    """`matrix` of the test clips of a run, as one stream, or both fused, answered."""
    test = run.where("test")
    labels, predicted = run.clips["label"].to_numpy()[test], run.probabilities(stream)[test].argmax(1)
    names = run.data["class_names"]
    counts = confusion_matrix(labels, predicted, len(names))
    right = f"{np.trace(counts)} of {len(test)} test clips right ({np.trace(counts) / len(test):.1%})"
    streams = stream_names(run)
    name = streams.get(stream, next(iter(streams.values())))  # of a single stream, "fused" is the same
    return matrix(counts, names, run.data["class_groups"], f"{_about(run)}, {name}: {right}")


@styled
def matrix(counts: np.ndarray, class_names: Sequence[str], class_groups: Sequence[str], title: str) -> Figure:
    """A confusion matrix in shares of the true class, ordered by body group: right answers blue, confusions orange.

    Cells from 10 % on carry their percentage; the margins count true clips (right) and answers (top).

    Args:
        counts: clips by true class (row) and predicted class (column), int [K, K].
        class_names: K names.
        class_groups: K body groups.
        title: of the figure.
    """
    order, k = style.group_order(class_groups), len(counts)
    counts, groups = counts[np.ix_(order, order)], [class_groups[label] for label in order]
    clips = counts.sum(1, keepdims=True)
    share = np.divide(counts, clips, out=np.zeros(counts.shape), where=clips > 0)
    letters = float(np.clip(230 / k, 6.2, 8.5))  # points
    names = 0.5 * letters / 72 * min(style.LONGEST_NAME, max(map(len, class_names)))  # inches, about
    side = style.WIDTH - names - 0.75
    figure = Figure(side + names + 1.2)
    axes = figure.subplots()
    for cells, colours in ((~np.eye(k, dtype=bool), style.WRONG_CELLS), (np.eye(k, dtype=bool), style.RIGHT_CELLS)):
        axes.imshow(np.ma.masked_array(share, ~cells), cmap=colours, vmin=0, vmax=1)
    cell = {"ha": "center", "va": "center", "fontsize": letters - 0.7}
    for i, j in np.argwhere(share >= ANNOTATED):
        axes.text(j, i, f"{100 * share[i, j]:.0f}", color="white" if share[i, j] > 0.45 else style.INK, **cell)
    for i, (n, answers) in enumerate(zip(counts.sum(1), counts.sum(0), strict=True)):
        axes.text(k, i, n, color=style.INK if n else style.RED, **cell)
        axes.text(i, -1, answers, color=style.INK, **cell)
    axes.text(k, -1, "n", color=style.FAINT, **cell)
    shades = [style.group_colours(class_groups)[group] for group in groups]
    for which in "xy":
        style.name_classes(axes, which, [class_names[label] for label in order], shades, letters)
    axes.set(xlabel="predicted class", ylabel="true class", anchor="N")
    style.grid_cells(axes, k, k)
    _frame_groups(axes, groups)
    _keys(axes, side)
    note = f"shares of the true class in %, written from {ANNOTATED:.0%} up; margins: clips; frames: body groups"
    style.head(figure, title, note)
    return figure


def _frame_groups(axes: Axes, groups: Sequence[str]) -> None:
    """A frame round each body group's square."""
    for group, colour in style.group_colours(groups).items():
        first, size = groups.index(group) - 0.5, groups.count(group)
        square = Rectangle((first, first), size, size, fill=False, edgecolor=colour, linewidth=1.1, clip_on=False)
        axes.add_patch(square)


def _keys(axes: Axes, side: float) -> None:
    """What the two colours mean, in the corner that row and column names leave free; `side` of the axes in inches."""
    for place, (name, colours) in enumerate({"right": style.RIGHT_CELLS, "confused": style.WRONG_CELLS}.items()):
        key = axes.inset_axes([-1.05 / side, (-0.4 - 0.5 * place) / side, 0.85 / side, 0.1 / side])
        key.imshow(np.linspace(0, 1, 64)[None], cmap=colours, aspect="auto", extent=(0, 100, 0, 1))
        key.set(xticks=[0, 50, 100], yticks=[])
        key.tick_params(length=0, labelsize=6.5, pad=2)
        key.set_title(f"{name}, %", fontsize=7.5, pad=2)
        key.spines[:].set_visible(False)


@styled
def scores_figure(run: Run) -> Figure:
    """Top-1 and macro F1 of every system on the test clips, with 95 % intervals; what the network must beat is grey."""
    scores, names, written = run.scores, stream_names(run), format_scores(run.scores)
    systems = list(written.index)
    figure = Figure(1.5 + 0.3 * len(systems))
    panels = figure.subplots(1, 2, sharey=True)
    for axes, metric in zip(panels, ("top1", "macro_f1"), strict=True):
        table = scores[scores["metric"] == metric].set_index("system").loc[systems]
        axes.axvline(table["value"].drop(list(names)).max(), color=style.FAINT, linewidth=1, linestyle=":")
        for row, (system, score) in enumerate(table.iterrows()):
            colour = STREAMS.get(system, style.FAINT)
            axes.hlines(row, score["low"], score["high"], colors=colour, linewidth=2.2)
            axes.plot(score["value"], row, "o", color=colour, markersize=6.5, markeredgecolor="white")
            look = {"transform": style.beside(axes, 0.08), "va": "center", "color": style.dark(colour)}
            axes.text(1, row, written.loc[system, METRICS[metric]], **look)
        axes.set_title(METRICS[metric])
        axes.set(xlim=(0, 1))
        style.percent(axes.xaxis)
        axes.grid(axis="x")
        axes.tick_params(axis="y", length=0, labelsize=9)
    panels[0].set_yticks(range(len(systems)), [names.get(system, system) for system in systems])
    panels[0].set_ylim(len(systems) - 0.4, -0.6)
    test, kind = run.where("test"), run.data["group_kind"]
    groups = run.clips["group"].iloc[test].nunique()
    note = f"{len(test)} test clips of {groups} {kind}s; 95% intervals over {kind}s; dotted: the better floor"
    style.head(figure, f"{_about(run)}: scores against the floors (grey)", note)
    return figure


@styled
def recall_bars(run: Run, recall: pd.DataFrame) -> Figure:
    """Recall of each class with its interval, the most frequent training class first.

    Args:
        run: names the classes and counts the training clips.
        recall: what `evaluation.class_recall` returns for the test clips.
    """
    names, groups = run.data["class_names"], run.data["class_groups"]
    train = np.bincount(run.clips["label"].to_numpy()[run.where("train")], minlength=len(names))
    order, colours = np.argsort(-train, kind="stable"), style.group_colours(groups)
    table, train, rows = recall.set_index("label").loc[order], train[order], np.arange(len(names))
    figure = Figure(1.75 + 0.19 * len(names))
    axes = figure.subplots()
    axes.barh(rows, table["recall"], color=[colours[groups[label]] for label in order], height=0.68, alpha=0.75)
    axes.hlines(rows, table["low"], table["high"], colors=style.INK, linewidth=1.1)
    mean = table["recall"].mean()
    axes.axvline(mean, color=style.INK, linewidth=1, linestyle=(0, (4, 3)))
    for inches, name, counts in ((0.4, "train", train), (0.75, "test", table["n"])):
        margin = {"transform": style.beside(axes, inches), "va": "center", "ha": "right", "fontsize": 7.5}
        axes.text(1, -1, name, color=style.FAINT, **margin)
        for row, n in enumerate(counts):
            axes.text(1, row, n, color=style.INK if n else style.RED, **margin)
    for name, first, last in frequency_bands(train):
        axes.axhline(last + 0.5, color=style.FAINT, linewidth=0.7)
        axes.text(1, (first + last) / 2, name, color=style.FAINT, va="center", transform=style.beside(axes, 0.9))
    style.name_classes(axes, "y", [names[label] for label in order], ["black"] * len(order), 8)
    axes.set(xlim=(0, 1), ylim=(len(order) - 0.5, -0.6), xlabel="recall of the test clips")
    style.percent(axes.xaxis)
    axes.grid(axis="x")
    note = f"most frequent training class first; 95% intervals over {run.data['group_kind']}s; dashed: mean {mean:.1%}"
    style.head(figure, f"{_about(run)}: recall of each class", note)
    style.group_legend(figure, groups)
    return figure


def frequency_bands(counts: np.ndarray) -> list[tuple[str, int, int]]:
    """Head, mid and tail: the classes with the first half, up to nine tenths, and the rest of the training clips.

    Args:
        counts: training clips of each class, falling.

    Returns:
        (name, first, last) with positions in `counts`; nothing where classes are about equally frequent.
    """
    if counts[0] < 2 * counts[-1]:
        return []
    before = np.cumsum(counts) - counts  # clips of more frequent classes
    edges = [0, *np.searchsorted(before / counts.sum(), (0.5, 0.9)), len(counts)]
    return [(name, a, b - 1) for name, a, b in zip(("head", "mid", "tail"), edges, edges[1:], strict=False) if b > a]


def _about(run: Run) -> str:
    return f"{run.data['name']}, run {run.name}"
