"""What a config asks for, built: device, network, view, cache, parameter groups, schedule."""

import torch
from accelerate import Accelerator, DataLoaderConfiguration
from accelerate.state import AcceleratorState
from torch import nn

from . import paths
from .config import ConfigError, TrainConfig
from .data import ClipTable, FrameCache
from .data.loader import View
from .models import SIZES, GestureNet, build


def make_accelerator(config: TrainConfig) -> Accelerator:
    """The device and its precision; "auto" is bf16 where the hardware computes in it, else float32."""
    precision = config.precision
    if precision == "auto":
        fast = (
            torch.cuda.is_bf16_supported()
            if torch.cuda.is_available()
            else torch.cpu.get_capabilities().get("avx512_bf16", False)
        )
        precision = "bf16" if fast else "no"
    AcceleratorState._reset_state()  # otherwise a second run in the same kernel keeps the first one's precision
    # the loader's order comes from a generator seeded by epoch: nothing global to synchronise
    return Accelerator(
        mixed_precision=precision, rng_types=[], dataloader_config=DataLoaderConfiguration(use_seedable_sampler=False)
    )


def make_network(config: TrainConfig, table: ClipTable) -> GestureNet:
    """The network that `config` describes, for the classes and the skeleton of a table."""
    channels = len(table.layout.limbs) if "limb" in config.streams else table.layout.num_joints
    network = build(
        SIZES[config.preset], config.network_streams, table.num_classes, channels,
        attention=config.attention, dropout=config.dropout, dim=config.dim, tau=config.tau, rho=config.rho,
        terms=config.terms, anchors=config.anchors, init=config.prototype_init, memory=config.memory,
    )  # fmt: skip
    return network.to(memory_format=torch.channels_last_3d)


def make_view(config: TrainConfig) -> View:
    """Frames and pixels of the preset, without those of a stream that is not used."""
    size = SIZES[config.preset]
    rgb = (size.rgb_frames, size.rgb_pixels) if config.network_streams != "pose" else (0, 0)
    return View(size.pose_frames, size.pose_pixels, *rgb)


def make_cache(config: TrainConfig, table: ClipTable) -> FrameCache | None:
    """Frames at about twice the size that the network sees: a crop of half the image is still sharp."""
    if config.network_streams == "pose":
        return None
    if table.frames is None:
        raise ConfigError(
            f"streams: {config.streams} needs a visual stream, and {table.name} was loaded without one; "
            "use joint or limb."
        )
    return FrameCache(table.frames, paths.cache_dir() / table.name, max(120, SIZES[config.preset].rgb_pixels))


def decayed(network: nn.Module, weight_decay: float) -> list[dict]:
    """Parameter groups: weights decay, biases and norms do not."""
    weights = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": weights, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


def make_scheduler(
    config: TrainConfig, optimizer: torch.optim.Optimizer, steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """Stepped once a batch: a tenth at 8/30 and 22/30 of the epochs (the paper), a cosine, or one cycle."""
    total = config.epochs * steps
    if config.schedule == "onecycle":
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, config.lr, total_steps=total + 1, pct_start=0.2)
    if config.schedule == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, [total * 8 // 30, total * 22 // 30])
