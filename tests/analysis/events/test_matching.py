from itertools import permutations

import numpy as np
import pytest

from mglib.analysis.events import match, tiou
from mglib.analysis.events.matching import above, match_borders, smg_hits
from mglib.data.recordings import Segment

from .cases import EARLY, LATE, TRUTHS, drawn


def test_overlaps_of_the_worked_example():
    np.testing.assert_allclose(tiou(TRUTHS, [EARLY, LATE]), [[0.42857, 0.17647], [0.42857, 0.81818]], atol=1e-5)


def test_the_best_matching_finds_both_where_the_first_best_one_finds_one():
    assert match(TRUTHS, [EARLY, LATE], 0.3).tolist() == [[0, 0], [1, 1]]
    assert len(match(TRUTHS, [EARLY], 0.3)) == 1 and smg_hits(TRUTHS, [EARLY]) == 2


def test_point_three_has_to_be_passed_and_point_five_reached():
    own, other = [Segment(0, 10, 0)], [Segment(0, 3, 0)]
    assert not len(match(own, other, 0.3)) and len(match(own, [Segment(0, 5, 0)], 0.5)) == 1
    assert above(0.3)(np.array([0.3, 0.31])).tolist() == [False, True]


def slow_best(truths, predictions, overlap, by_class):
    """The most pairs, and their largest sum of overlaps, by trying every assignment."""
    found = tiou(truths, predictions)
    best = (0, 0.0)
    places = [*range(len(predictions)), *[None] * len(truths)]
    for chosen in set(permutations(places, len(truths))):
        pairs = [(i, j) for i, j in enumerate(chosen) if j is not None]
        pairs = [
            (i, j)
            for i, j in pairs
            if found[i, j] > overlap and (not by_class or truths[i].label == predictions[j].label)
        ]
        best = max(best, (len(pairs), sum(found[i, j] for i, j in pairs)))
    return best


@pytest.mark.parametrize("by_class", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_no_assignment_has_more_pairs_or_with_as_many_more_overlap(seed, by_class):
    rng = np.random.default_rng(seed)
    truths, predictions = drawn(rng, 4, 2, 15), drawn(rng, 3, 2, 15)
    pairs = match(truths, predictions, 0.1, by_class)
    total = sum(tiou(truths, predictions)[i, j] for i, j in pairs)
    assert (len(pairs), pytest.approx(total)) == slow_best(truths, predictions, 0.1, by_class)


def test_nothing_is_matched_with_nothing():
    assert match([], [], 0.3).shape == match([], [EARLY], 0.3).shape == match(TRUTHS, [], 0.3).shape == (0, 2)
    assert match_borders([], [EARLY]) == smg_hits([], [EARLY]) == 0


def test_close_borders_are_a_fifth_of_a_second_or_half_the_truth():
    truth = [Segment(10, 11, 0)]
    assert match_borders(truth, [Segment(10.2, 11.5, 0)]) == 1
    assert match_borders(truth, [Segment(10.21, 11, 0)]) == match_borders(truth, [Segment(10, 11.51, 0)]) == 0
    assert match_borders(truth, [Segment(10, 11, 1)]) == 0
