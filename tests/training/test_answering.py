"""Inference: all views of a clip at once, by a fused network that answers as the one it was made from."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from mglib.config import TrainConfig
from mglib.data.loader import ClipDataset, View, make_loader, views_of
from mglib.models import SIZES, GestureNet, build_network
from mglib.training.answering import Views, fuse_batch_norms
from mglib.training.building import make_accelerator
from tests.builders import waving_table

STREAMS = ("rgb", "pose", "both")


def trained(streams: str) -> GestureNet:
    """A network whose batch norms do something."""
    torch.manual_seed(0)
    network = build_network(SIZES["tiny"], streams, 5, 17)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.normal_(module.bias)
    return network.eval()


def inputs(network: GestureNet) -> dict[str, Tensor]:
    shapes = {"rgb": (2, 3, 4, 32, 32), "pose": (2, 17, 8, 8, 8)}
    return {stream: torch.rand(shapes[stream]) for stream in network.pathways}


@torch.no_grad()
@pytest.mark.parametrize("streams", STREAMS)
def test_the_folded_network_answers_as_before_without_batch_norms(streams):
    network = trained(streams)
    x, fused = inputs(network), fuse_batch_norms(network)
    before, after = network(x), fused(x)
    for stream in x:
        torch.testing.assert_close(after.logits[stream], before.logits[stream], rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(after.features[stream], before.features[stream], rtol=1e-4, atol=1e-4)
    assert any(isinstance(module, nn.BatchNorm3d) for module in network.modules())
    assert not any(isinstance(module, nn.BatchNorm3d) for module in fused.modules())


@torch.no_grad()
@pytest.mark.parametrize("precision", ["no", "bf16"])
def test_folding_what_accelerate_has_wrapped_keeps_the_precision_and_the_original(precision):
    accelerator = make_accelerator(TrainConfig.read({"precision": precision}))
    network = accelerator.prepare(trained("both")).eval()
    x = inputs(network)
    before, fused = network(x).logits["rgb"], fuse_batch_norms(accelerator.unwrap_model(network))
    assert fused(x).logits["rgb"].dtype == before.dtype
    for parameter in fused.parameters():
        parameter.zero_()
    assert not fused(x).logits["rgb"].any() and torch.equal(network(x).logits["rgb"], before)


def test_all_views_of_a_batch_come_together_and_count_as_its_bytes():
    apart = [ClipDataset(waving_table(), np.arange(5), View(4, 32), test_clip=view) for view in views_of(3)]
    together = Views(apart)
    assert together.clip_bytes == sum(batch.keypoints.nbytes for batch in together[0])
    batches = list(make_loader(together, 2))
    assert [len(views) for views in batches] == [3, 3, 3] and len(batches[-1][0].rows) == 1
    for number, dataset in enumerate(apart):
        for views, own in zip(batches, make_loader(dataset, 2), strict=True):
            assert all(map(torch.equal, views[number], own))
    assert not torch.equal(batches[0][0].keypoints, batches[0][1].keypoints)
