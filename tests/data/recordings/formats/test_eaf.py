"""ELAN's files: times as ELAN understands them, copies that keep what is not ours, rules, and hostile files."""

from xml.etree import ElementTree

import pytest

from mglib.base import texts
from mglib.base.errors import DataError
from mglib.data.recordings.formats import Mark, Marks, Tier, parse, read_marks, write_eaf
from mglib.data.recordings.formats import xml as reading
from tests.data.recordings.eaf_rules import broken_rules
from tests.data.recordings.elan import CONVENTIONS, write_conventions

OURS = (Tier("gesture Head, anna, run", "anna", "run"), Tier("gesture Hand, anna, run", "anna", "run"))
FOUND = (
    Mark(3.5, 4.25, "nod", OURS[0].name, 0.91, "spotted"),
    Mark(4.0, 5.0, "shake", OURS[0].name, 0.5, "spotted"),
    Mark(6.0, 6.5, "rub", OURS[1].name, 0.75, "spotted"),
)
WORDS = ("nod", "shake", "rub")


def ours(path, marks=FOUND):
    return Marks(path, "anna", OURS, tuple(marks))


def text_of(element):
    """An element with all that is in it."""
    return ElementTree.tostring(element, encoding="unicode").strip()


def children(element, without=()):
    """Everything in an element, without the elements that are said to be ours."""
    return [text_of(child) for child in element if child not in without]


@pytest.fixture
def coder(tmp_path):
    return write_conventions(tmp_path)


def test_times_are_seconds_of_the_media(coder):
    found = []
    (marks,) = read_marks(coder, found)
    times = {mark.value: (mark.start, mark.stop) for mark in marks.marks if mark.tier != "lost"}
    # TIME_ORIGIN is 2 s; the phases divide 1 to 4 s evenly; siblings stand as PREVIOUS_ANNOTATION says
    assert times["scratch"] == (3.0, 6.0) and times["nod"] == (7.0, 8.0)
    assert [times[phase] for phase in ("onset", "stroke", "offset")] == [(3.0, 4.0), (4.0, 5.0), (5.0, 6.0)]
    assert times["first half"] == (7.0, 7.5) and times["second half"] == times["unsure & late"] == (7.5, 8.0)
    assert [tier.participant for tier in marks.tiers] == ["anna", "anna", "", "", ""]
    assert found == [f"{coder}, tier lost: 1 annotation has no time; align them in ELAN."]
    assert len(marks.media) == 2 and marks.media[0].origin == 2.0 and marks.media[0].relative == "./anna.mp4"
    assert any("phases: 3 annotations had no time of their own" in note for note in marks.notes)


def test_times_of_what_divides_a_part_without_a_time_follow_from_it(coder):
    slots, tiers = (
        CONVENTIONS.split('    <TIME_SLOT TIME_SLOT_ID="ts2"/>'),
        '<TIER ANNOTATOR="bert" LINGUISTIC_TYPE_REF="unit"',
    )
    text = slots[0] + '    <TIME_SLOT TIME_SLOT_ID="ts2"/><TIME_SLOT TIME_SLOT_ID="ts20"/>' + slots[1]
    parts = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}" TIME_SLOT_REF1="{start}" TIME_SLOT_REF2="{stop}">'
        f"<ANNOTATION_VALUE>{name}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for name, start, stop in (("lift", "ts1", "ts20"), ("hold", "ts20", "ts2"))
    )
    below = f'<TIER LINGUISTIC_TYPE_REF="phase" PARENT_REF="phases" TIER_ID="parts">{parts}</TIER>'
    coder.write_text(text.replace(tiers, below + tiers, 1), encoding="utf-8")
    times = {mark.value: (mark.start, mark.stop) for mark in read_marks(coder, [])[0].marks}
    assert (times["onset"], times["lift"], times["hold"]) == ((3.0, 4.0), (3.0, 3.5), (3.5, 4.0))


def test_only_wanted_tiers_are_read_and_complained_of(coder):
    found = []
    (marks,) = read_marks(coder, found, lambda tier: tier.name == "gesture")
    assert [mark.value for mark in marks.marks] == ["scratch", "nod"] and not found
    assert marks.classes == ("scratch", "nod")


def test_the_coders_file_keeps_to_the_rules_itself(coder):
    assert not list(broken_rules(parse(coder)))


