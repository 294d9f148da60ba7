"""Long recordings: a spotter finds which gesture happens when, and is compared with floors and ceilings.

opening, describing, exchange, agreeing   coders' files: read, summarised, written, compared
steps         a recording as a sequence of time steps: features and targets
asking, naming   the run that classifies windows, and which of its folds classifies which person
decoding      probabilities to segments, with thresholds from validation persons
training      trains a spotter, whose directory `spotter` reads
baselines, study   floors and ceilings, and the table of scores
uncertain     where to look first
corrections   corrections of spotted segments by a person
"""

from .agreeing import coder_pairs
from .corrections import Corrections
from .describing import class_counts, event_statistics, format_statistics
from .exchange import write_segments
from .opening import open_recordings
from .spotter import Spotted, Spotter, marked, spotters
from .study import held_against
from .training import find_spotter, train_spotter
from .uncertain import uncertain_stretches

__all__ = [
    "Corrections", "Spotted", "Spotter", "class_counts", "coder_pairs", "event_statistics", "find_spotter",
    "format_statistics", "held_against", "marked",
    "open_recordings", "spotters", "train_spotter", "uncertain_stretches", "write_segments",
]  # fmt: skip
