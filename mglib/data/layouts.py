"""Skeleton layouts: joint names, limbs and the left/right pairs that a mirror swaps.

Limbs are written as chains of joint names and flip pairs follow from the names, so that no index can be off by one.
Left and right are the person's own, as the detectors name them.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from mglib.base.errors import OptionError


@dataclass(frozen=True)
class Layout:
    """A skeleton; any layout may be given to a `ClipTable`, registered here or not.

    Attributes:
        name: key in `LAYOUTS`.
        joints: V joint names in the order of the key points.
        limbs: pairs of joints to be drawn as a bone, one channel each in limb heat-maps.
        flip_pairs: pairs of joints that change places in a mirrored clip.

    Raises:
        ValueError: if a limb or pair names a joint that is not there, or a joint is paired twice.
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


def _layout(name: str, joints: str, *chains: str) -> Layout:
    """From joint names and chains of them; `*` is right, then left; a comma list fans out from the joint before."""
    names = joints.split()
    limbs = []
    for chain in chains:
        for side in ("right", "left") if "*" in chain else ("",):
            steps = [[names.index(joint) for joint in step.split(",")] for step in chain.replace("*", side).split()]
            limbs += [(start[0], end) for start, ends in pairwise(steps) for end in ends]
    mirrored = [(j, names.index("right" + joint[4:])) for j, joint in enumerate(names) if joint.startswith("left")]
    return Layout(name, tuple(names), tuple(limbs), tuple(sorted((min(pair), max(pair)) for pair in mirrored)))


_UPPER = "nose neck right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist"
_LEGS = "right_hip right_knee right_ankle left_hip left_knee left_ankle"
_EYES_EARS = "right_eye left_eye right_ear left_ear"
_LEFT_TIPS = "left_thumb left_index left_middle left_ring left_little"  # fingertips, in OpenPose's order
_RIGHT_TIPS = _LEFT_TIPS.replace("left", "right")
_UPPER_CHAINS = ("neck nose", "neck *_shoulder *_elbow *_wrist", "nose *_eye *_ear")
_TIP_CHAINS = ("left_wrist " + _LEFT_TIPS.replace(" ", ","), "right_wrist " + _RIGHT_TIPS.replace(" ", ","))

# OpenPose's 137 = BODY_25 (0-24), face (25-94, dlib's order: the person's right comes first), left hand, right hand.
_IMIGUE36 = dict(enumerate(_UPPER.split())) | {
    **dict(zip(range(15, 19), _EYES_EARS.split(), strict=True)),
    **{27: "right_upper_jaw", 29: "right_lower_jaw", 33: "chin", 37: "left_lower_jaw", 39: "left_upper_jaw"},
    **{44: "right_brow", 49: "left_brow", 52: "nose_bridge"},
    **{73: "right_mouth", 76: "upper_lip", 79: "left_mouth", 82: "lower_lip"},
    **dict(zip(range(95, 116, 4), ["left_hand", *_LEFT_TIPS.split()], strict=True)),
    **dict(zip(range(116, 137, 4), ["right_hand", *_RIGHT_TIPS.split()], strict=True)),
}
IMIGUE36_FROM_OPENPOSE137 = tuple(_IMIGUE36)

_ALL = (
    _layout(
        "coco17",
        "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow "
        "left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle",
        # the 17 limbs PoseConv3D draws; the hip line closes a cycle
        *("nose *_shoulder *_elbow *_wrist", "*_shoulder *_hip *_knee *_ankle", "nose *_eye *_ear"),
        "left_hip right_hip",
    ),
    _layout(
        "body25",
        f"{_UPPER} mid_hip {_LEGS} {_EYES_EARS} "
        "left_big_toe left_small_toe left_heel right_big_toe right_small_toe right_heel",
        *(*_UPPER_CHAINS, "neck mid_hip"),
        *("mid_hip *_hip *_knee *_ankle *_big_toe *_small_toe", "*_ankle *_heel"),
    ),
    _layout(  # Kinect v1 as UTD-MHAD stores it
        "kinect20",
        "head shoulder_center spine hip_center "
        "left_shoulder left_elbow left_wrist left_hand right_shoulder right_elbow right_wrist right_hand "
        "left_hip left_knee left_ankle left_foot right_hip right_knee right_ankle right_foot",
        "head shoulder_center spine hip_center",
        *("shoulder_center *_shoulder *_elbow *_wrist *_hand", "hip_center *_hip *_knee *_ankle *_foot"),
    ),
    _layout(  # Kinect v2 as SMG stores it
        "kinect25",
        "spine_base spine_mid neck head "
        "left_shoulder left_elbow left_wrist left_hand right_shoulder right_elbow right_wrist right_hand "
        "left_hip left_knee left_ankle left_foot right_hip right_knee right_ankle right_foot "
        "spine_shoulder left_hand_tip left_thumb right_hand_tip right_thumb",
        *("spine_base spine_mid spine_shoulder neck head", "spine_base *_hip *_knee *_ankle *_foot"),
        *("spine_shoulder *_shoulder *_elbow *_wrist *_hand *_hand_tip", "*_wrist *_thumb"),
    ),
    _layout("imigue22", f"{_UPPER} {_EYES_EARS} {_LEFT_TIPS} {_RIGHT_TIPS}", *_UPPER_CHAINS, *_TIP_CHAINS),
    _layout(  # the chin hangs on the lower lip: by way of the ears the jaw would close a cycle
        "imigue36",
        " ".join(_IMIGUE36.values()),
        *(*_UPPER_CHAINS, "*_eye *_brow", "nose nose_bridge", "nose upper_lip lower_lip chin"),
        *("upper_lip *_mouth", "chin *_lower_jaw *_upper_jaw"),
        *("*_wrist *_hand", "*_hand *_thumb,*_index,*_middle,*_ring,*_little"),
    ),
    _layout(  # OpenPose's COCO-18 body with fingertips
        "ma52_28",
        f"{_UPPER} {_LEGS} {_EYES_EARS} {_LEFT_TIPS} {_RIGHT_TIPS}",
        *(*_UPPER_CHAINS, "neck *_hip *_knee *_ankle", *_TIP_CHAINS),
    ),
)
LAYOUTS = {layout.name: layout for layout in _ALL}


def get_layout(name: str) -> Layout:
    """The registered layout of that name.

    Raises:
        OptionError: there is none; the message lists the names there are.
    """
    if name not in LAYOUTS:
        raise OptionError(f"layout: {name!r} is not known; the layouts are {', '.join(LAYOUTS)}.")
    return LAYOUTS[name]
