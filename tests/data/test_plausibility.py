"""Tables whose shapes and values are allowed, and which can hardly be true; sound ones beside them."""

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import load
from mglib.data.plausibility import frames_for_persons, implausible
from tests.data import folders as make
from tests.safety.hostile import write_pickle

JOINTS = tuple(make.LAYOUTS["coco17"].joints)


def _people(persons, frames, seed=0):
    """Persons beside each other, each moving a little, [M, T, V, 3]."""
    rng = np.random.default_rng(seed)
    return np.stack([make.person(JOINTS, frames, rng, (150 + 400 * m, 280)) for m in range(persons)])


def _annotations(points, **changes):
    return [
        {"frame_dir": f"v{i}_{i}", "label": i % 2, "img_shape": (720, 1280), "keypoint": each[..., :2],
         "keypoint_score": each[..., 2]} | changes
        for i, each in enumerate(points)
    ]  # fmt: skip


@pytest.mark.parametrize(("persons", "frames"), [(1, 10), (1, 3), (2, 10), (2, 2), (3, 4)])
def test_frames_in_the_place_of_persons_are_refused_and_the_right_order_is_read(tmp_path, persons, frames):
    points = [_people(persons, frames, seed) for seed in range(6)]
    assert len(load("annotation", write_pickle(tmp_path / "a.pkl", _annotations(points)), layout="coco17")) == 6
    swapped = write_pickle(tmp_path / "b.pkl", _annotations([each.swapaxes(0, 1) for each in points]))
    with pytest.raises(DataError, match=rf"6 clips, v0_0 first, hold {frames} persons in {persons} frames, "):
        load("annotation", swapped, layout="coco17")


def test_one_clip_of_many_persons_who_are_frames_is_enough(tmp_path):
    points = [_people(2, 9, seed) for seed in range(9)] + [_people(1, 12).swapaxes(0, 1)]
    with pytest.raises(DataError, match="1 clips, v9_9 first, hold 12 persons in 1 frames"):
        load("annotation", write_pickle(tmp_path / "a.pkl", _annotations(points)), layout="coco17")


def test_a_second_person_who_is_empty_or_a_copy_or_comes_and_goes_is_the_detectors_way():
    one = _people(1, 9)
    assert not frames_for_persons(np.concatenate([one, 0 * one]))
    assert not frames_for_persons(np.concatenate([one, one]))
    couple = _people(2, 9)
    couple[1, ::2] = 0
    assert not frames_for_persons(couple) and frames_for_persons(couple.swapaxes(0, 1))


@pytest.mark.parametrize(
    ("change", "size"),
    [
        (lambda points: points / (1280, 720), (1, 1)),
        (lambda points: points / (1280, 720), (720, 1280)),
        (lambda points: points / (640, 360) - 1, (720, 1280)),
        (lambda points: points / 400, (720, 1280)),
        (lambda points: points / (1280, 720), (2, 2)),
    ],
)
def test_positions_that_are_no_pixels_are_refused(tmp_path, change, size):
    points = [_people(1, 9, seed) for seed in range(4)]
    for each in points:
        each[..., :2] = change(each[..., :2])
    path = write_pickle(tmp_path / "a.pkl", _annotations(points, img_shape=size))
    with pytest.raises(DataError, match=r"all joints together span .* pixels or less, .* give them in pixels"):
        load("annotation", path, layout="coco17")


def test_a_small_person_and_a_clip_of_one_joint_are_plausible():
    points = [_people(1, 9, seed) for seed in range(4)]
    for each in points:
        each[..., :2] = each[..., :2] / 30 + 5
    points[0][:, :, 1:] = 0
    assert list(implausible("abcd", points)) == []
