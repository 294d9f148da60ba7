"""Words for numbers."""

from mglib.base.facts import intervals_over


def test_intervals_are_claimed_over_several_alone():
    assert intervals_over(8, "subject") == "95 % intervals over 8 subjects"
    assert intervals_over(2, "video", " and the seeds") == "95 % intervals over 2 videos and the seeds"
    assert intervals_over(1, "subject", " and the seeds") == "no intervals, as the clips are of 1 subject"
