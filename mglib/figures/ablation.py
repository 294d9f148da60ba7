"""Figures of a sweep: differences of variants from the baseline, and sensitivity to constants."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from mglib.analysis.evaluation import METRICS, format_p, format_points
from mglib.base.facts import counted
from mglib.sweep import Comparison, Sweep

from . import page, style
from .page import Figure
from .style import styled

CLEAR = 0.05  # variants with a smaller p are coloured
WITHOUT = ("no difference to tell", "one seed: no interval", "no interval")  # by the number of seeds compared
COLUMNS = 3  # panels side by side
SPAN = 4  # ratio of values from which an axis is logarithmic
STREAMS = {"fused": "streams fused 1:1", "rgb": "visual stream", "pose": "pose stream"}


@styled
def variant_differences(comparison: Comparison) -> Figure:
    """Difference of top-1 to the baseline: mean over seeds, interval over seeds and groups, a dot per seed."""
    table, base = comparison.variants, comparison.variants.iloc[0]
    figure = Figure(1.75 + 0.24 * len(table))
    axes = figure.subplots()
    axes.axvline(0, color=style.FAINT, linewidth=1)
    written = {"transform": style.beside(axes, 0.1), "va": "center", "fontsize": style.SMALLEST}
    for place, row in enumerate(table.itertuples()):
        seeds = comparison.runs.loc[comparison.runs["variant"] == row.variant, "top1"].dropna()
        axes.plot(seeds - base["top1"], np.full(len(seeds), place + 0.28), "o", color=style.FAINT, markersize=2.5)
        colour, words = style.INK, WITHOUT[min(row.compared, 2)]
        if row.variant == base["variant"]:
            words = f"baseline, {row.top1:.1%}"
        elif not np.isnan(row.low):
            colour = style.INK if row.p >= CLEAR else style.BLUE if row.difference > 0 else style.RED
            axes.hlines(place, row.low, row.high, colors=colour, linewidth=2.2)
            words = f"{format_points(row.difference, row.low, row.high)}, p {format_p(row.p)}"
        if not np.isnan(row.top1 - base["top1"]):
            axes.plot(row.top1 - base["top1"], place, "o", color=colour, markersize=6.5, markeredgecolor="white")
        axes.text(1, place, words, color=style.dark(colour), **written)
        missing = f"{row.variant}  ({row.left_out})" if row.left_out else row.variant
        axes.text(0, place, style.fit(missing), color=style.RED if row.left_out else style.INK, **_left(axes))
    axes.set(yticks=[], ylim=(len(table) - 0.4, -0.6), xlabel=f"top-1 minus that of {base['variant']}, points")
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:+.3g}" if value else "0")
    axes.grid(axis="x")
    kind = comparison.data.group_noun
    over = f"95 % intervals and p over {comparison.groups} {kind}s and the seeds (coloured: p below {CLEAR})"
    over = over if comparison.groups > 1 else f"no intervals over one {kind}"
    note = f"{counted(comparison.clips, 'test clip')}; {over}; grey dots: each seed, against the baseline's mean"
    page.head(figure, f"{_about(comparison)}: each variant against the baseline", note)
    return figure


@styled
def sensitivity_curves(comparison: Comparison, metric: str = "top1") -> Figure:
    """A score by the value of each numeric setting that is changed alone; the band is the range over seeds.

    Args:
        comparison: comparison of a sweep whose variants change one setting each.
        metric: "top1" or "macro_f1".
    """
    curves = numeric_settings(comparison.sweep)
    heading = f"{_about(comparison)}: sensitivity to the constants"
    if not curves:
        return page.sentence(heading, "No variant changes one numeric setting alone.")
    rows = -(-len(curves) // COLUMNS)
    figure = Figure(0.9 + 1.9 * rows)
    panels = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False).ravel()
    for axes, (setting, values) in zip(panels, curves.items(), strict=False):
        _curve(axes, comparison, values, metric)
        axes.set_title(setting)
    for axes in panels[len(curves) :]:
        axes.set_axis_off()
    style.percent(panels[0].yaxis)
    seeds = len(comparison.sweep.seeds)
    note = (
        f"{METRICS[metric]} of the test clips: mean (line) and range (band) over {counted(seeds, 'seed')}, each a grey "
        "dot; ringed: the baseline"
    )
    page.head(figure, heading, note)
    return figure


def numeric_settings(sweep: Sweep) -> dict[str, dict[float, str]]:
    """Setting -> its sorted values, with the variant of each: the baseline, and those that change only it."""
    found: dict[str, dict[float, str]] = {}
    for variant in sweep.variants:
        changes = sweep.changes(variant)
        if len(changes) == 1:
            ((setting, pair),) = changes.items()
            if all(isinstance(value, int | float) and not isinstance(value, bool) for value in pair):
                there, here = pair
                found.setdefault(setting, {there: sweep.baseline})[here] = variant
    return {setting: dict(sorted(values.items())) for setting, values in found.items()}


def _curve(axes: Axes, comparison: Comparison, values: dict[float, str], metric: str) -> None:
    """One setting's values with the scores of their runs."""
    scores = comparison.runs.dropna(subset=metric).groupby("variant")[metric]
    table = scores.agg(["mean", "min", "max"]).reindex(values.values()).set_axis(list(values), axis=0)
    done = table.dropna()
    axes.fill_between(done.index, done["min"], done["max"], color=style.BLUE, alpha=0.15, linewidth=0)
    for value, variant in values.items():
        seeds = scores.get_group(variant) if variant in scores.groups else pd.Series(dtype=float)
        axes.plot(np.full(len(seeds), value), seeds, "o", color=style.FAINT, markersize=2.5)
    axes.plot(done.index, done["mean"], color=style.BLUE, marker="o", markersize=4)
    for value in table.index[table["mean"].isna()]:
        axes.update_datalim([(value, comparison.runs[metric].mean())])
        axes.text(value, 0.03, "no run", color=style.RED, ha="center", transform=axes.get_xaxis_transform())
    base = next(value for value, variant in values.items() if variant == comparison.sweep.baseline)
    axes.plot(base, table.loc[base, "mean"], "o", color=style.INK, markersize=9, fillstyle="none")
    _scale(axes, list(values))
    axes.grid(axis="y")


def _scale(axes: Axes, values: list[float]) -> None:
    """A logarithmic axis if the range is large, linear near 0 if 0 is a value; ticks at the values."""
    positive = [value for value in values if value > 0]
    if len(positive) > 1 and max(positive) >= SPAN * min(positive) and min(values) >= 0:
        linear = {"value": "symlog", "linthresh": min(positive), "linscale": 0.5} if 0 in values else {"value": "log"}
        axes.set_xscale(**linear)
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.margins(x=0.12)


def _left(axes: Axes) -> dict:
    """Text to the left of the axes, at y in data."""
    return {"transform": style.beside(axes, -0.12), "va": "center", "ha": "right", "fontsize": style.SMALLEST}


def _about(comparison: Comparison) -> str:
    return f"{comparison.data.heading}, sweep {comparison.sweep.name}, {STREAMS[comparison.stream]}"
