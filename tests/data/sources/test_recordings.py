"""Annotated recordings become clips with no cutting by hand, and what is wrong with a folder is said all at once."""

import json
import pickle
import re
import shutil
import unicodedata
from fractions import Fraction

import numpy as np
import pytest

from mglib.base.errors import DataError, OptionError
from mglib.data import load
from mglib.data.recordings import Segment
from mglib.data.recordings.formats import Mark, Marks, Tier, write_eaf
from mglib.data.sources.recordings import Asked, read
from mglib.data.sources.recordings.timing import divided
from mglib.recordings.exchange import write_segments
from tests.data import folders as make
from tests.data.exports import write_alphapose
from tests.data.sources import recordings_folder as own

MORE = own.TRUE[:2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return own.write_folder(tmp_path_factory.mktemp("recordings") / "interviews")


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "interviews")


def faults(root, **asked):
    found = []
    try:
        read(root, Asked(**asked), found)
    except OptionError:
        raise
    except DataError as error:
        return str(error).splitlines()
    return found


def test_a_folder_of_elan_files_is_read_whole(folder):
    found = []
    recordings = read(folder, Asked(), found)
    assert not found and recordings.name == "interviews" and recordings.class_names == own.WORDS
    assert [(one.name, one.person, one.split) for one in recordings] == [
        ("anna", "Anna", "train"), ("bert", "Bert", "val"), ("carl", "Carl", "test"),
    ]  # fmt: skip
    for number, one in enumerate(recordings):
        assert [(own.WORDS[s.label], s.start, s.stop, s.coder) for s in one.of()] == [
            (*row, "dora") for row in own.TRUE
        ]
        assert one.duration == 10.0 and len(one.times) == 251 and (one.height, one.width) == (96, 128)
        np.testing.assert_array_equal(one.keypoints, own.points(seed=number))
        assert one.video == folder / f"{one.name}.mp4" and one.coders == ("dora",)


def test_clips_are_cut_where_the_coder_marked_them(folder):
    table = load("recordings", folder)
    assert table.name == "interviews" and table.class_names == own.WORDS and table.group_kind == "subject"
    anna = table.clips[table.clips["video"] == "anna"]
    assert anna["id"].tolist() == ["anna_25_49", "anna_75_124", "anna_150_200", "anna_212_224"]
    assert anna["start"].tolist() == [1.0, 3.0, 6.0, 8.48] and anna["stop"].tolist() == [2.0, 5.0, 8.04, 9.0]
    assert table.clips["split"].unique().tolist() == ["train", "val", "test"] and set(anna["group"]) == {"Anna"}
    np.testing.assert_array_equal(table.keypoints[1], own.points()[:, 75:125])
    assert table.frames.read(0).shape == (25, 96, 128, 3)


def test_frames_belong_to_the_recording_they_are_cut_out_of(tmp_path):
    (tmp_path / "a").mkdir()
    pictures = [np.full((96, 128, 3), 2 * n, np.uint8) for n in range(100)]
    own.write(tmp_path / "a" / "anna.mp4", pictures)
    own.keypoints(tmp_path / "a" / "keypoints.pkl", ["anna"], 100)
    own.eaf(tmp_path / "a" / "anna.eaf", [("nod", 1.0, 2.0)], video="anna.mp4")
    frames = load("recordings", tmp_path / "a").frames.read(0)
    assert np.abs(frames.mean((1, 2, 3)) - 2 * np.arange(25, 50)).max() < 3


def test_key_points_alone_will_do(folder):
    for film in folder.glob("*.mp4"):
        film.unlink()
    for name in ("anna", "bert", "carl"):
        own.eaf(folder / f"{name}.eaf")
    table = load("recordings", folder, fps=25)
    assert table.frames is None and len(table) == 12 and table.fps == 25
    with pytest.warns(UserWarning, match="3 recordings without a video, anna first: 25 frames per second are assumed"):
        load("recordings", folder)


def test_without_anybodys_word_the_recording_is_the_person_and_all_are_train(folder):
    (folder / "persons.csv").unlink()
    recordings = read(folder, Asked(test=("carl",)), [])
    assert [(one.person, one.split) for one in recordings] == [("anna", "train"), ("bert", "train"), ("carl", "test")]
    assert any(
        "the person seen is unknown; the recording's name is used" in note for one in recordings for note in one.notes
    )


def test_participant_is_the_person_where_persons_csv_says_nothing(folder):
    (folder / "persons.csv").unlink()
    own.eaf(folder / "anna.eaf", participant="P7", video="anna.mp4")
    assert read(folder, Asked(), []).named("anna").person == "P7"


