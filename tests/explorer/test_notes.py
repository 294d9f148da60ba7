"""Notes are saved at once, whole, and found again."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mglib.explorer import Notes


def test_notes_survive_and_two_notebooks_do_not_undo_each_other(tmp_path: Path):
    path = tmp_path / "notes.csv"
    first, second = Notes(path), Notes(path)
    first.replace("a, 1", "mislabelled", 'looks like "wave",\nnot clap')
    second.replace("b", "ambiguous")
    second.replace("c", "", "ask")
    first.replace("b", "")
    found = Notes(path).read()
    assert {name: (note["mark"], note["comment"]) for name, note in found.items()} == {
        "a, 1": ("mislabelled", 'looks like "wave",\nnot clap'),
        "c": ("", "ask"),
    }


def test_notebooks_that_write_at_once_lose_nothing_of_each_other(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: Notes(tmp_path / "notes.csv").replace(f"c{n}", "ambiguous"), range(24)))
    assert sorted(Notes(tmp_path / "notes.csv").read()) == sorted(f"c{n}" for n in range(24))


def test_a_crash_while_saving_leaves_the_notes_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    notes = Notes(tmp_path / "notes.csv")
    notes.replace("a", "ambiguous")
    before = notes.path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        notes.replace("b", "mislabelled")
    assert notes.path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [notes.path]


def test_what_is_no_note_is_refused_and_no_file_is_touched(tmp_path: Path):
    notes = Notes(tmp_path / "notes.csv")
    with pytest.raises(ValueError, match="'wrong'; give one of mislabelled, ambiguous, bad skeleton"):
        notes.replace("a", "wrong")
    notes.path.write_text("name,age\nx,1\n")
    with pytest.raises(ValueError, match="has the columns name, age; notes have id, mark, comment, saved"):
        notes.replace("a", "ambiguous")
    assert notes.path.read_text() == "name,age\nx,1\n"
