"""Chooses the network and recipe for 3-D joints, on folds of the training people of two data sets, not on test clips.

    python -m benchmarks.solid --utd-mhad FOLDER --msr-action3d FOLDER [--variants NAME ...] [--seeds 0 1] [--jobs 2]

The protocol is that of benchmarks/presets.py: the training people of each set are split into two folds, and a network
is trained on one and scored on the other, and vice versa. The floor is the linear SVM on the same joints. Runs are kept
in --runs; after an interruption the same command continues.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.presets import ASKED, FOLDS, Cell, asked_for, table, train_settings
from benchmarks.rounds import STEADY, report

PLAIN: dict[str, Any] = {"alpha": 0, "label_smoothing": 0.1}
HCN: dict[str, Any] = {"model": "hcn", "epochs": 60} | STEADY  # as it was when most variants were trained
GRAPH: dict[str, Any] = {"model": "st_gcn_pp", "epochs": 60} | STEADY
MAPS: dict[str, Any] = {"streams": "joint"} | STEADY
VARIANTS: dict[str, dict[str, Any]] = {
    "hcn": {"model": "hcn"},
    "hcn, 60 epochs, steady joints": HCN,
    "hcn, uniform sampling": HCN | {"sampling": "uniform", "temporal_crop": 1},
    "hcn, alpha 0": HCN | {"alpha": 0},
    "hcn, alpha 0, smoothing 0.1": HCN | PLAIN,
    "hcn, turn 10, tilt 5": HCN | {"turn": 10, "tilt": 5},
    "hcn, turn 0, tilt 0": HCN | {"turn": 0, "tilt": 0},
    "hcn, centred on the body": HCN | {"origin": "body"},
    "hcn, turn 50, tilt 15": HCN | {"turn": 50, "tilt": 15},
    "hcn, bones": HCN | {"streams": "bone"},
    "hcn, 100 epochs": HCN | {"epochs": 100},
    "hcn, 60 epochs, joints hidden": {"model": "hcn", "epochs": 60},
    "st_gcn_pp": {"model": "st_gcn_pp"},
    "st_gcn_pp, steady joints": GRAPH,
    "st_gcn_pp, resized": GRAPH | {"sampling": "resized", "temporal_crop": 0.7},
    "st_gcn_pp, 20 epochs, dropout 0.5": GRAPH | {"epochs": 20, "dropout": 0.5},
    "st_gcn_pp, 60 epochs": {"model": "st_gcn_pp", "epochs": 60},
    "dg_stgcn": {"model": "dg_stgcn"},
    "dg_stgcn, 60 epochs": {"model": "dg_stgcn", "epochs": 60},
    "ctr_gcn": {"model": "ctr_gcn"},
    "heat-maps": {"streams": "joint"},
    "heat-maps, from the front": MAPS | {"sides": "front"},
    "heat-maps, three sides": MAPS,
    "heat-maps, turn 15, tilt 5": MAPS | {"turn": 15, "tilt": 5},
    "heat-maps, turn 50, tilt 15": MAPS | {"turn": 50, "tilt": 15},
    "heat-maps, smoothing 0.1": MAPS | {"label_smoothing": 0.1},
}
SETS = ("utd_mhad_3d", "msr_action3d_3d")


def settings(cell: Cell, folders: Mapping[str, Path]) -> dict[str, Any]:
    """Settings of TrainConfig."""
    run = {"preset": "small", "seed": cell.seed, "run_name": cell.name, "resume": True, "evaluate_every": 1000}
    return VARIANTS[cell.variant] | run | place(cell.data, folders) | {"fold": f"{cell.fold}/{FOLDS}"}


def place(data: str, folders: Mapping[str, Path]) -> dict[str, Any]:
    """Settings that locate a data set."""
    if data == "utd_mhad_3d":
        options = {"visual": "none", "joints": "3d"}
        return {"dataset": "utd_mhad", "data_root": folders["utd_mhad"], "data_options": options}
    path = folders["msr_action3d"] / "msr_action3d_3d.pkl"
    return {"dataset": "annotation", "data_root": path, "data_options": {"layout": "kinect20"}}


def floor(folders: Mapping[str, Path]) -> dict[str, Any]:
    """The linear SVM on the same folds, in percent."""
    from mglib.data import load
    from mglib.data.splits import hold_out
    from mglib.training.floors import linear_svm

    row: dict[str, Any] = {"variant": "linear SVM", "seeds": 1}
    for data in SETS:
        where, counts = place(data, folders), np.zeros(2)
        whole = load(where["dataset"], where["data_root"], **where["data_options"])
        for fold in range(1, FOLDS + 1):
            parts = hold_out(whole, fold, FOLDS)
            asked = parts.where("val")
            right = linear_svm(parts, parts.where("train"), asked).argmax(1) == parts.labels[asked]
            counts += right.sum(), len(asked)
        row[next(iter(ASKED[data]))] = 100 * counts[0] / counts[1]
    return row


def main() -> None:
    options, folders = asked_for(__doc__, VARIANTS, "solid")
    cells = [
        Cell(variant, data, fold, seed)
        for seed in options.seeds for variant in options.variants for data in SETS for fold in range(1, FOLDS + 1)
    ]  # fmt: skip
    import joblib

    joblib.Parallel(options.jobs)(joblib.delayed(train_settings)(settings(cell, folders)) for cell in cells)
    rows = [*table(cells, options.runs).to_dict("records"), floor(folders)]
    report(options, "solid", rows, threads=1)


if __name__ == "__main__":
    main()
