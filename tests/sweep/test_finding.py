"""A sweep is read back from the names and settings of its runs."""

import pytest

from mglib.base import files
from mglib.sweep import Sweep, SweepError, find_sweep, one_at_a_time
from tests.run_builder import fake_run


def test_a_sweep_is_found_as_it_was_run(folders):
    base = {"preset": "tiny", "epochs": 3, "data_options": {"num_clips": 160}}
    sweep = Sweep("grid", base, one_at_a_time({"alpha": [0, 1.0], "attention": ["off"]}), (0, 2))
    for cell in reversed(sweep.cells):
        files.write_text(fake_run(cell.folder, seed=cell.seed).path / "config.yaml", cell.config.to_yaml())
    (sweep.cells[-1].folder / "metrics.json").unlink()
    fake_run(folders / "runs" / "grid--more--base--seed=0")  # of another grid, grid--more, which no sweep can be called
    found = find_sweep("grid")
    assert found.baseline == "base" and set(found.variants) == set(sweep.variants) and tuple(found.seeds) == (0, 2)
    assert {cell.run_name: cell.config for cell in found.cells} == {cell.run_name: cell.config for cell in sweep.cells}
    assert all(found.changes(variant) == sweep.changes(variant) for variant in sweep.variants)


def test_a_grid_that_is_not_there_is_a_sentence(folders):
    with pytest.raises(SweepError, match="no finished run of a grid 'nothing'; grids of 07_compare: none"):
        find_sweep("nothing")
