"""Samples the frames of a clip for the network: uniform segments, the two streams aligned, or a stretch, resized."""

import numpy as np

ONE_VIEW = (0, 1)  # the first of one view


def sample_frames(
    total: int, num_frames: int, rng: np.random.Generator | None = None, view: tuple[int, int] = ONE_VIEW
) -> np.ndarray:
    """Frame numbers that cover a clip, as in PoseConv3D (Duan et al., CVPR 2022, section 3.2).

    A clip shorter than `num_frames` is repeated from a random start. From a clip less than twice as long, surplus
    frames are dropped at random places, at most one at each place, so that no gap is longer than 2 frames and speed
    changes little. A longer clip gives one random frame from each of `num_frames` equal bins.

    Args:
        total: frames of the clip, at least 1.
        num_frames: how many are wanted.
        rng: random draws, in training; None takes a place in each bin, or of the clip as start, by `view`.
        view: number of a view, and of how many; their places are evenly spaced (not random, as in the public code),
            and that of a single one is the middle of each bin.

    Returns:
        int64 [num_frames], in temporal order, except where a short clip starts again.

    Raises:
        ValueError: the clip has no frame.
    """
    if total < 1:
        raise ValueError(f"total frames: {total}; a clip needs at least one frame.")
    if rng is None:
        steps, (number, views) = np.arange(num_frames), view
        if total < num_frames:
            return (number * total // views + steps) % total
        return ((steps + (number + 0.5) / views) * total / num_frames).astype(np.int64)
    if total < num_frames:
        return (rng.integers(total) + np.arange(num_frames)) % total
    if total < 2 * num_frames:
        dropped = np.zeros(num_frames + 1, np.int64)
        dropped[rng.choice(num_frames + 1, total - num_frames, replace=False)] = 1
        return np.arange(num_frames) + dropped[:-1].cumsum()
    edges = np.arange(num_frames + 1) * total // num_frames
    return rng.integers(edges[:-1], edges[1:])


def stretch_places(
    total: int, num_frames: int, kept: float = 1.0, rng: np.random.Generator | None = None
) -> np.ndarray:
    """Places in time, evenly spaced over a stretch of a clip; `take` interpolates the joints there.

    A clip shorter than `num_frames` is slowed down, not repeated: its beginning stays its beginning. As in the public
    code of CTR-GCN (Chen et al., ICCV 2021), whose training crops keep half of a clip at least.

    Args:
        total: frames of the clip, at least 1.
        num_frames: how many are wanted.
        kept: smallest share of the clip that a random stretch keeps.
        rng: random draws; None takes the whole clip.

    Returns:
        float64 [num_frames] from 0 to `total` - 1, rising.

    Raises:
        ValueError: the clip has no frame.
    """
    if total < 1:
        raise ValueError(f"total frames: {total}; a clip needs at least one frame.")
    length, start = total, 0
    if rng is not None:
        length = max(int(np.ceil(rng.uniform(kept, 1) * total)), min(total, 2))
        start = int(rng.integers(total - length + 1))
    return start + np.linspace(0, length - 1, num_frames)


def take(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Joints at frame numbers or, at places that are no integers, between frames.

    Between two frames they are interpolated linearly; where one of the two lacks a joint, it is as in the nearer frame.

    Args:
        points: [M, T, V, C], the last value of C a score; score 0 is not detected.
        places: int64 or float64 [n], in frames, from 0 to T - 1.

    Returns:
        [M, n, V, C] of the same type.
    """
    if places.dtype == np.int64:
        return points[:, places]
    before = places.astype(np.int64)
    after = np.minimum(before + 1, points.shape[1] - 1)
    share = (places - before).astype(points.dtype)[:, None, None]
    first, second = points[:, before], points[:, after]
    both = (first[..., -1:] > 0) & (second[..., -1:] > 0)
    return np.where(both, (1 - share) * first + share * second, np.where(share < 0.5, first, second))


def thin_out(
    indices: np.ndarray, num_frames: int, rng: np.random.Generator | None = None, view: tuple[int, int] = ONE_VIEW
) -> np.ndarray:
    """RGB frames chosen from the pose frames: one of each of `num_frames` equal runs, at random or by the view.

    Thus RGB frame i lies within the pose frames to which the lateral connections join it.
    """
    runs = indices.reshape(num_frames, -1)
    if rng is None:
        number, views = view
        return runs[:, int((number + 0.5) / views * runs.shape[1])]
    return runs[np.arange(num_frames), rng.integers(runs.shape[1], size=num_frames)]
