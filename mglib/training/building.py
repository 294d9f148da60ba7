"""What a config asks for, built: device, network, view, cache, optimizer, schedule."""

import itertools
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
from mglib.config import CYCLED_MOMENTUM, MOMENTUM, TrainConfig
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
    depths,
    make_backbone,
    name_table,
    own,
    parents,
    read_table,
)
from mglib.runs import Run

from .processes import on_cpu

LARGE = 32 * 2**30  # bytes of frames in the cache; where they would be more, JPEG pictures of this quality are kept:
JPEG = 90  # many times smaller; to decode the 8 frames of a clip takes 5 ms (benchmarks/frames.py)
SMALLER = 20  # times, of a film with a camera's noise (benchmarks/frames.py)

DTYPES = {"no": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}  # by what Accelerate calls them


def make_accelerator(config: TrainConfig, **tracker: Any) -> Accelerator:
    """The device and its precision; "auto" is bf16 where the hardware computes in it, else float32.

    Args:
        config: settings.
        **tracker: what `tracker_settings` returns.

    Raises:
        ConfigError: fp16 without a GPU; Accelerate would silently compute in float32.
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
    # private: nothing public forgets the precision that Accelerate 1.15 admits once a process, and a kernel trains more
    # than one run; a test says when that changes
    AcceleratorState._reset_state()
    # the loader's order comes from a generator seeded by epoch: nothing global to synchronise
    return Accelerator(
        cpu=on_cpu(), mixed_precision=precision, rng_types=[],
        dataloader_config=DataLoaderConfiguration(use_seedable_sampler=False, non_blocking=torch.cuda.is_available()),
        **tracker,
    )  # fmt: skip


def make_network(config: TrainConfig, table: ClipTable) -> GestureNet:
    """The network that `config` describes, for the classes and the skeleton of a table, with what training adds."""
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
    """The network without its auxiliaries, which only training needs.

    Args:
        config: settings of the run.
        layout: of the skeleton.
        counts: training clips of each class, [K]; the experts of EHCT are divided by them.
        dimensions: of the joints that the data set has.
    """
    channels = len(layout.limbs) if "limb" in config.streams else layout.num_joints
    dimensions = seen_dimensions(config, dimensions)
    channels *= len(make_sides(config)) if dimensions == 3 else 1
    settings = dict(config)  # of which each part of the network takes those of its parameters' names
    if config.model == "two_stream":
        network = build_network(size_of(config), config.network_streams, len(counts), channels, settings)
    else:
        values, frames, kernel = dimensions + 1, config.pose_frames, config.pose_kernel
        size = BACKBONES[config.preset]
        backbone = make_backbone(config.model, size, layout, channels, values, frames, kernel)
        network = GestureNet({config.network_streams: backbone}, [], len(counts), settings)
    if config.model == "hypergraph":
        network.heads["pose"] = ExpertHead(network.pathways["pose"].width, counts, **own(ExpertHead, settings))
    return channels_last(network)


def seen_dimensions(config: TrainConfig, dimensions: int) -> int:
    """Of the joints that the network is given: beside frames, they are where the frames show them."""
    return dimensions if config.network_streams == "pose" else 2


def make_sides(config: TrainConfig) -> tuple[str, ...]:
    """From which heat-maps show joints in space."""
    return tuple(AXES) if config.sides == "three" else ("front",)


def layout_of(run: Run) -> Layout:
    """The skeleton that a run was trained on, as its data.json has it; older ones leave the pairs to the layout."""
    data, known = run.data, LAYOUTS.get(run.data.layout)
    pairs = data.flip_pairs if data.flip_pairs is not None else known.flip_pairs if known else ()
    return Layout(data.layout, data.joints, data.limbs, pairs)


def load_network(run: Run) -> GestureNet:
    """The trained network of a run, in evaluation mode; nothing but the run directory is needed.

    Raises:
        RunError: the weights are missing, or are not those of the network that config.yaml describes.
    """
    path = run.path / "weights.safetensors"
    if not path.is_file():
        raise RunError(f"{path} is missing: without its weights the network of {run.name} cannot be asked.")
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
        raise RunError(f"{path} cannot be used: {error}; copy the run anew, or train it again.") from error


def make_view(config: TrainConfig) -> View:
    """Frames and pixels of preset and model, without those of a stream that is not used."""
    size = SIZES[config.preset]
    rgb = (size.rgb_frames, size.rgb_pixels) if config.network_streams != "pose" else (0, 0)
    resized = (config.sampling == "resized", config.temporal_crop)
    return View(config.pose_frames, config.pose_pixels, *rgb, BLOCKS.get(config.streams, 1), *resized)


def size_of(config: TrainConfig) -> Size:
    """Of preset, with the pose input that the settings ask for.

    Raises:
        ConfigError: frames or pixels of the two streams do not meet.
    """
    pose = {name: getattr(config, name) for name in ("pose_frames", "pose_pixels", "pose_kernel")}
    try:
        return replace(SIZES[config.preset], **pose)
    except ValueError as error:
        raise ConfigError(f"pose_frames, pose_pixels: {error}") from None


def make_draws(config: TrainConfig, table: ClipTable) -> Draws:
    """How training clips are varied.

    Raises:
        ConfigError: test clips are to be mirrored, but training clips are not.
    """
    flip = table.flip if config.flip is None else config.flip
    if config.test_flip and not flip:
        raise ConfigError(
            f"test_flip: clips of {table.name} are not mirrored in training, so their mirror images are strangers "
            "to the network; leave it off, or set flip=True."
        )
    rotation, around, over = np.deg2rad([config.rotation, config.turn, config.tilt])
    return Draws(config.crop_area, rotation, flip, config.augment == "strong", around, over)


def make_maker(config: TrainConfig, layout: Layout, precision: str = "no") -> InputMaker:
    """What turns a batch into the inputs of a network that computes in a `precision`, as Accelerate calls them."""
    limbs = layout.limbs if "limb" in config.streams else None
    return InputMaker(
        make_view(config), config.sigma, limbs, config.network_streams, config.takes_joints, config.streams,
        tuple(map(int, parents(layout))), make_sides(config), DTYPES[precision],
        centre(layout) if config.origin == "body" else None,
    )  # fmt: skip


def make_cache(config: TrainConfig, table: ClipTable) -> FrameCache | None:
    """Frames at about twice the size that the network sees: a crop of half the image is still sharp."""
    if config.network_streams == "pose":
        return None
    if table.frames is None:
        raise ConfigError(
            f"streams: {config.streams} needs a visual stream, and {table.name} was loaded without one; "
            "use one of joints alone, such as joint or limb."
        )
    quality = JPEG if _plain_bytes(config, table) > LARGE else 0
    return FrameCache(table.frames, paths.cache_dir() / table.name, frame_side(config), quality)


def cached_bytes(config: TrainConfig, table: ClipTable) -> float:
    """About how much the cache will keep on disk."""
    if config.network_streams == "pose" or table.frames is None:
        return 0.0
    plain = _plain_bytes(config, table)
    return plain / SMALLER if plain > LARGE else plain


def _plain_bytes(config: TrainConfig, table: ClipTable) -> float:
    """Of all frames at the size that the cache keeps."""
    size = table.clips[["height", "width"]]
    shrunk = size.prod(axis=1) * np.minimum(1, frame_side(config) / size.min(axis=1)) ** 2
    return float((shrunk * table.clips["total_frames"]).sum() * (3 if table.frames.moments == (0,) else 1))


def frame_side(config: TrainConfig) -> int:
    """Pixels of the shorter side of the frames that a network's crops are taken from."""
    return max(120, SIZES[config.preset].rgb_pixels)


