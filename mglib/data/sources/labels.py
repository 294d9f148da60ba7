"""Class names and body groups of the public data sets, by label.

Sources: the class lists that iMiGUE, SMG, MA-52 and UTD-MHAD distribute. SMG and UTD-MHAD name no body groups: SMG's
follow iMiGUE's for the same gesture (legs, which iMiGUE lacks, are a group of their own); UTD-MHAD's say which limbs
move (its one-arm actions are all done with the right arm).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LabelSet:
    """K class names and, in the same order, their K body groups."""

    names: tuple[str, ...]
    groups: tuple[str, ...]


def _label_set(*blocks: tuple[str, str]) -> LabelSet:
    """Build a label set from (group, names separated by semicolons) in label order; groups may recur."""
    rows = [(name.strip(), group) for group, names in blocks for name in names.split(";")]
    names, groups = zip(*rows, strict=True)
    return LabelSet(names, groups)


_IMIGUE = _label_set(
    ("Head", "Turtle neck; Bulging face, deep breath"),
    ("Head-Hand", "Touching hat; Touching or scratching head; Touching or scratching forehead; Covering face"),
    ("Head-Hand", "Rubbing eyes; Touching or scratching facial parts; Touching ears; Biting nails; Touching jaw"),
    ("Body-Hand", "Touching or scratching neck; Playing or adjusting hair"),
    ("Body-Hand", "Buckle button, pulling shirt collar, adjusting tie; Touching or covering suprasternal notch"),
    ("Body-Hand", "Scratching back; Folding arms; Dusting off clothes; Putting arms behind body"),
    ("Body", "Moving torso; Sitting straightly"),
    ("Hand", "Scratching or touching arms; Rubbing or holding hands; Crossing fingers; Minaret gesture"),
    ("Hand", "Playing or manipulating objects; Hold back arms"),
    ("Head", "Head up; Pressing lips"),
    ("Hand", "Arms akimbo"),
    ("Body", "Shaking shoulders"),
    ("Illustrative", "Illustrative body language"),
)

_SMG = _label_set(
    ("Head", "Turtling neck and shoulder"),
    ("Head-Hand", "Rubbing eyes and forehead"),
    ("Body-Hand", "Folding arms; Touching or covering suprasternal notch"),
    ("Leg", "Moving legs"),
    ("Body-Hand", "Touching or scratching neck; Folding arms behind body"),
    ("Hand", "Rubbing hands and crossing finger; Arms akimbo"),
    ("Leg", "Crossing legs"),
    ("Body-Hand", "Scratching some part of body"),
    ("Head-Hand", "Scratching or touching facial parts other than eyes"),
    ("Body-Hand", "Playing or adjusting hair"),
    ("Hand", "Holding arms"),
    ("Body-Hand", "Pulling shirt collar"),
    ("Hand", "Playing with jewelry, and manipulating other objects"),
    ("Illustrative", "Illustrative hand gestures"),
)

_MA52 = _label_set(
    ("Body", "shaking body; sitting straightly; shrugging; turning around; rising up"),
    ("Head", "bowing head; head up; tilting head; turning head; nodding; shaking head"),
    ("Upper limb", "scratching arms; playing objects; putting hands together; rubbing hands; pointing oneself"),
    ("Upper limb", "clenching fist; stretching arms; retracting arms; waving; spreading hands"),
    ("Upper limb", "hands touching fingers; other finger movements; illustrative gestures"),
    ("Lower limb", "shaking legs; curling legs; spread legs; closing legs; crossing legs; stretching feet"),
    ("Lower limb", "retracting feet; tiptoe"),
    ("Body-hand", "scratching or touching neck; scratching or touching chest; scratching or touching back"),
    ("Body-hand", "scratching or touching shoulder; arms akimbo; crossing arms"),
    ("Head-hand", "playing or tidying hair; scratching or touching hindbrain; scratching or touching forehead"),
    ("Head-hand", "scratching or touching face; rubbing eyes; touching nose; touching ears; covering face"),
    ("Head-hand", "covering mouth; pushing glasses"),
    ("Leg-hand", "patting legs; touching legs; scratching legs; scratching feet"),
)

_UTD_MHAD = _label_set(
    ("Right arm", "swipe left; swipe right; wave"),
    ("Both arms", "clap"),
    ("Right arm", "throw"),
    ("Both arms", "arm cross; basketball shoot"),
    ("Right arm", "draw x; draw circle clockwise; draw circle counter-clockwise; draw triangle; bowling"),
    ("Both arms", "boxing; baseball swing"),
    ("Right arm", "tennis swing"),
    ("Both arms", "arm curl"),
    ("Right arm", "tennis serve"),
    ("Both arms", "push"),
    ("Right arm", "knock; catch"),
    ("Whole body", "pick up and throw"),
    ("Legs", "jog; walk; sit to stand; stand to sit; lunge; squat"),
)

LABELS = {"imigue": _IMIGUE, "smg": _SMG, "ma52": _MA52, "utd_mhad": _UTD_MHAD}