def test_several_coders_by_annotator_file_and_tier(folder):
    own.eaf(folder / "anna.emil.eaf", MORE, video="anna.mp4")
    recordings = read(folder, Asked(), [])
    assert recordings.named("anna").coders == ("dora", "emil") and recordings.coders == ("dora", "emil")
    assert len(recordings.named("anna").of("emil")) == 2
    chosen = read(folder, Asked(coders=("emil",)), []).named("anna")
    assert chosen.coders == ("emil",) and chosen.reference == "emil"
    assert read(folder, Asked(reference="emil"), []).named("anna").reference == "emil"


def test_files_taken_for_one_coders_are_told(folder):
    (folder / "emil").mkdir()
    own.eaf(folder / "anna.eaf", video="anna.mp4")
    own.eaf(folder / "emil" / "anna.eaf", [("nod", 1.2, 2.1)], video="anna.mp4")
    told = [note for note in read(folder, Asked(overlap="keep"), []).named("anna").notes if "one coder's" in note]
    assert told == [
        f"anna: {folder / 'anna.eaf'} and {folder / 'emil' / 'anna.eaf'} are taken for one coder's, coder; if they are "
        "not, name coders by ANNOTATOR or in the names of files, as in anna.emil.eaf."
    ]
    (folder / "emil" / "anna.eaf").rename(folder / "emil" / "anna.emil.eaf")
    assert not [note for note in read(folder, Asked(), []).named("anna").notes if "one coder's" in note]


def test_what_both_hands_do_at_once_is_two_segments_but_a_copy_is_none(folder, tmp_path):
    tiers = (Tier("left", "", "dora"), Tier("right", "", "dora"))
    marks = tuple(Mark(1.0, 2.0, "rub", tier.name) for tier in tiers)
    write_eaf(folder / "anna.eaf", Marks(folder / "anna.eaf", "anna", tiers, marks), own.WORDS)
    (folder / "bert.eaf").unlink(), (folder / "carl.eaf").unlink()
    twice = [(1.0, 2.0), (1.0, 2.0)]
    recordings = read(folder, Asked(), [])
    assert [(one.start, one.stop) for one in recordings.named("anna").of("dora")] == twice
    copies = [
        *write_segments(tmp_path / "out", recordings),
        *write_segments(tmp_path / "out", recordings, ending=".csv"),
    ]
    for path in copies:  # the .eaf repeats the segments beside the coder's own tiers
        shutil.copy(path, folder)
        assert [(one.start, one.stop) for one in read(folder, Asked(), []).named("anna").of("dora")] == twice
    (folder / "anna.eaf").write_bytes(copies[0].read_bytes())
    assert len(read(folder, Asked(), []).named("anna").segments) == 2


def test_a_table_may_name_the_videos_file(folder):
    for path in folder.glob("*.eaf"):
        path.unlink()
    (folder / "all.csv").write_text("recording,start,stop,class\nanna.mp4,1,2,nod\nbert.MP4,3,4,rub\n")
    assert {one.name: one.coders for one in read(folder, Asked(), [])} == {"anna": ("coder",), "bert": ("coder",)}


def test_words_are_mapped_to_classes_and_to_background(folder):
    csv = folder.parent / "map.csv"
    csv.write_text("word,class,group\nnod,head,Head\nrub,hand,Hand\nscratch,,\n")
    recordings = read(folder, Asked(labels=csv), [])
    assert recordings.class_names == ("head", "hand") and recordings.class_groups == ("Head", "Hand")
    assert [s.label for s in recordings.named("anna").of()] == [0, 1, 0]
    csv.write_text("Word;Class\nnod;head\nrub;hand\nscratch;\n")
    assert read(folder, Asked(labels=csv), []).class_names == ("head", "hand")
    for lines in (
        "sep=;\r\nword;class;group\r\nnod;head;Head\r\nrub;hand;Hand\r\nscratch;;\r\n",
        "class\tremark\tword\tgroup\nhead\t\tnod\tHead\nhand\tboth\trub\tHand\n\t\tscratch\t\n",
        "gesture,class,group\nnod,head,Head\nrub,hand,Hand\nscratch,,\n",
        "nod,head,Head\nrub,hand,Hand\nscratch,\n",
    ):
        csv.write_text(lines, newline="")
        same = read(folder, Asked(labels=csv), [])
        assert (same.class_names, same.class_groups) == (("head", "hand"), ("Head", "Hand"))
        assert same.named("anna").of() == recordings.named("anna").of()
    assert read(folder, Asked(labels={"nod": "x", "rub": "x", "scratch": "y"}), []).class_names == ("x", "y")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("code,label,part\nnod,head,Head\n", "begins with code,label,part, which are no word and class but names of"),
        ("word,class\nnod,head\nNod,hand\n", "the word 'nod' has two classes, 'head' and 'hand'; keep one of the two"),
        ("word,class\nnod,head\nnod,\n", "the word 'nod' has two classes, 'head' and 'background'"),
        ("nod,head,Head\nrub,head,Hand\n", "the class 'head' has two groups, 'Head' and 'Hand'; keep one of the two"),
        ("nod,Head\nrub,head\n", "the classes 'Head' and 'head' differ only in spelling; give both the same name"),
        ("word,class,group\nnod,head,Head,x\n", "holds 'nod,head,Head,x'; expected lines of word,class or word,class"),
        ("word,class,group\n# new\n", "holds '# new'; expected lines"),
        ("word,class,group\n", "holds nothing; expected lines"),
    ],
)
def test_a_table_of_words_that_is_not_clear_is_refused(folder, lines, sentence):
    csv = folder.parent / "map.csv"
    csv.write_text(lines)
    with pytest.raises(OptionError, match=sentence):
        read(folder, Asked(labels=csv), [])


