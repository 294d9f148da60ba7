"""Effect of re-training the classifiers on rare classes: macro F1 and top-1 before and after, over seeds.

    python -m benchmarks.rare [--seeds 0 1 2 3 4] [--epochs 40] [--grid]

The synthetic set, whose classes have 3 to 80 training clips; joints only, with default settings except the epochs. Each
network is trained once, and every second stage starts from it, so that comparisons are paired by seed and by clip. Runs
are kept below --runs: the same command continues after an interruption, and prints finished ones. --grid prints scores
of the *validation* clips instead, by steps and weight decay of the second stage.
"""

import argparse
import itertools
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from benchmarks.rounds import ROOT
from mglib.analysis.evaluation import METRICS, format_points, format_scores, paired_difference, score_table
from mglib.config import TrainConfig
from mglib.data.frequency import frequency_groups
from mglib.runs import Run
from mglib.runs.dataset import find_table
from mglib.sweep import markdown
from mglib.training import retrain_run, retraining, train
from mglib.training.answering import Questions
from mglib.training.building import load_network, make_accelerator, make_maker

STAGES = ("sqrt", "balanced", "tau")
SHOWN = ("top1", "macro_f1")
STEPS, DECAYS = (60, 200, 500), (5e-4, 5e-3, 2e-2)


def trained(seed: int, epochs: int) -> Run:
    """The network of a seed before its second stage, trained unless it is finished."""
    settings = {"streams": "joint", "epochs": epochs, "evaluate_every": 1000, "seed": seed, "resume": True}
    return train(TrainConfig.read(settings | {"run_name": f"rare-{epochs}-seed={seed}"}))


def rows(runs: dict[str, list[Run]]) -> pd.DataFrame:
    """A row per system, "off" first: scores of the test clips over seeds, and the difference to "off" in points."""
    first = runs["off"][0]
    test = first.where("test")
    labels, groups = first.labels[test], first.groups[test]
    answers = {name: np.stack([run.probabilities()[test] for run in several]) for name, several in runs.items()}
    if len(runs["off"]) == 1:
        answers = {name: p[0] for name, p in answers.items()}
    sheet = format_scores(score_table(answers, labels, groups))[[METRICS[m] for m in SHOWN]].rename_axis("retrain")
    for metric in SHOWN:
        gains = [
            paired_difference(labels, p, answers["off"], groups, metric=metric, seeds_paired=True)
            for p in answers.values()
        ]
        sheet[f"{METRICS[metric]}, points"] = ["", *(format_points(*gain) for gain in gains[1:])]
    for name, classes in frequency_groups(np.bincount(first.labels[first.where("train")])).items():
        sheet[f"recall, {name}"] = [f"{100 * _recall(p, labels, classes):.1f}" for p in answers.values()]
    return sheet


def _recall(answers: np.ndarray, labels: np.ndarray, classes: np.ndarray) -> float:
    """Mean recall of some classes, over seeds."""
    hits = answers.argmax(-1) == labels
    return float(np.mean([hits[..., labels == k].mean() for k in classes if (labels == k).any()]))


def grid(networks: list[Run]) -> pd.DataFrame:
    """Top-1 and macro F1 of the validation clips by the second stage's steps and decay, means over the networks."""
    kept, found = (retraining.STEPS, retraining.DECAY), []
    known = [features(run) for run in networks]
    for steps, decay, (how, power) in itertools.product(STEPS, DECAYS, retraining.POWERS.items()):
        retraining.STEPS, retraining.DECAY = steps, decay
        scores = [_on_val(run, _once(run, x, power)) for run, x in zip(networks, known, strict=True)]
        found.append({"how": how, "steps": steps, "decay": decay} | dict(zip(SHOWN, np.mean(scores, 0), strict=True)))
    retraining.STEPS, retraining.DECAY = kept
    before = np.mean([_on_val(run, run.probabilities()[run.where("val")]) for run in networks], 0)
    return pd.DataFrame([{"how": "off"} | dict(zip(SHOWN, before, strict=True)), *found])


def features(run: Run) -> Tensor:
    """The input of the classifier of a network on joints for every clip, [N, C]."""
    config, table = run.settings, find_table(run)
    ask = Questions(config, table, None, make_maker(config, table.layout), make_accelerator(config))
    return retraining.pooled_features(ask, load_network(run), np.arange(len(table)))["pose"]


def _once(run: Run, x: Tensor, power: float) -> np.ndarray:
    """Predictions for the validation clips after a second stage."""
    rows, k = run.where("train"), run.data.num_classes
    labels = torch.from_numpy(run.labels[rows].astype(np.int64))
    weight, bias = retraining.train_linear(x[rows], labels, k, power, run.config["seed"])
    return (x[run.where("val")] @ weight.T + bias).softmax(1).numpy()


def _on_val(run: Run, answers: np.ndarray) -> list[float]:
    """Top-1 and macro F1 of the validation clips, percent."""
    val = run.where("val")
    table = score_table({"it": answers}, run.labels[val], run.groups[val])
    values = table.set_index("metric")["value"]
    return [100 * values[metric] for metric in SHOWN]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--epochs", type=int, default=40, help="of the first stage")
    parser.add_argument("--grid", action="store_true", help="scores of the validation clips by steps and decay")
    parser.add_argument("--runs", type=Path, default=ROOT / ".cache" / "rare", help="where runs are kept")
    options = parser.parse_args(arguments)
    os.environ["MGLIB_RUNS"] = str(options.runs)
    networks = [trained(seed, options.epochs) for seed in options.seeds]
    if options.grid:
        print(grid(networks).to_string(index=False, float_format="{:.3g}".format, na_rep=""))
        return
    runs: dict[str, list[Any]] = {"off": networks}
    started, table = time.perf_counter(), find_table(networks[0])
    runs |= {how: [retrain_run(run, how, table=table) for run in networks] for how in STAGES}
    seconds = (time.perf_counter() - started) / (len(STAGES) * len(networks))
    print(markdown(rows(runs)))
    print(f"\n{seconds:.1f} s a second stage, loading of data and intervals among it; nearly 0 where it was there.")


if __name__ == "__main__":
    main()
