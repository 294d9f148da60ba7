"""Looks for mistakes in the layout or the axes of key points, by where the joints of people are.

Bones are short, mirrored joints have mirrored positions, a head is above the shoulders, a hand is near its wrist.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mglib.base.shares import percent

from .layouts import Layout

FEWEST = 5  # clips, or poses, needed for a conclusion

CENTRES = ("neck", "shoulder_center", "spine_shoulder")
HEADS = ("head", "nose")
HAND = ("hand", "hand_tip", "thumb", "index", "middle", "ring", "little")


def misplaced(layout: Layout, poses: np.ndarray, flat: bool) -> list[str]:
    """Sentences on joints that are not where those of people are.

    Args:
        layout: of the joints.
        poses: [n, V, 2] in pixels; NaN where a joint is not detected.
        flat: whether they are seen in an image, and not projected from 3-D, where the option `up` is checked.
    """
    turned = list(_turned(layout, poses)) if flat else []
    checks = (_graph, _flip_pairs, _sides, exchanged_hands)
    return turned or [sentence for check in checks for sentence in check(layout, poses)]


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
            f"keypoints: in {percent(below.mean())}% of the frames the {whence.format('below')}; y counts downwards "
            "from the upper edge of the image: if it counts upwards here, give the height minus y."
        )
    elif len(away) >= FEWEST and beside.mean() > 0.5 and not any(_flip_pairs(layout, poses[..., ::-1])):
        yield (
            f"keypoints: in {percent(beside.mean())}% of the frames the {whence.format('beside')}, not above; give x "
            "before y, if the two are exchanged, or turn the images, unless people lie."
        )


def _sides(layout: Layout, poses: np.ndarray) -> Iterator[str]:
    """Left and right exchanged in persons who face the camera; not for Kinect, whose images are mirrored."""
    pair = [f"{side}_shoulder" for side in ("left", "right")]
    if layout.name.startswith(("kinect", "ntu")) or not set(pair) <= set(layout.joints):
        return
    left, right = (poses[:, layout.joints.index(joint), 0] for joint in pair)
    apart = (left - right)[np.isfinite(left - right)]
    if len(apart) >= FEWEST and np.mean(apart < 0) > 0.5:
        yield (
            f"keypoints: in {percent(np.mean(apart < 0))}% of the frames the left shoulder lies left of the right one, "
            "as seen; of people who face the camera it lies right, so the names are mirrored, or the videos."
        )


def exchanged_hands(layout: Layout, poses: np.ndarray) -> Iterator[str]:
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


def _offsets(layout: Layout, poses: np.ndarray) -> np.ndarray:
    """Median position of each joint [V, 2] relative to the neck, else to the mean, in body sizes."""
    centre = next((layout.joints.index(name) for name in CENTRES if name in layout.joints), None)
    middle = np.nanmean(poses, axis=1) if centre is None else poses[:, centre]
    size = _median(np.nanstd(poses, axis=1).mean(-1, keepdims=True))
    return _median(poses - middle[:, None]) / size


def _distances(poses: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Median distance between the joints of each pair [p, 2] -> [p], pixels."""
    return _median(np.linalg.norm(poses[:, pairs[:, 0]] - poses[:, pairs[:, 1]], axis=-1))


def _median(values: np.ndarray) -> np.ndarray:
    """Median over the first axis without NaN; NaN where there is nothing else."""
    flat = pd.DataFrame(values.reshape(len(values), int(np.prod(values.shape[1:])))).median().to_numpy()
    return flat.reshape(values.shape[1:])


def _longer(one: np.ndarray, other: np.ndarray) -> float:
    """Ratio of the sums of two sets of distances [p], where both are known; 0 if there are none."""
    both = np.isfinite(one) & np.isfinite(other)
    return float(one[both].sum() / max(other[both].sum(), 1e-6))


def _names(layout: Layout, joints: list[int]) -> str:
    return ", ".join(layout.joints[joint] for joint in joints)