def test_a_vocabulary_in_two_languages_has_one_class_of_each_entry(folder):
    german = {"nod": "nicken", "rub": "reiben", "scratch": "kratzen"}
    text = (folder / "anna.eaf").read_text()
    for word, other in german.items():
        english = f'<CVE_VALUE DESCRIPTION="" LANG_REF="und">{word}</CVE_VALUE>'
        text = text.replace(english, english + english.replace(f">{word}<", f">{other}<"))
        text = text.replace(f"<ANNOTATION_VALUE>{word}<", f"<ANNOTATION_VALUE>{other}<")
    (folder / "anna.eaf").write_text(text)
    plain = [own.WORDS.index(word) for word, _, _ in own.TRUE]
    assert not faults(folder)
    for asked in (Asked(), Asked(labels={word: word for word in own.WORDS})):
        recordings = read(folder, asked, [])
        assert recordings.class_names == own.WORDS and [s.label for s in recordings.named("anna").of()] == plain
    mapped = read(folder, Asked(labels={german["nod"]: "head", german["rub"]: "hand", german["scratch"]: "hand"}), [])
    assert [mapped.class_names[s.label] for s in mapped.named("bert").of()] == ["head", "hand", "hand", "head"]
    own.eaf(folder / "bert.eaf", words=own.WORDS[::-1], video="bert.mp4")  # two vocabularies: words as they are
    assert read(folder, Asked(), []).class_names == own.WORDS


def test_where_vocabularies_differ_words_of_none_are_told(folder):
    often = [("scratch", 0.5 * n, 0.5 * n + 0.4) for n in range(12)]
    own.eaf(folder / "anna.eaf", often, coder="dora", video="anna.mp4", words=("scratch", "nod"))
    own.eaf(folder / "bert.eaf", [("scrach", 1.0, 2.0)], coder="dora", video="bert.mp4")
    notes = read(folder, Asked(), []).recordings[0].notes
    assert any("2 different vocabularies are in the files, so every word used is a class" in note for note in notes)
    assert any("'scrach' (1) looks like 'scratch'" in note for note in notes)
    assert not any(
        "vocabular" in note for note in read(folder, Asked(labels={"scrach": "scratch"}), []).recordings[0].notes
    )


def test_all_that_is_wrong_is_said_at_once(folder):
    odd = [("nod", 1.0, 2.0), ("scrach", 3.0, 4.0), ("scrach", 5.0, 6.0), ("rub", 7.0, 42.0)]
    own.eaf(folder / "anna.eaf", odd, video="anna.mp4")
    own.eaf(folder / "bert.eaf", video="gone.mp4")
    table = folder / "carl.second.csv"
    table.write_text("recording,start,stop,class\ncarl,1,3,nod\ncarl,2.5,4,rub\ncarl,5,5,rub\ncarl,6,5.96,nod\n")
    (folder / "persons.csv").write_text("file,person,split\nanna,Anna,train\nemil,Emil,test\nbert,Bert,exam\n")
    found = "\n".join(faults(folder))
    for sentence in (
        "anna.eaf, tier gesture: 'scrach' (2 times) is not a class; nearest: scratch. Correct or map it.",
        "anna.eaf, tier gesture: ends at 42 s, the video at 10: wrong video, TIME_ORIGIN, or frames read as ms?",
        "bert.eaf: gone.mp4 is not below FOLDER; copy it there, or give videos=.",
        "carl.second.csv, second: 1 s and 2.5 s overlap; shorten one, or give overlap=split.",
        "'rub' at 5.00 s lasts 0 ms; delete it, or give it a length.",
        "'nod' at 6.00 s lasts -40 ms; delete it, or give it a length.",
        "persons.csv: emil is no file of the folder; correct the line, or add the file.",
        "persons.csv, line 4: file 'bert', person 'Bert', split 'exam'; split is one of train, val, test, hidden",
    ):
        assert sentence in found, sentence


def test_what_lies_before_the_video_is_told(folder):
    text = (folder / "anna.eaf").read_text()
    (folder / "anna.eaf").write_text(text.replace("<MEDIA_DESCRIPTOR", '<MEDIA_DESCRIPTOR TIME_ORIGIN="-5000"'))
    sentence = "anna.eaf, tier gesture: begins at -4 s, before the video: wrong video, TIME_ORIGIN, or time offset?"
    assert any(one.endswith(sentence) for one in faults(folder))


