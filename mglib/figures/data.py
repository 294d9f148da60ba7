"""Figures of a data set: classes, durations, splits, missing joints."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.data import ClipTable

from . import page, style
from .page import Figure
from .style import styled

LONG_TAIL = 10  # ratio of the largest to the median class from which the axis is logarithmic
MOST_JOINTS = 36  # largest number of named joints
MANY_GROUPS = 40  # from this number on, subjects or videos are not named


@styled
def class_histogram(table: ClipTable) -> Figure:
    """Clips of each class, a panel per split, the most frequent class of the whole table first.

    The axes are logarithmic if the largest class has more than ten times the clips of the median class.
    """
    counts = pd.crosstab(table.clips["label"], table.clips["split"]).reindex(range(table.num_classes), fill_value=0)
    order = np.argsort(-counts.sum(axis=1).to_numpy(), kind="stable")
    colours, splits = _colours(table, order), [split for split in _splits(table) if split != "hidden"]
    log = counts.max().max() > LONG_TAIL * counts.sum(axis=1).median()
    figure = Figure(1.6 + page.rows_height(table.num_classes, 1.6))
    panels = figure.subplots(1, len(splits), sharey=True, squeeze=False)[0]
    for axes, split in zip(panels, splits, strict=True):
        values = counts[split].to_numpy()[order]
        axes.barh(range(len(values)), values, color=colours, height=0.72)
        if log:
            axes.set_xscale("log", subs=[])
            axes.xaxis.set_major_formatter("{x:,.0f}")
        else:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.set_xlim(*((0.5, 3 * values.max()) if log else (0, 1.13 * values.max())))
        number = {"xytext": (3, 0), "textcoords": "offset points", "va": "center", "fontsize": 7}
        for row, n in enumerate(values):
            axes.annotate(n, (max(n, axes.get_xlim()[0]), row), color=style.INK if n else style.RED, **number)
        axes.set_title(_split_title(table, split).replace(": ", "\n").replace(", ", "\n", 1))
        axes.set_xlabel("clips, logarithmic" if log else "clips")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x")
    _name_rows(panels[0], table, order)
    page.head(figure, f"{table.facts.heading}: clips of each class")
    style.group_legend(figure, table.class_groups)
    return figure


@styled
def clip_lengths(table: ClipTable) -> Figure:
    """Duration of clips: a histogram by split above; median, quartiles and 5-95 % range per class below."""
    seconds = pd.Series(table.durations)
    order = style.group_order(table.class_groups)
    quantiles = seconds.groupby(table.labels).quantile([0.05, 0.25, 0.5, 0.75, 0.95]).unstack().reindex(order)
    height = page.rows_height(table.num_classes, 2.8)
    figure = Figure(2.8 + height)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1.6, height])
    frames = table.clips["total_frames"]
    step = -(-(np.ptp(frames) + 1) // 40)  # whole frames, to avoid aliasing of the bars
    bins = np.arange(frames.min(), frames.max() + step + 1, step) / table.fps
    if table.times is not None:
        bins = np.linspace(seconds.min(), seconds.max() + 1e-9, 41)
    for split in _splits(table):
        part = seconds[table.where(split)]
        label = f"{split}: median {part.median():.1f} s, {part.min():.1f} to {part.max():.1f} s"
        above.hist(part, bins, color=style.SPLITS[split], alpha=0.25)
        above.hist(part, bins, color=style.SPLITS[split], histtype="step", linewidth=1.4, label=label)
    above.set_ylabel("clips")
    above.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0)
    rows, colours = np.arange(table.num_classes), _colours(table, order)
    below.hlines(rows, quantiles[0.05], quantiles[0.95], colors=colours, linewidth=1)
    below.hlines(rows, quantiles[0.25], quantiles[0.75], colors=colours, linewidth=4.5)
    below.scatter(quantiles[0.5], rows, s=17, color="white", edgecolors=colours, linewidths=1.2, zorder=3)
    even = f"at {table.fps:g} frames per second"
    below.set_xlabel(f"seconds {'by the time stamps of the videos' if table.times is not None else even}")
    below.grid(axis="x")
    _name_rows(below, table, order)
    page.head(figure, f"{table.name}: length of clips")
    style.group_legend(figure, table.class_groups)
    return figure


@styled
def split_overview(table: ClipTable) -> Figure:
    """Clips of each subject or video, by split; two colours in a bar show a group in two splits."""
    counts = pd.crosstab(table.clips["group"], table.clips["split"])[_splits(table)]
    counts = counts.sort_values(list(counts), ascending=False)
    figure = Figure(3.1)
    axes = figure.subplots()
    named, base = len(counts) <= MANY_GROUPS, np.zeros(len(counts))
    for split in counts:
        look = {"color": style.SPLITS[split], "label": _split_title(table, split)}
        axes.bar(range(len(counts)), counts[split], 0.8 if named else 1.0, base, **look)
        base += counts[split].to_numpy()
    if named:
        names = [style.fit(str(name), 1.2) for name in counts.index]
        turned = style.width_of(names) > 0.9 * (page.WIDTH - 0.6) / len(names)
        axes.set_xticks(range(len(counts)), names, rotation=90 if turned else 0)
        axes.tick_params(axis="x", length=0)
    else:
        axes.set_xticks([])
    axes.set(xlim=(-0.7, len(counts) - 0.3), ylim=(0, 1.06 * base.max()))
    axes.set(xlabel=f"{table.group_kind}s ({len(counts)})", ylabel="clips")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.grid(axis="y")
    style.legend_below(figure, *axes.get_legend_handles_labels())
    page.head(figure, f"{table.facts.heading}: clips of each {table.group_kind}")
    return figure


@styled
def missing_joints(table: ClipTable) -> Figure:
    """Share of frames in which a joint was not detected: by joint and split above, by class and joint below.

    With several persons in a frame, a joint counts as detected if it is detected for any of them.
    """
    seen = np.stack([(k[..., 2] > 0).any(0).sum(0) for k in table.keypoints])  # frames with the joint, [N, V]
    frames = table.clips["total_frames"].to_numpy()[:, None]
    order = style.group_order(table.class_groups)
    by_class = np.stack([_missing(seen, frames, np.flatnonzero(table.labels == label)) for label in order])
    height = page.rows_height(table.num_classes, 3.0)
    figure = Figure(3.0 + height)
    grid = figure.add_gridspec(2, 2, height_ratios=[1.3, height], width_ratios=[60, 1])
    above, below, bar = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1])
    splits, joints = _splits(table), np.arange(table.layout.num_joints)
    for i, split in enumerate(splits):
        place = joints + (i - (len(splits) - 1) / 2) * 0.8 / len(splits)
        shares = _missing(seen, frames, table.where(split))
        above.bar(place, shares, 0.8 / len(splits), color=style.SPLITS[split], label=split)
    top = max(np.nanmax(by_class), 0.05)
    style.percent(above.yaxis)
    above.set(xlim=(-0.5, len(joints) - 0.5), ylim=(0, max(above.get_ylim()[1], 0.05)))
    above.set(xticks=[], ylabel="not detected")
    above.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0)
    image = below.imshow(by_class, aspect="auto", cmap=style.WRONG_CELLS, vmin=0, vmax=top)
    every = -(-len(joints) // MOST_JOINTS)  # with hands and faces there are too many joints to name them all
    named = [name.replace("_", " ") for name in table.layout.joints[::every]]
    below.set_xticks(joints[::every], named, rotation=90)
    below.tick_params(axis="x", length=0)
    style.grid_cells(below, *by_class.shape)
    style.name_classes(below, "y", [table.class_names[k] for k in order], _colours(table, order))
    figure.colorbar(image, cax=bar, format="{x:.0%}").outline.set_visible(False)
    empty = 1 - np.concatenate([(k[..., 2] > 0).any((0, 2)) for k in table.keypoints]).mean()
    all_seen = "every joint was detected in every frame"
    note = f"{percent(empty, 1)}% of all frames show no joint at all" if np.nanmax(by_class) > 0 else all_seen
    page.head(figure, f"{table.name}: joints not detected, share of frames", note)
    return figure


def _missing(seen: np.ndarray, frames: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Share of frames without the joint, [V]; NaN without clips."""
    total = frames[rows].sum()
    return 1 - seen[rows].sum(0) / total if total else np.full(seen.shape[1], np.nan)


def _splits(table: ClipTable) -> list[str]:
    return [split for split in style.SPLITS if len(table.where(split))]


def _split_title(table: ClipTable, split: str) -> str:
    part = table.clips[table.clips["split"] == split]
    groups, classes = part["group"].nunique(), part["label"].nunique()
    known = "labels unknown" if split == "hidden" else counted(classes, "class")
    return f"{split}: {counted(len(part), 'clip')}, {counted(groups, table.group_kind)}, {known}"


def _colours(table: ClipTable, order: np.ndarray) -> list[str]:
    colours = style.group_colours(table.class_groups)
    return [colours[table.class_groups[label]] for label in order]


def _name_rows(axes: Axes, table: ClipTable, order: np.ndarray) -> None:
    """Class names at the left side, the first on top."""
    style.name_classes(axes, "y", [table.class_names[label] for label in order], ["black"] * len(order))
    axes.set_ylim(len(order) - 0.4, -0.6)
