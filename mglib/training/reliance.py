"""A network of two streams, asked again with one input of every test clip swapped for that of a clip of another class.

What comes of it is `mglib.analysis.reliance`'s to say; it stands in the run's reliance.csv.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.analysis.reliance import reliance_table, strangers
from mglib.base import files
from mglib.base.errors import RunError
from mglib.data import ClipTable
from mglib.runs import Run
from mglib.runs.dataset import find_table

from .answering import Answers, Questions, Swap, fuse_batch_norms
from .building import load_network, make_accelerator, make_cache, make_maker


def measure_reliance(run: Run, table: ClipTable | None = None) -> pd.DataFrame:
    """Measure a finished run's reliance on each of its two inputs, and leave it in the run as reliance.csv.

    Args:
        run: of a network of two streams; its weights must be there.
        table: its data, rows as in `run.clips`; None: they are looked for where the run's config says.

    Returns:
        See `analysis.reliance.reliance_table`.

    Raises:
        RunError: the run has one input or is an ensemble, its test clips are of one class, or something is not at hand.
    """
    if len(run.input_names) < 2:
        raise RunError(f"{run.name} has no two inputs of which one could be swapped; give a network of two streams.")
    config, table = run.settings, find_table(run) if table is None else table
    accelerator = make_accelerator(config)
    ask = Questions(config, table, make_cache(config, table), make_maker(config, table.layout), accelerator)
    answer = partial(ask, fuse_batch_norms(load_network(run)).to(accelerator.device))
    # asked anew as they are, too: so both answers are of one machine and precision
    found = swap_inputs(answer, table, None, config.seed)
    if found is None:
        raise RunError(f"The test clips of {run.name} are of one class; an input of another class needs two.")
    write_reliance(run.path, found)
    return found


def swap_inputs(
    answer: Callable[..., Answers], table: ClipTable, intact: Mapping[str, np.ndarray] | None, seed: int
) -> pd.DataFrame | None:
    """Ask about the test clips with each input of another class's clip.

    Args:
        answer: rows of the table, and perhaps a `Swap`, to answers.
        table: the data.
        intact: by stream, probabilities of all clips as they are, [N, K]; None: they are asked for.
        seed: of the draw of clips.

    Returns:
        See `analysis.reliance.reliance_table`; None for a network of one stream, or test clips of fewer than two
        classes.
    """
    rows = table.where("test")
    labels, groups = table.labels[rows], table.groups[rows]
    if len(np.unique(labels)) < 2 or (intact is not None and len(intact) < 2):
        return None
    donors = rows[strangers(labels, np.random.default_rng(seed))]
    whole = answer(rows).probabilities if intact is None else {s: p[rows] for s, p in intact.items()}
    swapped = {stream: answer(rows, Swap(stream, donors)).probabilities for stream in whole}
    return reliance_table(whole, swapped, labels, groups)


def write_reliance(folder: Path, table: pd.DataFrame) -> None:
    """reliance.csv of a run directory."""
    files.write_text(folder / "reliance.csv", table.to_csv(index=False))
