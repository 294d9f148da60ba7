"""Every figure, drawn of made-up data with as many classes as wanted and names as long as wanted."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from mglib import figures
from mglib.analysis import evaluation
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.embedding import embed
from mglib.analysis.events import anatomy, border_errors, event_table
from mglib.analysis.reliance import reliance_table
from mglib.base import files
from mglib.config import CompareConfig
from mglib.data import ClipTable
from mglib.data.layouts import get_layout
from mglib.data.recordings import Recordings
from mglib.figures import Figure
from mglib.prediction.predictor import Prediction, Timeline
from mglib.prediction.saliency import Saliency
from mglib.recordings.baselines import judged
from mglib.runs import Run
from mglib.sweep import Comparison, Sweep, make_sweep, one_at_a_time
from tests.builders import DotReader
from tests.explorer.long_recordings import LAYOUT, fake_spotted
from tests.run_builder import fake_run, recolumn

LONG = "scratching or touching the back of the other hand while looking away"
BODY = ("Upper limb", "Head and hand", "Body and hand", "Lower limb", "Leg and hand", "Head", "Body")


@dataclass(frozen=True)
class Studio:
    """What figures are drawn of: `k` classes with long names."""

    folder: Path
    k: int

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes: long, but for every third."""
        return tuple(f"nod {i}" if i % 3 == 2 else f"{LONG} {i}" for i in range(self.k))

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(BODY[i % len(BODY)] for i in range(self.k))

    def _run(self, name: str, seed: int) -> Run:
        run = fake_run(
            self.folder / name, num_classes=self.k, clips=9 * self.k, groups=6, seed=seed, noise=6.0, between=0.3
        )
        about = {"class_names": self.names, "class_groups": self.groups, "name": "a data set with a long name"}
        files.write_json(run.path / "data.json", asdict(run.data) | about)
        return Run(run.path)

    @cached_property
    def run(self) -> Run:
        run = self._run("a-run-with-a-rather-long-name-seed-0", 0)
        test, rng = run.where("test"), np.random.default_rng(0)
        answers = {stream: run.probabilities(stream)[test] for stream in run.streams}
        swapped = {stream: rng.permutation(p) for stream, p in answers.items()}
        table = reliance_table(answers, {s: swapped for s in run.streams}, run.labels[test], run.groups[test])
        files.write_text(run.path / "reliance.csv", table.to_csv(index=False))
        return Run(run.path)

    @cached_property
    def other(self) -> Run:
        return recolumn(self._run("another-run-with-a-rather-long-name", 1), label=self.run.clips["label"])

    @cached_property
    def clips(self) -> pd.DataFrame:
        return clip_table(self.run)

    @cached_property
    def table(self) -> ClipTable:
        """Clips of 120 x 100 pixels in which some joints are missing."""
        rng, n, layout = np.random.default_rng(0), 6 * self.k, get_layout("imigue22")
        labels, person = np.arange(n) % self.k, np.arange(n) // self.k
        keypoints = []
        for _ in range(n):
            points = np.ones((1, 8, layout.num_joints, 3), np.float32)
            points[..., :2] = rng.uniform(10, 90, (1, 8, layout.num_joints, 2))
            points *= rng.random((1, 8, layout.num_joints, 1)) > 0.1
            keypoints.append(points)
        clips = {
            "id": [f"a-video-with-a-long-name-{i:05d}" for i in range(n)],
            "label": labels,
            "split": np.array(["train", "train", "val", "val", "test", "test"])[person],
            "group": [f"person number {p}" for p in person],
            "total_frames": 8,
            "height": 100,
            "width": 120,
        }
        return ClipTable(
            "a data set with a long name", layout, self.names, self.groups, pd.DataFrame(clips), tuple(keypoints),
            "subject", 25.0, DotReader(tuple(keypoints), 100, 120), flip=False,
        )  # fmt: skip

    @property
    def answers(self) -> dict[str, np.ndarray]:
        """Probabilities of the test clips by system."""
        test = self.run.where("test")
        named = {"joints of a run with a rather long name": "pose", "limbs": "rgb"}
        return {name: self.run.probabilities(stream)[test] for name, stream in named.items()}

    @property
    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        test = self.run.where("test")
        return self.run.labels[test], self.run.groups[test]

    @cached_property
    def prediction(self) -> Prediction:
        rng, names = np.random.default_rng(0), np.array(self.names)
        p = {s: rng.dirichlet(np.full(self.k, 0.3)).astype(np.float32) for s in ("rgb", "pose", "fused")}
        near = {"label": np.arange(self.k), "class": names, "group": self.groups}
        near |= {"similarity": np.linspace(0.9, -0.1, self.k), "rgb": rng.random(self.k), "pose": rng.random(self.k)}
        rows = self.run.where("train")[:6]
        labels = self.run.labels[rows]
        alike = {
            "row": rows,
            "id": self.run.clips["id"].iloc[rows],
            "label": labels,
            "predicted": (labels + 1) % self.k,
        }
        alike |= {"similarity": np.linspace(0.9, 0.5, 6), "class": names[labels]}
        features = {s: np.ones(16, np.float32) for s in ("rgb", "pose")}
        frames = pd.DataFrame(near), pd.DataFrame(alike)
        return Prediction("a-video-with-a-long-name-00000", p, features, *frames, self.names, self.groups)

    @property
    def line(self) -> Timeline:
        spans = np.column_stack([np.arange(12.0), np.arange(12.0) + 2])
        rng = np.random.default_rng(0)
        return Timeline("a-video-with-a-long-name", spans, rng.dirichlet(np.full(self.k, 0.2), 12), 13.0)

    @property
    def explained(self) -> list[Saliency]:
        rng, joints = np.random.default_rng(0), tuple(self.run.data.joints)
        return [
            Saliency(row, (1, 0), 2.0, 0.5, 30 * rng.normal(size=(22, 8)), rng.normal(size=(8, 16, 16)), joints,
                     np.zeros((1, 8, 22, 3)), np.full((8, 16, 16, 3), 99, np.uint8))
            for row in (0, 1)
        ]  # fmt: skip

    def comparison(self, sweep: Sweep) -> Comparison:
        """A sweep of two seeds with made-up scores, in which the last variant has no run."""
        rng = np.random.default_rng(0)
        n = len(sweep.variants)
        top1 = np.append(rng.uniform(0.4, 0.8, n - 1), np.nan)
        score, runs = dict(zip(sweep.variants, top1, strict=True)), []
        for cell in sweep.cells:
            own = score[cell.variant] + 0.01 * cell.config.seed
            runs.append((cell.variant, cell.config.seed, cell.run_name, "finished", own, own))
        columns = {
            "variant": list(sweep.variants), "top1": top1, "top1_low": top1 - 0.1, "top1_high": top1 + 0.1,
            "difference": top1 - top1[0], "low": top1 - top1[0] - 0.1, "high": top1 - top1[0] + 0.1,
            "p": np.where(np.isnan(top1), np.nan, 0.0123), "compared": 2,
            "left_out": [""] * (n - 1) + ["missing: seed 0, 1"],
        }  # fmt: skip
        frame = pd.DataFrame(columns)
        frame.loc[0, ["low", "high", "p"]] = np.nan
        named = pd.DataFrame(runs, columns=["variant", "seed", "run", "state", "top1", "macro_f1"])
        return Comparison(sweep, "fused", self.run.data, named, frame, 80, 7)

    @property
    def factors(self) -> Comparison:
        factors = {"attention": ["off"], "alpha": [0, 0.05, 1.0], "rho": [0.5], "label_smoothing": [0.1]}
        return self.comparison(Sweep("a-sweep-with-a-long-name", {}, one_at_a_time(factors), (0, 1)))


