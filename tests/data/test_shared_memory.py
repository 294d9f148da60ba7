"""Little shared memory: fewer loader processes, or none, and a sentence; never a bus error."""

from types import SimpleNamespace

import pytest

from mglib.data import shared_memory
from mglib.data.loader import ClipDataset, View, make_loader
from mglib.data.shared_memory import affordable
from tests.builders import waving_table


@pytest.fixture
def free(monkeypatch):
    """A machine with so many bytes of shared memory left."""
    monkeypatch.setattr(shared_memory.sys, "platform", "linux")
    monkeypatch.setattr(shared_memory, "PLACE", shared_memory.Path("/"))
    left = [0]
    monkeypatch.setattr(shared_memory.shutil, "disk_usage", lambda _: SimpleNamespace(free=left[0]))
    return left


@pytest.mark.parametrize(("megabytes", "processes"), [(1, 0), (2, 0), (3, 1), (5, 2), (8, 3), (64, 4)])
def test_processes_are_as_many_as_their_batches_find_room(free, megabytes, processes, recwarn):
    free[0] = megabytes << 20
    assert affordable(4, 1 << 20) == processes and affordable(0, 1 << 20) == 0
    said = [str(warning.message) for warning in recwarn]
    if processes == 4:
        assert not said
    else:
        assert said[0].startswith("num_workers: 4 processes hand over batches of 1.0 MiB") and "--shm-size" in said[0]


def test_a_loader_loads_in_this_process_where_there_is_no_room(free):
    table = waving_table()
    dataset = ClipDataset(table, table.where("train"), View(8, 32))
    assert dataset.clip_bytes == dataset[0].keypoints.nbytes
    with pytest.warns(UserWarning, match="enough for none; only that many are used"):
        assert make_loader(dataset, 4, num_workers=2).num_workers == 0
    free[0] = 1 << 30
    assert make_loader(dataset, 4, num_workers=2).num_workers == 2
