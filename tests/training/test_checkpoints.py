"""Checkpoints that cannot be read: the one before is taken, or a sentence says what to do."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from mglib.base.errors import ConfigError, RunError
from mglib.config import TrainConfig
from mglib.training import loop as training
from mglib.training.checkpoints import checkpoints, claim
from tests.builders import waving_table
from tests.training.test_loop import SETTINGS, same


@pytest.fixture
def stopped(folders):
    """Settings of a run that was stopped in its third epoch, with the checkpoints of the first and the second."""
    config = TrainConfig.read(SETTINGS | {"run_name": "run", "resume": True})
    step, calls = training.Session.train_step, []

    def fail(session, batch):
        calls.append(batch)
        if len(calls) > 2 * 3:
            raise InterruptedError
        return step(session, batch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.Session, "train_step", fail)
        patch.setattr(shutil, "rmtree", lambda *arguments, **options: None)  # of the first
        with pytest.raises(InterruptedError):
            training.train(config, waving_table())
    return config


def test_the_checkpoint_before_is_taken_or_none_is_left(stopped, folders):
    first, second = checkpoints(folders / "runs" / "run")
    whole = training.train(stopped.model_copy(update={"run_name": "whole"}), waving_table())
    spare = shutil.copytree(first.parents[1], folders / "runs" / "spare")
    for path in second.iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])  # as after a power cut
    with pytest.warns(UserWarning, match=r"epoch_0001 cannot be read \(.+\); the run resumes from epoch_0000"):
        same(whole, training.train(stopped, waving_table()))

    for each in checkpoints(spare):
        (each / "optimizer.bin").write_bytes(b"")
    with pytest.raises(
        RunError,
        match="The run spare cannot be resumed: .*epoch_0001 cannot be read .*epoch_0000 cannot .*. Remove .*spare",
    ):
        training.train(stopped.model_copy(update={"run_name": "spare"}), waving_table())


def test_a_run_may_go_on_where_its_data_lie_elsewhere_now(folders):
    """Earlier versions kept the paths in data_options as they were given."""
    data = {"dataset": "annotation", "data_root": "set.pkl", "data_options": {"layout": "coco17", "videos": "films"}}
    config = TrainConfig.read(SETTINGS | data | {"run_name": "run", "resume": True})
    (folder := folders / "runs" / "run").mkdir(parents=True)
    (folder / "environment.json").write_text('{"packages": {}}')
    (folder / "config.yaml").write_text(config.to_yaml().replace(str(Path.cwd() / "films"), "films"))
    with ExitStack() as held:
        assert claim(config, held) == folder
    other = config.model_copy(update={"data_options": config.data_options | {"layout": "coco18"}})
    with (
        ExitStack() as held,
        pytest.raises(ConfigError, match="data_options was {'layout': 'coco17'} and is {'layout'"),
    ):
        claim(other, held)


@pytest.mark.parametrize("left", [0, 100, None])
def test_torn_random_states_are_not_passed_over(stopped, folders, left):
    _, second = checkpoints(folders / "runs" / "run")
    (states,) = second.glob("random_states_*.pkl")
    if left is None:
        states.unlink()
    else:
        states.write_bytes(states.read_bytes()[:left])
    with pytest.warns(UserWarning, match=r"epoch_0001 cannot be read \(.+\); the run resumes from epoch_0000"):
        assert training.train(stopped, waving_table()).finished
