"""No file that somebody else wrote ends in a trace: it is read, or refused in a sentence."""

import json

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.recordings.formats import Mark, Marks, Tier, read_marks, write_boris, write_eaf, write_elan_tab
from mglib.data.recordings.formats import write_table as plain
from mglib.data.recordings.formats import write_textgrid as praat

TIER = Tier("gesture", "anna", "run")
MARKS = tuple(Mark(n, n + 0.5, "nod", TIER.name, 0.5, "spotted") for n in range(4))
WRITERS = {
    "a.eaf": lambda path, marks: write_eaf(path, marks, ("nod",)),
    "a.tsv": write_elan_tab,
    "a.TextGrid": lambda path, marks: praat(path, marks, 9.0),
    "a.csv": lambda path, marks: plain(path, [marks]),
    "a.boris": lambda path, marks: write_boris(path, [marks], {"nod": "Head"}, "2024-01-01"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_no_damage_to_a_file_ends_in_a_trace(tmp_path, name):
    path, rng = tmp_path / name, np.random.default_rng(0)
    WRITERS[name](path, Marks(path, "a", (TIER,), MARKS))
    whole = path.read_bytes()
    read = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(int(rng.integers(1, 6))):
            place = int(rng.integers(len(damaged)))
            kind = rng.integers(3)
            if kind == 0:
                damaged[place] = int(rng.integers(256))
            elif kind == 1:
                del damaged[place : place + int(rng.integers(1, 40))]
            else:
                damaged[place:place] = damaged[: int(rng.integers(1, 60))]
        path.write_bytes(damaged)
        found = []
        try:
            read += len(read_marks(path, found)) > 0
        except DataError as error:
            found.append(str(error))
        assert all("\n" not in sentence and str(path) in sentence for sentence in found)
    assert read or name == "a.eaf"


STRANGE = [None, True, -1, 1e308, "x", [], {}, [[]], "9" * 400]


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.parametrize("field", ["file", "time offset", "events", "media_info", "behaviors_conf", "observations"])
def test_strange_values_in_a_project_are_sentences(tmp_path, field, value):
    path = tmp_path / "a.boris"
    WRITERS["a.boris"](path, Marks(path, "day", (TIER,), MARKS))
    project = json.loads(path.read_text())
    (project if field in project else project["observations"]["day"])[field] = value
    path.write_text(json.dumps(project))
    found = []
    try:
        marks = read_marks(path, found)
        assert all(np.isfinite([mark.start, mark.stop]).all() for one in marks for mark in one.marks)
    except DataError as error:
        found.append(str(error))
    assert all(sentence.startswith(str(path)) for sentence in found)


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_events_in_a_project_are_sentences(tmp_path, value):
    path = tmp_path / "a.boris"
    WRITERS["a.boris"](path, Marks(path, "day", (TIER,), MARKS))
    project = json.loads(path.read_text())
    events = project["observations"]["day"]["events"]
    project["observations"]["day"]["events"] = [value, [value] * 6, [1.0, value, value, value, value], *events]
    path.write_text(json.dumps(project))
    found = []
    (marks,) = read_marks(path, found)
    assert len([mark for mark in marks.marks if mark.value == "nod"]) == 4 and found
