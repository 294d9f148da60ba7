"""Figures and the tables beside them: each function takes data and returns a figure, which shows itself in a notebook.

For print, `figure.savefig("name.pdf")` or `.svg`.
"""

from .clips import film_strip, find_clip, heatmap_montage, rgb_overlay
from .data import class_histogram, clip_lengths, missing_joints, split_overview
from .style import Figure
from .tables import confused_pairs, overview, score_sheet
from .training import confusions, learning_curves, matrix, recall_bars, scores_figure, stream_names

__all__ = [
    "Figure", "class_histogram", "clip_lengths", "confused_pairs", "confusions", "film_strip", "find_clip",
    "heatmap_montage", "learning_curves", "matrix", "missing_joints", "overview", "recall_bars", "rgb_overlay",
    "score_sheet", "scores_figure", "split_overview", "stream_names",
]  # fmt: skip
