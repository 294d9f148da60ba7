"""Scores of the defaults: networks as 03_train trains them, with only data, input and model set, five seeds.

    python -m benchmarks.results --utd-mhad FOLDER --msr-action3d FOLDER [--only NAME ...] [--seeds 5] [--jobs 2]

Trains the missing runs, seed by seed, and prints the tables of docs/results.md: top-1 after the last epoch, mean and
standard deviation over seeds, 95 % intervals over seeds and people, the loss in top-1 if one input of a two-stream
network is that of another class, and minutes of training. Runs are kept in --runs: after an interruption the same
command continues, and several can run side by side. A missing data set is left out, and a line says so; --read trains
nothing. Nothing is chosen by these scores; benchmarks/presets.py chose the presets on folds of training people.
"""

import argparse
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.rounds import ROOT
from benchmarks.views import OTHER_ANGLE, TRAIN_ANGLES, write_test_views
from mglib.analysis.evaluation import compare_settings, format_points, format_scores, score_table

SETS = ("utd_mhad", "msr_action3d")
SOLID, GRAPH = "hcn", "st_gcn_pp"  # networks on 3-D joints: a small one for few clips, and a graph network
GRAPHS = ("st_gcn", "aagcn", "ctr_gcn", "dg_stgcn", "hypergraph")  # the other graph networks
FRAMES = {"tsm": "TSM", "video_swin_t": "Video Swin-T"}  # other networks on frames
VIEWS = {"layout": "kinect20", "splits": {"train": "train", "val": "val", "test": "test"}}
CHEAPER = {"streams": "joint", "epochs": 40}  # where parts of the method are compared
PARTS: dict[str, dict[str, Any]] = {
    "alpha 0.2, both terms, TP anchors": {},
    "alpha 0": {"alpha": 0},
    "alpha 0.05": {"alpha": 0.05},
    "alpha 1": {"alpha": 1},
    "alpha 1 from the first epoch on": {"alpha": 1, "ramp": 0},
    "FN term alone": {"terms": "fn"},
    "FP term alone": {"terms": "fp"},
    "every clip an anchor": {"anchors": "label"},
    "prototypes start at random": {"prototype_init": "random"},
}
SVM = "linear SVM on joints"


@dataclass(frozen=True)
class Network:
    """One row: a network with its defaults."""

    name: str  # prefix of the names of its runs
    title: str  # row heading
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Mean:
    """One row: the mean of the predictions of several networks of a table, seed by seed; nothing is trained for it."""

    title: str
    networks: Sequence[str]  # their names


@dataclass(frozen=True)
class Table:
    """Networks on one data set, and the splits on which they are scored."""

    name: str
    title: str
    data: str  # of `where`
    networks: Sequence[Network]
    asked: Mapping[str, str] = field(default_factory=lambda: {"top-1": "test"})  # column -> split
    against: int = 2  # number of first networks with which later ones are compared
    means: Sequence[Mean] = ()


JOINTS = {"streams": "joint"}


def _graphs(data: str) -> tuple[Network, ...]:
    return tuple(Network(f"{data}-{name}", f"{name}, 3-D joints", {"model": name}) for name in GRAPHS)


TABLES = (
    Table("utd", "UTD-MHAD, odd subjects train, even are tested", "utd_mhad", (
        Network("utd-joint", "joints, 2-D", JOINTS),
        Network("utd-rgb", "depth video", {"streams": "rgb"}),
        Network("utd-two", "two streams", {}),
        *(Network(f"utd-{name}", f"{title}, depth video", {"model": name}) for name, title in FRAMES.items()),
    ), means=(Mean("mean of joints and depth video", ("utd-joint", "utd-rgb")),)),
    Table("utd-3d", "UTD-MHAD in 3-D", "utd_mhad_3d", (
        Network("utd-3d", f"{SOLID}, 3-D joints", {"model": SOLID}),
        Network("utd-3d-graph", f"{GRAPH}, 3-D joints", {"model": GRAPH}),
        Network("utd-3d-maps", "heat-maps of 3-D joints", JOINTS),
        *_graphs("utd-3d"),
    ), means=(Mean(f"mean of {SOLID} and heat-maps", ("utd-3d", "utd-3d-maps")),)),
    Table("msr", "MSR-Action3D, odd subjects train, even are tested", "msr", (
        Network("msr-joint", "joints, 2-D", JOINTS),
    )),
    Table("msr-3d", "MSR-Action3D in 3-D", "msr_3d", (
        Network("msr-3d", f"{SOLID}, 3-D joints", {"model": SOLID}),
        Network("msr-3d-graph", f"{GRAPH}, 3-D joints", {"model": GRAPH}),
        Network("msr-3d-maps", "heat-maps of 3-D joints", JOINTS),
        *_graphs("msr-3d"),
    ), means=(Mean(f"mean of {SOLID} and heat-maps", ("msr-3d", "msr-3d-maps")),)),
    Table("views", f"MSR-Action3D, trained from {TRAIN_ANGLES[0]} and {TRAIN_ANGLES[1]} degrees", "views", (
        Network("views-joint", "joints, 2-D", JOINTS),
    ), {f"{TRAIN_ANGLES[0]} degrees": "val", f"{OTHER_ANGLE} degrees": "test"}),
    Table("embedded", "The embedded synthetic data", "synthetic", (
        Network("embedded-joint", "joints", JOINTS),
        Network("embedded-rgb", "RGB", {"streams": "rgb"}),
        Network("embedded-two", "two streams", {}),
    ), means=(Mean("mean of joints and RGB", ("embedded-joint", "embedded-rgb")),)),
    Table("parts", f"UTD-MHAD, joints, {CHEAPER['epochs']} epochs: parts of refinement", "utd_mhad", tuple(
        Network("-".join(["part", *(f"{name}={value}" for name, value in changes.items())]), title, CHEAPER | changes)
        for title, changes in PARTS.items()
    ), against=1),
)  # fmt: skip


