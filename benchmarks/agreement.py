"""Steps of `benchmarks.first_light` that compare a device's results with those of the CPU, or of float32."""

import argparse

import numpy as np
import torch
import torch.nn.functional as F

from benchmarks import gpu
from benchmarks.heatmaps import LIMBS, POINTS, SIGMA, SIZE, moving_persons
from mglib.data.heatmaps import draw_compiled, draw_tensor
from mglib.models import SIZES, build_network

Rows = list[dict[str, object]]
ATOL = {"heat-maps": 5e-6, "float32": 1e-3}  # of values up to 1; of logits and losses, as a share of the largest


def heatmaps(options: argparse.Namespace) -> Rows:
    """Heat-maps drawn on the device, compared with the CPU's loops."""
    points, rows = moving_persons(np.random.default_rng(0), 4), []
    for kind, pairs in (("joints", np.array(POINTS)), ("limbs", np.array(LIMBS))):
        exact = draw_compiled(points, pairs, SIZE, SIGMA)
        there = points.to(options.device)
        off = (draw_tensor(there, pairs, SIZE, SIGMA).cpu() - exact).abs().max().item()
        half = draw_tensor(there, pairs, SIZE, SIGMA, torch.bfloat16).cpu().float()
        row = {"kind": kind, "largest difference": off, "in bf16": (half - exact).abs().max().item()}
        rows.append(row | {"agree": off < ATOL["heat-maps"]})
    return rows


def float32(options: argparse.Namespace) -> Rows:
    """Outputs and losses of the same network and clips on the device and on the CPU, without TF32."""
    found = {}
    exactly = torch.backends.cudnn.flags(enabled=True, allow_tf32=False)
    before, torch.backends.cuda.matmul.allow_tf32 = torch.backends.cuda.matmul.allow_tf32, False
    try:
        with exactly, torch.random.fork_rng():
            for device in ("cpu", options.device):
                torch.manual_seed(0)
                network, inputs, labels = made_up(options, "cpu", clips=2)
                network, labels = network.to(device), labels.to(device)
                found[device] = answers(network, {s: x.to(device) for s, x in inputs.items()}, labels)
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before
    rows = []
    for what, exact in found["cpu"].items():
        off = ((found[options.device][what] - exact).abs().max() / exact.abs().max()).item()
        rows.append({"what": what, "relative difference": off, "agree": off < ATOL["float32"]})
    return rows


def made_up(options: argparse.Namespace, device: str, clips: int) -> tuple:
    """A network without dropout, and random inputs and labels."""
    size = SIZES[options.preset]
    network = build_network(size, "both", gpu.CLASSES, gpu.JOINTS, {"dropout": 0.0}).to(device)
    rgb = torch.randn(clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels, device=device)
    pose = torch.rand(clips, gpu.JOINTS, size.pose_frames, size.pose_pixels, size.pose_pixels, device=device)
    inputs = {s: x.to(memory_format=torch.channels_last_3d) for s, x in {"rgb": rgb, "pose": pose}.items()}
    return network, inputs, torch.arange(clips, device=device) % gpu.CLASSES


def loss_of(network: torch.nn.Module, inputs: dict, labels: torch.Tensor) -> tuple[torch.Tensor, object]:
    """Cross-entropy and refinement of both heads, and the outputs."""
    output = network(inputs)
    loss = sum(F.cross_entropy(z.float(), labels) for z in output.logits.values())
    return loss + sum(network.refinement[s](f, output.logits[s], labels) for s, f in output.features.items()), output


def answers(network: torch.nn.Module, inputs: dict, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Logits and features in evaluation mode, loss and gradient norm in training mode, on the CPU."""
    with torch.no_grad():
        output = network.eval()(inputs)
    said = {f"logits {s}": z.cpu() for s, z in output.logits.items()}
    said |= {f"features {s}": f.cpu() for s, f in output.features.items()}
    loss, _ = loss_of(network.train(), inputs, labels)
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 1e9)
    return said | {"loss": loss.detach().cpu(), "gradient norm": norm.cpu()}


def half(options: argparse.Namespace) -> Rows:
    """Three training steps each in bf16 and fp16: whether the loss is finite and prototypes equal those in float32."""
    rows = []
    for name, kind in {"bf16": torch.bfloat16, "fp16": torch.float16}.items():
        if name == "fp16" and options.device == "cpu":
            continue  # not supported for training on a CPU
        network, inputs, labels = made_up(options, options.device, options.clips)
        optimizer = torch.optim.SGD(network.train().parameters(), 1e-3, momentum=0.9)
        scaler = torch.amp.GradScaler(options.device, enabled=name == "fp16")
        for _ in range(3):
            with torch.autocast(options.device, kind):
                loss, output = loss_of(network, inputs, labels)
            optimizer.zero_grad()
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
        rows.append({
            "precision": name, "loss": loss.item(), "finite": bool(torch.isfinite(loss)),
            "agree": bool(torch.isfinite(loss)) and same_prototypes(network, output, labels, kind),
        })  # fmt: skip
    return rows


def same_prototypes(network: torch.nn.Module, output: object, labels: torch.Tensor, kind: torch.dtype) -> bool:
    """Whether the refinement updates its prototypes under autocast exactly as without, in float32."""
    equal = []
    for stream, features in output.features.items():
        module, moved = network.refinement[stream], []
        own = F.one_hot(labels, gpu.CLASSES).float()  # every clip is recognised, so that all prototypes move
        start = {name: x.clone() for name, x in module.state_dict().items()}
        for enabled in (False, True):
            module.load_state_dict(start)
            with torch.no_grad(), torch.autocast(labels.device.type, kind, enabled=enabled):
                module(features.detach(), own, labels)
            moved.append(module.prototypes.clone())
        equal.append(moved[0].dtype == torch.float32 and torch.equal(*moved) and bool(moved[0].any()))
    return all(equal)
