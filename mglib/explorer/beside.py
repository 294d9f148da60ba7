"""Data for the panels beside the matrix: likely classes, neighbours, label quality, positions in recordings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mglib.analysis.ambiguity import kept_label_check, review_queue
from mglib.analysis.neighbours import KINDS, NUMBER, training_neighbours
from mglib.data.skeletons import MISSING
from mglib.runs import Run

LIKELY = 9  # number of classes with a key
NONE = 255  # no class
COSINE = 127  # a cosine similarity of 1 in steps of int8
EVERY = 4000  # with more clips, an exported page has the neighbours of the first system only


def filter_arrays(run: Run, answers: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays for filtering clips, in addition to those of the matrix.

    Returns:
        <system>/likely: uint8 [N, 9], the most probable classes, 255 where there are fewer; missing: uint8 [N], the
        share of joints and moments without a key point in steps of 1/255, if the run has skeletons; and the
        arrays of `check_arrays` and `place_arrays`.
    """
    arrays = {f"{system}/likely": likely_classes(probabilities) for system, probabilities in answers.items()}
    if run.has("skeletons.npz"):
        points = run.skeletons()["points"]
        arrays["missing"] = np.rint((points[..., 0] == MISSING).mean((1, 2)) * 255).astype(np.uint8)
    if run.has("features.npz"):
        arrays |= check_arrays(run, kept_label_check(run, only_kept=True), next(iter(answers)))
    return arrays | place_arrays(run)


def likely_classes(probabilities: np.ndarray) -> np.ndarray:
    """The most probable classes of each clip, starting with the prediction, uint8 [N, 9]; 255 if there are fewer."""
    found = np.full((len(probabilities), LIKELY), NONE, np.uint8)
    number = min(LIKELY, probabilities.shape[1])
    found[:, :number] = np.argsort(-probabilities, axis=1, kind="stable")[:, :number]
    return found


def check_arrays(run: Run, check: pd.DataFrame | None, system: str) -> dict[str, np.ndarray]:
    """Arrays of the label check; {} if no label was judged.

    Returns:
        quality: float32 [N], the held-out probability of the label, NaN where not judged; better: uint8 [N], the class
        predicted by a model fitted on others' clips, 255: none; queue: uint32 [N], rows in order of review.
    """
    if check is None:
        return {}
    quality = np.full(len(run.clips), np.nan, np.float32)
    better = np.full(len(run.clips), NONE, np.uint8)
    quality[check.index] = check["label_quality"]
    better[check.index] = check["likely_label"].replace(-1, NONE)
    stream = system if system in ("fused", *run.streams) else "fused"
    return {"quality": quality, "better": better, "queue": review_queue(run, check, stream)["row"].to_numpy(np.uint32)}


def place_arrays(run: Run) -> dict[str, np.ndarray]:
    """Positions of clips in their recordings; {} if unknown.

    Returns:
        video: uint32 [N], number of the recording; start and stop: float32 [N], seconds in it, NaN if unknown; box:
        float32 [N, 3], left, top and side of the skeleton's box in pixels, if there are skeletons.
    """
    if not {"video", "start", "stop"} <= set(run.clips):
        return {}
    arrays = {"video": pd.factorize(run.clips["video"])[0].astype(np.uint32)}
    arrays |= {name: pd.to_numeric(run.clips[name], "coerce").to_numpy(np.float32) for name in ("start", "stop")}
    return arrays | ({"box": run.skeletons()["box"]} if run.has("skeletons.npz") else {})


def neighbour_arrays(run: Run, system: str, rows: Sequence[int] | np.ndarray) -> dict[str, np.ndarray]:
    """The nearest training clips of some clips, by `KINDS`, in the features of a stream.

    Returns:
        near: int32 [n, 3, 8], rows, -1 where there are fewer; alike: int8 [n, 3, 8], cosines in steps of 1/127.

    Raises:
        RunError: the run has no features of this stream.
    """
    found = training_neighbours(run, system, np.asarray(rows))
    near = np.stack([found[kind].places for kind in KINDS], 1).astype(np.int32)
    alike = np.stack([found[kind].similarity for kind in KINDS], 1)
    return {"near": near, "alike": np.rint(np.nan_to_num(alike).clip(-1, 1) * COSINE).astype(np.int8)}


def all_neighbours(run: Run, systems: Sequence[str]) -> dict[str, np.ndarray]:
    """`neighbour_arrays` of every clip, for a page without a kernel: <system>/near [N, 3, 8], <system>/alike."""
    known = [system for system in systems if system in ("fused", *run.streams)] if run.has("features.npz") else []
    arrays = {}
    for system in known if len(run.clips) <= EVERY else known[:1]:
        found = neighbour_arrays(run, system, np.arange(len(run.clips)))
        arrays |= {f"{system}/{name}": values for name, values in found.items()}
    return arrays


__all__ = ["KINDS", "NUMBER", "all_neighbours", "check_arrays", "filter_arrays", "neighbour_arrays"]
