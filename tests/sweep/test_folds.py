import numpy as np
import pytest

from mglib.base import files
from mglib.base.errors import RunError
from mglib.config import TrainConfig
from mglib.runs import Run
from mglib.sweep.folds import collect, fold_sweep, train_folds
from mglib.training import train
from tests.run_builder import fake_run, recolumn

SMALL = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}
TINY = {"preset": "tiny", "streams": "joint", "epochs": 1, "batch_size": 32, "precision": "no", "data_options": SMALL}


def test_folds_answer_for_clips_whose_people_they_did_not_see(folders, monkeypatch):
    """Each held-out answer is that of the fold run in which the clip's group was not trained on."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    run = train(TrainConfig.read(TINY | {"run_name": "whole"}))
    train_folds(run, 2)
    run = Run(run.path)
    rows, answers = run.held_out()
    np.testing.assert_array_equal(rows, np.flatnonzero(run.clips["split"] != "test"))
    parts = [Run(f"whole--fold={k}-of-2--seed=0") for k in (1, 2)]
    for row, answer in zip(rows[::7], answers[::7], strict=True):
        (part,) = (part for part in parts if part.clips["split"][row] == "val")
        assert run.clips["group"][row] not in set(part.clips["group"][part.where("train")])
        np.testing.assert_array_equal(answer, part.probabilities()[row])
    finished = [(part.path / "metrics.json").stat().st_mtime_ns for part in parts]
    train_folds(run, 2)  # nothing is trained again
    assert finished == [(part.path / "metrics.json").stat().st_mtime_ns for part in parts]


def test_a_run_that_started_from_branches_wants_their_folds_too(folders):
    for name, streams in (("limbs--x", "pose"), ("video", "rgb")):
        fake_run(folders / "runs" / name, streams=(streams,))
    fake_run(folders / "runs" / "whole")
    settings = TrainConfig.read({"init_rgb": "video", "init_pose": "limbs--x", "alpha": 0.5, "seed": 3})
    files.write_text(folders / "runs" / "whole" / "config.yaml", settings.to_yaml())
    cells = fold_sweep(Run("whole"), 3).cells
    assert [cell.run_name for cell in cells][:2] == ["whole--fold=1-of-3--seed=3", "whole--fold=2-of-3--seed=3"]
    second = cells[1].config
    assert (second.fold, second.init_rgb, second.alpha) == ("2/3", "video--fold=2-of-3--seed=0", 0.5)
    assert second.init_pose == "limbs_-x--fold=2-of-3--seed=0"


def test_a_run_of_the_same_data_that_it_started_from_has_folds_too_and_one_of_other_data_has_not(folders):
    for name in ("same", "other"):
        fake_run(folders / "runs" / name, streams=("pose",))
    facts = Run("other").path / "data.json"
    facts.write_text(facts.read_text(encoding="utf-8").replace('"made up"', '"elsewhere"'), encoding="utf-8")
    for name, started in (("same", "same--fold=1-of-3--seed=0"), ("other", "other")):
        run = fake_run(folders / "runs" / f"from-{name}", streams=("pose",))
        settings = TrainConfig.read({"streams": "joint", "init_from": name})
        files.write_text(run.path / "config.yaml", settings.to_yaml())
        assert fold_sweep(Run(run.path), 3).cells[0].config.init_from == started


def test_what_has_no_folds_or_holds_out_a_clip_twice_is_refused(folders):
    run = fake_run(folders / "runs" / "whole", streams=("pose",))
    halves = [fake_run(folders / "runs" / name, streams=("pose",)) for name in ("one", "two")]
    first, second = (
        recolumn(half, split=run.clips["split"].where(run.clips["group"] != f"subject 00{k}", "val"))
        for k, half in enumerate(halves)
    )
    with pytest.raises(RunError, match="hold out 20 of 40 clips, 0 of them more than once"):
        collect(run, [first, second])
    with pytest.raises(RunError, match="hold out 10 of 40 clips, 10 of them more than once"):
        collect(run, [first, first])
    with pytest.raises(RunError, match="two has other clips or streams than whole"):
        collect(run, [first, recolumn(second, label=0)])
    assert not run.has("held_out.npz")
    files.write_text(run.path / "config.yaml", TrainConfig.read({"fold": "1/2"}).to_yaml())
    with pytest.raises(RunError, match="whole is fold 1/2 of another and has no folds"):
        train_folds(Run("whole"), 2)
