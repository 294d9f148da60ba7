"""Effect of starting from a backbone trained on another data set: MSR-Action3D, UTD-MHAD and synthetic clips.

    python -m benchmarks.transfer --utd-mhad FOLDER --msr-action3d FOLDER [--sources RUNS] [--only NAME ...] [--seeds 5]

Networks on joints in the image. Each data set is trained from random weights and from runs on other data (`init_from`),
with all clips and with two per class, with the same clips and seeds for all arms, and the same number of epochs, fewer
than the preset's, stated in the table. Prints how joints are matched, and for each data set top-1 of the test clips in
the last epoch, mean ± sd over seeds, and the difference to scratch in points, with a 95 % interval over seeds and
people. The table "decay" compares layer-wise learning rates with a common one, each on a held-out training person, so
that test clips do not influence settings. Runs are kept below --runs: the same command continues after an interruption;
--read trains nothing. Source runs are in --sources, or are trained.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks import results
from benchmarks.rounds import ROOT, STEADY

JOINTS = {"streams": "joint", "evaluate_every": 1000} | STEADY
SCRATCH, DECAY = "scratch", 0.7
EPOCHS = {"all": 40, "two": 100}  # with all clips, and with two per class; the preset has 150
SOURCES = {  # name of a run -> its data, and settings other than JOINTS
    "utd-plain--seed=0": ("utd_mhad", {}),
    "msr-plain--seed=0": ("msr", {}),
    "made-up": ("synthetic", {"epochs": 40}),
}


@dataclass(frozen=True)
class Target:
    """A target data set."""

    name: str  # first part of the names of its runs
    title: str
    data: str  # key for `results.where`
    arms: Mapping[str, str]  # title -> source run


TARGETS = (
    Target("utd", "UTD-MHAD (kinect20)", "utd_mhad", {"MSR-Action3D": "msr-plain--seed=0", "made-up clips": "made-up"}),
    Target("msr", "MSR-Action3D (kinect20)", "msr", {"UTD-MHAD": "utd-plain--seed=0", "made-up clips": "made-up"}),
    Target("imigue", "made-up clips in iMiGUE's layout (imigue22)", "synthetic", {"UTD-MHAD": "utd-plain--seed=0"}),
)
FOLDS = 4  # folds of UTD-MHAD's training people, one each, for the comparison of decays


@dataclass(frozen=True)
class Job:
    """One training."""

    name: str
    seed: int
    data: str
    amount: str  # key of EPOCHS
    fold: int  # held-out fold; 0: none
    settings: Mapping[str, Any]


def jobs(target: Target, seeds: int) -> list[Job]:
    """All trainings of a target, by seed, few clips before all."""
    found = []
    for seed in range(seeds):
        for amount in ("two", "all"):
            for title in (SCRATCH, *target.arms):
                start = {"init_from": target.arms[title]} if title != SCRATCH else {}
                name = run_name(target, amount, title, seed)
                found.append(Job(name, seed, target.data, amount, 0, start))
    return found


def decay_jobs() -> list[Job]:
    """UTD-MHAD from MSR-Action3D with a common learning rate, and with smaller ones for earlier stages."""
    return [
        Job(f"decay-{amount}-{decay:g}--fold={fold}", fold, "utd_mhad", amount, fold,
            {"init_from": "msr-plain--seed=0", "layer_decay": decay})
        for fold in range(1, FOLDS + 1) for amount in EPOCHS for decay in (1.0, DECAY)
    ]  # fmt: skip


def run_name(target: Target, amount: str, title: str, seed: int) -> str:
    start = SCRATCH if title == SCRATCH else target.arms[title].partition("--")[0]
    return f"{target.name}-{amount}-{start}--seed={seed}"


@lru_cache(maxsize=2)
def load(data: str, folders: tuple[tuple[str, Path | None], ...]) -> Any:
    """A data set, and the settings for loading it; None if not available."""
    from mglib.data import load as read

    place = results.where(data, dict(folders), SimpleNamespace(settings=JOINTS))
    if place is None:
        return None
    return place, read(place["dataset"], place.get("data_root"), **place.get("data_options", {}))


def few(table: Any, number: int, seed: int) -> Any:
    """This number of random training clips per class; smaller sets are subsets of larger ones."""
    rng, kept = np.random.default_rng(seed), []
    train = table.where("train")
    for label in np.unique(table.labels[train]):
        kept.extend(rng.permutation(train[table.labels[train] == label])[:number])
    others = np.flatnonzero(table.clips["split"] != "train")
    return table.select(np.sort([*kept, *others]))


def train_job(job: Job, options: argparse.Namespace, folders: tuple) -> None:
    """Train a job unless it is finished, its data are missing, or another process trains it."""
    if (options.runs / job.name / "metrics.json").is_file() or (loaded := load(job.data, folders)) is None:
        return
    from mglib.base.errors import BusyError
    from mglib.config import TrainConfig
    from mglib.data.splits import hold_out
    from mglib.training import train

    place, table = loaded
    table = hold_out(table, job.fold, FOLDS) if job.fold else table
    table = few(table, 2, job.seed) if job.amount == "two" else table
    settings = dict(job.settings)
    if "init_from" in settings:
        settings["init_from"] = str(source(settings["init_from"], options, folders))
    run = {"preset": options.preset, "seed": job.seed, "run_name": job.name, "resume": True}
    values = place | JOINTS | {"epochs": EPOCHS[job.amount]} | settings | run
    try:
        train(TrainConfig.read(values), table)
    except BusyError as busy:
        print(busy)


def source(name: str, options: argparse.Namespace, folders: tuple) -> Path:
    """The source run, trained now if it is neither in --sources nor in --runs."""
    from mglib.config import TrainConfig
    from mglib.training import train

    for path in (options.sources / name, options.runs / name):
        if (path / "metrics.json").is_file():
            return path
    data, settings = SOURCES[name]
    loaded = load(data, folders)
    if loaded is None:
        raise SystemExit(f"{name} is not in {options.sources}, and its data are not available; give their folder.")
    run = {"preset": options.preset, "seed": 0, "run_name": name, "resume": True}
    return train(TrainConfig.read(loaded[0] | JOINTS | settings | run), loaded[1]).path


def rows(target: Target, runs: Path, seeds: int) -> pd.DataFrame:
    """A row per source: top-1 with few clips and with all, and the difference to scratch in points."""
    from mglib.analysis.evaluation import compare_settings, format_points

    found, hits = [], {}
    for title in (SCRATCH, *target.arms):
        row = {"started from": title}
        for amount in EPOCHS:
            own = finished([run_name(target, amount, title, seed) for seed in range(seeds)], runs)
            if not own:
                continue
            asked = own[0].where("test")
            hits[title, amount] = results.recognised(own)
            what = f"{'all clips' if amount == 'all' else 'two a class'}, {own[0].config['epochs']} epochs"
            row |= {f"{what}: seeds": str(len(own)), f"{what}: top-1": _top1(hits[title, amount])}
            if title != SCRATCH and (SCRATCH, amount) in hits:
                other = compare_settings(hits[title, amount], hits[SCRATCH, amount], own[0].groups[asked])
                row[f"{what}: points above scratch"] = format_points(other.value, other.low, other.high)
        if len(row) > 1:
            found.append(row)
    return pd.DataFrame(found).fillna("").set_index("started from") if found else pd.DataFrame()


def decay_rows(runs: Path) -> pd.DataFrame:
    """Top-1 of held-out training people, each held out alone, with either decay."""
    found = []
    for amount in EPOCHS:
        sides = [
            finished([f"decay-{amount}-{decay:g}--fold={fold}" for fold in range(1, FOLDS + 1)], runs)
            for decay in (1.0, DECAY)
        ]
        if not all(sides) or len(sides[0]) != len(sides[1]):
            continue
        one, other = (np.array([100 * _held(run) for run in own]) for own in sides)
        found.append({
            "clips": "all" if amount == "all" else "two a class", "people held out": str(len(one)),
            "layer_decay 1": f"{one.mean():.1f}", f"layer_decay {DECAY:g}": f"{other.mean():.1f}",
            "difference by person": ", ".join(f"{value:+.1f}" for value in other - one),
        })  # fmt: skip
    return pd.DataFrame(found).set_index("clips") if found else pd.DataFrame()


def _held(run: Any) -> float:
    rows = run.where("val")
    return float((run.probabilities().argmax(1)[rows] == run.labels[rows]).mean())


def _top1(hits: Mapping[int, np.ndarray]) -> str:
    return results._spread(pd.Series([100 * one.mean() for one in hits.values()]))


def finished(names: Sequence[str], runs: Path) -> list[Any]:
    from mglib.runs import Run

    return [Run(runs / name) for name in names if (runs / name / "metrics.json").is_file()]


def mapped(target: Target, runs: Path, seeds: int) -> dict[str, pd.DataFrame]:
    """The matching of joints by source, without sources with the same skeleton."""
    found = {}
    for title in target.arms:
        own = finished([run_name(target, a, title, seed) for seed in range(seeds) for a in EPOCHS], runs)
        if own and own[0].has("joints.csv"):
            found[title] = pd.read_csv(own[0].path / "joints.csv").set_index("joint")
    return found


def show(chosen: Sequence[Target], options: argparse.Namespace) -> None:
    from mglib.sweep import markdown

    for target in chosen:
        found = rows(target, options.runs, options.seeds)
        print(f"\n{target.title}\n\n{markdown(found) if len(found) else 'Nothing is finished.'}")
        for title, table in mapped(target, options.runs, options.seeds).items():
            print(f"\nJoints, from {title}\n\n{markdown(table)}")
    if not options.only or "decay" in options.only:
        found = decay_rows(options.runs)
        print(f"\nLearning rates by stage, UTD-MHAD from MSR-Action3D, on training people held out\n\n"
              f"{markdown(found) if len(found) else 'Nothing is finished.'}")  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    results.add_folders(parser)
    names = [*(target.name for target in TARGETS), "decay"]
    parser.add_argument("--only", nargs="+", default=[], choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--clips", nargs="+", default=list(EPOCHS), choices=list(EPOCHS), help="how many to train with")
    parser.add_argument("--seeds", type=int, default=5, help="of each arm; each draws other few clips, too")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--read", action="store_true", help="train nothing, print what is finished")
    parser.add_argument("--sources", type=Path, default=ROOT / ".cache" / "results", help="folder of source runs")
    parser.add_argument("--runs", type=Path, default=ROOT / ".cache" / "transfer", help="folder of the runs")
    options = parser.parse_args(arguments)
    os.environ |= {"MGLIB_RUNS": str(options.runs)}
    folders = tuple(results.given_folders(options).items())
    chosen = [target for target in TARGETS if not options.only or target.name in options.only]
    if not options.read:
        wanted = [job for target in chosen for job in jobs(target, options.seeds)]
        wanted += decay_jobs() if not options.only or "decay" in options.only else []
        for job in sorted(wanted, key=lambda job: job.seed):
            if job.amount in options.clips:
                train_job(job, options, folders)
    show(chosen, options)


if __name__ == "__main__":
    main()
