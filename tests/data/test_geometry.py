"""Joints and pixels must move together: a bright spot drawn at a joint is found again where the joint went."""

import numpy as np
import pytest
import torch

from mglib.data.geometry import Augmentation, Box, compact_box, move_frames, move_keypoints, random_augmentation
from mglib.data.layouts import get_layout

HEIGHT, WIDTH, SIZE = 60, 80, 48
CHANGES = [Augmentation(), Augmentation(0.8, 0.7, 0.05, -0.1), Augmentation(angle=0.4), Augmentation(mirror=True)]
CHANGES += [random_augmentation(np.random.default_rng(seed), angle=0.3) for seed in range(6)]


def spot(x: float, y: float, scale: float = 1.0) -> np.ndarray:
    """A blurred dot at image pixel (x, y) of an image stored at another resolution, uint8 [1, h, w, 3]."""
    h, w = int(HEIGHT * scale), int(WIDTH * scale)
    v, u = np.mgrid[:h, :w]
    u, v = (u + 0.5) / scale - 0.5, (v + 0.5) / scale - 0.5
    return np.repeat(255 * np.exp(-((u - x) ** 2 + (v - y) ** 2) / 18), 3).reshape(1, h, w, 3).astype(np.uint8)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_pixels_follow_joints(change, scale):
    x, y, box = 37.0, 29.0, Box(39.0, 30.0, 50.0)
    matrix = change.matrix(box, SIZE)
    (u, v, score) = move_keypoints(np.array([[x, y, 0.7]], np.float32), matrix)[0]
    image = move_frames(spot(x, y, scale), matrix, SIZE, HEIGHT, WIDTH)[0, 0].numpy().astype(float)
    weight = np.where(image > 60, image, 0)
    centre = (weight * np.arange(SIZE)).sum() / weight.sum(), (weight.T * np.arange(SIZE)).sum() / weight.sum()
    assert centre == pytest.approx((u, v), abs=0.35) and score == pytest.approx(0.7)


def test_identity_is_a_copy():
    frames = np.random.default_rng(0).integers(0, 255, (2, 20, 20, 3), dtype=np.uint8)
    matrix = Augmentation().matrix(Box(9.5, 9.5, 20.0), 20)
    assert matrix == pytest.approx(np.array([[1, 0, 0], [0, 1, 0]]), abs=1e-12)
    assert torch.equal(move_frames(frames, matrix, 20, 20, 20), torch.from_numpy(frames).permute(3, 0, 1, 2))


def test_mirroring_twice_restores_and_swaps_names():
    layout = get_layout("imigue22")
    points = np.random.default_rng(0).uniform(0, 47, (1, 3, 22, 3)).astype(np.float32)
    matrix = Augmentation(mirror=True).matrix(Box(23.5, 23.5, 48.0), 48)
    once = move_keypoints(points, matrix, layout)
    assert np.allclose(once[..., 4, 0], 47 - points[..., 7, 0], atol=1e-4)  # wrists: the right one was the left one
    assert np.allclose(move_keypoints(once, matrix, layout), points, atol=1e-4)


def test_crops_stay_within_the_box_and_above_the_area():
    for seed in range(200):
        a = random_augmentation(np.random.default_rng(seed), area=0.56)
        assert abs(a.dx) + a.width / 2 <= 0.5 + 1e-9 and abs(a.dy) + a.height / 2 <= 0.5 + 1e-9
        assert 0.48 < a.width * a.height <= 1  # a side is cut at the box, so an extreme aspect loses a little area
        assert 0.74 < a.width / a.height < 1.34


def test_compact_box_ignores_what_was_not_detected():
    points = np.zeros((1, 2, 3, 3), np.float32)
    points[0, 0, 0], points[0, 1, 1] = (10, 20, 1), (30, 28, 0.4)
    assert compact_box(points, HEIGHT, WIDTH, padding=0.25) == Box(20.0, 24.0, 25.0)
    assert compact_box(np.zeros((1, 2, 3, 3)), HEIGHT, WIDTH) == Box(39.5, 29.5, 80.0)
