"""Evaluates the measures of ambiguity on a run with synthetic data, whose truth is known.

    python benchmarks/ambiguity.py [RUN]

Trains the run with the default settings unless it is finished. Intervals are over subjects (jackknife); the baseline of
an average precision is the mean of 2,000 random orders, by_luck their 95 % quantile.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.analysis.ambiguity import score_against_truth
from mglib.runs import Run, finished_runs

RESULTS = Path(__file__).parent / "results" / "ambiguity.json"


def finished(name: str) -> Run:
    """The run of this name, trained if necessary."""
    if name not in (run.name for run in finished_runs()) and not Path(name).is_dir():
        from mglib.config import TrainConfig  # imported here, as evaluation needs neither these nor torch
        from mglib.training import train

        train(TrainConfig.read({"run_name": name, "resume": True}))
    return Run(name)


def cell(row: pd.Series) -> str:
    return f"{row.value:.2f} [{row.low:.2f}, {row.high:.2f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", default="synthetic-small", help="name or folder of a run of synthetic data")
    run = finished(parser.parse_args().run)
    systems = ("fused", *run.streams) if len(run.streams) > 1 else run.streams
    scores = {stream: score_against_truth(run, stream, rng=np.random.default_rng(0)) for stream in systems}
    first = scores[systems[0]]
    table = first[["split", "target", "positives", "score", "metric"]].assign(
        baseline=first["baseline"].map("{:.3f}".format),
        by_luck=["" if np.isnan(luck) else f"{luck:.3f}" for luck in first["by_luck"]],
        subjects=first["groups"],
        **{s: t.apply(cell, axis=1) for s, t in scores.items()},
    )
    print(f"{run.name}: {run.data.clips} clips, top-1 of the test {run.metrics[systems[0]]['top1']:.1%}")
    print(table.to_string(index=False))
    RESULTS.parent.mkdir(exist_ok=True)
    records = {stream: scored.to_dict("records") for stream, scored in scores.items()}
    RESULTS.write_text(json.dumps({"run": run.name, "metrics": run.metrics, "scores": records}, indent=2) + "\n")


if __name__ == "__main__":
    main()
