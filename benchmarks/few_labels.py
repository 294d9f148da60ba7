"""Benefit of masked pre-training with few labels: 1, 2, 4, 8 clips per class and all, on 2-D joints.

    python -m benchmarks.few_labels --utd-mhad FOLDER --msr-action3d FOLDER [--only NAME ...] [--clips 2] [--draws 5]

Arms, each with the defaults of 03_train except 400 steps with few clips: from random weights, with equal steps; from
random weights, with the total number of clips of pre-training and fine-tuning; from a pathway pre-trained on all clips
of the training people without labels; and from one pre-trained on synthetic clips before that. Labelled clips are drawn
per class; draws are nested (the 2 clips of a class are among its 4) and common to all arms, with one network seed each.
Top-1 of the last epoch on the test people, who are not used in pre-training.

Runs are kept below --runs: the same command continues after an interruption; --read trains nothing. Nothing is selected
by these scores; the objective was selected on a fold of the training people of UTD-MHAD.
"""

import argparse
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.results import JOINTS, Network, add_folders, finished, given_folders, recognised, train_one, where
from benchmarks.rounds import ROOT, STEADY

STEPS = 400  # of fine-tuning, and of training from random weights; with all clips, the preset's epochs are used
EVERY = (1, 2, 4, 8, 0)  # clips per class; 0: all
SETS = {"utd": "utd_mhad", "msr": "msr"}
SYNTHETIC = {"num_clips": 2400, "seed": 11}  # no clip of the default synthetic set
ARMS = {
    "scratch": "from nothing",
    "long": "from nothing, same compute",
    "masked": "masked pre-training",
    "both": "masked pre-training, synthetic clips first",
}


@dataclass(frozen=True)
class Plan:
    """The amount of pre-training."""

    folders: Mapping[str, Path | None]
    preset: str = "small"
    steps: int = STEPS
    epochs: int = 150  # of pre-training
    pretrainings: int = 5  # number of pre-trainings, one per draw; further draws share them


def nested(labels: np.ndarray, train: np.ndarray, clips: int, draw: int) -> np.ndarray:
    """Rows of this number of training clips per class; smaller sets are subsets of larger ones.

    Args:
        labels: of all clips, int [N].
        train: rows of the training clips.
        clips: number per class; 0: all.
        draw: number of the draw.
    """
    if not clips:
        return train
    order = np.random.default_rng([draw, 2]).permutation(train)
    return np.sort(np.concatenate([order[labels[order] == label][:clips] for label in np.unique(labels[train])]))


def few(table: Any, clips: int, draw: int) -> Any:
    """The table with this number of labelled training clips per class, and its test clips."""
    chosen = nested(table.labels, table.where("train"), clips, draw)
    return table.select(np.sort(np.concatenate([chosen, table.where("test")])))


def epochs_for(steps: int, clips: int, batch: int) -> int:
    """The number of epochs that gives about this number of steps."""
    each = clips // batch + (clips % batch >= 2)  # a single clip is not a batch
    return max(1, round(steps / max(each, 1)))


