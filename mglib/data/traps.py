"""Looks for mistakes of public loaders in the data: each one found gives a sentence.

Networks train well in spite of these mistakes, but the results mean little. They are found from the key points only:
bones are short, mirrored joints have mirrored positions, a hand is near its wrist, real clips differ in length.
"""

import hashlib
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from .clips import ClipTable
from .layouts import Layout

CLIPS, MOMENTS = 1000, 4  # sample for positions of joints: clips of the table, frames of each
FEWEST = 5  # clips needed for a conclusion
TALL = 1.2  # height / width of an upright image; the usual ones have 1.33 and more

CENTRES = ("neck", "shoulder_center", "spine_shoulder")
HEADS = ("head", "nose")
HAND = ("hand", "hand_tip", "thumb", "index", "middle", "ring", "little")


def traps(table: ClipTable) -> list[str]:
    """Sentences on all mistakes found in a table; empty if there are none."""
    poses = _poses(table)
    checks = (_graph, _flip_pairs, _sides, _hands)
    turned = [] if table.dimensions == 3 else list(_turned(table.layout, poses))  # in 3-D the option `up` is checked
    found = [turned] if turned else [check(table.layout, poses) for check in checks]
    found += [check(table) for check in (_padding, _cut_off, small_points, _copies, _places_changed)]
    return [f"{table.name}, {sentence}" for sentences in found for sentence in sentences]


def warn_of_wrong_wrist(table: ClipTable) -> None:
    """Warn if hands are attached to the other arm's wrist."""
    for sentence in _hands(table.layout, _poses(table)):
        warnings.warn(f"{table.name}, {sentence}", stacklevel=3)


def small_points(table: ClipTable) -> Iterator[str]:
    """Key points in the upper left part of the image only, as with 720p points and a 1080p size, or width first."""
    sizes = table.clips[["width", "height"]].to_numpy()
    reach = np.array([(joints[..., 0].max(), joints[..., 1].max()) for joints in table.keypoints]) / sizes
    width, height = np.quantile(reach, 0.99, axis=0)
    if max(width, height) < 0.7:  # 720 / 1080 = 0.67
        yield (
            f"img_shape: the key points reach only {width:.0%} of the width and {height:.0%} of the height; if the "
            "videos are smaller than `img_shape` says, correct it, or frames and key points will not align."
        )
    elif (sizes[:, 1] > TALL * sizes[:, 0]).all() and (reach[:, 1] * sizes[:, 1] < sizes[:, 0]).all():
        yield (
            f"img_shape: the images are higher than wide, {sizes[0, 1]} x {sizes[0, 0]} first (height x width), and no "
            "key point lies lower than an image is wide; if it gives the width first, exchange the two."
        )


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


def _median(values: np.ndarray) -> np.ndarray:
    """Median over the first axis without NaN; NaN where there is nothing else."""
    flat = pd.DataFrame(values.reshape(len(values), int(np.prod(values.shape[1:])))).median().to_numpy()
    return flat.reshape(values.shape[1:])


