"""Top-1, top-5, macro recall and macro F1, and the recall of each class, with intervals over groups.

Macro means are over the classes present in the labels of the evaluated clips.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics

from .body_level import BODY_METRICS, body_counts, body_groups, body_scores
from .intervals import ratio_intervals
from .requirements import check_classes, check_single, check_systems
from .seeds import seed_table
from .sums import group_sizes, group_sums, ratio

BELOW = ((0, 0), (0, 1), (0, 0))  # pads one more row
METRICS = {"top1": "top-1", "top5": "top-5", "macro_recall": "macro recall", "macro_f1": "macro F1"}


def score_table(
    systems: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    class_groups: Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Scores of several systems on the same clips.

    Args:
        systems: name -> probabilities [N, K], or [S, N, K] for S seeds; the prediction is the class with the largest
            probability, for ties the first.
        labels: true classes, int [N].
        groups: subject or video of each clip [N].
        class_groups: body group of each class [K]; adds the `BODY_METRICS` if there are several, but fewer than
            classes.
        level: nominal coverage of the intervals.

    Returns:
        Columns system, metric (keys of `METRICS`, `BODY_METRICS`), value, low, high, as fractions 0..1, sd, seeds,
        groups (their number). For several seeds, value is the mean, low and high its interval over groups and seeds
        (for one seed: over groups only), sd the sample standard deviation over seeds (nan for one). low and high are
        nan, with a warning, if the clips come from one group; and for top-5 of up to five classes, which is always 1.

    Raises:
        ValueError: shapes do not match, labels are outside 0..K-1, or something is missing or not finite.
    """
    tables = check_systems(systems, labels, groups)
    num_classes, sizes = next(iter(tables.values())).shape[-1], group_sizes(groups)
    bodies = body_groups(class_groups, num_classes)
    if bodies is None:
        scales = dict.fromkeys(METRICS, "share")
        found = seed_table(tables, scales, lambda p: class_counts(labels, p, groups), scores, sizes, level)
        return _without_certain(found, num_classes)

    def counts(probabilities: np.ndarray) -> np.ndarray:
        """Counts of classes [G, 4, K], followed by those of body groups, padded with zeros."""
        of_bodies = body_counts(labels, probabilities.argmax(axis=1), groups, bodies)
        return np.concatenate([class_counts(labels, probabilities, groups), np.pad(of_bodies, BELOW)], axis=2)

    def both(counts: np.ndarray) -> np.ndarray:
        of_classes = scores(counts[..., :num_classes])
        of_bodies = body_scores(counts[..., :3, num_classes:], of_classes[..., 0], of_classes[..., 3])
        return np.concatenate([of_classes, of_bodies], axis=-1)

    found = seed_table(tables, dict.fromkeys([*METRICS, *BODY_METRICS], "share"), counts, both, sizes, level)
    return _without_certain(found, num_classes)