def test_overlaps_are_divided_or_kept_where_that_is_asked(folder):
    own_marks = [("nod", 1.0, 3.0), ("rub", 2.0, 4.0)]
    (folder / "anna.eaf").unlink()
    rows = [f"anna,{start},{stop},{value}" for value, start, stop in own_marks]
    (folder / "anna.csv").write_text("\n".join(["recording,start,stop,class", *rows]) + "\n")
    assert any("1 s and 2 s overlap" in sentence for sentence in faults(folder))
    spans = {
        how: [(s.start, s.stop) for s in read(folder, Asked(overlap=how), []).named("anna").of()]
        for how in ("split", "keep")
    }
    assert spans == {"split": [(1.0, 2.5), (2.5, 4.0)], "keep": [(1.0, 3.0), (2.0, 4.0)]}


def test_no_segment_is_lost_where_three_overlap():
    spans = ((0, 10), (1, 11), (2, 3), (20, 24), (20, 24), (30, 33), (31, 34), (32, 35))
    parts = divided([Segment(start, stop, 0) for start, stop in spans], ("all",))
    assert [(one.start, one.stop) for one in parts] == [
        (0, 2), (2, 3), (5.5, 11), (20, 22), (22, 24), (30, 32), (32, 33), (33, 35),
    ]  # fmt: skip


def test_two_videos_are_to_be_chosen_from(folder):
    text = (folder / "anna.eaf").read_text()
    one = next(line for line in text.splitlines() if "MEDIA_DESCRIPTOR" in line)
    (folder / "anna.eaf").write_text(text.replace(one, one + "\n" + one.replace("anna.mp4", "bert.mp4")))
    assert f"{folder / 'anna.eaf'}: names 2 videos; choose by media=1." in faults(folder)
    assert not faults(folder, media=1)


def test_the_video_chosen_brings_its_key_points_and_its_clock(folder):
    (folder / "bert.eaf").unlink()
    text = (folder / "anna.eaf").read_text()
    one = next(line for line in text.splitlines() if "MEDIA_DESCRIPTOR" in line)
    other = one.replace("anna.mp4", "bert.mp4").replace("<MEDIA_DESCRIPTOR", '<MEDIA_DESCRIPTOR TIME_ORIGIN="500"')
    (folder / "anna.eaf").write_text(text.replace(one, one + "\n" + other))
    bert = read(folder, Asked(media=2), []).named("bert")
    assert bert.video == folder / "bert.mp4" and np.array_equal(bert.keypoints, own.points(seed=1))
    assert [(s.start, s.stop) for s in bert.of()] == [(1.5, 2.5), (3.5, 5.5), (6.5, 8.54), (9.0, 9.5)]
    anna = read(folder, Asked(media=1), []).named("anna")
    assert np.array_equal(anna.keypoints, own.points(seed=0)) and anna.of()[0].start == 1.0


def test_the_player_chosen_brings_its_key_points_and_its_offset(folder):
    (folder / "anna.eaf").unlink(), (folder / "bert.eaf").unlink()
    observation = {"file": {"1": ["anna.mp4"], "2": ["bert.mp4"]}, "media_info": {"offset": {"2": 1.5}}}
    observation["events"] = [[3.0, "", "nod", "", "", 0], [4.0, "", "nod", "", "", 0]]
    project = {"behaviors_conf": {"0": {"type": "State event", "code": "nod"}}, "observations": {"day": observation}}
    (folder / "day.boris").write_text(json.dumps(project))
    assert f"{folder / 'day.boris'}: names 2 videos; choose by media=1." in faults(folder)
    for number, (name, start) in enumerate((("anna", 3.0), ("bert", 1.5)), 1):
        one = read(folder, Asked(media=number), []).named(name)
        assert one.video == folder / f"{name}.mp4" and [s.start for s in one.of()] == [start]


def test_an_address_with_signs_for_blanks_is_that_of_the_video(folder):
    (folder / "anna.mp4").rename(folder / "anna b.mp4")
    text = (folder / "anna.eaf").read_text()
    (folder / "anna.eaf").write_text(
        text.replace(' RELATIVE_MEDIA_URL="./anna.mp4"', "").replace("anna.mp4", "anna%20b.mp4")
    )
    assert read(folder, Asked(), []).named("anna b").video == folder / "anna b.mp4"


def test_two_persons_of_a_file_are_to_be_chosen_from(folder):
    text = (folder / "anna.eaf").read_text()
    tier = '<TIER LINGUISTIC_TYPE_REF="gesture" PARTICIPANT="P{0}" TIER_ID="gesture {0}" />'
    (folder / "anna.eaf").write_text(
        text.replace("  <LINGUISTIC_TYPE ", tier.format(1) + tier.format(2) + "<LINGUISTIC_TYPE ", 1)
    )
    (found,) = faults(folder)
    assert found.endswith("its tiers are of 2 persons, P1, P2; choose by participant=P1.")
    assert not faults(folder, tier="gesture")


