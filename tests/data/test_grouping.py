"""Clips that are all groups of their own are told, with a pattern that would group them and does not leak."""

import re
import warnings

import pytest

from mglib.data import load
from mglib.data.grouping import propose
from mglib.data.inspection import inspect_source
from tests.safety.hostile import annotation, write_pickle

# an id of person p (0 to 3), clip c and label k; the first two persons train
IDS = {
    "S001-P00{p}-A0{k}-{c}": r"P\d+",
    "S001C002P00{p}R00{c}A00{k}": r"P\d+",
    "subject{p}.take{c}": r"subject\d+",
    "anna{p}-clip{c}": r"anna\d+",
    "{p}-{c}": r"^[^\-]+",
    "{p} {c}": r"^[^\ ]+",
    "{p}/nod/{c}": r"^[^/]+",
    "cam1/{p}/{c}": r"^[^/]+/[^/]+",
    "rec{p}x{k}y{c}": r"rec\d+",
}


def _clips(form):
    return [
        (form.format(p=p, c=4 * p + c, k=c % 2), "train" if p < 2 else "test", c % 2)
        for p in range(4)
        for c in range(4)
    ]


@pytest.mark.parametrize("form", IDS)
def test_a_pattern_is_proposed_that_finds_the_person(form):
    clips = _clips(form)
    found = propose(*zip(*clips, strict=True))
    assert found == IDS[form]
    people = [re.search(found, clip)[0] for clip, *_ in clips]
    assert len(set(people)) == 4 and all(people[i] == people[i - i % 4] for i in range(16))


def test_what_would_leak_or_is_the_class_is_not_proposed():
    ids = [f"a{i % 2}b{i}" for i in range(16)]
    assert propose(ids, ["train"] * 8 + ["test"] * 8, [0] * 16) == ""
    assert propose([f"k{i // 8}n{i}" for i in range(16)], ["train", "test"] * 8, [i // 8 for i in range(16)]) == ""


def test_folders_are_not_proposed():
    clips = [
        (f"{split}/{'nod' if i % 2 else 'rub'}/{person}-{i}", split, i % 2)
        for split, people in (("train", "ab"), ("test", "cd"))
        for person in people
        for i in range(4)
    ]
    found = propose(*zip(*clips, strict=True))
    assert {re.search(found, clip)[0] for clip, *_ in clips} == set("abcd")
    assert propose(*zip(*[(clip.replace("-", ""), *rest) for clip, *rest in clips], strict=True)) == ""


def test_the_check_and_the_load_say_so_and_a_group_that_is_given_ends_it(tmp_path):
    clips = _clips("S001-P00{p}-A0{k}-{c}")
    content = {
        "annotations": [annotation(clip, label=label) for clip, _, label in clips],
        "split": {name: [clip for clip, split, _ in clips if split == name] for name in ("train", "test")},
    }
    path = write_pickle(tmp_path / "a.pkl", content)
    said = r"group: by .* 16 groups are found in 16 clips, S001-P000-A00-0 first, .* group='P\\\\d\+' .* 4 groups, P000"
    with pytest.warns(UserWarning, match=said):
        load("annotation", path, layout="coco17")
    assert any(re.search(said, note) for note in inspect_source("annotation", path, layout="coco17").notes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(load("annotation", path, layout="coco17", group=r"P\d+").groups) == {"P000", "P001", "P002", "P003"}


KIN = {  # the groups of train and of test, and what is said of them
    (("anna", "bert"), ("carl", "Anna")): r"'anna' and 'Anna' differ only in spelling \(1 such pair\)",
    (("nod/anna", "rub/bert"), ("rub/anna", "nod/carl")): r"1 group .* 'nod/anna' and 'rub/anna' first; .*='\[\^/",
    (("train/anna", "train/bert"), ("val/bert", "val/carl")): r"'train/bert' and 'val/bert' first",
    (("P1/rec", "P2/rec"), ("P3/rec", "P4/rec")): "",
    (("anna", "bert"), ("carl", "dora")): "",
}


@pytest.mark.parametrize("groups", KIN, ids=lambda groups: groups[1][0])
def test_groups_that_may_be_one_person_are_told(tmp_path, groups):
    split = {
        name: [f"{group}_{n}" for group in those for n in "01"]
        for name, those in zip(("train", "test"), groups, strict=True)
    }
    ids, classes = [clip for those in split.values() for clip in those], groups[0][0].startswith("nod")
    rows = [annotation(clip, label=int(clip.startswith("rub") if classes else clip[-1])) for clip in ids]
    path = write_pickle(tmp_path / "a.pkl", {"annotations": rows, "split": split})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load("annotation", path, layout="coco17")
    said = [str(warning.message) for warning in caught if "group" in str(warning.message)]
    assert len(said) == bool(KIN[groups]) and all(re.search(KIN[groups], one) for one in said)


def test_few_clips_and_groups_of_several_are_no_matter(tmp_path):
    for ids in ([f"a{i}" for i in range(7)], [f"v{i // 2}_{i}" for i in range(16)]):
        path = write_pickle(tmp_path / "a.pkl", [annotation(clip) for clip in ids])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            load("annotation", path, layout="coco17")
