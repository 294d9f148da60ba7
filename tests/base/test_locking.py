"""One process at a time: the second is told who the first is, and a killed one holds nothing."""

import re
import subprocess
import sys
from contextlib import ExitStack

import pytest

from mglib.base import files
from mglib.base.errors import BusyError, ConfigError
from mglib.base.locking import locked
from mglib.config import TrainConfig
from mglib.report import Report, Section, write_report
from mglib.runs import finished_runs
from mglib.training import loop as training
from mglib.training.__main__ import main
from mglib.training.checkpoints import claim
from tests.run_builder import fake_run

HOLDER = """
import sys, time
from pathlib import Path
from mglib.base.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def hold():
    """Let another process hold a folder until it is killed."""
    started = []

    def start(folder):
        started.append(subprocess.Popen([sys.executable, "-c", HOLDER, folder], stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout.readline() == "held\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_the_second_is_told_of_the_first_and_a_killed_one_holds_nothing(folders, hold):
    run = folders / "runs" / "one"
    first = hold(run)
    sentence = rf"{run} is being written by process {first.pid} of .+ since \d{{4}}-\d\d-\d\d .*; wait for that one"
    with pytest.raises(BusyError, match=sentence), locked(run):
        pass
    with locked(folders / "runs" / "two"):  # another run is free
        pass
    first.kill()
    first.wait()
    with locked(run), pytest.raises(BusyError, match="is being written"), locked(run):
        pass
    assert not list((folders / "runs").iterdir())


def test_training_is_refused_while_another_trains_and_a_finished_run_is_read_by_anyone(folders, hold, capsys):
    run = fake_run(folders / "runs" / "done")
    files.write_text(run.path / "config.yaml", TrainConfig.read({"run_name": "done"}).to_yaml())
    for name in ("done", "new"):
        hold(folders / "runs" / name)
    done = TrainConfig.read({"run_name": "done", "resume": True})
    assert training.train(done).path == run.path and [each.name for each in finished_runs()] == ["done"]
    for processes in (1, 2):
        with pytest.raises(BusyError, match="new is being written by process"):
            training.train(TrainConfig.read({"run_name": "new", "num_processes": processes, "batch_size": 8}))
    assert main(["-p", "run_name", "new"]) == 2
    assert re.match(r".+new is being written by process .+\n$", capsys.readouterr().err)
    assert not (folders / "runs" / "new").exists()


def test_a_report_is_written_by_one(tmp_path, hold):
    hold(tmp_path / "report")
    with pytest.raises(BusyError, match="report is being written"):
        write_report(Report("r", [Section("s", ["t"])]), tmp_path / "report", ["html"])


def test_runs_without_a_name_that_start_in_the_same_second_have_folders_of_their_own(folders, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda form: "now")
    with ExitStack() as held:
        claimed = [claim(TrainConfig.read({}), held).name for _ in range(3)]
    assert claimed == ["synthetic-now", "synthetic-now-2", "synthetic-now-3"]


def test_a_checkpoint_that_a_kill_left_in_a_finished_run_is_removed(folders, hold):
    run = fake_run(folders / "runs" / "done")
    config = TrainConfig.read({"run_name": "done", "resume": True})
    files.write_text(run.path / "config.yaml", config.to_yaml())
    files.write_text(run.path / "checkpoint" / "epoch_0003" / "model.safetensors", "")
    with pytest.raises(ConfigError, match="the run done exists"):
        training.train(config.model_copy(update={"resume": False}))
    assert training.train(config).finished and not (run.path / "checkpoint").exists()


def test_without_locks_of_the_file_system_one_is_warned_and_goes_on(tmp_path, monkeypatch):
    def refuse(handle, kind):
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.warns(UserWarning, match="has no locks .*; start nothing twice"), locked(tmp_path / "run"):
        files.write_text(tmp_path / "run" / "x", "1")
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "x"]
