"""Comparison of two runs on the same clips."""

import numpy as np

from mglib.analysis.evaluation import format_points, paired_difference
from mglib.base.facts import intervals_over
from mglib.base.shares import percent
from mglib.runs import Run, matching_rows

from . import page, style
from .lettering import with_counts
from .page import Figure
from .style import styled


@styled
def compare_runs(run: Run, other: Run | None, split: str = "test", stream: str = "fused") -> Figure:
    """Recall of each class in both runs, ordered by the difference.

    Differences are this run minus the other, blue if it is better and orange if it is worse, as in the explorer.

    Raises:
        RunError: the runs do not have the same clips with the same labels.
    """
    if other is None:
        return page.sentence(f"{style.title(run, stream)}: against another run", "No second run was given.")
    rows, names = run.where(split), run.data.class_names
    labels = run.labels
    order = matching_rows(run, other)
    first, second = run.probabilities(stream)[rows], other.probabilities(stream)[order][rows]
    hits = np.stack([p.argmax(1) == labels[rows] for p in (first, second)])
    clips = np.bincount(labels[rows], minlength=len(names))
    right = np.stack([np.bincount(labels[rows], weights=hit, minlength=len(names)) for hit in hits])
    shown = np.flatnonzero(clips)
    shown = shown[np.argsort((right[1] - right[0])[shown] / clips[shown], kind="stable")]
    recall, places = right[:, shown] / clips[shown], np.arange(len(shown))
    figure = Figure(1.5 + page.rows_height(len(shown), 1.7))
    axes = figure.subplots()
    better = recall[0] >= recall[1]
    axes.hlines(places, *recall, colors=np.where(better, style.BLUE, style.RED), linewidth=2, alpha=0.5)
    axes.scatter(recall[0], places, s=10, color=style.INK, label=run.name, zorder=4)  # both are seen where equal
    axes.scatter(recall[1], places, s=30, color=style.FAINT, label=other.name, zorder=3)
    style.name_classes(axes, "y", with_counts([names[k] for k in shown], clips[shown]), ["black"] * len(shown))
    axes.set(xlim=(-0.01, 1.01), ylim=(len(shown) - 0.4, -0.6), xlabel=f"recall of the {split} clips")
    style.percent(axes.xaxis)
    axes.grid(axis="x")
    style.legend_below(figure, *axes.get_legend_handles_labels())
    groups = run.groups[rows]
    change = paired_difference(labels[rows], first, second, groups)
    gained, lost = (hits[0] & ~hits[1]).sum(), (hits[1] & ~hits[0]).sum()
    same = "the same answers to all clips; " if np.array_equal(first.argmax(1), second.argmax(1)) else ""
    over = intervals_over(len(np.unique(groups)), run.data.group_noun)
    own, theirs = (percent(hit.mean(), 1) for hit in hits)
    note = (
        f"{same}top-1 {own}% against {theirs}%, {format_points(*change)} points; "
        f"{gained} clips won, {lost} lost of {len(rows)}; {over}; of these two networks only: other seeds would differ"
    )
    page.head(figure, f"{run.data.heading}: recall in two runs", note)
    return figure
