"""Unfinished runs: locking of run directories, and the checkpoints from which training resumes."""

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
from mglib.config import FREE_TO_CHANGE, MaskedConfig, TrainConfig
from mglib.runs import Run

from .environment import check_arithmetic


def claim(config: TrainConfig, held: ExitStack) -> Path:
    """The run directory: a new one, or that of the run to resume.

    Args:
        config: settings.
        held: holds the lock of the directory until it is closed; a finished run is only read and needs no lock.

    Raises:
        BusyError: another process is training the run.
        ConfigError: the run exists and `resume` is off, it was started with other settings or another objective, or
            `resume` is on without a run_name.
    """
    check_named(config)
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
    begun = Run(folder).settings
    if type(begun) is not type(config):
        kind = "of masked pre-training" if isinstance(begun, MaskedConfig) else "trained on labels"
        raise ConfigError(f"run_name: the run {folder.name} is {kind}; give another name to train a network otherwise.")
    before, now = (each.model_dump(mode="json") for each in (begun, config))
    before, now = (each | {"data_options": paths.without_places(each["data_options"])} for each in (before, now))
    refuse_changes(f"the run {folder.name}", before, now, FREE_TO_CHANGE)
    if not finished.is_file():
        check_arithmetic(folder.name, Run(folder).environment.get("variables", {}))
    else:
        shutil.rmtree(left, ignore_errors=True)  # the process was killed after the last result, before removing this
    return folder


def check_named(config: TrainConfig) -> None:
    """Refuse to resume a run without its name.

    Raises:
        ConfigError: `resume` is on without a run_name.
    """
    if config.resume and not config.run_name:
        raise ConfigError(f"resume: give the run_name of the run to resume{_unfinished()}.")


def refuse_changes(what: str, before: Mapping[str, Any], now: Mapping[str, Any], free: Collection[str]) -> None:
    """Refuse to resume with other settings, except those that are `free` to change.

    Args:
        what: the thing resumed, in words, such as "the run NAME".
        before: settings that it was started with; settings that are newer than it have their defaults.
        now: settings.
        free: names of settings that cannot change a result.

    Raises:
        ConfigError: a setting differs; the message names all that do.
    """
    if changed := [name for name in now if name not in free and before[name] != now[name]]:
        lines = ", ".join(f"{name} was {before[name]!r} and is {now[name]!r}" for name in changed)
        raise ConfigError(f"resume: {what} was started with other settings: {lines}; use those, or another run_name.")


def _unfinished() -> str:
    """The unfinished runs, as the end of a sentence."""
    begun = sorted(path.parent for path in paths.runs_dir().glob("*/config.yaml"))
    names = [folder.name for folder in begun if not (folder / "metrics.json").is_file()]
    return f"; not finished: {', '.join(names)}" if names else f"; {paths.runs_dir()} has no unfinished run"


def new_folder(what: str) -> Path:
    """Create a directory named after `what`, such as a data set, and the time; no other process uses the same one."""
    stem = f"{what}-{time.strftime('%Y%m%d-%H%M%S')}"
    for number in itertools.count(1):
        folder = paths.runs_dir() / (stem if number == 1 else f"{stem}-{number}")
        with suppress(FileExistsError), files.told(folder):  # another run was started in the same second
            folder.mkdir(parents=True)
            break
    return folder


@contextmanager
def interruptible(folder: Path) -> Iterator[None]:
    """On an interrupt, raise `Interrupted` with the last epoch saved and how to resume."""
    try:
        yield
    except KeyboardInterrupt:
        saved = checkpoints(folder)
        since = f"after epoch {int(saved[-1].name.removeprefix('epoch_')) + 1}" if saved else "in its first epoch"
        raise Interrupted(
            f"The run {folder.name} was interrupted {since}; continue it with resume=True and run_name={folder.name}."
        ) from None


def checkpoints(folder: Path) -> list[Path]:
    """Complete checkpoints of a run directory, the latest last."""
    return sorted(p for p in (folder / "checkpoint").glob("epoch_*") if p.suffix != ".part")


def save_checkpoint(accelerator: Accelerator, folder: Path, epoch: int) -> None:
    """Save the accelerator's state; older checkpoints are removed only after this one is on disk.

    Raises:
        DiskError: the disk is full; the previous checkpoint is kept.
    """
    old, new = checkpoints(folder), folder / "checkpoint" / f"epoch_{epoch:04d}"
    part = new.with_suffix(".part")
    if accelerator.is_main_process:
        shutil.rmtree(part, ignore_errors=True)  # left by a process that was killed while saving
    accelerator.wait_for_everyone()
    with files.told(new, Exception):  # torch and safetensors raise errors of other types for a full disk
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
    """Load the latest checkpoint that every process can read; later, damaged ones are removed with a warning.

    Raises:
        RunError: no checkpoint can be read.
    """
    failures: list[str] = []
    for path in reversed(saved):
        failure = ""
        try:
            _check_pickles(path, accelerator.process_index)
            accelerator.load_state(str(path))
        except Exception as error:  # torch, safetensors and pickle raise different types for a damaged file
            failure = f"{path} cannot be read ({' '.join(str(error).split())[:200] or type(error).__name__})"
        told = [each for each in gather_object([failure]) if each]
        if not told:
            break
        failures.append(told[0])
    else:
        run = saved[0].parents[1]
        raise RunError(f"The run {run.name} cannot be resumed: {'; '.join(failures)}. Remove {run} and train it again.")
    if failures and accelerator.is_main_process:
        warnings.warn(f"{'; '.join(failures)}; the run resumes from {path.name}.", stacklevel=2)
        for torn in saved[saved.index(path) + 1 :]:
            shutil.rmtree(torn)


def _check_pickles(path: Path, process: int) -> None:
    """Raise an error for unsafe or damaged pickle files before Accelerate loads them.

    Accelerate would run any code in custom states, and silently skip random states that are missing or damaged.
    """
    for custom in path.glob("custom_checkpoint_*.pkl"):
        torch.load(custom, map_location="cpu", weights_only=True)
    states = load_pickle(path / f"random_states_{process}.pkl", map_location="cpu")
    missing = {"random_state", "numpy_random_seed", "torch_manual_seed"} - set(states)
    if missing:
        raise ValueError(f"random_states_{process}.pkl lacks {', '.join(sorted(missing))}")