def test_labels_at_another_rate_than_the_video(folder):
    own.film(folder / "anna.mp4", 250, Fraction(30000, 1001))
    found = faults(folder, fps=30.0)
    assert any("anna.eaf: labels 30 fps, video 29.97: 3.6 s apart after an hour; give times." in one for one in found)


def test_key_points_of_several_persons_are_told_with_the_share_of_the_one_used(folder):
    path = folder / "keypoints.pkl"
    content = pickle.loads(path.read_bytes())
    for name in ("keypoint", "keypoint_score"):
        whole = content["annotations"][0][name]
        later = whole.copy()
        whole[:, 100:], later[:, :90], later[:, 180:] = 0, 0, 0
        content["annotations"][0][name] = np.concatenate([0 * whole, later, whole])
    path.write_bytes(pickle.dumps(content))
    one = read(folder, Asked(), []).named("anna")
    assert one.keypoints.shape[0] == 1 and one.keypoints[0, :100, :, 2].all() and not one.keypoints[0, 100:].any()
    assert one.notes == (
        "anna: the key points are of 2 persons or tracks; only the one seen most is used, 56% of the frames in which "
        "anybody is seen.",
    )


def test_key_points_of_another_video_are_told(folder):
    own.keypoints(folder / "keypoints.pkl", ["anna", "bert", "carl"], 200)
    assert any("250 frames in the video, 200 in the key points" in sentence for sentence in faults(folder))


@pytest.mark.parametrize("start", [0, 1])
def test_frames_without_anybody_that_a_tool_left_out_are_those_of_the_video(folder, start):
    (folder / "keypoints.pkl").unlink()
    told = {}
    for seed, name in enumerate(("anna", "bert", "carl")):
        told[name] = own.points(own.FRAMES, seed)[0]
        told[name][[*range(10 * seed), *range(230, own.FRAMES)]] = 0
        frames = [[person] if person.any() else [] for person in told[name]]
        path = write_alphapose(folder / f"{name}.json", frames)
        listed = json.loads(path.read_text())
        for entry in listed:
            entry["image_id"] = f"frame_{int(entry['image_id'].removesuffix('.jpg')) + start}.png"
        path.write_text(json.dumps(listed))
    found = []
    recordings = read(folder, Asked(), found)
    assert not found
    for one in recordings:
        np.testing.assert_allclose(one.keypoints[0], told[one.name], rtol=1e-6)
    notes = [note for one in recordings for note in one.notes if "numbered from 1" in note]
    assert len(notes) == start and all("the pictures of 3 clips, anna first" in note for note in notes)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda a: {"keypoint": a["keypoint"] / (own.WIDTH, own.HEIGHT)},
            "all joints together span 0.* as positions in 0",
        ),
        (lambda a: {"keypoint_score": 100 * a["keypoint_score"]}, "5500 of 5500 joints score outside 0..1"),
        (lambda a: {"keypoint": np.where(a["keypoint"] > 60, np.nan, a["keypoint"])}, "joints hold NaN or infinity"),
        (lambda a: {"total_frames": 90}, "250 frames, but total_frames is 90"),
        (
            lambda a: {"keypoint": a["keypoint"].swapaxes(0, 1), "keypoint_score": a["keypoint_score"].swapaxes(0, 1)},
            "and total_frames is 250, so frames and persons are exchanged",
        ),
        (
            lambda a: {"keypoint": np.concatenate([a["keypoint"], a["keypoint_score"][..., None]], -1)},
            r"\[persons, frames, joints, 2\] in pixels, without a third value, and scores as keypoint_score",
        ),
    ],
)
def test_key_points_that_cannot_be_are_told_and_nothing_else_is(folder, change, sentence):
    content = pickle.loads((folder / "keypoints.pkl").read_bytes())
    for each in content["annotations"]:
        each.update(change(each) if each["frame_dir"] == "anna" else {})
    (folder / "keypoints.pkl").write_bytes(pickle.dumps(content))
    found = []
    assert [one.name for one in read(folder, Asked(need_keypoints=True), found)] == ["bert", "carl"]
    assert len(found) == 1 and re.search(f"clip anna, keypoints?: .*{sentence}", found[0])
    assert read(folder, Asked(), []).named("anna").keypoints is None


def test_key_points_of_a_recording_that_are_there_twice_are_told(folder):
    content = pickle.loads((folder / "keypoints.pkl").read_bytes())
    content["annotations"].append(content["annotations"][0] | {"frame_dir": "films/anna.mp4"})
    (folder / "keypoints.pkl").write_bytes(pickle.dumps(content))
    assert any("key points of anna are there twice; write the file again with one" in one for one in faults(folder))


