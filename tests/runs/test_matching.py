"""Which row of one run is which of another, against a plain loop."""

import numpy as np
import pytest

from mglib.base import files
from mglib.base.errors import RunError
from mglib.runs import Run, matching_rows
from tests.run_builder import fake_run, recolumn


@pytest.fixture
def pair(tmp_path) -> tuple[Run, Run]:
    """A run, and one of more clips in another order."""
    run = fake_run(tmp_path / "run", clips=40)
    other = fake_run(tmp_path / "other", clips=60)
    known = other.clips.merge(run.clips[["id", "split"]], on="id", how="left", suffixes=("", "_run"))
    clips = known.assign(split=known["split_run"].fillna("val")).drop(columns="split_run")
    files.write_text(other.path / "clips.csv", clips.sample(frac=1, random_state=0).to_csv(index=False))
    return run, Run(other.path)


@pytest.mark.parametrize("split", [None, "train", "test"])
def test_each_clip_finds_itself(pair, split):
    run, other = pair
    ids = [clip.id for clip in run.clips.itertuples() if split in (None, clip.split)]
    assert [other.clips["id"][row] for row in matching_rows(run, other, split)] == ids
    assert len(matching_rows(run, other, "val")) == 0


def test_other_clips_labels_or_splits_are_sentences(pair):
    run, other = pair
    with pytest.raises(RunError, match="run lacks 20 of the 60 clips of other, such as clip"):
        matching_rows(other, run)
    test = other.clips["split"] == "test"
    moved = np.flatnonzero(test)[:2]
    label = other.clips["label"].to_numpy().copy()
    label[moved[0]] = (label[moved[0]] + 1) % 5
    first = other.clips["id"][moved[0]]
    other = recolumn(other, label=label)
    with pytest.raises(RunError, match=f"other and run have different labels for 1 of 40 clips, such as {first}"):
        matching_rows(run, other)
    assert len(matching_rows(run, other, "train")) == len(run.where("train"))
    split = other.clips["split"].to_numpy(str)
    split[moved] = "val"
    with pytest.raises(RunError, match=f"other lacks 2 of the {test.sum()} test clips of run"):
        matching_rows(run, recolumn(other, split=split), "test")