def class_recall(
    labels: np.ndarray,
    probabilities: np.ndarray,
    groups: np.ndarray,
    num_classes: int,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Recall of each class; arguments (one seed) and errors as in `score_table`.

    Returns:
        One row per class, in order: label, n (clips), groups (their number), recall, low, high, wilson_low,
        wilson_high. Recall is nan for a class without clips, low and high are nan for fewer than two groups. Wilson's
        interval (1927) assumes independent clips, so it is too narrow if a subject's clips resemble each other; but it
        is valid for few clips, for one group, and if all or none are recognised.
    """
    probabilities = check_single(labels, probabilities, groups)
    if probabilities.shape[1] != num_classes:
        raise ValueError(
            f"Probabilities have {probabilities.shape[1]} columns for {num_classes} classes; give one each."
        )
    counts = class_counts(labels, probabilities, groups)[:, [0, 2]]  # [G, 2, K] of clips and hits
    low, high = ratio_intervals(counts[:, 1], counts[:, 0], level=level)
    clips, hits = counts.sum(axis=0).astype(int)
    wilson = np.array([_wilson(*pair, level) for pair in zip(hits, clips, strict=True)])
    columns = {"label": range(num_classes), "n": clips, "groups": np.count_nonzero(counts[:, 0], axis=0)}
    columns |= {"recall": ratio(hits, clips), "low": low, "high": high}
    return pd.DataFrame(columns | {"wilson_low": wilson[:, 0], "wilson_high": wilson[:, 1]})


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, num_classes: int) -> np.ndarray:
    """Clips by true class (row) and predicted class (column), int [K, K].

    Raises:
        ValueError: a class is outside 0..K-1 (scikit-learn would silently ignore the clip).
    """
    check_classes("Labels", labels, num_classes)
    check_classes("Predicted classes", predicted, num_classes)
    return metrics.confusion_matrix(labels, predicted, labels=range(num_classes))


def format_scores(table: pd.DataFrame) -> pd.DataFrame:
    """The long table of `score_table` for display, in percent: a row per system, a column per metric, 'xx.x [lo, hi]'.

    For several seeds 'xx.x ± sd [lo, hi]'. The columns sd, seeds and groups may be missing; the last column is the
    number of groups behind the intervals.
    """

    def cell(row: pd.Series) -> str:
        interval = "no interval" if np.isnan(row.low) else f"{100 * row.low:.1f}, {100 * row.high:.1f}"
        spread = f" ± {100 * row.sd:.1f}" if row.get("seeds", 1) > 1 else ""
        return f"{100 * row.value:.1f}{spread} [{interval}]"

    wide = table.assign(cell=table.apply(cell, axis=1)).pivot(index="system", columns="metric", values="cell")
    wide = wide.loc[table["system"].unique(), table["metric"].unique()]  # pivot sorts; restore the order
    wide = wide.rename(columns=METRICS | BODY_METRICS).rename_axis(index=None, columns=None).fillna("")
    return with_groups(wide, table)


def with_groups(wide: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Add the number of groups behind the intervals, if known, to a table with a row per system."""
    if "groups" not in table or table["groups"].isna().all():
        return wide
    number = table.drop_duplicates("system").set_index("system")["groups"].reindex(wide.index)
    return wide.assign(groups=["" if pd.isna(n) else f"{n:.0f}" for n in number])


def scores(counts: np.ndarray) -> np.ndarray:
    """The four metrics [..., 4] from counts of `class_counts`, summed over groups [..., 4, K]."""
    clips, predicted, hits, hits5 = np.moveaxis(counts, -2, 0)
    present = clips > 0
    recall = np.mean(ratio(hits, clips), axis=-1, where=present)
    f1 = np.mean(ratio(2 * hits, clips + predicted), axis=-1, where=present)
    total = clips.sum(axis=-1)
    return np.stack([hits.sum(axis=-1) / total, hits5.sum(axis=-1) / total, recall, f1], axis=-1)


def class_counts(labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Counts per group and class: clips, predictions, clips recognised at rank 1, within rank 5: [G, 4, K]."""
    eye, ranks = np.eye(probabilities.shape[1]), _ranks(labels, probabilities)[:, None]
    own, predicted = eye[labels], eye[np.argmax(probabilities, axis=1)]
    return group_sums(np.stack([own, predicted, own * (ranks < 1), own * (ranks < 5)], axis=1), groups)


def _ranks(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Number of classes ranked before the true one [N]; ties are in order of class, as in argmax.

    scikit-learn's top_k_accuracy_score prefers the *last* of equal classes, so its top-1 is not the accuracy.
    """
    labels = np.asarray(labels)[:, None]
    own = np.take_along_axis(probabilities, labels, axis=1)
    earlier = np.arange(probabilities.shape[1]) < labels
    return np.sum((probabilities > own) | ((probabilities == own) & earlier), axis=1)


def _without_certain(table: pd.DataFrame, num_classes: int) -> pd.DataFrame:
    """The table without the interval of top-5 where it is 1 by definition."""
    certain = (table["metric"] == "top5") & (num_classes <= 5)
    return table.assign(low=table["low"].mask(certain), high=table["high"].mask(certain))


def _wilson(hits: int, clips: int, level: float) -> tuple[float, float]:
    if clips == 0:
        return np.nan, np.nan
    return tuple(stats.binomtest(hits, clips).proportion_ci(level, method="wilson"))
