"""Statistics of predictions, computed from arrays, without torch.

`score_table` and `calibration_table` evaluate systems, `compare_systems` compares them, `risk_coverage` and
`conformal_table` evaluate networks that may abstain or predict several classes. All intervals and tests treat groups
(subjects or videos) as units, see `intervals`, and include the variance over seeds, see `seeds`.
"""

from .adjusting import fit_temperature, fitted_on, scale_temperature, shift_prior
from .body_level import BODY_METRICS
from .calibration import CALIBRATION, calibration_table, format_calibration, reliability
from .conformal import attainable_level, conformal_sets, conformal_table
from .intervals import Interval, cluster_intervals, mean_interval, ratio_intervals
from .paired import (
    compare_systems,
    format_p,
    format_points,
    oracle,
    overlap,
    paired_difference,
    sign_flip_test,
    smallest_p,
)
from .parts import PartAndRest, part_and_rest
from .scores import METRICS, class_recall, confusion_matrix, format_scores, score_table
from .seeds import Difference, compare_settings, setting_interval
from .selective import aurc, risk_coverage
from .sums import group_sums, ratio

__all__ = [
    "BODY_METRICS", "CALIBRATION", "Difference", "Interval", "METRICS", "PartAndRest", "attainable_level", "aurc",
    "calibration_table", "class_recall", "cluster_intervals", "compare_settings", "compare_systems", "conformal_sets",
    "conformal_table", "confusion_matrix", "fit_temperature", "fitted_on", "format_calibration", "format_p",
    "format_points", "format_scores",
    "group_sums", "mean_interval", "oracle", "overlap", "paired_difference", "part_and_rest", "ratio",
    "ratio_intervals", "reliability", "risk_coverage", "scale_temperature", "score_table", "setting_interval",
    "shift_prior", "sign_flip_test", "smallest_p",
]  # fmt: skip