def test_a_copy_keeps_every_element_that_is_not_ours(coder, tmp_path):
    before, copy = parse(coder), tmp_path / "copy.eaf"
    write_eaf(copy, ours(copy), WORDS, coder)
    after = parse(copy)
    assert coder.read_text(encoding="utf-8") == CONVENTIONS
    assert not list(broken_rules(after))
    mine = [one for one in after if one.tag == "TIER" and one.get("ANNOTATOR") == "run"]
    mine += [one for one in after if one.get("LINGUISTIC_TYPE_ID", "").startswith("gesture")]
    mine += [one for one in after if one.get("CV_ID") == "gestures" or one.get("LANG_ID") == "und"]
    changed = ("HEADER", "TIME_ORDER")
    kept = [one for one in after if one.tag not in changed and one not in mine]
    assert list(map(text_of, kept)) == [text_of(one) for one in before if one.tag not in changed]
    assert children(after.find("TIME_ORDER"))[:8] == children(before.find("TIME_ORDER"))
    last = [one for one in before.find("HEADER") if one.get("NAME") == "lastUsedAnnotationId"]
    assert children(after.find("HEADER"))[:-1] == children(before.find("HEADER"), last)
    assert after.attrib == before.attrib
    assert int(after.find("HEADER")[-1].text) == 9 + 2 * len(FOUND)


def test_what_was_written_is_read_beside_what_was_there(coder, tmp_path):
    copy = tmp_path / "copy.eaf"
    write_eaf(copy, ours(copy), WORDS, coder)
    (marks,) = read_marks(copy, [])
    mine = [mark for mark in marks.marks if "run" in mark.tier]
    second = OURS[0].name + " 2"  # where two overlap
    assert {(m.start, m.stop, m.value, m.score, m.note) for m in mine} == {
        (m.start, m.stop, m.value, m.score, m.note) for m in FOUND
    }
    assert {mark.tier for mark in mine} == {OURS[0].name, second, OURS[1].name}
    assert [m for m in marks.marks if "run" not in m.tier] == list(read_marks(coder, [])[0].marks)


def test_a_copy_has_the_coders_vocabulary_if_both_have_the_same_words(coder, tmp_path):
    copy = tmp_path / "copy.eaf"
    known = lambda tier: tier.name == "gesture" or tier.annotator == "run"  # noqa: E731
    for words, expected in ((("nod", "scratch"), ("scratch", "nod")), (("nod", "rub"), ())):
        write_eaf(copy, ours(copy, FOUND[:1]), words, coder)
        assert read_marks(copy, [], known)[0].classes == expected


def test_the_next_round_takes_the_place_of_the_last(coder, tmp_path):
    first, second = tmp_path / "first.eaf", tmp_path / "second.eaf"
    write_eaf(first, ours(first), WORDS, coder)
    write_eaf(second, ours(second, FOUND[:1]), WORDS, first)
    direct = tmp_path / "direct.eaf"
    write_eaf(direct, ours(direct, FOUND[:1]), WORDS, coder)
    tiers = [[one.get("TIER_ID") for one in parse(path).iter("TIER")] for path in (second, direct)]
    assert tiers[0] == tiers[1]
    assert len(list(parse(second).iter("TIME_SLOT"))) == len(list(parse(direct).iter("TIME_SLOT")))
    assert not list(broken_rules(parse(second)))


REMARK = """<TIER LINGUISTIC_TYPE_REF="note" PARENT_REF="gesture Hand, anna, run" TIER_ID="thoughts"><ANNOTATION>
<REF_ANNOTATION ANNOTATION_ID="a90" ANNOTATION_REF="{id}"><ANNOTATION_VALUE>tired</ANNOTATION_VALUE></REF_ANNOTATION>
</ANNOTATION></TIER>"""
LINK = """<REF_LINK_SET LINK_SET_ID="rls1"><CROSS_REF_LINK REF_LINK_ID="rl1" REF1="a1" REF2="{id}"/></REF_LINK_SET>"""


