"""From a clip table to batches: key points and uint8 frames travel; heat-maps are made where the model lives."""

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, WeightedRandomSampler

from .caching import FrameCache
from .clips import ClipTable
from .geometry import Augmentation, compact_box, move_frames, move_keypoints, random_augmentation
from .heatmaps import joint_heatmaps, limb_heatmaps
from .sampling import sample_frames, stretch_places, take, thin_out
from .shared_memory import affordable
from .space import Turn, as_seen, random_turn
from .streams import frame_stream, joint_stream, seen_maps
from .strong import strong_augment


class Batch(NamedTuple):
    """What the loader ships."""

    keypoints: Tensor  # float32 [N, M, T, V, 3] or, in space, [N, M, T, V, 4]; all but the score in heat-map pixels
    frames: Tensor  # uint8 [N, 3, block * T / ratio, H, W], or [N, 0] without a visual stream
    labels: Tensor  # int64 [N]
    rows: Tensor  # int64 [N], rows of the clip table
    mirrored: Tensor  # bool [N], whether the clip is shown mirrored


@dataclass(frozen=True)
class View:
    """What of a clip the network sees."""

    pose_frames: int
    pose_pixels: int
    rgb_frames: int = 0  # 0: no visual stream
    rgb_pixels: int = 0
    rgb_block: int = 1  # frames in a row at each place, of which `streams.frame_stream` makes one
    resized: bool = False  # joints alone: of a stretch of the clip, between its frames, instead of chosen frames
    kept: float = 1.0  # smallest share of a clip in that stretch, in training and where a clip has several test views


@dataclass(frozen=True)
class Draws:
    """How a training clip is varied; ranges of `geometry.random_augmentation`."""

    area: float = 0.56
    angle: float = 0.0  # radians
    flip: bool = True
    strong: bool = False  # `strong_augment` the joints too
    around: float = 0.0  # radians that the camera walks around joints in space
    over: float = 0.0  # and rises


