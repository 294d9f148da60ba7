"""Custom layouts from YAML: joints, limbs and, where the names do not show the sides, flip pairs.

    name: desk rig                    # by default the file's name
    joints: [nose, neck, LShoulder, RShoulder, LHand, RHand, lid, rim]
    limbs:                            # chains of joints
      - [nose, neck]
      - [neck, LShoulder, LHand]
      - [neck, RShoulder, RHand]
    flip_pairs: [[lid, rim]]          # beside those known from names: left and right, L_ and R_, LHand and RHand

A chain may also be text, as in `layout_facts`: "neck *_shoulder *_elbow".
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from mglib.base.descriptions import is_description, read_description
from mglib.base.errors import OptionError

from .layouts import LAYOUTS, Layout, get_layout, limbs_of, other_side, pairs_of

KEYS = ("name", "joints", "limbs", "flip_pairs")


def find_layout(given: Layout | Mapping[str, Any] | str | Path) -> Layout:
    """A layout by its name, by a YAML file that describes it, or by the content of such a file.

    Raises:
        OptionError: the name is unknown, or the description is not valid; the message lists all faults.
    """
    if isinstance(given, Layout):
        return given
    if isinstance(given, Mapping):
        return described(given, "layout")
    if is_description(given):
        return described(read_description("layout", given), f"layout, {given}")
    return get_layout(str(given))


def described(content: Mapping[str, Any], where: str) -> Layout:
    """Build a layout from a description; see the module's docstring.

    Args:
        content: the description.
        where: origin of the description, for messages.

    Raises:
        OptionError: it is not valid; one sentence per fault.
    """
    found = [f"{where}: {sentence}" for sentence in _form(content)]
    joints = content.get("joints")
    if not found:
        joints = tuple(joints.split() if isinstance(joints, str) else joints)
        found += [f"{where}, {sentence}" for sentence in (*_names(content, joints), *_sides(content, joints))]
    if found:
        raise OptionError("\n".join(found))
    limbs = [limb for chain in content["limbs"] for limb in _limbs(joints, chain)]
    told = [(joints.index(a), joints.index(b)) for a, b in content.get("flip_pairs") or ()]
    paired = {joint for pair in told for joint in pair}
    told += [pair for pair in pairs_of(joints) if not paired & set(pair)]
    name = str(content.get("name", "own"))
    return Layout(name, joints, tuple(dict.fromkeys(limbs)), tuple(sorted((min(p), max(p)) for p in told)))


def _form(content: Mapping[str, Any]) -> Iterator[str]:
    """Faults in the form of a description, before its joint names are checked."""
    strangers = [key for key in content if key not in KEYS]
    if strangers:
        yield f"{strangers[0]!r} is not known; a layout has {', '.join(KEYS)}."
    name = content.get("name", "own")
    if not isinstance(name, str) or not name.strip():
        yield f"name: {name!r}; give text, in quotes where YAML would read something else."
    elif name in LAYOUTS:
        yield f"name: {name} is a registered layout; give it another name, or use that one: layout: {name}."
    joints = content.get("joints")
    joints = joints.split() if isinstance(joints, str) else joints
    if not _is_list(joints) or not joints:
        yield f"joints: {joints!r}; give the names of all joints, in the order in which they are stored."
    else:
        odd = [joint for joint in joints if not isinstance(joint, str) or not joint.strip()]
        if odd:
            yield f"joints: {odd[0]!r} is among them; a name is text, in quotes where YAML would read something else."
        twice = [joint for place, joint in enumerate(joints) if joint in joints[:place]]
        if twice:
            yield f"joints: {twice[0]!r} is there twice; every joint has a name of its own."
    limbs = content.get("limbs")
    if not _is_list(limbs) or not limbs or not all(isinstance(chain, str) or _is_chain(chain) for chain in limbs):
        yield f"limbs: {limbs!r}; give a list of chains of joint names, as in [[nose, neck], [neck, left_hand]]."
    pairs = content.get("flip_pairs")
    if pairs is not None and not (_is_list(pairs) and all(_is_chain(pair) and len(pair) == 2 for pair in pairs)):
        yield f"flip_pairs: {pairs!r}; give a list of pairs of joint names, as in [[lid, rim]], or [] for none."


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_chain(value: Any) -> bool:
    return _is_list(value) and len(value) > 1 and all(isinstance(joint, str) for joint in value)


def _steps(chain: str | Sequence[str]) -> list[list[str]]:
    """The steps of a chain; with `*`, one chain for each side."""
    if not isinstance(chain, str):
        return [list(chain)]
    sides = ("right", "left") if "*" in chain else ("",)
    return [chain.replace("*", side).replace(",", " ").split() for side in sides]


def _names(content: Mapping[str, Any], joints: Sequence[str]) -> Iterator[str]:
    """Unknown names in limbs and pairs, and invalid chains and pairs."""
    for number, chain in enumerate(content["limbs"], 1):
        steps = _steps(chain)
        yield from _strangers(f"limbs, chain {number}", [joint for side in steps for joint in side], joints)
        if any(len(side) < 2 or any(a == b for a, b in pairwise(side)) for side in steps):
            yield f"limbs, chain {number}: {chain} joins a joint with itself, or with none; a chain has two or more."
    paired: list[str] = []
    for pair in content.get("flip_pairs") or ():
        yield from _strangers("flip_pairs", pair, joints)
        if pair[0] == pair[1] or any(joint in paired for joint in pair):
            yield f"flip_pairs: {list(pair)} pairs a joint with itself or a second time; a joint has one partner."
        paired += pair


def _strangers(where: str, names: Sequence[str], joints: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(name for name in names if name not in joints):
        near = difflib.get_close_matches(name, joints, 1)
        yield f"{where}: {name!r} is none of the {len(joints)} joints" + (f"; is it {near[0]}?" if near else ".")


def _sides(content: Mapping[str, Any], joints: Sequence[str]) -> Iterator[str]:
    """Joints whose partner on the other side is missing, or no joint with a side."""
    pairs = content.get("flip_pairs")
    paired = {joint for pair in pairs or () for joint in pair}
    sided = [joint for joint in joints if other_side(joint) != joint and joint not in paired]
    alone = [joint for joint in sided if other_side(joint) not in joints or other_side(joint) in paired]
    if alone:
        yield (
            f"joints: {alone[0]} has no {other_side(alone[0])} that a mirror swaps it with; add it, rename the joint, "
            "or name its partner in flip_pairs."
        )
    if pairs is None and not sided:
        yield "flip_pairs: no joint's name tells left or right; give the pairs that a mirror swaps, or [] for none."


def _limbs(joints: Sequence[str], chain: str | Sequence[str]) -> list[tuple[int, int]]:
    if isinstance(chain, str):
        return limbs_of(joints, chain)
    return [(joints.index(a), joints.index(b)) for a, b in pairwise(chain)]
