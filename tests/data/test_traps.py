"""Every trap, planted in sound data, gives its own sentence and no other; sound data give none."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mglib.data import ClipTable, load
from mglib.data.layouts import LAYOUTS
from mglib.data.traps import traps
from tests.data import folders as make

NAMED = ("body25", "coco17", "kinect25", "imigue22", "imigue36", "ma52_28")


def _table(layout, clips=60):
    """Synthetic persons of a layout; 40 to 120 frames a clip."""
    rng, split = np.random.default_rng(0), np.repeat(["train", "test"], clips // 2)
    lengths = rng.integers(40, 120, clips)
    points = tuple(make.person(layout.joints, length, rng)[None] for length in lengths)
    rows = pd.DataFrame({"id": [f"c{row}" for row in range(clips)], "label": 0, "split": split, "group": split})
    rows = rows.assign(total_frames=lengths, height=720, width=1280)
    return ClipTable("made", layout, ("one",), ("all",), rows, points, "video", 25.0)


@pytest.fixture(scope="module")
def synthetic():
    """A small part of the embedded synthetic set."""
    return load("synthetic", num_clips=192)


@pytest.mark.parametrize("name", NAMED)
def test_sound_data_of_every_layout_give_none(name):
    assert traps(_table(LAYOUTS[name])) == []


def test_the_synthetic_set_gives_none(synthetic):
    assert traps(synthetic) == []


def test_utd_mhad_gives_none(utd_mhad_folder):
    assert traps(load("utd_mhad", utd_mhad_folder)) == []


def test_data_that_show_nothing_give_nothing():
    table = _table(LAYOUTS["imigue22"], 4)
    lonely = tuple(np.where(np.arange(22)[:, None] == 3, points, 0) for points in table.keypoints)
    table = replace(table, keypoints=lonely, clips=table.clips.assign(height=450, width=600))
    assert traps(table) == []
    (found,) = traps(replace(table, layout=replace(table.layout, limbs=(), flip_pairs=())))
    assert "no bone joins nose, neck" in found


def _limbs(shift):
    def plant(table):
        limbs = [(a + shift, b + shift) for a, b in table.layout.limbs]
        fit = tuple(limb for limb in limbs if min(limb) >= 0 and max(limb) < table.layout.num_joints)
        return replace(table, layout=replace(table.layout, limbs=fit))

    return plant


def _alone(table):
    """Without the limb to the last joint."""
    return replace(table, layout=replace(table.layout, limbs=table.layout.limbs[:-1]))


def _larger(table):
    """An image half as large again, and a little more: the synthetic persons fill theirs."""
    return replace(
        table, clips=table.clips.assign(height=table.clips["height"] * 8 // 5, width=table.clips["width"] * 8 // 5)
    )


def _pairs(choose):
    return lambda table: replace(table, layout=replace(table.layout, flip_pairs=tuple(choose(table.layout))))


def _points(change, **cells):
    def plant(table):
        points = tuple(change(joints) for joints in table.keypoints)
        return replace(
            table, keypoints=points, clips=table.clips.assign(total_frames=[p.shape[1] for p in points], **cells)
        )

    return plant


def _padded(joints):
    """The first 90 frames, or zeros up to 90."""
    padded = np.zeros((1, 90, *joints.shape[2:]), np.float32)
    padded[:, : joints.shape[1]] = joints[:, :90]
    return padded


def _held(joints):
    """The first 90 frames, or the last one repeated up to 90."""
    return np.concatenate([joints[:, :90], np.repeat(joints[:, -1:], max(0, 90 - joints.shape[1]), 1)], 1)


def _width_first(table):
    """A wide image that the persons fill, whose width is given as its height."""
    width = int(1.02 * max(joints[..., 0].max() for joints in table.keypoints))
    return replace(table, clips=table.clips.assign(height=width * 3 // 2, width=width))


def _copied(table):
    """The train list contains the test clips, renamed."""
    test = table.where("test")
    rows = np.concatenate([np.arange(len(table)), test])
    names = [f"copy {row}" for row in range(len(test))]
    clips = table.clips.iloc[rows].reset_index(drop=True)
    clips.loc[len(table) :, "id"], clips.loc[len(table) :, "group"], clips.loc[len(table) :, "split"] = (
        names,
        names,
        "train",
    )
    return replace(table, clips=clips, keypoints=tuple(table.keypoints[r] for r in rows), frames=None, truth=None)


def _swapped(joints, only):
    """Left and right joints change places: all, or those of the hands."""
    layout = LAYOUTS["imigue22"]
    chosen = [v for v, name in enumerate(layout.joints) if only == "all" or v >= 12]
    order = np.arange(layout.num_joints)
    order[chosen] = layout.flip_permutation[chosen]
    return joints[:, :, order]


def _upside_down(joints):
    """y counts from the lower edge of the box around a clip's joints."""
    seen = joints[..., 2] > 0
    y = np.where(seen, joints[seen][:, 1].min() + joints[seen][:, 1].max() - joints[..., 1], 0)
    return np.stack([joints[..., 0], y, joints[..., 2]], -1).astype(np.float32)


