"""Decisions and slices: kept at once and whole, two tabs safe, and fit to train with."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mglib.base.corrections import read_corrections
from mglib.base.errors import OptionError
from mglib.explorer.decisions import Decisions
from mglib.explorer.slices import Slices

KEEP = {"decision": "keep", "was": "nod", "label": "nod", "split": "train"}
MOVE = {"decision": "relabel", "was": "nod", "label": "wave", "split": "train", "reason": 'it waves, "twice"\nso'}
DROP = {"decision": "leave out", "was": "nod", "label": "", "split": "train", "confidence": "sure", "blind": "yes"}


def test_they_are_kept_replaced_and_removed(tmp_path: Path):
    decisions = Decisions(tmp_path / "decisions.csv")
    decisions.replace("ann", "c1", KEEP)
    decisions.replace("bob", "c1", MOVE)
    found = decisions.replace("ann", "c1", DROP)
    assert found == Decisions(decisions.path).read()
    assert found["ann"]["c1"] | {"saved": ""} == {**DROP, "reason": "", "saved": ""}
    assert found["bob"]["c1"]["reason"] == MOVE["reason"]
    assert "ann" not in decisions.replace("ann", "c1", None)


@pytest.mark.parametrize(
    ("rater", "decision", "sentence"),
    [
        (" ", KEEP, "rater: ' '; give a name"),
        ("ann", KEEP | {"label": "wave"}, "label: 'wave' does not fit 'keep' of a clip labelled 'nod'"),
        ("ann", MOVE | {"label": "nod"}, "label: 'nod' does not fit 'relabel'"),
        ("ann", MOVE | {"label": ""}, "label: '' does not fit 'relabel'"),
        ("ann", DROP | {"label": "nod"}, "label: 'nod' does not fit 'leave out'"),
        ("ann", KEEP | {"decision": "yes"}, "decision: 'yes'; give one of 'keep', 'relabel', 'leave out'"),
        ("ann", KEEP | {"confidence": "9"}, "confidence: '9'; give one of"),
    ],
)
def test_what_does_not_fit_is_told_and_changes_nothing(tmp_path: Path, rater, decision, sentence):
    decisions = Decisions(tmp_path / "decisions.csv")
    decisions.replace("ann", "c0", KEEP)
    before = decisions.path.read_bytes()
    with pytest.raises(ValueError, match=sentence):
        decisions.replace(rater, "c1", decision)
    assert decisions.path.read_bytes() == before


def test_two_kernels_lose_nothing_of_each_other(tmp_path: Path):
    """Each has its own object; all write at once."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Decisions(tmp_path / "d.csv").replace(f"r{n % 2}", f"c{n}", MOVE), range(24)))
        list(pool.map(lambda n: Slices(tmp_path / "s.json").replace(f"s{n}", _slice([f"c{n}"])), range(12)))
    assert len(Decisions(tmp_path / "d.csv").table()) == 24
    assert {name: each["ids"] for name, each in Slices(tmp_path / "s.json").read().items()} == {
        f"s{n}": [f"c{n}"] for n in range(12)
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.csv", "s.json"]


def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path):
    for path, keeper in ((tmp_path / "d.csv", Decisions), (tmp_path / "s.json", Slices)):
        path.write_text("a,b\n1,2\n")
        with pytest.raises(ValueError, match=f"{path.name} .*epair"):
            keeper(path).replace("x", "c", None) if keeper is Decisions else keeper(path).replace("x", None)
        assert path.read_text() == "a,b\n1,2\n"


def test_agreement_is_counted_from_the_clips_that_both_decided(tmp_path: Path):
    decisions = Decisions(tmp_path / "decisions.csv")
    assert decisions.agreement("ann", "bob").clips == 0
    for clip, (one, other) in enumerate([(KEEP, KEEP), (KEEP, MOVE), (MOVE, MOVE), (DROP, DROP), (MOVE, DROP)]):
        decisions.replace("ann", f"c{clip}", one)
        decisions.replace("bob", f"c{clip}", other)
    decisions.replace("bob", "c9", DROP)
    found = decisions.agreement("ann", "bob")
    # by hand: alike 3 of 5; by chance (2 * 1 + 2 * 2 + 1 * 2) / 25 = 8 / 25
    assert found == (5, pytest.approx(3 / 5), pytest.approx((3 / 5 - 8 / 25) / (1 - 8 / 25)))
    alone = Decisions(tmp_path / "alone.csv")
    for rater in ("ann", "bob"):
        alone.replace(rater, "c", KEEP)
    assert alone.agreement("ann", "bob")[:2] == (1, 1.0) and np.isnan(alone.agreement("ann", "bob").kappa)


def test_a_run_without_decisions_says_so(tmp_path: Path):
    with pytest.raises(OptionError, match=r"nobody has decided on a clip of .* yet; see the review\."):
        Decisions(tmp_path / "decisions.csv").corrections()


def test_the_file_is_one_of_corrections(tmp_path: Path):
    decisions = Decisions(tmp_path / "decisions.csv")
    for clip, decision in {"c0": KEEP, "c1": MOVE, "c2": DROP}.items():
        decisions.replace("ann", clip, decision)
    changes = [{"id": "c1", "label": "wave", "was": "nod"}, {"id": "c2", "label": None, "was": "nod"}]
    assert read_corrections(decisions.path) == {"name": "decisions", "clips": changes}
    assert decisions.corrections("ann")["clips"] == changes
    decisions.replace("bob", "c1", KEEP)
    with pytest.raises(OptionError, match="gives clip c1 two labels, 'wave' and 'nod'; keep one, or give the decision"):
        decisions.corrections()
    assert decisions.corrections("bob")["clips"] == []
    with pytest.raises(ValueError, match="rater: 'eve' has decided nothing .* there: ann, bob"):
        decisions.corrections("eve")


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"a": 1}', '{"a": {"ids": 3}}', '{"a": {}}', "[" * 100_000])
def test_a_damaged_file_of_slices_is_a_sentence_and_stays(tmp_path, content):
    path = tmp_path / "slices.json"
    path.write_text(content)
    for change in (Slices(path).read, lambda: Slices(path).replace("mine", _slice(["c1"]))):
        with pytest.raises(ValueError, match=r"slices\.json holds no slices \(.*\); rename or repair it\."):
            change()
    assert path.read_text() == content


def _slice(ids: list[str]) -> dict:
    return {"filters": {"seconds": [0, 1]}, "split": "test", "stream": "fused", "ids": ids}
