"""Speed of the paper's two-stream network on a GPU, and whether the GPU waits for data.

    python -m benchmarks.gpu [--device cpu --preset tiny --clips 8 --steps 2 --epoch-clips 160 --matrix 512]

"step": inputs are on the device already, in the network's precision; forward, loss, backward and SGD, or the forward
pass only, by precision, memory format ("first": channels first) and with torch.compile. Operations of the convolutions
(3 x those of the forward pass for a step) as a share of the rate of a bf16 matrix product of 8192 x 8192 ("of peak"),
and of that of a single suitable convolution in bf16 ("of roof"). "epoch": an epoch of `mglib.training` on synthetic
clips, with cached frames, and heat-maps drawn on the device; the difference of its clips per second to those of the
step is the cost of loading and book-keeping, "busy" is the share of wall-clock time in which the device computes; the
slowest operations follow.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import torch
import torch.nn.functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.limits import limits, product, roof, waited
from benchmarks.rounds import arguments, interleaved, medians, report
from mglib.config import TrainConfig
from mglib.data import load
from mglib.models import SIZES, GestureNet, build_network
from mglib.training.loop import Session

CLASSES, JOINTS = 32, 22


class Form(NamedTuple):
    """How a step is computed."""

    bf16: bool = True  # autocast
    last: bool = True  # channels last
    compiled: bool = False


FORMS = {
    "float32": Form(bf16=False), "bf16": Form(), "bf16 first": Form(last=False), "bf16 compiled": Form(compiled=True)
}  # fmt: skip


def network_and_inputs(options: argparse.Namespace, form: Form) -> tuple[GestureNet, dict[str, torch.Tensor]]:
    """The two-stream network of a preset and random inputs, on the device."""
    size = SIZES[options.preset]
    rgb = torch.rand(options.clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels, device=options.device)
    pose = torch.rand(
        options.clips, JOINTS, size.pose_frames, size.pose_pixels, size.pose_pixels, device=options.device
    )
    order = torch.channels_last_3d if form.last else torch.contiguous_format
    network = build_network(size, "both", CLASSES, JOINTS).to(options.device, memory_format=order)
    kind = torch.bfloat16 if form.bf16 else torch.float32
    return network, {s: x.to(kind, memory_format=order) for s, x in {"rgb": rgb, "pose": pose}.items()}


def seconds_of_steps(options: argparse.Namespace, task: str, name: str) -> Callable[[], float]:
    """A form that times `options.steps` steps and returns seconds per clip."""
    form = FORMS[name]
    network, inputs = network_and_inputs(options, form)
    network.train(task == "train")
    if form.compiled:
        network.compile()
    labels = torch.arange(options.clips, device=options.device) % CLASSES
    optimizer = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9)

    def step() -> None:
        with torch.autocast(options.device, torch.bfloat16) if form.bf16 else nullcontext():
            output = network(inputs)
        if task == "train":
            loss = sum(F.cross_entropy(z.float(), labels) for z in output.logits.values())
            loss = loss + sum(network.refinement[s](f, output.logits[s], labels) for s, f in output.features.items())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def run() -> float:
        start = waited(options.device)
        with torch.set_grad_enabled(task == "train"):
            for _ in range(options.steps):
                step()
        return (waited(options.device) - start) / options.steps / options.clips

    run()  # compiles, and lets cuDNN choose algorithms
    return run


def flops_of(options: argparse.Namespace) -> int:
    """Operations for the prediction of a clip."""
    network, inputs = network_and_inputs(options, FORMS["float32"])
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network({s: x[:1] for s, x in inputs.items()})
    return counter.get_total_flops()


def shares(options: argparse.Namespace, names: Iterable[str]) -> list[dict[str, object]]:
    """A row per task and form: clips per second, and shares of the device's peak performance."""
    flops = flops_of(options)
    best = 1e9 * product(options.matrix, device=options.device)
    most = 1e9 * roof(True, device=options.device, clips=options.clips)
    rows = []
    for task, passes in (("train", 3), ("infer", 1)):
        forms = {name: seconds_of_steps(options, task, name) for name in names}
        for name, seconds in medians(interleaved(forms, options.rounds)).items():
            done = passes * flops / seconds
            row = {"task": task, "form": name, "clips a second": 1 / seconds}
            rows.append(row | {"of peak": done / best, "of roof": done / most})
    return rows


def epoch(options: argparse.Namespace) -> dict[str, object]:
    """Clips per second of a training epoch by `train`, and how its time is spent."""
    settings = {"preset": options.preset, "batch_size": options.clips, "num_workers": options.workers, "epochs": 3}
    table = load("synthetic", num_clips=options.epoch_clips, frame_height=max(120, SIZES[options.preset].rgb_pixels))
    with tempfile.TemporaryDirectory() as folder:
        session = Session(TrainConfig.read(settings), table, Path(folder))
        session.train_epoch(0)
        seconds = session.train_epoch(1)["seconds"]
        kinds = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (options.device == "cuda")
        with profile(activities=kinds) as profiler:
            profiled = session.train_epoch(2)["seconds"]
    events = profiler.key_averages()
    own = "self_device_time_total" if options.device == "cuda" else "self_cpu_time_total"
    spent = pd.Series({e.key: getattr(e, own) / 1e6 for e in events}).sort_values(ascending=False)
    print(spent.head(12).to_frame("seconds of an epoch").to_string(float_format="{:.3g}".format))
    return {
        "epoch_clips_a_second": len(session.dataset) / seconds, "epoch_precision": session.accelerator.mixed_precision,
        "busy_percent": 100 * spent.sum() / profiled, "longest": spent.head(12).round(4).to_dict(),
    }  # fmt: skip


def main() -> None:
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--clips", type=int, default=32, help="of a batch")
    parser.add_argument("--steps", type=int, default=10, help="a round")
    parser.add_argument("--epoch-clips", type=int, default=1200, help="of the synthetic data")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 1) - 2), help="that load clips")
    parser.add_argument("--matrix", type=int, default=8192, help="side of the matrix product that is called the peak")
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        print("gpu: there is no GPU here, so nothing was measured.")
        return
    rows = shares(options, FORMS)
    name = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    peaks = limits(torch.get_num_threads(), options.device)
    facts = {"device": name} | {f"device_{what}": value for what, value in peaks.items()}
    report(options, "gpu", rows, torch.get_num_threads(), **facts, **epoch(options))


if __name__ == "__main__":
    main()
