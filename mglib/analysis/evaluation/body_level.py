"""F1 at two levels, as in the MA-52 challenge: for classes, and for the body groups to which they belong.

F1-mean is the mean of macro and micro F1 at either level (Guo et al. 2024, Benchmarking Micro-action Recognition:
Dataset, Methods, and Applications). A prediction of another class in the same body group is right at the body level. As
each clip has one label, micro F1 is the share of correct clips, so that of the classes is top-1.
"""

from collections.abc import Sequence

import numpy as np

from .sums import group_sums, ratio

BODY_METRICS = {"body_micro_f1": "micro F1, body", "body_macro_f1": "macro F1, body", "f1_mean": "F1-mean"}


def body_groups(class_groups: Sequence[str] | None, num_classes: int) -> np.ndarray | None:
    """The index of each class's body group, int [K]; None if there is one group, or one per class.

    Raises:
        ValueError: the number of groups differs from that of classes.
    """
    if class_groups is None:
        return None
    if len(class_groups) != num_classes:
        raise ValueError(f"There are {len(class_groups)} class groups for {num_classes} classes; give one per class.")
    names, number = np.unique(np.asarray(class_groups, dtype=str), return_inverse=True)
    return number if 1 < len(names) < num_classes else None


def body_counts(labels: np.ndarray, predicted: np.ndarray, groups: np.ndarray, bodies: np.ndarray) -> np.ndarray:
    """Counts per group of clips and body group: clips, predictions, correct clips: [G, 3, B]."""
    eye = np.eye(bodies.max() + 1)
    own, answered = eye[bodies[labels]], eye[bodies[predicted]]
    return group_sums(np.stack([own, answered, own * answered], axis=1), groups)


def body_scores(counts: np.ndarray, micro_f1: np.ndarray, macro_f1: np.ndarray) -> np.ndarray:
    """The `BODY_METRICS` [..., 3] from counts [..., 3, B] of `body_counts`, and F1 of the classes [...].

    The macro mean is over the body groups present in the labels.
    """
    clips, answered, hits = np.moveaxis(counts, -2, 0)
    macro = np.mean(ratio(2 * hits, clips + answered), axis=-1, where=clips > 0)
    micro = hits.sum(axis=-1) / clips.sum(axis=-1)
    return np.stack([micro, macro, (micro + macro + micro_f1 + macro_f1) / 4], axis=-1)
