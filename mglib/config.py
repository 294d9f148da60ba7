"""The settings of a notebook: one class each, checked and completed before anything starts."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from .base import paths
from .base.errors import ConfigError

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]

# What a preset sets beside the network's size (models.SIZES). Values given by the user win.
# paper: section 3.2 of the paper, and the clip norm of the public code. small, tiny: short schedules for a CPU.
PRESETS: dict[str, dict[str, Any]] = {
    "tiny": dict(epochs=2, batch_size=8, lr=0.05, schedule="onecycle", weight_decay=1e-3, dim=32, sigma=0.6),
    "small": dict(epochs=20, batch_size=16, lr=0.05, schedule="onecycle", weight_decay=1e-3, dim=128, sigma=0.6),
    "paper": dict(epochs=30, batch_size=10, lr=0.0075, schedule="step", weight_decay=1e-4, dim=256, sigma=0.7),
}
# The paper preset for one branch alone: the public recipes, their lr at batch 96 and 128 scaled with the batch size.
BRANCHES: dict[str, dict[str, Any]] = {
    "rgb": dict(lr=0.15 / 96, schedule="step", weight_decay=1e-4),
    "pose": dict(lr=0.2 / 128, schedule="cosine", weight_decay=3e-4, sigma=0.6),
}

# The systems of the paper's Table 2, each with the streams that it takes, the first by default.
MODELS: dict[str, tuple[str, ...]] = {
    "two_stream": ("rgb+joint", "rgb+limb", "rgb", "joint", "limb"),  # the paper's, or one of its branches
    "pose_conv3d": ("joint", "limb"),
    "tsm": ("rgb",), "video_swin_t": ("rgb",), "video_swin_s": ("rgb",), "video_swin_b": ("rgb",),
    "st_gcn": ("joint",), "st_gcn_pp": ("joint",), "aagcn": ("joint",), "ctr_gcn": ("joint",), "dg_stgcn": ("joint",),
    "hypergraph": ("limb",),
}  # fmt: skip
SKELETON_MODELS = ("st_gcn", "st_gcn_pp", "aagcn", "ctr_gcn", "dg_stgcn", "hypergraph")  # take joints, no heat-maps
# How they are trained, beside what the preset says: PYSKL's for the graph networks (lr at batch 128), Video Swin's own
# (AdamW; of a pre-trained backbone, a tenth of the lr). The paper preset scales the learning rate with the batch.
RECIPES: dict[str, dict[str, Any]] = {
    "skeleton": dict(optimizer="nesterov", weight_decay=5e-4),
    "swin": dict(optimizer="adamw", weight_decay=0.05, lr=3e-4),  # from nothing 1e-3 learns less, 3e-3 nothing
}
PAPER_RECIPES: dict[str, dict[str, Any]] = {
    "skeleton": dict(optimizer="nesterov", weight_decay=5e-4, lr=0.1 / 128, schedule="cosine"),
    "swin": dict(optimizer="adamw", weight_decay=0.05, lr=1e-3 / 64, schedule="cosine", backbone_lr=0.1),
}
STRONGER = 1.5  # times the epochs, with strong augmentation

# What 07_compare changes, one at a time: the readings of the paper, then its constants, then remedies for rare classes.
FACTORS: dict[str, list[Any]] = {
    "attention": ["time", "off"], "terms": ["fn", "fp"], "anchors": ["label"], "prototype_init": ["random"],
    "memory": [16], "alpha": [0, 0.05, 1.0], "tau": [0.0625, 0.25], "rho": [0.5, 0.99],
    "sampler": ["balanced"], "logit_adjustment": [1.0], "label_smoothing": [0.1],
}  # fmt: skip

# Settings of a run that may differ between its start and its continuation.
FREE_TO_CHANGE = {"resume", "run_name", "num_workers", "data_root", "evaluate_every"}


class Settings(BaseModel):
    """Strings from a command line are read as the type wanted; unknown names are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Settings of these values.

        Raises:
            ConfigError: a name is unknown or a value does not fit; one sentence each.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise ConfigError("\n".join(_sentence(e, list(cls.model_fields)) for e in error.errors())) from None

    def to_yaml(self) -> str:
        """YAML that `read` takes back."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False)


class ExploreConfig(Settings):
    """What of which run is looked at."""

    run: str = ""  # name or directory of a run; empty: the latest finished one
    other: str = ""  # a second run of the same clips to compare with; empty: none
    stream: str = "fused"  # whose answers, features and prototypes: rgb, pose, a member of an ensemble
    split: Literal["test", "val", "train"] = "test"  # whose clips
    projection: Literal["umap", "pca"] = "umap"  # of the feature map; umap takes a minute, once a run
    seed: Annotated[int, Field(ge=0)] = 0  # of the feature map and of all draws


class EnsembleConfig(Settings):
    """What is combined, and how."""

    members: list[str] = []  # runs, or RUN:STREAM; empty: the streams of the latest run of a network
    name: str = ""  # of the ensemble's run; empty: the first member's, with -ensemble
    method: Literal["equal", "ratio", "convex", "stacking"] = "convex"  # of the ensemble that is saved
    ratio: list[Annotated[float, Field(ge=0)]] = []  # weights for "ratio", one a member
    folds: Annotated[int, Field(ge=0)] = 0  # train every run again without each of so many folds of its people; 0: not
    n_jobs: int = 1  # of those trainings at a time, as in joblib
    seed: Annotated[int, Field(ge=0)] = 0  # of all draws

    @field_validator("members", "ratio", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """None leaves the default; one name needs no list."""
        value = _from_text(value)
        return [] if value is None else [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.method == "ratio") != bool(self.ratio):
            raise ValueError("ratio: weights belong to the method ratio, and it to them; give both or neither.")
        return self


class CompareConfig(Settings):
    """A grid of runs: what they share, what is changed, how often, and whose answers are compared."""

    name: str = "ablation"  # first part of the runs' names
    dataset: str = "synthetic"
    data_root: Path | None = None
    data_options: dict[str, Any] = {}
    preset: str = "small"
    epochs: Count | None = None  # None: as the preset says
    factors: dict[str, list[Any]] = FACTORS  # setting of TrainConfig -> values, tried one at a time
    systems: list[str] = []  # of `sweep.SYSTEMS`, to be compared in place of the factors; "all": Table 2
    settings: dict[str, Any] = {}  # further settings of TrainConfig, of all runs
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)] = [0, 1, 2]
    train: bool = True  # False: train nothing, compare what is finished
    n_jobs: int = 1  # runs at a time, as in joblib; -1: one a core
    stream: Literal["fused", "rgb", "pose"] = "fused"

    @field_validator("data_options", "factors", "systems", "settings", "seeds", mode="before")
    @classmethod
    def _parse(cls, value: Any, info: ValidationInfo) -> Any:
        """None leaves the default; one system needs no list."""
        value = _from_text(value)
        if info.field_name == "systems" and isinstance(value, str):
            value = [value]
        return cls.model_fields[info.field_name].default if value is None else value

    @property
    def base(self) -> dict[str, Any]:
        """Settings that all runs share."""
        own = {name: getattr(self, name) for name in ("dataset", "data_root", "data_options", "preset", "epochs")}
        return {name: value for name, value in own.items() if value is not None} | self.settings


class ReportConfig(Settings):
    """What a report is about, and what is written where."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    seeds: list[str] = []  # runs of the same settings with other seeds
    others: list[str] = []  # runs that it is held against
    ensemble: str = ""  # a run of 05_ensemble; empty: the latest that the run is a member of
    sweep: str = ""  # name of a grid of 07_compare; empty: none
    title: str = ""  # empty: the data set and the run
    name: str = ""  # folder in reports/; empty: the run's name
    formats: Annotated[list[Literal["html", "pdf", "figures", "tables"]], Field(min_length=1)] = [
        *("html", "pdf", "figures", "tables")
    ]
    frames: bool = True  # pictures of persons; False: skeletons only, for a report that is passed on
    projection: Literal["umap", "pca"] = "umap"  # of the feature map
    seed: Annotated[int, Field(ge=0)] = 0  # of the feature map and of all draws

    @field_validator("seeds", "others", "formats", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """A list may come as text; a single name is a list of one."""
        value = _from_text(value)
        return [] if value is None else value if isinstance(value, list | tuple) else [value]

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if value and (fault := paths.fault(value)):
            raise ValueError(f"give a plain folder name, as this {fault}")
        return value


class PretrainConfig(Settings):
    """Which branches are trained alone."""

    branch: Literal["both", "rgb", "pose"] = "both"
    pose: Literal["joint", "limb"] = "joint"  # what the pose branch sees
    name: str = ""  # runs are called NAME-rgb and NAME-pose, or NAME-MODEL; empty: after the data set and the time


class VideoConfig(Settings):
    """Which run is asked about which clip."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    video: str = ""  # a file; empty: a clip of the run's own data set
    start: Annotated[float, Field(ge=0)] = 0.0  # seconds left out at its beginning
    stop: Positive | None = None  # seconds after its beginning at which it ends; None: where the video does
    clip: str = ""  # without a video, the id of that clip; empty: a test clip drawn
    window: Annotated[float, Field(ge=0)] = 0.0  # seconds, of the parts of the time line; 0: as a training clip
    stride: Annotated[float, Field(ge=0)] = 0.0  # seconds from one part to the next; 0: a quarter of a part
    seed: Annotated[int, Field(ge=0)] = 0  # of the draw


class TrainConfig(Settings):
    """Settings of a run."""

    # data
    dataset: Literal["synthetic", "utd_mhad", "imigue", "smg", "ma52", "annotation"] = "synthetic"
    data_root: Path | None = None  # folder or file of the data set; the synthetic set needs none
    data_options: dict[str, Any] = {}  # further arguments of the data set's load function
    fold: Annotated[str, Field(pattern=r"^([1-9]\d*/[1-9]\d*)?$")] = ""  # 2/4: of four group folds, hold out the second
    # model
    preset: Literal["tiny", "small", "paper"] = "small"
    model: Literal[tuple(MODELS)] = "two_stream"
    streams: Literal[MODELS["two_stream"]] = "rgb+joint"  # the first of `MODELS` for the model
    attention: Literal["channel", "time", "off"] = "channel"  # of the cross-modal fusion
    dropout: Share = 0.5
    label_embedding: Annotated[float, Field(ge=0)] = 0.0  # weight of the loss that regresses it; 20 in Li et al. 2023
    label_table: Path | None = None  # word vectors of the class names; None: made of the names themselves
    sigma: Positive  # of the heat-maps, pixels
    init_rgb: str = ""  # run whose RGB branch the network starts from; name or directory
    init_pose: str = ""  # the same for the pose branch
    imagenet: bool = False  # start from torchvision's weights: ResNet-50 on ImageNet, a Video Swin on Kinetics-400
    # refinement
    alpha: Annotated[float, Field(ge=0)] = 0.2  # weight of the refinement loss; 0 trains without it
    tau: Positive = 0.125  # temperature
    rho: Share = 0.9  # momentum of the prototypes
    dim: Count  # length of a feature
    terms: Literal["fn+fp", "fn", "fp", "none"] = "fn+fp"  # which confused clips push and pull
    anchors: Literal["tp", "label"] = "tp"
    prototype_init: Literal["first", "random"] = "first"
    memory: Annotated[int, Field(ge=0)] = 0  # FN and FP features remembered per class
    # optimisation
    epochs: Count
    batch_size: Annotated[int, Field(ge=2)]
    lr: Positive
    schedule: Literal["step", "onecycle", "cosine"]
    optimizer: Literal["sgd", "nesterov", "adamw"] = "sgd"
    backbone_lr: Positive = 1.0  # times lr, of all but the heads
    weight_decay: Annotated[float, Field(ge=0)]
    clip_norm: Positive = 40.0
    # rare classes
    sampler: Literal["shuffle", "balanced"] = "shuffle"  # balanced: every class as often as any other
    logit_adjustment: Annotated[float, Field(ge=0)] = 0.0  # weight of the classes' log-shares; 1 in Menon et al. 2021
    label_smoothing: Share = 0.0
    # augmentation
    crop_area: Annotated[float, Field(gt=0, le=1)] = 0.56  # smallest share of the box that a random crop keeps
    rotation: Annotated[float, Field(ge=0, le=180)] = 10.0  # largest random rotation, degrees
    flip: bool | None = None  # mirror at random; None: as the data set allows
    augment: Literal["plain", "strong"] = "plain"  # strong: joints are stretched and turned too, 1.5 x the epochs
    # run
    test_clips: Count = 1  # views of a test clip whose probabilities are averaged
    test_flip: bool = False  # and the mirror image of each
    evaluate_every: Count = 5  # epochs between evaluations for the learning curve; nothing is chosen by them
    seed: Annotated[int, Field(ge=0)] = 0
    precision: Literal["auto", "no", "bf16", "fp16"] = "auto"
    keep_memory: bool = True  # on a CPU, keep freed memory for the next step: faster, more memory
    num_processes: Count = 1  # that train together; batch_size is of all of them
    num_workers: Annotated[int, Field(ge=0)] = 0  # loader processes
    run_name: str = ""  # folder in runs/; empty: the data set and the time
    resume: bool = False  # continue the run of this name

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if value is not None}
        preset, model = given.get("preset", "small"), given.get("model", "two_stream")
        streams = given.setdefault("streams", MODELS.get(model, ("rgb+joint",))[0])
        defaults = dict(PRESETS.get(preset, PRESETS["small"]))
        kind = "skeleton" if model in SKELETON_MODELS else "swin" if "swin" in str(model) else ""
        if preset == "paper" and (kind or streams in ("rgb", "joint", "limb")):
            defaults |= PAPER_RECIPES.get(kind) or BRANCHES["rgb" if streams == "rgb" else "pose"]
            batch = str(given.get("batch_size", defaults["batch_size"]))
            defaults["lr"] *= int(batch) if batch.isdecimal() else 1  # what is no number is refused by its field
        else:
            defaults |= RECIPES.get(kind, {})
        if given.get("augment") == "strong":
            defaults["epochs"] = round(STRONGER * defaults["epochs"])
        return {**defaults, **given}

    @field_validator("data_options", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        return _from_text(value)

    @field_validator("data_root", "label_table")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        """A run finds its files again from any folder."""
        return None if value is None else value.expanduser().resolve()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.dataset != "synthetic" and self.data_root is None:
            raise ValueError(f"data_root: the data set {self.dataset} is read from a folder or file; give its path.")
        for name, needed in (("init_rgb", "rgb"), ("imagenet", "rgb"), ("init_pose", "pose")):
            if getattr(self, name) and self.network_streams not in (needed, "both"):
                raise ValueError(f"{name}: streams {self.streams} has no {needed} branch; leave it out, or add one.")
        if self.imagenet and (self.init_rgb or self.preset != "paper"):
            raise ValueError("imagenet: is for RGB networks of preset paper, and not together with init_rgb.")
        if self.streams not in MODELS[self.model]:
            raise ValueError(f"streams: {self.model} takes {' or '.join(MODELS[self.model])}, not {self.streams}.")
        if self.model != "two_stream" and (self.init_rgb or self.init_pose):
            raise ValueError(f"init_rgb, init_pose: are for two_stream, not for {self.model}; leave them out.")
        if self.augment == "strong" and "rgb" in self.streams:
            raise ValueError("augment: strong moves joints alone, away from the frames; give plain, or no rgb stream.")
        if self.batch_size % self.num_processes:
            raise ValueError(f"num_processes: {self.num_processes} do not divide batch_size, {self.batch_size}.")
        if self.run_name and (fault := paths.fault(self.run_name)):
            raise ValueError(f"run_name: {self.run_name!r}; give a plain folder name, as this {fault}.")
        return self

    @property
    def takes_joints(self) -> bool:
        """Whether the network is given joints instead of heat-maps."""
        return self.model in SKELETON_MODELS

    @property
    def network_streams(self) -> Literal["both", "rgb", "pose"]:
        """Which pathways the network has."""
        return "both" if "+" in self.streams else "rgb" if self.streams == "rgb" else "pose"


def _from_text(value: Any) -> Any:
    """Papermill hands a list or dict over as text; YAML reads {layout: coco17} as well as {"layout": "coco17"}."""
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise PydanticCustomError("yaml", "It is no YAML ({why})", {"why": " ".join(str(error).split())}) from None


def _sentence(error: Mapping[str, Any], known: list[str]) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, known, 1)
        return f"{name}: there is no such setting" + (
            f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}."
        )
    if not name:
        return error["msg"].removeprefix("Value error, ")
    return f"{name}: {error['input']!r} does not fit: {error['msg'][0].lower()}{error['msg'][1:]}."
