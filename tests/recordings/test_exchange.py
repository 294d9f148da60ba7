"""What the machine found goes into a copy of the coder's file, and comes back as what the next round learns from."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from mglib.base.errors import DataError
from mglib.data import load
from mglib.data.recordings import Segment
from mglib.data.recordings.formats import Marks, Tier, parse, read_marks, write_textgrid
from mglib.recordings.exchange import write_segments
from mglib.recordings.opening import open_recordings
from tests.data.recordings.eaf_rules import broken_rules
from tests.data.sources import recordings_folder as own

FOUND = (Segment(1.02, 2.1, 0, "run", 0.91), Segment(4.0, 4.6, 2, "run", 0.5), Segment(4.4, 5.5, 1, "run", 0.25))


@pytest.fixture
def folder(tmp_path):
    return own.write_folder(tmp_path / "interviews", ("anna", "bert"))


def spotted(folder):
    """The recordings of a folder with what a machine found in anna's."""
    recordings = open_recordings(folder)
    seen = [replace(one, segments=(*one.segments, *(FOUND if one.name == "anna" else ()))) for one in recordings]
    return replace(recordings, recordings=tuple(seen))


def told(segments):
    return [(one.start, one.stop, one.label, one.score) for one in segments]


def test_spotted_segments_come_back_beside_the_coders(folder):
    paths = write_segments(folder / "round 1", spotted(folder), ("run",))
    assert [path.name for path in paths] == ["anna.run.eaf", "bert.run.eaf"]
    assert not [fault for path in paths for fault in broken_rules(parse(path))]
    back = open_recordings(folder)
    anna = back.named("anna")
    assert anna.coders == ("dora", "run") and told(anna.of("run")) == told(FOUND)
    assert {one.note for one in anna.of("run")} == {"spotted"}
    assert told(anna.of("dora")) == told(open_recordings(folder, coders=["dora"]).named("anna").of())
    assert len(anna.of("dora")) == len(own.TRUE)  # not twice, though both files have them


def test_a_corrected_file_is_the_training_data_of_the_next_round(folder):
    (path, _) = write_segments(folder, spotted(folder), ("run",))
    text = path.read_text(encoding="utf-8")
    before, after = "<ANNOTATION_VALUE>rub</ANNOTATION_VALUE>", "<ANNOTATION_VALUE>nod</ANNOTATION_VALUE>"
    mine = text.index('TIER_ID="gesture all, Anna, run"')
    path.write_text(text[:mine] + text[mine:].replace(before, after), encoding="utf-8")
    anna = open_recordings(folder, corrected_by="emil").named("anna")
    assert anna.reference == "emil" and anna.coders == ("emil", "dora")
    assert [(one.label, one.note) for one in anna.of("emil")] == [(0, "spotted"), (2, "spotted"), (0, "corrected")]
    table = load("recordings", folder, corrected_by="emil")
    mine = table.clips[table.clips["video"] == "anna"]
    assert mine["label"].tolist() == [0, 2, 0] and mine["start"].tolist() == [1.0, 4.0, 4.4]


def test_what_a_coder_adds_where_the_machine_found_nothing_is_the_coders(folder):
    everywhere = [replace(one, coded_by=(*one.coders, "run")) for one in spotted(folder)]
    (_, path) = write_segments(
        folder, replace(spotted(folder), recordings=tuple(everywhere)), ("run",)
    )  # none of bert's
    root = parse(path)
    assert not list(broken_rules(root))
    tier = next(each for each in root.iter("TIER") if each.get("TIER_ID") == "gesture all, Bert, run")
    added = '<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a99" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">'
    tier.append(
        ElementTree.fromstring(f"{added}<ANNOTATION_VALUE>rub</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>")
    )
    path.write_bytes(ElementTree.tostring(root))
    bert = open_recordings(folder, corrected_by="emil").named("bert")
    assert bert.reference == "emil" and "run" not in bert.coders
    assert [(one.start, one.stop, one.label, one.note) for one in bert.of()] == [(1.0, 2.0, 1, "added")]


def test_praats_tier_where_the_machine_found_nothing_is_the_machines(tmp_path):
    path = tmp_path / "anna.TextGrid"
    write_textgrid(path, Marks(path, "anna", (Tier("gesture", machine=True),)), 10.0)
    path.write_text(path.read_text().replace('text = ""', 'text = "nod"', 1))
    (marks,) = read_marks(path, [])
    assert [(one.value, one.note) for one in marks.marks] == [("nod", "added")]


@pytest.mark.parametrize("ending", [".eaf", ".tsv", ".TextGrid", ".csv", ".boris"])
def test_any_format_gives_the_segments_back(folder, tmp_path, ending):
    recordings = replace(open_recordings(folder), recordings=open_recordings(folder).recordings[:1])
    plain = replace(recordings, recordings=(replace(recordings.recordings[0], source=None, video=None),))
    out = tmp_path / "other"
    out.mkdir()
    name = "anna" if ending != ".boris" else "day"
    (path,) = write_segments(out / f"{name}{ending}", plain, ("dora",))
    (back,) = open_recordings(out, classes="", labels={word: word for word in own.WORDS})
    assert back.name == "anna" and told(back.segments) == told(recordings.recordings[0].of("dora"))


