"""Shows how long the parts of `make report` took: python -m mglib.runs.timing NOTEBOOK..., after execution.

Papermill records start and end of notebooks and cells, and a run the time for training and frames.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mglib.base.console import ended, print_anything
from mglib.base.errors import RunError

from .finding import find_run
from .run import Run

BRANCHES, TRAINED, WROTE = "02_pretrain", "03_train", "06_report"
STARTS = "starting the notebooks"


def time_table(notebooks: Sequence[Path], run: Run) -> pd.DataFrame:
    """Durations of the parts, the longest first: columns part, seconds, share.

    Training and frames are those of the run, and of the branches that it started from where 02_pretrain trained them.

    Args:
        notebooks: notebooks executed by papermill; their names end in those of the workbook.
        run: the run trained by 03_train among them.

    Raises:
        RunError: a notebook was not executed.
    """
    seconds = {"training": 0.0, "frames": 0.0, STARTS: 0.0}
    for path in notebooks:
        whole, cells = durations(path)
        training, frames = map(sum, zip((0.0, 0.0), *map(_inside, _trained(path, run)), strict=True))
        if training + frames > cells and path.stem.endswith(BRANCHES):
            training = frames = 0.0  # the branches were there already
        name = f"{_short(path)}, all else" if training else _short(path)
        seconds["training"] += training
        seconds["frames"] += frames
        seconds[name] = max(0.0, cells - training - frames)
        seconds[STARTS] += whole - cells
    table = pd.DataFrame({"part": list(seconds), "seconds": list(seconds.values())})
    return table.assign(share=table["seconds"] / table["seconds"].sum()).sort_values("seconds", ascending=False)


def durations(path: Path) -> tuple[float, float]:
    """Seconds of a whole notebook, including the start of its kernel, and of its cells.

    Raises:
        RunError: it is not a notebook, or papermill has not executed it completely.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))  # nbformat would take a second more to import
    except ValueError:
        notebook = None
    if not isinstance(notebook, dict) or not {"metadata", "cells"} <= notebook.keys():
        raise RunError(f"{path} is not a notebook; give notebooks that `make report` executed.")
    whole = notebook["metadata"].get("papermill", {}).get("duration")
    if whole is None:
        raise RunError(f"{path} says no times: it was not executed to its end; run make report again.")
    cells = (cell["metadata"].get("papermill", {}).get("duration") for cell in notebook["cells"])
    return float(whole), float(sum(filter(None, cells)))


def _trained(path: Path, run: Run) -> list[Run]:
    """The runs that a notebook trained."""
    if path.stem.endswith(BRANCHES):
        return [find_run(name) for name in (run.config.get("init_rgb"), run.config.get("init_pose")) if name]
    return [run] if path.stem.endswith(TRAINED) else []


def _inside(run: Run) -> tuple[float, float]:
    """Seconds of a run's training and of its frames."""
    return tuple(60 * run.environment.get(name, 0.0) for name in ("training_minutes", "frames_minutes"))


def _short(path: Path) -> str:
    """The notebook's own name, without the prefix from `make report`."""
    number = path.stem.rfind("-")
    return "report (06_report)" if path.stem.endswith(WROTE) else path.stem[number + 1 :]


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 0, or 2 if a notebook or the run has no times."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.runs.timing", description="Where the time went.")
    parser.add_argument("notebooks", nargs="+", type=Path, help="executed by papermill")
    parser.add_argument("--run", default="", help="that was trained; without, the latest finished one")
    options = parser.parse_args(arguments)
    try:
        table = time_table(options.notebooks, find_run(options.run, "" if options.run else "network"))
    except (RunError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Where the {table['seconds'].sum() / 60:.1f} minutes went:")
    for part, seconds, share in table.itertuples(index=False):
        print(f"  {part:<26} {seconds:7.1f} s  {share:4.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
