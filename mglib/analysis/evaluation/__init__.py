"""Statistics of predictions that a reviewer accepts; from arrays alone, no torch.

`score_table` and `calibration_table` score systems, `compare_systems` holds them against one another, `risk_coverage`
and `conformal_table` tell what to expect of a network that may abstain or name several classes. Every interval and
test draws or flips whole groups (subjects or videos), see `bootstrap`.
"""

from .adjusting import fit_temperature, scale_temperature, shift_prior
from .bootstrap import Interval, cluster_intervals, mean_interval
from .calibration import CALIBRATION, calibration_table, format_calibration, reliability
from .conformal import attainable_level, conformal_sets, conformal_table
from .paired import compare_systems, format_points, oracle, overlap, paired_difference, sign_flip_test
from .scores import METRICS, class_recall, confusion_matrix, format_scores, interval_scores, score_table
from .selective import aurc, risk_coverage

__all__ = [
    "CALIBRATION", "Interval", "METRICS", "attainable_level", "aurc", "calibration_table", "class_recall",
    "cluster_intervals", "compare_systems", "conformal_sets", "conformal_table", "confusion_matrix", "fit_temperature",
    "format_calibration", "format_points", "format_scores", "interval_scores", "mean_interval", "oracle", "overlap",
    "paired_difference", "reliability", "risk_coverage", "scale_temperature", "score_table",
    "shift_prior", "sign_flip_test",
]  # fmt: skip
