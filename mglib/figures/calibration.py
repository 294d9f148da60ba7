"""Figures of calibration: reliability, risk and coverage, prediction sets."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mglib.base.facts import counted
from mglib.base.shares import percent

from . import page, style
from .lettering import wrap
from .page import Figure
from .style import styled

SETS = {"all": "all classes alike", "class": "by class", "cluster": "by cluster of classes"}


@styled
def reliability_diagram(
    tables: Mapping[str, pd.DataFrame], title: str, errors: Mapping[str, str] | None = None
) -> Figure:
    """Accuracy by confidence, a panel per system, such as before and after temperature scaling; clips per bin below.

    Args:
        tables: system -> what `evaluation.reliability` returns.
        title: title of the figure.
        errors: system -> text on its calibration, shown above the panel.
    """
    figure = Figure(3.8, narrow=True)
    panels = figure.subplots(2, len(tables), height_ratios=[5, 1], sharex=True, sharey="row", squeeze=False)
    room = (figure.get_figwidth() - 0.5) / len(tables) - 0.15  # inches of a panel
    for (name, table), axes, below in zip(tables.items(), *panels, strict=True):
        said = name if errors is None else f"{name}: {errors[name]}"
        axes.plot([0, 1], [0, 1], color=style.FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.fill_between(table["confidence"], table["confidence"], table["accuracy"], color=style.RED, alpha=0.15)
        axes.vlines(table["confidence"], table["low"], table["high"], colors=style.BLUE, linewidth=1.4)
        axes.plot(table["confidence"], table["accuracy"], "o-", color=style.BLUE, markersize=4, linewidth=1)
        axes.set_title(wrap(said, room, style.SMALLEST), fontsize=style.SMALLEST)
        axes.set(xlim=(0, 1.015), ylim=(0, 1.015))  # whole markers at 1
        axes.grid()
        below.vlines(table["confidence"], 0, table["n"], colors=style.FAINT, linewidth=2.5)
        below.set(ylim=(0, None), xlabel="confidence")
        style.percent(below.xaxis)
    style.percent(panels[0, 0].yaxis)
    panels[0, 0].set_ylabel("accuracy")
    panels[1, 0].set_ylabel("clips")
    number = max(table["groups"].max() for table in tables.values())
    note = f"dashed: accuracy is what confidence says; orange: the gap; lines: {lines_over(number, 'up to ')}"
    page.head(figure, title, note)
    return figure


@styled
def risk_coverage_curves(tables: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Error rate by coverage, if only the most confident clips are predicted.

    Args:
        tables: system -> what `evaluation.risk_coverage` returns.
        title: of the figure.
    """
    figure = Figure(2.7, narrow=True)
    axes = figure.subplots()
    for number, (name, table) in enumerate(tables.items()):
        label = f"{style.fit(name)}: {percent(table['risk'].iloc[-1], 1)}% of all clips wrong"
        colour, coverage = style.CYCLE[number % len(style.CYCLE)], table["coverage"]
        axes.fill_between(coverage, table["low"], table["high"], color=colour, alpha=0.15, linewidth=0)
        axes.plot(coverage, table["risk"], color=colour, label=label)
    # wide intervals at low coverage are cut off
    tops = [max(t["risk"].max(), 2 * t["high"].iloc[-1]) for t in tables.values()]
    axes.set(xlim=(0, 1), ylim=(0, 1.05 * max(tops) or 1), ylabel="risk")
    axes.set_xlabel("coverage: clips predicted, most confident first")
    style.percent(axes.xaxis)
    style.percent(axes.yaxis)
    axes.grid()
    style.legend_below(figure, *axes.get_legend_handles_labels())
    number = max(table["groups"].max() for table in tables.values())
    page.head(figure, title, f"risk: error rate among predicted clips; bands: {lines_over(number)}")
    return figure


@styled
def conformal_figure(table: pd.DataFrame, title: str) -> Figure:
    """Coverage of prediction sets compared with the nominal level, and number of classes in them.

    Args:
        table: what `evaluation.conformal_table` returns; it may have rows for several levels.
        title: of the figure.
    """
    figure = Figure(1.45 + 0.42 * len(table))
    coverage, size = figure.subplots(1, 2, sharey=True)
    for place, row in enumerate(table.itertuples()):
        coverage.vlines(row.level, place - 0.38, place + 0.38, colors=style.RED, linewidth=1.4)
        coverage.hlines(place, row.low, row.high, colors=style.INK, linewidth=2.2)
        coverage.plot(row.coverage, place, "o", color=style.INK, markersize=6.5, markeredgecolor="white")
        coverage.plot(row.worst_class, place, "o", color=style.INK, markersize=5, fillstyle="none")
        beside = {"va": "center", "fontsize": style.SMALLEST}
        interval = "no interval" if np.isnan(row.low) else f"{100 * row.low:.1f}, {100 * row.high:.1f}"
        text = f"{percent(row.coverage, 1)} [{interval}]"
        coverage.text(1, place, text, transform=style.beside(coverage, 0.1), **beside)
        size.barh(place, row.size, color=style.BLUE, height=0.55, alpha=0.75)
        always = f", {row.always_in} in every set" if row.always_in else ""
        text = f"{row.size:.1f}, {percent(row.empty, 1)}% empty{always}"
        size.text(1, place, text, transform=style.beside(size, 0.1), **beside)
    names = [f"{SETS[row.by]}, {row.level:.0%}" for row in table.itertuples()]
    coverage.set(yticks=range(len(table)), yticklabels=names, ylim=(len(table) - 0.5, -0.5), xlim=(None, 1.005))
    coverage.tick_params(axis="y", length=0)
    size.tick_params(axis="y", length=0)
    style.percent(coverage.xaxis)
    coverage.set_title("coverage: sets with the true class")
    size.set_title("size: classes in a set, mean")
    coverage.grid(axis="x")
    size.grid(axis="x")
    number = table["groups"].max()
    note = f"orange: nominal level; lines: {lines_over(number)}; ring: the class with the lowest coverage"
    page.head(figure, title, note)
    return figure


def lines_over(number: int, most: str = "") -> str:
    """What intervals are over; there are none over a single group."""
    return f"95 % intervals over {most}{counted(number, 'group')}" if number > 1 else "no intervals over one group"
