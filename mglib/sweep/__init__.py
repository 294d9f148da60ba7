"""Many runs of 03_train that differ in a setting or the seed, and the table that compares them.

    sweep = Sweep("utd", {"preset": "small"}, one_at_a_time({"alpha": [0, 1.0]}), (0, 1, 2))
    failures = run_cells(sweep, n_jobs=2)  # again: only what is missing
    compare(sweep, failures).variants

The runs are in the folder of runs, as `f"{sweep.name}--{variant}--seed={seed}"`.
"""

from .cells import Cell, Sweep, SweepError, one_at_a_time, product
from .comparison import Comparison, compare, format_variants, markdown
from .finding import find_sweep
from .folds import train_all_folds, train_folds
from .running import run_cells
from .systems import (
    SYSTEMS,
    System,
    format_systems,
    make_mixtures,
    make_sweep,
    system_mixtures,
    system_table,
    system_variants,
)

__all__ = [
    "Cell", "Comparison", "SYSTEMS", "Sweep", "SweepError", "System", "compare", "find_sweep", "format_systems",
    "format_variants", "make_mixtures", "make_sweep", "markdown", "one_at_a_time", "product", "run_cells",
    "system_mixtures", "system_table", "system_variants", "train_all_folds", "train_folds",
]  # fmt: skip