def test_persons_csv_as_a_spreadsheet_saves_it(folder):
    path = folder / "persons.csv"
    path.write_text(path.read_text().replace(",", ";") + ";;\n", encoding="utf-8-sig")
    found = []
    assert [one.person for one in read(folder, Asked(), found)] == ["Anna", "Bert", "Carl"] and not found


def test_a_drift_of_seconds_in_a_long_recording_is_told(folder):
    own.film(folder / "anna.mp4", 400, 2)
    own.keypoints(folder / "keypoints.pkl", ["anna", "bert"], 397)
    found = []
    notes = read(folder, Asked(), found).named("anna").notes
    assert not [sentence for sentence in found if "anna" in sentence]
    assert "anna: 397 frames of key points, 400 in the video; unless only the last are missing, " in notes[0]
    assert "up to 1.5 s apart at the end" in notes[0]


def test_without_key_points_there_are_recordings_but_no_clips(folder):
    (folder / "keypoints.pkl").unlink()
    recordings = read(folder, Asked(), [])
    assert recordings.layout is None and all(one.keypoints is None and one.fps == 25 for one in recordings)
    with pytest.raises(DataError, match="there are no key points of anna; write them by python -m mglib.pose"):
        load("recordings", folder)


def test_nothing_outside_the_folder_is_opened(folder, tmp_path):
    shutil.move(folder / "anna.mp4", tmp_path / "anna.mp4")
    text = (folder / "anna.eaf").read_text().replace("./anna.mp4", "../anna.mp4")
    (folder / "anna.eaf").write_text(text)
    assert f"{folder / 'anna.eaf'}: anna.mp4 is not below FOLDER; copy it there, or give videos=." in faults(folder)
    assert not [one for one in faults(folder, videos=tmp_path) if "not below" in one]


def test_a_video_in_another_format_is_told_unless_it_was_converted(folder):
    text = (folder / "anna.eaf").read_text().replace("anna.mp4", "anna.mpg")
    (folder / "anna.eaf").write_text(text)
    assert not faults(folder)  # anna.mp4 lies there
    (folder / "anna.mp4").rename(folder / "anna.mpg")
    (sentence,) = faults(folder)
    assert "anna.eaf: anna.mpg is in none of the formats .mp4, .avi" in sentence and sentence.endswith(
        "convert it to one."
    )


def test_a_transcription_is_no_set_of_gestures(folder):
    words = [(f"word{n}", n / 20, n / 20 + 0.04) for n in range(180)]
    rows = [f"anna,{start},{stop},{value}" for value, start, stop in words]
    for file in folder.glob("*.eaf"):
        file.unlink()
    (folder / "anna.csv").write_text("\n".join(["recording,start,stop,class", *rows]) + "\n")
    with pytest.raises(OptionError, match="180 different words are in the tiers read"):
        read(folder, Asked(), [])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"test": ("carl", "brt")},
            "test: 'brt' is no person or recording; there are anna, Anna, bert, Bert, carl, Carl.",
        ),
        ({"val": ("Emil",)}, "val: 'Emil' is no person or recording"),
        ({"reference": "Dora"}, "reference: the coders are dora; 'Dora' is none of them"),
        ({"coders": ("dora", "emil")}, "coders: the coders are dora; 'emil' is none of them"),
        ({"tier": "gesture;hand*"}, r"tier: 'hand\*' is no tier of any file; those read are gesture."),
        ({"tier": "Gesture"}, "tier: 'Gesture' is no tier of any file; those read are gesture."),
        ({"participant": "anna"}, "participant: 'anna' is no participant; no tier names one."),
    ],
)
def test_names_in_options_that_are_nowhere_are_told(folder, asked, sentence):
    with pytest.raises(OptionError, match=sentence):
        read(folder, Asked(**asked), [])
    (folder / "bert.eaf").write_text("")
    assert len(faults(folder, **asked)) == 2  # the name may be in the file that cannot be read


def test_accents_stored_in_two_ways_are_one_name(folder):
    one, other = (unicodedata.normalize(form, "Zo\u00eb") for form in ("NFC", "NFD"))
    (folder / "anna.mp4").rename(folder / f"{other}.mp4")
    (folder / "anna.eaf").unlink()
    own.eaf(folder / f"{one}.eaf", coder="dora")
    own.keypoints(folder / "keypoints.pkl", [one, "bert", "carl"])
    (folder / "persons.csv").write_text(f"file,person,split\n{other}.mp4,Z,train\nbert,B,val\ncarl,C,test\n")
    recordings = read(folder, Asked(), found := [])
    assert not found and recordings.named(one).video == folder / f"{other}.mp4" and recordings.named(one).person == "Z"


def test_words_whose_accents_are_stored_in_two_ways_are_one_class(folder):
    for name, form in (("anna", "NFC"), ("bert", "NFD"), ("carl", "NFC")):
        yawn = unicodedata.normalize(form, "g\u00e4hnen")
        own.eaf(folder / f"{name}.eaf", [(yawn, 1.0, 2.0), ("rub", 3.0, 4.0)], words=(yawn, "rub"), video=f"{name}.mp4")
    recordings = read(folder, Asked(), [])
    assert len(recordings.class_names) == 2
    assert {tuple(s.label for s in one.of()) for one in recordings} == {(0, 1)}


