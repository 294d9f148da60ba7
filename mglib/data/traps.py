"""Looks for mistakes of public loaders in the data: each one found gives a sentence.

Networks train well in spite of these mistakes, but the results mean little. They are found from the key points only:
real clips differ in length, people move little from frame to frame; `postures` looks where joints are.
"""

import hashlib
import warnings
from collections.abc import Iterator

import numpy as np

from .checks import OVERSHOOT, SAID
from .clips import ClipTable
from .postures import FEWEST, exchanged_hands, misplaced

CLIPS, MOMENTS = 1000, 4  # sample for positions of joints: clips of the table, frames of each
PERCENT = 100 * (1 + OVERSHOOT)  # highest position in percent of an image
TALL = 1.2  # height / width of an upright image; the usual ones have 1.33 and more


def traps(table: ClipTable) -> list[str]:
    """Sentences on all mistakes found in a table; empty if there are none."""
    found = [misplaced(table.layout, _poses(table), table.dimensions == 2)]
    found += [check(table) for check in (_padding, _cut_off, small_points, _copies, _places_changed)]
    return [f"{table.name}, {sentence}" for sentences in found for sentence in sentences]


def warn_of_wrong_wrist(table: ClipTable) -> None:
    """Warn if hands are attached to the other arm's wrist."""
    for sentence in exchanged_hands(table.layout, _poses(table)):
        warnings.warn(f"{table.name}, {sentence}", stacklevel=3)


def small_points(table: ClipTable) -> Iterator[str]:
    """Key points in the upper left part of the image only, as with 720p points and a 1080p size, or width first."""
    sizes = table.clips[["width", "height"]].to_numpy()
    reach = np.array([(joints[..., 0].max(), joints[..., 1].max()) for joints in table.keypoints]) / sizes
    width, height = np.quantile(reach, 0.99, axis=0)
    if max(width, height) < 0.7:  # 720 / 1080 = 0.67
        percent = (np.quantile(reach * sizes, 0.99, axis=0) <= PERCENT).all() and (sizes > 2 * PERCENT).all()
        hint = " They lie in 0..100, as percent do: then give them in pixels." if percent else ""
        yield (
            f"image size: the key points reach only {width:.0%} of the width and {height:.0%} of the height of "
            f"{sizes[0, 0]} x {sizes[0, 1]} (width x height); if they are of smaller images, give the size of these by "
            f"{SAID}, or frames and key points will not align.{hint}"
        )
    elif (sizes[:, 1] > TALL * sizes[:, 0]).all() and _width_first(reach, sizes):
        yield (
            f"image size: the images are higher than wide, {sizes[0, 1]} x {sizes[0, 0]} first (height x width), and "
            "hardly a key point lies lower than an image is wide; if img_shape in an annotation pickle gives the width "
            "first, or height and width are confused, exchange the two."
        )


def _width_first(reach: np.ndarray, sizes: np.ndarray) -> bool:
    """Whether no key point lies lower than an image is wide, or hardly one, while some lie beyond its right side."""
    lowest = reach[:, 1] * sizes[:, 1] / sizes[:, 0]
    beyond = np.quantile(reach[:, 0], 0.99) > 1
    return bool((lowest < 1).all() or (beyond and np.quantile(lowest, 0.99) < 1 + OVERSHOOT))


def _poses(table: ClipTable) -> np.ndarray:
    """Poses in some frames of many clips, [n, V, 2] in pixels; NaN where a joint is not detected."""
    rows = np.unique(np.linspace(0, len(table) - 1, CLIPS).astype(int))
    some = []
    for row in rows:
        points = table.keypoints[row]
        some.append(points[:, np.linspace(0, points.shape[1] - 1, MOMENTS).astype(int)].reshape(-1, *points.shape[2:]))
    joints = np.concatenate(some)
    poses = np.where(joints[..., 2:] > 0, joints[..., :2], np.nan)
    return poses[np.isfinite(poses[..., 0]).sum(1) > 1]


