"""The settings of masked pre-training: what is hidden, and which clips test the prediction of it."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .presets import AS_IT_IS, MODELS
from .settings import Count, Positive, Settings, Share
from .train import TrainConfig

RECIPE: dict[str, Any] = dict(
    optimizer="adamw", schedule="onecycle", lr=2e-3, weight_decay=0.05, decay_all=False, alpha=0.0,
    clip_norm=1.0, **AS_IT_IS,
)  # fmt: skip
# By preset; many epochs, as a few hundred clips give few steps per epoch.
EPOCHS = {"tiny": dict(epochs=2, batch_size=8), "small": dict(epochs=150, batch_size=64),
          "paper": dict(epochs=200, batch_size=64)}  # fmt: skip


class Masking(Settings):
    """Settings of masked pre-training, offered by 02_pretrain beside those of a run."""

    # masked pre-training
    mask: Annotated[float, Field(gt=0, lt=1)] = 0.75  # share of the tubes (a joint over a few frames) that are hidden
    tube: Count = 4  # frames of a tube
    mask_tau: Positive = 0.8  # temperature: the lower, the more often moving joints are chosen to be hidden
    mask_limbs: Share = 0.5  # share of the clips in which a whole limb is hidden in all frames
    held_out: Annotated[float, Field(gt=0, lt=1)] = 0.2  # share kept out of training, to test the prediction
    held_out_by: Literal["people", "clips"] = "people"  # all clips of some people (or videos), or some clips of all
    transductive: bool = False  # learn from the test clips too, without their labels; run and report state it


class MaskedConfig(Masking, TrainConfig):
    """Settings of a masked pre-training run: those of any run, with their own defaults, and those of `Masking`."""

    objective: Literal["masked"] = "masked"

    @model_validator(mode="before")
    @classmethod
    def _recipe(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if value is not None}
        model = str(given.get("model", "two_stream"))
        streams = "joint" if model == "two_stream" else MODELS.get(model, ("joint",))[0]
        return RECIPE | {"streams": streams} | EPOCHS.get(str(given.get("preset")), EPOCHS["small"]) | given

    @model_validator(mode="after")
    def _check_masked(self) -> Self:
        if self.network_streams != "pose":
            other = "joint or limb" if self.model == "two_stream" else "a model on joints or heat-maps"
            raise ValueError(f"streams: {self.streams}; masked pre-training hides joints; give {other}.")
        if self.streams.endswith("motion"):
            raise ValueError(
                f"streams: {self.streams} shows the motion that masked pre-training predicts; give joint or limb."
            )
        if self.num_processes > 1 or self.seeds > 1:
            raise ValueError("num_processes, seeds: masked pre-training trains one network in one process; give 1.")
        if self.tube > self.pose_frames:
            raise ValueError(
                f"tube: {self.tube} frames, and clips have pose_frames {self.pose_frames}; give so many or fewer."
            )
        if self.init_rgb or self.init_pose:
            raise ValueError("init_rgb, init_pose: masked pre-training starts from random weights; leave them out.")
        return self
