"""The section of long recordings says what the spotter's table says, and is left out without a spotter."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from mglib.analysis.events import event_table
from mglib.config import SpotConfig
from mglib.recordings.baselines import judged
from mglib.report import sections
from tests.explorer.long_recordings import fake_spotted


def spotter():
    spotted = fake_spotted(3)
    found = {
        "spotter": [judged(one.recording, one.segments) for one in spotted],
        "thresholded windows": [judged(one.recording, one.segments[::2]) for one in spotted],
        "nothing": [judged(one.recording, []) for one in spotted],
    }
    facts = SimpleNamespace(data="interviews", window=2.5, tracks=((0, 1), (2,)))
    return SimpleNamespace(name="net", config=SpotConfig.read({}), facts=facts, scores=event_table(found, 3))


def test_it_says_where_the_spotter_stands(study):
    section = sections.spotting(replace(study, spotter=spotter()))
    how, said = section.text
    assert "a softmax for each of 2 body groups" in how and "windows of 2.5 s " in how
    assert "event F1 > .3: 1.00" in said and "thresholded windows of the same run 0.67" in said
    assert "background throughout is right for 80% of the time" in said
    table = section.items[1].frame.set_index("system")
    assert table.loc["nothing", "event F1 > .3"].startswith("0.00")


def test_persons_on_whom_thresholds_were_chosen_are_no_test_persons(study):
    """Without test persons the validation persons are scored."""
    told = spotter()
    told.scores = told.scores.assign(scored="val", chosen_on="val")
    section = sections.spotting(replace(study, spotter=told))
    assert "who are those scored here" in section.text[0] and "optimistic" in section.text[0]
    assert "3 validation persons, on whom the thresholds were chosen, with 95 %" in section.items[0].about
    assert "test person" not in section.items[0].caption
    told.scores = told.scores.assign(scored="test", chosen_on="nobody")
    section = sections.spotting(replace(study, spotter=told))
    assert "Thresholds are the defaults" in section.text[0] and "3 test persons" in section.items[0].caption


def test_of_one_person_no_intervals_are_claimed(study):
    told = spotter()
    assert ", with 95 % intervals over persons." in sections.spotting(replace(study, spotter=told)).items[0].about
    told.scores = told.scores.assign(persons=1, low=np.nan, high=np.nan)
    assert "1 test person, with no intervals, which" in sections.spotting(replace(study, spotter=told)).items[0].about


def test_without_a_spotter_it_is_left_out(study):
    assert sections.spotting(study) is None
