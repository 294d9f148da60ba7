"""Training with several seeds: one run per seed, and an ensemble run that averages them."""

from mglib.analysis.ensemble import average_seeds
from mglib.base import paths
from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.data import ClipTable
from mglib.runs import Run

from .checkpoints import check_named, new_folder
from .loop import train
from .processes import by_main, world_size


def train_seeds(config: TrainConfig, table: ClipTable | None = None) -> Run:
    """Train `config.seeds` networks, with seeds counted from `config.seed`, and average them in a run.

    One seed is a call of `train`. With several, each network is a run, NAME-seed=0 and so on, and the run NAME is an
    ensemble with them as members. After an interrupt, the same call with `resume=True` continues; finished networks are
    not trained again.

    Args:
        config: settings.
        table: the data, if already loaded.

    Raises:
        KeyboardInterrupt: training was interrupted; the message says how to resume.
        ConfigError: the folder of that name holds a single network or other files, or `resume` is on without a
            run_name. Other errors are those of `train`.
    """
    if config.seeds == 1:
        return train(config, table)
    check_named(config)
    alone = world_size() == 1
    name = (
        config.run_name or (new_folder(config.dataset) if alone else by_main(lambda: new_folder(config.dataset))).name
    )
    folder = paths.runs_dir() / name
    begun = (folder / "config.yaml").is_file()
    if any(folder.glob("[!.]*")) and not (begun and Run(folder).kind == "ensemble"):
        what = f"the run {name} exists and is a single network" if begun else f"{folder} exists and holds other files"
        raise ConfigError(f"run_name: {what}; give another name for {config.seeds} seeds.")
    parts = [_part(config, name, config.seed + number) for number in range(config.seeds)]
    try:
        runs = [train(part, table) for part in parts]
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            f"{stop} It is one of {config.seeds} seeds: to continue with all of them, give resume=True, "
            f"run_name={name} and seeds={config.seeds}."
        ) from None
    return average_seeds(runs, name) if alone else Run(by_main(lambda: average_seeds(runs, name).path))


def _part(config: TrainConfig, name: str, seed: int) -> TrainConfig:
    """Settings of the network with one of the seeds."""
    return config.model_copy(update={"seeds": 1, "seed": seed, "run_name": f"{name}-seed={seed}"})
