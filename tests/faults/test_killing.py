"""A few of the kills of `make faults`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.faults.killing import draw, measure, read, torture


@pytest.mark.parametrize(("work", "outside"), [("cache", True), ("train", False), ("report", False)])
def test_what_is_killed_goes_on_to_the_same_files(work: str, outside: bool, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    undisturbed = measure(work, tmp_path / "case")
    assert not any(".part" in name or "checkpoint" in name for name in undisturbed.content)
    moment = draw(undisturbed, rng, ("all",), outside)
    while (kills := torture(work, tmp_path / "case", [moment])) == 0 and outside:  # it was faster this time
        moment = replace(moment, seconds=moment.seconds / 2)
    assert kills == 1, moment
    assert read(tmp_path / "case") == undisturbed.content, moment
