"""Builds what the settings describe: device, network, view, augmentation, cache."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator, DataLoaderConfiguration
from accelerate.state import AcceleratorState
from safetensors import SafetensorError
from safetensors.torch import load_file

from mglib.base import paths
from mglib.base.errors import ConfigError, RunError
from mglib.config import TrainConfig
from mglib.data import LAYOUTS, ClipTable, FrameCache, Layout
from mglib.data.loader import Draws, InputMaker, View
from mglib.data.streams import AXES, BLOCKS
from mglib.models import (
    BACKBONES,
    SIZES,
    AuxiliaryClassifier,
    ExpertHead,
    GestureNet,
    LabelEmbedding,
    Size,
    build_network,
    centre,
    channels_last,
    make_backbone,
    name_table,
    own,
    parents,
    read_table,
)
from mglib.runs import Run

from .processes import on_cpu

LARGE = 32 * 2**30  # bytes of uncompressed frames above which the cache keeps JPEG images
JPEG = 90  # their quality; decoding the 8 frames of a clip takes 5 ms (benchmarks/frames.py)
SMALLER = 20  # how many times smaller they are, for video with camera noise (benchmarks/frames.py)

DTYPES = {"no": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}  # by Accelerate's names


def make_accelerator(config: TrainConfig, **tracker: Any) -> Accelerator:
    """Choose the device and the precision; "auto" is bf16 where the hardware supports it, else float32.

    Args:
        config: settings.
        **tracker: arguments from `tracker_settings`.

    Raises:
        ConfigError: fp16 without a GPU, where Accelerate would silently compute in float32.
    """
    precision = config.precision
    if precision == "auto":
        fast = (
            torch.cuda.is_bf16_supported()
            if torch.cuda.is_available()
            else torch.cpu.get_capabilities().get("avx512_bf16", False)
        )
        precision = "bf16" if fast else "no"
    if precision == "fp16" and not torch.accelerator.is_available():
        raise ConfigError("precision: fp16 needs a GPU, and there is none; give bf16, no or auto.")
    # private: Accelerate 1.15 fixes the precision once per process and has no public way to reset it, but a kernel may
    # train several runs; a test fails when that changes
    AcceleratorState._reset_state()
    # the loader's order comes from a generator seeded per epoch, so there is no global state to synchronise
    return Accelerator(
        cpu=on_cpu(), mixed_precision=precision, rng_types=[],
        dataloader_config=DataLoaderConfiguration(use_seedable_sampler=False, non_blocking=torch.cuda.is_available()),
        **tracker,
    )  # fmt: skip


def make_network(config: TrainConfig, table: ClipTable) -> GestureNet:
    """Build the network of a run for the classes and skeleton of a table, with the auxiliary parts that train it."""
    counts = np.bincount(table.labels[table.where("train")], minlength=table.num_classes)
    network = answering_network(config, table.layout, counts, table.dimensions)
    widths = {stream: pathway.width for stream, pathway in network.pathways.items()}
    if config.model == "hypergraph":
        network.add_auxiliary("pose", AuxiliaryClassifier(widths["pose"], counts))
    if config.label_embedding:  # of Li et al.
        names, path = table.class_names, config.label_table
        embeddings = name_table(names) if path is None else read_table(path, names)
        for stream, width in widths.items():
            network.add_auxiliary(stream, LabelEmbedding(width, embeddings, config.label_embedding))
    return network


def answering_network(config: TrainConfig, layout: Layout, counts: np.ndarray, dimensions: int = 2) -> GestureNet:
    """The network without its auxiliary parts, which are needed only in training.

    Args:
        config: settings of the run.
        layout: the skeleton.
        counts: number of training clips per class, [K]; EHCT assigns classes to its experts by them.
        dimensions: 2 or 3, those of the data set's joints.

    Raises:
        ConfigError: the settings give more or fewer frames or pixels than the network can take.
    """
    channels = len(layout.limbs) if "limb" in config.streams else layout.num_joints
    dimensions = seen_dimensions(config, dimensions)
    channels *= len(make_sides(config)) if dimensions == 3 else 1
    settings = dict(config)  # each part of the network takes those that its parameters name
    if config.model == "two_stream":
        network = build_network(size_of(config), config.network_streams, len(counts), channels, settings)
    else:
        values, frames, kernel = dimensions + 1, config.pose_frames, config.pose_kernel
        size = BACKBONES[config.preset]
        try:
            backbone = make_backbone(config.model, size, layout, channels, values, frames, kernel)
        except ValueError as error:
            raise ConfigError(f"pose_frames: {error}") from None
        network = GestureNet({config.network_streams: backbone}, [], len(counts), settings)
    if config.model == "hypergraph":
        network.heads["pose"] = ExpertHead(network.pathways["pose"].width, counts, **own(ExpertHead, settings))
    return channels_last(network)


def seen_dimensions(config: TrainConfig, dimensions: int) -> int:
    """Dimensions of the joints that the network sees; beside frames, joints are 2-D, in image coordinates."""
    return dimensions if config.network_streams == "pose" else 2


def make_sides(config: TrainConfig) -> tuple[str, ...]:
    """The sides from which heat-maps show 3-D joints."""
    return tuple(AXES) if config.sides == "three" else ("front",)


def layout_of(run: Run) -> Layout:
    """The skeleton of a run, from its data.json; in older runs the pairs to flip come from the layout of that name."""
    data, known = run.data, LAYOUTS.get(run.data.layout)
    pairs = data.flip_pairs if data.flip_pairs is not None else known.flip_pairs if known else ()
    return Layout(data.layout, data.joints, data.limbs, pairs)


def load_network(run: Run) -> GestureNet:
    """The trained network of a run, in evaluation mode; needs only the run directory, not the data set.

    Raises:
        RunError: the weights are missing, damaged, or do not fit the network that config.yaml describes.
    """
    path = run.path / "weights.safetensors"
    if not path.is_file():
        raise RunError(
            f"{path} is missing: without its weights the network of {run.name} cannot classify clips; train it again, "
            "or copy the file from where the run was made."
        )
    labels = run.labels[run.where("train")]
    counts = np.bincount(labels, minlength=run.data.num_classes)
    network = answering_network(run.settings, layout_of(run), counts, run.data.dimensions)
    weights = {name: x for name, x in read_weights(path).items() if not name.startswith("auxiliaries.")}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise RunError(f"{path} does not fit the network that config.yaml describes: {error}") from None
    return network.eval()


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a run's weights.safetensors, by name.

    Raises:
        RunError: the file is damaged.
    """
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise RunError(f"{path} cannot be used: {error}; copy the run again, or train it again.") from error