def _padding(table: ClipTable) -> Iterator[str]:
    """Clips that end in frames in which nothing is detected, or in copies of one frame."""
    lengths = table.clips["total_frames"].to_numpy()
    alike = f"all clips have {lengths[0]} frames and " if (lengths == lengths[0]).all() else ""
    for surplus, what, filling in (
        (_empty_end, "with no joint at all", "zeros"),
        (_still_end, "with the very same key points as the one before", "copies of the last frame"),
    ):
        number = np.array([surplus(points) for points in table.keypoints])
        padded = number >= 3  # a detector may miss a person in a few frames
        if padded.sum() >= max(FEWEST, 0.1 * len(table)):
            yield (
                f"keypoints: {alike}{padded.sum()} of {len(table)} clips end in 3 to {number.max()} frames {what}, so "
                f"they look padded with {filling}; cut the padding off, else it counts as real frames."
            )


def _empty_end(points: np.ndarray) -> int:
    """Frames after the last one in which a joint is detected."""
    seen = np.flatnonzero((points[..., 2] > 0).any(axis=(0, 2)))
    return points.shape[1] - 1 - int(seen[-1]) if len(seen) else 0


def _still_end(points: np.ndarray) -> int:
    """Frames at the end whose joints, detected or not, are exactly those of the frame before; 0 if none is detected."""
    same = (points[:, 1:] == points[:, :-1]).all(axis=(0, 2, 3))
    return int(np.cumprod(same[::-1]).sum()) if points[:, -1].any() else 0


def _cut_off(table: ClipTable) -> Iterator[str]:
    """Many clips of exactly the maximum length, far more than of any other length."""
    *others, longest = np.bincount(table.clips["total_frames"])
    if any(others) and longest >= max(FEWEST, 0.1 * len(table)) and longest > 3 * max(others):
        yield (
            f"total_frames: {longest} of {len(table)} clips have exactly {len(others)} frames and none has more, so "
            "longer ones seem to be cut, to their last frames usually; give the whole clips."
        )


def _copies(table: ClipTable) -> Iterator[str]:
    """Identical key points in train and in another split, whatever the clips' names."""
    split, ids = table.clips["split"].to_numpy(str), table.clips["id"].to_numpy(str)
    marks = [hashlib.blake2b(points.tobytes(), digest_size=16).digest() for points in table.keypoints]
    trained = {marks[row]: row for row in table.where("train")}
    for other in ("val", "test", "hidden"):
        rows = [row for row in table.where(other) if marks[row] in trained]
        if rows:
            yield (
                f"split: {len(rows)} of {np.count_nonzero(split == other)} {other} clips are in train too, with the "
                f"very same key points, {ids[rows[0]]} as {ids[trained[marks[rows[0]]]]} first; take them out of train."
            )


def _places_changed(table: ClipTable) -> Iterator[str]:
    """Two persons of a clip who change places from one frame to the next, as where nobody tracks them."""
    several = [row for row, points in enumerate(table.keypoints) if len(points) > 1]
    changed = [row for row in several if _changes(table.keypoints[row][:2])]
    if len(changed) >= max(FEWEST, 0.1 * len(several)):
        yield (
            f"keypoints: in {len(changed)} of {len(several)} clips of several persons, {table.clips['id'][changed[0]]} "
            "first, the first two change places from one frame to the next; give each person the same number in all "
            "frames of a clip."
        )


def _changes(points: np.ndarray) -> bool:
    """Whether two persons [2, T, V, 3] change places: both are then much nearer to the other one's last place."""
    joints = np.where(points[..., 2:] > 0, points[..., :2], np.nan)
    before, after = joints[:, :-1], joints[:, 1:]
    stayed, crossed = (np.linalg.norm(after[order] - before, axis=-1) for order in ([0, 1], [1, 0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # frames without both persons give NaN
        stayed, crossed = np.nanmedian(stayed, axis=-1), np.nanmedian(crossed, axis=-1)
    return bool((crossed < stayed / 4).all(0).any())
