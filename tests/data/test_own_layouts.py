"""Layouts that users describe: what is told is what is read, and every mistake is a sentence."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mglib.base.errors import OptionError
from mglib.data.layouts import LAYOUTS, get_layout
from mglib.data.own_layouts import find_layout

RIG = {
    "joints": ["nose", "neck", "LShoulder", "RShoulder", "LHand", "RHand", "lid", "rim"],
    "limbs": [["nose", "neck"], ["neck", "LShoulder", "LHand"], ["neck", "RShoulder", "RHand"], ["nose", "lid"]],
    "flip_pairs": [["lid", "rim"]],
}


def test_a_file_tells_joints_chains_and_the_pairs_that_names_do_not_tell(tmp_path):
    path = tmp_path / "desk rig.yaml"
    path.write_text(yaml.safe_dump(RIG))
    layout = find_layout(path)
    assert (layout.name, layout.joints) == ("desk rig", tuple(RIG["joints"]))
    assert layout.limbs == ((0, 1), (1, 2), (2, 4), (1, 3), (3, 5), (0, 6))
    assert layout.flip_pairs == ((2, 3), (4, 5), (6, 7))
    assert find_layout(str(path)) == find_layout({"name": "desk rig", **RIG}) == find_layout(layout)
    assert find_layout("coco17") is get_layout("coco17")


def test_chains_may_be_written_as_the_registered_ones_are():
    layout = find_layout({
        "joints": "nose neck left_hand right_hand left_tip right_tip left_toe right_toe",
        "limbs": ["nose neck *_hand *_tip,*_toe"],
    })  # fmt: skip
    assert set(layout.limbs) == {(0, 1), (1, 3), (3, 5), (3, 7), (1, 2), (2, 4), (2, 6)}
    assert layout.flip_pairs == ((2, 3), (4, 5), (6, 7))
    assert layout.name == "own"


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([layout for layout in LAYOUTS.values() if layout.name != "hand21"]), st.booleans(), st.randoms())
def test_what_is_described_by_names_is_the_layout_again(layout, telling, random):
    """With names that tell nothing, all pairs are given; the order of limbs and pairs is free."""
    names = layout.joints if telling else [f"joint {number}" for number in range(layout.num_joints)]
    limbs = [[names[a], names[b]] for a, b in layout.limbs]
    pairs = [] if telling else [random.sample([names[a], names[b]], 2) for a, b in layout.flip_pairs]
    random.shuffle(pairs)
    again = find_layout({"name": "again", "joints": list(names), "limbs": limbs, "flip_pairs": pairs})
    assert again.limbs == layout.limbs
    assert again.flip_pairs == layout.flip_pairs


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bones": []}, "layout: 'bones' is not known; a layout has name, joints, limbs, flip_pairs"),
        ({"name": 3}, "layout: name: 3; give text"),
        ({"name": "coco17"}, "coco17 is a registered layout; give it another name"),
        ({"joints": None}, "joints: None; give the names of all joints"),
        ({"joints": 8}, "joints: 8; give the names"),
        ({"joints": ["nose", False, "neck"]}, "joints: False is among them; a name is text, in quotes"),
        ({"joints": ["nose", "neck", "nose"]}, "joints: 'nose' is there twice"),
        ({"limbs": None}, r"limbs: None; give a list of chains of joint names"),
        ({"limbs": [[0, 1]]}, r"limbs: \[\[0, 1\]\]; give a list of chains of joint names"),
        ({"limbs": [["nose", "nek"]]}, "limbs, chain 1: 'nek' is none of the 8 joints; is it neck"),
        ({"limbs": ["nose neck", "nose"]}, "limbs, chain 2: nose joins a joint with itself, or with none"),
        ({"limbs": [["nose", "neck", "neck"]]}, "joins a joint with itself"),
        ({"flip_pairs": ["lid", "rim"]}, "flip_pairs: .* give a list of pairs"),
        ({"flip_pairs": [["lid", "rims"]]}, "flip_pairs: 'rims' is none of the 8 joints; is it rim"),
        ({"flip_pairs": [["lid", "rim"], ["nose", "lid"]]}, "pairs a joint with itself or a second time"),
        ({"joints": [*RIG["joints"], "LFoot"]}, "joints: LFoot has no RFoot that a mirror swaps it with"),
        (
            {"joints": ["a", "b"], "limbs": [["a", "b"]], "flip_pairs": None},
            r"flip_pairs: no joint's name tells left or right; give the pairs that a mirror swaps, or \[\] for none",
        ),
    ],
)
def test_every_mistake_is_a_sentence(changes, sentence):
    with pytest.raises(OptionError, match=sentence):
        find_layout(RIG | changes)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(OptionError) as caught:
        find_layout({"joints": ["left_hand", "nose"], "limbs": [["nose", "hand"], ["nose", "nose"]]})
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, r"rig\.yaml is not there"),
        ("joints: [a", r"rig\.yaml is not a readable YAML file"),
        ("- nose\n- neck\n", r"rig\.yaml holds one list; give names with values"),
        ("joints: [a, b]\n", r"layout, .*rig\.yaml: limbs: None"),
    ],
)
def test_a_file_that_does_not_do_is_named(tmp_path, text, sentence):
    path = tmp_path / "rig.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OptionError, match=sentence):
        find_layout(path)


def test_an_unknown_name_says_how_to_describe_one():
    with pytest.raises(OptionError, match=r"'coco_17' is not known; .* described in a YAML file: layout: FILE\.yaml"):
        find_layout("coco_17")