def _calibration(studio: Studio) -> dict[str, Figure]:
    systems, judged = studio.answers, studio.judged
    reliable = {name: evaluation.reliability(p, *judged) for name, p in systems.items()}
    errors = dict.fromkeys(systems, "ECE 0.123, chance 0.045")
    risks = {name: evaluation.risk_coverage(p, *judged) for name, p in systems.items()}
    columns = ["by", "level", "coverage", "low", "high", "worst_class", "size", "empty", "always_in", "groups"]
    rows = [("all", 0.9, 0.88, 0.85, 0.91, 0.4, 3.5, 0.01, 25, 9), ("cluster", 0.9, 0.92, 0.6, 1, 0.5, 32.1, 0, 4, 9)]
    sets = pd.DataFrame(rows, columns=columns)
    return {
        "reliability_diagram": figures.reliability_diagram(reliable, _TITLE, errors),
        "risk_coverage_curves": figures.risk_coverage_curves(risks, _TITLE),
        "conformal_figure": figures.conformal_figure(sets, _TITLE),
    }


def _ensemble(studio: Studio) -> dict[str, Figure]:
    names, judged = list(studio.answers), studio.judged
    test = evaluation.score_table(studio.answers | {"convex": studio.answers["limbs"]}, *judged)
    oracle = pd.DataFrame([{"system": "oracle", "metric": "top1", "value": 0.9, "low": 0.8, "high": 0.95}])
    three = studio.answers | {"a third member": np.roll(studio.answers["limbs"], 1, axis=0)}
    draws = np.column_stack([np.linspace(0.5, 0.9, 101), np.linspace(0.5, 0.1, 101)])
    return {
        "ensemble_weights": figures.ensemble_weights(names, np.array([0.7, 0.3]), draws, _TITLE),
        "ensemble_scores": figures.ensemble_scores(test, pd.concat([test, oracle]), _TITLE),
        "error_overlap": figures.error_overlap(evaluation.overlap(studio.answers, judged[0]), _TITLE),
        "error_overlap of three": figures.error_overlap(evaluation.overlap(three, judged[0]), _TITLE),
    }


