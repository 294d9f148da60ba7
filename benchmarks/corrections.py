"""Benefit of reviewing 50 clips: wrong labels found, and macro F1 after training with corrected labels.

    python -m benchmarks.corrections --seeds 0 1 2

It uses the synthetic data, whose wrong training labels are known. A network is trained; the first 50 training clips in
the order of the explorer's queue are reviewed by a simulated reviewer without errors, and the network is trained again
with the corrected labels; for comparison, also with 50 clips in random order, and with all labels corrected. The data
are the same for all seeds, which determine the network and the random order. Runs are kept as `corrections-...` and not
trained again. The interval of a difference in top-1 is over seeds and people, as in 07_compare.
"""

import argparse

import numpy as np
import pandas as pd
from scipy.stats import hypergeom
from sklearn.metrics import f1_score

from mglib.analysis.ambiguity import kept_label_check, review_queue
from mglib.analysis.evaluation import compare_settings
from mglib.config import TrainConfig
from mglib.runs import Run
from mglib.training import train

REVIEWED = 50
ORDERS = ("as they are", "queue", "random", "all right")


def run_of(name: str, seed: int, given: dict, corrections: dict | None = None) -> Run:
    """A run on the data of a seed, trained unless it is finished."""
    options = {"corrections": corrections} if corrections else {}
    settings = {"run_name": f"corrections-{name}-{seed}", "seed": seed, "data_options": options, "resume": True}
    return train(TrainConfig.read(given | settings))


def corrections(run: Run, rows: np.ndarray, truth: np.ndarray) -> dict:
    """The corrections of a reviewer without errors for some clips."""
    names, labels = run.data.class_names, run.labels
    wrong = [row for row in rows if labels[row] != truth[row]]
    clips = [{"id": run.clips["id"][r], "label": names[truth[r]], "was": names[labels[r]]} for r in wrong]
    return {"name": f"the first {len(rows)} clips", "clips": clips}


def reviewed(seed: int, given: dict, first: int) -> tuple[dict, dict[str, Run]]:
    """Wrong labels found among the first clips of each order, and the runs before and after."""
    before = run_of("before", seed, given)
    truth = pd.read_csv(before.path / "truth.csv")["true_label"].to_numpy()
    train_rows = before.where("train")
    wrong = int((before.labels[train_rows] != truth[train_rows]).sum())
    queue = review_queue(before, kept_label_check(before))["row"]
    orders = {
        "queue": queue[queue.isin(train_rows)].to_numpy()[:first],
        "random": np.random.default_rng(seed).permutation(train_rows)[:first],
        "all right": train_rows,
    }
    given_back = {name: corrections(before, rows, truth) for name, rows in orders.items()}
    luck = hypergeom(len(train_rows), wrong, first)
    row = {"seed": seed, "train clips": len(train_rows), "wrong labels": wrong}
    row |= {f"found by {name}": len(given_back[name]["clips"]) for name in ("queue", "random")}
    row |= {"expected at random": luck.mean(), "one random order in 20 finds": int(luck.ppf(0.95))}
    names = {"queue": "after", "random": "random", "all right": "right"}
    return row, {"as they are": before} | {n: run_of(names[n], seed, given, c) for n, c in given_back.items()}


def macro_f1(run: Run) -> float:
    test = run.where("test")
    labels, predicted = run.labels[test], run.probabilities()[test].argmax(1)
    return f1_score(labels, predicted, labels=np.unique(labels), average="macro")


def hits(run: Run) -> np.ndarray:
    test = run.where("test")
    return run.probabilities()[test].argmax(1) == run.labels[test]


def scores(runs: dict[int, dict[str, Run]]) -> pd.DataFrame:
    """A row per order: macro F1 over the seeds, its differences, and the difference of top-1 with its interval."""
    rows = []
    for order in ORDERS:
        found = np.array([macro_f1(each[order]) for each in runs.values()])
        gain = found - [macro_f1(each["as they are"]) for each in runs.values()]
        row = {"labels": order, "macro F1": f"{found.mean():.1%}", "by seed": " ".join(f"{x:.1%}" for x in found)}
        row |= {"change by seed": " ".join(f"{x:+.1%}" for x in gain)}
        if order != "as they are" and len(runs) > 1:
            own, base = ({seed: hits(each[name]) for seed, each in runs.items()} for name in (order, "as they are"))
            first = next(iter(runs.values()))["as they are"]
            change = compare_settings(own, base, first.groups[first.where("test")])
            row["top-1, change [95 % interval]"] = f"{change.value:+.1%} [{change.low:+.1%}, {change.high:+.1%}]"
        rows.append(row)
    return pd.DataFrame(rows).fillna("")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--reviewed", type=int, default=REVIEWED, help="clips that are looked at")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--streams", default="joint")
    parser.add_argument("--epochs", type=int, default=None)
    given = parser.parse_args()
    settings = {"preset": given.preset, "streams": given.streams, "epochs": given.epochs}
    found, runs = [], {}
    for seed in given.seeds:
        row, runs[seed] = reviewed(seed, settings, given.reviewed)
        found.append(row)
    print(f"preset {given.preset}, {given.streams}, the first {given.reviewed} training clips reviewed")
    print(pd.DataFrame(found).to_string(index=False), scores(runs).to_string(index=False), sep="\n\n")


if __name__ == "__main__":
    main()
