"""How much faster `mglib.data.heatmaps` draws than a plain loop over frames and joints, a NumPy window at a time.

    python benchmarks/heatmaps.py

32 frames, 17 joints or 17 limbs (coco17), maps of 56 x 56; one clip and a batch of 16; one thread. All forms take turns
in every round, each for about 50 ms or one call, so that what else the machine does strikes all alike; times are
processor time, medians over the rounds; ratios are of the medians. The loop's clips are stacked to a batch.

A clip's volume is 7 MB, so page faults on fresh memory can weigh more than the drawing: "compiled" returns a new volume
every time, "reused" draws into the same one, as training does. The tensor form is made for GPUs; here it runs on the
CPU. In float64 the loop is also the oracle of the heat-maps' tests.
"""

import argparse
import functools
import json
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import torch

from mglib.data.heatmaps import draw_tensor, joint_heatmaps, limb_heatmaps
from mglib.data.layouts import get_layout

SIZE, SIGMA, FRAMES = (56, 56), 0.6, 32
LIMBS = get_layout("coco17").limbs
POINTS = tuple((joint, joint) for joint in range(17))
# A standing person in hundredths of the map; how long the limbs are decides how many pixels the loop computes at once.
PERSON = np.array(
    [(50, 5), (53, 3), (47, 3), (57, 5), (43, 5), (63, 20), (37, 20), (70, 37), (30, 37)]
    + [(72, 52), (28, 52), (58, 52), (42, 52), (60, 74), (40, 74), (61, 95), (39, 95)]
)


def joint_loop(keypoints: np.ndarray, size: tuple[int, int], sigma: float, dtype: type = np.float32) -> np.ndarray:
    """[M, T, V, 3] float32 -> [V, T, H, W] float32, values computed in `dtype`."""
    (height, width), radius = size, 3 * sigma
    keypoints = np.where(np.isfinite(keypoints).all(-1, keepdims=True), keypoints, np.float32(0))
    volume = np.zeros((keypoints.shape[2], keypoints.shape[1], height, width), np.float32)
    for frame in range(keypoints.shape[1]):
        for joint in range(keypoints.shape[2]):
            for x, y, score in keypoints[:, frame, joint]:
                if not score > 0:
                    continue
                x0, x1 = max(int(x - radius), 0), min(int(x + radius) + 1, width)
                y0, y1 = max(int(y - radius), 0), min(int(y + radius) + 1, height)
                if x0 >= x1 or y0 >= y1:
                    continue
                columns, rows = np.arange(x0, x1, dtype=dtype), np.arange(y0, y1, dtype=dtype)[:, None]
                patch = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2)) * score
                window = volume[joint, frame, y0:y1, x0:x1]
                np.maximum(window, patch, out=window)
    return volume


def limb_loop(
    keypoints: np.ndarray,
    limbs: Sequence[tuple[int, int]],
    size: tuple[int, int],
    sigma: float,
    dtype: type = np.float32,
) -> np.ndarray:
    """[M, T, V, 3] float32 -> [L, T, H, W] float32, values computed in `dtype`."""
    (height, width), radius = size, 3 * sigma
    keypoints = np.where(np.isfinite(keypoints).all(-1, keepdims=True), keypoints, np.float32(0))
    volume = np.zeros((len(limbs), keypoints.shape[1], height, width), np.float32)
    for frame in range(keypoints.shape[1]):
        for limb, (a, b) in enumerate(limbs):
            for (ax, ay, score_a), (bx, by, score_b) in keypoints[:, frame, (a, b)]:
                amplitude = min(score_a, score_b)
                if not amplitude > 0:
                    continue
                x0, x1 = max(int(min(ax, bx) - radius), 0), min(int(max(ax, bx) + radius) + 1, width)
                y0, y1 = max(int(min(ay, by) - radius), 0), min(int(max(ay, by) + radius) + 1, height)
                if x0 >= x1 or y0 >= y1:
                    continue
                px, py = np.arange(x0, x1, dtype=dtype) - ax, np.arange(y0, y1, dtype=dtype)[:, None] - ay
                dx, dy = dtype(bx) - ax, dtype(by) - ay
                length = dx * dx + dy * dy
                along = np.clip((px * dx + py * dy) / length, 0, 1) if length > 0 else 0
                patch = np.exp(-((px - along * dx) ** 2 + (py - along * dy) ** 2) / (2 * sigma**2)) * amplitude
                window = volume[limb, frame, y0:y1, x0:x1]
                np.maximum(window, patch, out=window)
    return volume


