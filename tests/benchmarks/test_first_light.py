"""The first run on a GPU, rehearsed on a CPU at tiny size: what every step finds, and that failures stay apart."""

import functools
import json
from contextlib import nullcontext

import pytest
import torch

from benchmarks import agreement, first_light, gpu
from mglib.models import refinement
from tests.builders import waving_table

TINY = ["--device", "cpu", "--preset", "tiny", "--clips", "4", "--steps", "1", "--rounds", "1", "--matrix", "64"]


@pytest.fixture(autouse=True)
def _small_data(folders, monkeypatch):
    monkeypatch.setattr(first_light, "clips_to_train_on", lambda options: waving_table())
    monkeypatch.setattr(gpu, "load", lambda *_, **__: waving_table())
    # what the compiler makes of it takes a minute; that the network can be traced takes seconds
    monkeypatch.setattr(torch.nn.Module, "compile", functools.partialmethod(torch.nn.Module.compile, backend="eager"))


def taken(folder, *words: str) -> tuple[int, dict]:
    code = first_light.main([*TINY, "--workers", "0", "--results", str(folder), *words])
    return code, json.loads((folder / "first_light.json").read_text())["steps"]


def test_all_steps_are_green_on_a_cpu(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(first_light, "limits", lambda *_: {"memory_gb_a_second": 1.0})  # seconds, and no more sure
    monkeypatch.setattr(gpu, "roof", lambda *_, **__: 1.0)
    code, steps = taken(tmp_path, "--minutes", "60")  # a busy machine takes some
    assert code == 0 and list(steps) == list(first_light.STEPS)
    assert [row["largest difference"] < 5e-6 for row in steps["heat-maps"]["rows"]] == [True, True]
    assert [row["precision"] for row in steps["half precision"]["rows"]] == ["bf16"]
    assert {row["form"] for row in steps["torch.compile"]["rows"]} == {"bf16", "bf16 compiled"}
    for row in steps["memory"]["rows"]:
        assert row["predicted GiB"] == pytest.approx(row["tensors GiB"], rel=0.15)
    trained = steps["training"]["rows"]
    assert {row["streams"] for row in trained} == {"joint", "rgb+joint"}
    assert all(0 <= row["test_top1_fused"] <= 1 for row in trained)
    printed = capsys.readouterr().out
    assert "rgb+joint, epoch 1: top-1" in printed and "== loading: done" in printed


def test_a_step_that_fails_or_disagrees_or_takes_too_long_is_told_and_the_next_is_taken(tmp_path, monkeypatch):
    def broken(options):
        raise RuntimeError("no kernel image is available")

    def endless(options):
        while True:
            pass

    steps = {"broken": (broken, 0.5), "endless": (endless, 0.0001), "heat-maps": first_light.STEPS["heat-maps"]}
    monkeypatch.setattr(first_light, "STEPS", steps)
    draw = agreement.draw_tensor
    monkeypatch.setattr(agreement, "draw_tensor", lambda *given: draw(*given) + 0.01)
    options = ["--minutes", "20", "--only", *steps]
    code, found = taken(tmp_path, *options)
    assert code == 1 and found["broken"]["failed"] == "RuntimeError: no kernel image is available"
    assert found["endless"]["failed"].startswith("TimeoutError: stopped after 1 s")
    assert found["heat-maps"]["failed"] == "2 of 2 do not agree" and len(found["heat-maps"]["rows"]) == 2


def test_prototypes_that_autocast_reaches_are_noticed(monkeypatch):
    options = first_light.argparse.Namespace(preset="tiny", device="cpu", clips=4)
    network, inputs, labels = agreement.made_up(options, "cpu", 4)
    _, output = agreement.loss_of(network, inputs, labels)
    assert agreement.same_prototypes(network, output, labels, torch.bfloat16)
    monkeypatch.setattr(refinement, "_no_autocast", lambda x: nullcontext())
    assert not agreement.same_prototypes(network, output, labels, torch.bfloat16)


def test_without_a_gpu_a_sentence(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert first_light.main(["--results", str(tmp_path)]) == 2
    assert "there is no GPU here" in capsys.readouterr().err and not list(tmp_path.iterdir())
