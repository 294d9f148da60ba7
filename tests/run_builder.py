"""A run directory without a training: every file that a run has, filled from a seed, of any size."""

from pathlib import Path

import numpy as np
import pandas as pd
from safetensors.numpy import save_file

from mglib.analysis.evaluation import score_table
from mglib.base import files
from mglib.config import TrainConfig
from mglib.data.layouts import get_layout
from mglib.data.skeletons import MISSING, MOMENTS
from mglib.runs import Run

BODY = ("head", "hand", "body")


def fake_run(
    folder: Path,
    *,
    num_classes: int = 5,
    clips: int = 60,
    epochs: int = 4,
    groups: int = 6,
    streams: tuple[str, ...] = ("rgb", "pose"),
    dim: int = 16,
    noise: float = 2.0,
    wrong: float = 0.05,
    between: float = 0.1,
    unseen: float = 0.02,
    starts: bool = False,
    layout: str = "imigue22",
    seed: int = 0,
) -> Run:
    """Write a finished run of made-up clips into `folder` and return it.

    A clip's features lie around the centre of its class, or half-way to that of the next class; probabilities and
    training dynamics follow from the similarity to the centres.

    Args:
        folder: run directory to make; its name is the run's.
        num_classes, epochs, dim: K, E and D.
        clips: N; class and group go round, so that every group has every class if there are enough clips.
        groups: subjects; the last third of them is the test split.
        streams: "rgb", "pose" or both.
        noise: standard deviation of features about the centre of their class, which is of the order of 1 a column.
        wrong: share of training clips with a wrong label, that of the next class.
        between: share of clips that lie between two classes.
        unseen: share of training clips missing from an epoch.
        starts: give clips.csv the column start.
        layout: of the skeletons.
        seed: of every draw.
    """
    rng = np.random.default_rng(seed)
    table, truth = _clips(num_classes, clips, groups, wrong, between, starts, rng)
    labels, train = table["label"].to_numpy(), (table["split"] == "train").to_numpy()
    arrays: dict[str, dict[str, np.ndarray]] = {"predictions": {}, "features": {}, "prototypes": {}}
    logits = {}
    for stream in streams:
        centres = rng.normal(size=(num_classes, dim))
        features = _features(truth, centres, noise, rng)
        logits[stream] = 8 * _unit(features) @ _unit(centres).T
        arrays["features"][stream] = features.astype(np.float32)
        arrays["predictions"][stream] = _softmax(logits[stream]).astype(np.float32)
        arrays["prototypes"] |= _prototypes(stream, centres, epochs, rng)
    arrays["dynamics"] = _dynamics({s: z[train] for s, z in logits.items()}, labels[train], epochs, unseen, rng)
    arrays["skeletons"] = _skeletons(labels, get_layout(layout).num_joints, table["total_frames"].to_numpy(), rng)
    for name, content in arrays.items():
        files.write_arrays(folder / f"{name}.npz", **content)
    history = _history(arrays["dynamics"], labels[train], epochs)
    tested = {s: (p.argmax(1) == labels)[~train].mean() for s, p in arrays["predictions"].items()}
    for system, top1 in (tested | {"fused": np.mean(list(tested.values()))}).items():
        history[f"test_top1_{system}"] = [np.nan] * (epochs - 1) + [top1]
    for name, frame in {"clips": table, "truth": truth, "history": history}.items():
        files.write_text(folder / f"{name}.csv", frame.to_csv(index=False))
    files.write_json(folder / "data.json", _data(table, num_classes, layout, "rgb" in streams))
    _write_settings(folder, epochs, dim, streams)
    _write_scores(folder, arrays["predictions"], table, rng)
    return Run(folder)


def rewrite(run: Run, name: str, **arrays: np.ndarray) -> Run:
    """Replace or add arrays of one of the run's .npz files, and read the run afresh."""
    with np.load(run.path / f"{name}.npz") as old:
        files.write_arrays(run.path / f"{name}.npz", **(dict(old) | arrays))
    return Run(run.path)


