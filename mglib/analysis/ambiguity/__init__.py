"""Finds ambiguous clips and classes from a run directory, without torch or a GPU.

A clip of class k that is recognised is a true positive of k; one that is classified as l is a false negative of k and a
false positive of l (the sets of paper section 2.3). Clips in the sets FN and FP are ambiguous, the more so the more
epochs they stay there.
"""

from .clips import clip_table
from .labels import held_out_probabilities, kept_label_check, label_check
from .pairs import confused_pairs, pair_bounds
from .queue import review_queue
from .succession import succession_lift
from .truth import score_against_truth

__all__ = [
    "clip_table", "confused_pairs", "held_out_probabilities", "kept_label_check", "label_check", "pair_bounds",
    "review_queue", "score_against_truth", "succession_lift",
]  # fmt: skip