def pretraining(name: str, plan: Plan, number: int, first: str = "") -> Any:
    """Settings of a pre-training on the training people's clips, after that of run `first`, if one is named."""
    from mglib.config import MaskedConfig

    place = where(SETS[name], plan.folders, Network("", "", JOINTS)) if name in SETS else _synthetic()
    values = {
        "preset": plan.preset, "streams": "joint", "seed": number, "resume": True, "epochs": plan.epochs,
        "held_out": 0.1, "held_out_by": "clips", "evaluate_every": 1000, "init_from": first,
        "run_name": f"few-{name}-{'after-' if first else ''}pretrained-{number}",
    }  # fmt: skip
    if name not in SETS:
        values["epochs"] = max(1, plan.epochs // 4)
    return MaskedConfig.read(values | place)


def _synthetic() -> dict[str, Any]:
    return {"dataset": "synthetic", "data_options": SYNTHETIC}


def start_of(arm: str, name: str, plan: Plan, draw: int) -> list[Any]:
    """The successive pre-trainings of an arm; none if it starts from random weights."""
    number = draw % plan.pretrainings
    if arm == "masked":
        return [pretraining(name, plan, number)]
    if arm == "both":
        first = pretraining("synthetic", plan, number)
        return [first, pretraining(name, plan, number, first.run_name)]
    return []


def fine_tuning(arm: str, name: str, plan: Plan, table: Any, clips: int, draw: int) -> Any:
    """Settings of a training on few labels, `table` being all clips."""
    from mglib.config import TrainConfig

    place = where(SETS[name], plan.folders, Network("", "", JOINTS))
    start, plain = start_of(arm, name, plan, draw), TrainConfig.read({"preset": plan.preset, **JOINTS})
    train, batch = table.where("train"), plain.batch_size
    n = len(nested(table.labels, train, clips, draw))
    epochs = epochs_for(plan.steps, n, batch) if clips else plain.epochs
    if arm == "long":
        epochs += epochs_for(plan.epochs * len(train) // batch, n, batch)  # pre-training holds out a tenth
    values = {
        "preset": plan.preset, **JOINTS, **STEADY, "seed": draw, "resume": True, "evaluate_every": 10_000,
        "epochs": epochs, "run_name": f"{run_name(name, arm, clips)}--seed={draw}",
        "init_from": start[-1].run_name if start else "",
    }  # fmt: skip
    return TrainConfig.read(values | place)


def run_name(name: str, arm: str, clips: int) -> str:
    """The first part of the names of an arm's runs."""
    return f"few-{name}-{arm}-{clips or 'all'}"


def work(name: str, arms: Sequence[str], every: Sequence[int], draws: int, plan: Plan) -> None:
    """Train unfinished runs, draw by draw."""
    from mglib.data import load
    from mglib.training.masked import pretrain

    place = where(SETS[name], plan.folders, Network("", "", JOINTS))
    if place is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table = load(place["dataset"], place["data_root"], **place["data_options"])
        for draw in range(draws):
            for arm in arms:
                for config in start_of(arm, name, plan, draw):
                    pretrain(config, table if config.dataset == place["dataset"] else None)
                for clips in every:
                    train_one(fine_tuning(arm, name, plan, table, clips, draw), few(table, clips, draw))


def rows(name: str, arms: Sequence[str], every: Sequence[int], runs: Path) -> pd.DataFrame:
    """A row per number of clips: top-1 of each arm, and its difference to training from random weights."""
    from mglib.analysis.evaluation import compare_settings, format_points

    found = []
    for clips in every:
        row, hits, groups = {"clips a class": str(clips or "all")}, {}, None
        for arm in arms:
            if not (own := finished(Network(run_name(name, arm, clips), "", {}), runs)):
                continue
            groups = own[0].groups[own[0].where("test")]
            hits[arm] = recognised(own)
            row[ARMS[arm]] = _scored(list(hits[arm].values()), groups)
        for base in ("scratch", "long"):
            for arm in [arm for arm in ("masked", "both") if arm in hits and base in hits]:
                gain = compare_settings(hits[arm], hits[base], groups)
                row[f"{ARMS[arm]}: above {ARMS[base]}"] = format_points(gain.value, gain.low, gain.high)
        if hits:
            found.append(row | {"draws": str(min(map(len, hits.values())))})
    return pd.DataFrame(found).fillna("").set_index("clips a class") if found else pd.DataFrame()


def _scored(hits: list[np.ndarray], groups: np.ndarray) -> str:
    """Mean and standard deviation over draws [interval over draws and people], per cent."""
    from mglib.analysis.evaluation import setting_interval

    found, each = setting_interval(np.stack(hits), groups), np.mean(hits, axis=1)
    spread = f" ± {100 * each.std(ddof=1):.1f}" if len(each) > 1 else ""
    return f"{100 * found.value:.1f}{spread} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def gates(name: str, runs: Path) -> list[str]:
    """Sentences on the pre-trainings of a data set."""
    from mglib.runs import Run
    from mglib.training.masked.recording import told

    done = [path.parent for path in sorted(runs.glob("few-*pretrained-*/metrics.json"))]
    wanted = [Run(path) for path in done if path.name.startswith((f"few-{name}-", "few-synthetic-"))]
    return [f"{run.name}: {' '.join(told(run.metrics))}" for run in wanted]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_folders(parser)
    parser.add_argument("--only", nargs="+", default=list(SETS), choices=list(SETS), metavar="NAME", help="data sets")
    parser.add_argument("--arms", nargs="+", default=list(ARMS), choices=list(ARMS), metavar="ARM")
    parser.add_argument("--clips", nargs="+", type=int, default=list(EVERY), help="clips a class; 0: all")
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument("--pretrainings", type=int, default=5, help="draws with a pre-training of their own")
    parser.add_argument("--epochs", type=int, default=150, help="of pre-training")
    parser.add_argument("--steps", type=int, default=STEPS, help="of fine-tuning, and of training from nothing")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--read", action="store_true", help="train nothing, print what is finished")
    parser.add_argument("--runs", type=Path, default=ROOT / ".cache" / "few", help="folder of the runs")
    options = parser.parse_args(arguments)
    os.environ["MGLIB_RUNS"] = str(options.runs)
    plan = Plan(given_folders(options), options.preset, options.steps, options.epochs, options.pretrainings)
    from mglib.sweep import markdown

    for name in options.only:
        if not options.read:
            work(name, options.arms, options.clips, options.draws, plan)
        found = rows(name, options.arms, options.clips, options.runs)
        print(f"\n{name}: top-1 of test people, {options.steps} steps with few clips\n")
        print(markdown(found) if len(found) else "Nothing is finished; are the data available?")
        print("", *gates(name, options.runs), sep="\n")


if __name__ == "__main__":
    main()
