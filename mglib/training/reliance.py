"""Test clips classified again by a two-stream network, with one input taken from a clip of another class.

`mglib.analysis.reliance` computes the table from the predictions; it is saved as reliance.csv in the run directory.
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
    """Measure a finished run's reliance on each of its two inputs, and save it as reliance.csv in the run directory.

    Args:
        run: a run of a two-stream network, with its weights.
        table: its data, rows as in `run.clips`; None: loaded as the run's config says.

    Returns:
        See `analysis.reliance.reliance_table`.

    Raises:
        RunError: the run has one input or is an ensemble, its test clips are of one class, or its weights or data are
            missing.
    """
    if len(run.input_names) < 2:
        raise RunError(
            f"The run {run.name} does not have two inputs, so none can be swapped; give a run of a two-stream network."
        )
    config, table = run.settings, find_table(run) if table is None else table
    accelerator = make_accelerator(config)
    ask = Questions(config, table, make_cache(config, table), make_maker(config, table.layout), accelerator)
    answer = partial(ask, fuse_batch_norms(load_network(run)).to(accelerator.device))
    # the intact clips are classified again, too, so that both predictions come from the same machine and precision
    found = swap_inputs(answer, table, None, config.seed)
    if found is None:
        raise RunError(f"The test clips of {run.name} are all of one class; swapping needs clips of another class.")
    write_reliance(run.path, found)
    return found


def swap_inputs(
    answer: Callable[..., Answers], table: ClipTable, intact: Mapping[str, np.ndarray] | None, seed: int
) -> pd.DataFrame | None:
    """Classify the test clips with each input in turn taken from a clip of another class.

    Args:
        answer: takes rows of the table and, optionally, a `Swap`; returns predictions.
        table: the data.
        intact: by stream, probabilities of all unchanged clips, [N, K]; None: they are computed.
        seed: of the random choice of the other clips.

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
    """Write reliance.csv of a run directory."""
    files.write_text(folder / "reliance.csv", table.to_csv(index=False))
