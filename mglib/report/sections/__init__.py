"""The sections of a report, each a function of a `Study`; None if a section does not apply.

setting     the data; the method and its settings; all settings, for the appendix
results     scores, learning curves, confusions, classes
inputs      reliance on each input
causes      prototypes, feature map, ambiguous clips
trust       calibration
parts       ablation
ensemble    combination of predictions
recordings  events spotted in long recordings
record      the explorer; reproducibility
"""

from .causes import ambiguous_clips, feature_map, prototypes
from .ensemble import ensemble
from .inputs import reliance
from .parts import ablation
from .record import explorer, reproducibility
from .recordings import spotting
from .results import classes, confusions, learning, scores
from .setting import appendix, data, method
from .trust import calibration

__all__ = [
    "ablation", "ambiguous_clips", "appendix", "calibration", "classes", "confusions", "data", "ensemble", "explorer",
    "feature_map", "learning", "method", "prototypes", "reliance", "reproducibility", "scores", "spotting",
]  # fmt: skip
