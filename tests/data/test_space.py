"""Joints in space: cameras that walk around, what an image shows, and what does not fit."""

import numpy as np
import pytest
import torch

from mglib.base.errors import DataError
from mglib.data.loader import ClipDataset, Draws, InputMaker, View
from mglib.data.space import SIZE, Turn, as_seen, front_view, random_turn


def places(rng: np.random.Generator, frames: int = 6, joints: int = 17) -> np.ndarray:
    points = np.ones((1, frames, joints, 4), np.float32)
    points[..., :3] = rng.normal((0.3, 0.1, 2.5), (0.3, 0.6, 0.2), (1, frames, joints, 3))
    return points


@pytest.fixture
def solid(make_table):
    """Six clips whose joints are known in space too."""
    flat, rng = make_table(), np.random.default_rng(1)
    return make_table(joints3d=tuple(places(rng, k.shape[1]) for k in flat.keypoints))


def test_a_camera_that_walks_around_sees_what_a_turned_person_shows():
    """A quarter about the vertical: what was away is to the right; heights stay, and so do all distances."""
    points = places(np.random.default_rng(0))
    plain, quarter = as_seen(points, Turn()), as_seen(points, Turn(around=np.pi / 2))
    np.testing.assert_allclose(quarter[..., 0], plain[..., 2], atol=1e-4)
    np.testing.assert_allclose(quarter[..., 2], -plain[..., 0], atol=1e-4)
    np.testing.assert_allclose(quarter[..., 1], plain[..., 1], atol=1e-4)
    turned = as_seen(points, Turn(0.7, -0.4))
    gaps = [np.linalg.norm(x[..., :3] - x[..., :1, :3], axis=-1) for x in (plain, turned)]
    np.testing.assert_allclose(*gaps, rtol=1e-4, atol=1e-3)


def test_a_clip_is_seen_upright_in_one_size_wherever_it_is_and_in_any_unit():
    points = places(np.random.default_rng(0))
    shown = as_seen(points, Turn())
    assert np.allclose(shown[..., :3].mean((0, 1, 2)), 0, atol=1e-3)
    assert np.sqrt((shown[..., :3] ** 2).sum(-1).mean()) == pytest.approx(SIZE, rel=1e-5)
    assert np.corrcoef(shown[..., 1].ravel(), points[..., 1].ravel())[0, 1] == pytest.approx(-1, abs=1e-4)
    far = points * np.float32([1000, 1000, 1000, 1]) + np.float32([0, 0, 9, 0])
    np.testing.assert_allclose(as_seen(far, Turn()), shown, atol=1e-2)
    points[0, 2, 3] = 0
    assert not as_seen(points, Turn(0.3))[0, 2, 3].any()
    assert not as_seen(np.zeros_like(points), Turn(0.3)).any()


def test_turns_are_drawn_within_their_limits():
    rng = np.random.default_rng(0)
    turns = np.array([(t.around, t.over) for t in (random_turn(rng, 0.5, 0.1) for _ in range(200))])
    assert (abs(turns) <= (0.5, 0.1)).all() and (np.ptp(turns, axis=0) > (0.9, 0.18)).all()


def test_the_front_view_fits_into_the_image_and_keeps_shapes():
    points = places(np.random.default_rng(0))
    shown = front_view(points, 200, 400)
    extent = np.ptp(shown[..., :2].reshape(-1, 2), axis=0)
    assert extent.max() == pytest.approx(160, rel=1e-4) and (shown[..., :2] >= 0).all()
    here, there = (np.ptp(x[..., :2].reshape(-1, 2), axis=0) for x in (shown, points))
    assert here[0] / here[1] == pytest.approx(there[0] / there[1], rel=1e-4)
    assert points[0, 0, :, 1].argmax() == shown[0, 0, :, 1].argmin()


def test_only_joints_are_turned_and_only_in_training(solid):
    view, row = View(4, 16), np.array([2])
    (plain,) = (ClipDataset(solid, row, view)[0].keypoints for _ in range(1))
    assert plain.shape == (1, 4, 17, 4)
    still = ClipDataset(solid, row, view, draws=Draws(1.0, flip=False))[0].keypoints
    moved = ClipDataset(solid, row, view, draws=Draws(1.0, flip=False, around=1.0, over=0.2))[0].keypoints
    assert not torch.allclose(still, moved, atol=0.1)
    again = ClipDataset(solid, row, view, draws=Draws(1.0, flip=False, around=1.0, over=0.2))[0].keypoints
    assert torch.equal(moved, again)
    assert ClipDataset(solid, row, View(4, 16, 2, 64))[0].keypoints.shape == (
        1,
        4,
        17,
        3,
    )  # beside frames: in the image


def test_a_mirrored_clip_swaps_left_and_right_in_space(solid):
    view, row = View(4, 16), np.array([1])
    clip, image = (ClipDataset(solid, row, view, mirror=mirror)[0].keypoints for mirror in (False, True))
    back = image[..., torch.as_tensor(solid.layout.flip_permutation), :]
    torch.testing.assert_close(back[..., 0], 15 - clip[..., 0])
    torch.testing.assert_close(back[..., 1:], clip[..., 1:])


def test_three_sides_are_three_images_of_the_same_joints(solid):
    """A joint's blob lies at (x, y), (z, y) and (x, z), z counted from the middle."""
    clip = ClipDataset(solid, np.array([0]), View(4, 32))[0]
    batch = type(clip)(*(part[None] for part in clip))
    front = InputMaker(View(4, 32), 0.8, None, "pose")(batch)["pose"]
    sides = InputMaker(View(4, 32), 0.8, None, "pose", sides=("front", "side", "top"))(batch)["pose"]
    assert front.shape[1] == 17 and sides.shape[1] == 51
    torch.testing.assert_close(sides[:, :17], front)
    for frame, joint in [(0, 3), (3, 11)]:
        x, y, z, _ = clip.keypoints[0, frame, joint]
        for number, (across, down) in enumerate([(x, y), (z + 15.5, y), (x, z + 15.5)]):
            found = sides[0, 17 * number + joint, frame].argmax()
            assert (found // 32, found % 32) == (down.round(), across.round())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p[..., :3], r"joints3d: float32 of shape \(1, 4, 17, 3\); give x, y, z, score"),
        (lambda p: p.astype(np.float64), "joints3d: float64 of shape"),
        (lambda p: p * np.float32(np.nan), "joints3d: NaN or infinity"),
        (lambda p: p + 1, r"joints3d: a score is outside 0\.\.1"),
        (lambda p: p * 0, "joints3d: no joint has a position in 3-D"),
    ],
)
def test_joints_that_do_not_fit_their_clip_are_a_sentence(solid, make_table, change, said):
    wrong = (change(solid.joints3d[0]), *solid.joints3d[1:])
    with pytest.raises(DataError, match=f"clip v0_0, {said}"):
        make_table(joints3d=wrong)
    with pytest.raises(DataError, match="joints3d: 5 arrays for 6 clips"):
        make_table(joints3d=solid.joints3d[:5])


def test_rows_are_chosen_with_their_joints(solid):
    chosen = solid.select([4, 1])
    assert chosen.dimensions == chosen.facts.dimensions == 3
    assert chosen.joints3d[0] is solid.joints3d[4] and chosen.joints3d[1] is solid.joints3d[1]
