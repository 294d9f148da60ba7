"""The runs of a report, which must have the same test clips."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mglib.analysis.ambiguity import clip_table
from mglib.base.facts import counted, intervals_over
from mglib.config import LEFT_OUT, ReportConfig
from mglib.data import ClipTable
from mglib.recordings import Spotter
from mglib.recordings.videos import spotter_of
from mglib.runs import Run, find_run, finished_runs, matching_rows
from mglib.runs.dataset import load_table
from mglib.sweep import Sweep, find_sweep

from .document import ReportError


@dataclass(frozen=True)
class Study:
    """The subject of a report.

    Attributes:
        run: the main run.
        clips: its `ambiguity.clip_table`.
        seeds: further runs with the same settings; by default the other members of a run of several seeds that has the
            run as a member. That run, their average, is then among the others.
        others: runs to compare with.
        ensemble: an ensemble of such runs, or None.
        sweep: a sweep, or None.
        spotter: a spotter that uses the run, or None.
        table: the data set, rows as in `run.clips`; None if not available.
        frames: whether video frames of persons may be shown.
        projection: "umap" or "pca", for the feature map.
        seed: seed of the feature map.
    """

    run: Run
    clips: pd.DataFrame
    seeds: tuple[Run, ...] = ()
    others: tuple[Run, ...] = ()
    ensemble: Run | None = None
    sweep: Sweep | None = None
    spotter: Spotter | None = None
    table: ClipTable | None = None
    frames: bool = True
    projection: str = "umap"
    seed: int = 0

    @cached_property
    def test(self) -> np.ndarray:
        """Rows of the test clips in `run.clips`, int64 [n]."""
        return self.run.where("test")

    @property
    def labels(self) -> np.ndarray:
        """Classes of the test clips, int64 [n]."""
        return self.run.labels[self.test]

    @property
    def groups(self) -> np.ndarray:
        """Subjects or videos of the test clips, str [n]."""
        return self.run.groups[self.test]

    @property
    def tested(self) -> str:
        """The number of subjects or videos of the test clips, as text: "8 subjects"."""
        return counted(len(np.unique(self.groups)), self.run.data.group_noun)

    @property
    def intervals(self) -> str:
        """What a caption says of the intervals of test scores: of clips of one group there are none."""
        return intervals_over(len(np.unique(self.groups)), self.run.data.group_noun)

    @property
    def alone(self) -> list[str]:
        """With several seeds, a sentence for sections on the run itself, whose numbers are not the means over seeds."""
        number = len(self.seeds) + 1
        return [f"This section is about {self.run.name} alone, one of {number} seeds."] if self.seeds else []

    def answers(self, run: Run, stream: str = "fused") -> np.ndarray:
        """Probabilities of a run of the study for the test clips, [n, K]."""
        return run.probabilities(stream)[matching_rows(self.run, run, "test")]

    def systems(self) -> dict[str, np.ndarray]:
        """Name -> probabilities for the test clips, [n, K], or [S, n, K] with seeds: streams, then others."""
        names = self.run.stream_names | {name: name for name in self.run.beside}
        own = {name: self._of_seeds(stream) for stream, name in names.items()}
        return own | self._further()

    def rivals(self) -> dict[str, np.ndarray]:
        """The same for whole runs only, this run first."""
        return {self.run.name: self._of_seeds("fused")} | self._further()

    def _further(self) -> dict[str, np.ndarray]:
        runs = [*self.others, *([self.ensemble] if self.ensemble else [])]
        return {run.name: self.answers(run) for run in runs}

    def _of_seeds(self, stream: str) -> np.ndarray:
        every = np.stack([self.answers(run, stream) for run in (self.run, *self.seeds)])
        return every if self.seeds else every[0]


def load_study(config: ReportConfig) -> Study:
    """Find the runs of a report, and their data if available.

    Raises:
        RunError: a run is missing or not finished, or was tested on other clips.
        SweepError: there is no such sweep.
        ReportError: the run has no test clips, or a seed has other settings.
    """
    run = find_run(config.run, "network")
    if not len(run.where("test")):
        raise ReportError(f"The run {run.name} has no test clips, and a report is about those; give another run.")
    seeds, others = (tuple(find_run(name) for name in names) for names in (config.seeds, config.others))
    averaged = None if seeds else _latest_ensemble(run, of_seeds=True)
    if averaged is not None:
        seeds, others = tuple(one for one in averaged.seeds if one.name != run.name), (averaged, *others)
    ensemble = find_run(config.ensemble) if config.ensemble else _latest_ensemble(run)
    for seed in seeds:
        _check_seed(run, seed)
    for other in (*seeds, *others, *([ensemble] if ensemble else [])):
        matching_rows(run, other, "test")
    sweep = find_sweep(config.sweep) if config.sweep else None
    return Study(
        run, clip_table(run), seeds, others, ensemble, sweep, spotter_of(run, config.spotter),
        load_table(run), config.frames, config.projection, config.seed,
    )  # fmt: skip


def _latest_ensemble(run: Run, of_seeds: bool = False) -> Run | None:
    """The latest ensemble with the run as a member: an average of seeds, or any other."""
    ensembles = (one for one in reversed(finished_runs()) if one.kind == "ensemble")
    own = (one for one in ensembles if run.name in [m["run"] for m in one.config["members"]])
    return next((one for one in own if bool(one.seeds) == of_seeds), None)


def _check_seed(run: Run, seed: Run) -> None:
    """Check that a run has the same settings with another seed."""
    if seed.kind != "network" or run.kind != "network":
        raise ReportError(f"seeds: {seed.name} and {run.name} must be runs of 03_train, not ensembles.")
    free = LEFT_OUT | {"keep_memory": True, "seed": True}
    first, second = (one.settings.model_dump(exclude=free) for one in (run, seed))
    changed = [f"{name} {second[name]!r} instead of {first[name]!r}" for name in first if first[name] != second[name]]
    if seed.config["seed"] == run.config["seed"]:
        changed.append(f"the same seed, {run.config['seed']}")
    if changed:
        raise ReportError(
            f"seeds: {seed.name} has {', '.join(changed)}; give runs that differ from {run.name} in the seed alone, "
            "and others as `others`."
        )
