"""The settings of the notebooks that train nothing or many runs; those of one run are in `TrainConfig`."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mglib.base.values import from_text

from .masked import Masking
from .presets import FACTORS, PRESETS
from .settings import Count, DataSettings, FolderName, Jobs, NonNegative, Place, Positive, Preset, Settings, Whole
from .spotting import SpotConfig

Factors = dict[str, list[Any]]
FigureSize = Literal["one column", "two columns"]
Formats = Annotated[list[Literal["html", "pdf", "figures", "tables"]], Field(min_length=1)]


class LookConfig(DataSettings):
    """Settings of 01_explore_data: the data set, and the clip shown."""

    preset: Preset = "small"  # sets the size of the heat-maps
    clip: int | str | None = None  # the clip shown in sections 6 and 7, by row or id; None: drawn at random
    video: str = ""  # a video of yourself, for section 8
    seed: Whole = 0  # of the random choice of a clip

    @property
    def sigma(self) -> float:
        """Standard deviation of the preset's Gaussian heat-maps, pixels."""
        return PRESETS[self.preset]["sigma"]


class Branches(Settings):
    """Which branches are trained alone, and with which objective."""

    # branches
    objective: Literal["labels", "masked"] = "labels"  # masked: predict the motion of hidden joints, without labels
    branch: Literal["both", "rgb", "pose"] = "both"  # of two_stream; other models have one only
    pose: Literal["joint", "limb"] = "joint"  # input of the pose branch
    name: str = ""  # runs are named NAME-rgb and NAME-pose, or NAME-MODEL; empty: data set and time
    alpha: NonNegative = 0.0  # weight of the refinement loss; the published recipes of single branches do not use it


class PretrainConfig(Masking, Branches):
    """Settings of 02_pretrain, beside those of `TrainConfig`."""

    # settings that 02_pretrain sets itself, or that a single branch does not use
    not_offered: ClassVar[tuple[str, ...]] = (
        "streams", "attention", "apart", "drop_modality", "init_rgb", "init_pose", "layer_decay", "retrain", "seeds",
        "run_name",
    )  # fmt: skip


class ExploreConfig(Settings):
    """Settings of 04_explore_confusions: the run, and which of its predictions are shown."""

    run: str = ""  # name or directory of a run; empty: the latest finished one
    other: str = ""  # a second run on the same clips, for comparison; empty: none
    stream: str = "fused"  # predictions, features and prototypes of: fused, rgb, pose, or a member of an ensemble
    split: Literal["test", "val", "train"] = "test"  # clips shown
    projection: Literal["umap", "pca"] = "umap"  # of the feature map; umap takes a minute, once per run
    seed: Whole = 0  # of the feature map and of all draws


