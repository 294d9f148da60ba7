import numpy as np
import pandas as pd
import pytest

from mglib.analysis.ambiguity import clip_table
from mglib.analysis.embedding import embed
from mglib.analysis.ensemble import EnsembleError, cross_fit, find_members, fit, gather, save_ensemble, submission
from mglib.base.errors import BusyError
from mglib.base.locking import locked
from mglib.explorer.payload import make_payload
from mglib.runs import Run, find_run


@pytest.fixture
def pool(make_runs):
    make_runs("a", "b")
    return gather(find_members(["a", "b"]))


def keep(pool, method="convex", name="both"):
    return save_ensemble(pool, fit(pool, method), name, folds=2)


def test_an_ensemble_is_read_like_any_run(pool):
    run = keep(pool)
    assert (run.kind, run.finished, run.streams) == ("ensemble", True, ("a", "b"))
    np.testing.assert_allclose(run.probabilities(), fit(pool)(pool.probabilities), atol=1e-6)
    np.testing.assert_allclose(run.probabilities("a"), pool.probabilities[0], atol=1e-6)
    rows, held = run.held_out()
    np.testing.assert_array_equal(rows, pool.rows)
    np.testing.assert_allclose(held, cross_fit(pool, folds=2), atol=1e-6)
    top1 = run.scores.set_index(["system", "metric"])["value"].loc[("fused", "top1")]
    test = run.where("test")
    assert top1 == pytest.approx((run.probabilities()[test].argmax(1) == run.labels[test]).mean())
    assert [member["run"] for member in run.config["members"]] == ["a", "b"]
    assert sum(member["weight"] for member in run.config["members"]) == pytest.approx(1)


def test_explorer_maps_and_clip_table_take_it(pool):
    run = keep(pool, "stacking")
    payload = make_payload(run)
    assert list(payload.meta["systems"].values()) == ["ensemble", "a", "b"]
    assert list(payload.meta["maps"]) == ["fused", "a", "b"]
    clips = clip_table(run)
    np.testing.assert_array_equal(clips["predicted"], run.probabilities().argmax(1))
    assert clips["margin"].notna().all() and clips["persistence"].isna().all()
    assert embed(run, method="pca").clips.shape == (450, 2)


def test_it_can_be_a_member_and_be_replaced_but_replaces_nothing_else(pool, make_runs):
    keep(pool)
    (Run("both").path / "notes.csv").write_text("id,note\n")
    make_runs("c")
    wider = gather(find_members(["both:fused", "c"]))
    assert keep(wider, name="three").streams == ("both:fused", "c")
    assert find_run().name == "three" and find_run(kind="network").name == "c"
    again = keep(pool, "equal")
    assert again.config["method"] == "equal" and again.has("notes.csv")
    for name, said in {"a": "is not an ensemble", "x/y": "plain folder name", "": "plain folder name"}.items():
        with pytest.raises(EnsembleError, match=said):
            keep(pool, name=name)
    with pytest.raises(EnsembleError, match="both is one of the members"):
        keep(wider, name="both")
    assert Run("both").config["method"] == "equal"  # still whole
    for path in Run("both").path.glob("[!cn]*"):  # killed while it was replaced: config.yaml, clips.csv and notes.csv
        path.unlink()
    assert not Run("both").finished and keep(pool).has("notes.csv", "metrics.json", "scores.csv")


def test_an_error_or_another_process_leaves_the_ensemble_as_it_is(pool, monkeypatch):
    before = {path: path.read_bytes() for path in keep(pool).path.iterdir()}
    with locked(Run("both").path), pytest.raises(BusyError, match="both is being written by process"):
        keep(pool, "equal")
    monkeypatch.setattr("mglib.analysis.ensemble.saving.score_table", None)
    with pytest.raises(TypeError):
        keep(pool, "equal")
    assert {path: path.read_bytes() for path in Run("both").path.iterdir()} == before


def test_the_submission_holds_hidden_clips_where_there_are_any(pool, tmp_path):
    for member, answers in zip(pool.members, ([[0.6, 0.4], [0.3, 0.7]], [[0.1, 0.9], [0.2, 0.8]]), strict=True):
        wide = np.pad(answers, ((0, 0), (0, pool.probabilities.shape[2] - 2)))
        np.savez(member.run.path / "hidden.npz", ids=np.array(["h 1", "h 2"]), pose=wide)
    table = pd.read_csv(submission(keep(pool, "equal"), tmp_path / "submission.csv"))
    assert (list(table["Id"]), list(table["Target"])) == (["h 1", "h 2"], [1, 1])
    np.savez(pool.members[1].run.path / "hidden.npz", ids=np.array(["h 1", "h 3"]), pose=wide)
    with pytest.raises(EnsembleError, match="different hidden clips"):
        keep(gather(find_members(pool.names)))


def test_the_submission_holds_every_test_clip(pool, tmp_path):
    run = keep(pool)
    table = pd.read_csv(submission(run, tmp_path / "submission.csv"), dtype={"Id": str})
    test = run.where("test")
    assert list(table.columns) == ["Id", "Target"]
    assert list(table["Id"]) == list(run.clips["id"].iloc[test])
    np.testing.assert_array_equal(table["Target"], run.probabilities()[test].argmax(1))
