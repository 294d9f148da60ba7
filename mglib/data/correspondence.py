"""Matches the joints, or limbs, of one skeleton to those of another, by their names.

A network that is transferred to another skeleton has weights for each joint of the old one. A joint of the new
skeleton takes the weights of the old joint at the same place, or the mean of several; where there is none, those
that its nearest neighbour along the skeleton takes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from .layouts import SIDE, Layout, side_of

# Names of the same place in several layouts, in order of preference; `*` stands for left or right.
PLACES = (
    "shoulder_center spine_shoulder thorax neck neck_base",
    "hip_center mid_hip spine_base pelvis",
    "spine spine_mid",
    "head nose",
    "*_little *_pinky",
    "*_middle *_hand_tip",
    "*_foot *_foot_index *_big_toe",
)
# Joints that lie about in the middle of others, which may themselves be defined in this way.
MIDDLES = {
    "shoulder_center": ("left_shoulder right_shoulder",),
    "hip_center": ("left_hip right_hip",),
    "spine": ("shoulder_center hip_center",),
    "head": ("left_eye right_eye left_ear right_ear", "left_eye right_eye", "left_ear right_ear"),
    "*_hand": ("*_thumb *_index *_middle *_ring *_little", "*_thumb *_index *_little"),
}
# Joints so close together that one can replace the other, closer than any neighbour along the skeleton.
NEAR = {"*_hand": "*_wrist", "*_wrist": "*_hand", "*_thumb *_index *_middle *_ring *_little": "*_hand"}


@dataclass(frozen=True)
class Match:
    """The old joints, or limbs, that replace one of the new skeleton.

    Attributes:
        name: of the new joint, or "joint - joint" for a limb.
        how: "matched": the old skeleton has one at this place; "averaged": the mean of several; "nearest": what its
            nearest neighbour takes.
        shares: weight of each old joint, or limb, by name; they sum to 1.
    """

    name: str
    how: Literal["matched", "averaged", "nearest"]
    shares: Mapping[str, float]


def match_joints(new: Layout, old: Layout) -> tuple[Match, ...]:
    """Match each joint of a new skeleton to joints of an old one; results are in the order of the new one.

    Raises:
        ValueError: no joint of the new skeleton has a counterpart in the old one.
    """
    known = {plain_name(joint): joint for joint in reversed(old.joints)}
    found = [_placed(plain_name(joint), known) for joint in new.joints]
    if not any(found):
        raise ValueError(
            f"no joint of layout {new.name} ({_some(new.joints)}) matches one of layout {old.name} "
            f"({_some(old.joints)})"
        )
    hops, placed = _hops(new), np.flatnonzero(list(map(bool, found)))
    matches = []
    for joint, own, away in zip(new.joints, found, hops, strict=True):
        near = own or _beside(plain_name(joint), known)
        how = "matched" if len(own) == 1 else "averaged" if own else "nearest"
        nearest = placed[away[placed] == away[placed].min()]  # mean of several, so that both sides are alike
        matches.append(Match(joint, how, near or _mean([found[other] for other in nearest])))
    return tuple(matches)


def match_limbs(new: Layout, old: Layout) -> tuple[Match, ...]:
    """Match each limb of a new skeleton to the old limb between the joints that replace its ends.

    If several old limbs connect these joints, their mean is taken; if both ends are the same old joint, or no limbs
    connect them, a limb at the second joint is taken. If several joints replace an end, the result is the mean over
    all of them.

    Raises:
        ValueError: as `match_joints`, or the old skeleton has no limbs.
    """
    if not old.limbs:
        raise ValueError(f"layout {old.name} has no limbs")
    ends = match_joints(new, old)
    place = {joint: number for number, joint in enumerate(old.joints)}
    _, before = _hops(old, with_paths=True)
    matches = []
    for a, b in new.limbs:
        shares: dict[str, float] = {}
        for (start, w), (end, v) in product(ends[a].shares.items(), ends[b].shares.items()):
            way = _way(place[start], place[end], before) or [_limb_at(place[end], old)]
            for name in _as_named(way, old):
                shares[name] = shares.get(name, 0.0) + w * v / len(way)
        how = "matched" if len(shares) == 1 else "averaged"
        if "nearest" in (ends[a].how, ends[b].how) or ends[a].shares == ends[b].shares:
            how = "nearest"
        matches.append(Match(f"{new.joints[a]} - {new.joints[b]}", how, shares))
    return tuple(matches)


def limb_names(layout: Layout) -> tuple[str, ...]:
    """The names of a layout's limbs as in `Match`."""
    return tuple(f"{layout.joints[a]} - {layout.joints[b]}" for a, b in layout.limbs)