def where(data: str, folders: Mapping[str, Path | None], network: Network) -> dict[str, Any] | None:
    """Settings that locate the data; None if they are missing."""
    if data == "synthetic":
        return {"dataset": "synthetic"}
    from mglib.config import SKELETON_MODELS

    root = folders["utd_mhad" if data.startswith("utd") else "msr_action3d"]
    if root is None or not root.exists():
        return None
    if data.startswith("utd"):
        pose = network.settings.get("streams") == "joint" or network.settings.get("model") in SKELETON_MODELS
        options = {"visual": "none" if pose else "depth"} | ({"joints": "3d"} if data.endswith("3d") else {})
        return {"dataset": "utd_mhad", "data_root": root, "data_options": options}
    if data == "views":
        path, options = write_test_views(root / "msr_action3d_3d.pkl"), VIEWS
    else:
        path, options = root / f"msr_action3d_{'3d' if data.endswith('3d') else '2d'}.pkl", {"layout": "kinect20"}
    return {"dataset": "annotation", "data_root": path, "data_options": options | {"group_kind": "subject"}}


def configs(table: Table, folders: Mapping[str, Path | None], options: argparse.Namespace) -> list[tuple[int, Any]]:
    """(seed, settings) of every run of a table, if its data are there."""
    from mglib.config import TrainConfig

    found = []
    for network in table.networks:
        place = where(table.data, folders, network)
        for seed in range(options.seeds):
            run = {"preset": options.preset, "seed": seed, "run_name": f"{network.name}--seed={seed}", "resume": True}
            if place is not None:
                values = dict(network.settings) | place | run | {"evaluate_every": 1000}
                found.append((seed, TrainConfig.read(values)))
    return found


def train_one(config: Any, table: Any = None) -> None:
    """Train one run unless it is finished or being trained elsewhere; `table`: the data, if already loaded."""
    from mglib.base.errors import BusyError
    from mglib.training import train

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # joints outside the image, reported by `data check`
        try:
            train(config, table)
        except BusyError as busy:
            print(busy)


def finished(network: Network, runs: Path) -> list[Any]:
    """The finished runs of a network, sorted by seed."""
    from mglib.runs import Run

    done = [path.parent for path in runs.glob(f"{network.name}--seed=*/metrics.json")]
    return [Run(path) for path in sorted(done, key=lambda path: int(path.name.rpartition("=")[2]))]


def rows(table: Table, runs: Path) -> pd.DataFrame:
    """The table as text, one row per network, the floor first, means last; empty if no run is finished."""
    done = {network.name: finished(network, runs) for network in table.networks}
    found, hits, first = [], {}, next((own[0] for own in done.values() if own), None)
    if first is None:
        return pd.DataFrame()
    for title, own, answers in _answered(table, done):
        row = {"": title, "seeds": str(len(answers))}
        for column, split in table.asked.items():
            row |= _scores(answers, first, column, first.where(split))
        if own:
            row["minutes"] = f"{np.mean([run.environment['training_minutes'] for run in own]):.1f}"
        asked = first.where("test")
        hits[title] = {seed: p[asked].argmax(1) == first.labels[asked] for seed, p in answers.items()}
        for base in [one for one in hits if one != title][: table.against]:
            other = compare_settings(hits[title], hits[base], first.groups[asked])
            row[f"points above {base}"] = format_points(other.value, other.low, other.high)
        found.append(row | _swapped(own))
    floors = [_floor(table, own[0]) for own in list(done.values())[:1] if own]
    return pd.DataFrame([*floors, *found]).fillna("").set_index("")


