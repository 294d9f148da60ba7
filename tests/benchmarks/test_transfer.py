"""One command for transfer: all arms see the same clips, and the table says what the runs say."""

import re
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import transfer
from mglib.runs import Run
from tests.builders import waving_table
from tests.training.test_transferring import other_table

TINY = {"streams": "joint", "batch_size": 6, "dim": 8, "precision": "no"}


def test_few_clips_are_drawn_by_seed_and_nested():
    table = waving_table()
    two, four = (transfer.few(table, number, 3) for number in (2, 4))
    for part, number in ((two, 2), (four, 4)):
        train = part.where("train")
        assert np.bincount(part.labels[train]).tolist() == [number] * 3
        assert part.clips["id"][part.where("test")].tolist() == table.clips["id"][table.where("test")].tolist()
    assert set(two.clips["id"]) < set(four.clips["id"])
    assert set(transfer.few(table, 2, 4).clips["id"]) != set(two.clips["id"])


@pytest.fixture
def made_up(monkeypatch):
    """Clips of the tests in place of the benchmark's data sets."""
    tables = {"here": replace(waving_table(), frames=None), "there": other_table()}
    place = {"dataset": "synthetic"}
    monkeypatch.setattr(transfer, "load", lambda data, folders: (place, tables[data]) if data in tables else None)
    target = transfer.Target("here", "Here", "here", {"there": "first"})
    away = transfer.Target("away", "Away", "away", {"there": "first"})
    monkeypatch.setattr(transfer, "TARGETS", (target, away))
    monkeypatch.setattr(transfer, "SOURCES", {"first": ("there", {"epochs": 1})})
    monkeypatch.setattr(transfer, "JOINTS", TINY)
    monkeypatch.setattr(transfer, "EPOCHS", {"all": 2, "two": 1})


def test_it_trains_both_arms_on_the_same_clips_and_prints_what_the_runs_say(made_up, folders, monkeypatch, capsys):
    runs = folders / "transfer"
    arguments = ["--runs", str(runs), "--sources", str(folders), "--preset", "tiny", "--seeds", "2"]
    arguments += ["--only", "here", "away"]
    transfer.main(arguments)
    said = capsys.readouterr().out
    names = sorted(path.name for path in runs.iterdir() if path.is_dir())
    arms = [f"here-{amount}-{start}--seed={s}" for amount in ("all", "two") for start in ("first", "scratch")
            for s in (0, 1)]  # fmt: skip
    assert names == sorted(["first", *arms])
    for seed in (0, 1):
        scratch, moved = (Run(runs / f"here-two-{start}--seed={seed}") for start in ("scratch", "first"))
        assert scratch.clips.equals(moved.clips) and len(scratch.where("train")) == 6
        assert not scratch.config["init_from"] and moved.config["init_from"].endswith("first")
    top1 = [100 * Run(runs / f"here-all-first--seed={s}").metrics["pose"]["top1"] for s in (0, 1)]
    base = [100 * Run(runs / f"here-all-scratch--seed={s}").metrics["pose"]["top1"] for s in (0, 1)]
    (line,) = re.findall(r"\| there \|.*", said)
    assert f"{np.mean(top1):.1f} ± {np.std(top1, ddof=1):.1f}" in line
    assert f"{np.mean(top1) - np.mean(base):+.1f}" in line
    assert "| left_thumb | nearest | left_hand |" in said and "Nothing is finished" in said
    monkeypatch.setattr(transfer, "train_job", lambda *_: pytest.fail("something was trained"))
    transfer.main([*arguments, "--read"])
    assert line in capsys.readouterr().out
