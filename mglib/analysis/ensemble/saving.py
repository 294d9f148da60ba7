"""Writes an ensemble as a run directory, for use in the explorer, the report and other ensembles."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from mglib.analysis.card import write_card
from mglib.analysis.embedding import side_by_side
from mglib.analysis.evaluation import score_table
from mglib.base import files, paths
from mglib.base.locking import locked
from mglib.runs import Run
from mglib.runs.ancestry import ancestry, write_ancestry

from .members import EnsembleError, Member, Pool
from .sharing import inputs_of
from .weights import Combination, cross_fit

SHARED = ("clips.csv", "data.json", "skeletons.npz", "truth.csv")  # facts of the data set, equal for all members


def save_ensemble(pool: Pool, combination: Combination, name: str, *, folds: int = 5) -> Run:
    """Write the run; an ensemble of the same name is replaced, except the notes on its clips.

    Its streams are the members, and "fused" is the combination. Held-out predictions are cross-fitted, see
    `weights.cross_fit`, so that methods fitted on them later are not biased.

    Args:
        pool: members and their predictions.
        combination: a combination fitted on the pool.
        name: name of the run.
        folds: folds of the cross-fitting.

    Raises:
        BusyError: another process is writing it.
        EnsembleError: the name is that of a run that is not an ensemble, that of a member, or not a valid folder name;
            or the held-out clips come from one group.
    """
    ratio = None if combination.method != "ratio" else combination.weights.tolist()
    return write_ensemble(name, pool, combination, lambda: cross_fit(pool, combination.method, ratio, folds))


def write_ensemble(name: str, pool: Pool, combination: Combination, held: Callable[[], np.ndarray]) -> Run:
    """Write the run of a pool.

    Args:
        name: name of the run.
        pool: members and their predictions; without held-out clips in it, the run has none.
        combination: combination of the members.
        held: returns the combination's held-out predictions [n, K]; called only if the run may be written.

    Raises:
        BusyError, EnsembleError: as in `save_ensemble`.
    """
    if fault := paths.fault(name):
        raise EnsembleError(f"name: {name!r}; give a plain folder name, as this {fault}.")
    folder = paths.runs_dir() / name
    with locked(folder):
        if any(folder.glob("[!.]*")) and not ((folder / "config.yaml").is_file() and Run(folder).kind == "ensemble"):
            raise EnsembleError(f"name: {folder} exists and is not an ensemble; give another name.")
        if any(member.run.path.resolve() == folder.resolve() for member in pool.members):
            raise EnsembleError(f"name: {name} is one of the members; give another name.")
        answers = held()
        part = folder / ".part"
        shutil.rmtree(part, ignore_errors=True)  # left by a process that was killed
        try:
            _write_run(part, name, pool, combination, answers)
            _move(part, folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return Run(folder)


def submission(run: Run, path: Path) -> Path:
    """Write a challenge's submission, columns Id and Target: clip id and predicted class, counted from 0.

    It contains the hidden clips; if all labels are known, the test clips.

    Raises:
        RunError: the run has no probabilities.
    """
    if run.has("hidden.npz"):
        ids, probabilities = run.hidden()
    else:
        rows = run.where("test")
        ids, probabilities = run.clips["id"].to_numpy()[rows], run.probabilities()[rows]
    table = pd.DataFrame({"Id": ids, "Target": probabilities.argmax(1)})
    files.write_text(path, table.to_csv(index=False))
    return path


def _move(part: Path, folder: Path) -> None:
    """Replace an old ensemble, except its notes; if the process is killed, the run counts as unfinished."""
    (folder / "metrics.json").unlink(missing_ok=True)
    (part / "config.yaml").replace(folder / "config.yaml")  # marks the folder as an ensemble
    for old in folder.glob("*"):
        if old.is_file() and old.name not in ("notes.csv", "config.yaml"):
            old.unlink()
    for new in sorted(part.glob("*"), key=lambda path: path.name == "metrics.json"):
        new.replace(folder / new.name)
    files.flush(folder)


def _write_run(folder: Path, name: str, pool: Pool, combination: Combination, held: np.ndarray) -> None:
    files.write_text(folder / "config.yaml", _settings(name, pool, combination))
    for shared in SHARED:
        if pool.run.has(shared):
            with files.whole(folder / shared) as part:
                shutil.copyfile(pool.run.path / shared, part)
    if behind := dict.fromkeys(parent for member in pool.members for parent in ancestry(member.run)):
        write_ancestry(folder, behind)
    answers = dict(zip(pool.names, pool.probabilities, strict=True)) | {"fused": combination(pool.probabilities)}
    kept = dict(zip(pool.names, pool.held_out, strict=True)) | {"fused": held}
    files.write_arrays(folder / "predictions.npz", **_single(answers))
    folds = np.array(max(member.run.folds for member in pool.members))
    if len(pool.rows):
        files.write_arrays(folder / "held_out.npz", rows=pool.rows, folds=folds, **_single(kept))
    if all(member.run.has("hidden.npz") for member in pool.members):
        files.write_arrays(folder / "hidden.npz", **_hidden(pool, combination))
    files.write_arrays(folder / "features.npz", **{member.name: _features(member) for member in pool.members})
    files.write_arrays(folder / "prototypes.npz", **{k: x for m in pool.members for k, x in _prototypes(m).items()})
    test = pool.run.where("test")
    labels, groups = pool.clips["label"].to_numpy()[test], pool.clips["group"].to_numpy(str)[test]
    answered = {name: p[test] for name, p in answers.items()}
    scores = score_table(answered, labels, groups, pool.run.data.class_groups)
    if combination.method == "seeds":  # baselines for each of them, too
        scores = pd.concat([pool.run.floors, scores], ignore_index=True)
    files.write_text(folder / "scores.csv", scores.to_csv(index=False))
    files.write_json(folder / "environment.json", pool.run.environment)
    write_card(Run(folder))
    metrics = {s: dict(zip(t["metric"], t["value"], strict=True)) for s, t in scores.groupby("system", sort=False)}
    files.write_json(folder / "metrics.json", metrics)


def _settings(name: str, pool: Pool, combination: Combination) -> str:
    """The members of the run, and the data set's settings as for a network, so that frames are found."""
    data = {key: pool.run.config[key] for key in ("dataset", "data_root", "data_options")}
    members = [
        {"run": member.run.name, "stream": member.stream, "temperature": float(t), "weight": float(w)}
        | {"sees": list(inputs_of(member))}
        for member, t, w in zip(pool.members, combination.temperatures, combination.weights, strict=True)
    ]
    seeds = {"seeds": [member.run.config["seed"] for member in pool.members]} if combination.method == "seeds" else {}
    own = seeds | {"method": combination.method, "temperature": float(combination.temperature), "members": members}
    return yaml.safe_dump(data | {"run_name": name} | own, sort_keys=False)


