"""A payload as the browser gets it, and the numbers that Python finds in the same run, for the tests in JavaScript."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from mglib.analysis.ambiguity import confused_pairs
from mglib.analysis.ambiguity.chance import error_lift
from mglib.analysis.ambiguity.pairs import pair_bounds
from mglib.analysis.evaluation import confusion_matrix, mean_interval, part_and_rest
from mglib.explorer.decisions import Decisions
from mglib.explorer.payload import SHARE, make_payload
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn


def write(folder: Path) -> None:
    """Write payload.json (facts), payload.bin (arrays) and expected.json."""
    run = fake_run(folder / "run", num_classes=6, clips=240, between=0.3, starts=True)
    other = fake_run(folder / "other", num_classes=6, clips=240, between=0.3, seed=1)
    other = recolumn(other, label=run.labels)  # wrong labels are planted by seed
    payload = make_payload(run, other)
    facts, content = payload.pack()
    (folder / "payload.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "payload.bin").write_bytes(content)
    expected = {
        "clips": _clips(run),
        "parts": _parts(run),
        "raters": _raters(folder),
        "cells": [
            _cells(run, source, split, system, source is other)
            for source in (run, other)
            for split in ("test", "train")
            for system in ("fused", "rgb", "pose")
        ],
        "pairs": {split: _pairs(run, other, split) for split in ("test", "train")},
        "rivals": _rivals(run, payload.arrays),
        "headline": _headline(run),
        "lopsided": _lopsided(),
    }
    (folder / "expected.json").write_text(json.dumps(expected), encoding="utf-8")


def _clips(run: Run) -> list[dict]:
    """What one clip shows, read from the run and not from the payload."""
    predicted, probability = (run.dynamics("fused")[name] for name in ("predicted", "probability"))  # [E, n]
    place = {row: at for at, row in enumerate(run.where("train"))}
    fused, prototypes = run.probabilities("fused"), run.prototypes("pose")[-1]
    unit = prototypes / np.linalg.norm(prototypes, axis=1, keepdims=True)
    features = run.features("pose") / np.linalg.norm(run.features("pose"), axis=1, keepdims=True)
    clips = []
    for row, clip in run.clips.iterrows():
        near = unit @ features[row]
        others = [k for k in range(len(near)) if k != clip["label"]]
        clips.append(
            {name: clip[name] for name in ("id", "split", "group", "label")}
            | {
                "seconds": clip["total_frames"] / run.data.fps,
                "answer": int(fused[row].argmax()),
                "confidence": float(fused[row].max()),
                "history": [int(x) for x in predicted[:, place[row]]] if row in place else None,
                "curve": [None if np.isnan(p) else float(p) for p in probability[:, place[row]]]
                if row in place
                else None,
                "own": float(near[clip["label"]]),
                "rival": max(others, key=lambda k, near=near: near[k]),
            }
        )
    return clips


def _cells(run: Run, source: Run, split: str, system: str, is_other: bool) -> dict:
    """Counts by class and by body group, and the clips of every cell."""
    rows, labels = run.where(split), run.clips["label"].to_numpy()
    predicted = source.probabilities(system).argmax(1)
    names = run.data.class_groups
    groups = list(dict.fromkeys(names))
    group = np.array([groups.index(name) for name in names])
    of_groups = confusion_matrix(group[labels[rows]], group[predicted[rows]], len(groups))
    clips: dict[str, list[int]] = {}
    for row in rows:
        clips.setdefault(f"{labels[row]} {predicted[row]}", []).append(int(row))
    return {
        "split": split,
        "system": system,
        "other": is_other,
        "counts": confusion_matrix(labels[rows], predicted[rows], len(names)).ravel().tolist(),
        "groups": of_groups.ravel().tolist(),
        "groupLifts": np.nan_to_num(error_lift(of_groups)).ravel().tolist(),
        "classBounds": _bounds(labels[rows], predicted[rows], run.groups[rows], len(names)),
        "bounds": _bounds(group[labels[rows]], group[predicted[rows]], run.groups[rows], len(groups)),
        "clips": clips,
    }


def _bounds(labels: np.ndarray, predicted: np.ndarray, people: np.ndarray, k: int) -> list[list | None]:
    """Of every cell [k * k]: low, high, the number of people, and the direction; None where there is no interval."""
    found = pair_bounds(labels, predicted, people, *(axis.ravel() for axis in np.indices((k, k))))
    kinds = found["direction"].replace("unclear", "")
    rows = zip(found["low"], found["high"], found["groups"].tolist(), kinds, strict=True)
    return [None if np.isnan(row[0]) else list(row) for row in rows]


def _lopsided() -> dict:
    """Class 0 is taken for 1, which is nearly always right; class 2 is one person's."""
    rng, people = np.random.default_rng(0), np.arange(160) % 8
    labels = np.where(np.arange(160) % 20 == 3, 2, np.arange(160) // 8 % 2)
    people = np.where(labels == 2, 0, people)
    wrong = rng.random(160) < np.array([0.6, 0.05, 0.3])[labels]
    predicted = np.where(wrong, 1 - labels.clip(max=1), labels)
    clips = {"labels": labels.tolist(), "predicted": predicted.tolist(), "people": people.tolist()}
    return clips | {"bounds": _bounds(labels, predicted, people, 3)}


def _headline(run: Run) -> dict:
    """Top-1 of the training clips with its interval over people."""
    rows = run.where("train")
    hits = run.probabilities("fused")[rows].argmax(1) == run.labels[rows]
    return mean_interval(hits, run.groups[rows])._asdict() | {"groups": len(set(run.groups[rows]))}


def _pairs(run: Run, other: Run, split: str) -> list[dict]:
    """Every confused pair of the fused system, its lifts as `ambiguity.confused_pairs` has them."""
    rows, labels = run.where(split), run.clips["label"].to_numpy()
    k = len(run.data.class_names)
    counts, before = (
        confusion_matrix(labels[rows], source.probabilities("fused")[rows].argmax(1), k) for source in (run, other)
    )
    sure = confused_pairs(run, split).set_index(["true", "predicted"])
    pairs = []
    for i in range(k):
        for j in (j for j in range(k) if j != i):
            if not counts[i, j] and not before[i, j]:
                continue
            found = _sureness(sure, counts, i, j)
            lifts = sure.loc[(i, j), ["lift_over_chance", "lift_over_succession"]] if counts[i, j] else (0.0, None)
            pairs.append(
                {
                    "i": i,
                    "j": j,
                    "count": int(counts[i, j]),
                    "n": int(counts[i].sum()),
                    "rate": counts[i, j] / counts[i].sum(),
                    "back": int(counts[j, i]),
                    "before": int(before[i, j]),
                    "change": int(counts[i, j] - before[i, j]),
                    **dict(zip(("lift", "follow"), lifts, strict=True)),
                }
                | found
            )
    return pairs


def _sureness(sure: pd.DataFrame, counts: np.ndarray, i: int, j: int) -> dict:
    """Interval and kind over groups, as Python finds them; as if clips were independent where it finds none."""
    if (i, j) in sure.index and np.isfinite(sure.loc[(i, j), "low"]):
        pair = sure.loc[(i, j)]
        kind = pair["direction"] if pair["direction"] != "unclear" else ""
        return {"range": [pair["low"], pair["high"]], "groups": int(pair["groups"]), "kind": kind}
    low, high = _wilson(counts[i, j], counts[i].sum())
    back_low, back_high = _wilson(counts[j, i], counts[j].sum())
    apart = low > back_high or back_low > high
    kind = "one-sided" if apart else "mutual" if counts[i, j] and counts[j, i] else ""
    return {"range": [low, high], "groups": 0, "kind": kind}


def _wilson(hits: int, clips: int) -> tuple[float, float]:
    interval = binomtest(int(hits), int(clips)).proportion_ci(0.95, method="wilson")
    return interval.low, interval.high


def _rivals(run: Run, arrays: dict[str, np.ndarray]) -> list[dict]:
    """For every mistaken test clip, the true positives of what it was taken for, the surest first."""
    rows, labels = run.where("test"), run.clips["label"].to_numpy()
    answers, steps = arrays["fused/top"][:, 0], arrays["fused/p"][:, 0]  # as sure as the browser knows: in 1 / SHARE
    assert np.abs(steps / SHARE - run.probabilities("fused").max(1)).max() < 1 / SHARE
    found = []
    for clip in rows:
        if answers[clip] != labels[clip]:
            right = [int(row) for row in rows if labels[row] == answers[row] == answers[clip]]
            right.sort(key=lambda row: (-int(steps[row]), row))
            found.append({"clip": int(clip), "label": int(labels[clip]), "answer": int(answers[clip]), "rivals": right})
    return found


def _parts(run: Run) -> list[dict]:
    """Slices, as filters and as Python chooses their clips, with their scores against the rest of their split."""
    clips, seconds, fused = run.clips, run.clips["total_frames"] / run.data.fps, run.probabilities("fused")
    names, answers = run.data.class_names, fused.argmax(1)
    first = clips["group"].iloc[run.where("train")[0]]
    slices = [
        ({"seconds": [0, 2]}, seconds <= 2),
        ({"groups": [first]}, clips["group"] == first),
        ({"labels": [names[2]], "seconds": [1.8, 1e9]}, (clips["label"] == 2) & (seconds >= 1.8)),
        ({"answers": [names[1], names[3]]}, np.isin(answers, [1, 3])),
        ({"labels": [names[1]], "answers": [names[1]]}, (clips["label"] == 1) & (answers == 1)),  # all of them right
        ({"body": ["hand"]}, clips["label"] % 3 == 1),
        ({"confidence": [-1e9, 0.5]}, fused.max(1) <= 0.5),
        ({"id": "7"}, clips["id"].str.contains("7")),
        ({"marks": ["none"], "confidence": [0.2, 0.9]}, (fused.max(1) >= 0.2) & (fused.max(1) <= 0.9)),
    ]
    rows = run.where("train")
    hits, groups = (answers == run.labels)[rows], run.groups[rows]
    return [
        {"filters": filters, "rows": np.flatnonzero(inside).tolist()}
        | {name: _ends(found) for name, found in part_and_rest(hits, groups, inside.to_numpy()[rows])._asdict().items()}
        for filters, inside in ((filters, pd.Series(inside)) for filters, inside in slices)
    ]


def _ends(interval: tuple[float, float, float]) -> list[float | None]:
    return [None if np.isnan(x) else float(x) for x in interval]


def _raters(folder: Path) -> dict:
    """Two raters' decisions, and how far they agree."""
    decisions, rng = Decisions(folder / "decisions.csv"), np.random.default_rng(0)
    for clip, (one, other) in enumerate(rng.choice(["a", "b", "c", ""], (30, 2), p=[0.5, 0.2, 0.2, 0.1])):
        for rater, label in (("ann", one), ("bob", other if clip % 3 else one)):
            kind = "keep" if label == "a" else "relabel" if label else "leave out"
            decisions.replace(
                rater, f"c{clip}", {"decision": kind, "was": "a", "label": label, "reason": 'so, "I" think'}
            )
    return {
        "decisions": decisions.read(),
        "agreement": list(decisions.agreement("ann", "bob")),
        "table": decisions.table().to_dict("records"),
    }
