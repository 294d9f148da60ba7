"""Figures of prototypes: similarity, updates, drift, and relation to clips and confusions."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LogNorm
from matplotlib.ticker import MaxNLocator
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from sklearn.metrics import roc_auc_score

from mglib.analysis.prototypes import agreement, class_similarity, confusion_rates, drift, last_updates, streams_of
from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.runs import Run

from . import page, style
from .lettering import with_counts
from .page import Figure
from .placing import place_numbers
from .style import styled
from .training import STREAMS

SIGNED = sns.blend_palette([style.BLUE, "#ffffff", style.RED], as_cmap=True)
MEMBERS = {"TP": style.BLUE, "FN": style.RED}
TREE, LEAST_CELL = 0.9, 0.1  # width of the tree, and smallest size of a class, inches
FLOOR = 1e-4  # drift below which a prototype counts as unchanged
LETTERS = "abcdefghijkl"  # for the pairs that are named
STARS = {"marker": "*", "facecolors": "none", "edgecolors": style.INK, "linewidths": 0.8, "zorder": 4}


@styled
def prototype_similarity(run: Run, stream: str = "fused") -> Figure:
    """Cosine similarity of prototypes, ordered by hierarchical clustering (average linkage)."""
    similarity, names, groups = class_similarity(run, stream), run.data.class_names, run.data.class_groups
    order, segments = _tree(similarity)
    k = len(names)
    room = min(style.NAMES, page.WIDTH - TREE - 0.3 - LEAST_CELL * k)  # inches of the names
    width = min(room, style.width_of(names))
    side = page.WIDTH - width - TREE - 0.3
    figure = Figure(side + width + 0.9)
    axes, tree = figure.subplots(1, 2, width_ratios=[side, TREE])
    cells = np.where(np.eye(k, dtype=bool), np.nan, similarity[np.ix_(order, order)])
    top = max(np.nanmax(np.abs(cells), initial=0.1), 0.1)
    image = axes.imshow(np.ma.masked_invalid(cells), cmap=SIGNED, vmin=-top, vmax=top, aspect="auto")
    axes.set_facecolor(style.PALE)
    shades = [style.group_colours(groups)[groups[label]] for label in order]
    for which in "xy":
        style.name_classes(axes, which, [names[label] for label in order], shades, room)
    style.grid_cells(axes, k, k)
    tree.add_collection(LineCollection(segments, colors=style.INK, linewidths=0.9))
    deepest = max((segment[:, 0].max() for segment in segments), default=1)
    tree.set(xlim=(0, 1.03 * deepest), ylim=(k - 0.5, -0.5), yticks=[], xlabel="1 - similarity")
    tree.spines["left"].set_visible(False)
    figure.colorbar(image, ax=tree, location="top", label="cosine", aspect=9, pad=0.02)
    known = int(np.isfinite(similarity.diagonal()).sum())
    note = f"{known} of {k} classes have a prototype{_closest(similarity, names)}"
    page.head(figure, f"{style.title(run, stream)}: similarity of the prototypes", note)
    style.group_legend(figure, groups)
    return figure


@styled
def prototype_health(run: Run, stream: str = "fused") -> Figure:
    """Number of updates, epoch of the last one, and length of each prototype; the most frequent class on top.

    An ensemble has its members' final prototypes only, so the epoch is not shown.
    """
    order, train = _by_frequency(run)
    final = run.kind == "ensemble"
    figure = Figure(1.5 + page.rows_height(len(order), 1.5))
    panels = figure.subplots(1, 2 if final else 3, sharey=True)
    rows = np.arange(len(order))
    for shift, s in _shifts(run, stream):
        updates, last = run.prototype_updates(s), run.prototypes(s)[-1]
        values = (updates[-1], *(() if final else (last_updates(updates),)), np.linalg.norm(last, axis=1))
        for axes, value in zip(panels, values, strict=True):
            look = {"s": 15, "color": STREAMS.get(s), "edgecolors": "white", "linewidths": 0.4}
            axes.scatter(value[order], rows + shift, label=run.stream_names[s], **look)
    epochs = len(run.prototypes(s))
    heads = ("updates", *(() if final else (f"last update, of {counted(epochs, 'epoch')}",)), "length")
    for axes, called in zip(panels, heads, strict=True):
        axes.set_title(called)
        axes.grid(axis="both")
        axes.set_xlim(0, 1.04 * max(axes.dataLim.x1, 1e-9))
    if not final:
        panels[1].set_xlim(0, 1.04 * epochs)
        panels[1].xaxis.set_major_locator(MaxNLocator(integer=True))
    names = with_counts([run.data.class_names[label] for label in order], train[order])
    style.name_classes(panels[0], "y", names, ["black"] * len(order))
    panels[0].set_ylim(len(order) - 0.4, -0.6)
    _stream_legend(figure, panels[0])
    note = "in brackets: training clips" + "; when a prototype was last updated is known in the members' runs" * final
    page.head(figure, f"{style.title(run, stream)}: state of the prototypes", note)
    return figure


@styled
def prototype_drift(run: Run, stream: str = "fused") -> Figure:
    """Change of each prototype in each epoch: median over classes above, each class below."""
    order, _ = _by_frequency(run)
    streams = streams_of(run, stream)
    moves = {s: drift(run.prototypes(s)) for s in streams}
    if not any(np.isfinite(move).any() for move in moves.values()):
        why = "An ensemble has its members' final prototypes only; their own runs show the drift."
        if run.kind != "ensemble":
            why = "One epoch only: there is nothing to compare with."
        return page.sentence(f"{style.title(run, stream)}: drift", why)
    height = page.rows_height(len(order), 2.2)
    figure = Figure(2.2 + height)
    panels = figure.subplots(2, len(streams), sharex=True, sharey="row", squeeze=False, height_ratios=[1.1, height])
    norm = LogNorm(FLOOR, max(2 * FLOOR, *(np.nanmax(move) for move in moves.values())), clip=True)
    for (above, below), (s, move) in zip(panels.T, moves.items(), strict=True):
        epoch = np.arange(2, len(move) + 2)
        colour = STREAMS.get(s, style.INK)
        low, middle, high = np.nanquantile(move, [0.1, 0.5, 0.9], axis=1)
        above.fill_between(epoch, low, high, color=colour, alpha=0.2, linewidth=0)
        above.plot(epoch, middle, color=colour, marker="o" if len(epoch) < 3 else None)
        above.set(yscale="log", ylim=(FLOOR, None), title=run.stream_names[s])
        above.grid()
        cells = np.ma.masked_invalid(np.maximum(move.T[order], FLOOR))
        extent = (1.5, len(move) + 1.5, len(order) - 0.5, -0.5)
        image = below.imshow(cells, cmap="cividis", norm=norm, aspect="auto", extent=extent)
        below.set(xlabel="epoch", facecolor=style.PALE)
        below.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    names = [run.data.class_names[label] for label in order]
    style.name_classes(panels[1, 0], "y", names, ["black"] * len(order))
    figure.colorbar(image, ax=panels[1, :], label="1 - cosine to the epoch before", aspect=30, pad=0.01)
    page.head(
        figure,
        f"{style.title(run, stream)}: drift of the prototypes",
        "above: median, and 10% to 90% of the classes; below: darkest: unchanged; grey: no prototype yet",
    )
    return figure


@styled
def own_and_rival(run: Run, clips: pd.DataFrame, split: str = "test", stream: str = "fused") -> Figure:
    """Similarity of clips to the prototypes of their class and their rival, and the histogram of the margin.

    Args:
        run: names what is drawn.
        clips: what `ambiguity.clip_table` returns for the same stream.
        split: train, val or test.
        stream: for the title.
    """
    title, every = f"{style.title(run, stream)}: own prototype against rival", clips[clips["split"] == split]
    clips = every[every["margin"].notna()]
    if clips.empty:
        return page.sentence(title, f"No {split} clip has both prototypes, its own class's and a rival's.")
    wide = page.columns() > 1
    figure = Figure(3.4 if wide else 5.6, narrow=True)
    plane, bars = figure.subplots(1, 2, width_ratios=[1, 1.1]) if wide else figure.subplots(2, 1)
    edges = np.linspace(*(clips["margin"].agg(["min", "max"]) + [-1e-6, 1e-6]), 41)
    for member, colour in MEMBERS.items():
        some = clips[clips["member"] == member]
        label = f"{len(some)} {'recognised (TP)' if member == 'TP' else 'confused (FN)'}"
        look = {"s": 11, "color": colour, "alpha": 0.7, "linewidths": 0}
        plane.scatter(some["rival_similarity"], some["own_similarity"], label=label, **look)
        bars.hist(some["margin"], edges, color=colour, alpha=0.65, label=label)
    limits = {"xlim": plane.get_xlim(), "ylim": plane.get_ylim()}
    plane.axline((0, 0), slope=1, color=style.FAINT, linewidth=1)
    plane.set(**limits)
    plane.set(xlabel="similarity to the rival's prototype", ylabel="similarity to the own prototype")
    bars.axvline(0, color=style.FAINT, linewidth=1)
    bars.set(xlabel="margin: own - rival", ylabel="clips")
    for axes in (plane, bars):
        axes.grid()
    style.legend_below(figure, *bars.get_legend_handles_labels())
    shown = counted(len(clips), f"{split} clip")
    below = f"{percent((clips['margin'] < 0).mean(), 1)}% of {shown} are closer to their rival"
    if len(clips) < len(every):
        below += f"; not shown: {len(every) - len(clips)} without a prototype of their own class or of a rival"
    both = clips["member"].nunique() == 2
    told = f"; AUC of the margin for FN against TP: {_auc(clips):.2f}" if both else ""
    page.head(figure, title, below + told)
    return figure


@styled
def similarity_and_confusion(
    run: Run, split: str = "test", stream: str = "fused", *, rng: np.random.Generator
) -> Figure:
    """Similarity of prototypes and rate of confusions for each pair of classes."""
    similarity, rates = class_similarity(run, stream), confusion_rates(run, split, stream)
    found, names = agreement(similarity, rates, rng), run.data.class_names
    a, b = np.triu_indices(len(names), 1)
    x, y = similarity[a, b], rates[a, b]
    ranked = np.argsort(-np.nan_to_num(y), kind="stable")[:12]
    worst = [i for i in ranked if y[i] > 0 and np.isfinite(x[i])]
    below = 0.15 * (1 + -(-len(worst) // page.columns()))  # inches of the pairs' names
    figure = Figure(2.9 + below, narrow=True)
    axes, key = figure.subplots(2, 1, height_ratios=[2.2, below])
    axes.scatter(x, y, s=13, color=np.where(y > 0, style.RED, style.FAINT), alpha=0.7, linewidths=0)
    room = (figure.get_figwidth() - 0.7) / page.columns() - 0.15  # inches of a pair's names
    half = -(-len(worst) // page.columns())
    for place, i in enumerate(worst):
        told = [style.fit(names[k], room / 2 - 0.1) for k in (a[i], b[i])]
        column, row = divmod(place, half)
        key.text(column / page.columns(), -row, f"{LETTERS[place]}  {' / '.join(told)}", fontsize=7, va="top")
    key.text(0, 1, "most confused:" if worst else "", fontsize=7, va="top")
    key.set(xlim=(0, 1), ylim=(-half, 1))
    key.set_axis_off()
    axes.set(xlabel="cosine similarity of the two prototypes", ylabel=f"share of their {split} clips confused")
    style.percent(axes.yaxis)
    axes.grid()
    measured = f"{found.rho:.2f} (one-sided Mantel test: p = {found.p:.2g})"
    told = "cannot be measured" if np.isnan(found.rho) else measured
    note = f"rank correlation over {counted(found.pairs, 'pair')} of classes: {told}"
    page.head(figure, f"{style.title(run, stream)}: similarity of prototypes and confusion of classes", note)
    place_numbers(axes, np.column_stack([x, y])[worst], LETTERS[: len(worst)])
    return figure


def _tree(similarity: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Classes in order of the leaves, those without prototype last, and the tree's lines as (distance, row)."""
    known = np.isfinite(similarity.diagonal())
    rows, rest = np.flatnonzero(known), np.flatnonzero(~known)
    if len(rows) < 2:
        return np.concatenate([rows, rest]), []
    near = similarity[np.ix_(rows, rows)]
    near = np.where(np.isnan(near), np.nanmean(near), near)  # no stream has both classes: use the mean distance
    distance = squareform(np.maximum(1 - near, 0), checks=False)
    linkage = hierarchy.linkage(distance, "average", optimal_ordering=True)
    drawn = hierarchy.dendrogram(linkage, no_plot=True)
    lines = zip(drawn["dcoord"], drawn["icoord"], strict=True)  # leaves lie at 5, 15, 25, ...
    segments = [np.column_stack([depth, (np.array(place) - 5) / 10]) for depth, place in lines]
    return np.concatenate([rows[drawn["leaves"]], rest]), segments


def _closest(similarity: np.ndarray, names: list[str]) -> str:
    """A text on the most similar pair; "" if no stream has both classes of any pair."""
    pairs = np.where(np.triu(np.ones_like(similarity, dtype=bool), 1), similarity, np.nan)
    if np.isnan(pairs).all():
        return ""
    i, j = np.unravel_index(np.nanargmax(pairs), pairs.shape)
    return f"; most similar: {names[i]} and {names[j]}, {pairs[i, j]:.2f}"


def _auc(clips: pd.DataFrame) -> float:
    return float(roc_auc_score(clips["member"] == "TP", clips["margin"]))


def _shifts(run: Run, stream: str) -> list[tuple[float, str]]:
    """Vertical offsets of streams within a row."""
    streams = streams_of(run, stream)
    return list(zip(np.linspace(-0.16, 0.16, len(streams)) if len(streams) > 1 else [0.0], streams, strict=True))


def _by_frequency(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Classes by decreasing number of training clips, and that number by class."""
    labels = run.labels[run.where("train")]
    train = np.bincount(labels, minlength=run.data.num_classes)
    return np.argsort(-train, kind="stable"), train


def _stream_legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) > 1:
        style.legend_below(figure, handles, labels)
