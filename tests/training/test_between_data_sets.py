"""From one data set to another, in their own formats: MA-52 to iMiGUE, and what is public to UTD-MHAD."""

import numpy as np
import pandas as pd
import pytest

from mglib.config import TrainConfig
from mglib.data import ClipTable, load
from mglib.runs import Run
from mglib.runs.ancestry import ancestry, in_a_sentence
from mglib.training import train
from mglib.training.__main__ import main
from tests.data import folders as make

TINY = {"preset": "tiny", "streams": "joint", "epochs": 1, "precision": "no"}


def said(**settings) -> list[str]:
    """The command that trains with these settings."""
    return [word for name, value in (TINY | settings).items() for word in ("-p", name, str(value))]


@pytest.mark.filterwarnings("ignore:ma52. . prefixes", "ignore:imigue", "ignore:.*hidden", "ignore:.*class")
def test_a_large_set_of_micro_actions_and_then_a_small_one_in_two_commands(folders):
    rng = np.random.default_rng(0)
    large = make.write_ma52(folders / "ma52", make.ma52_clips(rng))
    small = make.write_imigue(folders / "imigue", make.imigue_videos(rng))
    assert main(said(dataset="ma52", data_root=large, run_name="large")) == 0
    assert main(said(dataset="imigue", data_root=small, init_from="large", run_name="small")) == 0
    run = Run("small")
    table = pd.read_csv(run.path / "joints.csv")
    assert table["joint"].tolist() == list(run.data.joints) == table["from"].tolist()  # all 22 are among MA-52's 28
    assert set(table["how"]) == {"matched"}
    (parent,) = ancestry(run)
    assert (parent.run, parent.data, parent.classes, parent.clips) == ("large", "ma52", 52, 20)
    assert "whether ma52 shares people with imigue is not known" in in_a_sentence(run)


def some(table: ClipTable) -> ClipTable:
    """Thirty clips of train and ten of test."""
    return table.select(np.sort(np.concatenate([table.where("train")[::9][:30], table.where("test")[::30][:10]])))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("first", ["synthetic", "msr"])
def test_what_is_public_to_utd_mhad(first, folders, utd_mhad_folder, msr_action3d_folder):
    if first == "synthetic":
        start = {"dataset": "synthetic", "data_options": {"num_clips": 160, "num_frames": (8, 12)}}
    else:
        options = {"layout": "kinect20", "group_kind": "subject"}
        path = msr_action3d_folder / "msr_action3d_2d.pkl"
        start = {"dataset": "annotation", "data_root": path, "data_options": options}
    utd = {"dataset": "utd_mhad", "data_root": utd_mhad_folder, "data_options": {"visual": "none"}}
    for name, place, more in (("first", start, {}), ("second", utd, {"init_from": "first"})):
        table = some(load(place["dataset"], place.get("data_root"), **place["data_options"]))
        train(TrainConfig.read(TINY | place | more | {"run_name": name}), table)
    run = Run("second")
    assert run.has("joints.csv") == (first == "synthetic")  # of the same skeleton there is nothing to match
    assert [parent.data for parent in ancestry(run)] == [Run("first").data.name]
    assert "No subject tested is known to have been in the earlier training data" in in_a_sentence(run)
