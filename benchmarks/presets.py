"""Chooses the preset for small data, on folds of the training people of two real data sets, never on test clips.

    python -m benchmarks.presets --utd-mhad FOLDER --msr-action3d FOLDER [--variants NAME ...] [--seeds 0 1] [--jobs 2]
    python -m benchmarks.presets ... --sets synthetic --variants "two streams" "two streams, 80 epochs"

The training people of each data set are split into two folds; a network on joints, or on joints and depth video, is
trained on one and scored on the other, and vice versa. MSR-Action3D is projected from turned cameras
(benchmarks/views.py): training clips from 0 and 30 degrees in turn, held-out clips from 0, "same view", and from 45,
"other view". "synthetic": clips of other made-up people than those of the embedded data, which has no folds. Runs are
kept in --runs: after an interruption the same command continues, several can run side by side, and finished runs are
printed.
"""

import os
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.rounds import ROOT, STEADY, arguments, report
from benchmarks.views import write_views

SETS, FOLDS = ("utd_mhad", "msr_action3d"), 2
MADE_UP, OTHER_SEED = "synthetic", 7  # the embedded data have seed 0
INPUT = {"pose_frames": 32, "pose_pixels": 16, "pose_kernel": 3, "sigma": 0.6}  # of version 0.1
TWO = {"streams": "rgb+joint", "epochs": 80}  # as most variants were trained
SWIN = {"streams": "rgb", "model": "video_swin_t", "epochs": 60}
VARIANTS: dict[str, dict[str, Any]] = {  # what each changes of the defaults
    "earlier": {"epochs": 20, "dropout": 0.5, "flip": True} | INPUT | STEADY,  # mirrored: as at first
    "earlier input": INPUT | STEADY,
    "default": {},
    "one view": {"test_clips": 1},
    "steady joints": STEADY,
    "joints hidden, not displaced": {"joint_noise": 0},
    "joints displaced, not hidden": {"joint_dropout": 0},
    "joint_dropout 0.15, joint_noise 0.2": {"joint_dropout": 0.15, "joint_noise": 0.2},
    "60 epochs": {"epochs": 60} | STEADY,
    "sigma 0.6": {"sigma": 0.6},
    "pose_kernel 3": {"pose_kernel": 3},
    "32 frames": {"pose_frames": 32},
    "dropout 0.5": {"dropout": 0.5},
    "crop_area 0.85": {"crop_area": 0.85},
    "rotation 20": {"rotation": 20},
    "label_smoothing 0.1": {"label_smoothing": 0.1},
    "clip_norm 1": {"clip_norm": 1},
    "alpha 0": {"alpha": 0},
    "alpha 1": {"alpha": 1},
    "depth video": {"streams": "rgb"},
    "depth video, nothing erased": {"streams": "rgb", "random_erasing": 0},
    "depth video, erasing 0.25": {"streams": "rgb", "random_erasing": 0.25},
    "video Swin": {"streams": "rgb", "model": "video_swin_t"},
    "video Swin, 60 epochs": SWIN,
    "video Swin, 60 epochs, lr 0.0005": SWIN | {"lr": 0.0005},
    "video Swin, 60 epochs, lr 0.003": SWIN | {"lr": 0.003},
    "two streams": {"streams": "rgb+joint"},
    "two streams, nothing erased": {"streams": "rgb+joint", "random_erasing": 0},
    "two streams, one view": {"streams": "rgb+joint", "test_clips": 1},
    "two streams, ten views": {"streams": "rgb+joint", "test_clips": 10},
    "two streams, joints hidden": {"streams": "rgb+joint", "joint_dropout": 0.1, "joint_noise": 0.1},
    "two streams, 80 epochs": TWO,
    "two streams, 80 epochs, nothing erased": TWO | {"random_erasing": 0},
    "two streams, 80 epochs, joints hidden": TWO | {"joint_dropout": 0.1, "joint_noise": 0.1},
    "two streams, 80 epochs, apart 0": TWO | {"apart": 0},
    "two streams, 80 epochs, apart 0.5": TWO | {"apart": 0.5},
    "two streams, 80 epochs, apart 0.9": TWO | {"apart": 0.9},
}
VIEWS = {"layout": "kinect20", "splits": {"train": "train", "val": "val", "test": "test"}}
ASKED = {"utd_mhad": {"UTD-MHAD": "val"}, "msr_action3d": {"MSR same view": "val", "MSR other view": "test"}}
ASKED |= {MADE_UP: {"made-up people, val": "val", "made-up people, test": "test"}}
ASKED |= {"utd_mhad_3d": {"UTD-MHAD in 3-D": "val"}, "msr_action3d_3d": {"MSR-Action3D in 3-D": "val"}}  # by solid.py


@dataclass(frozen=True)
class Cell:
    """One training: a variant on one fold of one data set."""

    variant: str
    data: str
    fold: int
    seed: int

    @property
    def name(self) -> str:
        return f"{self.data}--{self.variant.replace(' ', '_').replace(',', '')}--fold={self.fold}--seed={self.seed}"


def settings(cell: Cell, folders: Mapping[str, Path]) -> dict[str, Any]:
    """Of TrainConfig."""
    if cell.data == "utd_mhad":
        visual = "depth" if sees_video(cell.variant) else "none"
        where = {"dataset": "utd_mhad", "data_root": folders["utd_mhad"], "data_options": {"visual": visual}}
        where |= {"fold": f"{cell.fold}/{FOLDS}", "flip": False}
    elif cell.data == MADE_UP:
        where = {"dataset": "synthetic", "data_options": {"seed": OTHER_SEED}}
    else:
        path = write_views(folders["msr_action3d"] / "msr_action3d_3d.pkl", cell.fold, FOLDS)
        where = {"dataset": "annotation", "data_root": path, "data_options": VIEWS}
        where |= {"flip": VARIANTS[cell.variant].get("flip", False)}
    run = {"preset": "small", "seed": cell.seed, "run_name": cell.name, "resume": True, "evaluate_every": 1000}
    return {"streams": "joint"} | VARIANTS[cell.variant] | where | run


