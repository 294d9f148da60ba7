"""Speed of `mglib.data.heatmaps` compared with mmaction2's GeneratePoseTarget, which uses NumPy windows.

    make bench-peers; python -m benchmarks.heatmaps

32 frames, 17 joints or 17 limbs (coco17), maps of 56 x 56; one clip and a batch of 16; one thread. All forms take turns
in every round, each for about 50 ms or one call; times are processor time. "loop" is a plain loop that draws the same
windows without mmaction2; in float64 it is also the reference in the tests of heat-maps. Both stack clips to a batch.

A clip's volume has 7 MB, so page faults on new memory and memory speed take longer than drawing: "new" allocates a
volume every time, "reused" draws into the same one, and "bf16" does so in bfloat16, half the bytes, as used in
autocast: this, or "reused" if the processor has no bf16, is what training does. "of memory": bytes of the volume per
second, as a share of the memory's speed. The tensor form is intended for GPUs; here it runs on the CPU. For limbs
shorter than a pixel mmaction2 uses the score of the first joint; such limbs are not compared.
"""

import functools
import tempfile
import time
from collections.abc import Iterable, Sequence

import numpy as np
import torch

from benchmarks.limits import memory
from benchmarks.rounds import Worker, arguments, interleaved, medians, peer, ratio, report, timed
from mglib.data.heatmaps import draw_tensor, joint_heatmaps, limb_heatmaps
from mglib.data.layouts import get_layout

SIZE, SIGMA, FRAMES = (56, 56), 0.6, 32
LIMBS = get_layout("coco17").limbs
POINTS = tuple((joint, joint) for joint in range(17))
# A standing person in hundredths of the map; the length of limbs determines the size of the windows.
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
def former(channels: int, clips: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """The volume that is reused, as in training."""
    return torch.zeros(clips, channels, FRAMES, *SIZE, dtype=dtype)


def joints_again(points: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return joint_heatmaps(points, SIZE, SIGMA, former(len(POINTS), len(points), dtype), dtype)


def limbs_again(points: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return limb_heatmaps(points, LIMBS, SIZE, SIGMA, former(len(LIMBS), len(points), dtype), dtype)


FORMS = {
    "joints": {
        "loop": lambda points: stacked(joint_loop(clip, SIZE, SIGMA) for clip in points.numpy()),
        "new": lambda points: joint_heatmaps(points, SIZE, SIGMA),
        "reused": joints_again,
        "bf16": lambda points: joints_again(points, torch.bfloat16),
        "tensor": lambda points: draw_tensor(points, np.array(POINTS), SIZE, SIGMA),
    },
    "limbs": {
        "loop": lambda points: stacked(limb_loop(clip, LIMBS, SIZE, SIGMA) for clip in points.numpy()),
        "new": lambda points: limb_heatmaps(points, LIMBS, SIZE, SIGMA),
        "reused": limbs_again,
        "bf16": lambda points: limbs_again(points, torch.bfloat16),
        "tensor": lambda points: draw_tensor(points, np.array(LIMBS), SIZE, SIGMA),
    },
}


def moving_persons(rng: np.random.Generator, clips: int) -> torch.Tensor:
    """[N, 1, T, 17, 3]: the standing person, with every joint moving some pixels during the clip."""
    wander = rng.normal(0, 0.4, (clips, 1, FRAMES, len(PERSON), 2)).cumsum(2)
    scores = rng.uniform(0.3, 1, (*wander.shape[:-1], 1))
    return torch.from_numpy(np.concatenate([PERSON * 0.56 + wander, scores], -1).astype(np.float32))


def measure(kind: str, keypoints: torch.Tensor, rounds: int, peer: Worker | None, memory: float) -> dict[str, float]:
    """Milliseconds per clip of each form, ratios, shares of the memory's speed, largest differences."""
    forms = FORMS[kind]
    values = {form: draw(keypoints) for form, draw in forms.items()}
    differences = {form: (v.float() - values["loop"]).abs().max().item() for form, v in values.items()}
    row = {"bf16 off by": differences.pop("bf16"), "largest difference": max(differences.values())}
    clocks = {form: timed(functools.partial(draw, keypoints), 0.05, time.process_time) for form, draw in forms.items()}
    clips = len(keypoints)
    forms = {form: lambda clock=clock: clock() / clips for form, clock in clocks.items()}
    with tempfile.TemporaryDirectory() as folder:
        if peer:
            files = {"keypoints": f"{folder}/points.npy", "to": f"{folder}/values.npy"}
            np.save(files["keypoints"], keypoints.numpy())
            asked = {"limbs": LIMBS if kind == "limbs" else None, "size": SIZE[0], "sigma": SIGMA}
            peer("heatmaps", **files, **asked)
            theirs = torch.from_numpy(np.load(files["to"]))
            row["from mmaction2"] = ((values["new"] - theirs).abs() * same(kind, keypoints)).max().item()
            del files["to"]
            forms = {"mmaction2": peer.timed("heatmaps", **files, **asked)} | forms
        written = {form: values[form].nbytes / clips / 1e9 for form in ("reused", "bf16")}
        del values
        times = interleaved(forms, rounds)
    spent = medians(times)
    row |= {f"{form} ms": 1e3 * seconds for form, seconds in spent.items()}
    first = next(iter(forms))
    row |= {f"{form} x": ratio(times, first, form) for form in ("new", "reused", "bf16")}
    return row | {f"{form} of memory": volume / spent[form] / memory for form, volume in written.items()}


def same(kind: str, keypoints: torch.Tensor) -> torch.Tensor:
    """Where the two definitions agree, [N, L, T, 1, 1]: everywhere except for limbs shorter than a pixel."""
    pairs = torch.tensor(POINTS if kind == "joints" else LIMBS)
    a, b = keypoints[:, 0, :, pairs, :2].unbind(-2)
    return ((a - b).norm(dim=-1) >= 1 if kind == "limbs" else torch.ones(a.shape[:-1])).transpose(1, 2)[..., None, None]


def main() -> None:
    options = arguments(__doc__, rounds=9).parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    batches = [moving_persons(rng, clips) for clips in (1, 16)]
    other, speed = peer(), memory()
    rows = [
        {"kind": kind, "clips": len(keypoints)} | measure(kind, keypoints, options.rounds, other, speed)
        for kind in FORMS
        for keypoints in batches
    ]
    report(options, "heatmaps", rows, threads=1, times_faster_than="mmaction2" if other else "the plain loop")


if __name__ == "__main__":
    main()
