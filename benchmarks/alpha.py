"""Does the refinement help? Trains with several weights alpha and seeds, and prints the comparison.

    python benchmarks/alpha.py --dataset utd_mhad --data-root FOLDER --alphas 0 0.2 --seeds 0 1 2

Runs that are finished are not trained again; one that was interrupted is continued. Every system is scored on the test
split after the last epoch; top-1 intervals are of the seeds' mean, from 10,000 bootstrap draws over whole groups.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from mglib.config import TrainConfig
from mglib.evaluation import METRICS, cluster_intervals
from mglib.runs import Run

RESULTS = Path(__file__).parent / "results" / "alpha.json"


def train_one(settings: dict) -> Run:
    """Train, continue or find one run."""
    from mglib.training import train  # here, so that a worker process loads torch after joblib has set its threads

    return train(TrainConfig.read(settings))


def scores(runs: dict[float, list[Run]]) -> pd.DataFrame:
    """One row an alpha and system: mean and standard deviation over the seeds, percent; training minutes of a run."""
    rows = []
    for alpha, seeds in runs.items():
        minutes = np.mean([run.history["seconds"].sum() for run in seeds]) / 60
        for system in seeds[0].metrics:
            values = pd.DataFrame([run.metrics[system] for run in seeds]) * 100
            spread = values.std().fillna(0)
            cells = {METRICS[m]: f"{values[m].mean():.1f} ± {spread[m]:.1f}" for m in METRICS}
            if system in (*seeds[0].streams, "fused"):
                low, high = interval(seeds[0], hits(seeds, system))
                cells |= {"top-1 interval": f"[{low:.1f}, {high:.1f}]", "minutes": f"{minutes:.1f}"}
            rows.append({"alpha": alpha, "system": system} | cells)
    return pd.DataFrame(rows).fillna("").drop_duplicates(["system", *METRICS.values()])


def hits(runs: list[Run], system: str = "fused") -> np.ndarray:
    """Share of the seeds that recognised each test clip."""
    test = runs[0].where("test")
    labels = runs[0].clips["label"].to_numpy()[test]
    return np.mean([run.probabilities(system)[test].argmax(1) == labels for run in runs], axis=0)


def interval(run: Run, values: np.ndarray) -> np.ndarray:
    """95 % interval of the mean of a value a test clip, in percent, whole groups drawn."""
    groups = run.clips["group"].to_numpy()[run.where("test")]
    sums = np.array([[values[groups == g].sum(), (groups == g).sum()] for g in np.unique(groups)])
    return 100 * np.array(cluster_intervals(sums, lambda s: s[:, 0] / s[:, 1], rng=np.random.default_rng(0)))


def difference(runs: list[Run], others: list[Run]) -> str:
    """Fused top-1 of `runs` minus that of `others`, the seeds averaged clip by clip, with its interval."""
    gain = hits(runs) - hits(others)
    low, high = interval(runs[0], gain)
    return f"{100 * gain.mean():+.1f} points [{low:+.1f}, {high:+.1f}] over {runs[0].data['groups']['test']} groups"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset", default="synthetic")
    parser.add_argument("--data-root")
    parser.add_argument("--alphas", type=float, nargs="+", default=[0.0, 0.2])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time, one thread each on two cores")
    parser.add_argument("-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="any other setting")
    args = parser.parse_args()
    fixed = {"dataset": args.dataset, "data_root": args.data_root, "resume": True, **dict(args.p)}
    tag = "-".join([args.dataset, *(f"{name}={value}" for name, value in args.p)])
    cells = [(a, s) for s in args.seeds for a in args.alphas]
    grid = [fixed | {"alpha": a, "seed": s, "run_name": f"{tag}-alpha={a:g}-seed={s}"} for a, s in cells]
    done = Parallel(n_jobs=args.jobs)(delayed(train_one)(settings) for settings in grid)
    runs = {a: [run for (alpha, _), run in zip(cells, done, strict=True) if alpha == a] for a in args.alphas}

    table = scores(runs)
    print(table.to_string(index=False))
    differences = {}
    for alpha in args.alphas[1:]:
        key = f"fused top-1, alpha {alpha:g} minus alpha {args.alphas[0]:g}"
        differences[key] = difference(runs[alpha], runs[args.alphas[0]])
        print(f"{key}: {differences[key]}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({"runs": tag, "table": table.to_dict("records"), "differences": differences}, indent=2)
    )


if __name__ == "__main__":
    main()