def test_lines_of_persons_csv_that_do_not_agree_are_told(folder):
    rows = ("anna.mp4,Anna,train", "anna.eaf,Anne,test", "bert,Carl,val", "carl,carl,test", "carl.mp4,carl,test")
    (folder / "persons.csv").write_text("\n".join(("file,person,split", *rows)) + "\n")
    assert faults(folder) == [
        f"{folder / 'persons.csv'}, line 3: 'anna.eaf' is there twice, with another person or split; keep one.",
        f"{folder / 'persons.csv'}: 'Carl' and 'carl' differ only in spelling; give a person one name.",
    ]


def test_a_table_that_is_not_read_is_told_where_a_recording_has_no_other(folder):
    for name in ("anna", "bert"):
        (folder / f"{name}.csv").write_text("von;bis;klasse\n1,5;2,5;nod\n")
    (folder / "bert.eaf").unlink()
    sentence = "bert.csv: nothing is read from it, and no coder's file of bert; it begins with 'von;bis;klasse'"
    with pytest.warns(UserWarning, match=sentence) as caught:
        assert set(load("recordings", folder).groups) == {"Anna", "Carl"}
    assert sum("nothing is read" in str(warning.message) for warning in caught) == 1


def test_a_table_named_like_a_further_coders_is_told(folder):
    (folder / "anna.emil.csv").write_text("onset,offset,label\n1,2,nod\n")
    (folder / "bert_speech.csv").write_text("onset,offset,word\n1,2,yes\n")
    (folder / "carl.emil.xlsx").write_bytes(b"PK\x03\x04\0")
    notes = [note for one in read(folder, Asked(), []) for note in one.notes]
    expected = "expected is a table with the columns start, stop and class, or an export of BORIS or ELAN."
    named = "nothing is read from it, though its name is that of a coder's file"
    assert notes == [
        f"{folder / 'anna.emil.csv'}: {named}; it begins with 'onset,offset,label'; {expected}",
        f"{folder / 'carl.emil.xlsx'}: {named}; it is a spreadsheet: save it as CSV; {expected}",
    ]


def test_names_of_coders_and_persons_that_differ_in_spelling_alone_are_told(folder):
    (folder / "persons.csv").unlink()
    for name, coder, person in (("anna", "dora", "P1"), ("bert", "Dora ", "p1"), ("carl", "emil", "P2")):
        own.eaf(folder / f"{name}.eaf", coder=coder, participant=person, video=f"{name}.mp4")
    assert faults(folder) == [
        "coders: 'dora' and 'Dora ' differ only in spelling; give a coder one name.",
        "persons: 'P1' and 'p1' differ only in spelling; give a person one name.",
    ]


def test_tiers_without_a_coder_beside_those_of_one_are_told(folder):
    (folder / "anna.eaf").unlink()
    (folder / "anna.csv").write_text("recording,coder,start,stop,class\nanna,dora,1,2,nod\nanna,,3,4,rub\n")
    one = read(folder, Asked(), []).named("anna")
    assert [segment.start for segment in one.of()] == [1.0] and one.coders == ("dora", "coder")
    assert [note for note in one.notes if "names the coder" in note] == [
        "anna: anna.csv names the coder of some tiers, dora, and of others not: without a name. These count as another "
        "coder's, coder; if they are not, name the coder of every tier.",
    ]


def test_files_without_a_chosen_tier_are_told(folder):
    bert = (folder / "bert.eaf").read_text().replace('TIER_ID="gesture"', 'TIER_ID="Gesture" PARTICIPANT="P1"')
    (folder / "bert.eaf").write_text(bert)
    recordings = read(folder, Asked(tier="gesture"), found := [])
    assert not found and not recordings.named("bert").segments
    assert recordings.recordings[0].notes == (
        "1 file without a tier of tier=gesture, bert.eaf first, whose tiers are Gesture of P1: nothing of it is used.",
    )


def test_a_tier_may_be_named_by_signs_of_patterns(folder):
    (folder / "anna.eaf").write_text((folder / "anna.eaf").read_text().replace('"gesture"', '"[hand]"'))
    assert len(read(folder, Asked(tier="[hand]"), []).named("anna").segments) == 4


def test_persons_csv_in_capitals_or_in_a_folder_is_read(folder):
    (folder / "Table").mkdir()
    (folder / "persons.csv").rename(folder / "Table" / "Persons.CSV")
    assert [(one.person, one.split) for one in read(folder, Asked(), [])] == [
        ("Anna", "train"), ("Bert", "val"), ("Carl", "test"),
    ]  # fmt: skip


