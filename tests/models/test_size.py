"""Pose and RGB input of any size meet in maps of one size, or are refused."""

import pytest
import torch

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.models import SIZES, build_network
from mglib.training.building import size_of


@pytest.mark.parametrize(
    "given", [{}, {"pose_frames": 32, "pose_pixels": 16}, {"pose_frames": 8, "pose_kernel": 7}, {"pose_pixels": 32}]
)
def test_the_pathways_meet(given):
    size = size_of(TrainConfig.read(given))
    network = build_network(size, "both", 3, 5).eval()
    pose = torch.rand(1, 5, size.pose_frames, size.pose_pixels, size.pose_pixels)
    output = network({"rgb": torch.rand(1, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels), "pose": pose})
    assert output.logits["rgb"].shape == output.logits["pose"].shape == (1, 3)
    assert network.pathways["pose"].stages[1][0].conv1[0].kernel_size == (size.pose_kernel, 1, 1)


@pytest.mark.parametrize("given", [{"pose_frames": 12}, {"pose_pixels": 12}])
def test_inputs_that_do_not_meet_are_refused(given):
    with pytest.raises(ConfigError, match="pose_frames, pose_pixels: Size"):
        size_of(TrainConfig.read(given))


def test_the_paper_keeps_its_size():
    size = SIZES["paper"]
    assert (size.pose_frames, size.pose_pixels, size.pose_kernel) == (32, 56, 3)
