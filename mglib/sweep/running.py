"""Runs the cells of a sweep by papermill, several at a time, distributed by joblib."""

import textwrap
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from tqdm import tqdm

from mglib import notebook
from mglib.base import paths
from mglib.base.console import progress
from mglib.base.errors import BusyError
from mglib.base.locking import locked

from .cells import Cell, Sweep, check_started

LONGEST = 400  # largest length of a failure's text
PAUSE = 2.0  # seconds between checks of cells that other processes run


def run_cells(sweep: Sweep, n_jobs: int | None = None, source: str | Path = "03_train") -> dict[str, str]:
    """Train unfinished cells, each as a papermill run, in a separate process if `n_jobs` is not 1.

    Finished runs are skipped, interrupted ones continued. A cell that fails does not stop others, and is tried again in
    the next call. Cells that another process runs are waited for, so that two calls for the same sweep share the work.
    Each of n_jobs processes uses 1 / n_jobs of the cores, unless OMP_NUM_THREADS is set; keep n_jobs the same for all
    runs that you compare, as rounding depends on the number of threads. Inside
    `with joblib.parallel_config(backend="dask")` the cells run on the workers of a cluster, which must share the folder
    of runs.

    Args:
        sweep: the sweep.
        n_jobs: cells at a time, as in joblib; None: 1, or as set by `joblib.parallel_config`.
        source: name or path of a notebook that takes the settings of TrainConfig and writes a run.

    Returns:
        Name of each run that failed -> a sentence with the error and the notebook that shows it.

    Raises:
        SweepError: a run of the same name has other settings; no cell was started.
    """
    check_started(sweep)
    path, outputs = notebook.find(source).resolve(), paths.runs_dir() / "notebooks"
    outputs.mkdir(parents=True, exist_ok=True)
    failures: dict[str, str] = {}
    waiting = _unfinished(sweep.cells)
    done = {"total": len(sweep.cells), "initial": len(sweep.cells) - len(waiting)}
    with tqdm(**done, unit="run", desc=sweep.name, file=progress()) as bar:
        while waiting:
            jobs = [delayed(_run)(path, outputs / f"{c.run_name}.ipynb", c.given, c.folder) for c in waiting]
            busy = set()
            for name, failure in Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs):
                if failure is None:
                    busy.add(name)
                    continue
                if failure:
                    failures[name] = failure
                    bar.set_postfix_str(f"{len(failures)} failed", refresh=False)
                bar.update()
            if len(busy) == len(waiting):  # only cells that others run are left
                time.sleep(PAUSE)
            theirs = [cell for cell in waiting if cell.run_name in busy]
            waiting = _unfinished(theirs)
            bar.update(len(theirs) - len(waiting))
    return failures


def _unfinished(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.state != "finished"]


def _run(source: Path, output: Path, given: Mapping[str, Any], folder: Path) -> tuple[str, str | None]:
    """Run one cell; returns the run's name, and a sentence if it failed, or None if another process runs it."""
    try:
        with locked(output):
            with locked(folder):
                pass  # it is not being trained; from here on it is locked by the notebook's own training
            if (folder / "metrics.json").is_file():
                return folder.name, ""
            return folder.name, _execute(source, output, given, folder)
    except BusyError:
        return folder.name, None


def _execute(source: Path, output: Path, given: Mapping[str, Any], folder: Path) -> str:
    """Execute the notebook of one cell; returns a sentence if it failed.

    Raises:
        BusyError: another process has started to train the run.
    """
    import papermill  # slow import, not needed for reading results
    from nbclient.exceptions import DeadKernelError

    failure = ""
    try:
        # simultaneous progress bars would overwrite each other
        notebook.execute(source, output, given, progress_bar=False)
    except papermill.PapermillExecutionError as error:
        if error.ename == BusyError.__name__:
            raise BusyError(error.evalue) from None
        failure = f"{error.ename}: {error.evalue}"
    except DeadKernelError:
        failure = "its kernel was killed, most often for lack of memory"
    except Exception as error:  # any error is reported, and the other cells continue
        failure = f"{type(error).__name__}: {error}"
    if not failure and not (folder / "metrics.json").is_file():
        failure = f"the notebook finished, but {folder} has no finished run; is MGLIB_RUNS the same there?"
    short = textwrap.shorten(failure, LONGEST, placeholder=" ...")
    return f"{short} (see {output})" if failure else ""
