"""Implausible key points with valid shapes and values, looked for in some clips of a table."""

from collections.abc import Iterator, Sequence

import numpy as np

CLIPS = 1000  # number of clips checked, evenly spaced
SMALLEST = 8.0  # smallest plausible extent of a person, pixels; joints in 0..1, -1..1 or metres have one or two
FEWEST_JOINTS = 10  # joints that a clip must have for this check, most of them at different places
FEWEST = 3  # clips needed for a conclusion
CROWD = 4  # with so many persons, and more than frames, one clip is enough
CLEARLY = 0.5  # exchanged if the distance of "persons" is below this multiple of that of "frames"
APART = 0.15  # the same for a single frame, as a share of the body's size


def implausible(ids: Sequence[str], keypoints: Sequence[np.ndarray]) -> Iterator[str]:
    """Sentences on implausible key points in a table.

    Args:
        ids: of the clips.
        keypoints: float32 [M persons, T, V, 3] per clip.
    """
    rows = np.unique(np.linspace(0, len(keypoints) - 1, CLIPS).astype(int))
    yield from _normalised([keypoints[row] for row in rows])
    yield from _exchanged(ids, keypoints, rows)


def _normalised(some: Sequence[np.ndarray]) -> Iterator[str]:
    if all(extent(points) >= SMALLEST for points in some):  # as in most tables, and sooner found out
        return
    extents = [extent(points) for points in some if _scattered(points)]
    if extents and np.median(extents) < SMALLEST:
        yield f"keypoints: in half of the clips all joints together {_small(np.median(extents))}"


def unscaled(points: np.ndarray) -> str | None:
    """What is wrong with the positions of a recording [M, T, V, 3], if they are not in pixels."""
    reach = extent(points)
    return f"all joints together {_small(reach)}" if reach < SMALLEST and _scattered(points) else None


def _small(reach: float) -> str:
    return (
        f"span {reach:.3g} pixels or less, as positions in 0..1, in -1..1 or in metres do; give them in pixels of the "
        "image, with its size."
    )


def _scattered(points: np.ndarray) -> bool:
    """Whether a clip has many joints that are not all at a few places."""
    seen = points[points[..., 2] > 0][:, :2]
    joints = np.count_nonzero((points[..., 2] > 0).any((0, 1)))
    return joints >= FEWEST_JOINTS and len(np.unique(seen, axis=0)) > len(seen) / 2


def extent(points: np.ndarray) -> float:
    """The longer side of the box around all joints detected in a clip [M, T, V, 3], pixels."""
    seen = points[points[..., 2] > 0]
    return float(np.ptp(seen[:, :2], axis=0).max()) if len(seen) else 0.0


def _exchanged(ids: Sequence[str], keypoints: Sequence[np.ndarray], rows: np.ndarray) -> Iterator[str]:
    """Clips in which the axes of persons and frames are exchanged."""
    crowds = [row for row, points in enumerate(keypoints) if len(points) >= CROWD and len(points) > points.shape[1]]
    several = [row for row in rows if len(keypoints[row]) > 1]
    wrong = [row for row in several if frames_for_persons(keypoints[row])]
    habit = len(wrong) >= FEWEST and len(wrong) > len(several) / 2
    found = wrong if habit else [row for row in crowds if frames_for_persons(keypoints[row])]
    if found:
        persons, frames, *_ = keypoints[found[0]].shape
        yield (
            f"keypoints: {len(found)} clips, {ids[found[0]]} first, hold {persons} persons in {frames} frames, each "
            "where the one before stands, as one person is in the next frame; the first axis is the "
            "persons, the second the frames: exchange the two."
        )


def frames_for_persons(points: np.ndarray) -> bool:
    """Whether the persons of a clip [M, T, V, 3] look like frames; exact copies of one person do not."""
    persons, times = _step(points), _step(points.swapaxes(0, 1))
    if not persons > 0:
        return False
    return persons < CLEARLY * times if times > 0 else persons < APART * extent(points[:1])


def _step(points: np.ndarray) -> float:
    """Median movement of joints per step along the first axis, pixels; NaN without detected joints."""
    both = (points[1:, ..., 2] > 0) & (points[:-1, ..., 2] > 0)
    if not both.any():
        return np.nan
    return float(np.median(np.linalg.norm((points[1:] - points[:-1])[..., :2], axis=-1)[both]))
