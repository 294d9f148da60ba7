"""Time to analyse a large run: 18,499 clips of 52 classes, two streams of 256 features, 30 epochs, 60 subjects.

    python -m benchmarks.analysis

The run is artificial. "first": a new process reads it, and computes the UMAP map of both streams (512 columns), the
table of the clips' ambiguity, the recall of every class with intervals, and the explorer with its static figure,
including numba's compilation. "again": another new process, with the map cached in the run directory. Wall-clock
seconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.rounds import arguments, report

CLIPS, CLASSES, DIM, EPOCHS, SUBJECTS = 18_499, 52, 256, 30, 60


def look(folder: Path) -> dict[str, float]:
    """Seconds of each step, in this process."""
    marks = {"start": time.perf_counter()}

    from mglib import figures
    from mglib.analysis.ambiguity import clip_table
    from mglib.analysis.embedding import embed
    from mglib.analysis.evaluation import class_recall
    from mglib.explorer import ConfusionExplorer
    from mglib.runs import Run

    marks["import"] = time.perf_counter()
    run = Run(folder)
    clips = clip_table(run, "fused")
    marks["ambiguity"] = time.perf_counter()
    test = run.where("test")
    labels, groups = (run.clips[column].to_numpy()[test] for column in ("label", "group"))
    class_recall(labels, run.probabilities("fused")[test], groups, CLASSES)
    marks["recall"] = time.perf_counter()
    embedding = embed(run, "fused")
    marks["map"] = time.perf_counter()
    figures.feature_map(run, clips, embedding, "test", "fused")
    marks["figure"] = time.perf_counter()
    ConfusionExplorer(run)._repr_mimebundle_()
    marks["explorer"] = time.perf_counter()
    names = list(marks)
    return {name: marks[name] - marks[before] for before, name in zip(names, names[1:], strict=False)}


def main() -> None:
    parser = arguments(__doc__, rounds=1)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)  # the run that a new process analyses
    options = parser.parse_args()
    if options.run:
        print(json.dumps(look(options.run)))
        return
    from tests.run_builder import fake_run

    rows = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made-up"
            fake_run(path, num_classes=CLASSES, clips=CLIPS, epochs=EPOCHS, groups=SUBJECTS, dim=DIM)
            for process in ("first", "again"):
                start = time.perf_counter()
                command = [sys.executable, "-m", "benchmarks.analysis", "--run", str(path)]
                answer = subprocess.run(command, capture_output=True, text=True, check=True)
                steps = json.loads(answer.stdout.splitlines()[-1])
                rows.append({"process": process, "whole s": time.perf_counter() - start} | steps)
    table = pd.DataFrame(rows).groupby("process", sort=False).median().reset_index()
    del options.run
    report(options, "analysis", table.to_dict("records"), threads=os.cpu_count())


if __name__ == "__main__":
    main()
