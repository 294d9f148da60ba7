"""The swap test says of a made-up network what it was made to do."""

from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from mglib.analysis.reliance import reliance_table, statement, strangers, verdicts
from mglib.base import files
from mglib.base.errors import RunError
from mglib.runs import Run
from tests.run_builder import fake_run


@pytest.mark.parametrize("sizes", [(1, 1), (5, 5), (3, 2, 1), (40, 30, 6, 4), (9, 9, 9), (1,) * 30])
def test_each_clip_serves_once_and_none_its_own_class(sizes):
    labels = np.random.default_rng(1).permutation(np.repeat(range(len(sizes)), sizes))
    for seed in range(20):
        donors = strangers(labels, np.random.default_rng(seed))
        assert sorted(donors) == list(range(len(labels)))
        assert (labels[donors] != labels).all()


def test_a_class_of_more_than_half_of_the_clips_borrows_from_all_others():
    labels = np.array([0] * 30 + [1, 2, 3])
    donors = strangers(labels, np.random.default_rng(0))
    assert (labels[donors] != labels).all() and set(donors[:30]) == {30, 31, 32}
    with pytest.raises(ValueError, match="The 4 clips are of one class"):
        strangers(np.zeros(4, int), np.random.default_rng(0))


def test_a_draw_is_repeated_by_its_seed_and_mixes_the_classes():
    labels = np.repeat(range(10), 20)
    first, again, other = (strangers(labels, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()
    assert len({(a, b) for a, b in zip(labels, labels[first], strict=True)}) > 60, "of 90 pairs of classes"


def answers(labels, right, rng):
    """Probabilities of which the share `right` names the label, the others the class after it."""
    hit = rng.permutation(len(labels)) < round(right * len(labels))
    return np.eye(4)[np.where(hit, labels, (labels + 1) % 4)]


def measured(tmp_path, without_rgb, without_pose, groups=20):
    """A run of 90 % whose swapped answers are right in these shares."""
    rng, run = np.random.default_rng(0), fake_run(tmp_path / "run", num_classes=4)
    labels, group = np.arange(400) % 4, np.arange(400) // 4 % groups
    intact = {head: answers(labels, 0.9, rng) for head in ("rgb", "pose")}
    swapped = {
        "rgb": {head: answers(labels, without_rgb, rng) for head in intact},
        "pose": {head: answers(labels, without_pose, rng) for head in intact},
    }
    table = reliance_table(intact, swapped, labels, group)
    files.write_text(run.path / "reliance.csv", table.to_csv(index=False))
    return Run(run.path)


def test_an_input_without_which_nothing_is_lost_is_called_ignored(tmp_path):
    run = measured(tmp_path, without_rgb=0.9, without_pose=0.1)
    table = run.reliance.set_index(["swapped", "system"])
    assert table.loc[("rgb", "pose"), ["top1", "drop"]].tolist() == pytest.approx([0.9, 0.0])
    assert table.loc[("pose", "rgb"), ["top1", "drop"]].tolist() == pytest.approx([0.1, 0.8])
    assert (table["drop_low"] <= table["drop"]).all() and (table["drop"] <= table["drop_high"]).all()
    assert [(v.stream, v.use) for v in verdicts(run)] == [("rgb", "ignores"), ("pose", "uses")]
    said = statement(run)
    assert said.startswith("The made-up head and pose head both see both inputs, made-up video and joints.")
    assert "the network ignores the made-up video" in said and "the network uses the joints" in said
    assert said.endswith("In effect it predicts from the joints alone.")


def test_a_network_that_uses_both_is_not_told_otherwise(tmp_path):
    run = measured(tmp_path, without_rgb=0.5, without_pose=0.2)
    assert {v.use for v in verdicts(run)} == {"uses"}
    assert "ignores" not in statement(run) and "alone" not in statement(run)


def test_where_the_interval_of_a_real_drop_holds_0_nothing_is_claimed(tmp_path):
    run = fake_run(tmp_path / "run", num_classes=4)
    labels, group = np.arange(80) % 4, np.arange(80) // 20
    intact = {head: np.eye(4)[np.where(group < 2, labels, (labels + 1) % 4)] for head in ("rgb", "pose")}
    worse = {head: np.eye(4)[np.where(group == 0, labels, (labels + 1) % 4)] for head in ("rgb", "pose")}
    table = reliance_table(intact, {"rgb": worse, "pose": intact}, labels, group)
    files.write_text(run.path / "reliance.csv", table.to_csv(index=False))
    found = verdicts(Run(run.path))
    assert [v.use for v in found] == ["unclear", "ignores"]
    assert "the interval includes 0" in found[0].sentence and "a drop of 25.0 points" in found[0].sentence


@pytest.mark.parametrize(
    ("drop", "use"),
    [
        ((0.006, -0.021, 0.034), "ignores"),
        ((0.006, -0.3, 0.31), "unclear"),  # too few clips
        ((0.015, 0.008, 0.022), "uses"),  # little, but not none
        ((-0.1, -0.15, -0.05), "uses"),  # to its harm
        ((0.03, -0.01, 0.045), "unclear"),
        ((0.3, 0.2, 0.4), "uses"),
    ],
)
def test_what_is_said_of_an_input_is_what_the_interval_of_the_drop_shows(tmp_path, drop, use):
    run = fake_run(tmp_path / "run")
    rows = [(system, swapped, 0.5, 0.4, 0.6, *drop) for swapped in run.streams for system in (*run.streams, "fused")]
    rows[0] = (*rows[0][:5], 0.097, 0.042, 0.152)
    columns = ["system", "swapped", "top1", "low", "high", "drop", "drop_low", "drop_high"]
    files.write_text(run.path / "reliance.csv", pd.DataFrame(rows, columns=columns).to_csv(index=False))
    first, second = verdicts(Run(run.path))
    assert first.use == second.use == use
    if use == "ignores":
        assert "as far as these clips tell (at most 3.4 points rest on it)" in second.sentence
        assert ", though the made-up head loses 9.7 [4.2, 15.2]." in first.sentence and "though" not in second.sentence


def test_a_run_of_an_earlier_version_says_that_it_was_not_measured(tmp_path):
    run = fake_run(tmp_path / "earlier")
    assert run.reliance is None and verdicts(run) == []
    assert "was not measured" in statement(run) and "measure_reliance" in statement(run)
    alone = fake_run(tmp_path / "alone", streams=("pose",))
    assert statement(alone) == "One input only: there is nothing to swap."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("system,swapped\nfused,rgb\n", "it lacks the columns top1, low, high"),
        (
            "system,swapped,top1,low,high,drop,drop_low,drop_high\nfused,rgb,much,0,1,0,0,0\n",
            "column top1 contains values other",
        ),
        ("", "cannot be used"),
    ],
)
def test_a_damaged_table_is_a_sentence(tmp_path, content, said):
    run = fake_run(tmp_path / "run")
    files.write_text(run.path / "reliance.csv", content)
    with pytest.raises(RunError, match=said):
        _ = Run(run.path).reliance


def test_names_tell_heads_from_inputs(tmp_path):
    run = fake_run(tmp_path / "both")
    assert run.stream_names == {"rgb": "made-up head", "pose": "pose head", "fused": "fused 1:1"}
    assert run.input_names == {"rgb": "made-up video", "pose": "joints"}
    assert fake_run(tmp_path / "one", streams=("pose",)).stream_names == {"pose": "joints"}
    for visual, head in {"depth video": "depth head", "colour video": "RGB head", "synthetic RGB": "RGB head"}.items():
        files.write_json(run.path / "data.json", asdict(Run(run.path).data) | {"visual": visual})
        assert Run(run.path).stream_names["rgb"] == head


def test_one_group_has_no_interval_and_the_drop_decides(tmp_path):
    with pytest.warns(UserWarning, match="1 group"):
        run = measured(tmp_path, without_rgb=0.9, without_pose=0.1, groups=1)
    assert [v.use for v in verdicts(run)] == ["ignores", "uses"]
    assert " points: the network uses the joints, as far as one subject shows: there is no interval." in statement(run)
    assert isinstance(run.reliance, pd.DataFrame)
