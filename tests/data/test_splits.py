import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.splits import hold_out


def test_folds_part_the_groups_that_may_be_trained_on_and_leave_the_rest(make_table):
    table = make_table()
    parts = [hold_out(table, number, 2) for number in (1, 2)]
    held = [set(part.groups[part.where("val")]) for part in parts]
    assert held[0] | held[1] == {"v0", "v1"} and not held[0] & held[1]
    for part in parts:
        np.testing.assert_array_equal(part.where("test"), table.where("test"))
        assert list(part.clips["id"]) == list(table.clips["id"])
        assert not set(part.groups[part.where("train")]) & set(part.groups[part.where("val")])
    assert list(table.clips["split"][:4]) == ["train", "train", "val", "val"]  # the table itself is as it was


@pytest.mark.parametrize(("number", "folds"), [(1, 3), (3, 2), (1, 1)])
def test_a_fold_that_cannot_be_is_refused(make_table, number, folds):
    with pytest.raises(DataError, match=f"fold: {number}/{folds}, and made up has 2 videos beside the test split"):
        hold_out(make_table(), number, folds)
    alone = make_table().select([0, 1])
    with pytest.raises(DataError, match="has 1 video beside the test split; folds need two or more, so leave it out"):
        hold_out(alone, number, folds)