def shares_matrix(matches: Sequence[Match], names: Sequence[str]) -> np.ndarray:
    """float32 [V', V]: row i holds the weights of the V old `names` in match i; rows sum to 1."""
    return np.array([[match.shares.get(name, 0.0) for name in names] for match in matches], np.float32)


def as_table(matches: Sequence[Match]) -> pd.DataFrame:
    """A row per match: joint (or limb), how it was matched, and from what, with weights if there are several."""
    rows = [(match.name, match.how, " + ".join(_weighed(match.shares))) for match in matches]
    return pd.DataFrame(rows, columns=["joint", "how", "from"])


def in_words(matches: Sequence[Match]) -> str:
    """A summary such as "18 matched by name, 2 averaged, 1 from their nearest neighbour"."""
    counts = pd.Series([match.how for match in matches]).value_counts()
    told = {"matched": "matched by name", "averaged": "averaged", "nearest": "from their nearest neighbour"}
    return ", ".join(f"{counts[how]} {words}" for how, words in told.items() if how in counts)


def plain_name(joint: str) -> str:
    """A joint's name as registered layouts write it: "LWrist", "wrist.l" and "L_wrist" become left_wrist."""
    side, rest = side_of(joint), SIDE.sub(" ", joint, count=1)
    rest = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", rest)
    words = "_".join(re.findall(r"[a-z0-9]+", rest.lower()))
    return words if side == "centre" else f"{side}_{words}"


def _placed(name: str, known: Mapping[str, str]) -> dict[str, float]:
    """Weights of the old joints, `known` by plain name, that replace a joint; {} where there are none."""
    side = side_of(name)
    for one in (name, *_alike(name, side)):
        if one in known:
            return {known[one]: 1.0}
    for several in _made_of(name, side):
        parts = [_placed(part, known) for part in several]
        if all(parts):
            return _mean(parts)
    return {}


def _mean(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for part in parts:
        for name, weight in part.items():
            shares[name] = shares.get(name, 0.0) + weight / len(parts)
    return shares


def _beside(name: str, known: Mapping[str, str]) -> dict[str, float]:
    """The old joint in `NEAR` that can replace a joint; {} where there is none."""
    side = side_of(name)
    near = [other.replace("*", side) for names, other in NEAR.items() if name in names.replace("*", side).split()]
    return next(({known[other]: 1.0} for other in near if other in known), {})


def _alike(name: str, side: str) -> Iterator[str]:
    """Other names of the same place."""
    for place in PLACES:
        names = place.replace("*", side).split()
        if name in names:
            yield from names


def _made_of(name: str, side: str) -> Iterator[list[str]]:
    """The joints in whose middle a joint lies, under any name of its place."""
    names = {name, *_alike(name, side)}
    for middle, choices in MIDDLES.items():
        if middle.replace("*", side) in names:
            yield from (choice.replace("*", side).split() for choice in choices)


def _hops(layout: Layout, with_paths: bool = False) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """[V, V] number of limbs between two joints, infinite if unconnected; and the predecessor on the way."""
    v = layout.num_joints
    start, end = np.array(layout.limbs, dtype=int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(start)), (start, end)), (v, v))
    return shortest_path(graph, directed=False, unweighted=True, return_predecessors=with_paths)


def _way(start: int, end: int, before: np.ndarray) -> list[tuple[int, int]]:
    """The limbs from one joint to another; [] if they are the same or unconnected."""
    way = []
    while start != end and before[start, end] >= 0:
        way.append((int(before[start, end]), end))
        end = int(before[start, end])
    return way


def _limb_at(joint: int, layout: Layout) -> tuple[int, int]:
    """A limb that ends at a joint; else one that begins there; else the first limb."""
    ending = [limb for limb in layout.limbs if limb[1] == joint]
    touching = [limb for limb in layout.limbs if joint in limb]
    return (*ending, *touching, *layout.limbs)[0]


def _as_named(limbs: Sequence[tuple[int, int]], layout: Layout) -> list[str]:
    """Names of limbs as in the layout, which may store them in the other direction."""
    there = set(layout.limbs)
    turned = [(a, b) if (a, b) in there else (b, a) for a, b in limbs]
    return [f"{layout.joints[a]} - {layout.joints[b]}" for a, b in turned]


def _weighed(shares: Mapping[str, float]) -> Iterator[str]:
    return (name if len(shares) == 1 else f"{weight:.3g} {name}" for name, weight in shares.items())


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