class EnsembleConfig(Settings):
    """Settings of 05_ensemble: the members, and how they are combined."""

    members: list[str] = []  # runs, or RUN:STREAM; empty: the heads of the latest run
    name: str = ""  # name of the ensemble's run; empty: that of the first member, with -ensemble
    method: Literal["convex", "equal", "ratio", "stacking"] = "convex"  # for the saved run; convex: learnt weights
    ratio: list[NonNegative] = []  # weights for the method ratio, one per member, such as [0.4, 0.6]
    folds: Whole = 0  # retrain every run this many times, each without one fold of its people; 0: do not
    n_jobs: Jobs = 1  # number of these trainings at a time; -1: one per core
    seed: Whole = 0  # of all draws

    @field_validator("members", "ratio", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """None is an empty list; a single name is a list of one."""
        value = from_text(value)
        return [] if value is None else [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.method == "ratio") != bool(self.ratio):
            raise ValueError("ratio: the method ratio needs weights, other methods take none; give both or neither.")
        return self


class CompareConfig(DataSettings):
    """Settings of 07_compare: what the runs share, what differs between them, and what is compared."""

    # what all runs share
    preset: Preset = "small"  # tiny: seconds, for tests; small: minutes on a CPU; paper: full size, for a GPU
    epochs: Count | None = None  # passes over the training clips; None: as the preset says
    settings: dict[str, Any] = {}  # further settings of 03_train, such as {"batch_size": 32}
    # what is changed
    factors: Factors = Field(default_factory=lambda: FACTORS)  # values per setting, one at a time; None: table below
    systems: list[str] = []  # networks to compare instead, as ["st_gcn", "tsm"]; "all": those of Table 2
    corrections: Place = None  # file of corrected labels: compare training before and after them instead
    seeds: Annotated[list[Whole], Field(min_length=1)] = [0, 1, 2]  # every variant is trained with each of these seeds
    # the grid
    name: str = "ablation"  # first part of the runs' names
    train: bool = True  # False: train nothing, compare the runs that are finished
    n_jobs: Jobs = 1  # runs at a time, each with its share of the cores; -1: one per core
    stream: Literal["fused", "rgb", "pose"] = "fused"  # head whose predictions are compared

    @field_validator("factors", "systems", "settings", "seeds", mode="before")
    @classmethod
    def _parse(cls, value: Any, info: ValidationInfo) -> Any:
        """None stands for the default; a single system is a list of one."""
        value = from_text(value)
        if info.field_name == "systems" and isinstance(value, str):
            value = [value]
        default = cls.model_fields[info.field_name].get_default(call_default_factory=True)
        return default if value is None else value

    @model_validator(mode="after")
    def _check_alone(self) -> Self:
        if self.factors != FACTORS and (self.systems or self.corrections):
            raise ValueError("factors: are varied alone; leave out systems and corrections, or the factors.")
        if self.corrections and (self.systems or "corrections" in self.data_options):
            raise ValueError("corrections: are compared alone; leave out systems, and corrections in data_options.")
        return self

    @property
    def base(self) -> dict[str, Any]:
        """Settings that all runs share."""
        own = {name: getattr(self, name) for name in ("dataset", "data_root", "data_options", "preset", "epochs")}
        return {name: value for name, value in own.items() if value is not None} | self.settings


class ReportConfig(Settings):
    """Settings of 06_report: the runs it is about, and which files are written."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    seeds: list[str] = []  # runs of the same settings with other seeds
    others: list[str] = []  # runs to compare with, the most important first
    ensemble: str = ""  # a run of 05_ensemble; empty: the latest that has the run as a member
    sweep: str = ""  # name of a comparison of 07_compare; empty: none
    spotter: str = ""  # a spotter of 09_long_recordings; empty: the latest that uses the run
    title: str = ""  # empty: the data set and the run
    authors: str = ""  # on the first page, such as "A. Author, B. Author"
    name: FolderName = ""  # folder in reports/; empty: the run's name
    formats: Formats = ["html", "pdf", "figures", "tables"]  # what is written
    figure_size: FigureSize = "two columns"  # width in print: 3.5 or 7.2 inches; large figures always 7.2
    frames: bool = True  # show video frames of persons; False: skeletons only, for a report to be shared
    projection: Literal["umap", "pca"] = "umap"  # of the feature map; umap takes a minute, once per run
    seed: Whole = 0  # of the feature map and of all draws

    @field_validator("seeds", "others", "formats", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """A list may be given as text; a single name is a list of one."""
        value = from_text(value)
        return [] if value is None else value if isinstance(value, list | tuple) else [value]


class VideoConfig(Settings):
    """Settings of 08_your_own_video: the run, and the video that it classifies."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    video: str = ""  # a video file; empty: a clip of the run's own data set
    spotter: str = ""  # of 09_long_recordings, for a long video; empty: the latest that uses the run, if any
    start: NonNegative = 0.0  # where in the video to begin, seconds
    stop: Positive | None = None  # where in the video to end, seconds; None: at its end
    clip: str = ""  # without a video: id of a clip of the run's data set; empty: a random test clip
    window: NonNegative = 0.0  # length of the windows of the time line, seconds; 0: as a training clip
    stride: NonNegative = 0.0  # seconds from one window to the next; 0: a quarter of a window
    seed: Whole = 0  # of the random choice of a clip


class LongConfig(SpotConfig):
    """Settings of 09_long_recordings: those of `SpotConfig`, and what is shown."""

    # what is shown
    spotter: str = ""  # a finished spotter to show, name or directory; empty: one is trained
    recording: str = ""  # recording shown in detail, by name; empty: the first test recording
    coder: str = "reviewed"  # your name, stored with what you accept or correct in the time line
