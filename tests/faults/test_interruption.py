"""Ctrl-C, and the SIGTERM of a batch system: a sentence, and a run that goes on."""

import re
import signal
import subprocess
import sys
import time

import pytest

from mglib.config import TrainConfig
from mglib.training import loop as training
from tests.builders import waving_table
from tests.training.test_loop import SETTINGS

SMALL = "{num_clips: 160, num_frames: [8, 12], height: 120, width: 160, frame_height: 60}"
WORDS = {"preset": "tiny", "streams": "joint", "epochs": "5000", "data_options": SMALL}


def test_from_the_console(folders, request):
    started = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        values = WORDS | {"run_name": number.name}
        words = [word for name, value in values.items() for word in ("-p", name, value)]
        command = [sys.executable, "-m", "mglib.training", *words]
        # a suite started in the background ignores Ctrl-C, and so would what it starts
        heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
        started[number] = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **heard)
        request.addfinalizer(started[number].kill)
    for number, process in started.items():
        run = folders / "runs" / number.name
        while not training.checkpoints(run):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
        assert process.returncode == 130 and "Traceback" not in said
        epoch = re.search(rf"The run {run.name} was interrupted after epoch (\d+); continue it with resume=True", said)[
            1
        ]
        kept = training.checkpoints(run)[-1]
        assert kept.name == f"epoch_{int(epoch) - 1:04d}" and not list(kept.parent.glob("*.part"))
    assert not list((folders / "runs").glob(".*"))


def test_in_a_notebook(folders):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    config = TrainConfig.read(SETTINGS | {"run_name": "run", "epochs": 1})
    said = "The run run was interrupted in its first epoch; continue it with resume=True"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training.Session, "train_step", interrupt)
        with pytest.raises(KeyboardInterrupt, match=said):
            training.train(config, waving_table())
    assert training.train(config.model_copy(update={"resume": True}), waving_table()).finished
