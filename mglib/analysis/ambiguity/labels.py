"""Finds training labels that look wrong, by confident learning with models not fitted on the clip's group.

Source: Northcutt, Jiang & Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels, as in cleanlab. It
needs probabilities of each clip from a model that was not trained on it, nor on other clips of its subject or video,
which resemble it. A run's own probabilities of its training clips do not qualify. Therefore a logistic regression on
the run's features is fitted for each fold of groups, without that fold.

The features come from the network, which was trained with these labels. If it has memorised a wrong label, the clip is
close to clips of the wrong class and is not found: only a part of the wrong labels is detected.
"""

import hashlib
import warnings

import numpy as np
import pandas as pd
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from mglib.base import files
from mglib.base.errors import DiskError
from mglib.runs import Run
from mglib.runs.reading import stored_arrays

FOLDS = 5
KEPT = ("label_quality", "likely_label", "suspected")


def kept_label_check(run: Run, *, only_kept: bool = False) -> pd.DataFrame | None:
    """`label_check` with the default folds, computed once per run: it may take a minute with many clips and classes.

    Args:
        run: a run with features; the result is stored in its directory, if writable.
        only_kept: read a stored result only, do not compute one.

    Returns:
        As `label_check`; None if no result is stored and none is to be computed.
    """
    path, key = run.path / "label_check.npz", _key(run)
    kept = stored_arrays(path)
    if str(kept.get("key")) == key:
        return pd.DataFrame({name: kept[name] for name in KEPT}, index=run.where("train"))
    if only_kept:
        return None
    found = label_check(run, FOLDS)
    try:
        files.write_arrays(path, key=np.array(key), **{name: found[name].to_numpy() for name in found})
    except DiskError as error:
        warnings.warn(f"{error} The labels are judged again next time.", stacklevel=2)
    return found


def _key(run: Run) -> str:
    """A key of the check's inputs; "" without features."""
    if not run.has("features.npz"):
        return ""
    parts = [run.labels, run.groups.astype("U"), *(run.features(stream) for stream in run.streams)]
    return hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=8).hexdigest()


def label_check(run: Run, folds: int = FOLDS) -> pd.DataFrame:
    """Judge the labels of the training clips.

    Args:
        run: a run with features.
        folds: number of folds into which groups are divided; at most the number of groups.

    Returns:
        Index: row of the clip. label_quality: held-out probability of the label, 0..1, NaN if there is none
        (see `held_out_probabilities`). likely_label: the held-out model's prediction, else -1. suspected: confident
        learning estimates how many labels are wrong, and these are the clips with the lowest label_quality.
    """
    train = run.where("train")
    labels, probabilities = run.labels[train], held_out_probabilities(run, folds)
    judged = np.isfinite(probabilities).all(1)
    table = pd.DataFrame({"label_quality": np.nan, "likely_label": -1, "suspected": False}, index=train)
    if len(np.unique(labels[judged])) < 2:  # a single class cannot be mistaken; cleanlab refuses it
        return table
    given, held_out, rows = labels[judged], probabilities[judged], train[judged]
    table.loc[rows, "label_quality"] = get_label_quality_scores(given, held_out)
    table.loc[rows, "likely_label"] = held_out.argmax(1)
    table.loc[rows, "suspected"] = find_label_issues(given, held_out, filter_by="low_self_confidence", n_jobs=1)
    return table


def held_out_probabilities(run: Run, folds: int = FOLDS) -> np.ndarray:
    """Probabilities of training clips from models fitted without the clip's group.

    Args:
        run: a run with features; those of all streams are concatenated, and each column standardised.
        folds: as in `label_check`.

    Returns:
        float64 [n, K] in the order of `run.where("train")`. NaN if the clip's label does not occur outside its fold, as
        no model can predict it then. With fewer than two groups all clips are NaN, with a warning.

    Raises:
        RunError: the run has no features.
        ValueError: there are fewer than two folds.
    """
    if folds < 2:
        raise ValueError(f"folds: {folds}; give 2 or more, so that each clip is judged by a model fitted on others.")
    train = run.where("train")
    labels, groups = (run.clips[name].to_numpy()[train] for name in ("label", "group"))
    probabilities = np.full((len(train), run.data.num_classes), np.nan)
    num_groups = len(np.unique(groups))
    if num_groups < 2:
        warnings.warn(
            f"The training clips of {run.name} come from {num_groups} group, and their labels are judged by models "
            "fitted on other groups: none is judged.",
            stacklevel=2,
        )
        return probabilities
    features = np.concatenate([run.features(stream)[train] for stream in run.streams], axis=1)
    number = min(folds, num_groups, np.bincount(labels).max())
    for fit, held in _folds(labels, groups, number) if number > 1 else ():
        classes = np.unique(labels[fit])
        known = held[np.isin(labels[held], classes)]
        if len(classes) > 1 and len(known):
            # C is a tenth of the default, so that wrong labels among the fitted clips have less influence.
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
            with threadpool_limits(1):  # a second thread slows hundreds of small products down
                model.fit(features[fit], labels[fit])
            probabilities[known] = 0
            probabilities[np.ix_(known, classes)] = model.predict_proba(features[known])
    return probabilities


def _folds(labels: np.ndarray, groups: np.ndarray, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions for fitting and held-out positions of each fold; classes are distributed as evenly as possible."""
    with warnings.catch_warnings():
        # A class with fewer clips than folds is not in all of them; clips that cannot be judged are left out above.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        return list(StratifiedGroupKFold(number).split(labels, labels, groups))
