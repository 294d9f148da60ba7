"""Training from the command line.

    python -m mglib.training -p preset tiny -p num_processes 2
    python -m mglib.training --plan -p preset paper
    python -m mglib.training --retrain RUN -p retrain sqrt
    accelerate launch --num_machines 2 --num_processes 16 ... -m mglib.training --config config.yaml

The second line trains nothing: it prints the memory and time that training would take here, and warns if it does not
fit. The third re-trains the classifiers of a finished run, for rare classes, and saves the result as the run RUN-sqrt.
The fourth, given on every machine, trains on several machines; they must share the folder of runs.
"""

import argparse
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

from accelerate import PartialState
from torch.distributed.elastic.multiprocessing import errors

from mglib.base.console import print_anything
from mglib.base.errors import ConfigError
from mglib.base.values import read_yaml
from mglib.config import TrainConfig
from mglib.runs import Run, find_run

from .loop import load_table
from .planning import make_plan
from .processes import SENTENCES, world_size
from .second_stage import retrain_run
from .seeds import train_seeds


def read_settings(path: Path) -> dict[str, Any]:
    """Read settings from a YAML file.

    Raises:
        ConfigError: the file cannot be read, or does not contain named values.
    """
    try:
        settings = read_yaml(path)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"--config: {path} cannot be read ({' '.join(str(error).split())}); give a YAML file."
        ) from None
    if not isinstance(settings, dict):
        raise ConfigError(f"--config: {path} contains no settings; give a YAML file such as the config.yaml of a run.")
    return settings


def retrain(name: str, given: dict[str, str]) -> Run:
    """Re-train the classifiers of a finished run, with the settings from the command line.

    Raises:
        ConfigError: a setting other than retrain and run_name was given.
        KeyboardInterrupt: interrupted; the message says how to go on.
    """
    if others := given.keys() - {"retrain", "run_name"}:
        raise ConfigError(
            f"--retrain: {', '.join(sorted(others))} cannot be changed in a finished run; set only retrain and "
            "run_name."
        )
    try:
        return retrain_run(find_run(name), given.get("retrain", "sqrt"), given.get("run_name", ""))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"The re-training of {name} was interrupted; {name} is unchanged, and the same command starts again."
        ) from None


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; return 0, 2 if settings, data or disk cannot be used, or 130 if interrupted."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.training", description="Train a network.")
    parser.add_argument("--config", type=Path, help="YAML file of settings, such as the config.yaml of a run")
    parser.add_argument("-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="set a setting")
    parser.add_argument(
        "--plan", action="store_true", help="train nothing; print the memory and time that training would take"
    )
    parser.add_argument("--retrain", metavar="RUN", help="re-train the classifiers of a finished run")
    options = parser.parse_args(arguments)
    # harmless: the strides of a 1 x 1 x 1 kernel can be written in two ways
    warnings.filterwarnings("ignore", "Grad strides do not match bucket view strides")
    try:
        if options.retrain:
            print(f"{(run := retrain(options.retrain, dict(options.p))).name} finished: {run.path}")
            return 0
        settings = read_settings(options.config) if options.config else {}
        config = TrainConfig.read({"num_processes": world_size()} | settings | dict(options.p))
        if options.plan:
            print(make_plan(config, load_table(config)))
            return 0
        run = errors.record(train_seeds)(config)  # reports an exception to the launcher
    except SENTENCES as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(str(stop) or "Interrupted before the run started.", file=sys.stderr)
        return 130
    state = PartialState()
    if state.is_main_process:
        print(f"{run.name} finished: {run.path}")
    state.destroy_process_group()
    return 0


if __name__ == "__main__":
    if world_size() == 1:  # processes that wait for each other could not react reliably
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # batch systems send it instead of Ctrl-C
    sys.exit(main())
