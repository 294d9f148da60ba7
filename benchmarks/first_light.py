"""First light: compares a GPU with a CPU on the published network, in results and speed, in ten minutes at most.

    python -m benchmarks.first_light --utd-mhad FOLDER
    python -m benchmarks.first_light --device cpu --preset tiny --clips 4 --minutes 2   (a rehearsal)

The steps are run in the order of `STEPS`. The result of each is printed and written at once to
benchmarks/results/first_light.json, so that it is not lost if a later step fails; the exit code is then 1. A step is
stopped at its share of the time. The remaining time is spent on training: preset paper on UTD-MHAD (depth as RGB), the
pose branch and then the two-stream network, from random weights; top-1 of the test people after each epoch.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F

from benchmarks import gpu
from benchmarks.heatmaps import LIMBS, POINTS, SIGMA, SIZE, moving_persons
from benchmarks.limits import fastest, limits, product
from benchmarks.rounds import RESULTS, machine
from mglib.base import files
from mglib.config import TrainConfig
from mglib.data import ClipTable, load
from mglib.data.heatmaps import draw_compiled, draw_tensor
from mglib.models import SIZES, build_network
from mglib.training import planning
from mglib.training.loop import Session

Rows = list[dict[str, object]]
ATOL = {"heat-maps": 5e-6, "float32": 1e-3}  # of values up to 1; of logits and losses, as a share of the largest


def peaks(options: argparse.Namespace) -> Rows:
    """Device, versions, and peak performance."""
    cuda = options.device == "cuda"
    row = {"device": torch.cuda.get_device_name() if cuda else "CPU", "torch": torch.__version__}
    row |= {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()} if cuda else {}
    return [row | limits(torch.get_num_threads(), options.device) | {
        "matrix_product_bf16_gflops": product(options.matrix, device=options.device),
    }]  # fmt: skip


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


def forms(options: argparse.Namespace) -> Rows:
    """Clips per second in training and inference, channels last and first, and their share of peak performance."""
    return gpu.shares(options, [name for name in gpu.FORMS if "compiled" not in name])


def compiled(options: argparse.Namespace) -> Rows:
    """The same with torch.compile, compared with bf16 without."""
    return gpu.shares(options, ["bf16", "bf16 compiled"])


def memory(options: argparse.Namespace) -> Rows:
    """Peak memory of a bf16 training step by batch size, as predicted by `--plan` and as measured."""
    config, rows = TrainConfig.read({"preset": options.preset, "precision": "bf16"}), []
    for clips in sorted({2, options.clips, 2 * options.clips}):
        network, inputs, labels = made_up(options, options.device, clips)
        inputs = {s: x.bfloat16() for s, x in inputs.items()}
        one = {s: x[:1].cpu() for s, x in inputs.items()}
        optimizer = torch.optim.SGD(network.train().parameters(), 1e-3, momentum=0.9)
        with planning.HeldMemory() as held:
            for x in (*network.state_dict().values(), *inputs.values()):
                held.hold(x)
            if options.device == "cuda":
                torch.cuda.reset_peak_memory_stats()
            for _ in range(2):
                planning.training_step(network, inputs, labels, optimizer, "bf16")
        predicted = planning.step_memory(network.cpu(), config, one, clips, "bf16")
        row = {"clips": clips, "predicted GiB": predicted, "tensors GiB": held.peak / 2**30}
        if options.device == "cuda":
            row |= {"allocated GiB": torch.cuda.max_memory_allocated() / 2**30}
            row |= {"reserved GiB": torch.cuda.max_memory_reserved() / 2**30}
        rows.append(row)
    return rows


def loading(options: argparse.Namespace) -> Rows:
    """Share of an epoch in which the device computes while clips are loaded, and GB per second of copies to it."""
    row = gpu.epoch(options)
    del row["longest"]
    if options.device == "cuda":
        size = SIZES[options.preset]
        plain = torch.zeros(options.clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels, dtype=torch.uint8)
        for name, batch in {"pageable": plain, "pinned": plain.pin_memory()}.items():
            seconds = fastest(lambda batch=batch: batch.to("cuda", non_blocking=True), 10, "cuda")
            row[f"{name} copy gb_a_second"] = plain.nbytes / seconds / 1e9
    return [row]


def training(options: argparse.Namespace) -> Rows:
    """Epochs of the pose branch, then of both streams, until the time is used up."""
    table, rows = clips_to_train_on(options), []
    for i, streams in enumerate(("joint", "rgb+joint")):
        until = time.monotonic() + (options.until - time.monotonic()) / (2 - i)
        rows += epochs(options, table, streams, until)
    return rows


def clips_to_train_on(options: argparse.Namespace) -> ClipTable:
    """UTD-MHAD if its folder is given, else synthetic clips."""
    if options.utd_mhad:
        return load("utd_mhad", options.utd_mhad)
    print("No --utd-mhad was given: training uses the synthetic clips.")
    return load("synthetic", num_clips=options.epoch_clips, frame_height=max(120, SIZES[options.preset].rgb_pixels))


def epochs(options: argparse.Namespace, table: ClipTable, streams: str, until: float) -> Rows:
    """A row per epoch; another epoch is started only if there is time for one of the last one's duration."""
    data = {"dataset": "utd_mhad", "data_root": options.utd_mhad} if options.utd_mhad else {}
    settings = {"preset": options.preset, "streams": streams, "num_workers": options.workers} | data
    config, rows, took = TrainConfig.read(settings), [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        session = Session(config, table, Path(folder))
        for epoch in range(config.epochs):
            start = time.monotonic()
            if epoch and start + took > until:
                break
            row = session.train_epoch(epoch) | session.test_scores(session.answer(table.where("test")))
            took = time.monotonic() - start
            shown = {"data": table.name, "streams": streams, "epoch": epoch + 1, "of": config.epochs}
            rows.append(shown | {name: x for name, x in row.items() if "top1" in name or name in ("loss", "seconds")})
            print(f"{streams}, epoch {epoch + 1}: top-1 {row['test_top1_fused']:.1%}, {took:.0f} s", flush=True)
    return rows


# each with its share of the time, after which it is stopped; the last takes the rest
STEPS: dict[str, tuple[Callable[[argparse.Namespace], Rows], float]] = {
    "peaks": (peaks, 0.1),
    "heat-maps": (heatmaps, 0.1),
    "float32 against the CPU": (float32, 0.15),
    "half precision": (half, 0.1),
    "clips a second": (forms, 0.15),
    "torch.compile": (compiled, 0.25),
    "loading": (loading, 0.2),
    "memory": (memory, 0.1),
    "training": (training, 1.0),
}


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block if it takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"stopped after {seconds:.0f} s, its share of the time")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def take(name: str, options: argparse.Namespace) -> dict[str, object]:
    """The result of a step, its duration, and why it failed, if it did."""
    step, share = STEPS[name]
    left, start = options.until - time.monotonic(), time.monotonic()
    found: dict[str, object] = {"rows": [], "failed": None}
    try:
        with stopped_after(max(1.0, left if share == 1 else min(left, share * 60 * options.minutes))):
            found["rows"] = step(options)
    except Exception as error:  # any error on an untested device is reported, and the next step follows
        traceback.print_exc()
        found["failed"] = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
    disagree = [row for row in found["rows"] if row.get("agree") is False]
    if disagree:
        found["failed"] = f"{len(disagree)} of {len(found['rows'])} do not agree"
    if options.device == "cuda":
        torch.cuda.empty_cache()
    return found | {"seconds": time.monotonic() - start}