@pytest.mark.parametrize(
    ("added", "before", "sentence"),
    [(REMARK, "<LINGUISTIC_TYPE ", "tier thoughts"), (LINK, "</ANNOTATION_DOCUMENT>", "cross reference rl1")],
)
def test_what_a_coder_said_of_the_last_round_is_not_lost_in_the_next(coder, tmp_path, added, before, sentence):
    first, second = tmp_path / "first.eaf", tmp_path / "second.eaf"
    write_eaf(first, ours(first), WORDS, coder)
    text = first.read_text(encoding="utf-8")
    rub = next(one for one in parse(first).iter("ALIGNABLE_ANNOTATION") if one.findtext("ANNOTATION_VALUE") == "rub")
    added = added.format(id=rub.get("ANNOTATION_ID"))
    first.write_text(text.replace(before, added + before, 1), encoding="utf-8")
    assert not list(broken_rules(parse(first)))
    with pytest.raises(DataError, match=f"first.eaf: {sentence} refers to annotations of an earlier round"):
        write_eaf(second, ours(second), WORDS, first)
    assert not second.exists()


def test_no_number_of_an_annotation_is_given_twice(coder, tmp_path):
    first, second = tmp_path / "first.eaf", tmp_path / "second.eaf"
    write_eaf(first, ours(first), WORDS, coder)
    write_eaf(second, ours(second, FOUND[:1]), WORDS, first)
    kinds = ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")
    old, new = ({e.get("ANNOTATION_ID") for kind in kinds for e in parse(path).iter(kind)} for path in (first, second))
    theirs = {e.get("ANNOTATION_ID") for kind in kinds for e in parse(coder).iter(kind)}
    assert old & new == theirs and len(new) == len(theirs) + 2


def test_what_a_coder_changed_is_told_from_what_was_left(coder, tmp_path):
    copy = tmp_path / "copy.eaf"
    write_eaf(copy, ours(copy), WORDS, coder)
    text = copy.read_text(encoding="utf-8")
    assert text.count(">rub</ANNOTATION_VALUE>") == 1
    copy.write_text(text.replace(">rub</ANNOTATION_VALUE>", ">nod</ANNOTATION_VALUE>"), encoding="utf-8")
    (marks,) = read_marks(copy, [])
    told = {(mark.start, mark.value): (mark.note, mark.score) for mark in marks.marks if "run" in mark.tier}
    assert told[3.5, "nod"] == ("spotted", 0.91) and told[6.0, "nod"] == ("corrected", None)


def test_files_from_before_languages_get_a_vocabulary_of_their_time(coder, tmp_path):
    coder.write_text(CONVENTIONS.replace('FORMAT="3.0" VERSION="3.0"', 'FORMAT="2.7" VERSION="2.7"'), encoding="utf-8")
    copy = tmp_path / "copy.eaf"
    write_eaf(copy, ours(copy), WORDS, coder)
    made = next(one for one in parse(copy).iter("CONTROLLED_VOCABULARY") if one.get("CV_ID") == "gestures")
    assert [one.text for one in made.iter("CV_ENTRY")] == list(WORDS) and made.find("CV_ENTRY_ML") is None
    mine = [tier for tier in parse(copy).iter("TIER") if tier.get("ANNOTATOR") == "run"]
    assert mine and not any("CVE_REF" in one.attrib for tier in mine for one in tier.iter("ALIGNABLE_ANNOTATION"))


def test_what_lies_before_the_files_clock_is_cut_there(coder, tmp_path):
    copy = tmp_path / "copy.eaf"
    early = [Mark(0.5, 1.5, "nod", OURS[0].name), Mark(1.5, 2.5, "nod", OURS[0].name)]
    write_eaf(copy, ours(copy, early), WORDS, coder)
    (marks,) = read_marks(copy, [], lambda tier: tier.annotator == "run")
    assert [(mark.start, mark.stop) for mark in marks.marks] == [(2.0, 2.5)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('TIME_VALUE="5000"', 'TIME_VALUE="6500"'), "lasts from 6500 to 6000 ms"),
        (('TIME_VALUE="5000"', 'TIME_VALUE="-5"'), "expected whole milliseconds, 0 or more"),
        (('TIME_VALUE="5000"', 'TIME_VALUE="3000"'), "overlap at 3000 ms"),
        (('ANNOTATION_ID="a2"', 'ANNOTATION_ID="a1"'), "ANNOTATION_ID a1 is there 2 times"),
        (('CVE_REF="cveid1"', 'CVE_REF="cveid7"'), "there is no CV_ENTRY_ML cveid7"),
        (('PARENT_REF="fingers" ', ""), "needs a PARENT_REF"),
        ((' MIME_TYPE="video/mp4"', ""), "lacks MIME_TYPE"),
        (('LINGUISTIC_TYPE_REF="note"', 'LINGUISTIC_TYPE_REF="none"'), "there is no LINGUISTIC_TYPE none"),
        (("<LOCALE ", "<REGION "), "holds REGION"),
    ],
)
def test_broken_rules_are_named(coder, change, sentence):
    coder.write_text(CONVENTIONS.replace(*change, 1), encoding="utf-8")
    assert any(sentence in found for found in broken_rules(parse(coder)))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, "<!DOCTYPE x>"])
