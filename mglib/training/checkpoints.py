"""Runs that are not finished: who may write them, and the checkpoints from which they go on."""

import itertools
import shutil
import time
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import gather_object
from accelerate.utils import load as load_pickle

from mglib.base import files, paths
from mglib.base.errors import ConfigError, Interrupted, RunError
from mglib.base.locking import locked
from mglib.config import FREE_TO_CHANGE, TrainConfig
from mglib.runs import Run

from .environment import check_arithmetic


def claim(config: TrainConfig, held: ExitStack) -> Path:
    """The run directory: new, or that of the same run continued.

    Args:
        config: settings.
        held: keeps other processes out of the directory until it is closed; a finished run is only read, by anyone.

    Raises:
        BusyError: another process is training the run.
        ConfigError: the run exists and `resume` is off, or it was started with other settings.
    """
    if config.resume and not config.run_name:
        raise ConfigError(f"resume: give the run_name of the run that is to go on{_unfinished()}.")
    folder = paths.runs_dir() / config.run_name if config.run_name else new_folder(config.dataset)
    finished, left = folder / "metrics.json", folder / "checkpoint"
    if not finished.is_file() or left.is_dir():
        held.enter_context(locked(folder))
    if not (folder / "config.yaml").is_file():
        with files.told(folder):
            folder.mkdir(exist_ok=True)
        return folder
    if not config.resume:
        raise ConfigError(
            f"run_name: the run {folder.name} exists; give another name, remove {folder}, or continue it with "
            "resume=True."
        )
    before, now = (each.model_dump(mode="json") for each in (Run(folder).settings, config))
    before, now = (each | {"data_options": paths.without_places(each["data_options"])} for each in (before, now))
    refuse_changes(f"the run {folder.name}", before, now, FREE_TO_CHANGE)
    if not finished.is_file():
        check_arithmetic(folder.name, Run(folder).environment.get("variables", {}))
    else:
        shutil.rmtree(left, ignore_errors=True)  # killed between the last result and this
    return folder


def refuse_changes(what: str, before: Mapping[str, Any], now: Mapping[str, Any], free: Collection[str]) -> None:
    """Refuse to go on with other settings, but for those that are `free` to change.

    Args:
        what: goes on, in words, such as "the run NAME".
        before: settings that it was started with, with the defaults of those that are newer.
        now: settings.
        free: names of settings that cannot change a result.

    Raises:
        ConfigError: it names each setting that differs.
    """
    if changed := [name for name in now if name not in free and before[name] != now[name]]:
        lines = ", ".join(f"{name} was {before[name]!r} and is {now[name]!r}" for name in changed)
        raise ConfigError(f"resume: {what} was started with other settings: {lines}; use those, or another run_name.")


def _unfinished() -> str:
    """The runs that were interrupted, in words."""
    begun = sorted(path.parent for path in paths.runs_dir().glob("*/config.yaml"))
    names = [folder.name for folder in begun if not (folder / "metrics.json").is_file()]
    return f"; not finished: {', '.join(names)}" if names else "; none in the folder of runs was interrupted"


def new_folder(what: str) -> Path:
    """A directory named after what it is of, such as a data set, and the time, for this process alone."""
    stem = f"{what}-{time.strftime('%Y%m%d-%H%M%S')}"
    for number in itertools.count(1):
        folder = paths.runs_dir() / (stem if number == 1 else f"{stem}-{number}")
        with suppress(FileExistsError), files.told(folder):  # of another that was started in this second
            folder.mkdir(parents=True)
            break
    return folder


@contextmanager
def interruptible(folder: Path) -> Iterator[None]:
    """Say, where a person or a batch system interrupts, that nothing but the epoch under way is lost."""
    try:
        yield
    except KeyboardInterrupt:
        saved = checkpoints(folder)
        since = f"after epoch {int(saved[-1].name.removeprefix('epoch_')) + 1}" if saved else "in its first epoch"
        raise Interrupted(
            f"The run {folder.name} was interrupted {since}; continue it with resume=True and run_name={folder.name}."
        ) from None


def checkpoints(folder: Path) -> list[Path]:
    """Whole checkpoints of a run directory, the latest last."""
    return sorted(p for p in (folder / "checkpoint").glob("epoch_*") if p.suffix != ".part")


def save_checkpoint(accelerator: Accelerator, folder: Path, epoch: int) -> None:
    """Write what the accelerator knows of; the last checkpoint is removed only after this one is on the disk.

    Raises:
        DiskError: there is no room; the last checkpoint is kept.
    """
    old, new = checkpoints(folder), folder / "checkpoint" / f"epoch_{epoch:04d}"
    part = new.with_suffix(".part")
    if accelerator.is_main_process:
        shutil.rmtree(part, ignore_errors=True)  # what a kill in the middle of an earlier save left
    accelerator.wait_for_everyone()
    with files.told(new, Exception):  # torch and safetensors each have an error of their own for a full disk
        try:
            accelerator.save_state(str(part))
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        with files.told(new):
            files.flush(part)
            part.rename(new)
            files.flush(new.parent)
        for path in old:
            shutil.rmtree(path)


def restore(accelerator: Accelerator, saved: list[Path]) -> None:
    """Load the latest checkpoint that every process can read; later ones, which a power cut may have torn, are removed.

    Raises:
        RunError: there is none.
    """
    failures: list[str] = []
    for path in reversed(saved):
        failure = ""
        try:
            _check_pickles(path, accelerator.process_index)
            accelerator.load_state(str(path))
        except Exception as error:  # torch, safetensors and pickle each have their own for a damaged file
            failure = f"{path} cannot be read ({' '.join(str(error).split())[:200] or type(error).__name__})"
        told = [each for each in gather_object([failure]) if each]
        if not told:
            break
        failures.append(told[0])
    else:
        run = saved[0].parents[1]
        raise RunError(f"The run {run.name} cannot go on: {'; '.join(failures)}. Remove {run} and train it anew.")
    if failures and accelerator.is_main_process:
        warnings.warn(f"{'; '.join(failures)}; the run goes on from {path.name}.", stacklevel=2)
        for torn in saved[saved.index(path) + 1 :]:
            shutil.rmtree(torn)


def _check_pickles(path: Path, process: int) -> None:
    """Raise what is wrong with the files that Accelerate loads too boldly, or passes over where they are torn.

    It runs any code in those of custom states, and says nothing where the random states are missing or damaged.
    """
    for custom in path.glob("custom_checkpoint_*.pkl"):
        torch.load(custom, map_location="cpu", weights_only=True)
    states = load_pickle(path / f"random_states_{process}.pkl", map_location="cpu")
    missing = {"random_state", "numpy_random_seed", "torch_manual_seed"} - set(states)
    if missing:
        raise ValueError(f"random_states_{process}.pkl lacks {', '.join(sorted(missing))}")
