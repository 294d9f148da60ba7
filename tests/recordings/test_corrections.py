from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mglib.data.recordings import Recording, Segment
from mglib.recordings.corrections import Correction, Corrections, segment_id

NAMES = ("rub", "scratch, hard")
SPOTTED = [Segment(1, 2, 0, "net", 0.9), Segment(4, 5, 1, "net", 0.4), Segment(7, 8, 0, "net", 0.3)]


@pytest.fixture
def kept(tmp_path):
    return Corrections(tmp_path / "run" / "corrections.csv", NAMES)


def recording(name="anna"):
    return Recording(name, "P1", "test", 10.0, times=np.arange(251) / 25)


def say(kept, number, verdict, name="anna", **changes):
    one = SPOTTED[number]
    fields = {"start": one.start, "stop": one.stop, "label": one.label} | changes
    kept.replace(segment_id(name, one, NAMES), Correction(name, verdict, **fields))


def test_what_is_said_is_kept_at_once_and_read_by_another(kept):
    say(kept, 0, "accepted")
    say(kept, 1, "corrected", start=3.9, label=0)
    again = Corrections(kept.path, NAMES).read()
    assert again[segment_id("anna", SPOTTED[1], NAMES)] == Correction("anna", "corrected", 3.9, 5.0, 0)
    kept.replace(segment_id("anna", SPOTTED[1], NAMES), None)
    assert len(Corrections(kept.path, NAMES).read()) == 1


def test_two_kernels_lose_nothing_of_each_other(kept):
    def say_another(number):
        Corrections(kept.path, NAMES).replace(f"s{number}", Correction("anna", "added", number, number + 1, 0))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(say_another, range(24)))
    assert sorted(kept.read()) == sorted(f"s{number}" for number in range(24))


def test_segments_as_they_stand_say_who_said_so(kept):
    say(kept, 0, "accepted")
    say(kept, 1, "corrected", start=3.9, label=0)
    say(kept, 2, "rejected")
    kept.replace("anna added 9.000", Correction("anna", "added", 9.0, 9.5, 1))
    kept.replace("bert added 9.000", Correction("bert", "added", 9.0, 9.5, 1))
    found = kept.apply(recording(), SPOTTED, "Ann")
    assert [(s.start, s.stop, s.label, s.coder) for s in found] == [
        (1, 2, 0, "Ann"), (3.9, 5, 0, "Ann"), (9.0, 9.5, 1, "Ann"),
    ]  # fmt: skip
    assert "net had 4.000-5.000" in found[1].note and found[0].score is None


def test_what_is_accepted_after_a_correction_stays_corrected(kept):
    say(kept, 0, "accepted", start=1.0004)  # as the time line rounds
    say(kept, 1, "accepted", stop=5.5, label=0)
    plain, corrected = kept.apply(recording(), SPOTTED, "Ann")
    assert (plain.start, plain.stop, plain.note.split(";")[0]) == (1, 2, "accepted")
    assert (corrected.start, corrected.stop, corrected.label) == (4, 5.5, 0)
    assert corrected.note == "corrected; net had 4.000-5.000, label 1"


def test_what_nobody_looked_at_stays_the_machines_if_it_is_wanted(kept):
    say(kept, 0, "accepted")
    assert len(kept.apply(recording(), SPOTTED)) == 1
    assert [s.coder for s in kept.apply(recording(), SPOTTED, all_of_them=True)] == ["reviewed", "net", "net"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"verdict": "fine"}, "give one of accepted"), ({"start": 5.0}, "0 <= start < stop"), ({"label": 2}, "give 0..1")],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(kept, changes, sentence):
    say(kept, 0, "accepted")
    before = kept.path.read_bytes()
    fields = {"recording": "anna", "verdict": "corrected", "start": 4.0, "stop": 5.0, "label": 1} | changes
    with pytest.raises(ValueError, match=sentence):
        kept.replace("anna 4.000-5.000 x", Correction(**fields))
    assert kept.path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [("rejected", "Reject", "verdict: 'Reject'; give one of accepted"), ("7", "7;0", "could not convert .*'7;0'")],
)
def test_what_somebody_wrote_into_the_table_is_checked(kept, old, new, sentence):
    say(kept, 2, "rejected")
    kept.path.write_text(kept.path.read_text().replace(f",{old},", f",{new},"))
    with pytest.raises(ValueError, match=rf"corrections.csv, anna 7.000-8.000 rub: {sentence}"):
        kept.apply(recording(), SPOTTED)


def test_another_table_is_left_alone(kept):
    kept.path.parent.mkdir()
    kept.path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="corrections have id"):
        say(kept, 0, "accepted")
    assert kept.path.read_text() == "a,b\n1,2\n"
