"""The second stage of a finished run: another run, which is what `retrain` would have made of it, in a minute."""

import shutil
from pathlib import Path

import numpy as np

from mglib.base import files, paths
from mglib.base.errors import RunError
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

# What the second stage does not change; dynamics and prototypes are those of the training.
KEPT = ("clips.csv", "truth.csv", "corrections.csv", "data.json", "skeletons.npz", "history.csv", "dynamics.npz",
        "prototypes.npz", "environment.json")  # fmt: skip


def retrain_run(run: Run, how: str, name: str = "", table: ClipTable | None = None) -> Run:
    """Train the classifiers of a finished run once more, and leave the result as a run of its own.

    It is the run that 03_train would have left with the same settings and `retrain=how`, without its training. Where it
    is there already, it is only returned.

    Args:
        run: a finished run of one network, trained with `retrain` off; it stays as it is.
        how: "sqrt", "balanced" or "tau", see `retraining`.
        name: of the new run; "" appends `how` to the name of the old one.
        table: its data set, hidden clips among it; None: it is loaded.

    Raises:
        RunError: the run is an ensemble, is not finished, has lost its weights, or was re-trained already.
        ConfigError: `how` does not fit the network or its data, or the new name is that of another run.
        DataError: the data set is not at hand.
        BusyError: another process writes the run.
    """
    name = name or f"{run.name}-{how}"
    config = _settings(run, how, name)
    table = load_table(config, table)
    if not table.clips.loc[table.labels >= 0, "id"].reset_index(drop=True).equals(run.clips["id"]):
        raise RunError(f"The data at hand have other clips than {run.name}; give the data that it was trained on.")
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
    """Those of the run with a second stage."""
    find_run(str(run.path))  # says how to go on if it is not finished
    if run.settings.retrain != "off":
        raise RunError(f"{run.name} was re-trained already ({run.settings.retrain}); give the run that it was before.")
    return TrainConfig.read(run.settings.model_dump(mode="json") | {"retrain": how, "run_name": name, "resume": False})


def _write(folder: Path, config: TrainConfig, network: GestureNet, table: ClipTable) -> None:
    """Train the classifiers, ask, and write what came of it; metrics.json last, as in any run."""
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
