"""Frame sampling against its definition."""

import numpy as np
import pytest

from mglib.data.sampling import sample_frames, stretch_places, take, thin_out


@pytest.mark.parametrize("total", [1, 5, 31, 32, 33, 40, 63, 64, 65, 100, 1000])
def test_training_draws_cover_the_clip(total):
    """Short: consecutive with wrap-around. Middling: at most one frame dropped at a place. Long: one of each bin."""
    for seed in range(20):
        frames = sample_frames(total, 32, np.random.default_rng(seed))
        assert frames.shape == (32,) and frames.min() >= 0 and frames.max() < total
        steps = np.diff(frames)
        if total < 32:
            assert ((steps == 1) | (steps == 1 - total)).all()
        else:
            assert (steps > 0).all()
        if 32 <= total < 64:
            assert steps.max() <= 2 and frames[0] <= 1 and frames[-1] >= total - 2
        if total >= 64:
            edges = np.floor(np.linspace(0, total, 33))
            assert ((frames >= edges[:-1]) & (frames < edges[1:])).all()


def test_every_frame_is_drawn_equally_often():
    rng = np.random.default_rng(0)
    counts = sum(np.bincount(sample_frames(96, 32, rng), minlength=96) for _ in range(3000))
    assert counts / 3000 == pytest.approx(np.full(96, 1 / 3), abs=0.05)


@pytest.mark.parametrize("total", range(32, 64))
def test_no_view_of_a_middling_clip_leaves_a_gap_above_two(total):
    """As in PYSKL's sampling, from which the published numbers come; a random subset leaves gaps of 10 and more."""
    views = [sample_frames(total, 32)] + [sample_frames(total, 32, np.random.default_rng(s)) for s in range(50)]
    assert max(np.diff(view).max() for view in views) == (1 if total == 32 else 2)


def test_the_frames_dropped_from_a_middling_clip_lie_anywhere():
    """Of 33 places, before the first frame to after the last, 16 lose one: each as often as any other."""
    views = np.stack([sample_frames(48, 32, rng) for rng in map(np.random.default_rng, range(3000))])
    dropped = np.diff(views, axis=1, prepend=-1, append=48) - 1
    assert set(np.unique(dropped)) == {0, 1} and (dropped.sum(1) == 16).all()
    assert dropped.mean(0) == pytest.approx(np.full(33, 16 / 33), abs=0.05)


def test_the_test_view_is_fixed_and_central():
    assert sample_frames(8, 4).tolist() == [1, 3, 5, 7]
    assert sample_frames(3, 5).tolist() == [0, 1, 2, 0, 1]


def test_several_test_views_are_evenly_spaced_around_the_central_one():
    views = [[1, 7, 13, 19], [3, 9, 15, 21], [5, 11, 17, 23]]
    assert [sample_frames(24, 4, view=(k, 3)).tolist() for k in range(3)] == views
    assert sample_frames(24, 4, view=(1, 3)).tolist() == sample_frames(24, 4).tolist()
    assert [sample_frames(3, 5, view=(k, 3)).tolist() for k in (1, 2)] == [[1, 2, 0, 1, 2], [2, 0, 1, 2, 0]]
    assert [thin_out(np.arange(8), 2, view=(k, 2)).tolist() for k in range(2)] == [[1, 5], [3, 7]]


def test_rgb_frames_lie_within_the_pose_frames_they_meet():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        pose = sample_frames(100, 32, rng)
        rgb = thin_out(pose, 8, rng)
        assert (rgb >= pose[::4]).all() and (rgb <= pose[3::4]).all()
    assert thin_out(np.arange(32), 8).tolist() == list(range(2, 32, 4))


def test_a_clip_without_frames_is_an_error():
    with pytest.raises(ValueError, match="at least one frame"):
        sample_frames(0, 8)


def moving(total: int) -> np.ndarray:
    """[1, total, 1, 3]: a joint that in frame t is at (t, 2 t), always detected."""
    t = np.arange(total, dtype=np.float32)
    return np.stack([t, 2 * t, np.ones_like(t)], -1)[None, :, None]


@pytest.mark.parametrize("total", [1, 2, 7, 48, 300])
def test_a_resized_test_clip_is_the_whole_clip_evenly(total):
    """A constant speed stays constant, and a short clip is slowed down: no jump from its end to its beginning."""
    x = take(moving(total), stretch_places(total, 48))[0, :, 0]
    assert x.shape == (48, 3) and x.dtype == np.float32
    assert x[:, 0] == pytest.approx(np.linspace(0, total - 1, 48), abs=1e-4)
    assert x[:, 1] == pytest.approx(2 * x[:, 0]) and (x[:, 2] == 1).all()


@pytest.mark.parametrize("total", [1, 2, 10, 100])
def test_a_random_stretch_keeps_at_least_its_share_and_lies_anywhere(total):
    ends = np.array([stretch_places(total, 16, 0.7, np.random.default_rng(s))[[0, -1]] for s in range(300)])
    length = ends[:, 1] - ends[:, 0] + 1
    assert ends.min() >= 0 and ends.max() <= total - 1 and length.min() >= 0.7 * total
    if total == 100:
        assert length.min() <= 72 and length.max() == 100
        assert ends[:, 0].max() >= 25 and (100 - length - ends[:, 0]).max() >= 25


def test_a_joint_that_a_frame_lacks_is_as_in_the_nearer_frame():
    points = moving(3)
    points[0, 1] = 0  # not detected
    seen = take(points, np.array([0.25, 0.75, 1.25, 1.75]))[0, :, 0]
    assert seen.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0], [2, 4, 1]]


def test_whole_numbers_of_frames_are_those_frames():
    points = np.random.default_rng(0).random((2, 9, 4, 3), np.float32)
    assert (take(points, np.array([8, 0, 3])) == points[:, [8, 0, 3]]).all()
    assert (take(points, np.array([8.0, 0, 3])) == points[:, [8, 0, 3]]).all()
