"""Trains a spotter on recordings: features from a run at every step, a temporal network, thresholds, scores."""

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from safetensors.torch import save
from tqdm import tqdm

from mglib.base import files, paths
from mglib.base.console import progress
from mglib.base.errors import ConfigError, DataError, Interrupted, RunError
from mglib.base.locking import locked
from mglib.config import LongConfig, SpotConfig
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.models.temporal import TemporalNetwork, spotting_loss, step_weights
from mglib.prediction.spans import SpanReader
from mglib.runs import Run
from mglib.runs.reading import stored_arrays
from mglib.training.checkpoints import new_folder, refuse_changes

from .asking import Ask, readers
from .baselines import judge_of
from .decoding import Decoding, Stepwise, choose, decode, fit_temperature, tempered
from .naming import naming_run
from .spotter import Facts, Spotter, answer_steps, build_temporal, read_config
from .steps import RATE, seen, targets, tracks_of, windowed
from .study import scored, systems

FREE_TO_CHANGE = {"resume", "run_name", "data_root"}
SAVED_EVERY = 5  # epochs between checkpoints; an epoch takes seconds
FEWEST_STEPS = 16  # smallest length of a crop


class Lesson(NamedTuple):
    """A recording in the form for training."""

    features: np.ndarray  # float32 [S, C]
    answers: np.ndarray  # int64 [G, S]


class Outcome(NamedTuple):
    """A trained network and its directory."""

    folder: Path
    config: SpotConfig
    facts: Facts
    network: TemporalNetwork


def train_spotter(config: SpotConfig, recordings: Recordings) -> Spotter:
    """Train a spotter and write its directory.

    After an interruption, the same call with `resume=True` continues from the last checkpoint, with the same result as
    without interruption; for a finished spotter it only returns it.

    Args:
        config: settings; without a run in them, one is trained briefly, see `naming.naming_run`.
        recordings: recordings with train, val and test persons; without val, thresholds are the defaults.

    Raises:
        BusyError: another process trains it.
        ConfigError: it exists and `resume` is off, or it was started with other settings.
        DataError: the recordings cannot be trained on, or the run was trained on their val or test persons.
        RunError: there is no such run, or it uses frames.
    """
    with ExitStack() as held:
        folder = _claim(config, held)
        if (folder / "scores.csv").is_file():
            return Spotter(folder)
        held.enter_context(_interruptible(folder))
        with torch.random.fork_rng([]):  # creating a network draws random numbers, too
            run = naming_run(config)
            ask = readers(run, recordings, config.folds)
            facts, lessons = _prepare(folder, run, recordings, ask)
            _write_start(folder, config, facts)
            train = [lessons[one.name] for one in recordings if one.split == "train" and one.name in lessons]
            network = _fit(folder, config, facts, train)
            _finish(Outcome(folder, config, facts, network), recordings, lessons, ask)
    return Spotter(folder)


def find_spotter(config: LongConfig, recordings: Recordings) -> Spotter:
    """The spotter named in the settings of 09_long_recordings, or one trained with them.

    Raises:
        RunError: there is no such spotter, or it is not finished; and all errors of `train_spotter`.
    """
    if config.spotter:
        return Spotter(config.spotter)
    return train_spotter(SpotConfig.read({name: getattr(config, name) for name in SpotConfig.model_fields}), recordings)


def _prepare(folder: Path, run: Run, recordings: Recordings, ask: Ask) -> tuple[Facts, dict[str, Lesson]]:
    """Facts of the spotter, and features and targets of every recording, by name."""
    train = [one for one in recordings if one.split == "train"]
    if not any(segment.label >= 0 for one in train for segment in one.of()):
        raise DataError(f"{recordings.name}: no training recording has a segment with a class; nothing can be learnt.")
    if not any(one.split in ("val", "test") for one in recordings):
        raise DataError(f"{recordings.name}: there is no val or test person to score the spotter on; name some.")
    if recordings.layout is None:
        raise DataError(f"{recordings.name}: there are no key points; estimate them from the videos first.")
    tracks, window, lessons = tracks_of(train, recordings.class_groups), ask(train[0]).window, {}
    there = [one for one in recordings if one.keypoints is not None and one.split != "hidden"]
    for one in tqdm(there, unit="recording", mininterval=1, file=progress()):
        features = _features(folder, one, ask(one), window)
        lessons[one.name] = Lesson(features, targets(one, one.of(), tracks))
    inputs, names = features.shape[1], (recordings.class_names, recordings.class_groups)
    named = run.name if run.path.parent == paths.runs_dir() else str(run.path)
    return Facts(recordings.name, *names, tracks, recordings.layout, named, window, inputs), lessons


