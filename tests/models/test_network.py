"""Published counts, shapes, and what must be equal: the oracles of the network."""

import pytest
import torch
from torch import nn

from mglib.models import SIZES, GestureNet, Pathway, Size, build_network, pose_spec, predict

PAPER = SIZES["paper"]


def million(module: nn.Module) -> float:
    return sum(p.numel() for p in module.parameters()) / 1e6


def giga_macs(module: nn.Module, inputs) -> float:
    """Multiply-accumulates of convolutions and linear maps, counted on tensors without storage."""
    total = 0

    def count(m: nn.Module, args: tuple, out: torch.Tensor) -> None:
        nonlocal total
        if isinstance(m, nn.ConvTranspose3d):
            total += args[0].numel() * m.weight[0].numel()
        elif isinstance(m, nn.Conv3d | nn.Linear):
            total += out.numel() * m.weight[0].numel()

    for m in module.modules():
        m.register_forward_hook(count)
    module.eval()(inputs)
    return total / 1e9


def inputs(size: Size, joints: int, batch: int = 1, device: str = "meta") -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    rgb = torch.rand(batch, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels, device=device)
    pose = torch.rand(batch, joints, size.pose_frames, size.pose_pixels, size.pose_pixels, device=device)
    return {"rgb": rgb, "pose": pose}


@pytest.mark.parametrize(
    ("joints", "classes", "attention", "parameters", "macs"),
    [
        (22, 32, "off", 36.08, 58.8),
        (22, 32, "channel", 38.06, 60.5),
        (22, 32, "time", 38.06, 60.5),
        (17, 60, "off", 36.15, 58.0),
    ],
)
def test_counts_of_the_two_stream_network(joints, classes, attention, parameters, macs):
    with torch.device("meta"):
        network = build_network(PAPER, "both", classes, joints, {"attention": attention})
    assert million(network) - million(network.refinement) == pytest.approx(parameters, abs=0.006)
    assert giga_macs(network, inputs(PAPER, joints)) == pytest.approx(macs, abs=0.06)


def test_counts_of_the_refinement():
    with torch.device("meta"):
        network = build_network(PAPER, "both", 32, 22)
    assert million(network.refinement["rgb"]) == pytest.approx(0.525, abs=5e-4)
    assert million(network.refinement["pose"]) == pytest.approx(0.131, abs=5e-4)


def test_counts_of_single_streams():
    with torch.device("meta"):
        rgb = build_network(PAPER, "rgb", 32, 22)
        pose = nn.Sequential(
            Pathway(pose_spec(17, temporal_strides=(1, 1, 2))),
            nn.AdaptiveAvgPool3d(1),
            nn.Flatten(),
            nn.Linear(512, 60),
        )
        volume = torch.rand(1, 17, 48, 56, 56)
    assert million(rgb) - million(rgb.refinement) == pytest.approx(31.70, abs=0.005)
    assert giga_macs(rgb, inputs(PAPER, 22)) == pytest.approx(41.7, abs=0.05)
    assert million(pose) == pytest.approx(2.025, abs=5e-4)
    assert giga_macs(pose, volume) == pytest.approx(15.6, abs=0.05)


@pytest.mark.parametrize(("base", "parameters", "macs"), [(16, 0.93, 0.21), (8, 0.24, 0.075)])
def test_counts_of_narrow_networks(base, parameters, macs):
    size = Size(base, (1, 1, 1, 1), (1, 1, 1), 8, 64, 32, 16)
    with torch.device("meta"):
        network = build_network(size, "both", 32, 22)
    assert million(network) - million(network.refinement) == pytest.approx(parameters, abs=0.005)
    assert giga_macs(network, inputs(size, 22)) == pytest.approx(macs, abs=0.005)


def test_shapes_where_the_pathways_meet():
    """The table of stages, at the paper's size."""
    with torch.device("meta"):
        network = build_network(PAPER, "both", 32, 22)
    seen = []
    for meeting in network.meetings:
        meeting.register_forward_hook(lambda _, args, out: seen.append([tuple(x.shape[1:]) for x in (*args, *out)]))
    output = network.eval()(inputs(PAPER, 22))
    assert seen == [
        [(512, 8, 28, 28), (128, 32, 28, 28), (640, 8, 28, 28), (160, 32, 28, 28)],
        [(1024, 8, 14, 14), (256, 32, 14, 14), (1280, 8, 14, 14), (320, 32, 14, 14)],
    ]
    assert {s: tuple(z.shape) for s, z in output.logits.items()} == {"rgb": (1, 32), "pose": (1, 32)}
    assert {s: tuple(f.shape) for s, f in output.features.items()} == {"rgb": (1, 256), "pose": (1, 256)}


@pytest.mark.parametrize("attention", ["channel", "time"])
def test_untrained_fusion_is_the_identity(attention):
    """The gates start at zero: with the same weights, fusion on and off give the same logits, bit for bit."""
    torch.manual_seed(0)
    fused = build_network(SIZES["tiny"], "both", 5, 22, {"attention": attention, "dim": 8}).eval()
    plain = build_network(SIZES["tiny"], "both", 5, 22, {"attention": "off", "dim": 8}).eval()
    missing, unexpected = plain.load_state_dict(fused.state_dict(), strict=False)
    assert not missing and all(".fusion." in name for name in unexpected)
    x = inputs(SIZES["tiny"], 22, batch=2, device="cpu")
    for stream, logits in fused(x).logits.items():
        assert torch.equal(logits, plain(x).logits[stream])


@pytest.mark.parametrize("attention", ["channel", "off"])
def test_pathways_that_are_apart_see_their_own_input_alone(attention):
    torch.manual_seed(0)
    network = build_network(SIZES["tiny"], "both", 5, 22, {"attention": attention, "dim": 8}).eval()
    one = inputs(SIZES["tiny"], 22, batch=2, device="cpu")
    other = {s: 1 - x for s, x in one.items()}
    mixed = {"rgb": one["rgb"], "pose": other["pose"]}
    assert not torch.equal(network(one).logits["rgb"], network(mixed).logits["rgb"])
    network.part(apart=True)
    assert torch.equal(network(one).logits["rgb"], network(mixed).logits["rgb"])
    assert torch.equal(network(other).logits["pose"], network(mixed).logits["pose"])
    network.part(apart=False)
    assert not torch.equal(network(other).logits["pose"], network(mixed).logits["pose"])


@pytest.mark.parametrize(("streams", "expected"), [("rgb", ["rgb"]), ("pose", ["pose"]), ("both", ["rgb", "pose"])])
def test_every_form_learns_a_batch_whose_size_equals_k(streams, expected):
    torch.manual_seed(0)
    network: GestureNet = build_network(SIZES["tiny"], streams, 4, 22, {"dim": 8, "dropout": 0.0})
    x, y = inputs(SIZES["tiny"], 22, batch=4, device="cpu"), torch.arange(4)
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    losses = []
    for _ in range(12):
        output = network(x)
        assert list(output.logits) == expected
        loss = sum(
            nn.functional.cross_entropy(z, y) + 0.2 * network.refinement[s](output.features[s], z, y)
            for s, z in output.logits.items()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_late_fusion_is_the_mean_of_probabilities():
    logits = {"rgb": torch.tensor([[0.0, 2.0]]), "pose": torch.tensor([[3.0, 0.0]])}
    rgb, pose = (z.softmax(1) for z in logits.values())
    assert torch.allclose(predict(logits), (rgb + pose) / 2)
