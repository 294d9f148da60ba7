from dataclasses import asdict

import numpy as np
import pytest

from mglib.analysis.ensemble import EnsembleError, find_members, gather
from mglib.base import files
from mglib.base.errors import RunError
from tests.run_builder import fake_run, recolumn, rewrite


def test_names_stand_for_streams(folders):
    fake_run(folders / "runs" / "both")
    fake_run(folders / "runs" / "one", streams=("pose",))
    assert [m.name for m in find_members(["both", "one"])] == ["both:rgb", "both:pose", "one"]
    assert [m.name for m in find_members(["both:fused"])] == ["both:fused"]
    with pytest.raises(EnsembleError, match="both has no stream 'limb'; it has rgb, pose, fused"):
        find_members(["both:limb"])
    with pytest.raises(EnsembleError, match="both:rgb is named twice"):
        find_members(["both", "both:rgb"])
    with pytest.raises(RunError, match="There is no run 'none'"):
        find_members(["none"])


def test_a_pool_holds_out_what_all_members_held_out(make_runs, hold_out):
    first, second = make_runs("a", "b")
    pool = gather(find_members(["a", "b"]))
    np.testing.assert_array_equal(pool.rows, first.where("val"))
    np.testing.assert_allclose(pool.held_out[1], second.probabilities()[first.where("val")])
    answers = np.random.default_rng(0).dirichlet(np.ones(5), (first.clips["split"] != "test").sum())
    hold_out(second, pose=answers)
    pool = gather(find_members(["a", "b"]))
    np.testing.assert_array_equal(pool.rows, first.where("val"))
    beside = np.flatnonzero(first.clips["split"] != "test")
    np.testing.assert_allclose(pool.held_out[1], answers[np.searchsorted(beside, pool.rows)])


def clips(**columns):
    return lambda run: recolumn(run, **{name: change(run.clips[name]) for name, change in columns.items()})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (clips(id=lambda x: x + "x"), "b and a differ by 900 clips, such as clip 00000; combine runs on the same"),
        (clips(id=lambda x: x[::-1].to_numpy()), "the same clips in another order, 450 of them"),
        (clips(label=lambda x: (x + 1) % 5), "the same clips in other labels, 450 of them"),
        (clips(split=lambda x: x.where(x != "val", "train")), "the same clips in another split, 100 of them"),
        (clips(group=lambda x: x + "?"), "the same clips in other groups"),
        (lambda run: rewrite(run, "predictions", pose=run.probabilities() * np.nan), "b: 450 of 450 clips have"),
    ],
)
def test_runs_that_do_not_belong_together_are_refused(make_runs, spoil, said):
    spoil(make_runs("a", "b")[1])
    with pytest.raises(EnsembleError, match=said):
        gather(find_members(["a", "b"]))


def test_other_classes_one_member_or_no_probabilities_are_refused(make_runs):
    _, second = make_runs("a", "b")
    with pytest.raises(EnsembleError, match="1 member cannot be combined"):
        gather(find_members(["a"]))
    files.write_json(second.path / "data.json", asdict(second.data) | {"class_names": list("vwxyz")})
    with pytest.raises(EnsembleError, match="b and a have different classes"):
        gather(find_members(["a", "b"]))
    (second.path / "predictions.npz").unlink()
    with pytest.raises(RunError, match=r"predictions.npz is missing: the run b is incomplete"):
        find_members(["b"])


def test_without_held_out_clips_there_is_nothing_to_fit_on(folders):
    for name in ("a", "b"):
        fake_run(folders / "runs" / name, streams=("pose",))
    with pytest.raises(RunError, match="The run a has no held-out clips, as made up has no val split"):
        gather(find_members(["a", "b"]))


def test_a_pool_can_lose_a_member(make_runs):
    make_runs("a", "b", "c")
    pool = gather(find_members(["a", "b", "c"]))
    rest = pool.without("b")
    assert rest.names == ["a", "c"]
    np.testing.assert_array_equal(rest.held_out, pool.held_out[[0, 2]])
    with pytest.raises(EnsembleError, match="'d' cannot be left out of a, b, c"):
        pool.without("d")
    assert "held out: 100 clips of 2 subjects" in str(pool)
