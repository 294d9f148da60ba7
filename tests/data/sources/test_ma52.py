"""MA-52: lists say label and split, pickles the key points; test labels are kept back."""

import pickle
import warnings

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import load
from tests.data import folders as make

pytestmark = pytest.mark.filterwarnings("ignore:ma52. . prefixes")


@pytest.fixture
def clips():
    return make.ma52_clips(np.random.default_rng(0))


def test_clips_are_those_of_the_lists_with_the_points_of_the_pickles(folders, clips):
    with pytest.warns(UserWarning, match="4 prefixes of file names, such as 0000, are in train and in the clips"):
        table = load("ma52", make.write_ma52(folders / "ma52", clips))
    assert (table.layout.name, table.num_classes) == ("ma52_28", 52)
    role = {"train": "train", "val": "test", "test": "hidden"}
    given = {name: (role[split], *clip) for split, those in clips.items() for name, clip in those.items()}
    assert len(table) == len(given) == 60
    for row, points in zip(table.clips.itertuples(), table.keypoints, strict=True):
        split, label, truth = given[row.id]
        assert (row.split, row.label) == (split, -1 if split == "hidden" else label)
        assert row.group == f"{split} {row.id.split('_')[0]}"
        np.testing.assert_array_equal(points[0], truth)


def test_test_labels_that_are_given_are_used(folders, clips):
    clips["test"] = {name: (7, points) for name, (_, points) in clips["test"].items()}
    table = load("ma52", make.write_ma52(folders / "ma52", clips))
    assert table.clips["split"].value_counts().to_dict() == {"train": 20, "val": 20, "test": 20}
    assert (table.labels[table.where("test")] == 7).all()


def test_a_clip_in_two_lists_a_missing_one_and_a_bad_line_are_sentences(folders, clips):
    root = make.write_ma52(folders / "ma52", clips)
    first, second = list(clips["train"])[:2]
    with (root / "annotations" / "val_list_videos.txt").open("a") as file:
        file.write(f"{first}.mp4 3\nnowhere_1.mp4 4\n{second} 52\n")
    with pytest.raises(DataError) as error:
        load("ma52", root)
    for sentence in (
        f"clip {first}: it is listed 2 times, in train and val",
        "1 listed clips are in no usable pickle; the first is nowhere_1",
        "val_list_videos.txt, line 23",
    ):
        assert sentence in str(error.value)


def test_a_broken_pickle_costs_its_own_clips_only(folders, clips):
    root = make.write_ma52(folders / "ma52", clips)
    (root / "pose" / "val.pkl").write_bytes(b"broken")
    annotations = pickle.loads((root / "pose" / "train.pkl").read_bytes())
    del annotations[0]["keypoint"]
    (root / "pose" / "train.pkl").write_bytes(pickle.dumps(annotations))
    faults = []
    table = load("ma52", root, faults=faults)
    assert table.clips["split"].value_counts().to_dict() == {"hidden": 20, "train": 19}
    assert len(faults) == 3 and "21 listed clips are in no usable pickle" in faults[2]


def test_clips_without_a_person_are_left_out_with_a_warning(folders, clips):
    name = list(clips["train"])[0]
    clips["train"][name][1][:] = 0
    with pytest.warns(UserWarning, match=f"ma52: 1 clips are left out, as nobody is detected in them: {name}"):
        assert len(load("ma52", make.write_ma52(folders / "ma52", clips))) == 59


def test_a_folder_without_lists_is_a_sentence(folders):
    with pytest.raises(DataError, match=r"no clip in a train_list_videos\.txt"):
        load("ma52", folders)


def test_a_clip_in_two_pickles_is_named_with_both(folders, clips):
    root = make.write_ma52(folders / "ma52", clips)
    (root / "pose" / "older.pkl").write_bytes((root / "pose" / "train.pkl").read_bytes())
    first = next(iter(clips["train"]))
    with pytest.raises(DataError, match=rf"clip {first}: there are 2 files: .*older\.pkl, .*train\.pkl; keep the"):
        load("ma52", root)


def test_prefixes_taken_for_persons_are_the_groups_on_both_sides(folders):
    root = make.write_ma52(folders / "ma52", make.ma52_clips(np.random.default_rng(0)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = load("ma52", root, shared_groups=True)
    prefixes = {clip.split("_")[0] for clip in table.clips["id"][table.where("train")]}
    assert set(table.groups[table.where("train")]) == prefixes == set(table.groups[table.where("test")])
    assert table.facts.shared_groups == len(prefixes)