def recolumn(run: Run, **columns: object) -> Run:
    """Replace or add columns of clips.csv, and read the run afresh."""
    files.write_text(run.path / "clips.csv", run.clips.assign(**columns).to_csv(index=False))
    return Run(run.path)


def as_ensemble(run: Run, *members: str) -> Run:
    """Make it look like an ensemble of these runs: it names them, and has no history of its own."""
    for name in ("history.csv", "dynamics.npz"):
        (run.path / name).unlink()
    named = ", ".join(f"{{run: {name}}}" for name in members)
    files.write_text(run.path / "config.yaml", f"members: [{named}]\n")
    return Run(run.path)


def _clips(
    num_classes: int, clips: int, groups: int, wrong: float, between: float, starts: bool, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    row = np.arange(clips)
    true, group = row % num_classes, row // num_classes % groups
    train = group < max(1, round(groups * 2 / 3))
    is_wrong, is_between = train & (rng.random(clips) < wrong), rng.random(clips) < between
    following = (true + 1) % num_classes
    table = pd.DataFrame(
        {
            "id": [f"clip {i:05d}" for i in row],
            "label": np.where(is_wrong, following, true),
            "split": np.where(train, "train", "test"),
            "group": [f"subject {g:03d}" for g in group],
            "total_frames": rng.integers(40, 90, clips),
            "height": 480,
            "width": 640,
        }
    )
    if starts:
        table["start"] = 100 * rng.permutation(clips)
    truth = pd.DataFrame(
        {
            "true_label": true,
            "is_wrong_label": is_wrong,
            "is_ambiguous": is_between,
            "ambiguous_with": np.where(is_between, following, -1),
            "blend": np.where(is_between, 0.45, 0.0),
            "stopped_half_way": False,
        }
    )
    return table, truth


def _features(truth: pd.DataFrame, centres: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    shift = truth["blend"].to_numpy()[:, None]
    middle = (1 - shift) * centres[truth["true_label"]] + shift * centres[truth["ambiguous_with"]]
    return middle + rng.normal(0, noise, middle.shape)


def _prototypes(stream: str, centres: np.ndarray, epochs: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Nearer to the centres with every epoch; in the first, the last class has none yet."""
    drift = rng.normal(size=(epochs, *centres.shape)) / np.arange(1, epochs + 1)[:, None, None]
    prototypes = (centres + drift).astype(np.float32)
    updates = 10 * np.arange(1, epochs + 1)[:, None] + rng.integers(0, 10, len(centres))
    if epochs > 1 and len(centres) > 1:
        prototypes[0, -1], updates[0, -1] = np.nan, 0
    return {stream: prototypes, f"{stream}_updates": updates}


def _dynamics(
    logits: dict[str, np.ndarray], labels: np.ndarray, epochs: int, unseen: float, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Each epoch's logits are the finished network's, weaker and noisier the earlier."""
    kept: dict[str, list[np.ndarray]] = {}
    for epoch in range(epochs):
        away = rng.random(len(labels)) < unseen
        noisy = {s: z * (epoch + 1) / epochs + rng.normal(0, 1.5, z.shape) for s, z in logits.items()}
        scores = noisy | {"fused": np.mean([_softmax(z) for z in noisy.values()], axis=0)}
        for system, score in scores.items():
            probability = score if system == "fused" else _softmax(score)
            own = score[np.arange(len(labels)), labels]
            rest = score.copy()
            rest[np.arange(len(labels)), labels] = -np.inf
            values = {
                "predicted": np.where(away, -1, score.argmax(1)).astype(np.int16),
                "probability": np.where(away, np.nan, probability[np.arange(len(labels)), labels]).astype(np.float32),
                "margin": np.where(away, np.nan, own - rest.max(1)).astype(np.float32),
            }
            for what, value in values.items():
                kept.setdefault(f"{system}_{what}", []).append(value)
    return {name: np.stack(values) for name, values in kept.items()}


def _skeletons(labels: np.ndarray, joints: int, frames: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A pose for each class, in which every joint circles; some joints are missing."""
    n, pose = len(labels), rng.uniform(60, 190, (labels.max() + 1, 1, joints, 2))
    angle = np.linspace(0, 2 * np.pi, MOMENTS)[:, None] + rng.uniform(0, 6, (len(pose), 1, joints))
    shown = (pose + 20 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)).astype(np.uint8)  # [K, 32, V, 2]
    points = shown[labels] + rng.integers(0, 40, (n, 1, joints, 2), np.uint8)
    points[rng.random((n, MOMENTS, joints), np.float32) < 0.02] = MISSING
    box = np.tile(np.array([170, 90, 300], np.float32), (n, 1))
    moments = np.linspace(0, 1, MOMENTS) * (frames[:, None] - 1)
    return {"points": points, "box": box, "frames": moments.round().astype(np.int32)}


def _data(table: pd.DataFrame, num_classes: int, layout: str, visual: bool) -> dict:
    skeleton = get_layout(layout)
    return {
        "name": "made up",
        "visual": "made-up video" if visual else None,
        "class_names": [f"gesture {k}" for k in range(num_classes)],
        "class_groups": [BODY[k % len(BODY)] for k in range(num_classes)],
        "layout": skeleton.name,
        "joints": list(skeleton.joints),
        "limbs": [list(limb) for limb in skeleton.limbs],
        "group_kind": "subject",
        "fps": 25.0,
        "clips": {split: int(n) for split, n in table["split"].value_counts().items()},
        "groups": {split: int(n) for split, n in table.groupby("split")["group"].nunique().items()},
    }


def _history(dynamics: dict[str, np.ndarray], labels: np.ndarray, epochs: int) -> pd.DataFrame:
    loss = [-np.log(p[np.isfinite(p)] + 1e-9).mean() for p in dynamics["fused_probability"]]
    columns = {"epoch": range(epochs), "loss": loss, "loss_ce": loss, "loss_pr": 0.0}
    for name in dynamics:
        if name.endswith("_predicted"):
            hits = (dynamics[name] == labels).mean(1)
            columns[f"train_top1_{name.removesuffix('_predicted')}"] = hits
    return pd.DataFrame(columns | {"lr": 0.1, "seconds": 1.0})


def _write_settings(folder: Path, epochs: int, dim: int, streams: tuple[str, ...]) -> None:
    names = {("rgb", "pose"): "rgb+joint", ("rgb",): "rgb", ("pose",): "joint"}
    settings = {"run_name": folder.name, "epochs": epochs, "dim": dim, "streams": names[streams]}
    files.write_text(folder / "config.yaml", TrainConfig.read(settings).to_yaml())
    files.write_json(folder / "environment.json", {"python": "3.11", "device": "cpu", "packages": {}})
    save_file({"nothing": np.zeros(1, np.float32)}, folder / "weights.safetensors")


def _write_scores(
    folder: Path, predictions: dict[str, np.ndarray], table: pd.DataFrame, rng: np.random.Generator
) -> None:
    test = (table["split"] == "test").to_numpy()
    systems = {stream: p[test] for stream, p in predictions.items()}
    systems["fused"] = np.mean(list(systems.values()), axis=0)
    labels, groups = (table[name].to_numpy()[test] for name in ("label", "group"))
    scores = score_table(systems, labels, groups)
    files.write_text(folder / "scores.csv", scores.to_csv(index=False))
    metrics = {s: dict(zip(t["metric"], t["value"], strict=True)) for s, t in scores.groupby("system", sort=False)}
    files.write_json(folder / "metrics.json", metrics)


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max(1, keepdims=True))
    return weights / weights.sum(1, keepdims=True)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
