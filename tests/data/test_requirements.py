"""What cannot be trained or scored is told when it is loaded, in a sentence each."""

from dataclasses import replace

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.config import TrainConfig
from mglib.data.inspection import inspect_source
from mglib.data.requirements import doubtful, untrainable
from mglib.training import train
from tests.builders import waving_table
from tests.safety.hostile import annotation, write_pickle


def _changed(**columns):
    """The waving table with other columns; functions of its rows."""
    table = waving_table()
    clips = table.clips.assign(**{name: change(table.clips) for name, change in columns.items()})
    return replace(table, clips=clips)


def _only(split):
    return lambda clips: np.where(clips["split"] == split, split, "val")


BAD = [
    ({"split": _only("train")}, "waving, split: there are no test clips, so nothing can be scored; assign clips"),
    ({"split": _only("test")}, "waving, split: there are no train clips, and training needs 2 or more; assign"),
    (
        {"split": lambda clips: np.where(clips.index == 0, "train", np.where(clips["split"] == "test", "test", "val")),
         "group": lambda clips: [f"g{i}" for i in clips.index]},
        "waving, split: there is 1 train clip, and training needs 2 or more",
    ),
    (
        {"label": lambda clips: np.where(clips["split"] == "train", 1, clips["label"])},
        "waving, label: all 18 train clips are of class 'down', and there is nothing to tell it from",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "sentence"), BAD, ids=[sentence[:60] for _, sentence in BAD])
def test_what_cannot_be_trained_is_refused_before_the_first_epoch(folders, columns, sentence):
    if "1 train clip" in sentence:
        columns["group"] = lambda clips: [f"g{i}" for i in clips.index]
    table = _changed(**columns)
    assert [found.startswith(sentence) for found in untrainable(table)] == [True]
    config = TrainConfig.read({"preset": "tiny", "streams": "joint", "run_name": "late", "precision": "no"})
    with pytest.raises(DataError, match=sentence[:40]):
        train(config, table)
    assert list((folders / "runs" / "late").iterdir()) == []


def test_every_process_needs_a_clip():
    assert untrainable(waving_table()) == [] == untrainable(waving_table(), 18)
    assert len(untrainable(waving_table(), 19)) == 1


def test_what_says_little_is_told_and_trained(folders):
    one = _changed(
        group=lambda clips: np.where(clips["split"] == "test", "s9", clips["group"]),
        label=lambda clips: np.where((clips["split"] == "train") & (clips["label"] == 2), 0, clips["label"]),
    )
    found = doubtful(one)
    assert found[0].startswith("waving, group: all 18 test clips are of one subject, s9, so no score has an interval")
    assert found[1].startswith("waving, label: test clips are of 1 class without train clips") and len(found) == 2
    assert doubtful(waving_table()) == []
    config = TrainConfig.read(
        {"preset": "tiny", "streams": "joint", "run_name": "few", "precision": "no", "epochs": 1, "dim": 8}
    )
    with pytest.warns(UserWarning, match="no score has an interval"):
        run = train(config, one)
    assert run.finished and run.scores["low"].isna().all()


def test_the_check_says_so_too(folders):
    bare = [annotation(f"v{i}_{i}", label=i % 4) for i in range(8)]
    found = inspect_source("annotation", write_pickle(folders / "bare.pkl", bare), layout="coco17")
    assert any("there are no test clips" in note for note in found.notes)
    split = {"train": [f"v{i}_{i}" for i in range(4)], "test": [f"v{i}_{i}" for i in range(4, 8)]}
    alike = [each | {"label": 0} for each in bare]
    path = write_pickle(folders / "alike.pkl", {"annotations": alike, "split": split})
    found = inspect_source("annotation", path, layout="coco17")
    assert any("all 4 train clips are of class 'class 0'" in note for note in found.notes)
