"""The commands that train, apply and evaluate a spotter; a separate module, as its imports take seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mglib.analysis.events import class_table, event_table, format_events
from mglib.base.errors import DataError
from mglib.base.facts import counted
from mglib.config import SpotConfig
from mglib.data.recordings import Recordings

from . import spotter as of_runs
from .exchange import write_segments
from .opening import in_classes_of
from .study import held_against
from .training import train_spotter


def train(
    run: str, folder: str | None, options: Mapping[str, Any], settings: Mapping[str, Any], data: Recordings
) -> str:
    """Train a spotter that uses a run; returns the output.

    Args:
        run: name or directory of the run.
        folder: folder of the recordings, None for synthetic ones.
        options: options with which they were read.
        settings: further settings of `SpotConfig`.
        data: the recordings.
    """
    given = {"run": run, "data_root": folder, "data_options": dict(options)} | dict(settings)
    spotter = train_spotter(SpotConfig.read(given), data)
    return f"{spotter.path}\n\n{format_events(spotter.scores).T.to_string()}"


def spot(name: str, data: Recordings, output: Path, ending: str) -> list[Path]:
    """Find gestures with a spotter, and write them beside the coders'; returns the files."""
    spotter = of_runs.Spotter(name)
    names, groups = spotter.facts.class_names, spotter.facts.class_groups
    answered = tuple(
        replace(one, segments=spotter.spot(one).segments, reference="", coded_by=(spotter.name,)) for one in data
    )
    named = replace(data, recordings=answered, class_names=names, class_groups=groups)
    return write_segments(output, named, (spotter.name,), ending, machines=(spotter.name,))


def evaluate(name: str, data: Recordings, output: Path | None, ending: str) -> tuple[str, Sequence[Path]]:
    """Compare a spotter, and further coders, with the reference; returns the output and the files."""
    spotter = of_runs.Spotter(name)
    data = in_classes_of(_coded_by_others(data, spotter.name), spotter.facts.class_names, spotter.facts.class_groups)
    both = of_runs.marked(data, [spotter.spot(one) for one in data])
    judged = held_against(both)
    persons = len({one.person for one in data})
    over = f"intervals at 95 % over {persons} persons" if persons > 1 else "no intervals, which take several persons"
    told = [
        f"{data.name}: {counted(len(data), 'recording')}; {over}",
        format_events(event_table(judged, data.num_classes)).T.to_string(),
        class_table(judged[spotter.name], data.class_names).dropna(subset="F1").to_string(index=False, na_rep="–"),
    ]
    written = write_segments(output, both, (spotter.name,), ending, (spotter.name,)) if output is not None else []
    return "\n\n".join(told), written


def _coded_by_others(data: Recordings, name: str) -> Recordings:
    """The recordings whose reference is somebody else than the spotter.

    Raises:
        DataError: there are none.
    """
    kept = tuple(one for one in data if one.reference != name)
    if not kept:
        raise DataError(
            f"{data.name}: nobody but {name} marked anything; add the file of a coder, or give corrected_by=NAME if "
            "somebody corrected its segments."
        )
    return replace(data, recordings=kept)
