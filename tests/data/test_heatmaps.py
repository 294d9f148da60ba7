import numpy as np
import pytest
import torch

from benchmarks.heatmaps import joint_loop, limb_loop
from mglib.data.heatmaps import draw_compiled, draw_tensor, joint_heatmaps, limb_heatmaps

LIMBS = [(0, 1), (1, 2), (2, 3), (5, 3), (4, 4)]
JOINTS = [(joint, joint) for joint in range(6)]
both_forms = pytest.mark.parametrize("draw", [draw_compiled, draw_tensor])


def persons(rng, clips, people, size):
    """[N, M, 5, 6, 3]: joints in and around the image, among them missing, broken, coinciding and far ones."""
    points = rng.uniform(-1, 2, (clips, people, 5, 6, 3)) * (size[1], size[0], 1)
    points[..., 2] = rng.uniform(0.05, 1, points.shape[:-1])
    flat = points.reshape(-1, 3)
    for value, field in [
        (0, 2),
        (-0.5, 2),
        (np.nan, 0),
        (np.nan, 1),
        (np.nan, 2),
        (np.inf, 0),
        (-np.inf, 1),
        (np.inf, 2),
    ]:
        flat[rng.integers(len(flat), size=2), field] = value
    points[0, 0, 0, :4, :2] = (7, 5), (7, 5), (7.5, 5.25), (7.5, 5.25)  # limbs of length 0 and below a pixel
    points[0, 0, 1, :3, :2] = (-1.2, -1.9), (-0.3, 3), (-40, 60)  # windows that end at the edge and cross the image
    return points.astype(np.float32)


def one(*joints):
    """One clip, one person, one frame."""
    return torch.tensor(joints, dtype=torch.float32)[None, None, None]


@both_forms
@pytest.mark.parametrize(("size", "sigma", "people"), [((56, 56), 0.6, 1), ((24, 48), 0.7, 3), ((33, 16), 2.5, 2)])
def test_both_forms_draw_what_the_plain_loop_draws(draw, size, sigma, people):
    points = persons(np.random.default_rng(people), 4, people, size)
    for limbs, loop in [
        (JOINTS, [joint_loop(clip, size, sigma, np.float64) for clip in points]),
        (LIMBS, [limb_loop(clip, LIMBS, size, sigma, np.float64) for clip in points]),
    ]:
        drawn = draw(torch.from_numpy(points), np.array(limbs), size, sigma)
        assert drawn.dtype == torch.float32
        assert (drawn > 0).any()
        np.testing.assert_allclose(drawn, np.stack(loop), rtol=0, atol=5e-6)


def test_a_joint_peaks_at_its_score_falls_off_as_a_gaussian_and_ends_with_its_window():
    heatmap = joint_heatmaps(one((10, 4, 0.8)), (9, 20), 0.6)[0, 0, 0]
    assert heatmap[4, 10].item() == pytest.approx(0.8, abs=1e-6)
    assert heatmap[3, 8].item() == pytest.approx(0.8 * np.exp(-5 / 0.72), abs=1e-6)
    rows, columns = heatmap.nonzero().T
    assert (columns.unique().tolist(), rows.unique().tolist()) == ([8, 9, 10, 11], [2, 3, 4, 5])


@both_forms
def test_a_limb_is_a_ridge_of_the_lower_score_between_its_joints(draw):
    ridge = draw(one((5, 8, 0.9), (15, 8, 0.5)), np.array([[0, 1]]), (20, 24), 1.0)[0, 0, 0]
    for row in (7, 8, 9, 10):
        np.testing.assert_allclose(ridge[row, 5:16], np.full(11, 0.5 * np.exp(-((row - 8) ** 2) / 2)), atol=1e-6)
    assert ridge[8, 17].item() == pytest.approx(0.5 * np.exp(-2), abs=1e-6)
    assert ridge[:5].max() == ridge[12:].max() == ridge[:, :2].max() == ridge[:, 19:].max() == 0


def test_of_overlapping_persons_the_larger_value_counts():
    left, right = one((6, 6, 0.4)), one((7, 6, 0.9))
    apart = torch.cat([joint_heatmaps(person, (12, 12), 1.0) for person in (left, right)])
    together = joint_heatmaps(torch.cat([left, right], 1), (12, 12), 1.0)
    torch.testing.assert_close(together[0], apart.amax(0), rtol=0, atol=0)


@both_forms
@pytest.mark.parametrize(
    "joint",
    [
        (5, 5, 0),
        (5, 5, -1),
        (np.nan, 5, 1),
        (5, np.nan, 1),
        (5, 5, np.nan),
        (np.inf, 5, 1),
        (5, 5, np.inf),
        (3e38, 5, 1),
    ],
)
def test_an_unusable_joint_draws_nothing_nor_do_its_limbs(draw, joint):
    drawn = draw(one(joint, (6, 6, 1)), np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), (12, 12), 1.0)[0, :, 0]
    assert drawn.amax((1, 2)).tolist() == pytest.approx([0, 0, 0, 1])


