"""Plans each clip: class, split, subject, ambiguity and wrong labels."""

from dataclasses import dataclass

import numpy as np

from .gestures import GESTURES, partners

# Clips per class in iMiGUE's challenge split, train + validation; their square root gives the long tail here.
IMIGUE_CLIPS = np.array(
    [10, 418, 39, 207, 80, 23, 64, 858, 87, 3, 302, 154, 97, 41, 28, 27, 322, 83, 2, 942, 170, 373, 657, 700, 11, 287]
    + [87, 60, 1237, 6, 2272, 4023]
)
NUM_CLASSES = len(GESTURES)
FEWEST = {"train": 3, "val": 1, "test": 2}  # smallest number of clips per class
TEST_SHARE = 1 / 3  # of clips and of subjects
VAL_CLIPS, VAL_SUBJECTS = 1 / 5, 1 / 4  # relative to the number of clips and subjects in train and test
HALF_WAY_SHARE = 0.4  # share of the ambiguous clips; the others are between two gestures
WITHIN_PAIR = 0.8  # share of the wrong labels that are the label of a paired gesture


@dataclass(frozen=True)
class Plan:
    """The plan of one clip.

    Attributes:
        split: train, val or test.
        subject: number of the subject.
        label: the true class.
        given: the class in the table, which is wrong for some train clips.
        rival: the other class of a clip between two, else -1.
        weight: share of the rival in the clip, 0..0.5.
        amount: share of the gesture that is performed, 1 = complete.
        number: number of the clip within its class and split.
    """

    split: str
    subject: int
    label: int
    given: int
    rival: int
    weight: float
    amount: float
    number: int


def draw_plans(
    num_clips: int, num_subjects: int, label_noise: float, ambiguous: float, rng: np.random.Generator
) -> list[Plan]:
    """Draw one plan per clip, in shuffled order, val last; the arguments are those of `synthetic.load`.

    The clips of a split are divided evenly among its subjects, whatever the class.
    """
    test_clips = max(round(num_clips * TEST_SHARE), FEWEST["test"] * NUM_CLASSES)
    test_subjects = round(num_subjects * TEST_SHARE)
    subjects = rng.permutation(num_subjects)
    plans = _split_plans("test", test_clips, subjects[:test_subjects], 0, ambiguous, rng)
    plans += _split_plans("train", num_clips - test_clips, subjects[test_subjects:], label_noise, ambiguous, rng)
    plans = [plans[old] for old in rng.permutation(num_clips)]
    val_clips = max(round(num_clips * VAL_CLIPS), FEWEST["val"] * NUM_CLASSES)
    others = num_subjects + np.arange(max(2, round(num_subjects * VAL_SUBJECTS)))
    return plans + _split_plans("val", val_clips, others, 0, ambiguous, rng)


def _split_plans(
    split: str, total: int, subjects: np.ndarray, label_noise: float, ambiguous: float, rng: np.random.Generator
) -> list[Plan]:
    counts = class_counts(total, FEWEST[split])
    label = np.repeat(np.arange(NUM_CLASSES), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    given = _mislabelled(label, number, label_noise, rng)
    rival, weight, amount = _ambiguity(label, ambiguous, rng)
    subject = rng.permutation(np.resize(subjects, total))
    columns = (subject, label, given, rival, weight, amount, number)
    return [Plan(split, *(value.item() for value in values)) for values in zip(*columns, strict=True)]


def class_counts(total: int, fewest: int) -> np.ndarray:
    """Clips per class, int [K], with sum `total`: `fewest` each, the rest by the square root of iMiGUE's counts."""
    weights = np.sqrt(IMIGUE_CLIPS)
    above = np.maximum(weights / weights.sum() * total - fewest, 0)
    share = fewest + above / above.sum() * (total - fewest * NUM_CLASSES)
    counts = np.floor(share).astype(int)
    counts[np.argsort(counts - share, kind="stable")[: total - counts.sum()]] += 1
    return counts


def _mislabelled(label: np.ndarray, number: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """[n] labels with `share` of them wrong; the first clips of each class stay correct, so that none vanishes."""
    given = label.copy()
    spare = np.flatnonzero(number >= FEWEST["train"])
    for clip in rng.choice(spare, min(round(share * len(label)), len(spare)), replace=False):
        near = partners(label[clip])
        others = near if rng.random() < WITHIN_PAIR else np.setdiff1d(np.arange(NUM_CLASSES), [label[clip], *near])
        given[clip] = rng.choice(others)
    return given


def _ambiguity(label: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rival, its weight and the amount performed of each clip, [n] each."""
    rival, weight, amount = np.full(len(label), -1), np.zeros(len(label)), np.ones(len(label))
    for clip in rng.choice(len(label), round(share * len(label)), replace=False):
        if rng.random() < HALF_WAY_SHARE:
            amount[clip] = rng.uniform(0.4, 0.65)
        else:
            rival[clip], weight[clip] = rng.choice(partners(label[clip])), rng.uniform(0.35, 0.5)
    return rival, weight, amount
