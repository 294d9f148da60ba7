"""The settings of a spotter, which finds gestures in long recordings."""

from typing import Annotated

from pydantic import Field

from .settings import Count, FolderName, Mapped, NonNegative, Options, Place, Positive, Settings, Share, Whole


class SpotConfig(Settings):
    """Settings of a spotter."""

    # recordings
    data_root: Place = None  # folder of recordings, as for the data set recordings; None: synthetic ones
    data_options: Options = {}  # further options of the data set recordings, such as {"tier": "gesture*"}
    # features
    run: str = ""  # run of 03_train on key points, name or directory; empty: one is trained briefly
    settings: Mapped = {}  # settings of that brief training, as in 03_train, such as {"epochs": 60}
    folds: Whole = 4  # extra trainings, each without one fold of people, for features of unseen people; 0: none
    # network
    stages: Count = 2  # each refines the output of the one before it
    layers: Annotated[int, Field(ge=1, le=10)] = 7  # of a stage; 7 cover 51 seconds
    width: Count = 64  # channels
    dropout: Share = 0.5  # after every layer
    # optimisation
    epochs: Count = 80  # passes over the training recordings
    crop: Positive = 120.0  # seconds of a recording per training step
    lr: Positive = 1e-3  # of Adam
    smoothing: NonNegative = 0.15  # weight of the loss that penalises changes from one time step to the next
    # run
    seed: Whole = 0  # of every random draw
    run_name: FolderName = ""  # folder in runs/; empty: the recordings and the time
    resume: bool = False  # continue the interrupted spotter of this name
