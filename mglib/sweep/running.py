"""The cells of a sweep as papermill runs, several at a time; joblib decides where."""

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from tqdm import tqdm

from mglib import notebook, paths

from .cells import Sweep, check_started

LONGEST = 400  # letters of a failure


def run_cells(sweep: Sweep, n_jobs: int | None = None, source: str | Path = "03_train") -> dict[str, str]:
    """Train what is not finished: each cell a papermill run, in a process of its own where `n_jobs` is not 1.

    A finished run is skipped, an interrupted one continued. A cell that fails stops no other, and is tried again by the
    next call. Each of n_jobs processes computes with 1 / n_jobs of the cores, unless OMP_NUM_THREADS says otherwise;
    keep it the same for all runs that you compare, since another number of threads rounds differently. Inside
    `with joblib.parallel_config(backend="dask")` the cells run on the workers of a cluster, which must see the same
    folder of runs.

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
    waiting = [cell for cell in sweep.cells if cell.state != "finished"]
    jobs = [delayed(_run)(path, outputs / f"{c.run_name}.ipynb", c.given, c.folder) for c in waiting]
    failures: dict[str, str] = {}
    done = len(sweep.cells) - len(jobs)
    with tqdm(total=len(sweep.cells), initial=done, unit="run", desc=sweep.name) as bar:
        for name, failure in Parallel(n_jobs=n_jobs, return_as="generator_unordered")(jobs):
            if failure:
                failures[name] = failure
                bar.set_postfix_str(f"{len(failures)} failed", refresh=False)
            bar.update()
    return failures


def _run(source: Path, output: Path, given: Mapping[str, Any], folder: Path) -> tuple[str, str]:
    """Execute the notebook of one cell; the run's name and, where it failed, a sentence."""
    import papermill  # here, since who only reads a sweep's results need not wait for it
    from nbclient.exceptions import DeadKernelError

    failure = ""
    try:
        papermill.execute_notebook(
            source,
            output,
            parameters=dict(given),
            kernel_name="python3",  # of this environment, whatever the notebook was last saved with
            language="python",
            progress_bar=False,  # many at a time would write over each other
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],  # its greetings would come between the lines of the bar
        )
    except papermill.PapermillExecutionError as error:
        failure = f"{error.ename}: {error.evalue}"
    except DeadKernelError:
        failure = "its kernel was killed, most often for want of memory"
    except Exception as error:  # whatever it is, it is told, and the other cells go on
        failure = f"{type(error).__name__}: {error}"
    if not failure and not (folder / "metrics.json").is_file():
        failure = f"the notebook came to its end, but {folder} holds no finished run; is MGLIB_RUNS the same there?"
    short = textwrap.shorten(failure, LONGEST, placeholder=" ...")
    return folder.name, f"{short} (see {output})" if failure else ""
