"""A trained spotter, read from its directory, which finds gestures in new recordings.

runs/<name>/
    spotter.yaml          settings                       weights.safetensors   of the temporal network
    facts.json            classes, tracks, skeleton,     decoding.json         thresholds, chosen on validation persons
                          the run it uses                segments.csv          segments found in val and test recordings
    history.csv           one row per epoch              scores.csv            of all systems; written last: "finished"
    checkpoint.pt, features/   only until training is finished
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mglib.base import paths
from mglib.base.errors import ConfigError, RunError
from mglib.config import SpotConfig
from mglib.data.layouts import Layout
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.models.temporal import TemporalNetwork
from mglib.prediction.spans import SpanReader
from mglib.runs import Run
from mglib.runs.reading import Facts as NamedValues
from mglib.runs.reading import broken, load_json, read
from mglib.training.building import read_weights

from .decoding import Decoding, Stepwise, decode
from .steps import seen, windowed


@dataclass(frozen=True)
class Facts:
    """The classes and inputs of a spotter.

    Attributes:
        data: name of the recordings that it was trained on.
        class_names, class_groups: by label.
        tracks: classes that exclude one another, a tuple per track.
        layout: layout of the skeleton.
        run: the run that classifies windows: its name, if it is beside the spotter, or its directory.
        window: length of a window, seconds.
        inputs: number of features per step.
    """

    data: str
    class_names: tuple[str, ...]
    class_groups: tuple[str, ...]
    tracks: tuple[tuple[int, ...], ...]
    layout: Layout
    run: str
    window: float
    inputs: int


@dataclass(frozen=True)
class Spotted:
    """The segments that a spotter found in a recording.

    Attributes:
        recording: the recording.
        segments: segments in order of start, with scores; their coder is the spotter's name.
        probabilities: probability of every class at every step, five per second, float [S, K].
        coder: name of the spotter.
    """

    recording: Recording
    segments: tuple[Segment, ...]
    probabilities: np.ndarray
    coder: str


class Spotter:
    """A trained spotter.

    Args:
        path: its directory, or the name of one in the folder of runs; empty: the latest finished one.
        device: device of its networks.

    Raises:
        RunError: there is no such spotter, or it is not finished.
    """

    def __init__(self, path: str | Path = "", device: str = "cpu"):
        self.path, self.device = _find(path), device

    def __repr__(self) -> str:
        return f"Spotter({str(self.path)!r})"

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def config(self) -> SpotConfig:
        """The settings."""
        return read_config(self.path / "spotter.yaml")

    @cached_property
    def facts(self) -> Facts:
        return read(self.path / "facts.json", read_facts)

    @cached_property
    def decoding(self) -> Decoding:
        """The decoding to segments, as chosen on validation persons."""
        return read(self.path / "decoding.json", lambda path: Decoding.of_json(load_json(path)))

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row per epoch: epoch, loss, seconds."""
        return read(self.path / "history.csv", pd.read_csv)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Long table of test scores, see `analysis.events.event_table`: the spotter, floors and ceilings."""
        return read(self.path / "scores.csv", pd.read_csv)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """The segments found in val and test: recording, start, stop, label, class, score."""
        return read(self.path / "segments.csv", pd.read_csv)

    @cached_property
    def reader(self) -> SpanReader:
        """The network that classifies windows."""
        beside = self.path.parent / Path(self.facts.run).name
        return SpanReader(Run(beside if beside.is_dir() else self.facts.run), self.device)

    @cached_property
    def network(self) -> TemporalNetwork:
        """The temporal network, in evaluation mode."""
        network = build_temporal(self.config, self.facts)
        try:
            network.load_state_dict(read_weights(self.path / "weights.safetensors"))
        except RuntimeError as error:
            raise broken(self.path / "weights.safetensors", str(error)) from None
        return network.to(self.device).eval()

    def spot(self, recording: Recording) -> Spotted:
        """Find gestures in a recording, however long.

        Raises:
            DataError: it has no key points, or other joints than the spotter was trained on.
        """
        p, similarities = windowed(recording, self.reader, self.facts.window)
        said = answer_steps(
            self.network, seen(p, similarities, recording, self.facts.layout), self.facts, recording.duration
        )
        segments = decode(said, self.decoding, self.name)
        return Spotted(recording, tuple(segments), said.probabilities(self.decoding.temperature), self.name)

    def spot_all(self, recordings: Iterable[Recording]) -> list[Spotted]:
        """`spot` for several recordings."""
        return [self.spot(one) for one in recordings]


def marked(recordings: Recordings, spotted: Sequence[Spotted]) -> Recordings:
    """The recordings with the spotted segments as those of an additional coder, in place of its earlier ones."""
    return replace(recordings, recordings=tuple(_with_machine(one) for one in spotted))


def _with_machine(one: Spotted) -> Recording:
    others = tuple(segment for segment in one.recording.segments if segment.coder != one.coder)
    return replace(one.recording, segments=(*others, *one.segments), coded_by=(*one.recording.coders, one.coder))


def spotters() -> list[Path]:
    """Directories of finished spotters, the latest last."""
    done = [path for path in paths.runs_dir().glob("*/scores.csv") if (path.parent / "spotter.yaml").is_file()]
    return [path.parent for path in sorted(done, key=lambda path: path.stat().st_mtime)]


def _find(path: str | Path) -> Path:
    known = spotters()
    if not str(path):
        if not known:
            raise RunError("There is no finished spotter; train one in 09_long_recordings.")
        return known[-1]
    path = Path(path)
    here = path if path.is_dir() else paths.runs_dir() / path.name
    if not (here / "spotter.yaml").is_file():
        names = ", ".join(one.name for one in known) or "none"
        raise RunError(
            f"There is no spotter {str(path)!r}, neither as a path nor in {paths.runs_dir()}; there: {names}."
        )
    if not (here / "scores.csv").is_file():
        raise RunError(f"The spotter {here.name} is not finished; continue it with resume=True.")
    return here


def build_temporal(config: SpotConfig, facts: Facts) -> TemporalNetwork:
    """The temporal network that the settings describe."""
    sizes = (config.stages, config.layers, config.width, config.dropout)
    return TemporalNetwork(facts.inputs, facts.tracks, *sizes)


@torch.no_grad()
def answer_steps(network: TemporalNetwork, features: np.ndarray, facts: Facts, seconds: float) -> Stepwise:
    """The last stage's predictions for every step, at temperature 1, from features [S, C]."""
    device = next(network.parameters()).device
    found = network(torch.from_numpy(features.T[None]).to(device))[-1]
    return Stepwise(tuple(z[0].log_softmax(0).T.double().cpu().numpy() for z in found), facts.tracks, seconds)


def read_config(path: Path) -> SpotConfig:
    """Read spotter.yaml.

    Raises:
        RunError: it cannot be read, or a setting does not fit.
    """
    try:
        return SpotConfig.read(NamedValues(path))
    except ConfigError as error:
        raise broken(path, str(error)) from None


def read_facts(path: Path) -> Facts:
    """Read facts.json."""
    content = load_json(path)
    layout = content["layout"]
    pairs = {name: tuple(tuple(pair) for pair in layout[name]) for name in ("limbs", "flip_pairs")}
    content["layout"] = Layout(layout["name"], tuple(layout["joints"]), **pairs)
    content["tracks"] = tuple(map(tuple, content["tracks"]))
    return Facts(**content | {name: tuple(content[name]) for name in ("class_names", "class_groups")})
