"""A cheap check of features: accuracy of a linear classifier on people that it was not fitted to."""

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 4  # of the training people
PENALTY = 0.1  # C of the logistic regression, on standardised features


def recognised(features: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> float | None:
    """Accuracy of a linear classifier, cross-validated over folds of people.

    Args:
        features: [N, D].
        labels: of the clips, int [N].
        groups: the person or video of each clip, [N].

    Returns:
        Share of clips classified correctly; None with fewer than two classes or two people.
    """
    folds = min(FOLDS, len(np.unique(groups)))
    if folds < 2 or len(np.unique(labels)) < 2:
        return None
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=500))
    answers = cross_val_predict(classifier, features, labels, groups=groups, cv=GroupKFold(folds))
    return float((answers == labels).mean())


def fit_batch_norms(network: torch.nn.Module) -> torch.nn.Module:
    """Reset batch norms so that their statistics become plain means over the next batches."""
    for part in network.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
            part.reset_running_stats()
            part.momentum = None
    return network.train()
