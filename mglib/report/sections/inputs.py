"""The section on a two-stream network's reliance on its inputs."""

import numpy as np
import pandas as pd

from mglib import figures
from mglib.analysis.evaluation import format_points
from mglib.analysis.reliance import statement
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.runs import Run


def reliance(study: Study) -> Section | None:
    """Reliance on each input; None for a run with one input, or an ensemble."""
    run = study.run
    if len(run.input_names) < 2:
        return None
    text = [statement(run), *study.alone]
    if run.reliance is None:
        return Section("Reliance on each input", text)
    caption = (
        "Top-1 of each head with both inputs of the clip itself, and with one of them of a test clip of another class, "
        f"in percent with {study.intervals}"
    )
    table = Table("reliance", _reliance(run), f"{caption}; drop: paired, in points.")
    figure = figures.reliance(run)
    figure.note = ""  # the section begins with these sentences
    return Section("Reliance on each input", text, [Picture("reliance", figure, f"{caption}."), table])


def _reliance(run: Run) -> pd.DataFrame:
    """A row per head and one for the fused heads."""
    table = run.reliance
    frame = pd.DataFrame({"answered by": list(run.stream_names.values())})
    for stream, name in run.input_names.items():
        own = table[table["swapped"] == stream].set_index("system").loc[list(run.stream_names)]
        rows = list(own.itertuples())
        frame["own inputs"] = [f"{100 * (row.top1 + row.drop):.1f}" for row in rows]
        frame[f"another's {name}"] = [_score(row) for row in rows]
        frame[f"drop, {name}"] = [format_points(row.drop, row.drop_low, row.drop_high) for row in rows]
    return frame


def _score(row: tuple) -> str:
    band = "" if np.isnan(row.low) else f" [{100 * row.low:.1f}, {100 * row.high:.1f}]"
    return f"{100 * row.top1:.1f}{band}"
