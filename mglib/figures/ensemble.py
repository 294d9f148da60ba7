"""Figures and tables of ensembles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from mglib.analysis.evaluation import format_p, format_points

from . import page, style
from .calibration import lines_over
from .lettering import fit_member
from .page import Figure
from .style import styled

if TYPE_CHECKING:
    from mglib.analysis.ensemble import Combination

METHODS = {"equal": "equal weights", "ratio": "given ratio", "convex": "convex weights", "stacking": "stacking"}


@styled
def ensemble_weights(names: Sequence[str], weights: np.ndarray, draws: np.ndarray, title: str) -> Figure:
    """Weight of each member, and its variation over bootstrap samples of held-out groups.

    Args:
        names: names of the S members.
        weights: [S].
        draws: weights on groups drawn with replacement, [B, S]; see `ensemble.weight_draws`.
        title: title of the figure.
    """
    figure = Figure(1.1 + 0.34 * len(names))
    axes, rows = figure.subplots(), np.arange(len(names))
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    axes.barh(rows, weights, color=style.BLUE, height=0.6, alpha=0.75)
    axes.hlines(rows, low, high, colors=style.INK, linewidth=1.6)
    axes.axvline(1 / len(names), color=style.INK, linewidth=1, linestyle=(0, (4, 3)))
    for row, weight in enumerate(weights):
        look = {"transform": style.beside(axes, 0.1), "va": "center"}
        band = "one group: no band" if np.isnan(low[row]) else f"{low[row]:.2f}, {high[row]:.2f}"
        axes.text(1, row, f"{weight:.2f} [{band}]", **look)
    axes.set_yticks(rows, [fit_member(name) for name in names])
    axes.set(xlim=(0, 1), ylim=(len(names) - 0.4, -0.6), xlabel="weight")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    page.head(figure, title, "lines: middle 95 % of the weights over resampled held-out groups; dashed: equal weights")
    return figure


@styled
def ensemble_scores(held_out: pd.DataFrame, test: pd.DataFrame, title: str) -> Figure:
    """Top-1 of members, combinations and oracle, on held-out clips (left) and on test clips (right).

    Args:
        held_out: what `ensemble.held_out_scores` returns.
        test: what `ensemble.scores_on_test` returns.
        title: of the figure.
    """
    systems = list(dict.fromkeys([*held_out["system"], *test["system"]]))
    systems = [s for s in systems if s != "oracle"] + ["oracle"]
    figure = Figure(1.2 + 0.3 * len(systems))
    panels = figure.subplots(1, 2, sharey=True, sharex=True)
    for axes, table, name in zip(panels, (held_out, test), ("held-out clips", "test clips"), strict=True):
        _score_rows(axes, table, systems)
        axes.set_title(f"top-1 of the {name}")
    panels[0].set_yticks(range(len(systems)), [fit_member(METHODS.get(s, s)) for s in systems])
    panels[0].set_ylim(len(systems) - 0.4, -0.6)
    over = (f"{side}: {lines_over(table['groups'].iloc[0])}" for side, table in (("left", held_out), ("right", test)))
    note = (
        "black: members; blue: combinations, weights fitted on other groups; grey: at least one member right; "
        f"{'; '.join(over)}"
    )
    page.head(figure, title, note)
    return figure


def _score_rows(axes: Axes, table: pd.DataFrame, systems: Sequence[str]) -> None:
    scores = table[table["metric"] == "top1"].set_index("system")
    for row, system in enumerate(systems):
        if system not in scores.index:
            continue
        value, low, high = scores.loc[system, ["value", "low", "high"]]
        colour = style.BLUE if system in METHODS else style.FAINT if system == "oracle" else style.INK
        axes.hlines(row, low, high, colors=colour, linewidth=2.2)
        axes.plot(value, row, "o", color=colour, markersize=6.5, markeredgecolor="white")
        band = "no interval" if np.isnan(low) else f"{100 * low:.1f}, {100 * high:.1f}"
        look = {"transform": style.beside(axes, 0.08), "va": "center", "color": style.dark(colour)}
        axes.text(1, row, f"{100 * value:.1f} [{band}]", **look)
    style.percent(axes.xaxis)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)


@styled
def error_overlap(overlap: pd.DataFrame, title: str) -> Figure:
    """Overlap of the members' errors, a panel per measure; combining helps if both are low.

    Args:
        overlap: what `evaluation.overlap` returns.
        title: of the figure.
    """
    names = list(dict.fromkeys([*overlap["first"], *overlap["second"]]))
    note = "of the test clips; kappa 1: right and wrong on the same clips, 0: as by chance"
    if len(names) == 2:
        return _one_pair(overlap.iloc[0], title, note)
    figure = Figure(1.9 + 0.36 * len(names))
    kappa, both = figure.subplots(1, 2, sharey=True)
    _pairs(kappa, overlap, "kappa", names, style.RIGHT_CELLS, 1.0, "{:.2f}")
    most = max(overlap["double_fault"].max(), 0.5)
    _pairs(both, overlap, "double_fault", names, style.WRONG_CELLS, most, "{:.1%}")
    kappa.set_title("kappa of being right")
    both.set_title("both wrong")
    page.head(figure, title, note)
    return figure


def _one_pair(pair: pd.Series, title: str, note: str) -> Figure:
    """For two members: two numbers, each on its own scale."""
    figure = Figure(1.25)
    kappa, both = figure.subplots(1, 2)
    low = min(0.0, pair["kappa"])
    for axes, name, value, look, left in (
        (kappa, "kappa of being right", pair["kappa"], "{:.2f}", low),
        (both, "both wrong", pair["double_fault"], "{:.1%}", 0.0),
    ):
        axes.barh(0, value, color=style.BLUE if axes is kappa else style.RED, height=0.5, alpha=0.75)
        axes.text(1, 0, look.format(value), transform=style.beside(axes, 0.1), va="center")
        axes.set(xlim=(left, 1), ylim=(-0.5, 0.5), yticks=[], title=name)
        axes.grid(axis="x")
    style.percent(both.xaxis)
    page.head(figure, title, f"{note}; members: {pair['first']} and {pair['second']}")
    return figure


def _pairs(
    axes: Axes, overlap: pd.DataFrame, what: str, names: Sequence[str], colours: Colormap, top: float, look: str
) -> None:
    """A measure of every pair of members as a symmetric matrix; columns are numbered like rows."""
    square = overlap.pivot(index="first", columns="second", values=what).reindex(index=names, columns=names).to_numpy()
    square = np.where(np.isnan(square), square.T, square)
    axes.imshow(square, cmap=colours, vmin=0, vmax=top, aspect="auto")
    for i, j in np.argwhere(np.isfinite(square)):
        ink = "white" if square[i, j] > 0.45 * top else style.INK
        axes.text(j, i, look.format(square[i, j]), ha="center", va="center", color=ink, fontsize=style.SMALLEST)
    style.grid_cells(axes, len(names), len(names))
    numbers = [str(number) for number in range(1, len(names) + 1)]
    axes.set_xticks(range(len(names)), numbers)
    axes.set_yticks(range(len(names)), [fit_member(f"{n} {name}") for n, name in zip(numbers, names, strict=True)])
    axes.tick_params(length=0)


def combination_table(names: Sequence[str], combinations: Mapping[str, Combination]) -> pd.DataFrame:
    """Results of fitting on held-out clips: a row per method with its weights, and the members' temperatures."""
    rows = {
        METHODS[method]: [*("" if np.isnan(w) else f"{w:.2f}" for w in found.weights), f"{found.temperature:.2f}"]
        for method, found in combinations.items()
    }
    temperatures = next(iter(combinations.values())).temperatures
    rows["temperature"] = [*(f"{t:.2f}" for t in temperatures), ""]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*names, "temperature of the mixture"])


def difference_table(compared: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The result of `evaluation.compare_systems` or `ensemble.leave_one_out` for display.

    Args:
        compared: a row per system with its difference of top-1 to the baseline.
        baseline: name of the baseline in the heading of that column.
    """
    first = compared.columns[0]
    points = [format_points(row.difference, row.low, row.high) for row in compared.itertuples()]
    columns = {first: [METHODS.get(s, s) for s in compared[first]]}
    if "weight" in compared:
        columns["weight"] = ["" if np.isnan(w) else f"{w:.2f}" for w in compared["weight"]]
    columns |= {
        f"top-1, points against {baseline}": points,
        "groups": compared["groups"].astype(str).to_list(),
        "p, sign-flip": compared["p"].map(format_p).to_list(),
        "p, McNemar": compared["p_mcnemar"].map(format_p).to_list(),
        "clips won / lost": [f"{row.gained:.0f} / {row.lost:.0f}" for row in compared.itertuples()],
    }
    return pd.DataFrame(columns).set_index(first).rename_axis(None)