def test_a_doctype_is_refused(coder, doctype):
    coder.write_text(CONVENTIONS.replace("<ANNOTATION_DOCUMENT", doctype + "<ANNOTATION_DOCUMENT", 1), encoding="utf-8")
    with pytest.raises(DataError, match="begins with a DOCTYPE"):
        read_marks(coder, [])


def test_more_than_a_coders_file_needs_is_refused(coder, monkeypatch):
    monkeypatch.setattr(reading, "ELEMENTS", 20)
    with pytest.raises(DataError, match="holds more than 20 elements"):
        read_marks(coder, [])
    monkeypatch.setattr(texts, "BYTES", 100)
    with pytest.raises(DataError, match="expected 0 at most|MiB"):
        read_marks(coder, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not XML"),
        ("<a>", "is not XML"),
        ("<html/>", "its first element is html; expected ELAN's ANNOTATION_DOCUMENT"),
        (CONVENTIONS.replace('"milliseconds"', '"PAL-frames"'), "TIME_UNITS are PAL-frames; expected milliseconds"),
    ],
)
def test_what_is_no_file_of_elan_is_a_sentence(coder, text, sentence):
    coder.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read_marks(coder, [])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('TIER_ID="lost"', 'TIER_ID="gesture"'), "TIER TIER_ID gesture is there 2 times; .* merge files by ELAN's"),
        (('ANNOTATION_ID="a2"', 'ANNOTATION_ID="a1"'), "ANNOTATION_ID a1 is there 2 times; .* merge files by ELAN's"),
        (('_SLOT_ID="ts6"', '_SLOT_ID="ts5"'), "TIME_SLOT TIME_SLOT_ID ts5 is there 2 times; .* merge files by ELAN's"),
        (('TIME_ORIGIN="2000"', 'TIME_ORIGIN="2 s"'), "TIME_ORIGIN is '2 s'; expected milliseconds: correct it"),
        (('TIME_VALUE="5000"', 'TIME_VALUE="nan"'), "TIME_VALUE is 'nan'; expected milliseconds: correct it"),
    ],
)
def test_a_file_whose_times_would_be_those_of_others_is_refused(coder, change, sentence):
    coder.write_text(CONVENTIONS.replace(*change, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read_marks(coder, [])


def test_times_that_a_script_wrote_with_a_point_are_read(coder):
    text = CONVENTIONS.replace('TIME_VALUE="5000"', 'TIME_VALUE="5000.0"').replace('="2000"', '="2000.5"')
    coder.write_text(text, encoding="utf-8")
    (marks,) = read_marks(coder, [])
    assert [(mark.start, mark.stop) for mark in marks.marks if mark.value == "nod"] == [(7.0005, 8.0005)]


def test_a_slot_at_minus_1_has_no_time(coder):
    slot = '<TIME_SLOT TIME_SLOT_ID="ts2"'
    coder.write_text(CONVENTIONS.replace(slot, slot + ' TIME_VALUE="-1"', 1), encoding="utf-8")
    (marks,) = read_marks(coder, [])
    assert [(mark.start, mark.stop) for mark in marks.marks if mark.value == "onset"] == [(3.0, 4.0)]


def test_references_in_a_circle_end(coder):
    text = CONVENTIONS.replace('ANNOTATION_ID="a6" ANNOTATION_REF="a2"', 'ANNOTATION_ID="a6" ANNOTATION_REF="a8"')
    text = text.replace('ANNOTATION_REF="a2" PREVIOUS_ANNOTATION="a6"', 'ANNOTATION_REF="a8" PREVIOUS_ANNOTATION="a6"')
    coder.write_text(text, encoding="utf-8")
    found = []
    read_marks(coder, found)
    assert any("tier fingers: 2 annotations have no time" in sentence for sentence in found)
