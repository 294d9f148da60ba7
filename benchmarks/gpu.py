"""What a GPU does of the paper's two-stream network, and whether it has to wait for data.

    python -m benchmarks.gpu [--device cpu --preset tiny --clips 8 --steps 2 --epoch-clips 160 --matrix 512]

"step": inputs that lie on the device already; forward, loss, backward and SGD, or the forward pass alone, by precision
and with torch.compile. "of peak": operations of the convolutions (3 x those of the forward pass for a step) as a share
of what a bf16 matrix product of 8192 x 8192 reaches here. "epoch": an epoch of `mglib.training` on embedded synthetic
clips, frames cached, heat-maps drawn on the device; its clips a second beside those of the step say what loading and
book-keeping cost, "busy" is the share of its wall-clock time in which the device computes, and the operations that take
longest follow.
"""

import argparse
import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.rounds import arguments, interleaved, medians, report
from mglib.config import TrainConfig
from mglib.data import load
from mglib.models import SIZES, GestureNet, build_network
from mglib.training.loop import Session

CLASSES, JOINTS = 32, 22
FORMS = {"float32": (False, False), "bf16": (True, False), "bf16 compiled": (True, True)}  # autocast, compile


def waited(device: str) -> float:
    """The clock, when the device has done what it was given."""
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def network_and_inputs(options: argparse.Namespace) -> tuple[GestureNet, dict[str, torch.Tensor]]:
    size = SIZES[options.preset]
    rgb = torch.rand(options.clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels, device=options.device)
    pose = torch.rand(
        options.clips, JOINTS, size.pose_frames, size.pose_pixels, size.pose_pixels, device=options.device
    )
    network = build_network(size, "both", CLASSES, JOINTS).to(options.device, memory_format=torch.channels_last_3d)
    return network, {s: x.to(memory_format=torch.channels_last_3d) for s, x in {"rgb": rgb, "pose": pose}.items()}


def seconds_of_steps(options: argparse.Namespace, task: str, form: str):
    """A form that times `options.steps` steps; returns seconds a clip."""
    bf16, compiled = FORMS[form]
    network, inputs = network_and_inputs(options)
    network.train(task == "train")
    model = torch.compile(network) if compiled else network
    labels = torch.arange(options.clips, device=options.device) % CLASSES
    optimizer = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9)

    def step() -> None:
        with torch.autocast(options.device, torch.bfloat16) if bf16 else nullcontext():
            output = model(inputs)
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

    run()  # compiles, and lets cuDNN choose
    return run


def peak(device: str, n: int) -> float:
    """Operations a second of a bf16 matrix product."""
    a = torch.rand(n, n, dtype=torch.bfloat16, device=device)
    times = []
    for _ in range(12):
        start = waited(device)
        a @ a
        times.append(waited(device) - start)
    return 2 * n**3 / min(times)


def epoch(options: argparse.Namespace) -> dict[str, object]:
    """Clips a second of an epoch of training as `train` does it, and where its time goes."""
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
    network, inputs = network_and_inputs(options)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network({s: x[:1] for s, x in inputs.items()})
    flops, best = counter.get_total_flops(), peak(options.device, options.matrix)
    rows = []
    for task, passes in (("train", 3), ("infer", 1)):
        forms = {form: seconds_of_steps(options, task, form) for form in FORMS}
        for form, seconds in medians(interleaved(forms, options.rounds)).items():
            rows.append(
                {"task": task, "form": form, "clips a second": 1 / seconds, "of peak": passes * flops / seconds / best}
            )
    facts = {"device": torch.cuda.get_device_name() if options.device == "cuda" else "CPU", "peak_tflops": best / 1e12}
    report(options, "gpu", rows, torch.get_num_threads(), **facts, **epoch(options))


if __name__ == "__main__":
    main()
