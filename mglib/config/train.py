"""The settings of a run: 03_train shows all of them, and other notebooks use most."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from mglib.base import paths

from .presets import (
    AS_IT_IS,
    BRANCHES,
    EARLIER,
    FRAMES,
    LONG,
    MODELS,
    PAPER_RECIPES,
    PRESETS,
    RECIPES,
    SKELETON_MODELS,
    SMALL_MODELS,
    SMALL_POSECONV,
    STREAMS,
    STRONGER,
)
from .settings import Count, DataSettings, NonNegative, Odd, Place, Positive, Preset, Share, Whole

# Settings of a run that may differ between its start and its continuation.
FREE_TO_CHANGE = {"resume", "run_name", "num_workers", "data_root", "evaluate_every", "tracker"}
# Excluded when settings are compared: these, and the options that say where data lie.
LEFT_OUT = {"data_options": paths.PATH_OPTIONS} | dict.fromkeys(FREE_TO_CHANGE, True)

# Settings of networks on two streams, with frames, with key points, and on joints; elsewhere they keep these values.
OF_TWO_STREAMS: dict[str, Any] = {"attention": "channel", "apart": 0.0, "drop_modality": 0.0}
OF_FRAMES: dict[str, Any] = {"random_erasing": 0.0}
OF_POSE: dict[str, Any] = {"joint_dropout": 0.0, "joint_noise": 0.0}
OF_JOINTS: dict[str, Any] = {"origin": "clip"}

Fold = Annotated[str, Field(pattern=r"^([1-9]\d*/[1-9]\d*)?$")]


def pathways_of(streams: str) -> Literal["both", "rgb", "pose"]:
    """The pathways of a network with these streams."""
    return "both" if "+" in streams else "rgb" if streams.startswith("rgb") else "pose"


def without_effect(model: str, streams: str) -> dict[str, Any]:
    """Settings that change nothing in such a network, with the values that they keep."""
    absent = {"both": {}, "rgb": OF_TWO_STREAMS | OF_POSE, "pose": OF_TWO_STREAMS | OF_FRAMES}[pathways_of(streams)]
    return absent | ({} if model in SKELETON_MODELS else OF_JOINTS)


def with_earlier(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Recorded settings of a run, completed with what older runs did where a default has changed since.

    Settings without effect, which used to be accepted, get the values that they keep.
    """
    preset, model = str(recorded.get("preset", "small")), str(recorded.get("model", "two_stream"))
    earlier = EARLIER.get(preset, EARLIER["small"])
    kind = "skeleton" if model in SKELETON_MODELS else model
    frames = FRAMES.get(kind, {}).get(preset, earlier["pose_frames"])
    before = {
        "decay_all": False,
        "ramp": 0.0,
        "apart": 0.0,
        "layer_decay": 1.0,
        "pose_kernel": 3,
        "pose_pixels": earlier["pose_pixels"],
        "pose_frames": frames,
        "sampling": "uniform",
        "temporal_crop": 1.0,
        "test_clips": 1,
    } | AS_IT_IS
    streams = recorded.get("streams") or MODELS.get(model, STREAMS)[0]
    return before | dict(recorded) | without_effect(model, str(streams))


