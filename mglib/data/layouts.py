"""Skeleton layouts: joint names, limbs and the left/right pairs that a mirror swaps.

Limbs are written as chains of joint names, and flip pairs follow from the names, so that no index can be off by one.
Left and right are the person's own, as detectors name them. The registered layouts are in `layout_facts`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations

import numpy as np

from mglib.base.errors import OptionError

from .layout_facts import FACTS

SIDE = re.compile(r"left|right|Left|Right|LEFT|RIGHT|(?<![A-Za-z])[LRlr](?![A-Za-z])|^[LR](?=[A-Z])")
OTHER = {
    a: b for side in ("left right", "Left Right", "LEFT RIGHT", "L R", "l r") for a, b in permutations(side.split())
}


@dataclass(frozen=True)
class Layout:
    """A skeleton; a `ClipTable` accepts any layout, registered or not.

    Attributes:
        name: key in `LAYOUTS`.
        joints: V joint names in the order of the key points.
        limbs: pairs of joints, one channel each in limb heat-maps.
        flip_pairs: pairs of joints that are swapped in a mirrored clip.

    Raises:
        ValueError: a limb or pair refers to a joint that does not exist, or a joint is in two pairs.
    """

    name: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...]
    flip_pairs: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        paired = [joint for pair in self.flip_pairs for joint in pair]
        used = paired + [joint for limb in self.limbs for joint in limb]
        strangers = sorted({joint for joint in used if not 0 <= joint < len(self.joints)})
        if strangers:
            raise ValueError(
                f"Layout {self.name!r} uses joints {strangers} in limbs or flip_pairs, but it has joints "
                f"0..{len(self.joints) - 1}; joints count from 0."
            )
        if len(set(paired)) < len(paired):
            raise ValueError(f"Layout {self.name!r} pairs a joint twice in flip_pairs {self.flip_pairs}; once at most.")

    @property
    def num_joints(self) -> int:
        """V, the number of joints."""
        return len(self.joints)

    @cached_property
    def flip_permutation(self) -> np.ndarray:
        """int64 [V]: joint v of a mirrored clip is joint `flip_permutation[v]` of the original."""
        permutation = np.arange(self.num_joints)
        for a, b in self.flip_pairs:
            permutation[[a, b]] = b, a
        return permutation


def limbs_of(joints: Sequence[str], chain: str) -> list[tuple[int, int]]:
    """The limbs of a chain such as "neck *_shoulder *_elbow": `*` is right, then left; a comma list branches.

    Raises:
        ValueError: the chain names an unknown joint.
    """
    limbs = []
    for side in ("right", "left") if "*" in chain else ("",):
        steps = [[joints.index(joint) for joint in step.split(",")] for step in chain.replace("*", side).split()]
        limbs += [(start[0], end) for start, ends in pairwise(steps) for end in ends]
    return list(dict.fromkeys(limbs))  # the part before the first `*` occurs twice


def other_side(joint: str) -> str:
    """The name of the joint on the other side; the same name if it has no side.

    A side is "left" or "right", or L or R alone (L_wrist, wrist.r) or before a capital letter (LWrist).
    """
    return SIDE.sub(lambda side: OTHER[side[0]], joint, count=1)


def side_of(joint: str) -> str:
    """The side in a joint's name, as `other_side` finds it: left, right or centre."""
    told = SIDE.search(joint)
    return "centre" if told is None else "left" if told[0][0] in "Ll" else "right"


def pairs_of(joints: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """The pairs of joints whose names are each other's mirror images."""
    places = {joint: place for place, joint in enumerate(joints)}
    partners = [(place, places.get(other_side(joint), place)) for joint, place in places.items()]
    return tuple((place, partner) for place, partner in partners if place < partner)


def _registered(name: str) -> Layout:
    joints, chains = FACTS[name]
    names = tuple(joints.split())
    return Layout(name, names, tuple(limb for chain in chains for limb in limbs_of(names, chain)), pairs_of(names))


LAYOUTS = {name: _registered(name) for name in FACTS}
IMIGUE36_FROM_OPENPOSE137 = tuple(map(LAYOUTS["openpose137"].joints.index, LAYOUTS["imigue36"].joints))


def get_layout(name: str) -> Layout:
    """The registered layout with this name.

    Raises:
        OptionError: there is none; the message lists the registered names.
    """
    if name not in LAYOUTS:
        raise OptionError(
            f"layout: {name!r} is not known; the layouts are {', '.join(LAYOUTS)}. One of your own is described in a "
            "YAML file: layout: FILE.yaml."
        )
    return LAYOUTS[name]
