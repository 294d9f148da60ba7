"""Speed of the pose pipeline in one process, from key points to stacked heat-maps, compared with mmaction2's.

    make bench-peers; python -m benchmarks.pipeline

mmaction2: the ten steps of the public PoseConv3D recipe for NTU RGB+D (from sampling 48 frames to packing, 17 joints,
56 x 56), then stacking. mglib: as in 03_train with `num_workers` 0: `ClipDataset` applies the same sampling, compact
crop, random crop and mirroring as one affine map of the key points, and `InputMaker` draws the heat-maps of a batch, in
float32 and in bf16. 64 artificial clips of one person and 100 frames, batches of 16, one thread, processor time. "of
memory": bytes of heat-maps per second, as a share of the memory's speed. Without mmaction2, only mglib is timed.
"""

import functools
import tempfile
import time

import numpy as np
import pandas as pd
import torch

from benchmarks.limits import DTYPES, memory
from benchmarks.rounds import arguments, interleaved, medians, peer, ratio, report, timed
from mglib.data import ClipTable
from mglib.data.layouts import get_layout
from mglib.data.loader import ClipDataset, Draws, InputMaker, View, make_loader

FRAMES, PIXELS, BATCH, HEIGHT, WIDTH = 48, 56, 16, 1080, 1920


def walkers(rng: np.random.Generator, clips: int, length: int = 100) -> np.ndarray:
    """Key points [N, 1, T, 17, 3] of persons with moving joints, pixels of the image."""
    place = rng.uniform((600, 200), (1200, 800), (clips, 1, 1, 17, 2))
    points = place + rng.normal(0, 3, (clips, 1, length, 17, 2)).cumsum(2)
    return np.concatenate([points, rng.uniform(0.3, 1, (*points.shape[:-1], 1))], -1).astype(np.float32)


def table_of(keypoints: np.ndarray) -> ClipTable:
    clips = pd.DataFrame({"id": [f"clip {i}" for i in range(len(keypoints))], "label": 0, "split": "train"})
    clips = clips.assign(group="one", total_frames=keypoints.shape[2], height=HEIGHT, width=WIDTH)
    return ClipTable("made up", get_layout("coco17"), ("walk",), ("body",), clips, tuple(keypoints), "video", 30.0)


def main() -> None:
    options = arguments(__doc__, rounds=7).parse_args()
    torch.set_num_threads(1)
    keypoints = walkers(np.random.default_rng(0), 64)
    view = View(FRAMES, PIXELS)
    dataset = ClipDataset(table_of(keypoints), np.arange(len(keypoints)), view, draws=Draws())
    loader = make_loader(dataset, BATCH)

    def epoch(make_inputs: InputMaker) -> None:
        for batch in loader:
            make_inputs(batch)

    forms = {}
    for name, dtype in DTYPES.items():
        maker = InputMaker(view, 0.6, None, "pose", dtype=dtype)
        ours = timed(functools.partial(epoch, maker), clock=time.process_time)
        forms[f"mglib {name}"] = lambda ours=ours: ours() / len(keypoints)
    with tempfile.TemporaryDirectory() as folder:
        np.save(f"{folder}/points.npy", keypoints)
        if other := peer():
            asked = {"keypoints": f"{folder}/points.npy", "frames": FRAMES, "height": HEIGHT, "width": WIDTH}
            other("pipeline", **asked, batch=BATCH)
            forms["mmaction2"] = other.timed("pipeline", **asked, batch=BATCH)
        times = interleaved(forms, options.rounds)
    rows, speed = [], memory()
    for name, seconds in medians(times).items():
        row = {"pipeline": name, "ms a clip": 1e3 * seconds, "clips a second": 1 / seconds}
        if dtype := DTYPES.get(name.removeprefix("mglib ")):
            gigabytes = 17 * FRAMES * PIXELS**2 * dtype.itemsize / 1e9
            row |= {"of memory": gigabytes / seconds / speed}
            row |= {"times faster": ratio(times, "mmaction2", name)} if other else {}
        rows.append(row)
    report(options, "pipeline", rows, threads=1)


if __name__ == "__main__":
    main()
