"""Scores of gesture spotting in long recordings: the spotter compared with windows of the same run, over seeds.

    python -m benchmarks.spotting [--seeds 0 1 2 3 4] [--epochs 60] [--utd-mhad FOLDER] [--answer]

Synthetic: recordings of the default sizes (12, 4 and 6 of four minutes; every seed has other people, movements and
coders); the run that classifies windows is trained once on synthetic clips of other people. UTD-MHAD: clips
concatenated with idle intervals (benchmarks/stringing.py); odd subjects train, of them subject 7 validation, even
subjects test; the run is trained on the odd ones, and again without each of them. Spotters are kept below --runs: the
same command continues after an interruption, and prints finished ones. --answer times an hour of key points instead.
"""

import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from benchmarks.rounds import ROOT, arguments, report
from benchmarks.stringing import string_together
from mglib.analysis.events import EVENT_METRICS
from mglib.config import SpotConfig, TrainConfig
from mglib.data import load
from mglib.data.recordings import Recordings
from mglib.recordings import Spotter, open_recordings, train_spotter
from mglib.recordings.study import SPOTTER, WINDOWS
from mglib.runs import Run
from mglib.training import train

SHOWN = ("f1_30", "any_f1_30", "f1_50", "false_alarms", "start_error", "stop_error")
NAMING = {"streams": "joint", "epochs": 40, "evaluate_every": 1000, "resume": True}
VAL = "7"  # the validation subject of UTD-MHAD
SHARE = 0.5  # share of UTD-MHAD's clips that are used


def naming_run(data: str, folder: Path | None) -> Run:
    """The run that classifies windows of a data set."""
    where: dict[str, Any] = {"dataset": data} | ({"data_root": folder} if folder else {})
    if data == "utd_mhad":
        where |= {"data_options": {"visual": "none"}, "flip": False}
    return train(TrainConfig.read(NAMING | where | {"run_name": f"spotting-{data}-naming"}))


def recordings_of(data: str, seed: int, folder: Path | None) -> Recordings:
    """The recordings of a seed."""
    if data == "synthetic":
        return open_recordings(seed=seed)
    table = load("utd_mhad", folder, visual="none")
    (val,) = [person for person in set(table.groups.tolist()) if person.endswith(VAL)]
    return string_together(table, seed, (val,), SHARE)


def spotter_of(data: str, seed: int, folder: Path | None, settings: dict[str, Any], runs: Path) -> Spotter:
    """The spotter of a seed, trained unless it is finished."""
    name = f"spotting-{data}-{seed}"
    if (runs / name / "scores.csv").is_file():
        return Spotter(runs / name)
    run = naming_run(data, folder)
    config = SpotConfig.read({"run": run.name, "run_name": name, "seed": seed, "resume": True} | settings)
    return train_spotter(config, recordings_of(data, seed, folder))


def table_of(data: str, spotters: list[Spotter]) -> list[dict[str, Any]]:
    """A row per system: means over seeds; and the difference of event F1 between spotter and windows, in points."""
    scores = pd.concat([one.scores.assign(seed=number) for number, one in enumerate(spotters)])
    wide = scores[scores["metric"].isin(SHOWN)].pivot_table("value", ["system", "seed"], "metric")
    order = list(dict.fromkeys(scores["system"]))
    rows = []
    for system in order:
        own = wide.loc[system] if system in wide.index else pd.DataFrame(columns=list(SHOWN))
        means = {EVENT_METRICS[m]: round(own[m].mean(), 3) if m in own else np.nan for m in SHOWN}
        rows.append({"data": data, "seeds": len(spotters), "system": system} | means)
    return rows


def gains(spotters: list[Spotter]) -> str:
    """The difference of event F1 between spotter and windows in points, by seed."""
    each = []
    for one in spotters:
        own = one.scores[one.scores["metric"] == "f1_30"].set_index("system")["value"]
        each.append(100 * (own[SPOTTER] - own[WINDOWS]))
    spread = f" ± {np.std(each, ddof=1):.1f}" if len(each) > 1 else ""
    minutes = [one.history["seconds"].sum() / 60 for one in spotters]
    points = ", ".join(f"{points:+.1f}" for points in each)
    return (
        f"event F1 > .3, spotter minus thresholded windows: {np.mean(each):+.1f}{spread} points ({points}); temporal "
        f"network trained in {np.mean(minutes):.1f} minutes"
    )


def answer_an_hour(spotter: Spotter) -> dict[str, float]:
    """Seconds for an hour of key points, wall-clock and of all threads, with networks loaded before."""
    (one,) = open_recordings(num_recordings=(0, 0, 1), seconds=3600.0).recordings
    spotter.spot(open_recordings(num_recordings=(0, 0, 1), seconds=20.0).recordings[0])
    start, used = time.perf_counter(), time.process_time()
    spotter.spot(one)
    seconds, used = time.perf_counter() - start, time.process_time() - used
    return {"by the clock, s": round(seconds, 1), "of all threads, s": round(used, 1), "share": used / one.duration}


def main() -> None:
    parser = arguments(__doc__, rounds=1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--epochs", type=int, default=None, help="of the spotter; by default as in SpotConfig")
    parser.add_argument("--utd-mhad", type=Path, help="folder of UTD-MHAD")
    parser.add_argument("--answer", action="store_true", help="time an hour of key points")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="where runs are kept")
    options = parser.parse_args()
    os.environ["MGLIB_RUNS"] = str(options.runs)
    settings = {} if options.epochs is None else {"epochs": options.epochs}
    data, folder = ("utd_mhad", options.utd_mhad) if options.utd_mhad else ("synthetic", None)
    seeds = options.seeds[:1] if options.answer else options.seeds
    spotters = [spotter_of(data, seed, folder, settings, options.runs) for seed in seeds]
    if options.answer:
        report(options, "spotting-answer", [answer_an_hour(spotters[0])], threads=torch.get_num_threads())
        return
    report(options, f"spotting-{data}", table_of(data, spotters), torch.get_num_threads(), gain=gains(spotters))


if __name__ == "__main__":
    main()