def test_what_lies_wholly_outside_of_the_video_or_is_shorter_than_a_frame_is_told(folder):
    odd = [("nod", 1.0, 2.0), ("rub", 3.0, 3.002), ("scratch", 10.1, 10.3)]
    own.eaf(folder / "anna.eaf", odd, coder="dora", video="anna.mp4")
    where = f"{folder / 'anna.eaf'}, tier gesture"
    assert faults(folder) == [
        f"{where}: 'rub' at 3.00 s lasts 2 ms; delete it, or give it a length.",
        f"{where}: ends at 10.3 s, the video at 10: wrong video, TIME_ORIGIN, or frames read as ms?",
    ]


def test_a_folder_without_coders_files_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="holds no file of a coder; expected .eaf"):
        read(tmp_path, Asked(), [])
    (tmp_path / "all.csv").write_text("video,onset,offset,label\nanna,1,2,nod\n")
    with pytest.raises(DataError, match="all.csv: nothing is read from it; it begins with 'video,onset,offset,label'"):
        read(tmp_path, Asked(), [])
    with pytest.raises(DataError, match="data_root: there is no .*none; give the folder"):
        load("recordings", tmp_path / "none")


def test_imigue_as_recordings_gives_the_clips_of_imigue(tmp_path):
    root = make.write_imigue(tmp_path / "imigue", make.imigue_videos(np.random.default_rng(0)))
    recordings, clips = load("recordings", root), load("imigue", root)
    assert len(recordings) == len(clips) == 35 and recordings.group_kind == "video"
    columns = ["label", "split", "group", "video", "total_frames"]
    assert recordings.clips[columns].equals(clips.clips[columns])
    np.testing.assert_allclose(recordings.clips[["start", "stop"]], clips.clips[["start", "stop"]])
    for one, other in zip(recordings.keypoints, clips.keypoints, strict=True):
        np.testing.assert_array_equal(one, other)


def test_smg_as_recordings_gives_the_clips_of_smg(tmp_path):
    root = make.write_smg(tmp_path / "smg", make.smg_samples(np.random.default_rng(0)))
    recordings, clips = load("recordings", root), load("smg", root)
    assert recordings.clips["id"].tolist() == clips.clips["id"].tolist() and recordings.fps == clips.fps == 28
    assert recordings.clips["split"].tolist() == clips.clips["split"].tolist()
    for one, other in zip(recordings.keypoints, clips.keypoints, strict=True):
        np.testing.assert_array_equal(one, other)


def test_synthetic_recordings_are_cut_with_their_pictures():
    table = load("recordings", num_recordings=(2, 1, 1), seconds=60)
    assert table.name == "synthetic" and set(table.clips["split"]) == {"train", "val", "test"}
    frames = table.frames.read(0)
    assert frames.shape == (table.clips["total_frames"][0], 120, 160, 3) and frames.std() > 10


def test_whole_recordings_in_windows_have_no_labels_and_overlap_by_half():
    table = load("recordings", num_recordings=(2, 1, 1), seconds=20, windows=3.0)
    assert table.class_names == ("unlabelled",) and not table.labels.any()
    assert set(table.clips["split"]) == {"train", "val", "test"}
    for name, cut in table.clips.groupby("video"):
        assert len(cut) <= 12 and cut["split"].nunique() == 1, name  # of 20 s at 0, 1.5, ..., 16.5
        np.testing.assert_allclose(cut["start"], 1.5 * (cut["start"] / 1.5).round(), atol=0.05)
        np.testing.assert_allclose(cut["stop"] - cut["start"], 3, atol=0.05)
    seen = [(points[..., 2] > 0).mean((1, 2)).max() for points in table.keypoints]
    assert min(seen) >= 0.5 and len(table) > 40


def test_windows_need_no_coder(folder):
    for path in folder.glob("*.eaf"):
        path.unlink()
    table = load("recordings", folder, windows=3.0)
    assert len(table) == 15 and table.class_names == ("unlabelled",) and set(table.groups) == {"Anna", "Bert", "Carl"}


def test_recordings_without_a_coders_file_are_told(folder):
    (folder / "bert.eaf").unlink()
    with pytest.warns(UserWarning, match="1 recording without a coder's file, bert first, and so left out"):
        assert set(load("recordings", folder).groups) == {"Anna", "Carl"}


def test_windows_longer_than_any_recording_are_refused():
    with pytest.raises(DataError, match="no recording has 30 s with key points; give a shorter window"):
        load("recordings", num_recordings=(1, 1, 1), seconds=20, windows=30)


def test_options_of_files_need_a_folder():
    """Else a forgotten folder would give synthetic recordings without a word."""
    for option in ({"tier": "gesture*"}, {"labels": {"wave": "Waving"}}, {"test": ["anna"]}):
        with pytest.raises(DataError, match=f"^{next(iter(option))}: this option needs a folder; synthetic recordings"):
            load("recordings", num_recordings=(1, 1, 1), seconds=20, **option)
