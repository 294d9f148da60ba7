"""The settings of a spotter: what finds gestures in long recordings, and what it is trained on."""

from typing import Annotated

from pydantic import Field, field_validator

from mglib.base import paths

from .settings import Count, Mapped, NonNegative, Options, Place, Positive, Settings, Share, Whole


class SpotConfig(Settings):
    """Settings of a spotter."""

    # recordings
    data_root: Place = None  # folder of them, as of the data set recordings; None: synthetic ones
    data_options: Options = {}  # further options of that data set, such as {"tier": "gesture*"}
    # what each moment is told by
    run: str = ""  # run of key points of 03_train, name or directory; empty: a short one is trained
    settings: Mapped = {}  # of that short training, as in 03_train, such as {"epochs": 60}
    folds: Whole = 4  # trainings more, where its own people are spotted in, to be asked without knowing them; 0: none
    # network
    stages: Count = 2  # each mends what the one before it answers
    layers: Annotated[int, Field(ge=1, le=10)] = 7  # of a stage; 7 see 51 seconds
    width: Count = 64  # channels
    dropout: Share = 0.5  # after every layer
    # optimisation
    epochs: Count = 80  # passes over the training recordings
    crop: Positive = 120.0  # seconds of a recording that a step sees
    lr: Positive = 1e-3  # of Adam
    smoothing: NonNegative = 0.15  # weight of the loss that keeps steps like the ones before them
    # run
    seed: Whole = 0  # of every random draw
    run_name: str = ""  # folder in runs/; empty: the recordings and the time
    resume: bool = False  # continue the interrupted spotter of this name

    @field_validator("run_name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if value and (fault := paths.fault(value)):
            raise ValueError(f"give a plain folder name, as this {fault}")
        return value
