"""Head, mid and tail of the classes, by hand."""

import numpy as np

from mglib.data.frequency import frequency_groups


def grouped(*counts: int) -> dict[str, list[int]]:
    return {name: group.tolist() for name, group in frequency_groups(np.array(counts)).items()}


def test_groups_are_head_mid_and_tail():
    """Of 476 clips: up to 238, up to 428.4, the rest."""
    assert grouped(4, 300, 30, 40, 2, 100, 0) == {"head": [1], "mid": [5, 3], "tail": [2, 0, 4, 6]}


def test_an_empty_group_is_left_out():
    assert grouped(5, 7) == {"head": [1], "mid": [0]}
    assert grouped(1, 100) == {"head": [1], "tail": [0]}
