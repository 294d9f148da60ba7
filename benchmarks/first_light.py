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

import pandas as pd
import torch

from benchmarks import gpu
from benchmarks.agreement import Rows, float32, half, heatmaps, made_up
from benchmarks.limits import fastest, limits, product
from benchmarks.rounds import RESULTS, machine
from mglib.base import files
from mglib.config import TrainConfig
from mglib.data import ClipTable, load
from mglib.models import SIZES
from mglib.training import planning
from mglib.training.loop import Session


def peaks(options: argparse.Namespace) -> Rows:
    """Device, versions, and peak performance."""
    cuda = options.device == "cuda"
    row = {"device": torch.cuda.get_device_name() if cuda else "CPU", "torch": torch.__version__}
    row |= {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()} if cuda else {}
    return [row | limits(torch.get_num_threads(), options.device) | {
        "matrix_product_bf16_gflops": product(options.matrix, device=options.device),
    }]  # fmt: skip


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
