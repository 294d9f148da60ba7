"""Table 2 as a figure: scores of systems against the cost of a prediction."""

import numpy as np

from mglib.base.facts import counted, intervals_over
from mglib.sweep import SYSTEMS, Comparison, system_table

from . import page, style
from .page import Figure
from .style import styled

KINDS = {"RGB + joints": style.INK, "RGB": style.RED, "joints": style.BLUE, "limbs": style.SKY}
HEATMAPS = style.GREEN
LEADER = {"arrowstyle": "-", "linewidth": 0.5, "alpha": 0.5, "shrinkB": 3, "relpos": (0, 0.5)}


@styled
def accuracy_against_cost(comparison: Comparison) -> Figure:
    """Top-1 with its interval against GMACs per clip, a dot per system, coloured by input; larger: more parameters.

    Systems without a finished run are left out.
    """
    heading = f"{comparison.data.heading}, sweep {comparison.sweep.name}: accuracy against cost"
    if not set(comparison.variants["variant"]) <= set(SYSTEMS):
        return page.sentence(heading, "The sweep compares settings of one network; give systems to compare networks.")
    table = system_table(comparison).dropna(subset=["top1", "gmacs"]).sort_values("top1")
    figure = Figure(max(4.2, 1.2 + 0.27 * len(table)))
    axes = figure.subplots()
    colours = [KINDS.get(modality, HEATMAPS) for modality in table["modality"]]
    axes.vlines(table["gmacs"], table["top1_low"], table["top1_high"], colors=colours, linewidth=1.2, alpha=0.5)
    size = 30 + 90 * np.sqrt(table["parameters"] / table["parameters"].max())
    axes.scatter(table["gmacs"], table["top1"], s=size, c=colours, edgecolors="white", zorder=3)
    axes.set_xscale("log")
    axes.set(xlabel="GMACs per clip", ylabel="top-1 of the test clips")
    for ticks in (axes.xaxis.set_major_formatter, axes.xaxis.set_minor_formatter):
        ticks(lambda value, _: f"{value:g}")
    style.percent(axes.yaxis)
    axes.grid()
    axes.margins(x=0.12)
    places = np.linspace(0.02, 0.98, len(table))  # names in a column beside the axes, joined to their dots
    for place, row, colour in zip(places, table.itertuples(), colours, strict=True):
        axes.annotate(
            f"{100 * row.top1:.1f}  {row.title}, {row.modality}",
            (row.gmacs, row.top1), (1.03, place), textcoords="axes fraction", va="center", fontsize=style.SMALLEST,
            color=style.dark(colour),
            arrowprops={"color": colour} | LEADER,
        )  # fmt: skip
    over = intervals_over(comparison.groups, comparison.data.group_noun, " and, if several, seeds")
    note = f"{counted(comparison.clips, 'test clip')}; lines: {over}; larger dots have more parameters"
    page.head(figure, heading, note)
    return figure
