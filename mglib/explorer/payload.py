"""Data of a run for the browser: small arrays, sent once, that are sufficient for all clicks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform

from mglib.analysis.ambiguity import pair_bounds
from mglib.analysis.ambiguity.measures import prototype_margin
from mglib.analysis.ambiguity.succession import followers
from mglib.analysis.embedding import side_by_side
from mglib.analysis.evaluation import mean_interval
from mglib.analysis.prototypes import prototype_similarity
from mglib.base.errors import RunError
from mglib.runs import Run, matching_rows

from . import maps
from .beside import COSINE, NONE, filter_arrays

SHARE = 65535  # a probability of 1 in steps of uint16
SEEN = 254  # a probability of 1 in an epoch, in steps of uint8; NONE: a clip that the epoch did not see
MOST_CLASSES = 254
TOP = 3
DIRECTIONS = ("unclear", "mutual", "one-sided")  # of a pair, see `ambiguity.pair_bounds`


class ExplorerError(ValueError):
    """A run, or a pair of runs, that the explorer cannot show; the message says why and what to do."""


@dataclass(frozen=True)
class Payload:
    """Plain facts and arrays; rows are clips in the order of clips.csv.

    Attributes:
        meta: as JSON: names, settings, missing parts; see `make_payload`.
        arrays: name -> array; those of a system are named "<system>/<what>".
    """

    meta: dict[str, Any]
    arrays: dict[str, np.ndarray]

    def pack(self) -> tuple[dict[str, Any], bytes]:
        """The facts, with "arrays": name -> [type, shape, offset], and all arrays in one aligned buffer."""
        table, parts, offset = {}, [], 0
        for name, array in self.arrays.items():
            content = np.ascontiguousarray(array).tobytes()
            table[name] = [array.dtype.name, list(array.shape), offset]
            parts += [content, b"\0" * (-len(content) % 8)]
            offset += len(content) + len(parts[-1])
        return self.meta | {"arrays": table}, b"".join(parts)


def make_payload(
    run: Run, other: Run | None = None, *, systems: Mapping[str, np.ndarray] | None = None, umap: bool = False
) -> Payload:
    """All data except skeletons and pictures.

    Args:
        run: a finished run.
        other: a second run on the same clips, for comparison.
        systems: further probabilities of all clips [N, K] by name, such as an ensemble's.
        umap: whether to add a UMAP map of the first system; takes a minute for 18,000 clips, once per run.

    Raises:
        ExplorerError: more than 254 classes, runs of different classes, probabilities of another shape.
        RunError: runs of different clips or labels.
    """
    names, clips = run.data.class_names, run.clips
    if len(names) > MOST_CLASSES:
        raise ExplorerError(f"{run.name} has {len(names)} classes; the explorer shows up to {MOST_CLASSES}.")
    answers = system_probabilities(run) | _checked(systems or {}, (len(clips), len(names)))
    missing: list[str] = []
    groups, group = np.unique(run.groups, return_inverse=True)
    splits = [split for split in ("test", "val", "train") if (clips["split"] == split).any()]
    meta = {
        "run": run.name, "other": other and other.name, "clips": len(clips), "names": list(names),
        "groups": list(run.data.class_groups), "splits": splits,
        "systems": {s: run.stream_names.get(s, s) for s in answers},
        "dataset": run.data.titled, "visual": run.data.visual, "group_kind": run.data.group_kind,
        "group_names": groups.tolist(), "fps": run.data.fps,
        "joints": list(run.data.joints), "limbs": [list(limb) for limb in run.data.limbs],
        "scores": _scores(run, answers), "directions": DIRECTIONS, "order": {}, "maps": {}, "missing": missing,
    }  # fmt: skip
    labels = run.labels
    arrays = {
        "ids": np.frombuffer("\0".join(clips["id"]).encode(), np.uint8),  # ipykernel would check each entry of a list
        "label": labels.astype(np.uint8),
        "split": clips["split"].map({split: i for i, split in enumerate(splits)}).to_numpy(np.uint8),
        "group": group.astype(np.uint32),
        "frames": clips["total_frames"].to_numpy(np.uint32),
    }
    arrays |= filter_arrays(run, answers)
    for system, probabilities in answers.items():
        arrays |= _named(system, decisions(probabilities, labels))
        arrays |= _named(system, _history(run, system, missing))
        first = system == next(iter(answers))
        arrays |= _named(system, _features(run, system, labels, probabilities.argmax(1), umap and first, meta))
        meta["order"][system] = {}
        for split in splits:
            rows = run.where(split)
            arrays |= confusions(f"{system}/{split}", labels[rows], probabilities[rows].argmax(1), group[rows])
            meta["order"][system][split] = similarity_order(probabilities[rows], labels[rows])
    for split in splits if "start" in clips else ():
        arrays[f"succession/{split}"] = succession(clips[clips["split"] == split], len(names))
    if other is not None:
        arrays |= _other(run, other, answers, missing)
    meta["missing"] = list(dict.fromkeys(missing))
    return Payload(meta, arrays)


def system_probabilities(run: Run) -> dict[str, np.ndarray]:
    """System -> probabilities [N, K]: fused first, then the streams; a run of one stream has only that."""
    streams = ("fused", *run.streams) if len(run.streams) > 1 else run.streams
    return {stream: run.probabilities(stream) for stream in streams}


def decisions(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """The three most probable classes (the first is the prediction), their probabilities, and that of the label.

    Returns:
        top uint8 [N, 3] (255 where there are fewer classes), p uint16 [N, 3] and own uint16 [N] in steps of 1/65535.
    """
    rows, left = np.arange(len(labels)), probabilities.astype(float)
    top = np.full((len(labels), TOP), NONE, np.uint8)
    share = np.zeros((len(labels), TOP), np.uint16)
    for rank in range(min(TOP, left.shape[1])):  # three maxima are faster than sorting all classes
        top[:, rank] = answer = left.argmax(1)
        share[:, rank] = _steps(left[rows, answer])
        left[rows, answer] = -np.inf
    return {"top": top, "p": share, "own": _steps(probabilities[rows, labels])}


def similarity_order(probabilities: np.ndarray, labels: np.ndarray) -> list[int]:
    """Classes ordered so that confused classes are neighbours.

    Average linkage (with optimal leaf order) of 1 - the mean probability of the other class in a class's clips, in both
    directions: this is less noisy than counts of predictions, especially for rare classes.
    """
    k = probabilities.shape[1]
    if k < 3 or not len(labels):
        return list(range(k))
    belongs = (labels == np.arange(k)[:, None]).astype(probabilities.dtype)  # [K, n]
    mean = belongs @ probabilities / np.maximum(belongs.sum(1), 1)[:, None]
    near = mean + mean.T
    np.fill_diagonal(near, 0)
    distance = squareform(near.max() - near, checks=False)
    return hierarchy.leaves_list(hierarchy.linkage(distance, "average", optimal_ordering=True)).tolist()


def succession(clips: pd.DataFrame, num_classes: int) -> np.ndarray:
    """How often a clip of a class is next to one of another in its video, uint32 [K, K]; see `followers`."""
    counts = followers(clips, num_classes)
    return (counts + counts.T).astype(np.uint32)


def _features(run: Run, system: str, labels: np.ndarray, predicted: np.ndarray, umap: bool, meta: dict) -> dict:
    """Maps; similarity to the prototypes of the own class, the predicted one and the nearest rival."""
    if system not in ("fused", *run.streams):
        return {}
    streams = run.streams if system == "fused" else (system,)
    try:
        features = side_by_side([run.features(stream) for stream in streams])
    except RunError as error:
        meta["missing"].append(f"No feature map: {error}")
        return {}
    try:
        prototypes = side_by_side([run.prototypes(stream)[-1] for stream in streams])
    except RunError as error:
        meta["missing"].append(f"No prototypes: {error}")
        prototypes = np.full((run.data.num_classes, features.shape[1]), np.nan, np.float32)
    drawn, about = maps.feature_maps(run, system, features, prototypes, umap)
    meta["maps"][system] = about
    return drawn | near_prototypes(prototype_similarity(run, system), labels, predicted)


def near_prototypes(similarity: np.ndarray, labels: np.ndarray, predicted: np.ndarray) -> dict:
    """The nearest prototypes of each clip, from its similarity to all [N, K], NaN for classes without one.

    Returns:
        rival uint8 [N], the most similar other class (255: none); cosine int8 [N, 3] in steps of 1/127, to the
        prototypes of the label, of the prediction and of the rival (-128: none).
    """
    margin = prototype_margin(similarity, labels)
    answered = similarity[np.arange(len(labels)), predicted]
    values = np.stack([margin["own_similarity"], answered, margin["rival_similarity"]], 1)
    cosine = np.where(np.isfinite(values), np.rint(np.nan_to_num(values.clip(-1, 1)) * COSINE), -128).astype(np.int8)
    return {"rival": margin["rival"].replace(-1, NONE).to_numpy(np.uint8), "cosine": cosine}


def _history(run: Run, system: str, missing: list[str]) -> dict[str, np.ndarray]:
    """Each training clip in each epoch: history, its predicted class; curve, the probability of its label.

    Both uint8 [n, E], 255 if not seen; the probability in steps of 1/254.
    """
    try:
        dynamics = run.dynamics(system if system in run.streams else "fused")
    except RunError as error:
        missing.append(f"No history over the epochs: {error}")
        return {}
    predicted, probability = dynamics["predicted"], np.nan_to_num(dynamics["probability"])
    seen, steps = predicted >= 0, np.rint(SEEN * np.clip(probability, 0, 1))
    return {name: np.where(seen, x, NONE).astype(np.uint8).T for name, x in (("history", predicted), ("curve", steps))}


def _other(run: Run, other: Run, systems: Iterable[str], missing: list[str]) -> dict[str, np.ndarray]:
    """The second run's predictions for the first one's clips, in the first one's order.

    A head is compared with the head of that name, if both runs have several; all else with the whole prediction.
    """
    if other.data.class_names != run.data.class_names:
        raise ExplorerError(f"{other.name} and {run.name} have different classes; compare runs of one data set.")
    rows, labels = matching_rows(run, other), run.labels
    heads, theirs = (one.streams if len(one.streams) > 1 else () for one in (run, other))
    if alone := [run.stream_names[head] for head in heads if head not in theirs]:
        missing.append(f"{other.name} has no {' or '.join(alone)}: its whole prediction is compared with each.")
    found = {}
    for system in systems:
        counterpart = system if system in heads and system in theirs else "fused"
        found |= _named(f"other/{system}", decisions(other.probabilities(counterpart)[rows], labels))
    return found


def _checked(systems: Mapping[str, np.ndarray], shape: tuple[int, int]) -> dict[str, np.ndarray]:
    for name, probabilities in systems.items():
        if np.shape(probabilities) != shape or not np.isfinite(probabilities).all():
            raise ExplorerError(
                f"systems[{name!r}] has the shape {np.shape(probabilities)}; give finite probabilities {shape}, "
                "one row per clip of clips.csv, one column per class."
            )
    return {name: np.asarray(probabilities) for name, probabilities in systems.items()}


def confusions(prefix: str, labels: np.ndarray, predicted: np.ndarray, groups: np.ndarray) -> dict[str, np.ndarray]:
    """Intervals of cells over groups, which the page cannot compute from counts of clips.

    Returns:
        With the prefix, a row per non-empty cell: pairs, uint8 [P, 2], the true and the predicted class; bounds, uint16
        [P, 2] in steps of 1/65535, the 95 % interval of the cell's share of the true class (65535, 0: none); direction,
        uint8 [P], index in `DIRECTIONS`; pair_groups, uint32 [P], the number of groups behind it.
    """
    pairs = np.unique(np.column_stack([labels, predicted]), axis=0)
    found = pair_bounds(labels, predicted, groups, *pairs.T)
    known = found["low"].notna().to_numpy()[:, None]
    bounds = np.where(known, _steps(found[["low", "high"]].fillna(0).to_numpy()), np.array([SHARE, 0], np.uint16))
    direction = found["direction"].map(DIRECTIONS.index).to_numpy(np.uint8)
    arrays = {"pairs": pairs.astype(np.uint8), "bounds": bounds, "direction": direction}
    return _named(prefix, arrays | {"pair_groups": found["groups"].to_numpy(np.uint32)})


def _scores(run: Run, answers: Mapping[str, np.ndarray]) -> dict[str, list[float | None]]:
    """Top-1 of the test clips by system with its interval over groups, and their number."""
    rows = run.where("test")
    labels, groups = run.labels[rows], run.groups[rows]
    number, scores = len(np.unique(groups)), {}
    for system, probabilities in answers.items() if len(rows) else ():
        hits = probabilities[rows].argmax(1) == labels
        found = mean_interval(hits, groups) if number > 1 else (float(hits.mean()), None, None)
        scores[system] = [*found, number]
    return scores


def _steps(share: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(share, 0, 1) * SHARE).astype(np.uint16)


def _named(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{prefix}/{name}": array for name, array in arrays.items()}
