import pytest

from mglib.data.sources.labels import LABELS


@pytest.mark.parametrize(("name", "size"), [("imigue", 32), ("smg", 17), ("ma52", 52), ("utd_mhad", 27)])
def test_each_data_set_has_its_published_number_of_distinct_classes(name, size):
    assert len(LABELS[name].names) == len(set(LABELS[name].names)) == len(LABELS[name].groups) == size
    assert set(LABELS) == {"imigue", "smg", "ma52", "utd_mhad"}


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("imigue", 13, "Buckle button, pulling shirt collar, adjusting tie"),  # commas part no names
        ("imigue", 30, "Shaking shoulders"),
        ("imigue", 31, "Illustrative body language"),
        ("smg", 8, "Arms akimbo"),
        ("smg", 16, "Illustrative hand gestures"),
        ("ma52", 23, "illustrative gestures"),
        ("ma52", 51, "scratching feet"),
        ("utd_mhad", 9, "draw circle counter-clockwise"),
        ("utd_mhad", 26, "squat"),
    ],
)
def test_labels_are_the_published_ids_counted_from_zero(name, label, expected):
    assert LABELS[name].names[label] == expected


def test_groups_span_the_published_ranges():
    ends = {"Body": 5, "Head": 11, "Upper limb": 24, "Lower limb": 32, "Body-hand": 38, "Head-hand": 48, "Leg-hand": 52}
    starts = [0, *ends.values()]
    expected = [group for (group, end), start in zip(ends.items(), starts, strict=False) for _ in range(start, end)]
    assert list(LABELS["ma52"].groups) == expected
    imigue = {"Head": 4, "Head-Hand": 9, "Body-Hand": 8, "Body": 3, "Hand": 7, "Illustrative": 1}
    assert {group: LABELS["imigue"].groups.count(group) for group in set(LABELS["imigue"].groups)} == imigue
