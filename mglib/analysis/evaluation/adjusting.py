"""Adjusts probabilities after training: a temperature for their confidence, another prior for the classes.

Fit on clips that are neither trained nor tested on (validation, or a held-out fold), then apply to the test clips.
"""

import warnings

import numpy as np
from scipy import optimize, special

from .calibration import LEAST
from .requirements import check_distributions, check_single

HOTTEST = 100.0  # temperatures are searched from 1 / HOTTEST to HOTTEST


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Temperature T with the highest likelihood of softmax(log p / T) (Guo et al. 2017, section 4.2).

    The likelihood has one maximum in T. If all clips are right, it increases until T = 1/100, and if the true class is
    mostly the least likely one, until T = 100: then this bound is returned, with a warning.

    Args:
        probabilities: float [N, K]; an exact 0 counts as the smallest normal float32, 1.2e-38.
        labels: true classes, int [N].

    Raises:
        ValueError: as in `calibration_table`.
    """
    probabilities = check_single(labels, probabilities)
    check_distributions(probabilities)
    logits = np.log(np.maximum(probabilities, LEAST))

    def loss(log_temperature: float) -> float:
        log_p = special.log_softmax(logits / np.exp(log_temperature), axis=1)
        return -np.mean(log_p[np.arange(len(labels)), labels])

    bound = np.log(HOTTEST)
    inside = optimize.minimize_scalar(loss, bounds=(-bound, bound), method="bounded", options={"xatol": 1e-6}).x
    found = min((-bound, bound, inside), key=loss)  # prefer a bound for ties, as the likelihood may be flat
    if abs(found) == bound:
        warnings.warn(
            f"The likelihood of {len(labels)} clips has no maximum between the temperatures {1 / HOTTEST:g} and "
            f"{HOTTEST:g}; the bound {np.exp(found):g} is used. Fit on more clips, some of them wrong.",
            stacklevel=2,
        )
    return float(np.exp(found))


def fitted_on(folds: int, kind: str) -> str:
    """A sentence on what a temperature or prediction sets are fitted on, and what this means for their use.

    Args:
        folds: number of networks, each trained without one fold, for the held-out clips; 0: the network itself.
        kind: "subject" or "video".
    """
    if not folds:
        return f"Fitted on predictions of this network for clips of {kind}s on which it was not trained."
    return (
        f"Fitted on predictions of {folds} networks, each trained without one fold of {kind}s, but used with one that "
        "was trained on all: it is right more often, so what is fitted is too cautious, prediction sets cover more "
        f"than they state, and nothing is guaranteed. To fit on this network itself, hold out "
        f"{kind}s from its training (03_train with `fold`, such as 1/5)."
    )


def scale_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(log p / T) of probabilities [..., K], float64; T > 1: less confident, T < 1: more; same ranking.

    Raises:
        ValueError: the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"The temperature is {temperature}; give a number above 0.")
    return special.softmax(np.log(np.maximum(np.asarray(probabilities, np.float64), LEAST)) / temperature, axis=-1)


def shift_prior(
    probabilities: np.ndarray, prior: np.ndarray, target: np.ndarray | None = None, strength: float = 1.0
) -> np.ndarray:
    """p_k (target_k / prior_k)^strength, normalised: predictions for other class frequencies.

    With strength 1 this is Bayes' rule for a changed prior (Saerens, Latinne & Decaestecker 2002, Adjusting the Outputs
    of a Classifier to New a Priori Probabilities, equation 4); towards the uniform target it is the post-hoc logit
    adjustment of Menon et al. 2021 (Long-Tail Learning via Logit Adjustment, section 4.1), strength their tau.

    Args:
        probabilities: float [..., K], of a network not trained for another prior already.
        prior: share of each class in the training clips [K], or their counts; a class with 0 is not changed, as the
            prior used for it is unknown.
        target: expected share of each class [K]; None: equal shares.
        strength: 0 changes nothing.

    Raises:
        ValueError: if shapes do not match, shares are negative, missing or all 0, strength is below 0, or the target
            leaves a row without any probability.
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    num_classes = probabilities.shape[-1]
    prior = _shares("prior", prior, num_classes)
    target = _shares("target", np.ones(num_classes) if target is None else target, num_classes)
    if not strength >= 0:
        raise ValueError(f"The strength of the prior shift is {strength}; give 0 (none), 1 (Bayes' rule) or between.")
    weights = np.divide(target, prior, out=np.ones(num_classes), where=prior > 0) ** strength
    shifted = probabilities * weights
    total = shifted.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise ValueError(
            f"{np.count_nonzero(total <= 0)} rows have all their probability in classes whose target is 0; give these "
            "classes a share of the target."
        )
    return shifted / total


def _shares(what: str, shares: np.ndarray, num_classes: int) -> np.ndarray:
    shares = np.asarray(shares, dtype=np.float64)
    if shares.shape != (num_classes,) or not (np.isfinite(shares).all() and (shares >= 0).all() and shares.any()):
        raise ValueError(
            f"The {what} is {np.array2string(shares, threshold=8, precision=3)}; give {num_classes} shares, or counts, "
            "one per class, none negative or missing and not all 0."
        )
    return shares / shares.sum()