def _features(folder: Path, one: Recording, reader: SpanReader, window: float) -> np.ndarray:
    """Features of a recording, stored until training is finished, as they take most of the time."""
    points = hashlib.blake2b(np.ascontiguousarray(one.keypoints[:, ::10]), digest_size=8).hexdigest()
    path = folder / "features" / f"{files.keyed(f'{reader.run.name} {window:.3f} {one.name} {points}')}.npz"
    if kept := stored_arrays(path):
        return kept["features"]
    features = seen(*windowed(one, reader, window), one, reader.layout)
    files.write_arrays(path, features=features)
    return features


def _write_start(folder: Path, config: SpotConfig, facts: Facts) -> None:
    """Write what is known before the first epoch; spotter.yaml last, as it marks the folder as a spotter."""
    files.write_json(folder / "facts.json", asdict(facts))
    files.write_text(folder / "spotter.yaml", config.model_copy(update={"run_name": folder.name}).to_yaml())


def _fit(folder: Path, config: SpotConfig, facts: Facts, lessons: Sequence[Lesson]) -> TemporalNetwork:
    """Train the remaining epochs."""
    torch.manual_seed(config.seed)
    network = build_temporal(config, facts)
    network.normalise(torch.from_numpy(np.concatenate([one.features for one in lessons])))
    optimizer = torch.optim.Adam(network.parameters(), config.lr)
    sizes = [len(track) + 1 for track in facts.tracks]
    whole = torch.from_numpy(np.concatenate([one.answers for one in lessons], axis=1))
    weights = [step_weights(row, size) for row, size in zip(whole, sizes, strict=True)]
    history = _restored(folder, network, optimizer)
    with tqdm(total=config.epochs, initial=len(history), unit="epoch", mininterval=1, file=progress()) as bar:
        for epoch in range(len(history), config.epochs):
            started = time.perf_counter()
            torch.manual_seed(config.seed * 100_003 + epoch)  # dropout
            crops = _crops(lessons, config, np.random.default_rng([config.seed, epoch]))
            losses = [_step(network, optimizer, *crop, weights, config.smoothing) for crop in crops]
            history.append({"epoch": epoch, "loss": float(np.mean(losses)), "seconds": time.perf_counter() - started})
            if (epoch + 1) % SAVED_EVERY == 0 or epoch + 1 == config.epochs:
                _save(folder, network, optimizer, history)
            bar.set_postfix_str(f"loss {history[-1]['loss']:.2f}", refresh=False)
            bar.update()
    return network.eval()