def test_where_nothing_is_written(folder):
    recordings = spotted(folder)
    with pytest.raises(DataError, match="one file, and 2 recordings; give a folder, or a file ending in .csv"):
        write_segments(folder / "out.eaf", recordings)
    with pytest.raises(DataError, match="this format cannot be written; give .eaf"):
        write_segments(folder / "out.docx", recordings)
    one = replace(recordings, recordings=recordings.recordings[:1])
    before = (folder / "anna.eaf").read_bytes()
    with pytest.raises(DataError, match="is the coder's own file; give another name"):
        write_segments(folder / "anna.eaf", one)
    assert (folder / "anna.eaf").read_bytes() == before


@pytest.mark.parametrize("ending", [".eaf", ".tsv", ".TextGrid", ".csv", ".boris"])
def test_names_with_blanks_and_accents_come_back_with_their_video(tmp_path, ending):
    folder = own.write_folder(tmp_path / "interviews", ("Änne b", "bert"))
    recordings = open_recordings(folder)
    before = {one.name: (one.video, told(one.segments)) for one in recordings}
    for one in recordings:
        one.source.unlink()
    recordings = replace(recordings, recordings=tuple(replace(one, source=None) for one in recordings))
    write_segments(folder / "all.boris" if ending == ".boris" else folder, recordings, ending=ending)
    back = open_recordings(folder)
    assert {one.name: (one.video, told(one.segments)) for one in back} == before


def test_two_coders_in_a_boris_project_stay_two(folder):
    own.eaf(folder / "anna.emil.eaf", [("nod", 1.1, 2.2)], coder="emil", video="anna.mp4")
    recordings = open_recordings(folder)
    before = {one.name: {coder: told(one.of(coder)) for coder in one.coders} for one in recordings}
    assert list(before["anna"]) == ["dora", "emil"] and list(before["bert"]) == ["dora"]
    write_segments(folder / "all.boris", recordings, ("dora", "emil"))
    for path in folder.glob("*.eaf"):
        path.unlink()
    back = open_recordings(folder)
    assert {coder: told(back.named("anna").of(coder)) for coder in back.named("anna").coders} == before["anna"]
    assert told(back.named("bert").segments) == before["bert"]["dora"]


def test_who_never_saw_a_recording_has_no_empty_tier_in_its_copy(folder, tmp_path):
    own.eaf(folder / "anna.emil.eaf", [("nod", 1.1, 2.2)], coder="emil", video="anna.mp4")
    paths = write_segments(tmp_path / "out", open_recordings(folder), ("dora", "emil"))
    who = [{tier.annotator for tier in read_marks(path, [])[0].tiers} for path in paths]
    assert who == [{"dora", "emil"}, {"dora"}]


def test_the_address_of_a_video_is_as_each_tool_expects_it(tmp_path, monkeypatch):
    folder = own.write_folder(tmp_path / "interviews", ("Änne b",))
    recordings = open_recordings(folder)
    (path,) = write_segments(folder / "all.boris", recordings)
    (file,) = json.loads(path.read_text(encoding="ascii"))["observations"]["Änne b"]["file"]["1"]
    assert file == "Änne b.mp4" and (path.parent / file).is_file()
    (path,) = write_segments(tmp_path / "out.tsv", recordings)
    address = f"{(folder / 'Änne b.mp4').resolve().as_posix()}"
    assert path.read_text(encoding="utf-8").startswith(f'"#file://{address} -- offset: 0"\n')

    def two_drives(*_):
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr("os.path.relpath", two_drives)
    (path,) = write_segments(folder / "all.boris", recordings)
    assert json.loads(path.read_text())["observations"]["Änne b"]["file"]["1"] == [address]


def test_a_copy_keeps_to_the_clock_of_the_video_that_was_used(folder, tmp_path):
    text = (folder / "anna.eaf").read_text(encoding="utf-8")
    film = next(line for line in text.splitlines() if "MEDIA_DESCRIPTOR" in line)
    sound = film.replace("anna.mp4", "anna.wav")
    later = film.replace("<MEDIA_DESCRIPTOR", '<MEDIA_DESCRIPTOR TIME_ORIGIN="500"')
    (folder / "anna.eaf").write_text(text.replace(film, f"{sound}\n{later}"), encoding="utf-8")
    recordings = spotted(folder)
    assert [one.start for one in recordings.named("anna").of("dora")] == [1.5, 3.5, 6.5, 9.0]
    (path, _) = write_segments(folder / "round 1", recordings, ("run",))
    slots = {slot.get("TIME_VALUE") for slot in parse(path).iter("TIME_SLOT")}
    assert {"520", "1600"} <= slots  # 1.02 and 2.1 s of the video
    assert told(open_recordings(folder).named("anna").of("run")) == told(FOUND)


@pytest.mark.parametrize("change", ["class", "deleted"])
def test_a_file_that_somebody_corrected_is_not_replaced(folder, change):
    out, recordings = folder.parent / "out", spotted(folder)
    (path, _) = write_segments(out, recordings, ("run",))
    assert write_segments(out, recordings, ("run",))[0] == path  # as nobody changed it
    text = path.read_text(encoding="utf-8")
    mine = text.index('TIER_ID="gesture all, Anna, run"')
    if change == "class":
        text = text[:mine] + text[mine:].replace("<ANNOTATION_VALUE>rub<", "<ANNOTATION_VALUE>nod<", 1)
    else:
        root = ElementTree.fromstring(text)
        for tier in root.iter("TIER"):
            if tier.get("TIER_ID").startswith("gesture all, Anna, run"):
                tier.remove(tier[0])
        text = ElementTree.tostring(root, encoding="unicode")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="somebody corrected a model's segments in it; move it to the folder"):
        write_segments(out, recordings, ("run",))
    assert path.read_text(encoding="utf-8") == text