def _hidden(pool: Pool, combination: Combination) -> dict[str, np.ndarray]:
    """The predictions of the members and of the combination for a challenge's clips.

    Raises:
        EnsembleError: the members have different hidden clips.
    """
    found = [member.run.hidden(member.stream) for member in pool.members]
    ids = found[0][0]
    if not all(np.array_equal(ids, own) for own, _ in found):
        raise EnsembleError(f"{', '.join(pool.names)} have different hidden clips; train them on the same data.")
    answers = np.stack([p for _, p in found]).astype(np.float64)
    return {"ids": ids} | _single(dict(zip(pool.names, answers, strict=True)) | {"fused": combination(answers)})


def _features(member: Member) -> np.ndarray:
    run = member.run
    return (
        run.features(member.stream) if member.stream in run.streams else side_by_side([*map(run.features, run.streams)])
    )


def _prototypes(member: Member) -> dict[str, np.ndarray]:
    """Prototypes of the last epoch only, as members may have different numbers of epochs."""
    run, streams = member.run, [member.stream] if member.stream in member.run.streams else member.run.streams
    last = [run.prototypes(stream)[-1] for stream in streams]
    updates = np.min([run.prototype_updates(stream)[-1:] for stream in streams], axis=0)
    return {member.name: (last[0] if len(last) == 1 else side_by_side(last))[None], f"{member.name}_updates": updates}


def _single(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: array.astype(np.float32) for name, array in arrays.items()}
