"""The settings of masked pre-training: what is hidden, and who says how well it is told."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from .presets import MODELS
from .settings import Count, Positive, Settings, Share
from .train import TrainConfig

RECIPE: dict[str, Any] = dict(
    optimizer="adamw", schedule="onecycle", lr=2e-3, weight_decay=0.05, decay_all=False, alpha=0.0,
    clip_norm=1.0,
)  # fmt: skip
# By preset: a few hundred clips make few steps an epoch.
EPOCHS = {"tiny": dict(epochs=2, batch_size=8), "small": dict(epochs=150, batch_size=64),
          "paper": dict(epochs=200, batch_size=64)}  # fmt: skip


class Masking(Settings):
    """What 02_pretrain asks for beside the settings of a run, where the objective is masked."""

    # masked pre-training
    mask: Annotated[float, Field(gt=0, lt=1)] = 0.75  # share of the joints' stretches of time that are hidden
    tube: Count = 4  # frames of such a stretch
    mask_tau: Positive = 0.8  # the lower, the more it is moving joints that are hidden
    mask_limbs: Share = 0.5  # share of the clips of which a whole limb is hidden throughout
    held_out: Annotated[float, Field(gt=0, lt=1)] = 0.2  # share kept out of training, for the test of what is told
    held_out_by: Literal["people", "clips"] = "people"  # of training: whole people (or videos), or clips of all of them
    transductive: bool = False  # learn from the test clips too, without their labels; run and report say so


class MaskedConfig(Masking, TrainConfig):
    """Settings of a run of masked pre-training: those of a run, with a recipe of its own, and what is hidden."""

    objective: Literal["masked"] = "masked"

    @model_validator(mode="before")
    @classmethod
    def _recipe(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in values.items() if value is not None}
        model = str(given.get("model", "two_stream"))
        streams = "joint" if model == "two_stream" else MODELS.get(model, ("joint",))[0]
        return RECIPE | {"streams": streams} | EPOCHS.get(given.get("preset", "small"), EPOCHS["small"]) | given

    @model_validator(mode="after")
    def _check_masked(self) -> Self:
        if self.network_streams != "pose":
            raise ValueError(f"streams: {self.streams}; masked pre-training hides joints, so give joint or limb.")
        if self.streams.endswith("motion"):
            raise ValueError(f"streams: {self.streams} shows what masked pre-training asks for; give joint or limb.")
        if self.num_processes > 1 or self.seeds > 1:
            raise ValueError("num_processes, seeds: masked pre-training trains one network in one process; give 1.")
        if self.init_rgb or self.init_pose:
            raise ValueError("init_rgb, init_pose: masked pre-training starts from nothing; leave them out.")
        return self