def sees_video(variant: str) -> bool:
    """Whether a variant's network has a visual stream, which MSR-Action3D has not."""
    return "rgb" in VARIANTS[variant].get("streams", "")


def train_settings(values: Mapping[str, Any]) -> None:
    """Train a run with these settings of TrainConfig unless it is finished, or another process has it in hand."""
    from mglib.base.errors import BusyError
    from mglib.config import TrainConfig
    from mglib.training import train

    try:
        train(TrainConfig.read(values))
    except BusyError as busy:
        print(busy)


def scores(cell: Cell, runs: Path) -> Iterator[dict[str, Any]]:
    """Of a finished run: clips right and asked, by what was asked."""
    from mglib.runs import Run

    if not (runs / cell.name / "metrics.json").is_file():
        return
    run = Run(runs / cell.name)
    right = run.probabilities().argmax(1) == run.labels
    for what, split in ASKED[cell.data].items():
        rows = run.where(split)
        counts = {"right": int(right[rows].sum()), "asked": len(rows)}
        yield {
            "variant": cell.variant,
            "seed": cell.seed,
            "what": what,
            "minutes": run.environment["training_minutes"],
        } | counts


def table(cells: list[Cell], runs: Path) -> pd.DataFrame:
    """A row a variant: top-1 in percent, mean and standard deviation over the seeds of which all folds are there."""
    found = pd.DataFrame([row for cell in cells for row in scores(cell, runs)])
    if found.empty:
        return found
    by = ["variant", "what", "seed"]
    sums = found.groupby(by, sort=False).agg(
        right=("right", "sum"), asked=("asked", "sum"), folds=("asked", "size"), minutes=("minutes", "mean")
    )
    folds = {what: len({cell.fold for cell in cells if what in ASKED[cell.data]}) for what in found["what"].unique()}
    whole = (
        sums[sums["folds"] == sums.index.get_level_values("what").map(folds)]
        .assign(top1=lambda t: 100 * t["right"] / t["asked"])
        .reset_index()
    )
    rows = []
    for variant, part in whole.groupby("variant", sort=False):
        row = {"variant": variant, "seeds": part["seed"].nunique()}
        for what, some in part.groupby("what", sort=False):
            row |= {what: some["top1"].mean(), f"sd {what}": some["top1"].std()}
        rows.append(row | {"minutes a run": part["minutes"].mean()})
    return pd.DataFrame(rows)


def floor(folders: Mapping[str, Path]) -> dict[str, Any]:
    """The linear SVM on the same folds, in percent."""
    from mglib.data import load
    from mglib.data.splits import hold_out
    from mglib.training.floors import linear_svm

    counts: dict[str, np.ndarray] = {}
    for fold in range(1, FOLDS + 1):
        views = write_views(folders["msr_action3d"] / "msr_action3d_3d.pkl", fold, FOLDS)
        clips = {
            "UTD-MHAD": (hold_out(load("utd_mhad", folders["utd_mhad"], visual="none"), fold, FOLDS), "val"),
            "MSR same view": (load("annotation", views, **VIEWS), "val"),
            "MSR other view": (load("annotation", views, **VIEWS), "test"),
        }
        for what, (data, split) in clips.items():
            rows = data.where(split)
            right = linear_svm(data, data.where("train"), rows).argmax(1) == data.labels[rows]
            counts[what] = counts.get(what, np.zeros(2)) + (right.sum(), len(rows))
    return {"variant": "linear SVM", "seeds": 1} | {what: 100 * right / n for what, (right, n) in counts.items()}


def asked_for(
    description: str, variants: Collection[str], name: str, sets: Collection[str] = ()
) -> tuple[Namespace, dict[str, Path]]:
    """Options of a comparison on folds, and the folders of the data sets; sets the folder of runs, and one thread."""
    parser = arguments(description, rounds=1)
    for data in SETS:
        given = os.environ.get(f"MGLIB_{data.upper()}")
        parser.add_argument(f"--{data.replace('_', '-')}", type=Path, default=given, required=not given)
    parser.add_argument("--variants", nargs="+", default=list(variants), choices=list(variants), metavar="NAME")
    if sets:
        parser.add_argument("--sets", nargs="+", default=list(SETS), choices=sets, help="data sets")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time, with one thread each")
    parser.add_argument("--runs", type=Path, default=ROOT / ".cache" / name, help="folder of the runs")
    options = parser.parse_args()
    os.environ |= {"MGLIB_RUNS": str(options.runs), "OMP_NUM_THREADS": "1"}
    return options, {data: getattr(options, data) for data in SETS}


def main() -> None:
    options, folders = asked_for(__doc__, VARIANTS, "presets", (*SETS, MADE_UP))
    cells = [
        Cell(variant, data, fold, seed)
        for seed in options.seeds for variant in options.variants for data in options.sets
        for fold in ([1] if data == MADE_UP else range(1, FOLDS + 1))
        if data != "msr_action3d" or not sees_video(variant)
    ]  # fmt: skip
    import joblib

    joblib.Parallel(options.jobs)(joblib.delayed(train_settings)(settings(cell, folders)) for cell in cells)
    rows = [*table(cells, options.runs).to_dict("records"), floor(folders)]
    report(options, "presets", rows, threads=1)


if __name__ == "__main__":
    main()
