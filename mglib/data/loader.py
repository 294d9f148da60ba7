"""Batches of a clip table: key points and uint8 frames, from which heat-maps are made on the model's device."""

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
from .sampling import ONE_VIEW, sample_frames, stretch_places, take, thin_out
from .shared_memory import affordable
from .space import Turn, as_seen, random_turn
from .streams import frame_stream, joint_stream, seen_maps
from .strong import strong_augment
from .unsteady import displace_joints, erase_part, hide_joints


class Batch(NamedTuple):
    """A batch from the loader."""

    keypoints: Tensor  # float32 [N, M, T, V, 3], or 3-D [N, M, T, V, 4]; all but the score in heat-map pixels
    frames: Tensor  # uint8 [N, 3, block * T / ratio, H, W], or [N, 0] without a visual stream
    labels: Tensor  # int64 [N]
    rows: Tensor  # int64 [N], rows of the clip table
    mirrored: Tensor  # bool [N], whether the clip is mirrored


@dataclass(frozen=True)
class View:
    """The part of a clip that the network sees."""

    pose_frames: int
    pose_pixels: int
    rgb_frames: int = 0  # 0: no visual stream
    rgb_pixels: int = 0
    rgb_block: int = 1  # consecutive frames from which `streams.frame_stream` makes one
    resized: bool = False  # joints only: interpolated over a stretch of the clip instead of sampled frames
    kept: float = 1.0  # smallest share of a clip in that stretch, in training and with several test views


@dataclass(frozen=True)
class Draws:
    """How training clips are augmented; ranges for `geometry.random_augmentation`."""

    area: float = 0.56
    angle: float = 0.0  # radians
    flip: bool = True
    strong: bool = False  # also apply `strong_augment` to the joints
    around: float = 0.0  # largest rotation of the camera around 3-D joints, radians
    over: float = 0.0  # largest rise or fall of that camera, radians
    hidden: float = 0.0  # share of the joints hidden from the network
    displaced: float = 0.0  # standard deviation of a joint's displacement, as a share of that of all joints
    erased: float = 0.0  # share of the clips with a part of the frames erased


class ClipDataset(Dataset):
    """Clips as the network sees them.

    Random draws come from a generator seeded by (seed, epoch, row), so a clip does not depend on the order, the batch,
    the number of worker processes or an interruption.

    Args:
        table: the data set.
        rows: rows of the clips.
        view: frames and sizes.
        cache: frames of the visual stream; None if `view` has none.
        draws: how to augment clips; None for the fixed view of a test.
        seed: of the draws.
        test_clip: which view of a clip, as (number, number of views), if `draws` is None: see `sample_frames`. Where
            clips are resized, several views are random stretches of them, and a single one is the whole clip.
        mirror: mirror every clip if `draws` is None; labels do not change.
    """

    def __init__(
        self,
        table: ClipTable,
        rows: np.ndarray,
        view: View,
        cache: FrameCache | None = None,
        draws: Draws | None = None,
        seed: int = 0,
        test_clip: tuple[int, int] = ONE_VIEW,
        mirror: bool = False,
    ):
        self.table, self.rows, self.view, self.cache, self.draws = table, rows, view, cache, draws
        self.seed, self.test_clip, self.mirror, self.epoch = seed, test_clip, mirror, 0
        self.persons = max(k.shape[0] for k in table.keypoints)
        self.joints3d = table.joints3d if not view.rgb_frames else None  # frames are 2-D only
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
            if self.draws is not None and self.draws.erased:
                frames = erase_part(frames, self.draws.erased, rng)
        label = self.labels[row]
        if change.mirror and self.draws is not None and self.table.flip_labels is not None:
            label = self.table.flip_labels[label]
        mirrored = torch.tensor(change.mirror)
        return Batch(torch.from_numpy(points), frames, torch.tensor(label), torch.tensor(row), mirrored)

    @property
    def clip_bytes(self) -> int:
        """Bytes of one clip in a batch."""
        view = self.view
        joints = self.persons * view.pose_frames * self.table.layout.num_joints * (3 if self.joints3d is None else 4)
        return 4 * joints + 3 * view.rgb_block * view.rgb_frames * view.rgb_pixels**2

    def _joints(self, row: int, indices: np.ndarray, rng: np.random.Generator | None) -> np.ndarray:
        """[M, T, V, 3] in pixels of the image, or 3-D [M, T, V, 4] as seen by the (moved) camera."""
        points = take((self.table.keypoints if self.joints3d is None else self.joints3d)[row], indices)
        if self.draws is not None and self.draws.hidden:
            points = hide_joints(points, self.draws.hidden, rng)
        if self.draws is not None and self.draws.displaced:
            points = displace_joints(points, self.draws.displaced, rng)
        if self.joints3d is None:
            return points
        turn = Turn() if self.draws is None else random_turn(rng, self.draws.around, self.draws.over)
        return as_seen(points, turn)

    def _generator(self, row: int) -> np.random.Generator | None:
        """The generator of a clip in this epoch or random stretch; None where nothing is drawn."""
        if self.draws is not None:
            return np.random.default_rng([self.seed, self.epoch, row])
        if self.view.resized and self.test_clip != ONE_VIEW:
            return np.random.default_rng([self.seed, 2**31 + self.test_clip[0], row])
        return None

    def _choose(self, total: int, rng: np.random.Generator | None) -> tuple[np.ndarray, np.ndarray, Augmentation]:
        """Indices of pose frames (or places between frames) and RGB frames, and the augmentation."""
        indices = places_of(self.view, total, rng, self.test_clip)
        rgb = thin_out(indices, self.view.rgb_frames, rng, self.test_clip) if self.view.rgb_frames else indices[:0]
        rgb = (rgb[:, None] + np.arange(self.view.rgb_block)).ravel()
        if self.draws is None:
            return indices, rgb, Augmentation(mirror=self.mirror)
        return indices, rgb, random_augmentation(rng, self.draws.area, self.draws.angle, self.draws.flip)