def _answered(table: Table, done: Mapping[str, list[Any]]) -> Iterator[tuple[str, list[Any], dict[int, np.ndarray]]]:
    """Title, runs, and probabilities [N, K] by seed, of each network with a finished run, then of each mean."""
    answers = {name: {run.config["seed"]: run.probabilities() for run in own} for name, own in done.items()}
    for network in table.networks:
        if done[network.name]:
            yield network.title, done[network.name], answers[network.name]
    for mean in table.means:
        members = [answers[name] for name in mean.networks]
        seeds = sorted(set.intersection(*(set(one) for one in members)))
        if seeds:
            yield mean.title, [], {seed: np.mean([one[seed] for one in members], axis=0) for seed in seeds}


def recognised(runs: Sequence[Any]) -> dict[int, np.ndarray]:
    """Whether each test clip is recognised, bool [n], by seed; the order of test clips is the same in all runs."""
    rows = {run.config["seed"]: (run, run.where("test")) for run in runs}
    return {seed: run.probabilities()[test].argmax(1) == run.labels[test] for seed, (run, test) in rows.items()}


def _scores(answers: Mapping[int, np.ndarray], run: Any, column: str, asked: np.ndarray) -> dict[str, str]:
    """Top-1 and macro F1 on the clips `asked`, mean ± sd over seeds [interval]."""
    several = np.stack([probabilities[asked] for probabilities in answers.values()])
    scored = score_table({"it": several if len(several) > 1 else several[0]}, run.labels[asked], run.groups[asked])
    text = format_scores(scored).loc["it"]
    return {column: text["top-1"]} | ({"macro F1": text["macro F1"]} if column == "top-1" else {})


def _floor(table: Table, run: Any) -> dict[str, str]:
    """The linear SVM on the same joints: from the run's floors, or trained here for another split than test."""
    from mglib.runs.dataset import find_table
    from mglib.training.floors import linear_svm

    found = {"": SVM, "seeds": ""}
    for column, split in table.asked.items():
        if split == "test":
            top1 = run.floors.set_index(["system", "metric"])["value"][SVM, "top1"]
        else:
            data = find_table(run)
            asked = data.where(split)
            top1 = (linear_svm(data, data.where("train"), asked).argmax(1) == data.labels[asked]).mean()
        found[column] = f"{100 * top1:.1f}"
    return found


def _swapped(runs: list[Any]) -> dict[str, str]:
    """Drop of fused top-1 with each input taken from another class, mean ± sd over seeds, in points."""
    tables = [run.reliance for run in runs if run.reliance is not None]
    if not tables:
        return {}
    fused = pd.concat([t[t["system"] == "fused"] for t in tables]).groupby("swapped")["drop"]
    names = runs[0].input_names
    return {
        f"loses without its {'joints' if stream == 'pose' else 'frames'}": _spread(100 * drops)
        for stream, drops in fused
        if stream in names
    }


def _spread(values: pd.Series) -> str:
    return f"{values.mean():.1f}" + (f" ± {values.std():.1f}" if len(values) > 1 else "")


def add_folders(parser: argparse.ArgumentParser) -> None:
    """Options for the folders of the public sets; defaults are in environment variables."""
    for name in SETS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=Path, default=os.environ.get(f"MGLIB_{name.upper()}"))


def given_folders(options: argparse.Namespace) -> dict[str, Path | None]:
    """The folders given; None for a missing set."""
    return {name: getattr(options, name) and Path(getattr(options, name)) for name in SETS}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_folders(parser)
    parser.add_argument(
        "--only", nargs="+", default=[], choices=[t.name for t in TABLES], metavar="NAME", help="tables"
    )
    parser.add_argument("--seeds", type=int, default=5, help="seeds of each network")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at a time, with one thread each")
    parser.add_argument("--read", action="store_true", help="train nothing, print the finished runs")
    parser.add_argument("--runs", type=Path, default=ROOT / ".cache" / "results", help="folder of the runs")
    options = parser.parse_args(arguments)
    os.environ |= {"MGLIB_RUNS": str(options.runs)} | ({"OMP_NUM_THREADS": "1"} if options.jobs > 1 else {})
    folders = given_folders(options)
    chosen = [table for table in TABLES if not options.only or table.name in options.only]
    wanted = [(seed, config) for table in chosen for seed, config in configs(table, folders, options)]
    if not options.read:
        import joblib

        by_seed = [config for _, config in sorted(wanted, key=lambda one: one[0])]
        joblib.Parallel(options.jobs)(joblib.delayed(train_one)(config) for config in by_seed)
    from mglib.sweep import markdown

    for table in chosen:
        found = rows(table, options.runs)
        print(f"\n{table.title} ({table.name})\n")
        print(markdown(found) if len(found) else "Nothing is finished; are the data at hand?")


if __name__ == "__main__":
    main()
