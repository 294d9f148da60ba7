"""Shares in percent."""

import pytest

from mglib.base.shares import percent


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0, 0, "0"), (1 / 300, 0, "1"), (0.004999, 0, "1"), (0.426, 0, "43"), (299 / 300, 0, "99"), (1, 0, "100"),
        (0, 1, "0.0"), (1 / 4563, 1, "0.1"), (0.4264, 1, "42.6"), (4562 / 4563, 1, "99.9"), (1, 1, "100.0"),
        (0.1 * 3 + 0.7, 0, "100"), (0.3 - 0.1 * 3, 0, "0"),
    ],
)  # fmt: skip
def test_none_and_all_are_said_of_none_and_all_alone(share, digits, text):
    assert percent(share, digits) == text