def places_of(
    view: View, total: int, rng: np.random.Generator | None = None, test_clip: tuple[int, int] = ONE_VIEW
) -> np.ndarray:
    """What a view shows of a clip of `total` frames: numbers of frames, or places between them where it is resized."""
    if view.resized:
        return stretch_places(total, view.pose_frames, view.kept, rng)
    return sample_frames(total, view.pose_frames, rng, test_clip)


def views_of(test_clips: int) -> list[tuple[int, int]]:
    """`ClipDataset.test_clip` of each test view."""
    return [(number, test_clips) for number in range(test_clips)]


def make_loader(
    dataset: ClipDataset,
    batch_size: int,
    num_workers: int = 0,
    order: torch.Generator | None = None,
    balanced: bool = False,
    fewest: int = 2,
) -> DataLoader:
    """Batches of a data set, shuffled if `order` is given.

    If shuffled, a last batch of less than `fewest` clips is dropped, as batch norm cannot learn from one clip.
    `balanced` draws the same number of clips with replacement, so that all classes are equally likely.
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
    """Makes the network's inputs from a batch, on the batch's device.

    On the CPU it keeps one volume of heat-maps per batch size, which the next batch of that size overwrites: use or
    clone the inputs before the next call, and do not share an instance between threads.

    Attributes:
        view: frames and sizes.
        sigma: standard deviation of the heat-maps' Gaussians, pixels.
        limbs: pairs of joints to draw limbs, or None to draw joints.
        streams: "rgb", "pose" or "both".
        joints: whether the input of the pose stream is joints instead of heat-maps.
        stream: the form of the input, from `TrainConfig.streams`: "motion", "bone", "rgb_taylor", ...
        parent: each joint's neighbour towards the body's centre, for bones.
        sides: views of 3-D joints in heat-maps.
        dtype: in which the network computes; inputs are made in it, as autocast would convert them.
        root: joint on which each frame is centred; None: each clip is centred on the mean of its joints.
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
    _volumes: dict[int, Tensor] = field(default_factory=dict, repr=False)  # reused, by batch size

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """{"rgb": [N, 3, T, H, W], "pose": [N, V or limbs, T, H, W]} of `dtype`, or one of them.

        With `joints`, "pose" is float32 [N, M, T, V, 3 or 4] from `scaled_joints` and `joint_stream`.
        On the CPU, the next batch of the same size overwrites these heat-maps.
        """
        inputs = {}
        if self.joints:
            return {"pose": joint_stream(scaled_joints(batch.keypoints, self.root), self.stream, self.parent)}
        if self.streams != "pose":
            inputs["rgb"] = frame_stream(batch.frames, self.stream)
        if self.streams != "rgb":
            inputs["pose"] = self._maps(batch.keypoints)
        # channels-last halves the time of a small network's training step on the CPU
        return {s: x.to(self.dtype, memory_format=torch.channels_last_3d) for s, x in inputs.items()}

    @property
    def drawn(self) -> torch.dtype:
        """Type of heat-maps drawn on the CPU, where float16 is not available."""
        return torch.bfloat16 if self.dtype == torch.bfloat16 else torch.float32

    def _maps(self, keypoints: Tensor) -> Tensor:
        """Heat-maps of positions or of motion; for 3-D joints, from all sides."""
        once = not self.stream.endswith("motion") and (keypoints.shape[-1] == 3 or len(self.sides) == 1)
        draw = partial(self._heatmaps, kept=once)
        return seen_maps(draw, keypoints, self.stream, self.sides, self.view.pose_pixels)

    def _heatmaps(self, keypoints: Tensor, kept: bool) -> Tensor:
        """Heat-maps; on the CPU, if `kept`, in the volume that is reused for the next batch."""
        n, pixels, volume = len(keypoints), self.view.pose_pixels, None
        dtype = self.drawn if kept else torch.float32  # differences are rounded afterwards
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
    """Joints as the graph networks take them: each clip centred on the mean of its detected joints and scaled to 1.

    With a root each person is centred on this joint in every frame, which removes the body's place and movement in the
    image; if the root is not detected, the centre is the mean of the detected joints.

    Args:
        keypoints: [N, M, T, V, 3], x, y and score, or [N, M, T, V, 4], x, y, z and score; score 0 is not detected.
        root: number of a joint; None: the mean of all joints and frames is the centre.

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
