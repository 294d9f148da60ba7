"""A finished run, read back from its directory, whose files `mglib.runs` lists: no model code, no torch, no GPU."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mglib.base import paths
from mglib.base.clips import Clips
from mglib.base.errors import ConfigError, RunError, meant
from mglib.base.facts import DataFacts
from mglib.config import MaskedConfig, TrainConfig

from .heads import BEFORE, RATIOS, head_names, input_names, mix
from .reading import Facts, broken, read, read_arrays, read_clips, read_facts, read_reliance

ROWS = ("predictions.npz", "features.npz", "skeletons.npz", "first_head.npz")  # files with one row per clip
OF_TRAINING = ("dynamics.npz", "history.csv")  # files that only a network has, as an ensemble is not trained


class Run(Clips):
    """A run, read from its directory.

    Args:
        path: run directory, or the name of one in the folder of runs.

    Raises:
        RunError: there is no such directory.
    """

    def __init__(self, path: str | Path):
        path = Path(path)
        there = os.path.isdir(path)  # False, without an error, for impossible names
        self.path = path if there else paths.runs_dir() / path.name
        if (not there and paths.fault(path.name)) or not os.path.isfile(self.path / "config.yaml"):
            names = [folder.name for folder in finished_folders()]
            raise RunError(
                f"There is no run {str(path)!r}, neither as a path nor in {paths.runs_dir()}; finished there: "
                f"{', '.join(names) or 'none'}.{meant(path.name, names)}"
            )

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def finished(self) -> bool:
        return (self.path / "metrics.json").is_file()

    @cached_property
    def config(self) -> dict[str, Any]:
        """All settings, including those set by the preset."""
        return Facts(self._file("config.yaml"), dataset=str, data_options=dict, members=list, streams=str)

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Commit, versions, hardware, precision, training_minutes (without evaluation), frames_minutes etc."""
        return Facts(self._file("environment.json"), packages=dict)

    @cached_property
    def settings(self) -> TrainConfig:
        """The settings that the network was trained with.

        Raises:
            RunError: the run is an ensemble, or config.yaml has settings that this version does not know.
        """
        if self.kind == "ensemble":
            raise RunError(
                f"The run {self.name} is an ensemble and has no settings of a network; give a run of one network."
            )
        try:
            return (MaskedConfig if self.kind == "masked" else TrainConfig).of_run(self.config)
        except ConfigError as error:
            raise RunError(f"{self.path / 'config.yaml'}: {error}") from None

    @cached_property
    def data(self) -> DataFacts:
        """Facts about the data set."""
        return read_facts(self._file("data.json"))

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Scores of the last epoch by system and metric, in 0..1."""
        return Facts(self._file("metrics.json"))

    @cached_property
    def clips(self) -> pd.DataFrame:
        """One row per clip: id, label, split, group, total_frames, height, width.

        Clips cut from longer videos also have video, start and stop (seconds).
        """
        return read_clips(self._file("clips.csv"), self.data.num_classes)

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row per epoch: epoch, loss, loss_ce, loss_pr, lr, train_top1 and test_top1 by system, seconds.

        Also loss_beside, the loss of label embeddings, auxiliary classifiers or experts, if the network has them; runs
        of earlier versions include it in loss_ce.
        """
        return read(self._file("history.csv"), pd.read_csv)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Long table of test scores, floors included: system, metric, value, low, high (95 % interval)."""
        return read(self._file("scores.csv"), pd.read_csv)

    @cached_property
    def reliance(self) -> pd.DataFrame | None:
        """Loss of accuracy of a two-stream network's heads with an input of another class; see `analysis.reliance`.

        None if not measured: for one input, an ensemble, or a run of an older version.
        """
        return read_reliance(self._file("reliance.csv")) if self.has("reliance.csv") else None

    @property
    def floors(self) -> pd.DataFrame:
        """The rows of `scores` of baselines without a network: majority class and linear SVM."""
        return self.scores[~self.scores["system"].isin([*self.streams, "fused", *RATIOS, BEFORE])]

    @property
    def mixtures(self) -> tuple[str, ...]:
        """Late fusions of a two-stream network's heads beside 1:1: "fused 2:1" and "fused 1:2", RGB to pose."""
        return tuple(RATIOS) if len(self.input_names) > 1 else ()

    @property
    def beside(self) -> tuple[str, ...]:
        """Systems that are neither the run's prediction nor floors: `mixtures`, and replaced classifiers."""
        return (*self.mixtures, *((BEFORE,) if self.has("first_head.npz") else ()))

    @property
    def kind(self) -> str:
        """ "network"; "ensemble", whose config names members; or "masked", masked pre-training."""
        return "ensemble" if "members" in self.config else self.config.get("objective", "network")

    @property
    def seeds(self) -> tuple["Run", ...]:
        """The runs averaged by a run of several seeds; () for other runs.

        Raises:
            RunError: one of them is no longer in the same folder.
        """
        named = self.config["members"] if "seeds" in self.config and self.kind == "ensemble" else []
        return tuple(Run(self.path.parent / member["run"]) for member in named)

    @property
    def streams(self) -> tuple[str, ...]:
        """Streams of a network, "rgb", "pose" or both; members of an ensemble."""
        return tuple(name for name in self._arrays("predictions.npz") if name != "fused")

    @property
    def input_names(self) -> dict[str, str]:
        """Input of each stream, such as "depth video" or "joints"; {} for an ensemble."""
        if self.kind == "ensemble":
            return {}
        return input_names(self.config["streams"], self.streams, self.data)

    @property
    def stream_names(self) -> dict[str, str]:
        """Name of each system for readers.

        A network of one stream is named after its input, such as "joints". In a two-stream network each head sees both
        inputs after the lateral connections, so the names are "depth head", "pose head", "fused 1:1".
        """
        if self.kind == "ensemble":
            return {"fused": "ensemble"} | {name: name for name in self.streams}
        return head_names(self.input_names)

    def has(self, *names: str) -> bool:
        """Whether the run directory contains all these files."""
        return all((self.path / name).is_file() for name in names)

    def probabilities(self, stream: str = "fused") -> np.ndarray:
        """Probabilities of every clip, float32 [N, K].

        "fused" is the 1:1 mean of a network's heads, or the ensemble's combination; systems in `beside` work, too.
        """
        if stream == BEFORE:
            return np.mean(list(self._arrays("first_head.npz").values()), axis=0)
        return self._fused(self._arrays("predictions.npz"), stream)

    def held_out(self, stream: str = "fused") -> tuple[np.ndarray, np.ndarray]:
        """Held-out clips: neither test clips, nor clips of groups that training saw.

        Temperatures, weights and thresholds are fitted on these. They come from `folds.train_folds` if it was called
        for the run, else from the val split.

        Returns:
            Rows in `clips`, int64 [n], and their probabilities, float32 [n, K].

        Raises:
            RunError: there are none.
        """
        if self.has("held_out.npz"):
            arrays = dict(self._arrays("held_out.npz"))
            arrays.pop("folds", None)
            rows = self._pick(arrays, "rows")
            if rows.dtype.kind not in "iu" or not np.isin(rows, range(len(self.clips))).all():
                raise broken(self.path / "held_out.npz", f"its rows are not among the {len(self.clips)} clips")
            return arrays.pop("rows"), self._fused(arrays, stream)
        rows = self.where("val")
        if not len(rows):
            raise RunError(
                f"The run {self.name} has no held-out clips, as {self.data.name} has no val split; retrain it without "
                f"each fold of its people, by train_folds or the setting folds of 05_ensemble."
            )
        return rows, self.probabilities(stream)[rows]

    def features(self, stream: str) -> np.ndarray:
        """Features F of every clip, float32 [N, D]."""
        return self._pick(self._arrays("features.npz"), stream)

    def prototypes(self, stream: str) -> np.ndarray:
        """Prototypes after every epoch, float32 [E, K, D]; NaN as long as a class has none."""
        return self._pick(self._arrays("prototypes.npz"), stream)

    def prototype_updates(self, stream: str) -> np.ndarray:
        """Number of updates of each prototype by the end of every epoch, int64 [E, K]."""
        return self._pick(self._arrays("prototypes.npz"), f"{stream}_updates")

    def dynamics(self, stream: str = "fused") -> dict[str, np.ndarray]:
        """Predictions for each training clip in each epoch, augmented as in the training step.

        Returns:
            predicted int [E, n]; probability of the label, float [E, n]; margin over the best other class, float
            [E, n], as a difference of logits for a stream and of probabilities for "fused". n: clips of
            `where("train")`; a clip not used in an epoch has predicted -1 and NaN.
        """
        arrays = self._arrays("dynamics.npz")
        return {what: self._pick(arrays, f"{stream}_{what}") for what in ("predicted", "probability", "margin")}

    def skeletons(self) -> dict[str, np.ndarray]:
        """Every clip's skeleton at 32 moments: points uint8 [N, 32, V, 2], box [N, 3], frames [N, 32].

        See `data.skeletons.pack`; the layout's joints and limbs are in `data`.
        """
        return self._arrays("skeletons.npz")

    def examples(self) -> dict[str, np.ndarray]:
        """Some held-out clips of masked pre-training: rows [n]; keypoints [n, T, V, C + 1]; hidden [n, T, V].

        network and lines, [n, T, V, C]: positions of joints by the network and by straight lines; heat-map pixels.
        """
        return self._arrays("examples.npz")

    @property
    def folds(self) -> int:
        """Number of folds that the held-out clips come from; 0: they are those of the val split."""
        return int(self._arrays("held_out.npz").get("folds", 0)) if self.has("held_out.npz") else 0

    def hidden(self, stream: str = "fused") -> tuple[np.ndarray, np.ndarray]:
        """Clips of a challenge without published labels, in no other array: ids, str [n]; probabilities [n, K].

        Raises:
            RunError: the data set has no such clips.
        """
        if not self.has("hidden.npz"):
            raise RunError(f"The run {self.name} has no hidden clips: all labels of {self.data.name} are known.")
        arrays = dict(self._arrays("hidden.npz"))
        return arrays.pop("ids"), self._fused(arrays, stream)

    def _file(self, name: str) -> Path:
        path = self.path / name
        if not path.is_file():
            if self.finished and self.kind == "masked":
                raise RunError(
                    f"The run {self.name} is of masked pre-training: it makes no predictions, so it has no {name}; "
                    f"train a network from it with 03_train, init_from={self.name}, and give that run."
                )
            if name in OF_TRAINING and self.kind == "ensemble":
                raise RunError(f"An ensemble is not trained and has no {name}; give a member: {self._members}.")
            state = "is incomplete" if self.finished else f"is not finished; {self._to_go_on}"
            raise RunError(f"{path} is missing: the run {self.name} {state}.")
        return path

    @property
    def _members(self) -> str:
        return ", ".join(dict.fromkeys(member["run"] for member in self.config["members"]))

    @property
    def _to_go_on(self) -> str:
        notebook = {"ensemble": "05_ensemble", "masked": "02_pretrain"}.get(self.kind, "03_train")
        return f"continue it with {notebook}, its settings, run_name={self.name} and resume=True"

    def _arrays(self, name: str) -> dict[str, np.ndarray]:
        if name not in self._loaded:
            rows = len(self.clips) if name in ROWS else None
            self._loaded[name] = read_arrays(self._file(name), rows)
        return self._loaded[name]

    @cached_property
    def _loaded(self) -> dict[str, dict[str, np.ndarray]]:
        return {}

    def _fused(self, arrays: dict[str, np.ndarray], stream: str) -> np.ndarray:
        if stream == "fused" and "fused" not in arrays:
            return np.mean(list(arrays.values()), axis=0)
        if stream in RATIOS and stream in self.mixtures:
            return mix(arrays, RATIOS[stream])
        return self._pick(arrays, stream)

    def _pick(self, arrays: dict[str, np.ndarray], key: str) -> np.ndarray:
        if key not in arrays:
            raise RunError(f"The run {self.name} has no {key!r}; it has {', '.join(arrays)}.")
        return arrays[key]


def finished_folders() -> list[Path]:
    """Directories of the finished runs, the latest last."""
    done = sorted(paths.runs_dir().glob("*/metrics.json"), key=lambda path: path.stat().st_mtime)
    return [path.parent for path in done if (path.parent / "config.yaml").is_file()]  # half a copy is no run