def make_optimizer(config: TrainConfig, network: GestureNet) -> torch.optim.Optimizer:
    """Weights decay, biases and norms only if told; the backbones' learning rate is `backbone_lr` times the others'.

    Of that, stage i of a backbone's L stages gets `layer_decay` to the power of L - i, the heads' place being L (Clark
    et al., "ELECTRA", ICLR 2020).
    """
    shares = layer_shares(config, network)
    groups = []
    for share, decays in itertools.product(sorted({*shares.values(), None}, key=_deepest_first), (True, False)):
        chosen = [p for p in network.parameters() if shares.get(id(p)) == share and (p.ndim > 1) == decays]
        lr = config.lr * (1.0 if share is None else config.backbone_lr * share)
        decay = config.weight_decay if decays or config.decay_all else 0.0
        groups.append({"params": chosen, "lr": lr, "weight_decay": decay})
    groups = [group for group in groups if group["params"]]
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, config.lr)
    return torch.optim.SGD(groups, config.lr, momentum=MOMENTUM, nesterov=config.optimizer == "nesterov")


def layer_shares(config: TrainConfig, network: GestureNet) -> dict[int, float]:
    """Of every parameter of a backbone, by its id, the share of the backbones' learning rate that it gets."""
    shares = {}
    for backbone in network.pathways.values():
        depth = depths(backbone)
        heads = max(depth.values()) + 1
        shares |= {id(p): config.layer_decay ** (heads - depth[name]) for name, p in backbone.named_parameters()}
    return shares


def _deepest_first(share: float | None) -> float:
    """Backbones before the rest, as a run's column lr and its checkpoints have them."""
    return 1.0 if share is None else -share


def make_scheduler(
    config: TrainConfig, optimizer: torch.optim.Optimizer, steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """Stepped once a batch: a tenth at 8/30 and 22/30 of the epochs (the paper), a cosine, or one cycle."""
    total = config.epochs * steps
    if config.schedule == "onecycle":
        highest = [group["lr"] for group in optimizer.param_groups]
        rise = 0.2 if total != 4 else 0.25  # a fifth of 5 would end where it begins, and torch divides by its length
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, highest, total_steps=total + 1, pct_start=rise, cycle_momentum=config.optimizer != "adamw",
            base_momentum=CYCLED_MOMENTUM[0], max_momentum=CYCLED_MOMENTUM[1],
        )  # fmt: skip
    if config.schedule == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, [total * 8 // 30, total * 22 // 30])