def _distances(poses: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Median distance between the joints of each pair [p, 2] -> [p], pixels."""
    return _median(np.linalg.norm(poses[:, pairs[:, 0]] - poses[:, pairs[:, 1]], axis=-1))


def _offsets(layout: Layout, poses: np.ndarray) -> np.ndarray:
    """Median position of each joint [V, 2] relative to the neck, else to the mean, in body sizes."""
    centre = next((layout.joints.index(name) for name in CENTRES if name in layout.joints), None)
    middle = np.nanmean(poses, axis=1) if centre is None else poses[:, centre]
    size = _median(np.nanstd(poses, axis=1).mean(-1, keepdims=True))
    return _median(poses - middle[:, None]) / size


def _longer(one: np.ndarray, other: np.ndarray) -> float:
    """Ratio of the sums of two sets of distances [p], where both are known; 0 if there are none."""
    both = np.isfinite(one) & np.isfinite(other)
    return float(one[both].sum() / max(other[both].sum(), 1e-6))


def _names(layout: Layout, joints: list[int]) -> str:
    return ", ".join(layout.joints[joint] for joint in joints)


def _graph(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Bones that are off by one in the list of joints; joints without a bone."""
    limbs = np.array(layout.limbs, dtype=int).reshape(-1, 2)
    alone = sorted(set(range(layout.num_joints)) - set(limbs.ravel().tolist()))
    for shift in (1, -1):
        fits = limbs[((limbs + shift >= 0) & (limbs + shift < layout.num_joints)).all(1)]
        longer = _longer(_distances(poses, fits), _distances(poses, fits + shift))
        if longer > 1.25:  # correct layouts stay below 0.7
            also = f"; without a bone: {_names(layout, alone)}" if alone else ""
            yield (
                f"layout {layout.name}, limbs: the bones are {longer:.1f} times longer than those between the joints "
                f"one {'further on' if shift > 0 else 'before'}, so the limbs look off by one{also}; joints count "
                "from 0."
            )
            return
    if alone:
        yield f"layout {layout.name}, limbs: no bone joins {_names(layout, alone)}; add limbs that reach them."


def _flip_pairs(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Flip pairs whose joints are not mirror images of each other."""
    places = _offsets(layout, poses)
    mirrored = places * (-1, 1)
    cost = np.linalg.norm(mirrored[:, None] - places[None], axis=-1)  # [V, V]: joint v as mirror image of w
    cost[np.isnan(cost)] = np.inf
    wrong = [(a, b) for a, b in layout.flip_pairs if np.isfinite(cost[a, b]) and cost[a, b] > 0.4 + 2 * cost[a].min()]
    if len(wrong) > len(layout.flip_pairs) / 3:
        a, b = wrong[0]
        yield (
            f"layout {layout.name}, flip_pairs: the joints of {len(wrong)} of {len(layout.flip_pairs)} pairs do not "
            f"lie mirrored about the body, such as {layout.joints[a]} and {layout.joints[b]}; they look like another "
            "layout's pairs."
        )
    else:
        yield from _fingers(layout, poses)


def _fingers(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Unpaired joints that are attached to, and close to, a joint that is swapped by mirroring."""
    flip = layout.flip_permutation
    hanging = [(joint, other) for limb in layout.limbs for joint, other in (limb, limb[::-1])]
    pairs = np.array([(j, w) for j, w in hanging if flip[j] == j and flip[w] != w], dtype=int).reshape(-1, 2)
    near, far = _distances(poses, pairs), _distances(poses, np.stack([pairs[:, 0], flip[pairs[:, 1]]], 1))
    stuck = sorted({int(joint) for joint, n, f in zip(pairs[:, 0], near, far, strict=True) if n < 0.6 * f})
    if stuck:
        yield (
            f"layout {layout.name}, flip_pairs: {_names(layout, stuck)} keep their side in a mirrored clip, while the "
            "joints they hang on change it; pair them with those of the other side."
        )


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


def _turned(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Heads below or beside the body: y counts upwards, x and y are exchanged, or the images are turned."""
    place, joints = layout.joints.index, set(layout.joints)
    head = next((name for name in HEADS if name in joints), None)
    trunk = next(({name} for name in CENTRES if name in joints), {"left_shoulder", "right_shoulder"})
    if head is None or not trunk <= joints:
        return
    shoulders, middle = poses[:, [place(name) for name in trunk]].mean(1), np.nanmean(poses, axis=1)
    away = poses[:, None, place(head)] - np.stack([shoulders, middle], 1)  # [n, 2 from where, 2]
    away = away[np.isfinite(away).all((1, 2))]
    below = (away[..., 1] > abs(away[..., 0])).all(1)
    beside = (abs(away[..., 0]) > abs(away[..., 1])).all(1)
    whence = f"{head} lies {{}} {' and '.join(sorted(trunk))}"
    # unless the pairs fit then, the joints are those of another layout
    if len(away) >= FEWEST and below.mean() > 0.5 and not any(_flip_pairs(layout, poses)):
        yield (
            f"keypoints: in {below.mean():.0%} of the frames the {whence.format('below')}; y counts downwards from the "
            "upper edge of the image: if it counts upwards here, give the height minus y."
        )
    elif len(away) >= FEWEST and beside.mean() > 0.5 and not any(_flip_pairs(layout, poses[..., ::-1])):
        yield (
            f"keypoints: in {beside.mean():.0%} of the frames the {whence.format('beside')}, not above; give x before "
            "y, if the two are exchanged, or turn the images, unless people lie."
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


def _sides(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Left and right exchanged in persons who face the camera; not for Kinect, whose images are mirrored."""
    pair = [f"{side}_shoulder" for side in ("left", "right")]
    if layout.name.startswith(("kinect", "ntu")) or not set(pair) <= set(layout.joints):
        return
    left, right = (poses[:, layout.joints.index(joint), 0] for joint in pair)
    apart = (left - right)[np.isfinite(left - right)]
    if len(apart) >= FEWEST and np.mean(apart < 0) > 0.5:
        yield (
            f"keypoints: in {np.mean(apart < 0):.0%} of the frames the left shoulder lies left of the right one, as "
            "seen; of people who face the camera it lies right, so the names are mirrored, or the videos."
        )


def _hands(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Hands closer to the other arm's wrist than to their own."""
    wrists = [f"{side}_wrist" for side in ("left", "right")]
    parts = [part for part in HAND if {f"left_{part}", f"right_{part}"} <= set(layout.joints)]
    if not parts or not set(wrists) <= set(layout.joints):
        return
    place = layout.joints.index
    pairs = [[(place(f"{side}_{part}"), place(wrist)) for side, wrist in zip(("left", "right"), those, strict=True)
              for part in parts] for those in (wrists, wrists[::-1])]  # fmt: skip
    own, other = (_distances(poses, np.array(those)) for those in pairs)
    if _longer(own, other) > 1:
        yield (
            f"keypoints: the joints of the hands lie {np.nanmedian(other):.0f} pixels from the other arm's wrist, and "
            f"{np.nanmedian(own):.0f} from their own, so the two hands seem to be exchanged; exchange their joints."
        )
