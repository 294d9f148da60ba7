"""Streams against their formulas, as plain loops."""

import numpy as np
import pytest
import torch

from mglib.data.caching import FrameCache
from mglib.data.heatmaps import joint_heatmaps, limb_heatmaps
from mglib.data.layouts import get_layout
from mglib.data.loader import Batch, ClipDataset, InputMaker, View, scaled_joints
from mglib.data.streams import GREY, MEAN, STD, bones, frame_stream, joint_stream, motions, taylor
from mglib.models import parents
from tests.builders import DotReader

LAYOUT = get_layout("kinect20")


@pytest.fixture(params=[3, 4], ids=["image", "space"])
def joints(request):
    values = torch.rand(2, 1, 5, 20, request.param, generator=torch.Generator().manual_seed(0)) + 0.1
    values[0, 0, 2, 7] = values[1, 0, 4, 3] = 0  # not detected
    return values


def test_bones_lead_from_the_parent_and_motion_to_the_next_frame(joints):
    parent = parents(LAYOUT)
    found = {name: joint_stream(joints, name, parent) for name in ("joint", "bone", "motion", "bone_motion")}
    assert torch.equal(found["joint"], joints)
    n, m, frames, number, values = joints.shape
    for i, j, t, v in np.ndindex(n, m, frames, number):
        here, root = joints[i, j, t, v], joints[i, j, t, parent[v]]
        bone = here[:-1] - root[:-1] if min(here[-1], root[-1]) > 0 else torch.zeros(values - 1)
        torch.testing.assert_close(found["bone"][i, j, t, v, :-1], bone)
        assert found["bone"][i, j, t, v, -1] == min(here[-1], root[-1])
        for name in ("motion", "bone_motion"):
            own = found["bone"] if name == "bone_motion" else joints
            now, then = own[i, j, t, v], own[i, j, min(t + 1, frames - 1), v]
            move = then[:-1] - now[:-1] if min(now[-1], then[-1]) > 0 else torch.zeros(values - 1)
            torch.testing.assert_close(found[name][i, j, t, v, :-1], move)
            assert found[name][i, j, t, v, -1] == min(now[-1], then[-1])
    centre = int(np.flatnonzero(parent == np.arange(20))[0])
    assert not found["bone"][..., centre, :-1].any() and not found["motion"][:, :, -1, :, :-1].any()


@pytest.mark.parametrize(("stream", "limbs"), [("motion", None), ("limb_motion", LAYOUT.limbs)])
def test_heat_maps_of_motion_are_what_the_next_frame_has_more(stream, limbs):
    points = torch.rand(2, 1, 4, 20, 3, generator=torch.Generator().manual_seed(1)) * 16
    points[..., 2] = 1
    points[0, 0, 2, 5] = 0
    batch = Batch(points, torch.empty(0), torch.zeros(2), torch.zeros(2), torch.zeros(2))
    maker = InputMaker(View(4, 16), 0.7, limbs, "pose", stream=stream)
    found = maker(batch)["pose"]

    def drawn(frame):
        some = frame[:, :, None].contiguous()
        return joint_heatmaps(some, (16, 16), 0.7) if limbs is None else limb_heatmaps(some, limbs, (16, 16), 0.7)

    for t in range(4):
        now, then = points[:, :, t].clone(), points[:, :, min(t + 1, 3)].clone()
        gone = (now[..., 2] == 0) | (then[..., 2] == 0)
        now[gone], then[gone] = 0, 0
        torch.testing.assert_close(found[:, :, t], (drawn(then) - drawn(now))[:, :, 0])
    assert not found[:, :, 3].any() and found.min() < -0.5 and found.max() > 0.5
    first = found.clone()
    maker(batch._replace(keypoints=points.flip(0)))
    assert torch.equal(found, first)  # no memory that the next batch overwrites