def _crops(
    lessons: Sequence[Lesson], config: SpotConfig, rng: np.random.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """A random part of every recording, in random order: features [1, C, T] and targets [G, 1, T]."""
    longest = max(round(config.crop * RATE), FEWEST_STEPS)
    for number in rng.permutation(len(lessons)):
        features, answers = lessons[number]
        start = int(rng.integers(max(len(features) - longest, 0) + 1))
        part = slice(start, start + longest)
        yield torch.from_numpy(features[part].T[None].copy()), torch.from_numpy(answers[:, None, part].copy())


def _step(
    network: TemporalNetwork, optimizer: torch.optim.Optimizer, features: torch.Tensor, answers: torch.Tensor,
    weights: Sequence[torch.Tensor], smoothing: float,
) -> float:  # fmt: skip
    network.train()
    loss = spotting_loss(network(features), list(answers), weights, smoothing)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def _finish(done: Outcome, recordings: Recordings, lessons: dict[str, Lesson], ask: Ask) -> None:
    """Write thresholds, segments and scores; scores.csv last, as it marks the spotter as finished."""
    folder, facts = done.folder, done.facts
    with files.whole(folder / "weights.safetensors") as part:
        part.write_bytes(save({name: x.contiguous() for name, x in done.network.state_dict().items()}))
    asked = {one.name: one for one in recordings if one.split in ("val", "test") and one.name in lessons}
    said = {
        name: answer_steps(done.network, lessons[name].features, facts, one.duration) for name, one in asked.items()
    }
    how = _decoding(recordings, said, lessons)
    files.write_json(folder / "decoding.json", how.to_json())
    found = {name: decode(each, how, folder.name) for name, each in said.items()}
    files.write_text(folder / "segments.csv", segment_table(found, facts.class_names).to_csv(index=False))
    features = {name: lesson.features for name, lesson in lessons.items()}
    table = systems(recordings, found, features, ask, done.config.seed)
    there = {one.split for one in asked.values()}
    scores = scored(table, len(facts.class_names)).assign(
        scored="test" if "test" in there else "val", chosen_on="val" if "val" in there else "nobody"
    )
    files.write_text(folder / "scores.csv", scores.to_csv(index=False))
    (folder / "checkpoint.pt").unlink(missing_ok=True)
    shutil.rmtree(folder / "features", ignore_errors=True)


def _decoding(recordings: Recordings, said: dict[str, Stepwise], lessons: dict[str, Lesson]) -> Decoding:
    """The decoding chosen on validation persons; the default without any."""
    val = [one for one in recordings if one.split == "val" and one.name in said]
    if not val:
        return Decoding()
    temperature = fit_temperature([said[one.name] for one in val], [lessons[one.name].answers for one in val])
    cooled = [tempered(said[one.name], temperature) for one in val]
    how = choose(cooled, judge_of(val), recordings.num_classes)
    return replace(how, temperature=temperature)


def segment_table(found: dict[str, Sequence[Segment]], class_names: Sequence[str]) -> pd.DataFrame:
    """A row per segment: recording, start, stop, label, class, score."""
    rows = [
        (name, one.start, one.stop, one.label, class_names[one.label], one.score)
        for name, each in found.items()
        for one in each
    ]
    return pd.DataFrame(rows, columns=["recording", "start", "stop", "label", "class", "score"])


def _claim(config: SpotConfig, held: ExitStack) -> Path:
    """The directory: a new one, or that of the spotter to continue."""
    data = "synthetic" if config.data_root is None else config.data_root.name
    folder = paths.runs_dir() / config.run_name if config.run_name else new_folder(f"spotter-{data}")
    held.enter_context(locked(folder))
    if not (folder / "spotter.yaml").is_file():
        if (folder / "config.yaml").is_file():
            raise ConfigError(f"run_name: {folder.name} is a run of a network already; give the spotter another name.")
        with files.told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder
    if not config.resume:
        raise ConfigError(
            f"run_name: the spotter {folder.name} exists; give another name, remove {folder}, or continue it with "
            "resume=True."
        )
    before = read_config(folder / "spotter.yaml")
    before, now = (each.model_dump(mode="json") for each in (before, config))
    refuse_changes(f"the spotter {folder.name}", before, now, FREE_TO_CHANGE)
    return folder


@contextmanager
def _interruptible(folder: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            f"The spotter {folder.name} was interrupted; continue it with resume=True and run_name={folder.name}."
        ) from None


def _save(folder: Path, network: TemporalNetwork, optimizer: torch.optim.Optimizer, history: list[dict]) -> None:
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "history": history}
    with files.whole(folder / "checkpoint.pt") as part, files.told(folder / "checkpoint.pt", RuntimeError):
        torch.save(state, part)
    files.write_text(folder / "history.csv", pd.DataFrame(history).to_csv(index=False))


def _restored(folder: Path, network: TemporalNetwork, optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    """The history so far, after restoring network and optimizer; [] at the beginning."""
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return []
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
    except Exception as error:  # torch and pickle raise different errors for damaged files
        raise RunError(
            f"{path} cannot be read ({' '.join(str(error).split())[:200]}); remove it, and the spotter starts again."
        ) from error
    return state["history"]
