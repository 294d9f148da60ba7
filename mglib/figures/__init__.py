"""Figures and tables: each function takes data and returns a figure, which a notebook displays.

For print, use `figure.savefig("name.pdf")` or `.svg`: letters have at least 7 points at a width of two columns (7.2
inches), or one (3.5) after `set_size("one column")`, if a figure fits. Files have no title; the notebook shows it.
"""

from .ablation import sensitivity_curves, variant_differences
from .ambiguity import cartography, feature_map, gallery, label_candidates, most_ambiguous, truth_scores
from .calibration import conformal_figure, reliability_diagram, risk_coverage_curves
from .clips import contact_sheet, film_strip, find_clip, heatmap_montage, rgb_overlay
from .comparison import compare_runs
from .confusion_matrix import matrix
from .data import class_histogram, clip_lengths, missing_joints, split_overview
from .ensemble import METHODS, combination_table, difference_table, ensemble_scores, ensemble_weights, error_overlap
from .page import Figure, set_size
from .prediction import prediction_bars, similar_clips, time_line
from .pretraining import hidden_joints, pretraining_curves
from .prototype_plots import (
    own_and_rival,
    prototype_drift,
    prototype_health,
    prototype_similarity,
    similarity_and_confusion,
)
from .recordings import (
    all_tiers,
    border_figure,
    event_anatomy,
    event_scores,
    over_time,
    recording_overview,
    spotter_curve,
    tiers,
)
from .reliance import reliance
from .saliency_maps import saliency_pair
from .systems import accuracy_against_cost
from .tables import confused_pairs, overview, retraining_sheet, score_sheet, seed_sheet, sheet
from .training import confusions, learning_curves, recall_bars, scores_figure

__all__ = [
    "Figure", "METHODS", "accuracy_against_cost", "all_tiers", "border_figure", "cartography", "class_histogram",
    "clip_lengths", "combination_table", "compare_runs", "conformal_figure", "confused_pairs", "confusions",
    "contact_sheet", "difference_table", "ensemble_scores", "ensemble_weights", "error_overlap", "event_anatomy",
    "event_scores", "feature_map", "film_strip", "find_clip", "gallery", "heatmap_montage", "hidden_joints",
    "label_candidates", "learning_curves", "matrix", "missing_joints", "most_ambiguous", "over_time", "overview",
    "own_and_rival", "prediction_bars", "pretraining_curves", "prototype_drift", "prototype_health",
    "prototype_similarity", "recall_bars", "recording_overview", "reliability_diagram", "reliance",
    "retraining_sheet", "rgb_overlay",
    "risk_coverage_curves", "saliency_pair", "score_sheet", "scores_figure", "seed_sheet", "sensitivity_curves",
    "set_size", "sheet", "similar_clips", "similarity_and_confusion", "split_overview", "spotter_curve", "tiers",
    "time_line", "truth_scores", "variant_differences",
]  # fmt: skip
