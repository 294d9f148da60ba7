"""A finished run, read back from its directory: no model code, no torch, no GPU.

runs/<name>/
    config.yaml         settings                            environment.json    versions, hardware, seconds
    data.json           data set: classes, groups, layout   clips.csv           the clips, in the order of all arrays
    history.csv         one row an epoch                    metrics.json        written last: says "finished"
    scores.csv          systems x metrics with intervals    predictions.npz     probabilities of every clip, by stream
    reliance.csv        test scores with an input of another class, of a network of two streams
    features.npz        of every clip, by stream            prototypes.npz      after every epoch, by stream
    dynamics.npz        training clips, every epoch         skeletons.npz       of every clip, at 32 moments
    weights.safetensors                                     truth.csv           what is planted in synthetic data
    embedding-*.npz     feature maps, made when asked for    label_check.npz     labels judged, when asked for
    notes.csv, decisions.csv, slices.json                   yours, from the explorer
    corrections.csv     of the labels, that it was trained with
    held_out.npz        probabilities of clips of groups     hidden.npz          ids and probabilities of clips
                        that training did not see                               whose labels a challenge keeps
    first_head.npz      probabilities before the classifiers were trained once more, of a run with `retrain`
    checkpoint/         of an unfinished run

An ensemble is a run too: its streams are its members, and it has neither history, dynamics nor weights. So is masked
pre-training, which has examples.npz (hidden joints of held-out clips, and where they were told to be) and no answers.
"""

import os
from collections.abc import Mapping
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

from .reading import Facts, broken, read, read_arrays, read_clips, read_facts, read_reliance

COLOUR = ("video", "colour video", "synthetic RGB")  # kinds of visual streams
RATIOS = {"fused 2:1": (2, 1), "fused 1:2": (1, 2)}  # RGB head to pose head: reported beside 1:1, never chosen
BEFORE = "before re-training"  # the classifiers as they were, of a run that trained them once more
ROWS = ("predictions.npz", "features.npz", "skeletons.npz", "first_head.npz")  # a row per clip