def test_networks_on_joints_are_given_the_stream_of_the_scaled_joints(joints):
    batch = Batch(joints, torch.empty(0), torch.zeros(2), torch.zeros(2), torch.zeros(2))
    parent = tuple(parents(LAYOUT).tolist())
    maker = InputMaker(View(5, 8), 0.6, None, "pose", True, "bone_motion", parent)
    assert torch.equal(maker(batch)["pose"], motions(bones(scaled_joints(joints), parent)))


def test_a_body_is_centred_on_its_root_in_each_frame(joints):
    """By hand, frame by frame; where the root is not seen, on the mean of the others."""
    root = 7  # not seen in frame 2 of clip 0
    found, plain = scaled_joints(joints, root), scaled_joints(joints)
    seen = joints[..., -1:] > 0
    assert torch.equal(found[..., -1], joints[..., -1]) and not found[..., :-1][~seen.expand_as(joints[..., :-1])].any()
    for i in range(2):
        moved = torch.zeros_like(joints[i, 0, ..., :-1])
        for t in range(5):
            shown = seen[i, 0, t, :, 0]
            middle = joints[i, 0, t, root, :-1] if shown[root] else joints[i, 0, t, shown, :-1].mean(0)
            moved[t, shown] = joints[i, 0, t, shown, :-1] - middle
        size = (moved.square().sum() / seen[i].sum()).sqrt()
        torch.testing.assert_close(found[i, 0, ..., :-1], moved / size)
    shifted = joints.clone()
    shifted[..., :-1] += torch.arange(5.0)[:, None, None] * seen  # who walks
    torch.testing.assert_close(scaled_joints(shifted, root), found, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(scaled_joints(shifted), plain, atol=0.1)


def test_taylor_frames_are_the_sum_of_differences():
    """Against the formula as a loop: block of 4, K = 3, channels from the 1st, 2nd and 3rd difference on."""
    x = torch.rand(4, 1, 2, 3, 5, generator=torch.Generator().manual_seed(2)).double()
    d = [x[1] - x[0], x[2] - 2 * x[1] + x[0], x[3] - 3 * x[2] + 3 * x[1] - x[0]]
    found = taylor(x)
    wanted = torch.zeros_like(found)
    for c in range(3):
        for tau in range(4):
            away = x[tau] - x[0]
            terms = [d[c + j] / [1, 1, 2][j] * away**j for j in range(3 - c)]
            wanted[:, c] += sum(terms) / 4
    wanted = wanted.clamp(min=0)
    for t in range(2):
        torch.testing.assert_close(found[0, :, t], wanted[0, :, t] / wanted[0, :, t].max())
    assert found.min() == 0 and (found.amax((1, 3, 4)) == 1).all()
    assert not taylor(torch.ones(4, 1, 1, 2, 2)).any()  # nothing moves


def test_frames_of_motion_are_the_next_frame_minus_this_one(make_table, tmp_path):
    """The loader takes frames in a row from each place on; the last frame is followed by itself."""
    table = make_table()
    cache = FrameCache(DotReader(table.keypoints, 480, 640), tmp_path, 400)
    items = {b: ClipDataset(table, np.array([5]), View(8, 8, 4, 32, b), cache)[0].frames for b in (1, 2, 4)}
    plain, pairs, fours = (items[b].float()[None] for b in (1, 2, 4))
    assert torch.equal(pairs[:, :, ::2], plain) and torch.equal(fours[:, :, ::4], plain)
    assert torch.equal(fours[:, :, 1::4], pairs[:, :, 1::2])
    torch.testing.assert_close(frame_stream(pairs, "rgb_motion"), (pairs[:, :, 1::2] - plain) / STD)
    torch.testing.assert_close(frame_stream(plain, "rgb"), (plain - MEAN) / STD)
    grey = (fours * GREY).sum(1).unflatten(1, (4, 4)) / 255
    torch.testing.assert_close(frame_stream(fours, "rgb_taylor"), taylor(grey.movedim(2, 0)))
