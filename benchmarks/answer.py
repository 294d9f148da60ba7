"""How long a run takes to classify one clip with given key points and frames; key-point estimation is not included.

    python -m benchmarks.answer RUN

The clip is synthetic: three seconds of 480 x 640 pixels, 25 frames per second. "fresh": a new process imports mglib,
loads the run and classifies; all others are in one process. Wall-clock seconds.
"""

import os
import subprocess
import sys
import time

import numpy as np

from benchmarks.rounds import arguments, report

FRAMES, HEIGHT, WIDTH = 75, 480, 640


def answer(name: str) -> dict[str, float]:
    """Seconds of each step, in this process."""
    start = time.perf_counter()
    from mglib.prediction import Predictor

    imported = time.perf_counter()
    predictor = Predictor(name)
    loaded = time.perf_counter()
    rng = np.random.default_rng(0)
    points = rng.uniform(100, 400, (FRAMES, len(predictor.run.data.joints), 3))
    points[..., 2] = 1
    frames = rng.integers(0, 255, (FRAMES, HEIGHT, WIDTH, 3), np.uint8) if "rgb" in predictor.run.streams else None
    ready = time.perf_counter()
    predictor(points, height=HEIGHT, width=WIDTH, frames=frames)
    first = time.perf_counter()
    predictor(points, height=HEIGHT, width=WIDTH, frames=frames)
    again = time.perf_counter()
    return {"import": imported - start, "load": loaded - imported, "first": first - ready, "again": again - first}


def main() -> None:
    parser = arguments(__doc__, rounds=5)
    parser.add_argument("run", help="name or directory of a run")
    parser.add_argument("--once", action="store_true", help="answer in this process and print the seconds")
    options = parser.parse_args()
    if options.once:
        print(*answer(options.run).values())
        return
    rounds = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.answer", options.run, "--once"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rounds.append([*map(float, said.splitlines()[-1].split()), time.perf_counter() - start])
    steps = ("import", "load", "first answer", "next answer", "fresh process")
    rows = [dict(zip((f"{step} s" for step in steps), np.median(rounds, axis=0).tolist(), strict=True))]
    report(options, "answer", rows, threads=os.cpu_count())


if __name__ == "__main__":
    main()
