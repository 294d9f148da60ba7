"""Figure of a two-stream network's reliance on its inputs."""

from mglib.analysis.reliance import statement
from mglib.runs import Run

from . import page, style
from .page import Figure
from .style import styled
from .training import STREAMS


@styled
def reliance(run: Run) -> Figure:
    """Top-1 of each head, and of both fused, with the clip's own inputs and with one from another class.

    A sentence states on which input the network relies, or that this was not measured. For a run of several seeds, it
    is the first network.
    """
    run = run.seeds[0] if run.seeds else run
    table, heading = run.reliance, f"{run.data.name}, run {run.name}: reliance on each input"
    if table is None:
        return page.sentence(heading, statement(run))
    systems = list(run.stream_names)
    figure = Figure(1.35 + 0.36 * len(systems), narrow=True)
    axes = figure.subplots()
    for row, system in enumerate(systems):
        own = table[table["system"] == system]
        intact = (own["top1"] + own["drop"]).iloc[0]
        axes.plot(intact, row - 0.2, "D", color=style.INK, markersize=5, label="both inputs its own" * (row == 0))
        for place, score in enumerate(own.itertuples()):
            colour, y = STREAMS[score.swapped], row + 0.2 * place
            axes.hlines(y, score.low, score.high, colors=colour, linewidth=2)
            label = f"{run.input_names[score.swapped]} of a clip of another class" * (row == 0)
            axes.plot(score.top1, y, "o", color=colour, markersize=6, markeredgecolor="white", label=label)
    axes.set_yticks(range(len(systems)), [run.stream_names[system] for system in systems])
    axes.set(xlim=(0, 1), ylim=(len(systems) - 0.4, -0.6), xlabel="top-1 of the test clips")
    style.percent(axes.xaxis)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    handles, labels = axes.get_legend_handles_labels()
    style.legend_below(figure, handles, labels)
    page.head(figure, heading, statement(run))
    return figure
