"""Samples the frames of a clip for the network: uniform segments, with the two streams aligned."""

import numpy as np


def sample_frames(
    total: int, num_frames: int, rng: np.random.Generator | None = None, start: int | None = None
) -> np.ndarray:
    """Frame numbers that cover a clip, as in PoseConv3D (Duan et al., CVPR 2022, section 3.2).

    A clip shorter than `num_frames` is repeated from a random start. From a clip less than twice as long, surplus
    frames are dropped at random places, at most one at each place, so that no gap is longer than 2 frames and speed
    changes little. A longer clip gives one random frame from each of `num_frames` equal bins.

    Args:
        total: frames of the clip, at least 1.
        num_frames: how many are wanted.
        rng: random draws; None takes the first frame as start, and the middle of each bin.
        start: first frame of a clip shorter than `num_frames`; None draws it.

    Returns:
        int64 [num_frames], in temporal order, except where a short clip starts again.
    """
    if total < 1:
        raise ValueError(f"total frames: {total}; a clip needs at least one frame.")
    if rng is None:
        steps = np.arange(num_frames)
        return steps % total if total < num_frames else ((steps + 0.5) * total / num_frames).astype(np.int64)
    if total < num_frames:
        return ((rng.integers(total) if start is None else start) + np.arange(num_frames)) % total
    if total < 2 * num_frames:
        dropped = np.zeros(num_frames + 1, np.int64)
        dropped[rng.choice(num_frames + 1, total - num_frames, replace=False)] = 1
        return np.arange(num_frames) + dropped[:-1].cumsum()
    edges = np.arange(num_frames + 1) * total // num_frames
    return rng.integers(edges[:-1], edges[1:])


def thin_out(indices: np.ndarray, num_frames: int, rng: np.random.Generator | None = None) -> np.ndarray:
    """RGB frames chosen from the pose frames: one of each of `num_frames` equal runs, at random or the middle one.

    Thus RGB frame i lies within the pose frames to which the lateral connections join it.
    """
    runs = indices.reshape(num_frames, -1)
    pick = np.full(num_frames, runs.shape[1] // 2) if rng is None else rng.integers(runs.shape[1], size=num_frames)
    return runs[np.arange(num_frames), pick]
