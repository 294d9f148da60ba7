"""What hides and displaces joints is read back from the joints, what is erased from frames; the same in all of them."""

import numpy as np
import pytest
import torch

from mglib.data.unsteady import displace_joints, erase_part, hide_joints


def clip(channels: int = 3) -> np.ndarray:
    points = np.random.default_rng(0).uniform(10, 50, (2, 6, 20, channels)).astype(np.float32)
    points[..., -1] = 0.5
    points[1, 2, 3] = 0  # not detected
    return points


@pytest.mark.parametrize("channels", [3, 4])
def test_a_hidden_joint_is_hidden_in_all_frames_and_the_share_is_met(channels):
    points, rng, hidden = clip(channels), np.random.default_rng(1), []
    for _ in range(500):
        seen = hide_joints(points, 0.2, rng)
        gone = ~seen.any((0, 1, 3))
        np.testing.assert_array_equal(seen[:, :, ~gone], points[:, :, ~gone])
        hidden.append(gone.mean())
    assert np.mean(hidden) == pytest.approx(0.2, abs=4 * np.sqrt(0.2 * 0.8 / (20 * 500)))
    assert seen.dtype == np.float32


@pytest.mark.parametrize("channels", [3, 4])
def test_a_joint_is_displaced_by_one_normal_vector_per_clip(channels):
    points, rng, shifts = clip(channels), np.random.default_rng(2), []
    seen = points[..., -1] > 0
    spread = points[seen, :-1].std(0).mean()
    for _ in range(50):
        moved = displace_joints(points, 0.1, rng)
        shift = (moved - points)[..., :-1]
        np.testing.assert_allclose(shift[0], np.broadcast_to(shift[0, :1], shift[0].shape), atol=1e-4)
        np.testing.assert_array_equal(moved[..., -1], points[..., -1])
        assert not moved[1, 2, 3].any() and moved.dtype == np.float32
        shifts.append(shift[0, 0])
    values = np.ravel(shifts)
    assert np.std(values) == pytest.approx(0.1 * spread, rel=4 / np.sqrt(2 * values.size))
    assert abs(np.mean(values)) < 4 * 0.1 * spread / np.sqrt(values.size)


def test_an_empty_clip_stays_empty_and_a_seed_repeats():
    empty = np.zeros((1, 3, 4, 3), np.float32)
    np.testing.assert_array_equal(displace_joints(empty, 0.5, np.random.default_rng(0)), empty)
    first, second = (displace_joints(hide_joints(clip(), 0.3, r), 0.1, r) for r in map(np.random.default_rng, (3, 3)))
    np.testing.assert_array_equal(first, second)


def test_one_rectangle_is_erased_in_a_share_of_the_clips():
    rng, sizes, places = np.random.default_rng(4), [], []
    for _ in range(400):
        frames = erase_part(torch.full((3, 2, 48, 60), 255, dtype=torch.uint8), 0.5, rng)
        erased = (frames < 255).all(0)
        assert torch.equal(erased[0], erased[1])
        ys, xs = erased[0].nonzero(as_tuple=True)
        if len(ys):
            height, width = (int(z.max() - z.min()) + 1 for z in (ys, xs))
            assert len(ys) == height * width  # a rectangle
            assert frames[:, 0, ys[0], xs[0]].tolist() == [124, 116, 104]
            sizes.append((height / 48, width / 60))
            places.append((ys.float().mean() / 48, xs.float().mean() / 60))
    assert len(sizes) / 400 == pytest.approx(0.5, abs=4 * 0.5 / 20)
    assert np.min(sizes) > 0.14 and np.max(sizes) < 0.53
    np.testing.assert_allclose(np.mean(sizes, axis=0), 1 / 3, atol=0.03)
    np.testing.assert_allclose(np.mean(places, axis=0), 0.5, atol=0.04)
