"""Which training labels look wrong: confident learning, judged by models that know nothing of the clip's group.

Northcutt, Jiang & Chuang 2021, Confident Learning: Estimating Uncertainty in Dataset Labels, as cleanlab implements it.
It needs probabilities of each clip from a model that was not trained on it; clips of one subject or video resemble each
other, so that the model must not have seen their group either. A run's own probabilities of its training clips are no
such thing. Here a logistic regression on the run's features is fitted again without each fold of groups.

The features themselves come from the network, which was trained with these labels. Where it has learnt a wrong label by
heart, the clip lies among those of its wrong class and passes: what is found here is a part of what is wrong.
"""

import hashlib
import warnings
from pathlib import Path

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
from mglib.base.errors import DiskError, RunError
from mglib.runs import Run
from mglib.runs.reading import read_arrays

FOLDS = 5
KEPT = ("label_quality", "likely_label", "suspected")


def kept_label_check(run: Run, *, only_kept: bool = False) -> pd.DataFrame | None:
    """`label_check` with its usual folds, made once a run: it takes a minute where clips and classes are many.

    Args:
        run: with features; what was found is kept in its directory, where that can be written.
        only_kept: make nothing.

    Returns:
        As `label_check`; None where it is not at hand and none is to be made.
    """
    path, key = run.path / "label_check.npz", _key(run)
    kept = _read_kept(path) if path.is_file() else {}
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


def _read_kept(path: Path) -> dict[str, np.ndarray]:
    """What a file of judged labels holds; {} where it is broken, as it can be made again."""
    try:
        return read_arrays(path)
    except RunError:
        return {}


def _key(run: Run) -> str:
    """Of what the check is made of; "" where there are no features."""
    if not run.has("features.npz"):
        return ""
    parts = [run.labels, run.groups.astype("U"), *(run.features(stream) for stream in run.streams)]
    return hashlib.blake2b(b"".join(part.tobytes() for part in parts), digest_size=8).hexdigest()


def label_check(run: Run, folds: int = FOLDS) -> pd.DataFrame:
    """Judge the labels of the training clips.

    Args:
        run: with features.
        folds: the groups are divided into so many, or one each where there are fewer groups.

    Returns:
        Index: row of the clip. label_quality: held-out probability of the label, 0..1, NaN where none could be had
        (see `held_out_probabilities`). likely_label: the class the held-out model gives, else -1. suspected: confident
        learning estimates how many labels are wrong, and these are the clips with the lowest label_quality.
    """
    train = run.where("train")
    labels, probabilities = run.labels[train], held_out_probabilities(run, folds)
    judged = np.isfinite(probabilities).all(1)
    table = pd.DataFrame({"label_quality": np.nan, "likely_label": -1, "suspected": False}, index=train)
    if len(np.unique(labels[judged])) < 2:  # nothing to mistake a label for; cleanlab refuses
        return table
    given, held_out, rows = labels[judged], probabilities[judged], train[judged]
    table.loc[rows, "label_quality"] = get_label_quality_scores(given, held_out)
    table.loc[rows, "likely_label"] = held_out.argmax(1)
    table.loc[rows, "suspected"] = find_label_issues(given, held_out, filter_by="low_self_confidence", n_jobs=1)
    return table


def held_out_probabilities(run: Run, folds: int = FOLDS) -> np.ndarray:
    """Probabilities of the training clips from models fitted without the clip's group.

    Args:
        run: with features; those of all streams are used side by side, each column standardised.
        folds: as in `label_check`.

    Returns:
        float64 [n, K] in the order of `run.where("train")`. NaN where the clip's label occurs in no group outside the
        clip's fold: no model could have given it. With fewer than two groups that is every clip, with a warning.

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
            # C is a tenth of the default, so that a wrong label among the fitted clips pulls less.
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
            with threadpool_limits(1):  # hundreds of small products: a second thread makes them slower
                model.fit(features[fit], labels[fit])
            probabilities[known] = 0
            probabilities[np.ix_(known, classes)] = model.predict_proba(features[known])
    return probabilities


def _folds(labels: np.ndarray, groups: np.ndarray, number: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions to fit on and positions held out of each fold; classes are spread as evenly as whole groups allow."""
    with warnings.catch_warnings():
        # A class with fewer clips than folds is spread as far as it goes; what cannot be judged is left out above.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        return list(StratifiedGroupKFold(number).split(labels, labels, groups))
