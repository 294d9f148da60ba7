"""Re-training the classifiers of a finished run: a new run, as training with `retrain` would give, in a minute."""

import shutil
from pathlib import Path

import numpy as np

from mglib.base import files, paths
from mglib.base.errors import ConfigError, RunError
from mglib.base.locking import locked
from mglib.config import FREE_TO_CHANGE, TrainConfig
from mglib.data import ClipTable
from mglib.models import GestureNet
from mglib.runs import Run, find_run

from .answering import Answers, Questions, Swap, fuse_batch_norms
from .building import load_network, make_accelerator, make_cache, make_maker
from .checkpoints import refuse_changes
from .loop import load_table
from .recording import write_answers
from .reliance import swap_inputs, write_reliance
from .retraining import pooled_features, retrain_classifiers

# Files that the second stage does not change; dynamics and prototypes are those of the training.
KEPT = ("clips.csv", "truth.csv", "corrections.csv", "data.json", "skeletons.npz", "history.csv", "dynamics.npz",
        "prototypes.npz", "environment.json", "ancestry.json", "joints.csv")  # fmt: skip


def retrain_run(run: Run, how: str, name: str = "", table: ClipTable | None = None) -> Run:
    """Re-train the classifiers of a finished run, and save the result as a new run.

    The result is the run that 03_train would write with the same settings and `retrain=how`, without repeating the
    training. If the new run already exists, it is only returned.

    Args:
        run: a finished run of one network, trained with `retrain` off; it is not changed.
        how: "sqrt", "balanced" or "tau", see `retraining`.
        name: name of the new run; "": the old name with `how` appended.
        table: its data set, including hidden clips; None: it is loaded.

    Raises:
        RunError: the run is an ensemble or of masked pre-training, is not finished, has no weights, or was already
            re-trained; or the data have other clips.
        ConfigError: `how` is "off" or does not fit the network or its data, or another run has the new name.
        DataError: the data set cannot be loaded.
        BusyError: another process writes the run.
    """
    name = name or f"{run.name}-{how}"
    config = _settings(run, how, name)
    table = load_table(config, table)
    if not table.clips.loc[table.labels >= 0, "id"].reset_index(drop=True).equals(run.clips["id"]):
        raise RunError(f"The data have other clips than the run {run.name}; give the data that it was trained on.")
    folder = paths.runs_dir() / name
    with locked(folder):
        if (folder / "config.yaml").is_file():
            before, now = (each.model_dump(mode="json") for each in (Run(folder).settings, config))
            refuse_changes(f"the run {name}", before, now, FREE_TO_CHANGE)
            if Run(folder).finished:
                return Run(folder)
        for kept in filter(run.has, KEPT):
            with files.whole(folder / kept) as part:
                shutil.copyfile(run.path / kept, part)
        _write(folder, config, load_network(run), table)
    return Run(folder)


def _settings(run: Run, how: str, name: str) -> TrainConfig:
    """The settings of the new run."""
    find_run(str(run.path))  # raises an error if the run is not finished
    if run.kind == "masked":
        raise RunError(
            f"The run {run.name} is of masked pre-training and has no classifiers; train a network from it with "
            f"03_train, init_from={run.name}, and give that run."
        )
    if how == "off":
        raise ConfigError("retrain: off re-trains nothing; give sqrt, balanced or tau.")
    if run.settings.retrain != "off":
        raise RunError(
            f"The run {run.name} was already re-trained ({run.settings.retrain}); give a run with retrain off."
        )
    return TrainConfig.read(run.settings.model_dump(mode="json") | {"retrain": how, "run_name": name, "resume": False})


def _write(folder: Path, config: TrainConfig, network: GestureNet, table: ClipTable) -> None:
    """Re-train the classifiers, classify all clips, and write the results; metrics.json last, as in any run."""
    accelerator = make_accelerator(config)
    ask = Questions(config, table, make_cache(config, table), make_maker(config, table.layout), accelerator)
    network = accelerator.prepare_model(network, evaluation_mode=True)

    def answer(rows: np.ndarray, swap: Swap | None = None) -> Answers:
        return ask(fuse_batch_norms(network), rows, swap)

    every = np.arange(len(table))
    first = answer(every)
    retrain_classifiers(network, config, table, lambda rows: pooled_features(ask, fuse_batch_norms(network), rows))
    answers = answer(every)
    reliance = swap_inputs(answer, table, answers.probabilities, config.seed)
    if reliance is not None:
        write_reliance(folder, reliance)
    files.write_text(folder / "config.yaml", config.to_yaml())
    write_answers(folder, table, answers, network, first)
