"""What is left in a shell changes no run: hidden, or written down and compared."""

import json
import os
import re
from pathlib import Path

import accelerate
import pytest
import torch
from accelerate.state import AcceleratorState, GradientState

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.training import loop as training
from mglib.training import recording
from mglib.training.building import make_accelerator
from mglib.training.environment import ARITHMETIC, HIDDEN, KEPT, unswayed
from tests.builders import waving_table

LEFT = {
    "ACCELERATE_GRADIENT_ACCUMULATION_STEPS": "4", "ACCELERATE_MIXED_PRECISION": "bf16", "ACCELERATE_USE_FSDP": "true",
    "ACCELERATE_DYNAMO_BACKEND": "inductor", "ACCELERATE_GRADIENT_CLIPPING": "0.1", "FSDP_VERSION": "2",
    "ACCELERATE_USE_DEEPSPEED": "true", "ACCELERATE_DEEPSPEED_ZERO_STAGE": "3", "ACCELERATE_USE_MEGATRON_LM": "true",
    "ACCELERATE_USE_PARALLELISM_CONFIG": "true", "PARALLELISM_CONFIG_TP_SIZE": "2", "MEGATRON_LM_TP_DEGREE": "2",
}  # fmt: skip


def _config(name, **changes):
    settings = {"preset": "tiny", "epochs": 2, "batch_size": 6, "dim": 8, "precision": "no", "streams": "joint"}
    return TrainConfig.read(settings | {"run_name": name} | changes)


@pytest.fixture
def left(monkeypatch):
    for name, value in LEFT.items():
        monkeypatch.setenv(name, value)


def test_accelerate_sees_none_of_them_and_they_are_there_afterwards(left):
    with unswayed():
        accelerator = make_accelerator(_config("a"))
        assert accelerator.gradient_accumulation_steps == 1 and accelerator.mixed_precision == "no"
        assert accelerator.state.dynamo_plugin.backend.value == "NO"
        assert accelerator.distributed_type.value == "NO"
    assert {name: os.environ.get(name) for name in LEFT} == LEFT
    AcceleratorState._reset_state(True)
    GradientState._reset_state()


def test_they_change_nothing_that_is_learnt(folders, left, monkeypatch):
    swayed = training.train(_config("swayed"), waving_table())
    for name in LEFT:
        monkeypatch.delenv(name)
    plain = training.train(_config("plain"), waving_table())
    assert swayed.history["loss"].tolist() == plain.history["loss"].tolist()
    assert (swayed.path / "config.yaml").read_text().replace("swayed", "plain") == (
        plain.path / "config.yaml"
    ).read_text()


def test_how_libraries_compute_is_written_down_and_compared(folders, monkeypatch):
    for name in ARITHMETIC:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "1")
    with monkeypatch.context() as patch:
        patch.setattr(training, "write_results", _stop)
        with pytest.raises(KeyboardInterrupt):
            training.train(_config("a"), waving_table())
    environment = json.loads((folders / "runs" / "a" / "environment.json").read_text())
    assert environment["variables"] == {"NVIDIA_TF32_OVERRIDE": "1"}
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE")
    again = _config("a", resume=True)
    with pytest.raises(ConfigError, match="resume: the run a was .* NVIDIA_TF32_OVERRIDE was 1 and is not set; they"):
        training.train(again, waving_table())
    monkeypatch.setenv("NVIDIA_TF32_OVERRIDE", "1")
    assert training.train(again, waving_table()).finished
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE")
    assert training.train(again, waving_table()).finished  # only read


def _stop(*_):
    raise KeyboardInterrupt


def test_every_variable_of_accelerate_has_a_beginning_that_is_hidden():
    """The names in its sources; a new version may bring others."""
    root = Path(accelerate.__file__).parent
    text = "".join((root / name).read_text() for name in ("accelerator.py", "state.py", "utils/dataclasses.py"))
    read = set(re.findall(r"(?:environ\.get|getenv|from_env)\(\s*\"([A-Z0-9_]+)\"", text))
    assert {"ACCELERATE_GRADIENT_ACCUMULATION_STEPS", "ACCELERATE_MIXED_PRECISION"} <= read
    own = {"LOCAL_RANK", "MASTER_PORT", "MASTER_ADDR", "FORK_LAUNCHED", "PT_HPU_LAZY_MODE", "WORLD_SIZE"}  # launchers'
    assert {name for name in read - own if not name.startswith(HIDDEN) and name not in KEPT} == set()


def test_a_run_tells_what_computed_it(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"a card, {device}")
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda device: 3 * 2**30)
    assert recording.processor(torch.device("cuda:0")) == "a card, cuda:0"
    assert "a card" not in recording.processor(torch.device("cpu"))
    assert recording.peak_memory("cuda:0") == 3 and 0 < recording.peak_memory("cpu") != 3
