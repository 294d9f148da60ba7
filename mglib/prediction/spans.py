"""Predictions of a run for segments of long recordings, from key points only.

Only sampled frames are read, one batch at a time, so the memory does not depend on the duration of a recording.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from mglib.analysis.prototypes import cosine
from mglib.base.errors import DataError, RunError
from mglib.data.geometry import Augmentation, compact_box, move_keypoints
from mglib.data.layouts import Layout
from mglib.data.loader import Batch, places_of
from mglib.data.recordings import Recording
from mglib.data.sampling import take
from mglib.runs import Run
from mglib.training.answering import fuse_batch_norms
from mglib.training.building import layout_of, load_network, make_maker, make_view

BATCH = 64  # segments per batch


class Said(NamedTuple):
    """Predictions for n segments."""

    probabilities: np.ndarray  # float32 [n, K]
    similarities: np.ndarray  # float32 [n, K], cosine of F and each class's prototype; 0 for a class without one


class SpanReader:
    """Predicts segments of recordings with a run's network.

    Args:
        run: a run on key points only.
        device: device of the network.

    Raises:
        RunError: the run is an ensemble, sees frames, or 3-D joints.
    """

    def __init__(self, run: Run, device: str = "cpu"):
        if run.kind == "ensemble" or run.settings.network_streams != "pose":
            what = "an ensemble" if run.kind == "ensemble" else f"a run of {' and '.join(run.input_names.values())}"
            raise RunError(
                f"The run {run.name} is {what}; long recordings need key points only: give a run of "
                "03_train with streams joint or limb."
            )
        if run.data.dimensions == 3:
            raise RunError(
                f"The run {run.name} was trained on 3-D joints, and recordings have key points in the picture; "
                "train it again without them."
            )
        self.run, self.device = run, torch.device(device)
        self.layout: Layout = layout_of(run)
        self.view, self.make_inputs = make_view(run.settings), make_maker(run.settings, self.layout)
        self.network = fuse_batch_norms(load_network(run)).to(self.device)
        (self.stream,) = run.streams
        self.prototypes = run.prototypes(self.stream)[-1]

    @property
    def window(self) -> float:
        """Median duration of the training clips, seconds."""
        rows = self.run.where("train")
        return float(self.run.clips["total_frames"].iloc[rows].median() / self.run.data.fps)

    def __call__(self, recording: Recording, spans: np.ndarray) -> Said:
        """Predict segments [n, 2], in seconds.

        Raises:
            DataError: the recording has no key points, or other joints than the run was trained on.
        """
        if recording.keypoints is None:
            raise DataError(f"recording {recording.name}: it has no key points; estimate them from its video first.")
        if recording.keypoints.shape[2] != self.layout.num_joints:
            raise DataError(
                f"recording {recording.name}: {recording.keypoints.shape[2]} joints, but the run {self.run.name} was "
                f"trained on {self.layout.num_joints} of {self.layout.name}; give key points in that layout."
            )
        if not len(spans):
            return Said(*np.zeros((2, 0, len(self.prototypes)), np.float32))
        parts = [self._answer(points) for points in self._batches(recording, spans)]
        probabilities, features = (np.concatenate(side) for side in zip(*parts, strict=True))
        known = np.isfinite(self.prototypes).all(axis=1)
        similarities = np.zeros_like(probabilities)
        similarities[:, known] = cosine(features, self.prototypes[known])
        return Said(probabilities, similarities)

    def _batches(self, recording: Recording, spans: np.ndarray) -> Iterator[torch.Tensor]:
        """Key points as the network sees them, float32 [n, M, T, V, 3], in batches of segments."""
        for start in range(0, len(spans), BATCH):
            clips = [self._clip(recording, *span) for span in spans[start : start + BATCH]]
            yield torch.from_numpy(np.stack(clips))

    def _clip(self, recording: Recording, start: float, stop: float) -> np.ndarray:
        part = recording.frames(start, stop)
        places = places_of(self.view, part.stop - part.start)
        points = take(recording.keypoints[:, part.start : part.stop], places)
        matrix = Augmentation().matrix(compact_box(points, recording.height, recording.width), self.view.pose_pixels)
        return move_keypoints(points, matrix)

    @torch.no_grad()
    def _answer(self, points: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        n = len(points)
        nothing, zeros = torch.empty(n, 0, dtype=torch.uint8), torch.zeros(n, dtype=torch.int64)
        batch = Batch(*(x.to(self.device) for x in (points, nothing, zeros, zeros, zeros.bool())))
        output = self.network(self.make_inputs(batch))
        p = output.logits[self.stream].float().softmax(1)
        return p.cpu().numpy(), output.features[self.stream].float().cpu().numpy()