def test_a_limb_whose_joints_coincide_is_a_point():
    points = one((6.3, 4.8, 0.7), (6.3, 4.8, 0.9))
    limb = limb_heatmaps(points, [(1, 0)], (12, 12), 0.6)
    torch.testing.assert_close(limb[:, 0], joint_heatmaps(points, (12, 12), 0.6)[:, 0], rtol=0, atol=0)


@both_forms
@pytest.mark.parametrize("shape", [(0, 1, 4, 6, 3), (2, 0, 4, 6, 3), (2, 1, 0, 6, 3)])
def test_no_clips_persons_frames_or_limbs_give_empty_maps(draw, shape):
    for limbs in (np.array(LIMBS), np.zeros((0, 2), np.int64)):
        drawn = draw(torch.ones(shape), limbs, (8, 9), 0.6)
        assert drawn.shape == (shape[0], len(limbs), shape[2], 8, 9)
        assert not drawn.any()


def test_strided_key_points_are_read_in_their_order():
    points = torch.from_numpy(persons(np.random.default_rng(3), 2, 3, (20, 20)))
    turned = points.transpose(1, 2).contiguous().transpose(1, 2)
    torch.testing.assert_close(joint_heatmaps(turned, (20, 20), 0.6), joint_heatmaps(points, (20, 20), 0.6))


def test_other_devices_than_the_cpu_take_the_tensor_form():
    drawn = limb_heatmaps(torch.ones(2, 3, 4, 6, 3, device="meta"), LIMBS, (8, 9), 0.6)
    assert drawn.device.type == "meta"
    assert drawn.shape == (2, 5, 4, 8, 9)


def test_what_cannot_be_drawn_is_refused_with_a_sentence():
    points = torch.ones(1, 1, 2, 6, 3)
    with pytest.raises(ValueError, match=r"shape \[1, 2, 6, 3\] and type torch.float32; give \[N, M, T, V, 3\]"):
        joint_heatmaps(points[0], (8, 8), 0.6)
    with pytest.raises(ValueError, match=r"type torch.float64"):
        joint_heatmaps(points.double(), (8, 8), 0.6)
    with pytest.raises(ValueError, match=r"Limbs \[\(5, 6\), \(-1, 0\)\] are not pairs of the joints 0..5"):
        limb_heatmaps(points, [(0, 1), (5, 6), (-1, 0)], (8, 8), 0.6)
    with pytest.raises(ValueError, match=r"sigma = 0; it must be a positive"):
        joint_heatmaps(points, (8, 8), 0)


@pytest.mark.parametrize("memory", [torch.contiguous_format, torch.channels_last_3d])
def test_draws_into_a_former_volume(memory):
    points = torch.rand(2, 1, 3, 4, 3) * 10
    volume = joint_heatmaps(torch.rand(2, 1, 3, 4, 3) * 10, (10, 12), 0.6).contiguous(memory_format=memory)
    again = joint_heatmaps(points, (10, 12), 0.6, volume)
    assert again.data_ptr() == volume.data_ptr()
    assert torch.equal(again, joint_heatmaps(points, (10, 12), 0.6))
    for unfit in (volume[..., :8], torch.empty(12, 10, 3, 4, 2).permute(4, 3, 2, 1, 0)):
        with pytest.raises(ValueError, match="in a volume of shape"):
            joint_heatmaps(points, (10, 12), 0.6, unfit)


@both_forms
@pytest.mark.parametrize("limbs", [JOINTS, LIMBS])
def test_in_bfloat16_the_values_are_those_that_autocast_makes_of_float32(draw, limbs):
    points = torch.from_numpy(persons(np.random.default_rng(5), 3, 2, (24, 48)))
    exact = draw(points, np.array(limbs), (24, 48), 0.7)
    drawn = draw(points, np.array(limbs), (24, 48), 0.7, dtype=torch.bfloat16)
    assert drawn.dtype == torch.bfloat16 and (drawn > 0).any() and torch.equal(drawn, exact.bfloat16())


def test_a_precision_that_the_cpu_cannot_draw_in_is_refused():
    with pytest.raises(ValueError, match=r"in torch.float16; on the CPU they are drawn in float32 or bfloat16"):
        joint_heatmaps(torch.ones(1, 1, 2, 6, 3), (8, 8), 0.6, dtype=torch.float16)
    with pytest.raises(ValueError, match=r"type torch.float32 .*; give bfloat16 \[1, 6, 2, 8, 8\]"):
        joint_heatmaps(torch.ones(1, 1, 2, 6, 3), (8, 8), 0.6, torch.zeros(1, 6, 2, 8, 8), torch.bfloat16)