def stacked(volumes: Iterable[np.ndarray]) -> torch.Tensor:
    """Volumes of single clips -> batch; a single clip needs no copy."""
    tensors = [torch.from_numpy(volume) for volume in volumes]
    return torch.stack(tensors) if len(tensors) > 1 else tensors[0][None]


@functools.cache
def former(channels: int, clips: int) -> torch.Tensor:
    """The volume that is drawn into again and again, as training does."""
    return torch.zeros(clips, channels, FRAMES, *SIZE)


FORMS = {
    "joints": {
        "loop": lambda points: stacked(joint_loop(clip, SIZE, SIGMA) for clip in points.numpy()),
        "compiled": lambda points: joint_heatmaps(points, SIZE, SIGMA),
        "reused": lambda points: joint_heatmaps(points, SIZE, SIGMA, former(len(POINTS), len(points))),
        "tensor": lambda points: draw_tensor(points, np.array(POINTS), SIZE, SIGMA),
    },
    "limbs": {
        "loop": lambda points: stacked(limb_loop(clip, LIMBS, SIZE, SIGMA) for clip in points.numpy()),
        "compiled": lambda points: limb_heatmaps(points, LIMBS, SIZE, SIGMA),
        "reused": lambda points: limb_heatmaps(points, LIMBS, SIZE, SIGMA, former(len(LIMBS), len(points))),
        "tensor": lambda points: draw_tensor(points, np.array(LIMBS), SIZE, SIGMA),
    },
}


def moving_persons(rng: np.random.Generator, clips: int) -> torch.Tensor:
    """[N, 1, T, 17, 3]: the standing person, every joint wandering some pixels in the course of the clip."""
    wander = rng.normal(0, 0.4, (clips, 1, FRAMES, len(PERSON), 2)).cumsum(2)
    scores = rng.uniform(0.3, 1, (*wander.shape[:-1], 1))
    return torch.from_numpy(np.concatenate([PERSON * 0.56 + wander, scores], -1).astype(np.float32))


def measure(kind: str, keypoints: torch.Tensor, rounds: int) -> dict[str, float]:
    """Median milliseconds a clip of each form, ratios to the loop, and the largest difference from its values."""
    forms = FORMS[kind]
    values = {form: draw(keypoints) for form, draw in forms.items()}  # also the warm-up
    error = max((values[form] - values["loop"]).abs().max().item() for form in values)
    del values
    calls = {form: max(1, round(0.05 / seconds_a_call(draw, keypoints, 2))) for form, draw in forms.items()}
    times = [
        {form: seconds_a_call(draw, keypoints, calls[form]) for form, draw in forms.items()} for _ in range(rounds)
    ]
    clip = (pd.DataFrame(times).median() * 1e3 / len(keypoints)).to_dict()
    ratios = {f"{form}_ratio": clip["loop"] / clip[form] for form in forms if form != "loop"}
    return {f"{form}_ms": clip[form] for form in forms} | ratios | {"largest_difference": error}


def seconds_a_call(draw: Callable[[torch.Tensor], torch.Tensor], keypoints: torch.Tensor, calls: int) -> float:
    """Processor time, user and system: on a shared machine the wall clock also counts the others."""
    start = time.process_time()
    for _ in range(calls):
        draw(keypoints)
    return (time.process_time() - start) / calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/heatmaps.json"))
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    batches = [moving_persons(rng, clips) for clips in (1, 16)]
    rows = []
    for kind in FORMS:
        for keypoints in batches:
            rows.append({"kind": kind, "clips": len(keypoints)} | measure(kind, keypoints, options.rounds))
    print(f"milliseconds a clip, {torch.get_num_threads()} thread, median of {options.rounds} rounds")
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3g}".format))
    versions = {"torch": torch.__version__, "numba": numba.__version__, "numpy": np.__version__}
    machine = {"processor": platform.machine(), "system": platform.platform(), "threads": 1} | versions
    options.results.parent.mkdir(parents=True, exist_ok=True)
    options.results.write_text(json.dumps({"machine": machine, "rounds": options.rounds, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
