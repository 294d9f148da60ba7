"""The settings of the notebooks that do not train, or train many runs; those of a run are `TrainConfig`'s."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mglib.base import paths
from mglib.base.values import from_text

from .masked import Masking
from .presets import FACTORS, PRESETS
from .settings import Count, DataSettings, NonNegative, Place, Positive, Preset, Settings, Whole
from .spotting import SpotConfig

Factors = dict[str, list[Any]]
FigureSize = Literal["one column", "two columns"]
Formats = Annotated[list[Literal["html", "pdf", "figures", "tables"]], Field(min_length=1)]


class LookConfig(DataSettings):
    """Which data set is looked at before anything is trained on it, and which of its clips."""

    preset: Preset = "small"  # whose size the heat-maps are drawn in
    clip: int | str | None = None  # the clip shown in sections 6 and 7, by row or id; None draws one
    video: str = ""  # a video of yourself, for section 8
    seed: Whole = 0  # of that draw

    @property
    def sigma(self) -> float:
        """Of the preset's heat-maps, pixels."""
        return PRESETS[self.preset]["sigma"]


class Branches(Settings):
    """Which branches are trained alone, and by what they learn."""

    # branches
    objective: Literal["labels", "masked"] = "labels"  # masked: the pose branch says how hidden joints move, no labels
    branch: Literal["both", "rgb", "pose"] = "both"  # of two_stream; any other model has none, and is trained alone
    pose: Literal["joint", "limb"] = "joint"  # what the pose branch sees
    name: str = ""  # runs are called NAME-rgb and NAME-pose, or NAME-MODEL; empty: after the data set and the time
    alpha: NonNegative = 0.0  # weight of the refinement loss, which the recipes of single branches do without


class PretrainConfig(Masking, Branches):
    """What 02_pretrain trains; it takes settings of `TrainConfig` beside these."""

    # settings that 02_pretrain chooses itself, or that a branch alone has no use for
    not_offered: ClassVar[tuple[str, ...]] = (
        "streams", "attention", "apart", "init_rgb", "init_pose", "layer_decay", "retrain", "seeds", "run_name",
    )  # fmt: skip


class ExploreConfig(Settings):
    """What of which run is looked at."""

    run: str = ""  # name or directory of a run; empty: the latest finished one
    other: str = ""  # a second run of the same clips to compare with; empty: none
    stream: str = "fused"  # whose answers, features and prototypes: fused, rgb, pose, a member of an ensemble
    split: Literal["test", "val", "train"] = "test"  # whose clips
    projection: Literal["umap", "pca"] = "umap"  # of the feature map; umap takes a minute, once a run
    seed: Whole = 0  # of the feature map and of all draws