class ClipDataset(Dataset):
    """Clips as the network sees them.

    Every random draw comes from a generator seeded by (seed, epoch, row), so a clip looks the same whatever the order,
    the batch, the number of worker processes, or an interruption in between.

    Args:
        table: the data set.
        rows: which of its clips.
        view: frames and sizes.
        cache: frames of the visual stream; None if `view` has none.
        draws: how to vary clips; None for the fixed view of a test.
        seed: of the draws.
        test_clip: for one of several test views of a clip, its number and how many there are: the number draws its
            frames, and a clip shorter than the view starts at as many places, evenly apart; None takes the middle, or
            the whole clip where it is resized.
        mirror: show every clip mirrored where `draws` is None; its label stays the clip's own.
    """

    def __init__(
        self,
        table: ClipTable,
        rows: np.ndarray,
        view: View,
        cache: FrameCache | None = None,
        draws: Draws | None = None,
        seed: int = 0,
        test_clip: tuple[int, int] | None = None,
        mirror: bool = False,
    ):
        self.table, self.rows, self.view, self.cache, self.draws = table, rows, view, cache, draws
        self.seed, self.test_clip, self.mirror, self.epoch = seed, test_clip, mirror, 0
        self.persons = max(k.shape[0] for k in table.keypoints)
        self.joints3d = table.joints3d if not view.rgb_frames else None  # beside frames, joints are where frames are
        size = table.clips[["total_frames", "height", "width"]]
        self.sizes, self.labels = size.to_numpy().tolist(), table.labels

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> Batch:
        """One clip in the shapes of a `Batch`, without N."""
        row = int(self.rows[i])
        total, height, width = self.sizes[row]
        rng = self._generator(row)
        indices, rgb_indices, change = self._choose(total, rng)
        keypoints = self._joints(row, indices, rng)
        box = compact_box(keypoints, height, width)
        mirror = self.table.layout if change.mirror else None
        points = np.zeros((self.persons, *keypoints.shape[1:]), np.float32)
        points[: len(keypoints)] = move_keypoints(keypoints, change.matrix(box, self.view.pose_pixels), mirror)
        if self.draws is not None and self.draws.strong:
            points = strong_augment(points, rng)
        frames = torch.empty(0, dtype=torch.uint8)
        if self.cache is not None:
            matrix = change.matrix(box, self.view.rgb_pixels)
            frames = move_frames(self.cache.read(row, rgb_indices), matrix, self.view.rgb_pixels, height, width)
        label = self.labels[row]
        if change.mirror and self.draws is not None and self.table.flip_labels is not None:
            label = self.table.flip_labels[label]
        mirrored = torch.tensor(change.mirror)
        return Batch(torch.from_numpy(points), frames, torch.tensor(label), torch.tensor(row), mirrored)

    @property
    def clip_bytes(self) -> int:
        """Of a clip in a batch."""
        view = self.view
        joints = self.persons * view.pose_frames * self.table.layout.num_joints * (3 if self.joints3d is None else 4)
        return 4 * joints + 3 * view.rgb_block * view.rgb_frames * view.rgb_pixels**2

    def _joints(self, row: int, indices: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        """[M, T, V, 3] in pixels of the image or, in space, [M, T, V, 4] as a camera sees them that has moved."""
        if self.joints3d is None:
            return take(self.table.keypoints[row], indices)
        turn = Turn() if self.draws is None else random_turn(rng, self.draws.around, self.draws.over)
        return as_seen(take(self.joints3d[row], indices), turn)

    def _generator(self, row: int) -> np.random.Generator | None:
        """Of a clip in this epoch, or this test view; None for the middle view."""
        if self.draws is not None:
            return np.random.default_rng([self.seed, self.epoch, row])
        if self.test_clip is not None:
            return np.random.default_rng([self.seed, 2**31 + self.test_clip[0], row])
        return None

    def _choose(self, total: int, rng: np.random.Generator | None) -> tuple[np.ndarray, np.ndarray, Augmentation]:
        """Pose frames, or places between frames, RGB frames and geometry of a clip."""
        start = None if self.test_clip is None else self.test_clip[0] * total // self.test_clip[1]
        indices = places_of(self.view, total, rng, start)
        rgb = thin_out(indices, self.view.rgb_frames, rng) if self.view.rgb_frames else indices[:0]
        rgb = (rgb[:, None] + np.arange(self.view.rgb_block)).ravel()
        if self.draws is None:
            return indices, rgb, Augmentation(mirror=self.mirror)
        return indices, rgb, random_augmentation(rng, self.draws.area, self.draws.angle, self.draws.flip)


def places_of(view: View, total: int, rng: np.random.Generator | None = None, start: int | None = None) -> np.ndarray:
    """What a view shows of a clip of `total` frames: numbers of frames, or places between them where it is resized."""
    if view.resized:
        return stretch_places(total, view.pose_frames, view.kept, rng)
    return sample_frames(total, view.pose_frames, rng, start)


def views_of(test_clips: int) -> list[tuple[int, int] | None]:
    """`ClipDataset.test_clip` of each of so many test views; a single one is the middle."""
    return [(number, test_clips) for number in range(test_clips)] if test_clips > 1 else [None]


def make_loader(
    dataset: ClipDataset,
    batch_size: int,
    num_workers: int = 0,
    order: torch.Generator | None = None,
    balanced: bool = False,
    fewest: int = 2,
) -> DataLoader:
    """Batches of a data set, shuffled if `order` is given.

    A last batch of less than `fewest` clips is dropped when shuffled: batch norm cannot learn from one clip. `balanced`
    draws as many clips with replacement, so that every class is as likely as any other.
    """
    lonely = order is not None and len(dataset) % batch_size < fewest <= len(dataset)
    sampler = None
    if balanced:
        labels = dataset.labels[dataset.rows]
        weights = 1 / np.bincount(labels)[labels]
        sampler = WeightedRandomSampler(weights.tolist(), len(labels), generator=order)
    num_workers = affordable(num_workers, min(batch_size, len(dataset)) * dataset.clip_bytes)
    return DataLoader(
        dataset, batch_size, order is not None and not balanced, sampler,
        generator=order, num_workers=num_workers, drop_last=lonely, pin_memory=torch.cuda.is_available(),
    )  # fmt: skip


@dataclass(frozen=True)
class InputMaker:
    """Turns a batch into what the network takes, on the batch's device.

    On the CPU it has one volume of heat-maps for each batch size, and the next batch of that size overwrites what it
    gave before: use the inputs, or clone them, before you ask again, and share no maker between threads.

    Attributes:
        view: frames and sizes.
        sigma: of the heat-maps, pixels.
        limbs: pairs of joints to draw limbs, or None to draw joints.
        streams: "rgb", "pose" or "both".
        joints: whether the pose stream takes joints instead of heat-maps.
        stream: what it is given of them, a setting of `TrainConfig.streams`: "motion", "bone", "rgb_taylor", ...
        parent: of each joint, towards the body's centre, for bones.
        sides: from which heat-maps show joints in space.
        dtype: in which the network computes: what autocast would make of its inputs is made at once.
        root: joint on which each frame's joints are centred; None: clips are, on the mean of their joints.
    """

    view: View
    sigma: float
    limbs: tuple[tuple[int, int], ...] | None
    streams: str
    joints: bool = False
    stream: str = ""
    parent: tuple[int, ...] = ()
    sides: tuple[str, ...] = ("front",)
    dtype: torch.dtype = torch.float32
    root: int | None = None
    _volumes: dict[int, Tensor] = field(default_factory=dict, repr=False)  # drawn into again, by batch size

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """{"rgb": [N, 3, T, H, W], "pose": [N, V or limbs, T, H, W]} of `dtype`, or one of them.

        In place of heat-maps, float32 joints [N, M, T, V, 3 or 4] as `scaled_joints` and then `joint_stream` give them.
        On the CPU, the next batch of as many clips overwrites these heat-maps.
        """
        inputs = {}
        if self.joints:
            return {"pose": joint_stream(scaled_joints(batch.keypoints, self.root), self.stream, self.parent)}
        if self.streams != "pose":
            inputs["rgb"] = frame_stream(batch.frames, self.stream)
        if self.streams != "rgb":
            inputs["pose"] = self._maps(batch.keypoints)
        # channels-last halves the time of a small network's step on the CPU
        return {s: x.to(self.dtype, memory_format=torch.channels_last_3d) for s, x in inputs.items()}

    @property
    def drawn(self) -> torch.dtype:
        """Of the heat-maps, where the CPU draws them: it has no float16."""
        return torch.bfloat16 if self.dtype == torch.bfloat16 else torch.float32

    def _maps(self, keypoints: Tensor) -> Tensor:
        """Heat-maps of places or, of motion, what they gain and lose; of joints in space from all sides."""
        once = not self.stream.endswith("motion") and (keypoints.shape[-1] == 3 or len(self.sides) == 1)
        draw = partial(self._heatmaps, kept=once)
        return seen_maps(draw, keypoints, self.stream, self.sides, self.view.pose_pixels)

    def _heatmaps(self, keypoints: Tensor, kept: bool) -> Tensor:
        """Heat-maps; on the CPU in the volume that is `kept` for the next batch."""
        n, pixels, volume = len(keypoints), self.view.pose_pixels, None
        dtype = self.drawn if kept else torch.float32  # what is computed with is rounded afterwards
        channels = keypoints.shape[3] if self.limbs is None else len(self.limbs)
        if kept and keypoints.device.type == "cpu":
            if n not in self._volumes:
                shape = (n, channels, keypoints.shape[2], pixels, pixels)
                self._volumes[n] = torch.empty(shape, dtype=dtype, memory_format=torch.channels_last_3d)
            volume = self._volumes[n]
        if self.limbs is None:
            return joint_heatmaps(keypoints, (pixels, pixels), self.sigma, volume, dtype)
        return limb_heatmaps(keypoints, self.limbs, (pixels, pixels), self.sigma, volume, dtype)


def scaled_joints(keypoints: Tensor, root: int | None = None) -> Tensor:
    """Joints as the graph networks take them: each clip centred on the mean of its detected joints, of size 1.

    With a root each person is centred on this joint in every frame, so that where the body stands or walks is not seen;
    where the root is not detected, on the mean of what is.

    Args:
        keypoints: [N, M, T, V, 3], x, y and score, or [N, M, T, V, 4], x, y, z and score; score 0 is not detected.

    Returns:
        float32 of the same shape, in root mean square distances from the centre; zeros where not detected.
    """
    points, score = keypoints[..., :-1], keypoints[..., -1:]
    seen = (score > 0).float()
    number = seen.sum((1, 2, 3), keepdim=True).clamp(min=1)
    if root is None:
        middle = (points * seen).sum((1, 2, 3), keepdim=True) / number
    else:
        middle = (points * seen).sum(3, keepdim=True) / seen.sum(3, keepdim=True).clamp(min=1)
        middle = torch.where(score[..., [root], :] > 0, points[..., [root], :], middle)
    centred = (points - middle) * seen
    size = (centred.square().sum((1, 2, 3, 4), keepdim=True) / number).sqrt().clamp(min=1e-6)
    return torch.cat([centred / size, score], -1)
