"""Kill everything that takes long, at moments drawn from a seed: `make faults` prints the table, in minutes.

python -m tests.faults [--seed 0] [--times 1]
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from .killing import FAMILY, draw, measure, read, torture

# work -> cases killed by their own hand, cases killed from outside, and who is met there
PLAN = {
    "cache": (4, 3, ("all",)),
    "convert": (2, 2, ("all",)),
    "train": (5, 4, ("all",)),
    "report": (3, 2, ("all",)),
    "sweep": (1, 3, FAMILY),
}
MOST = 3  # kills a case


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Kill, go on, compare.")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--times", type=int, default=1, help="as many cases as planned, so many times")
    options = parser.parse_args()
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"  # who is killed gives no semaphore back
    rng, wrong, started = np.random.default_rng(options.seed), 0, time.perf_counter()
    print(f"seed {options.seed}\n{'work':8}{'killed at':60}{'kills':>6}  equal")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "case"
        for work, (own, outside, family) in PLAN.items():
            undisturbed = measure(work, folder)
            for number in range((own + outside) * options.times):
                moments = [
                    draw(undisturbed, rng, family, outside=number >= own * options.times)
                    for _ in range(rng.integers(1, MOST + 1))
                ]
                kills = torture(work, folder, moments)
                found = read(folder)
                names = found.keys() | undisturbed.content.keys()
                differ = sorted(name for name in names if found.get(name) != undisturbed.content.get(name))
                wrong += bool(differ)
                verdict = f"no: {', '.join(differ)}" if differ else "yes"
                print(f"{work:8}{', '.join(map(str, moments)):60}{kills:6}  {verdict}", flush=True)
    print(f"{wrong} differ; {time.perf_counter() - started:.0f} s")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
