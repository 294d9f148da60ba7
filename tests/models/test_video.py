"""TSM and Video Swin against torchvision's own networks with the same weights, and their published counts."""

import importlib.util
import sys

import pytest
import torch

from mglib.models.network import Head
from mglib.models.video import SWIN_SIZES, TSM, SwinSize, VideoSwin, shift
from mglib.models.vision import VisionError, torchvision
from mglib.training import imagenet
from tests.models.learning import losses, million

TINY = SwinSize(12, (1, 1, 1), (1, 2, 4), (2, 3, 3))
needs_torchvision = pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is None,
    reason="torchvision is not installed, so Video Swin cannot be made, nor TSM held against its ResNet; install it.",
)


def slow_shift(x: torch.Tensor) -> torch.Tensor:
    """[N, C, T, ...] frame by frame."""
    out, (_, channels, frames), n = torch.zeros_like(x), x.shape[:3], x.shape[1] // 8
    for t in range(frames):
        for c in range(channels):
            source = t + 1 if c < n else t - 1 if c < 2 * n else t
            if 0 <= source < frames:
                out[:, c, t] = x[:, c, source]
    return out


@pytest.mark.parametrize(("channels", "frames"), [(16, 5), (20, 1), (4, 3)])
def test_an_eighth_of_the_channels_moves_each_way_and_zeros_come_in(channels, frames):
    x = torch.randn(2, channels, frames, 3, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(shift(x), slow_shift(x))


def test_a_reversed_clip_is_shifted_the_other_way():
    x = torch.randn(2, 16, 5, 3, 2, generator=torch.Generator().manual_seed(0))
    swap = [2, 3, 0, 1, *range(4, 16)]
    assert torch.equal(shift(x.flip(2)), shift(x[:, swap])[:, swap].flip(2))


@needs_torchvision
def test_tsm_is_torchvisions_resnet50_with_shifted_inputs():
    """Frames as a batch of images, the first convolution of each block fed by the slow shift, on the same weights."""
    torch.manual_seed(0)
    resnet, tsm, video = (
        torchvision("models", "test").resnet50(weights=None).eval(),
        TSM().eval(),
        torch.rand(3, 3, 32, 32),
    )
    weights = {n.removeprefix("pathways.rgb."): x for n, x in imagenet.inflate(resnet.state_dict(), tsm).items()}
    missing, unexpected = tsm.load_state_dict(weights, strict=False)
    assert not unexpected and all(name.endswith(imagenet.COUNTER) for name in missing)
    shifts = []
    for block in [block for i in range(1, 5) for block in getattr(resnet, f"layer{i}")]:
        block.conv1.register_forward_pre_hook(lambda _, x: slow_shift(x[0].transpose(0, 1)[None])[0].transpose(0, 1))
        block.conv1.register_forward_hook(lambda *_: shifts.append(1))
    resnet.avgpool = resnet.fc = torch.nn.Identity()
    with torch.no_grad():
        expected = resnet(video).view(3, 2048, 1, 1).transpose(0, 1)[None]
        found = tsm(video.transpose(0, 1)[None])
    assert len(shifts) == 16
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4 * float(expected.abs().max()))


def test_a_frame_of_tsm_is_seen_by_one_neighbour_more_each_block():
    """Away from the ends a clip that starts a frame later has the map that starts a frame later."""
    torch.manual_seed(0)
    tsm, video = TSM(8, (1, 1, 1, 1)).eval(), torch.rand(1, 3, 12, 32, 32)
    with torch.no_grad():
        here, later = tsm(video[:, :, :-1]), tsm(video[:, :, 1:])
    assert torch.allclose(here[:, :, 5:-4], later[:, :, 4:-5], atol=1e-6)
    assert not torch.allclose(here[:, :, 4:-5], later[:, :, 3:-6], atol=1e-6)


@needs_torchvision
def test_video_swin_is_torchvisions_up_to_the_head():
    torch.manual_seed(0)
    module = torchvision("models.video.swin_transformer", "test")
    theirs = module.SwinTransformer3d([2, 4, 4], 12, [1, 1, 1], [1, 2, 4], [2, 3, 3], num_classes=5).eval()
    ours, head, video = VideoSwin(TINY).eval(), Head(48, 5, 0.5).eval(), torch.rand(2, 3, 7, 40, 32)
    missing, unexpected = ours.load_state_dict(theirs.state_dict(), strict=False)
    head.classify.load_state_dict(theirs.head.state_dict())
    assert not missing and unexpected == ["head.weight", "head.bias"]
    assert ours(video).shape == (2, 48, 4, 3, 2)
    torch.testing.assert_close(head(ours(video)), theirs(video))


def test_count_of_tsm():
    """MMAction2's table has 23.87 M, for Kinetics too, though it is the count at Something-Something's 174 classes."""
    with torch.device("meta"):
        tsm, few, many = TSM(), Head(2048, 174, 0.5), Head(2048, 400, 0.5)
    assert million(tsm, few) == pytest.approx(23.87, abs=0.01) and million(tsm, many) == pytest.approx(24.33, abs=0.01)


@needs_torchvision
@pytest.mark.parametrize(("size", "parameters"), [("t", 28158070), ("s", 49816678), ("b", 88048984)])
def test_counts_of_video_swin_are_those_in_torchvisions_documentation(size, parameters):
    with torch.device("meta"):
        swin = VideoSwin(SWIN_SIZES[size])
        head = Head(swin.width, 400, 0.5)
    assert million(swin, head) == parameters / 1e6


@pytest.mark.parametrize(
    "make", [lambda: TSM(8, (1, 1, 1, 1)), pytest.param(lambda: VideoSwin(TINY, 0.0), marks=needs_torchvision)]
)
def test_both_learn_a_batch(make):
    torch.manual_seed(0)
    values = losses(make(), torch.randn(4, 3, 4, 32, 32))  # frames are given with mean 0 and variance 1
    assert values[-1] < 0.5 * values[0]


def test_without_torchvision_video_swin_is_a_sentence(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    with pytest.raises(VisionError, match=r'^Video Swin: needs torchvision \(.*\); pip install .* -e "\.\[rgb\]"\.$'):
        VideoSwin(TINY)