def _recordings(studio: Studio) -> dict[str, Figure]:
    """Three people in a recording each, marked by two coders whose names are long."""
    spotted, names = fake_spotted(3), studio.names[:3]
    named = {"the reference coder of all": lambda one: one.recording.of("truth"), "a machine": lambda one: one.segments}
    tables = {
        "a machine with a long name": [judged(one.recording, one.segments) for one in spotted],
        "nothing": [judged(one.recording, []) for one in spotted],
    }
    first, groups = spotted[0], studio.groups[:3]
    everyone = tuple(one.recording for one in spotted)
    recordings = Recordings("a data set with a long name", everyone, LAYOUT, names, groups)
    history = pd.DataFrame({"epoch": [0, 1], "loss": [3.0, 2.0], "seconds": [60.0, 60.0]})
    return {
        "all_tiers": figures.all_tiers(recordings, ["truth"]),
        "border_figure": figures.border_figure({name: border_errors(each) for name, each in tables.items()}),
        "event_anatomy": figures.event_anatomy({name: anatomy(each) for name, each in tables.items()}),
        "event_scores": figures.event_scores(event_table(tables, 3)),
        "over_time": figures.over_time(studio.run, studio.line, None),
        "recording_overview": figures.recording_overview(recordings),
        "spotter_curve": figures.spotter_curve(history),
        "tiers": figures.tiers(first.recording, {name: of(first) for name, of in named.items()}, names, groups),
    }


def _masked(studio: Studio) -> dict[str, Figure]:
    """A run of masked pre-training whose files are made up; of frames of 8 pixels."""
    rng, frames, layout = np.random.default_rng(0), 16, get_layout("imigue22")
    run = fake_run(studio.folder / "a-pre-training-with-a-rather-long-name", num_classes=2, clips=24, groups=6)
    about = {"name": "a data set with a long name", "layout": layout.name, "joints": layout.joints}
    files.write_json(run.path / "data.json", asdict(run.data) | about | {"limbs": layout.limbs})
    points = np.ones((3, frames, layout.num_joints, 3), np.float32)
    points[..., :2] = rng.uniform(1, 7, (3, 1, layout.num_joints, 2)) + rng.normal(0, 0.2, (3, frames, 22, 2))
    places, hidden = points[..., :2], rng.random(points.shape[:3]) < 0.75
    kept = {"rows": np.arange(3), "keypoints": points, "hidden": hidden, "network": places + 0.3, "lines": places - 0.3}
    files.write_arrays(run.path / "examples.npz", **kept)
    loss, held = np.linspace(1.2, 0.8, 200), np.where(np.arange(200) % 10, np.nan, np.linspace(1.1, 0.9, 200))
    history = pd.DataFrame({"epoch": np.arange(200), "loss": loss, "held_out": held})
    files.write_text(run.path / "history.csv", history.to_csv(index=False))
    gate = {"network": 0.9, "zero_motion": 1.07, "interpolation": 1.08, "passed": True, "clips": 40}
    probe = {"trained": 0.61, "untrained": 0.42, "clips": 200}
    files.write_json(run.path / "metrics.json", {"gate": gate, "probe": probe})
    run = Run(run.path)
    return {"hidden_joints": figures.hidden_joints(run), "pretraining_curves": figures.pretraining_curves(run)}


