"""Probabilities reworked after training: a temperature for their confidence, another prior for their classes.

Fit on clips that are neither trained nor tested on (validation, or a held-out fold), then apply to the test clips.
"""

import warnings

import numpy as np
from scipy import optimize, special

from .calibration import LEAST
from .requirements import check_distributions, check_single

HOTTEST = 100.0  # temperatures are looked for from 1 / HOTTEST to HOTTEST


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Temperature T with the highest likelihood of softmax(log p / T) (Guo et al. 2017, section 4.2).

    The likelihood has one maximum in T. Where clips are so few that all are right, it rises until T = 1/100, and where
    the true class is mostly the least likely one, until T = 100: that bound is returned, with a warning.

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
    found = min((-bound, bound, inside), key=loss)  # a bound where as good: the likelihood may be flat towards it
    if abs(found) == bound:
        warnings.warn(
            f"The likelihood of {len(labels)} clips has no maximum between the temperatures {1 / HOTTEST:g} and "
            f"{HOTTEST:g}; the bound {np.exp(found):g} is taken. Fit on more clips, some of them wrong.",
            stacklevel=2,
        )
    return float(np.exp(found))


def fitted_on(folds: int, kind: str) -> str:
    """What a temperature or prediction sets are fitted on, and what that means for the network they are used with.

    Args:
        folds: without each of which a network was trained to answer the held-out clips; 0: the network itself did.
        kind: "subject" or "video".
    """
    if not folds:
        return f"Fitted on answers of this very network to clips of {kind}s that it was not trained on."
    return (
        f"Fitted on answers of {folds} networks, each trained without one fold of {kind}s, and used with one that was "
        "trained on all of them: it knows more and is right more often, so what is fitted is too cautious for it, "
        f"prediction sets cover more than they state, and nothing is warranted. To fit on this very network, hold out "
        f"{kind}s from its training (03_train with `fold`, such as 1/5)."
    )


def scale_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(log p / T) of probabilities [..., K], float64; above 1 less confident, below more, the same order.

    Raises:
        ValueError: if the temperature is not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"The temperature is {temperature}; give a number above 0.")
    return special.softmax(np.log(np.maximum(np.asarray(probabilities, np.float64), LEAST)) / temperature, axis=-1)


def shift_prior(
    probabilities: np.ndarray, prior: np.ndarray, target: np.ndarray | None = None, strength: float = 1.0
) -> np.ndarray:
    """p_k (target_k / prior_k)^strength, made to sum to 1: the same network where classes are otherwise frequent.

    With strength 1 this is Bayes' rule for a changed prior (Saerens, Latinne & Decaestecker 2002, Adjusting the Outputs
    of a Classifier to New a Priori Probabilities, equation 4); towards the uniform target it is the post-hoc logit
    adjustment of Menon et al. 2021 (Long-Tail Learning via Logit Adjustment, section 4.1), strength their tau.

    Args:
        probabilities: float [..., K], with no network trained for another prior already.
        prior: share of each class in the training clips [K], or their counts; a class with 0 keeps its weight, for
            nothing is known of how it was weighed.
        target: share of each class to expect [K]; None for all classes alike.
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
