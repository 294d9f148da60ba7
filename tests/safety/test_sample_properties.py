"""What holds for the view of a clip whatever is drawn: frames, geometry, heat-maps."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mglib.data.geometry import Augmentation, compact_box, move_frames, move_keypoints, random_augmentation
from mglib.data.heatmaps import joint_heatmaps
from mglib.data.layouts import LAYOUTS
from mglib.data.sampling import sample_frames, thin_out

SEEDS = st.none() | st.integers(0, 2**32 - 1)
LENGTHS = {"total": st.integers(1, 20_000), "num_frames": st.integers(1, 64)}


def _rng(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


@given(**LENGTHS, seed=SEEDS)
def test_frames_lie_in_the_clip_rise_and_cover_it(total, num_frames, seed):
    indices = sample_frames(total, num_frames, _rng(seed))
    assert indices.shape == (num_frames,)
    assert indices.dtype == np.int64
    assert (indices >= 0).all()
    assert (indices < total).all()
    if total < num_frames:  # all of them, in turn
        assert set(indices) == set(range(total))
        assert (np.diff(indices) % total == 1 % total).all()
    else:
        assert (np.diff(indices) > 0).all()
    if total >= 2 * num_frames or seed is None and total >= num_frames:  # one of each bin
        starts = np.arange(num_frames) * total // num_frames
        assert (indices >= starts).all()
        assert (indices < np.append(starts[1:], total)).all()


@given(**LENGTHS, runs=st.integers(1, 8), seed=SEEDS)
def test_rgb_frames_are_one_of_each_run_of_pose_frames(total, num_frames, runs, seed):
    indices = sample_frames(total, num_frames * runs, _rng(seed))
    chosen = thin_out(indices, num_frames, _rng(seed))
    assert all(frame in run for frame, run in zip(chosen, indices.reshape(num_frames, runs), strict=True))


POINTS = hnp.arrays(
    np.float32, st.tuples(st.integers(1, 3), st.integers(1, 4), st.just(22), st.just(3)),
    elements=st.floats(-50, 700, width=32),
)  # fmt: skip
AREAS = st.floats(0.05, 1)
DRAWS = {"seed": st.integers(0, 2**32 - 1), "area": AREAS, "angle": st.floats(0, 3.14)}


@given(points=POINTS)
def test_the_box_holds_every_detected_joint(points):
    box = compact_box(points, 480, 640)
    seen = points[points[..., 2] > 0]
    assert box.side >= 1
    assert (np.abs(seen[:, :2] - (box.x, box.y)) <= box.side / 2 * (1 + 1e-6) + 1e-3).all()


@given(points=POINTS, **DRAWS)
def test_a_draw_can_be_undone_and_keeps_the_crop_inside_the_box(points, seed, area, angle):
    box = compact_box(points, 480, 640)
    change = random_augmentation(np.random.default_rng(seed), area, angle)
    matrix = np.vstack([change.matrix(box, 56), [0, 0, 1]])
    there = np.concatenate([points[..., :2].reshape(-1, 2), np.ones((points.size // 3, 1))], 1)
    np.testing.assert_allclose(there @ matrix.T @ np.linalg.inv(matrix).T, there, atol=1e-3 * box.side)
    assert min(area, 0.75) * (1 - 1e-9) <= change.width * change.height <= 1
    assert abs(change.dx) + change.width / 2 <= 0.5 + 1e-9
    assert abs(change.dy) + change.height / 2 <= 0.5 + 1e-9
    assert np.sign(np.linalg.det(matrix)) == (-1 if change.mirror else 1)


@given(x=st.floats(12, 52), y=st.floats(12, 36), size=st.integers(24, 64), **DRAWS)
def test_joints_and_pixels_are_moved_alike(x, y, size, seed, area, angle):
    v, u = np.mgrid[:48, :64]
    spot = np.exp(-((u - x) ** 2 + (v - y) ** 2) / 8)
    frame = (255 * spot[None, ..., None]).astype(np.uint8)
    points = np.array([[[[x, y, 1.0]]]], np.float32)
    matrix = random_augmentation(np.random.default_rng(seed), max(area, 0.5), angle).matrix(
        compact_box(points * 0, 48, 64), size
    )
    (px, py), moved = (
        move_keypoints(points, matrix)[0, 0, 0, :2],
        move_frames(frame, matrix, size, 48, 64)[0, 0].numpy(),
    )
    if 6 < px < size - 7 and 6 < py < size - 7:  # all of the spot is in the picture
        rows, columns = np.mgrid[:size, :size]
        weights = moved / moved.sum()
        assert abs((weights * columns).sum() - px) < 0.5
        assert abs((weights * rows).sum() - py) < 0.5


@given(points=POINTS, name=st.sampled_from(sorted(LAYOUTS)))
def test_mirrored_twice_is_as_before(points, name):
    layout = LAYOUTS[name]
    joints = np.resize(points, (*points.shape[:2], layout.num_joints, 3)).astype(np.float32)
    box = compact_box(joints, 480, 640)
    there = Augmentation(mirror=True).matrix(box, 56)
    inverse = np.linalg.inv(np.vstack([there, [0, 0, 1]]))[:2]
    once = move_keypoints(joints, there, layout)
    np.testing.assert_allclose(move_keypoints(once, inverse, layout), joints, atol=1e-2)
    assert sorted(layout.flip_permutation) == list(range(layout.num_joints))


PERSONS = hnp.arrays(np.float32, st.tuples(st.integers(1, 3), st.just(2)), elements=st.floats(0, 31, width=32))


@given(places=PERSONS, score=st.floats(2**-5, 1, width=32), sigma=st.floats(0.4, 2))
def test_a_map_peaks_at_the_joint_and_several_persons_are_the_largest_of_each(places, score, sigma):
    keypoints = torch.zeros((1, len(places), 1, 1, 3))
    keypoints[0, :, 0, 0, :2], keypoints[..., 2] = torch.from_numpy(places), score
    together = joint_heatmaps(keypoints, (32, 32), sigma)[0, 0, 0]
    alone = [joint_heatmaps(keypoints[:, [person]], (32, 32), sigma)[0, 0, 0] for person in range(len(places))]
    torch.testing.assert_close(together, torch.stack(alone).amax(0))
    assert together.min() >= 0
    assert together.max() <= score * (1 + 1e-5)
    for (x, y), volume in zip(places, alone, strict=True):
        row, column = divmod(int(volume.argmax()), 32)
        assert abs(column - x) <= 0.5 + 1e-4
        assert abs(row - y) <= 0.5 + 1e-4
        distance = (column - x) ** 2 + (row - y) ** 2
        assert abs(volume.max().item() - score * np.exp(-distance / (2 * sigma**2))) < 1e-5
