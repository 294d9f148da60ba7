"""Several seeds of one setting: a run directory each, and a run of members that averages them."""

from mglib.analysis.ensemble import average_seeds
from mglib.base import paths
from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.data import ClipTable
from mglib.runs import Run

from .checkpoints import new_folder
from .loop import train
from .processes import by_main, world_size


def train_seeds(config: TrainConfig, table: ClipTable | None = None) -> Run:
    """Train `config.seeds` networks, with the seeds from `config.seed` on, and leave the run that averages them.

    Of one seed that is `train`. Of several, the networks are runs of their own, NAME-seed=0 and so on, and the run NAME
    has them as members. Interrupted, the same call with `resume=True` goes on; finished networks are not trained again.

    Args:
        config: settings.
        table: the data, if it is loaded already.

    Raises:
        KeyboardInterrupt: with a sentence that says how to go on.
        ConfigError: a run of the name exists that is one network; and errors as of `train`.
    """
    if config.seeds == 1:
        return train(config, table)
    alone = world_size() == 1
    name = (
        config.run_name or (new_folder(config.dataset) if alone else by_main(lambda: new_folder(config.dataset))).name
    )
    folder = paths.runs_dir() / name
    if (folder / "config.yaml").is_file() and Run(folder).kind != "ensemble":
        raise ConfigError(
            f"run_name: the run {name} exists and is one network; give {config.seeds} seeds another name."
        )
    parts = [_part(config, name, config.seed + number) for number in range(config.seeds)]
    try:
        runs = [train(part, table) for part in parts]
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt(
            f"{stop} It is one of {config.seeds} seeds: all of them go on with resume=True, run_name={name} and "
            f"seeds={config.seeds}."
        ) from None
    return average_seeds(runs, name) if alone else Run(by_main(lambda: average_seeds(runs, name).path))


def _part(config: TrainConfig, name: str, seed: int) -> TrainConfig:
    """Settings of the network of one seed."""
    return config.model_copy(update={"seeds": 1, "seed": seed, "run_name": f"{name}-seed={seed}"})
