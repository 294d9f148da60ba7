"""Long recordings: when does which gesture happen? A spotter is trained and asked, between floors and ceilings."""

from .decoding import Decoding
from .spotter import Spotted, Spotter, spotters
from .training import train_spotter

__all__ = ["Decoding", "Spotted", "Spotter", "spotters", "train_spotter"]
