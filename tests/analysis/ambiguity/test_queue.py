"""The order in which clips are looked at again, and the label check that is made once."""

from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.ambiguity import kept_label_check, label_check, labels, review_queue
from mglib.runs import Run
from tests.run_builder import fake_run, rewrite


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return fake_run(tmp_path_factory.mktemp("runs") / "run", clips=240, wrong=0.1, noise=1.0)


def test_doubtful_labels_come_first_then_uncertain_answers(run: Run):
    check = label_check(run)
    queue = review_queue(run, check)
    assert sorted(queue["row"]) == list(range(len(run.clips)))
    train = set(run.where("train"))
    judged = [row in train for row in queue["row"]]
    assert judged == sorted(judged, reverse=True)
    known = queue[queue["label_quality"].notna()]
    assert (np.diff(np.floor(known["label_quality"] / 0.01)) >= 0).all()
    assert queue.loc[queue["label_quality"].isna(), "uncertainty"].is_monotonic_decreasing
    top = np.sort(run.probabilities(), axis=1)[queue["row"].iloc[0]]
    assert queue["uncertainty"].iloc[0] == pytest.approx(1 - (top[-1] - top[-2]))
    wrong = np.loadtxt(run.path / "truth.csv", delimiter=",", skiprows=1, usecols=1, dtype=str) == "True"
    first = wrong[queue["row"].iloc[:20]].sum()
    assert wrong.sum() > 10 and first >= wrong.sum() / 2  # at random: 20 of 160
    without = review_queue(run)
    assert without["label_quality"].isna().all() and without["uncertainty"].is_monotonic_decreasing


def test_the_check_is_made_once_and_again_for_other_features(run: Run, monkeypatch: pytest.MonkeyPatch):
    assert kept_label_check(run, only_kept=True) is None
    first = kept_label_check(run)
    made = []
    monkeypatch.setattr(labels, "label_check", lambda *given: made.append(given) or first)
    again = kept_label_check(Run(run.path))
    assert not made and again.equals(first)
    (run.path / "label_check.npz").write_bytes(b"torn")
    assert kept_label_check(run).equals(first) and len(made) == 1
    other = rewrite(run, "features", pose=run.features("pose") + 1)
    assert kept_label_check(other, only_kept=True) is None
    kept_label_check(other)
    assert len(made) == 2


def test_a_run_that_cannot_be_written_is_judged_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = fake_run(tmp_path / "run")

    def refuse(path: Path, **_: np.ndarray) -> None:
        raise labels.DiskError(f"{path} could not be written.")

    monkeypatch.setattr(labels.files, "write_arrays", refuse)
    with pytest.warns(UserWarning, match=r"label_check.npz could not be written. The labels are judged again next tim"):
        assert kept_label_check(run).equals(label_check(run))
