"""Which runs are found."""

import json
import os

import pytest

from mglib.base.errors import RunError
from mglib.runs import Run, find_run, finished_runs
from tests.run_builder import fake_run


def test_half_a_copy_of_a_run_is_no_run(folders):
    assert not finished_runs()
    half = folders / "runs" / "half"
    half.mkdir(parents=True)
    (half / "metrics.json").write_text(json.dumps({}))
    for ask in (find_run, lambda: Run("half")):
        with pytest.raises(RunError, match="There is no "):
            ask()
    whole = fake_run(folders / "runs" / "whole")
    os.utime(half / "metrics.json", (2e9, 2e9))
    assert find_run().path == whole.path and [run.name for run in finished_runs()] == ["whole"]
