"""Long recordings: when does which gesture happen? A spotter is trained and asked, between floors and ceilings.

opening, describing, exchange, agreeing   folders of coders' files, looked over, written, compared
steps         a recording as a row of steps: what is seen at each, what is to be answered
asking, naming   the run that names windows, and which of its folds may be asked about whom
decoding      probabilities to segments, by thresholds of validation persons
training      all of it, to a directory that `spotter` reads back
baselines, study   floors and ceilings, and the table
uncertain     where to look first
corrections   what a person says of what was found
"""

from .agreeing import coder_pairs
from .corrections import Corrections
from .describing import class_counts, event_statistics
from .exchange import write_segments
from .opening import open_recordings
from .spotter import Spotted, Spotter, marked, spotters
from .study import held_against
from .training import find_spotter, train_spotter
from .uncertain import uncertain_stretches

__all__ = [
    "Corrections", "Spotted", "Spotter", "class_counts", "coder_pairs", "event_statistics", "find_spotter",
    "held_against", "marked",
    "open_recordings", "spotters", "train_spotter", "uncertain_stretches", "write_segments",
]  # fmt: skip