class Run(Clips):
    """What a run left behind.

    Args:
        path: run directory, or the name of one in the folder of runs.

    Raises:
        RunError: there is no such directory.
    """

    def __init__(self, path: str | Path):
        path = Path(path)
        there = os.path.isdir(path)  # False, and no error, for what cannot be a name
        self.path = path if there else paths.runs_dir() / path.name
        if (not there and paths.fault(path.name)) or not os.path.isfile(self.path / "config.yaml"):
            names = [run.name for run in finished_runs()]
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
        """Settings, complete with what the preset set."""
        return Facts(self._file("config.yaml"), dataset=str, data_options=dict, members=list, streams=str)

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Commit, versions, hardware, precision, training_minutes (no evaluation), frames_minutes, peak_memory_gib."""
        return Facts(self._file("environment.json"), packages=dict)

    @cached_property
    def settings(self) -> TrainConfig:
        """The settings of a network, as they were when it was trained.

        Raises:
            RunError: the run is an ensemble, or config.yaml holds what this version does not know.
        """
        if self.kind == "ensemble":
            raise RunError(f"The run {self.name} is an ensemble and has no settings of a network; give a run of one.")
        try:
            return (MaskedConfig if self.kind == "masked" else TrainConfig).of_run(self.config)
        except ConfigError as error:
            raise RunError(f"{self.path / 'config.yaml'}: {error}") from None

    @cached_property
    def data(self) -> DataFacts:
        """The data set, without its clips."""
        return read_facts(self._file("data.json"))

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Scores of the last epoch by system and metric, in 0..1."""
        return Facts(self._file("metrics.json"))

    @cached_property
    def clips(self) -> pd.DataFrame:
        """One row per clip: id, label, split, group, total_frames, height, width; for cuts of a video their place.

        That is video, start and stop, in seconds.
        """
        return read_clips(self._file("clips.csv"), self.data.num_classes)

    @cached_property
    def history(self) -> pd.DataFrame:
        """One row an epoch: epoch, loss, loss_ce, loss_pr, lr, train_top1 and test_top1 by system, seconds.

        loss_beside too where label embeddings, auxiliary classifiers or experts are trained; runs of earlier versions
        have those in loss_ce.
        """
        return read(self._file("history.csv"), pd.read_csv)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Long table of test scores: system, metric, value, low, high (95 % interval), the floors among the systems."""
        return read(self._file("scores.csv"), pd.read_csv)

    @cached_property
    def reliance(self) -> pd.DataFrame | None:
        """What each head of a two-stream network loses with an input of another class; see `analysis.reliance`.

        None where it was not measured: one input, an ensemble, or a run of a version that did not.
        """
        return read_reliance(self._file("reliance.csv")) if self.has("reliance.csv") else None

    @property
    def floors(self) -> pd.DataFrame:
        """The rows of `scores` that no network was needed for: majority class and linear SVM."""
        return self.scores[~self.scores["system"].isin([*self.streams, "fused", *RATIOS, BEFORE])]

    @property
    def mixtures(self) -> tuple[str, ...]:
        """Other late fusions of a two-stream network's heads than 1:1, "fused 2:1" and "fused 1:2", RGB to pose."""
        return tuple(RATIOS) if len(self.input_names) > 1 else ()

    @property
    def beside(self) -> tuple[str, ...]:
        """Systems that are neither the run's own answer nor floors: `mixtures`, and the classifiers that it gave up."""
        return (*self.mixtures, *((BEFORE,) if self.has("first_head.npz") else ()))

    @property
    def kind(self) -> str:
        """ "network"; "ensemble", whose config names members; or "masked", a pathway that was pre-trained so."""
        return "ensemble" if "members" in self.config else self.config.get("objective", "network")

    @property
    def seeds(self) -> tuple["Run", ...]:
        """The networks of one setting that a run of several seeds averages; (), where it is none.

        Raises:
            RunError: one of them is no longer beside it.
        """
        named = self.config["members"] if "seeds" in self.config and self.kind == "ensemble" else []
        return tuple(Run(self.path.parent / member["run"]) for member in named)

    @property
    def streams(self) -> tuple[str, ...]:
        """Of the network: "rgb", "pose" or both; of an ensemble: its members."""
        return tuple(name for name in self._arrays("predictions.npz") if name != "fused")

    @property
    def input_names(self) -> dict[str, str]:
        """Stream -> what the network is given there, such as "depth video", "joints"; {} for an ensemble."""
        if self.kind == "ensemble":
            return {}
        streams, alone = self.config["streams"], len(self.streams) == 1
        names = {"rgb": _frames_name(streams, self.data.visual or "video")}
        names["pose"] = _joints_name(streams, self.data.dimensions == 3 and alone)
        return {stream: names[stream] for stream in self.streams}

    @property
    def stream_names(self) -> dict[str, str]:
        """System -> what a reader should call it.

        A network of one stream is called by its input, "joints". Of two, each head sees both inputs after the lateral
        connections: "depth head", "pose head", "fused 1:1".
        """
        if self.kind == "ensemble":
            return {"fused": "ensemble"} | {name: name for name in self.streams}
        inputs = self.input_names
        if len(inputs) < 2:
            return inputs
        heads = {"rgb": _adjective(inputs["rgb"]), "pose": "limb" if inputs["pose"] == "limbs" else "pose"}
        return {stream: f"{heads[stream]} head" for stream in inputs} | {"fused": "fused 1:1"}

    def has(self, *names: str) -> bool:
        """Whether the run directory holds these files."""
        return all((self.path / name).is_file() for name in names)

    def probabilities(self, stream: str = "fused") -> np.ndarray:
        """Softmax of every clip, float32 [N, K]; "fused" is the 1:1 mean of a network's heads, or the ensemble.

        Also what stands `beside` it.
        """
        if stream == BEFORE:
            return np.mean(list(self._arrays("first_head.npz").values()), axis=0)
        return self._fused(self._arrays("predictions.npz"), stream)

    def held_out(self, stream: str = "fused") -> tuple[np.ndarray, np.ndarray]:
        """Clips beside the test split whose groups training did not see.

        Temperatures, weights and thresholds are fitted on these: those of `folds.train_folds` if it was called for
        the run, else those of the val split.

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
                f"The run {self.name} has no held-out clips: {self.data.name} has no val split; train it again "
                f"without each fold of its people, by train_folds or `folds` of 05_ensemble."
            )
        return rows, self.probabilities(stream)[rows]

    def features(self, stream: str) -> np.ndarray:
        """Features F of every clip, float32 [N, D]."""
        return self._pick(self._arrays("features.npz"), stream)

    def prototypes(self, stream: str) -> np.ndarray:
        """Prototypes after every epoch, float32 [E, K, D]; NaN while a class has none."""
        return self._pick(self._arrays("prototypes.npz"), stream)

    def prototype_updates(self, stream: str) -> np.ndarray:
        """How often each prototype was updated by the end of every epoch, int64 [E, K]."""
        return self._pick(self._arrays("prototypes.npz"), f"{stream}_updates")

    def dynamics(self, stream: str = "fused") -> dict[str, np.ndarray]:
        """Each training clip in each epoch, as the training step saw it, augmented.

        Returns:
            predicted int [E, n]; probability of the label, float [E, n]; margin over the best other class, float
            [E, n], in log-odds of the logits for a stream, in probability for "fused". n counts `where("train")`;
            a clip not seen in an epoch has predicted -1 and NaN.
        """
        arrays = self._arrays("dynamics.npz")
        return {what: self._pick(arrays, f"{stream}_{what}") for what in ("predicted", "probability", "margin")}

    def skeletons(self) -> dict[str, np.ndarray]:
        """Every clip's skeleton at 32 moments: points uint8 [N, 32, V, 2], box [N, 3], frames [N, 32].

        See `data.skeletons.pack`; the layout's joints and limbs are in `data`.
        """
        return self._arrays("skeletons.npz")

    def examples(self) -> dict[str, np.ndarray]:
        """Of masked pre-training, some held-out clips: their rows [n]; keypoints [n, T, V, C + 1]; hidden [n, T, V].

        network and lines, [n, T, V, C]: where the network, and straight lines, put the joints; pixels of a heat-map.
        """
        return self._arrays("examples.npz")

    def membership(self, stream: str = "fused") -> pd.DataFrame:
        """TP / FN of every training clip in every epoch, and the class it was an FP of.

        Returns:
            One row per clip and epoch: epoch, row, id, label, predicted, member ("TP" or "FN" of its label's sets). A
            clip that is an FN of `label` is at the same time an FP of `predicted`.
        """
        predicted = self.dynamics(stream)["predicted"]
        rows = self.where("train")
        epochs, n = predicted.shape
        table = self.clips.loc[rows, ["id", "label"]].iloc[np.tile(np.arange(n), epochs)].reset_index(drop=True)
        table.insert(0, "epoch", np.repeat(np.arange(epochs), n))
        table.insert(1, "row", np.tile(rows, epochs))
        table["predicted"] = predicted.ravel()
        table["member"] = np.where(table["predicted"] == table["label"], "TP", "FN")
        return table[table["predicted"] >= 0].reset_index(drop=True)

    @property
    def folds(self) -> int:
        """How many folds the held-out clips come from; 0: they are those of the val split."""
        return int(self._arrays("held_out.npz").get("folds", 0)) if self.has("held_out.npz") else 0

    def hidden(self, stream: str = "fused") -> tuple[np.ndarray, np.ndarray]:
        """A challenge's clips without labels, which are in no other array: ids, str [n], and probabilities, [n, K].

        Raises:
            RunError: the data set has none.
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
                    f"The run {self.name} is of masked pre-training: it answers nothing, so it has no {name}; train a "
                    f"network from it with 03_train, init_from={self.name}, and give that run."
                )
            state = "is incomplete" if self.finished else f"is not finished; {self._to_go_on}"
            raise RunError(f"{path} is missing: the run {self.name} {state}.")
        return path

    @property
    def _to_go_on(self) -> str:
        notebook = {"ensemble": "05_ensemble", "masked": "02_pretrain"}.get(self.kind, "03_train")
        return f"let it go on with {notebook}, its settings, run_name={self.name} and resume=True"

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