def make_view(config: TrainConfig) -> View:
    """Numbers of frames and pixels of each stream, from preset and settings; 0 for frames that are not used."""
    size = SIZES[config.preset]
    rgb = (size.rgb_frames, size.rgb_pixels) if config.network_streams != "pose" else (0, 0)
    resized = (config.sampling == "resized", config.temporal_crop)
    return View(config.pose_frames, config.pose_pixels, *rgb, BLOCKS.get(config.streams, 1), *resized)


def size_of(config: TrainConfig) -> Size:
    """Sizes of the preset's two-stream network, with the pose input of the settings.

    Raises:
        ConfigError: frames or pixels of the two streams do not match where lateral connections join them.
    """
    pose = {name: getattr(config, name) for name in ("pose_frames", "pose_pixels", "pose_kernel")}
    try:
        return replace(SIZES[config.preset], **pose)
    except ValueError as error:
        raise ConfigError(f"pose_frames, pose_pixels: {error}") from None


def make_draws(config: TrainConfig, table: ClipTable) -> Draws:
    """The augmentation of training clips.

    Raises:
        ConfigError: test clips are to be mirrored, but training clips are not; or a camera is to be turned around
            joints that are 2-D.
    """
    flip = table.flip if config.flip is None else config.flip
    if config.test_flip and not flip:
        raise ConfigError(
            f"test_flip: clips of {table.name} are not mirrored in training, so the network has never seen mirrored "
            "clips; leave it off, or set flip=True."
        )
    rotation, around, over = np.deg2rad([config.rotation, config.turn, config.tilt])
    draws = Draws(
        config.crop_area, rotation, flip, config.augment == "strong", around, over, erased=config.random_erasing
    )
    if config.network_streams == "rgb":  # joints only place the crop
        return draws
    _check_camera(config, table)
    return replace(draws, hidden=config.joint_dropout, displaced=config.joint_noise)


def _check_camera(config: TrainConfig, table: ClipTable) -> None:
    """Refuse changed settings of the camera around 3-D joints where the network sees 2-D ones."""
    for name in ("turn", "tilt") if seen_dimensions(config, table.dimensions) == 2 else ():
        value, usual = getattr(config, name), TrainConfig.model_fields[name].default
        if value not in (0, usual):
            raise ConfigError(
                f"{name}: {value:g} is of the camera around 3-D joints, and this network sees 2-D joints of "
                f"{table.name}; leave it at {usual:g}, or train on 3-D joints (docs/data.md)."
            )


def make_maker(config: TrainConfig, layout: Layout, precision: str = "no") -> InputMaker:
    """What turns a batch into network inputs; `precision` as Accelerate names it: "no", "bf16" or "fp16"."""
    limbs = layout.limbs if "limb" in config.streams else None
    return InputMaker(
        make_view(config), config.sigma, limbs, config.network_streams, config.takes_joints, config.streams,
        tuple(map(int, parents(layout))), make_sides(config), DTYPES[precision],
        centre(layout) if config.origin == "body" else None,
    )  # fmt: skip


def make_cache(config: TrainConfig, table: ClipTable) -> FrameCache | None:
    """The cache of frames, at the size `frame_side`; None for key points only.

    Raises:
        ConfigError: the settings need frames, and the table has none.
    """
    if config.network_streams == "pose":
        return None
    if table.frames is None:
        raise ConfigError(
            f"streams: {config.streams} needs a visual stream, and {table.name} was loaded without one; "
            "give streams without frames, such as joint or limb."
        )
    quality = JPEG if _plain_bytes(config, table) > LARGE else 0
    return FrameCache(table.frames, paths.cache_dir() / table.name, frame_side(config), quality)


def cached_bytes(config: TrainConfig, table: ClipTable) -> float:
    """Estimated size of the frame cache on disk, bytes."""
    if config.network_streams == "pose" or table.frames is None:
        return 0.0
    plain = _plain_bytes(config, table)
    return plain / SMALLER if plain > LARGE else plain


def _plain_bytes(config: TrainConfig, table: ClipTable) -> float:
    """Bytes of all frames, uncompressed, at the size kept in the cache."""
    size = table.clips[["height", "width"]]
    shrunk = size.prod(axis=1) * np.minimum(1, frame_side(config) / size.min(axis=1)) ** 2
    return float((shrunk * table.clips["total_frames"]).sum() * (3 if table.frames.moments == (0,) else 1))


def frame_side(config: TrainConfig) -> int:
    """Shorter side, in pixels, of the cached frames that crops are taken from."""
    return max(120, SIZES[config.preset].rgb_pixels)
