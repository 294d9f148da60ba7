"""Scores of predicted segments in untrimmed recordings: detection, classification, and errors of borders.

`event_table` evaluates systems on the same recordings with intervals over persons, `class_table` one system by class,
`anatomy` and `mistaken` analyse its errors. All are functions of segments of any origin, see `Judged`.
"""

from .anatomy import KINDS, anatomy, mistaken, verdicts
from .counts import Judged, border_errors, class_counts, f1, plain_counts
from .matching import match, tiou
from .ranking import mean_average_precision
from .sequences import edit_score, f1_at
from .table import EVENT_METRICS, class_table, event_table, format_events, scored_on

__all__ = [
    "EVENT_METRICS", "KINDS", "Judged", "anatomy", "border_errors", "class_counts", "class_table", "edit_score",
    "event_table", "f1", "f1_at", "format_events", "match", "mean_average_precision", "mistaken", "plain_counts",
    "scored_on", "tiou", "verdicts",
]  # fmt: skip
