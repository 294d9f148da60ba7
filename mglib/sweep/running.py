"""The cells of a sweep as papermill runs, several at a time; joblib decides where."""

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

LONGEST = 400  # letters of a failure
PAUSE = 2.0  # seconds between two looks at what others are running


def run_cells(sweep: Sweep, n_jobs: int | None = None, source: str | Path = "03_train") -> dict[str, str]:
    """Train what is not finished: each cell a papermill run, in a process of its own where `n_jobs` is not 1.

    A finished run is skipped, an interrupted one continued. A cell that fails stops no other, and is tried again by the
    next call. A cell that another process is running is waited for, so that two sweeps over one grid, side by side,
    share the work and both end with all of it. Each of n_jobs processes computes with 1 / n_jobs of the cores, unless
    OMP_NUM_THREADS says otherwise; keep it the same for all runs that you compare, since another number of threads
    rounds differently. Inside `with joblib.parallel_config(backend="dask")` the cells run on the workers of a cluster,
    which must see the same folder of runs.

    Args:
        sweep: what to run.
        n_jobs: cells at a time, as in joblib; None: 1, or what `joblib.parallel_config` says.
        source: the notebook, by name or path; one that takes the settings of TrainConfig and leaves a run.

    Returns:
        Name of each run that failed -> a sentence with the error and the notebook that shows it.

    Raises:
        SweepError: a run of the same name has other settings; nothing was started.
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
            if len(busy) == len(waiting):  # nothing is left but what others run
                time.sleep(PAUSE)
            theirs = [cell for cell in waiting if cell.run_name in busy]
            waiting = _unfinished(theirs)
            bar.update(len(theirs) - len(waiting))
    return failures


def _unfinished(cells: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.state != "finished"]


def _run(source: Path, output: Path, given: Mapping[str, Any], folder: Path) -> tuple[str, str | None]:
    """Run one cell; the run's name, and a sentence where it failed, or None where another process is running it."""
    try:
        with locked(output):
            with locked(folder):
                pass  # it is not in training outside of any sweep; from now on the notebook's own training holds it
            if (folder / "metrics.json").is_file():
                return folder.name, ""
            return folder.name, _execute(source, output, given, folder)
    except BusyError:
        return folder.name, None


def _execute(source: Path, output: Path, given: Mapping[str, Any], folder: Path) -> str:
    """Execute the notebook of one cell; a sentence where it failed.

    Raises:
        BusyError: another process began to train the run meanwhile.
    """
    import papermill  # here, since who only reads a sweep's results need not wait for it
    from nbclient.exceptions import DeadKernelError

    failure = ""
    try:
        # many bars at a time would write over each other
        notebook.execute(source, output, given, progress_bar=False)
    except papermill.PapermillExecutionError as error:
        if error.ename == BusyError.__name__:
            raise BusyError(error.evalue) from None
        failure = f"{error.ename}: {error.evalue}"
    except DeadKernelError:
        failure = "its kernel was killed, most often for want of memory"
    except Exception as error:  # whatever it is, it is told, and the other cells go on
        failure = f"{type(error).__name__}: {error}"
    if not failure and not (folder / "metrics.json").is_file():
        failure = f"the notebook came to its end, but {folder} holds no finished run; is MGLIB_RUNS the same there?"
    short = textwrap.shorten(failure, LONGEST, placeholder=" ...")
    return f"{short} (see {output})" if failure else ""