def show(name: str, found: dict[str, object]) -> None:
    """Print the table of a step."""
    print(f"\n== {name}: {found['failed'] or 'done'}, {found['seconds']:.0f} s")
    if found["rows"]:
        print(pd.DataFrame(found["rows"]).to_string(index=False, float_format="{:.4g}".format, na_rep=""), flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run all steps; return 1 if one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--utd-mhad", type=Path, help="folder of UTD-MHAD; without it, synthetic clips are used")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--preset", default="paper", choices=list(SIZES))
    parser.add_argument("--minutes", type=float, default=10.0, help="for all steps together")
    parser.add_argument("--clips", type=int, default=10, help="of a batch")
    parser.add_argument("--steps", type=int, default=10, help="a round of timing")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epoch-clips", type=int, default=320, help="synthetic clips")
    parser.add_argument("--workers", type=int, default=max(0, min(8, (os.cpu_count() or 1) - 2)), help="load clips")
    parser.add_argument("--matrix", type=int, default=8192, help="side of the matrix product")
    parser.add_argument("--only", nargs="+", choices=list(STEPS), default=list(STEPS), help="steps to run")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON file")
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("first_light: there is no GPU here; --device cpu --preset tiny rehearses it.", file=sys.stderr)
        return 2
    options.until = time.monotonic() + 60 * options.minutes
    said = {name: str(value) for name, value in vars(options).items() if name not in ("results", "until")}
    content = {"machine": machine(), "settings": said, "steps": {}}
    options.results.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        content["steps"][name] = found = take(name, options)
        show(name, found)
        files.write_text(options.results / "first_light.json", json.dumps(content, indent=2, default=str) + "\n")
    return int(any(found["failed"] for found in content["steps"].values()))


if __name__ == "__main__":
    sys.exit(main())