def _exchanged(table):
    """y before x, in key points and in the size of the image."""
    sizes = {"height": table.clips["width"], "width": table.clips["height"]}
    points = tuple(joints[..., [1, 0, 2]] for joints in table.keypoints)
    return replace(table, keypoints=points, clips=table.clips.assign(**sizes))


COCO = [(a, a + 1) for a in range(1, 16, 2)]
PLANTED = {
    "edges one too low": (_limbs(-1), r"limbs: the bones are \d\.\d times longer .* look off by one"),
    "edges one too high": (_limbs(1), r"limbs: the bones are \d\.\d times longer .* off by one; without a bone: nose"),
    "an isolated joint": (_alone, "limbs: no bone joins right_little; add limbs that reach them"),
    "COCO's flip pairs": (_pairs(lambda layout: COCO), "flip_pairs: .* another layout's pairs"),
    "fingers mirrored but not swapped": (
        _pairs(lambda layout: [pair for pair in layout.flip_pairs if pair[0] < 12]),
        "flip_pairs: left_thumb, .*right_little keep their side in a mirrored clip",
    ),
    "padded with zeros": (_points(_padded), r"keypoints: all clips have 90 frames and \d+ of \d+ clips end in 3 to"),
    "padded with the last frame": (
        _points(_held), r"all clips have 90 frames and \d+ of \d+ clips end in 3 to .* copies of the last frame"
    ),
    "the last 60 frames": (_points(lambda joints: joints[:, -60:]), "clips have exactly 60 frames and none has more"),
    "1080p for 720p": (_larger, r"image size: the key points reach only \d+% of the width"),
    "width before height": (_width_first, "image size: the images are higher than wide, .* exchange the two"),
    "train holds the test clips": (_copied, r"split: (\d+) of \1 test clips are in train too, with the very same"),
    "left and right mirrored": (_points(lambda joints: _swapped(joints, "all")), "the left shoulder lies left of the"),
    "y counted upwards": (_points(_upside_down), "the nose lies below neck; y counts downwards"),
    "x and y exchanged": (_exchanged, "the nose lies beside neck, not above; give x before y"),
    "hands exchanged": (_points(lambda joints: _swapped(joints, "hands")), "the two hands seem to be exchanged"),
}  # fmt: skip


@pytest.mark.parametrize("trap", PLANTED)
@pytest.mark.parametrize("source", ["persons", "synthetic set"])
def test_a_planted_trap_gives_exactly_its_sentence(trap, source, synthetic):
    table = _table(LAYOUTS["imigue22"]) if source == "persons" else replace(synthetic, frames=None)
    plant, sentence = PLANTED[trap]
    (found,) = traps(plant(table))
    assert re.search(f"^{table.name}, .*{sentence}", found)


def test_persons_who_change_places_are_told_and_those_who_stay_or_leave_are_not():
    table = _table(LAYOUTS["coco17"])
    pairs = [np.concatenate([points, points + np.float32((300, 0, 0))]) for points in table.keypoints]
    pairs[3][1, 20:] = 0
    assert traps(replace(table, keypoints=tuple(pairs))) == []
    for points in pairs[:8]:
        points[:, 10:20] = points[::-1, 10:20].copy()
    (found,) = traps(replace(table, keypoints=tuple(pairs)))
    assert "in 8 of 60 clips of several persons, c0 first, the first two change places" in found


def test_a_hidden_clip_in_which_nobody_is_detected_is_no_trap(folders):
    videos = make.imigue_videos(np.random.default_rng(0))
    for video in videos:
        video.points[:] *= video.split != "test"
    table = load("imigue", make.write_imigue(folders / "imigue", videos))
    assert not any(table.keypoints[row].any() for row in table.where("hidden")) and traps(table) == []


def test_a_trap_in_a_folder_is_found_after_reading(folders):
    videos = make.imigue_videos(np.random.default_rng(0))
    for video in videos:
        video.points[..., :2] /= 1.5
    table = load("imigue", make.write_imigue(folders / "imigue", videos), height=1080, width=1920)
    assert [sentence.split(":")[0] for sentence in traps(table)] == ["imigue, image size"]