class EnsembleConfig(Settings):
    """What is combined, and how."""

    members: list[str] = []  # runs, or RUN:STREAM; empty: the heads of the latest run, which see the same inputs
    name: str = ""  # of the ensemble's run; empty: the first member's, with -ensemble
    method: Literal["convex", "equal", "ratio", "stacking"] = "convex"  # of what is saved; convex learns weights
    ratio: list[NonNegative] = []  # weights for the method ratio, one per member, such as [0.4, 0.6]
    folds: Whole = 0  # train every run again without each of so many folds of its people; 0: do not
    n_jobs: int = 1  # of those trainings at a time; -1: one a core
    seed: Whole = 0  # of all draws

    @field_validator("members", "ratio", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """None leaves the default; one name needs no list."""
        value = from_text(value)
        return [] if value is None else [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.method == "ratio") != bool(self.ratio):
            raise ValueError("ratio: weights belong to the method ratio, and it to them; give both or neither.")
        return self


class CompareConfig(DataSettings):
    """A grid of runs: what they share, what is changed, how often, and whose answers are compared."""

    # what all runs share
    preset: Preset = "small"  # tiny: seconds, for tests; small: minutes on a CPU; paper: full size, for a GPU
    epochs: Count | None = None  # passes over the training clips; None: as the preset says
    settings: dict[str, Any] = {}  # further settings of 03_train, such as {"batch_size": 32}
    # what is changed
    factors: Factors = Field(default_factory=lambda: FACTORS)  # setting -> values, one at a time; None: the table below
    systems: list[str] = []  # networks to compare instead, such as ["st_gcn", "tsm"]; "all": those of Table 2
    corrections: Place = None  # file of corrected labels: compare training before and after them instead
    seeds: Annotated[list[Whole], Field(min_length=1)] = [0, 1, 2]  # every variant is trained with each
    # the grid
    name: str = "ablation"  # first part of the runs' names
    train: bool = True  # False: train nothing, compare the runs that are finished
    n_jobs: int = 1  # runs at a time, each with its share of the cores; -1: one a core
    stream: Literal["fused", "rgb", "pose"] = "fused"  # whose answers are compared

    @field_validator("factors", "systems", "settings", "seeds", mode="before")
    @classmethod
    def _parse(cls, value: Any, info: ValidationInfo) -> Any:
        """None leaves the default; one system needs no list."""
        value = from_text(value)
        if info.field_name == "systems" and isinstance(value, str):
            value = [value]
        default = cls.model_fields[info.field_name].get_default(call_default_factory=True)
        return default if value is None else value

    @model_validator(mode="after")
    def _check_corrections(self) -> Self:
        if self.corrections and (self.systems or "corrections" in self.data_options):
            raise ValueError("corrections: are compared alone; leave out systems, and corrections in data_options.")
        return self

    @property
    def base(self) -> dict[str, Any]:
        """Settings that all runs share."""
        own = {name: getattr(self, name) for name in ("dataset", "data_root", "data_options", "preset", "epochs")}
        return {name: value for name, value in own.items() if value is not None} | self.settings


class ReportConfig(Settings):
    """What a report is about, and what is written where."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    seeds: list[str] = []  # runs of the same settings with other seeds
    others: list[str] = []  # runs that it is held against, the most important first
    ensemble: str = ""  # a run of 05_ensemble; empty: the latest that the run is a member of
    sweep: str = ""  # name of a grid of 07_compare; empty: none
    spotter: str = ""  # of 09_long_recordings; empty: the latest that asks the run
    title: str = ""  # empty: the data set and the run
    authors: str = ""  # on the first page, such as "A. Author, B. Author"
    name: str = ""  # folder in reports/; empty: the run's name
    formats: Formats = ["html", "pdf", "figures", "tables"]  # what is written
    figure_size: FigureSize = "two columns"  # in print: 3.5 or 7.2 inches; what needs more takes 7.2
    frames: bool = True  # pictures of persons; False: skeletons only, for a report that is passed on
    projection: Literal["umap", "pca"] = "umap"  # of the feature map; umap takes a minute, once a run
    seed: Whole = 0  # of the feature map and of all draws

    @field_validator("seeds", "others", "formats", mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """A list may come as text; a single name is a list of one."""
        value = from_text(value)
        return [] if value is None else value if isinstance(value, list | tuple) else [value]

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if value and (fault := paths.fault(value)):
            raise ValueError(f"give a plain folder name, as this {fault}")
        return value


class VideoConfig(Settings):
    """Which run is asked about which clip."""

    run: str = ""  # name or directory of a run; empty: the latest finished one of a network
    video: str = ""  # a file; empty: a clip of the run's own data set
    spotter: str = ""  # of 09_long_recordings, for a long video; empty: the latest that asks the run, if there is one
    start: NonNegative = 0.0  # seconds left out at its beginning
    stop: Positive | None = None  # seconds after its beginning at which it ends; None: where the video does
    clip: str = ""  # without a video, the id of a clip of the run's data set; empty: a test clip drawn
    window: NonNegative = 0.0  # seconds, of the parts of the time line; 0: as a training clip
    stride: NonNegative = 0.0  # seconds from one part to the next; 0: a quarter of a part
    seed: Whole = 0  # of the draw


class LongConfig(SpotConfig):
    """What is spotted in long recordings, and what of it is shown; the settings of a training are `SpotConfig`'s."""

    # what is shown
    spotter: str = ""  # a finished spotter, name or directory, to be looked at; empty: one is trained
    recording: str = ""  # shown closely, by name; empty: the first test recording
    coder: str = "reviewed"  # your name, for what you accept or correct in the time line
