"""Predictions of a finished run for new clips: probabilities, prototypes, similar training clips.

    predictor = Predictor("my-run")
    predictor("wave.mp4").top()
    predictor(keypoints, height=480, width=640, frames=frames).top()

Only the run directory is needed. Frames are sampled over the whole clip, as for test clips: of a video much longer than
the training clips, the network sees, for example, 32 frames, between which a gesture of two seconds may be missed.
`timeline` classifies successive windows instead.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from accelerate.utils import send_to_device

from mglib.analysis.embedding import side_by_side
from mglib.analysis.neighbours import nearest, unit_features
from mglib.analysis.prototypes import cosine, fuse
from mglib.base.errors import DataError, RunError
from mglib.data import ClipTable
from mglib.data.loader import ClipDataset, make_loader, views_of
from mglib.runs import Run
from mglib.training.answering import Answers, Views, answer, fuse_batch_norms
from mglib.training.building import frame_side, layout_of, load_network, make_maker, make_view

from .own_clips import Uncached, check_space, moments_of, own_clip, own_video, windows

BATCH = 16  # clips per batch
NEAREST = 24  # number of training clips in a prediction


@dataclass(frozen=True)
class Prediction:
    """A run's prediction for a clip.

    Attributes:
        clip: its id.
        probabilities: float32 [K] by stream, and their mean as "fused".
        features: F, float32 [D] by stream.
        prototypes: one row per class, the most similar first: label, class, group, similarity (cosine of F and the
            class's prototype; for two streams as in `analysis.prototypes.fuse`), and one column per stream; NaN, and
            last, for classes without a prototype.
        similar: training clips, the most similar first: row in `run.clips`, id, label, predicted (by the run itself),
            class, similarity (cosine of features, mean over streams); for a training clip of the run's data set, the
            clip itself is excluded.
        names: names of the classes.
        groups: body groups of the classes.
    """

    clip: str
    probabilities: dict[str, np.ndarray]
    features: dict[str, np.ndarray]
    prototypes: pd.DataFrame
    similar: pd.DataFrame
    names: tuple[str, ...]
    groups: tuple[str, ...]

    def top(self, n: int = 5, stream: str = "fused") -> pd.DataFrame:
        """The n most probable classes: class, group, probability; the index is the label."""
        p = self.probabilities[stream]
        columns = {"class": self.names, "group": self.groups, "probability": p}
        return pd.DataFrame(columns).rename_axis("label").iloc[np.argsort(-p, kind="stable")[:n]]


@dataclass(frozen=True)
class Timeline:
    """A run's predictions for successive windows of a video.

    Attributes:
        clip: id of the video.
        spans: seconds at which windows start and stop, [W, 2], without windows in which no person is detected.
        probabilities: fused probabilities, float32 [W, K].
        length: duration of the video, seconds.
    """

    clip: str
    spans: np.ndarray
    probabilities: np.ndarray
    length: float


class Predictor:
    """Predicts new clips with a run's network.

    It computes in float32: if the run was trained in half precision, its stored predictions differ by up to about 0.01.
    Several test views (`test_clips`) are averaged as in the run, mirror images (`test_flip`) are not.

    Args:
        run: a finished run of a network, or its name or directory.
        device: device of the network.

    Raises:
        RunError: there is no such run, it has no weights, or it is an ensemble.
    """

    def __init__(self, run: Run | Path | str, device: str = "cpu"):
        self.run = run if isinstance(run, Run) else Run(run)
        if self.run.kind == "ensemble":
            members = dict.fromkeys(member["run"] for member in self.run.config["members"])
            raise RunError(
                f"{self.run.name} is an ensemble, which has no network; give one of its members: {', '.join(members)}."
            )
        self.config, self.device = self.run.settings, torch.device(device)
        self.network = fuse_batch_norms(load_network(self.run)).to(self.device)
        self.make_inputs = make_maker(self.config, layout_of(self.run))

    def __call__(
        self,
        clip: np.ndarray | Path | str,
        *,
        height: int | None = None,
        width: int | None = None,
        frames: np.ndarray | Path | str | None = None,
    ) -> Prediction:
        """Predict one clip.

        Args:
            clip: a video file, whose key points are estimated by `mglib.pose`; or key points, with `height`, `width`
                and `frames`, as described in `own_clips.own_clip`.

        Raises:
            DataError: something is missing or does not fit the run; one sentence per fault.
        """
        if isinstance(clip, Path | str):
            return self.many(own_video(self.run, clip))[0]
        if height is None or width is None:
            raise DataError("height, width: are missing; give those of the image of the key points, pixels.")
        return self.many(own_clip(self.run, clip, height, width, frames))[0]

    def many(self, table: ClipTable) -> list[Prediction]:
        """Predict every clip of a table; labels and splits are ignored.

        Raises:
            DataError: joints or frames are not of the kind that the run was trained on.
        """
        answers, names, groups = self.answers(table), self.run.data.class_names, self.run.data.class_groups
        fused, own = answers.fused, self._own_places(table)
        return [
            Prediction(
                clip,
                {s: p[i] for s, p in answers.probabilities.items()} | {"fused": fused[i]},
                features := {s: f[i] for s, f in answers.features.items()},
                self._prototypes(features), self._similar(features, own[i : i + 1]), tuple(names), tuple(groups),
            )
            for i, clip in enumerate(table.clips["id"])
        ]  # fmt: skip

    def timeline(self, table: ClipTable, seconds: float = 0.0, stride: float = 0.0) -> Timeline:
        """Predict successive windows of a table's first clip.

        Args:
            table: a table from `own_clips.own_video`.
            seconds: length of a window; 0: the median of the training clips, but at most half of the clip.
            stride: seconds from one window to the next; 0: a quarter of a window.
        """
        length = float(table.seconds(0)[-1])
        usual = self.run.clips["total_frames"].iloc[self.run.where("train")].median() / self.run.data.fps
        seconds = seconds or min(usual, length / 2)
        parts, spans = windows(table, seconds, stride or seconds / 4)
        return Timeline(table.clips["id"][0], spans, self.answers(parts).fused, length)

    def answers(self, table: ClipTable) -> Answers:
        """Probabilities and features of every clip of a table, by stream.

        Raises:
            DataError: as in `many`.
        """
        self._check(table)
        config, view, rows = self.config, make_view(self.config), np.arange(len(table))
        cache = Uncached(table.frames, frame_side(config)) if view.rgb_frames else None
        views = [ClipDataset(table, rows, view, cache, None, config.seed, one) for one in views_of(config.test_clips)]
        loader = (send_to_device(batches, self.device) for batches in make_loader(Views(views), BATCH))
        return answer(self.network, loader, self.make_inputs, [range(table.num_classes)] * len(views))

    def _check(self, table: ClipTable) -> None:
        run, joints = self.run, tuple(self.run.data.joints)
        inputs = " and ".join(run.input_names.values())
        if table.layout.joints != joints:
            raise DataError(
                f"{table.name}: {table.layout.num_joints} joints of layout {table.layout.name}, but the run {run.name} "
                f"was trained on {len(joints)} of {run.data.layout}; give key points in that layout."
            )
        check_space(run, table.name, table.dimensions)
        if not make_view(self.config).rgb_frames:
            return
        if table.frames is None:
            raise DataError(
                f"{table.name}, frames: are missing; the run {run.name} uses {inputs}: give "
                "frames or a video beside the key points, or take a run of key points alone."
            )
        if table.frames.moments != moments_of(run):
            raise DataError(
                f"{table.name}, frames: are {table.frames.kind}, but the run {run.name} was trained on "
                f"{run.data.visual}; take a run of such frames, or of key points alone."
            )

    def _prototypes(self, features: dict[str, np.ndarray]) -> pd.DataFrame:
        by_stream = {s: cosine(f[None], self.run.prototypes(s)[-1])[0] for s, f in features.items()}
        data = self.run.data
        table = pd.DataFrame({"label": range(data.num_classes), "class": data.class_names})
        table = table.assign(group=data.class_groups, similarity=fuse(list(by_stream.values())))
        return table.assign(**by_stream).sort_values("similarity", ascending=False, ignore_index=True)

    def _similar(self, features: dict[str, np.ndarray], own: np.ndarray) -> pd.DataFrame:
        rows, vectors = self._training
        unit = side_by_side([features[s][None] for s in self.run.streams])
        places, alike = (found[0] for found in nearest(unit, vectors, min(NEAREST, len(rows)), own=own))
        first, alike = places[places >= 0], alike[places >= 0].astype(np.float64)
        table = self.run.clips.loc[rows[first], ["id", "label"]].reset_index(names="row")
        predicted = self.run.probabilities()[rows[first]].argmax(1)
        names = np.array(self.run.data.class_names)
        return table.assign(predicted=predicted, similarity=alike, **{"class": names[table["label"]]})

    def _own_places(self, table: ClipTable) -> np.ndarray:
        """Indices of a table's clips among the training clips, -1 for other clips."""
        if table.name != self.run.data.name:
            return np.full(len(table), -1)
        training = pd.Index(self.run.clips["id"].iloc[self._training[0]])
        return training.get_indexer(table.clips["id"])

    @cached_property
    def _training(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the training clips, and their concatenated features."""
        rows = self.run.where("train")
        return rows, unit_features(self.run, "fused")[rows]
