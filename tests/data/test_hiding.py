"""What is hidden: as much as asked for, whole tubes and limbs, and moving joints sooner than still ones."""

import numpy as np
import pytest

from mglib.data.hiding import Hiding, HidingClips, branches, draw_hidden, liveliness, tubes
from mglib.data.layouts import get_layout
from mglib.data.loader import ClipDataset, Draws, View
from mglib.models import parents
from tests.builders import waving_table

LIMBS = branches(parents(get_layout("imigue22")))


def moving(joints: list[int], frames: int = 16) -> np.ndarray:
    """Joints that go to and fro among others that stand still, [T, 22, 3]."""
    points = np.ones((frames, 22, 3), np.float32)
    points[::2, joints, 0] += 10
    return points


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize(("limbs", "frames"), [(0, 0), (0.999, 0), (0, 0.999), (0.999, 0.999)])
def test_the_share_is_what_was_asked_for_whatever_the_shapes(share, limbs, frames):
    hiding = Hiding(share, 4, 0.8, limbs, frames)
    for seed in range(5):
        hidden = draw_hidden(moving([1, 2]), hiding, LIMBS, np.random.default_rng(seed))
        assert hidden.mean() == pytest.approx(share, abs=0.5 / (4 * 22))
        inside = hidden.reshape(4, 4, 22)
        assert (inside == inside[:, :1]).all()  # whole tubes of 4 frames


def test_a_limb_is_hidden_throughout_where_one_is_drawn_and_runs_of_frames_are_hidden_wholly():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        limb = draw_hidden(moving([]), Hiding(0.3, 4, 0.8, 0.999, 0), LIMBS, rng)
        assert any(limb[:, joints].all() for joints in LIMBS)
        frames = draw_hidden(moving([]), Hiding(0.3, 4, 0.8, 0, 0.999), LIMBS, rng)
        assert frames.all(1).sum() >= 4


def test_moving_joints_are_hidden_sooner_and_the_more_so_the_lower_the_temperature():
    found = {}
    for tau in (0.8, 0.1):
        draws = [
            draw_hidden(moving([3]), Hiding(0.5, 4, tau, 0, 0), [], np.random.default_rng(seed)) for seed in range(60)
        ]
        found[tau] = np.mean([hidden[:, 3].mean() for hidden in draws])
    assert 0.6 < found[0.8] < found[0.1] == 1
    lively = liveliness(moving([3]), 4)
    assert lively.shape == (4, 22) and lively[0, 3] == 10 and not np.delete(lively, 3, axis=1).any()


def test_limbs_are_joints_with_all_that_hangs_on_them():
    layout = get_layout("coco17")
    names = [{layout.joints[joint] for joint in limb} for limb in branches(parents(layout))]
    assert {"left_elbow", "left_wrist"} in names and {"right_knee", "right_ankle"} in names
    assert all(2 <= len(limb) <= 17 / 3 for limb in names)
    assert branches([0, 0, 1, 2], largest=0.4) == [] or len(branches([0, 0, 1, 2], largest=0.5)) == 1


@pytest.mark.parametrize(("frames", "expected"), [(8, [0] * 4 + [1] * 4), (10, [0] * 4 + [1] * 6), (3, [0] * 3)])
def test_frames_too_few_for_a_tube_belong_to_the_last(frames, expected):
    assert tubes(frames, 4).tolist() == expected


def test_draws_depend_on_seed_epoch_and_clip_alone():
    table = waving_table()
    clips = ClipDataset(table, table.where("train"), View(8, 8), draws=Draws())
    hiding = HidingClips(clips, Hiding(), LIMBS)
    first = [hidden.clone() for _, hidden in (hiding[i] for i in range(len(hiding)))]
    assert all((hiding[i][1] == first[i]).all() for i in reversed(range(len(hiding))))
    assert len({hidden.numpy().tobytes() for hidden in first}) > 1
    clips.epoch = 1
    assert any((hiding[i][1] != first[i]).any() for i in range(len(hiding)))
    fixed = HidingClips(ClipDataset(table, table.where("train"), View(8, 8)), Hiding(), LIMBS)
    before = fixed[0][1]
    fixed.clips.epoch = 1
    assert (fixed[0][1] == before).all()