class TrainConfig(DataSettings):
    """Settings of a run."""

    fold: Fold = ""  # "2/4": hold out the second of four folds of the people (or videos) as val; empty: none
    # model
    preset: Preset = "small"  # tiny: seconds, for tests; small: minutes on a CPU; paper: full size, for a GPU
    model: Literal[tuple(MODELS)] = "two_stream"  # the systems of the paper's Table 2
    streams: Literal[STREAMS]  # inputs of the network; rgb+joint: both. What each model accepts: docs/data.md
    origin: Literal["clip", "body"] = "clip"  # networks on joints: centred per clip, or on the body in each frame
    sides: Literal["front", "three"] = "three"  # views of 3-D joints as heat-maps: front, side and top, or front
    attention: Literal["channel", "time", "off"] = "channel"  # dimension of attention in the cross-modal fusion
    apart: Share  # share of the epochs before the streams are fused, so that each learns from its own input
    dropout: Share  # share of features dropped before each classifier
    drop_modality: Share = 0.0  # share of training clips with one of two inputs only, so that the network uses both
    label_embedding: NonNegative = 0.0  # weight of the loss on the class name's embedding; 20 in Li et al. 2023
    label_table: Place = None  # file of word vectors of the class names; None: from the letters of the names
    pose_frames: Count  # frames per clip, pose stream
    sampling: Literal["uniform", "resized"]  # uniform: one frame per segment; resized: networks on joints, interpolated
    pose_pixels: Count  # side of a heat-map, pixels
    pose_kernel: Odd  # length of the temporal convolutions on heat-maps, frames
    sigma: Positive  # standard deviation of the heat-maps' Gaussians, pixels
    init_rgb: str = ""  # run of 02_pretrain whose RGB branch the network starts from; name or directory
    init_pose: str = ""  # the same for the pose branch
    init_from: str = ""  # run, on any data set, whose backbone the network starts from (docs/data.md)
    layer_decay: Annotated[float, Field(gt=0, le=1)]  # learning rate of each stage, as a share of the next stage's
    imagenet: bool = False  # start from torchvision's weights of the RGB network (ResNet-50, Video Swin); preset paper
    # prototypical refinement
    alpha: NonNegative = 0.2  # weight of the refinement loss; 0: no refinement
    ramp: Share  # share of the epochs in which alpha grows from 0, as early prototypes rest on few clips
    tau: Positive = 0.125  # temperature of the similarities
    rho: Share = 0.9  # momentum of the prototypes
    dim: Count  # length of a feature
    terms: Literal["fn+fp", "fn", "fp", "none"] = "fn+fp"  # confused clips used: missed (fn), wrongly assigned (fp)
    anchors: Literal["tp", "label"] = "tp"  # clips that the loss acts on: recognised ones (the paper), or all
    prototype_init: Literal["first", "random"] = "first"  # where prototypes start: first clips of the class, or random
    memory: Whole = 0  # confused features kept per class; 0: only those of the batch
    # optimisation
    epochs: Count  # passes over the training clips
    batch_size: Annotated[int, Field(ge=2)]  # clips per step
    lr: Positive  # highest learning rate
    schedule: Literal["onecycle", "step", "cosine"]  # how the learning rate changes
    optimizer: Literal["sgd", "nesterov", "adamw"]  # sgd and nesterov use momentum
    backbone_lr: Positive  # factor on lr for everything but the heads
    weight_decay: NonNegative  # how strongly the weights are pulled towards 0
    decay_all: bool  # weight decay of norms and biases too, as in the public code of most models
    clip_norm: Positive = 40.0  # longer gradients are scaled down to this norm
    # rare classes
    sampler: Literal["shuffle", "balanced"] = "shuffle"  # balanced draws clips of every class equally often
    logit_adjustment: NonNegative = 0.0  # weight of the log class frequencies in the loss; 1 in Menon et al. 2021
    label_smoothing: Share = 0.0  # share of a label that is spread over all classes
    retrain: Literal["off", "sqrt", "balanced", "tau"] = "off"  # train the classifiers again, for rare classes
    # augmentation
    crop_area: Annotated[float, Field(gt=0, le=1)] = 0.56  # smallest share of the box that a random crop keeps
    temporal_crop: Annotated[float, Field(gt=0, le=1)]  # smallest share of a training clip that is kept, if resized
    rotation: Annotated[float, Field(ge=0, le=180)] = 10.0  # largest random rotation, degrees
    turn: Annotated[float, Field(ge=0, le=180)] = 30.0  # largest random turn of the camera around 3-D joints, degrees
    tilt: Annotated[float, Field(ge=0, le=90)] = 10.0  # largest random rise or fall of that camera, degrees
    joint_dropout: Share  # share of the joints that are hidden from the network in a training clip
    joint_noise: NonNegative  # random shift of each joint in a training clip, as a share of the spread of all joints
    random_erasing: Share  # share of the training clips with a part of the picture painted over, in all frames
    flip: bool | None = None  # mirror clips at random: True, False; None: if the data set allows it
    augment: Literal["plain", "strong"] = "plain"  # strong also stretches and rotates joints, for 1.5 x the epochs
    # run
    test_clips: Count  # views of a clip, other frames of it in each, whose probabilities are averaged in the answer
    test_flip: bool = False  # also average over the mirror image of each view
    evaluate_every: Count = 5  # epochs between evaluations for the learning curve; nothing is selected by them
    seed: Whole = 0  # of every random draw
    seeds: Annotated[int, Field(ge=1, le=100)] = 1  # networks, with this seed and the next ones, averaged in one run
    precision: Literal["auto", "no", "bf16", "fp16"] = "auto"  # auto: bf16 on hardware that is fast at it
    compiled: bool = False  # torch.compile the network: takes minutes at the start; faster steps on a GPU
    keep_memory: bool = True  # on a CPU, keep freed memory for the next step: faster, but takes more memory
    num_processes: Count = 1  # processes that train together, sharing each batch
    num_workers: Whole = 0  # extra processes that load clips
    tracker: Literal["off", "tensorboard", "mlflow", "wandb"] = "off"  # also log to this package, if installed
    run_name: str = ""  # folder in runs/; empty: the data set and the time
    resume: bool = False  # continue the interrupted run of this name

    @classmethod
    def of_run(cls, recorded: Mapping[str, Any]) -> Self:
        """The settings in the config.yaml of a run, which may be older than some of them.

        Raises:
            ConfigError: as `read` does.
        """
        return cls.read(with_earlier(recorded))

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if value is not None}
        preset, model = str(given.get("preset", "small")), str(given.get("model", "two_stream"))
        streams = given.setdefault("streams", MODELS.get(model, ("rgb+joint",))[0])
        defaults = dict(
            optimizer="sgd",
            backbone_lr=1.0,
            decay_all=False,
            dropout=0.5,
            ramp=0.0,
            apart=0.0,
            layer_decay=1.0,
            sampling="uniform",
            temporal_crop=1.0,
            test_clips=1,
            **AS_IT_IS,
        ) | PRESETS.get(preset, PRESETS["small"])
        kind = "skeleton" if model in SKELETON_MODELS else "swin" if "swin" in model else ""
        alone = "+" not in str(streams)
        if preset == "paper" and (kind or alone):
            defaults |= PAPER_RECIPES.get(kind) or BRANCHES["rgb" if "rgb" in str(streams) else "pose"]
            defaults["lr"] *= _whole(given.get("batch_size", defaults["batch_size"]), 1)
        else:
            defaults |= RECIPES.get(kind, {}) | RECIPES.get(model, {})
        if preset == "small":
            defaults |= SMALL_MODELS.get(model, {})
        if preset in (frames := FRAMES.get(kind or model, {})):
            defaults["pose_frames"] = frames[preset]
        if preset == "small" and model in ("two_stream", "pose_conv3d"):
            defaults |= SMALL_POSECONV[pathways_of(str(streams))]
        if given.get("sampling") == "uniform":
            defaults["temporal_crop"] = 1.0  # there is no stretch to crop
        if given.get("init_from"):
            defaults["apart"] = 0.0  # that run may have two streams, connected; for a run of one branch it can be given
        if given.get("augment") == "strong":
            defaults["epochs"] = round(STRONGER * defaults["epochs"])
        if _whole(given.get("epochs", defaults["epochs"]), LONG) < LONG:
            defaults |= AS_IT_IS
        return {**defaults, **given}

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, needed in (("init_rgb", "rgb"), ("imagenet", "rgb"), ("init_pose", "pose")):
            if getattr(self, name) and self.network_streams not in (needed, "both"):
                raise ValueError(f"{name}: streams {self.streams} has no {needed} branch; leave it out, or add one.")
        if self.init_from and (self.init_rgb or self.init_pose or self.imagenet):
            raise ValueError("init_from: sets the whole backbone; leave out init_rgb, init_pose and imagenet.")
        if self.imagenet and (self.init_rgb or self.preset != "paper"):
            raise ValueError("imagenet: is for RGB networks of preset paper, without init_rgb; leave one of them out.")
        if self.streams not in MODELS[self.model]:
            raise ValueError(f"streams: {self.model} takes {' or '.join(MODELS[self.model])}, not {self.streams}.")
        for name, kept in without_effect(self.model, self.streams).items():
            if (value := getattr(self, name)) != kept:
                raise ValueError(
                    f"{name}: {value} changes nothing for {self.model} with streams {self.streams}; leave it at {kept}."
                )
        if self.model != "two_stream" and (self.init_rgb or self.init_pose):
            raise ValueError(f"init_rgb, init_pose: are for two_stream, not for {self.model}; leave them out.")
        if self.augment == "strong" and "rgb" in self.streams:
            raise ValueError("augment: strong moves joints alone, not the frames; give plain, or no rgb stream.")
        if self.batch_size % self.num_processes:
            raise ValueError(
                f"num_processes: {self.num_processes} processes cannot share a batch_size of {self.batch_size} equally"
                "; give a number that divides it."
            )
        if self.sampling == "resized" and not self.takes_joints:
            raise ValueError(f"sampling: resized is for networks on joints, not for {self.model}; give uniform.")
        if self.temporal_crop < 1 and self.sampling != "resized":
            raise ValueError("temporal_crop: is for sampling resized; leave it at 1, or set sampling=resized.")
        if self.retrain != "off" and self.model == "hypergraph":
            raise ValueError("retrain: hypergraph has experts for rare classes, not one classifier; leave it off.")
        if self.run_name and (fault := paths.fault(self.run_name)):
            raise ValueError(f"run_name: {self.run_name!r}; give a plain folder name, as this {fault}.")
        return self

    @property
    def takes_joints(self) -> bool:
        """Whether the network is given joints instead of heat-maps."""
        return self.model in SKELETON_MODELS

    @property
    def epochs_apart(self) -> int:
        """Epochs at the beginning in which two streams are not connected; in the last epoch they are."""
        if self.network_streams != "both":
            return 0
        return min(math.ceil(round(self.apart * self.epochs, 6)), self.epochs - 1)

    @property
    def network_streams(self) -> Literal["both", "rgb", "pose"]:
        """The pathways of the network."""
        return pathways_of(self.streams)


def _whole(value: Any, otherwise: int) -> int:
    """A whole number, given as such or as text; `otherwise` for anything else, which its field refuses."""
    text = str(value).removesuffix(".0")
    return int(text) if text.isdecimal() else otherwise
