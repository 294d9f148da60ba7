"""What is written is read back as it was, whatever the words: as much as a format has a place for."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mglib.data.recordings.formats import (
    Mark,
    Marks,
    Medium,
    Tier,
    parse,
    read_marks,
    write_boris,
    write_eaf,
    write_elan_tab,
    write_table,
    write_textgrid,
)
from tests.data.recordings.eaf_rules import broken_rules

WORDS = ("nod", "Kopf schütteln", 'say "no"', "<a> & b", "拍手", "0.5 x 1.000-2.000", "1:02")
# letters of any script, without what XML or a line of a table cannot hold, and not blank at the ends
names = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="\u2028\u2029"), min_size=1, max_size=8
)


@st.composite
def tiers_with_marks(draw):
    """Two tiers of which no two marks overlap, in whole milliseconds, with scores or without."""
    who = draw(st.lists(names, min_size=2, max_size=2, unique=True))
    tiers = tuple(Tier(f"gesture {name} {n}", name, draw(names)) for n, name in enumerate(who))
    marks = []
    for tier in tiers:
        borders = draw(st.lists(st.integers(0, 7_200_000), max_size=12, unique=True).map(sorted))
        scored = draw(st.booleans())
        for start, stop in zip(borders[::2], borders[1::2], strict=False):
            score = draw(st.integers(0, 10_000)) / 10_000 if scored else None
            word = draw(st.sampled_from(WORDS))
            marks.append(Mark(start / 1000, stop / 1000, word, tier.name, score, "spotted" if scored else ""))
    return tiers, tuple(marks)


def kept(marks, tiers=(), whole=True):
    """Marks and tiers to be compared; without who marked where a format does not allow it."""
    told = {tier.name: tier if whole else Tier(tier.name) for tier in tiers}
    rows = [(told.get(m.tier, m.tier), m.start, m.stop, m.value, m.score, m.note) for m in marks]
    return sorted(rows, key=lambda row: (str(row[0]), row[1], row[2], row[3]))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("round")


@settings(max_examples=30, deadline=None)
@given(tiers_with_marks(), st.integers(0, 5000))
def test_elan(place, given_, origin):
    tiers, marks = given_
    marks = tuple(
        replace(m, start=round(m.start + origin / 1000, 3), stop=round(m.stop + origin / 1000, 3)) for m in marks
    )
    path = place / "a.eaf"
    medium = Medium("file:///a.mp4", "./a.mp4", origin / 1000)
    write_eaf(path, Marks(path, "a", tiers, marks, (medium,)), WORDS)
    found = []
    (back,) = read_marks(path, found)
    assert not found and not list(broken_rules(parse(path)))
    assert back.tiers == tiers and back.media == (medium,)
    assert sorted(back.marks, key=_order) == sorted(marks, key=_order)


def _order(mark):
    return mark.tier, mark.start, mark.stop


@settings(max_examples=30, deadline=None)
@given(tiers_with_marks())
def test_tab_delimited(place, given_):
    tiers, marks = given_
    path = place / "a.tsv"
    write_elan_tab(path, Marks(path, "a", tiers, marks, (Medium("file:///a.mp4"),)))
    found = []
    back = read_marks(path, found)
    assert not found and kept(back[0].marks, back[0].tiers) == kept(marks, tiers)


@settings(max_examples=30, deadline=None)
@given(tiers_with_marks())
def test_praat(place, given_):
    tiers, marks = given_
    path = place / "a.TextGrid"
    write_textgrid(path, Marks(path, "a", tiers, marks), 7200.0)
    found = []
    (back,) = read_marks(path, found)
    assert not found and kept(back.marks, back.tiers, False) == kept(marks, tiers, False)


@settings(max_examples=30, deadline=None)
@given(tiers_with_marks())
def test_plain_table(place, given_):
    tiers, marks = given_
    path = place / "a.csv"
    write_table(path, [Marks(path, "b", tiers, marks)])
    found = []
    (back,) = read_marks(path, found)
    assert not found and kept(back.marks, back.tiers) == kept(marks, tiers)
    assert back.name == ("b" if marks else "a")


@settings(max_examples=30, deadline=None)
@given(tiers_with_marks())
def test_boris(place, given_):
    tiers, marks = given_
    path = place / "a.boris"
    write_boris(
        path,
        [Marks(path, "b", tiers, marks, (Medium("a.mp4", length=7200.0),))],
        dict.fromkeys(WORDS, ""),
        "2024-01-01",
    )
    found = []
    (back,) = read_marks(path, found)
    who = {tier.name: tier.participant for tier in tiers}
    rows = sorted((who[m.tier], m.start, m.stop, m.value, m.score, m.note) for m in marks)
    assert not found and sorted((m.tier, m.start, m.stop, m.value, m.score, m.note) for m in back.marks) == rows