def mix(probabilities: Mapping[str, np.ndarray], ratio: tuple[float, float]) -> np.ndarray:
    """Late fusion: the mean of the answers of the RGB head and of the pose head [N, K], weighted."""
    rgb, pose = ratio
    return (rgb * probabilities["rgb"] + pose * probabilities["pose"]) / (rgb + pose)


def _frames_name(streams: str, visual: str) -> str:
    return {"rgb_motion": f"motion in {visual}", "rgb_taylor": f"Taylor frames of {visual}"}.get(streams, visual)


def _joints_name(streams: str, space: bool) -> str:
    """Beside frames, joints are where frames show them, whatever else is known of them."""
    what = "limbs" if "limb" in streams or "bone" in streams else "joints"
    what = f"3-D {what}" if space else what
    return f"motion of {what}" if streams.endswith("motion") else what


def _adjective(visual: str) -> str:
    """Of a visual stream, as its head is called: "depth" of "depth video", "RGB" of all that is in colour."""
    return "RGB" if visual in COLOUR else visual.removesuffix(" video")


def finished_runs(folder: Path | None = None) -> list[Run]:
    """Finished runs in a folder, the latest last."""
    done = (folder or paths.runs_dir()).glob("*/metrics.json")
    return [Run(path.parent) for path in sorted(done, key=lambda path: path.stat().st_mtime)]


def find_run(name: str = "", kind: str = "") -> Run:
    """A finished run by name or directory; without either, the latest, of a kind if one is given.

    A run without one fold of the people is not among the latest: it is a part of another's `held_out`. Nor is one of
    masked pre-training, unless it is asked for: it answers nothing.

    Raises:
        RunError: there is none.
    """
    if name:
        run = Run(name)
        run._file("metrics.json")  # says how to go on if it is not finished
        return run
    kinds = (kind,) if kind else ("network", "ensemble")
    runs = [run for run in finished_runs() if run.kind in kinds and not run.config.get("fold")]
    if not runs:
        raise RunError(
            f"There is no finished {kind or 'run'} in {paths.runs_dir()} yet; train one with 03_train: "
            "python -m mglib.notebook 03_train."
        )
    return runs[-1]
