from dataclasses import replace

import numpy as np
import pytest

from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Segment
from mglib.models.temporal import IGNORED
from mglib.recordings import steps

LAYOUT = get_layout("imigue22")


def recording(seconds=6.0, fps=25.0, segments=(), seed=0):
    rng = np.random.default_rng(seed)
    frames = round(seconds * fps)
    points = np.ones((1, frames, LAYOUT.num_joints, 3), np.float32)
    still = rng.uniform(100, 300, (LAYOUT.num_joints, 2))
    points[0, ..., :2] = still + np.cumsum(rng.normal(0, 1, (frames, LAYOUT.num_joints, 2)), axis=0)
    times = np.arange(frames + 1) / fps
    return Recording("r", "P1", "train", seconds, points, times, 480, 640, segments=tuple(segments))


def test_steps_are_a_fifth_of_a_second_and_windows_stay_inside():
    one = recording(2.0)
    np.testing.assert_allclose(steps.step_times(one), [0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9])
    windows = steps.windows_of(one, 1.0)
    assert windows.shape == (5, 2) and windows.min() == 0 and windows.max() == 2
    np.testing.assert_allclose(windows[1], [0.0, 1.0])


def test_cues_do_not_change_with_the_camera():
    one = recording()
    points = one.keypoints.copy()
    points[..., :2] = points[..., :2] * 2.5 + (40, -30)
    near = replace(one, keypoints=points)
    found = steps.cues(one, LAYOUT)
    assert found.shape == (30, 5 + 3 * LAYOUT.num_joints)
    np.testing.assert_allclose(steps.cues(near, LAYOUT), found, rtol=1e-3, atol=1e-3)


def test_speed_is_in_sizes_of_the_person_a_second_whatever_the_frame_rate():
    def moving(fps):
        one = recording(4.0, fps)
        points = np.ones_like(one.keypoints)
        points[0, :, :, 0] = np.arange(LAYOUT.num_joints) * 10
        points[0, :, :, 1] = 50
        wrist = LAYOUT.joints.index("left_wrist")
        points[0, :, wrist, 1] = 50 + 100 * one.times[:-1]  # pixels a second
        return steps.cues(replace(one, keypoints=points), LAYOUT)[3:-3, 0]

    slow, fast = moving(20.0), moving(50.0)
    assert slow.mean() == pytest.approx(fast.mean(), rel=0.02) and slow.min() > 0


def test_a_joint_that_is_lost_does_not_move():
    one = recording()
    points = one.keypoints.copy()
    wrist = LAYOUT.joints.index("left_wrist")
    points[0, 50:100, wrist] = 0
    points[0, 50:100, wrist, 2] = 0
    found = steps.cues(replace(one, keypoints=points), LAYOUT)
    assert found[11:19, 0].max() < 1e-5 and np.isfinite(found).all()
    gone = replace(one, keypoints=np.zeros_like(points))
    assert steps.cues(gone, LAYOUT)[:, 4].max() == 0 and np.isfinite(steps.cues(gone, LAYOUT)).all()


def test_a_step_has_the_mean_of_its_frames():
    one = recording(2.0)
    values = np.arange(50.0)[:, None]
    middles = (one.times[:-1] + one.times[1:]) / 2
    expected = [values[(middles >= t - 0.1) & (middles < t + 0.1)].mean() for t in steps.step_times(one)]
    np.testing.assert_allclose(steps._per_step(values.astype(np.float32), one)[:, 0], expected)


def test_borders_are_not_looked_at_but_every_segment_has_a_step():
    segments = [Segment(1.0, 2.0, 1), Segment(3.0, 3.2, 0)]
    (answers,) = steps.targets(recording(segments=segments), segments, [(0, 1)])
    times = steps.step_times(recording())
    assert set(answers[(times > 1.2) & (times < 1.8)]) == {1}
    assert set(answers[np.abs(times - 1.0) < 0.2]) == {IGNORED} == set(answers[np.abs(times - 2.0) < 0.2])
    assert (answers == 0).sum() == 1 and answers[:4].tolist() == [2] * 4


def test_classes_have_a_track_a_group_where_groups_overlap():
    groups = ("hand", "body", "hand")
    apart = recording(segments=[Segment(0, 1, 0), Segment(1, 2, 1), Segment(3, 4, 2)])
    assert steps.tracks_of([apart], groups) == ((0, 1, 2),)
    together = recording(segments=[Segment(0, 2, 0), Segment(1, 3, 1)])
    assert steps.tracks_of([apart, together], groups) == ((0, 2), (1,))


def test_what_a_run_says_is_interpolated_between_windows():
    class Reader:
        def __call__(self, one, spans):
            middle = spans.mean(axis=1, keepdims=True).astype(np.float32)
            return np.hstack([middle, 1 - middle]), np.hstack([2 * middle, middle])

    from mglib.prediction.spans import Said

    one = recording(6.0)
    reader = Reader()
    p, similar = steps.windowed(one, lambda *given: Said(*reader(*given)), 0.2)
    times = steps.step_times(one)
    np.testing.assert_allclose(p[:-1, 0], times[:-1], atol=1e-5)
    np.testing.assert_allclose(similar[:-1, 0], 2 * times[:-1], atol=1e-5)