def _of_systems(studio: Studio) -> Figure:
    config = CompareConfig.read({"name": "all", "systems": "all", "seeds": [0, 1], "epochs": 10})
    comparison = studio.comparison(make_sweep(config))
    run = fake_run(studio.folder / "a run of any system", streams=("pose",))
    for number, cell in enumerate(comparison.sweep.cells):
        shutil.copytree(run.path, cell.folder)
        cost = {"answering_parameters": 10**7, "gmacs": 0.5 * (1 + number)}
        files.write_json(cell.folder / "environment.json", run.environment | cost)
    return figures.accuracy_against_cost(comparison)


def _recall(studio: Studio) -> pd.DataFrame:
    test = studio.run.where("test")
    return evaluation.class_recall(*(studio.judged[0], studio.run.probabilities()[test], studio.judged[1]), studio.k)


_TITLE = "a data set with a long name, run a-run-with-a-rather-long-name-seed-0: what this is about"
RNG = np.random.default_rng
DRAWN: dict[str, Callable[[Studio], Figure]] = {
    "accuracy_against_cost": _of_systems,
    "cartography": lambda s: figures.cartography(s.run, s.clips),
    "class_histogram": lambda s: figures.class_histogram(s.table),
    "clip_lengths": lambda s: figures.clip_lengths(s.table),
    "compare_runs": lambda s: figures.compare_runs(s.run, s.other),
    "confusions": lambda s: figures.confusions(s.run),
    "contact_sheet": lambda s: figures.contact_sheet(s.table, [0, 1, 2]),
    "feature_map": lambda s: figures.feature_map(s.run, s.clips, embed(s.run, method="pca")),
    "film_strip": lambda s: figures.film_strip(s.table, 0),
    "gallery": lambda s: figures.gallery(s.run, figures.most_ambiguous(s.clips, "train")),
    "heatmap_montage": lambda s: figures.heatmap_montage(s.table, 0),
    "learning_curves": lambda s: figures.learning_curves(s.run),
    "missing_joints": lambda s: figures.missing_joints(s.table),
    "own_and_rival": lambda s: figures.own_and_rival(s.run, s.clips),
    "prediction_bars": lambda s: figures.prediction_bars(s.run, s.prediction, 0),
    "prototype_drift": lambda s: figures.prototype_drift(s.run),
    "prototype_health": lambda s: figures.prototype_health(s.run),
    "prototype_similarity": lambda s: figures.prototype_similarity(s.run),
    "recall_bars": lambda s: figures.recall_bars(s.run, _recall(s)),
    "reliance": lambda s: figures.reliance(s.run),
    "rgb_overlay": lambda s: figures.rgb_overlay(s.table, 0),
    "saliency_pair": lambda s: figures.saliency_pair(s.run, s.explained),
    "scores_figure": lambda s: figures.scores_figure(s.run),
    "sensitivity_curves": lambda s: figures.sensitivity_curves(s.factors),
    "similar_clips": lambda s: figures.similar_clips(s.run, s.prediction, s.table),
    "similarity_and_confusion": lambda s: figures.similarity_and_confusion(s.run, rng=RNG(0)),
    "split_overview": lambda s: figures.split_overview(s.table),
    "time_line": lambda s: figures.time_line(s.run, s.line),
    "truth_scores": lambda s: figures.truth_scores(s.run, rng=RNG(0)),
    "variant_differences": lambda s: figures.variant_differences(s.factors),
} | {
    name: lambda s, name=name, group=group: group(s)[name]
    for group, names in {
        _calibration: ("reliability_diagram", "risk_coverage_curves", "conformal_figure"),
        _recordings: (
            *("all_tiers", "border_figure", "event_anatomy", "event_scores", "over_time", "recording_overview"),
            *("spotter_curve", "tiers"),
        ),
        _masked: ("hidden_joints", "pretraining_curves"),
        _ensemble: ("ensemble_weights", "ensemble_scores", "error_overlap", "error_overlap of three"),
    }.items()
    for name in names
}
