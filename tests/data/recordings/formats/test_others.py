"""ELAN's export, Praat's and BORIS's files as these tools write them, and what is wrong with them, in sentences."""

import gzip
import json

import pytest

from mglib.base.errors import DataError
from mglib.data.recordings.formats import Mark, Marks, Medium, Tier, chosen, read_marks, write_boris, write_textgrid


def spans(marks):
    return [(mark.value, round(mark.start, 3), round(mark.stop, 3)) for mark in marks.marks]


@pytest.mark.parametrize(
    "times",
    [
        ("00:00:01.500", "00:00:02.250", "00:00:00.750"),
        ("1.500", "2.250", "0.750"),
        ("1500", "2250", "750"),
        ("00:00:01.500", "1.500", "1500", "00:00:02.250", "2.250", "2250", "00:00:00.750", "0.750", "750"),
        ("1.500", "1500", "2.250", "2250", "0.750", "750"),
        ("1500", "2250"),
        ("00:00:01.500", "1500", "00:00:02.250", "2250"),
    ],
)
def test_elans_export_in_any_form_of_time(tmp_path, times):
    path, found = tmp_path / "anna.txt", []
    path.write_text("\n".join("\t".join(["gesture", who, *times, "nod"]) for who in ("anna", "")) + "\n")
    (marks,) = read_marks(path, found)
    assert spans(marks) == [("nod", 1.5, 2.25)] * 2 and not found


def test_a_value_that_is_a_number_is_no_duration(tmp_path):
    path = tmp_path / "anna.txt"
    path.write_text("gesture\t\t1500\t2250\t17\n")
    assert spans(read_marks(path, [])[0]) == [("17", 1.5, 2.25)]


def test_an_offset_is_added_and_told(tmp_path):
    path = tmp_path / "anna.txt"
    path.write_text('"#file:///C:/films/anna.mp4 -- offset: 2000"\ngesture\t\t1500\t2250\t750\tnod\n')
    (marks,) = read_marks(path, [])
    assert spans(marks) == [("nod", 3.5, 4.25)] and "2 s were added to all times" in marks.notes[0]


def test_lines_that_cannot_be_used_are_named_all_at_once(tmp_path):
    path, found = tmp_path / "anna.tsv", []
    path.write_text("gesture\t\t1500\t2250\t750\tnod\ngesture\t\tsoon\t2250\t750\tnod\na\tb\tc\td\n")
    (marks,) = read_marks(path, found)
    assert len(marks.marks) == 1 and len(found) == 2
    assert found[0].startswith(f"{path}, line 2: ['soon', '2250', '750'] are no begin and end") and "line 3" in found[1]


@pytest.mark.parametrize("times", ["1.500\t2.250\t0.750", "0:00:01.500\t1.500\t0:00:02.250\t2.250\t0:00:00.75\t0.75"])
def test_an_export_without_participants_is_told(tmp_path, times):
    path, found = tmp_path / "anna.txt", []
    path.write_text(f"gesture\t{times}\tnod\n")
    assert not read_marks(path, found)[0].marks and "stands where the participant is expected" in found[0]


def test_an_export_of_several_files_is_of_a_recording_each(tmp_path):
    path, found = tmp_path / "all.txt", []
    lines = ("gesture\tP1\t1.5\t2.25\t0.75\tnod\tanna.eaf", "hand\tP2\t3.5\t4.0\t0.5\trub\tC:\\coded\\bert.emil.eaf")
    path.write_text("\n".join([*lines, lines[0].replace("nod", "rub")]))
    anna, bert = read_marks(path, found)
    assert (anna.name, spans(anna)) == ("anna", [("nod", 1.5, 2.25), ("rub", 1.5, 2.25)]) and not found
    assert (bert.name, spans(bert), bert.tiers) == ("bert.emil", [("rub", 3.5, 4.0)], (Tier("hand", "P2"),))
    path.write_text("\n".join(['"#file:///C:/films/anna.mp4 -- offset: 2000"', *lines]))
    assert len(read_marks(path, found)) == 2 and "it is of 2 files, and media begin at other times" in found[0]


def test_times_that_count_frames_are_left_out_or_told(tmp_path):
    path, found = tmp_path / "anna.txt", []
    line = "gesture\t\t00:00:01.500\t00:00:01:12\t00:00:02.250\t00:00:02:06\t00:00:00.750\t00:00:00:18\tnod\n"
    path.write_text(line)
    assert spans(read_marks(path, found)[0]) == [("nod", 1.5, 2.25)] and not found
    path.write_text("gesture\t\t00:00:01:12\t00:00:02:06\t00:00:00:18\tnod\n")
    assert not read_marks(path, found)[0].marks
    assert "'00:00:01:12' counts frames; choose hh:mm:ss.ms, s or ms too; export it from ELAN again" in found[0]


def test_notes_beside_the_videos_are_no_export(tmp_path):
    path = tmp_path / "README.txt"
    path.write_text("Filmed in May.\n\nThe first was lost.\n")
    assert read_marks(path, []) == []


LONG = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 10
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "gesture"
        xmin = 0
        xmax = 10
        intervals: size = 4
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = ""
        intervals [2]:
            xmin = 1.5
            xmax = 2.25
            text = "say ""no"""
        intervals [3]:
            xmin = 2.25
            xmax = 4
            text = "null"
        intervals [4]:
            xmin = 4
            xmax = 10
            text = "nod"
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 10
        points: size = 1
        points [1]:
            number = 3
            mark = "x"
'''
SHORT = '''File type = "ooTextFile"
"TextGrid"
0
10
<exists>
1
"IntervalTier"
"gesture"
0
10
3
0
1.5
""
1.5
2.25
"say ""no"""
4
10
"nod"
'''


@pytest.mark.parametrize("text", [LONG, SHORT], ids=["long", "short"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_textgrids_long_and_short_in_any_encoding(tmp_path, text, encoding):
    path = tmp_path / "anna.TextGrid"
    path.write_bytes(text.encode(encoding))
    found = []
    (marks,) = read_marks(path, found)
    assert spans(marks) == [('say "no"', 1.5, 2.25), ("nod", 4.0, 10.0)]
    points = f"{path}, tier clicks: 1 point has no length; make them intervals in Praat."
    assert found == ([points] if text == LONG else [])


def test_short_textgrids_of_earlier_versions(tmp_path):
    path = tmp_path / "anna.TextGrid"
    path.write_text(SHORT.replace('"ooTextFile"', '"ooTextFile short"'))
    assert spans(read_marks(path, [])[0]) == [('say "no"', 1.5, 2.25), ("nod", 4.0, 10.0)]


def test_comments_of_a_textgrid_are_for_human_readers(tmp_path):
    path = tmp_path / "anna.TextGrid"
    text = SHORT.replace("<exists>\n1\n", '<exists> ! there are tiers\n1 ! one of "2" tiers\n! 3\n')
    path.write_text(text.replace('"nod"', '"nod! 1 ! 2"').replace("\n2.25\n", "\n2.25 ! seconds\n"))
    assert spans(read_marks(path, [])[0]) == [('say "no"', 1.5, 2.25), ("nod! 1 ! 2", 4.0, 10.0)]


def test_times_of_a_textgrid_that_begins_before_the_sound_are_as_praat_shows_them(tmp_path):
    path = tmp_path / "anna.TextGrid"
    path.write_text(SHORT.replace('"TextGrid"\n0\n', '"TextGrid"\n-5\n').replace('"gesture"\n0\n', '"gesture"\n-5\n'))
    assert spans(read_marks(path, [])[0]) == [('say "no"', 1.5, 2.25), ("nod", 4.0, 10.0)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "File type",
        LONG[:300],
        LONG.replace("size = 4", "size = 9"),
        SHORT.replace("\n3\n", "\n-3\n"),
        "ooBinaryFile\x08TextGrid\0\0",
        LONG.replace('"TextGrid"', '"Collection"'),
    ],
    ids=["empty", "words", "cut", "fewer", "negative", "binary", "collection"],
)
def test_a_textgrid_that_is_cut_or_none_is_a_sentence(tmp_path, text):
    path = tmp_path / "anna.TextGrid"
    path.write_text(text)
    with pytest.raises(
        DataError, match="is not a TextGrid as Praat writes it.* save the TextGrid alone as a text file"
    ):
        read_marks(path, [])


def project(events, offset=0.0, files=("anna.mp4",), lengths=(60.0,)):
    """A project of one observation."""
    return {
        "project_format_version": "7.0",
        "behaviors_conf": {
            "0": {"type": "State event", "code": "rub", "category": "Hand"},
            "1": {"type": "Point event", "code": "blink", "category": ""},
        },
        "subjects_conf": {"0": {"name": "P1"}},
        "observations": {
            "day 1": {
                "file": {"1": list(files), "2": []}, "type": "MEDIA", "time offset": offset, "events": events,
                "media_info": {"length": dict(zip(files, lengths, strict=True)), "fps": dict.fromkeys(files, 25.0)},
            }
        },
    }  # fmt: skip


EVENTS = [
    [12.0, "P1", "rub", "left", "", 0],
    [13.0, "P1", "rub", "", "gently", 0],
    [14.0, "P1", "blink", "", "", 0],
    [15.0, "P1", "rub", "left", "", 0],
    [16.5, "P1", "rub", "", "", 0],
    [31.0, "P1", "rub", "", "", 0],
]


@pytest.mark.parametrize("packed", [False, True])
def test_boris_projects(tmp_path, packed):
    path = tmp_path / ("day.boris.gz" if packed else "day.boris")
    content = json.dumps(project(EVENTS, offset=10.0)).encode()
    path.write_bytes(gzip.compress(content) if packed else content)
    found = []
    (marks,) = read_marks(path, found)
    assert spans(marks) == [("rub (left)", 2.0, 5.0), ("rub", 3.0, 6.5)]
    assert found == [f"{path}, observation day 1: no STOP for 'rub' at 21 s."]
    assert marks.tiers == (Tier("P1 Hand", "P1"),) and marks.media[0].fps == 25.0
    assert "1 point events without a length are left out; give point=0.5" in marks.notes[0]
    assert ("blink", 4.0, 4.5) in spans(read_marks(path, [], point=0.5)[0])


def test_a_part_that_alone_was_observed_is_told(tmp_path):
    path, content = tmp_path / "day.boris", project(EVENTS[:1] + EVENTS[3:4])
    for interval, times in (([0, 0], 0), ([10, 50.5], 1), ([10, 0], 1), ("all", 0)):
        content["observations"]["day 1"]["observation time interval"] = interval
        path.write_text(json.dumps(content))
        told = [note for note in read_marks(path, [])[0].notes if "the coder observed 10 s to" in note]
        assert len(told) == times


def test_files_that_follow_each_other_are_recordings_of_their_own(tmp_path):
    path = tmp_path / "day.boris"
    events = [[second, "", "rub", "", "", 0] for second in (5.0, 7.0, 70.0, 75.0)]
    path.write_text(json.dumps(project(events, 0.0, ("a/anna.mp4", "a/bert.mp4"), (60.0, 60.0))))
    first, second = read_marks(path, [])
    assert spans(first) == [("rub", 5.0, 7.0)] and spans(second) == [("rub", 10.0, 15.0)]
    assert [marks.media[0].relative for marks in (first, second)] == ["anna.mp4", "bert.mp4"]


def two_players(offsets):
    """A project of one observation with a video in each of two players, and an event from 12 to 15 s."""
    content = project([[12.0, "", "rub", "", "", 0], [15.0, "", "rub", "", "", 0]], 2.0)
    observation = content["observations"]["day 1"]
    observation["file"]["2"] = ["C:\\films\\side.mp4"]
    observation["media_info"]["offset"] = offsets
    return content


@pytest.mark.parametrize(
    ("offsets", "known", "times"),
    [
        ({"1": 7.0, "2": 3.5}, "anna", (10.0, 13.0)),  # BORIS shifts all players but the first
        ({"1": 7.0, "2": 3.5}, "side", (6.5, 9.5)),
        ({"1": 0.0, "2": -3.5}, "side", (13.5, 16.5)),
        ({}, "side", (10.0, 13.0)),
    ],
)
def test_times_are_those_of_the_player_whose_video_is_used(tmp_path, offsets, known, times):
    path = tmp_path / "day.boris"
    path.write_text(json.dumps(two_players(offsets)))
    (marks,) = read_marks(path, [], choice=lambda media: chosen(media, {known}))
    assert spans(marks) == [("rub", *times)] and known in marks.media[0].url and len(marks.media) == 2


def dated(dates, files=("films/anna.mp4",), lengths=(60.0,)):
    """A project whose times begin at the dates on which the files were made."""
    events = [[12.0 + dates[0], "", "rub", "", "", 0], [15.0 + dates[-1], "", "rub", "", "", 0]]
    content = project(events, 2.0, files, lengths)
    observation = content["observations"]["day 1"]
    observation["media_creation_date_as_offset"] = True
    told = {f"/home/dora/{name}": date for name, date in zip(files, dates, strict=True)}
    observation["media_info"]["media_creation_time"] = told
    return content


def test_times_that_begin_at_the_date_of_a_file_are_those_of_the_file(tmp_path):
    path, found = tmp_path / "day.boris", []
    path.write_text(json.dumps(dated([1679503832.0])))
    assert spans(read_marks(path, found)[0]) == [("rub", 10.0, 13.0)]
    two = dated([1679503832.0, 1679509999.0], ("films/anna.mp4", "films/bert.mp4"), (11.5, 60.0))
    path.write_text(json.dumps(two))
    assert [spans(marks) for marks in read_marks(path, found)] == [[("rub", 10.0, 11.5)], [("rub", 0.0, 1.5)]]
    assert not found


def test_dates_of_which_no_file_is_known_are_told_once(tmp_path):
    path, table, found = tmp_path / "day.boris", tmp_path / "day.csv", []
    content = dated([1679503832.0])
    del content["observations"]["day 1"]["media_info"]["media_creation_time"]
    path.write_text(json.dumps(content))
    assert not read_marks(path, found)[0].marks
    assert len(found) == 1 and "2 times are dates, in seconds since 1970, and by the dates in the project" in found[0]
    table.write_text("Behavior,Behavior type,Start (s),Stop (s)\nrub,STATE,1679503842,1679503845\n")
    assert not read_marks(table, found := [])[0].marks
    assert "start (s) of 'rub', 1679503842, is a date, in seconds since 1970; give the project, .boris" in found[0]


def test_an_observation_of_pictures_is_told_once(tmp_path):
    path, found, content = tmp_path / "day.boris", [], project([[float("nan"), *event[1:]] for event in EVENTS])
    content["observations"]["day 1"] |= {"type": "IMAGES", "directories_list": ["pictures"], "file": {}}
    path.write_text(json.dumps(content))
    assert not read_marks(path, found)[0].marks
    assert [sentence.split(": ")[1] for sentence in found] == [
        "its events are in pictures, which have no time in a video; observe the video in BORIS."
    ]


def test_files_that_follow_each_other_need_their_lengths(tmp_path):
    path, found, content = (
        tmp_path / "day.boris",
        [],
        project(EVENTS[:1] + EVENTS[3:4], 0.0, ("a.mp4", "b.mp4"), (9, 9)),
    )
    del content["observations"]["day 1"]["media_info"]["length"]["a.mp4"]
    path.write_text(json.dumps(content))
    read_marks(path, found)
    assert len(found) == 1 and "2 files follow each other, and the project does not say how long a.mp4 is" in found[0]


def test_tables_of_early_versions_tell_observation_and_offset_before_the_header(tmp_path):
    path, found = tmp_path / "day.tsv", []
    head = "Time,Media file path,Total length,FPS,Subject,Behavior,Modifier 1,Comment,Status"
    before = ["Observation id,day 1", "", "Media file(s)", "Player #1,anna.mp4", "Time offset (s),10", ""]
    rows = ("12.5,anna.mp4,60,25,P1,rub,left,,START", "14,anna.mp4,60,25,P1,rub,left,,STOP")
    path.write_text("\n".join([*before, head, *rows]).replace(",", "\t"))
    (marks,) = read_marks(path, found)
    assert not found and marks.name == "day 1" and spans(marks) == [("rub (left)", 2.5, 4.0)]
    assert marks.tiers == (Tier("P1", "P1"),) and [medium.url for medium in marks.media] == ["anna.mp4"]


def test_a_boris_table_that_a_spreadsheet_saved_has_decimal_commas(tmp_path):
    path, found = tmp_path / "day.csv", []
    path.write_text("Behavior;Behavior type;Time offset (s);Start (s);Stop (s)\nrub;STATE;0,5;2,5;4,25\n")
    assert spans(read_marks(path, found)[0]) == [("rub", 2.0, 3.75)] and not found


def test_modifiers_that_were_not_chosen_are_no_part_of_the_word(tmp_path):
    path, table = tmp_path / "day.boris", tmp_path / "day.tsv"
    events = [[second, "", "rub", names, "", 0] for names in ("None|left", "None|None") for second in (1.0, 2.0)]
    path.write_text(json.dumps(project(events)))
    head = "Behavior,Modifier #1,Modifier #2,Behavior type,Start (s),Stop (s)"
    rows = [head, "rub,None,left,STATE,1,2", "rub,None,None,STATE,1,2"]
    table.write_text("\n".join(rows).replace(",", "\t"))
    for marks in (*read_marks(path, []), *read_marks(table, [])):
        assert spans(marks) == [("rub (left)", 1.0, 2.0), ("rub", 1.0, 2.0)]


def test_a_time_offset_by_which_boris_finds_no_file_does_not_make_two_of_one(tmp_path):
    path, found = tmp_path / "day.csv", []
    head = "Observation id,Source,Time offset (s),Behavior,Behavior type,Start (s),Stop (s),Media file name"
    rows = ("12.5,14.0,anna.mp4", "65,66,Not found")
    path.write_text(
        "\n".join([head, *(f"day 1,player #1:anna.mp4|player #2:b.mp4,10,rub,STATE,{row}" for row in rows)])
    )
    (marks,) = read_marks(path, found)
    assert spans(marks) == [("rub", 2.5, 4.0), ("rub", 55.0, 56.0)] and not found
    assert [medium.url for medium in marks.media] == ["anna.mp4"]


HEAD = "Observation id,Subject,Behavior,Behavioral category,Modifier #1,Behavior type,Time,Media file name,Comment"
TABULAR = f"""{HEAD}
day 1,P1,rub,Hand,None,START,2.5,anna.mp4,
day 1,P1,blink,,,POINT,3.0,anna.mp4,
day 1,P1,rub,Hand,None,STOP,4.0,anna.mp4,
day 1,P1,rub,Hand,,START,31,anna.mp4,
""".replace(",", "\t")
HEAD = "Observation id,Time offset (s),Subject,Behavior,Behavioral category,Modifiers,Behavior type"
AGGREGATED = f"""{HEAD},Start (s),Stop (s),Duration (s),Media file name
day 1,10,No focal subject,rub,Hand,,STATE,12.5,14.0,1.5,anna.mp4
day 2,0,P2,rub,Hand,,STATE,1,2,1,bert.mp4
"""


def test_boris_tables(tmp_path):
    tabular, aggregated, found = tmp_path / "a.tsv", tmp_path / "b.csv", []
    tabular.write_text(TABULAR)
    aggregated.write_text(AGGREGATED)
    (marks,) = read_marks(tabular, found)
    assert spans(marks) == [("rub", 2.5, 4.0)] and marks.media[0].url == "anna.mp4"
    assert found == [f"{tabular}, observation day 1: no STOP for 'rub' at 31 s."]
    first, second = read_marks(aggregated, found)
    assert spans(first) == [("rub", 2.5, 4.0)] and first.tiers == (Tier("Hand", ""),)
    assert spans(second) == [("rub", 1.0, 2.0)] and second.tiers == (Tier("P2 Hand", "P2"),) and len(found) == 1


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"observations": ', b"\xff\xfe", b"[" * 100_000, b'{"observations": {"a": 3}}']
)
def test_what_is_no_project_is_a_sentence(tmp_path, content):
    path, found = tmp_path / "day.boris", []
    path.write_bytes(content)
    try:
        read_marks(path, found)
    except DataError as error:
        found.append(str(error))
    assert len(found) == 1 and found[0].startswith(str(path)) and found[0].endswith(".")


def test_a_project_has_what_boris_needs_to_play_and_edit_it(tmp_path):
    """BORIS plays media of which it reads this setting, and has events without media in live observations alone."""
    path, tier, marks = tmp_path / "day.boris", Tier("t", "P1"), (Mark(1.0, 3.0, "rub", "t"),)
    both = [Marks(path, "film", (tier,), marks, (Medium("anna.mp4"),)), Marks(path, "none", (tier,), marks)]
    write_boris(path, both, {"rub": "Hand"}, "2024-01-01")
    film, none = json.loads(path.read_text())["observations"].values()
    assert film["close_behaviors_between_videos"] is False and (film["type"], none["type"]) == ("MEDIA", "LIVE")
    assert [len(one["events"][0]) for one in (film, none)] == [6, 5]
    assert [spans(one) for one in read_marks(path, [])] == [[("rub", 1.0, 3.0)]] * 2


def test_boris_cannot_hold_what_begins_within_its_like(tmp_path):
    path, tier = tmp_path / "day.boris", Tier("t", "P1")
    marks = Marks(path, "day 1", (tier,), (Mark(1.0, 3.0, "rub", "t"), Mark(2.0, 4.0, "rub", "t")))
    with pytest.raises(DataError, match="'rub' at 2 s begins within another, which BORIS cannot hold"):
        write_boris(path, [marks], {"rub": "Hand"}, "2024-01-01")


def test_a_plain_table_needs_three_columns(tmp_path):
    path, found = tmp_path / "all.csv", []
    path.write_text("recording,start,stop,class\nanna,1.5,0:02.25,nod\nbert,x,2,nod\n")
    (marks,) = read_marks(path, found)
    assert marks.name == "anna" and spans(marks) == [("nod", 1.5, 2.25)]
    assert found == [f"{path}, line 3: start 'x' and stop '2'; expected seconds or hh:mm:ss.ms: correct the line."]
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    assert read_marks(other, []) == []
    other.write_text("start,stop,class,Class\n1,2,nod,rub\n")
    with pytest.raises(DataError, match="several columns are named class; delete or rename all but one"):
        read_marks(other, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("all.csv", "recording;start;stop;class;score\nanna;1,5;0:02,25;nod;0,5\n"),
        ("all.csv", '"","recording","start","stop","class","score"\n"1","anna",1.5,2.25,"nod",0.5\n'),
        ("all.txt", "recording\tstart\tstop\tclass\tscore\nanna\t1.5\t2.25\tnod\t0.5\n"),
        ("all.csv", "\ufeffsep=;\r\nrecording;score;start;stop;class\r\nanna;0,5;1,5;0:02,25;nod\r\n"),
        ("all.csv", "recording;score;start;stop;class\ranna;0,5;1,5;0:02,25;nod\r"),
    ],
)
def test_tables_as_spreadsheets_and_statistics_write_them(tmp_path, name, text):
    path, found = tmp_path / name, []
    path.write_text(text, newline="")
    (marks,) = read_marks(path, found)
    assert not found and marks.name == "anna"
    assert [(one.value, one.start, one.stop, one.score) for one in marks.marks] == [("nod", 1.5, 2.25, 0.5)]


@pytest.mark.parametrize("name", ["all.csv", "all.TextGrid"])
def test_what_is_no_text_or_does_not_tell_its_encoding_is_a_sentence(tmp_path, name):
    path = tmp_path / name
    path.write_bytes("start,stop,class\n1,2,nod\n".encode("utf-16-le"))
    with pytest.raises(DataError, match="UTF-16 with a byte order mark; open it where it was written, and save it as"):
        read_marks(path, [])


def test_blanks_and_empty_lines_of_a_table_mean_nothing_and_what_is_in_no_column_is_told(tmp_path):
    path, found = tmp_path / "all.csv", []
    path.write_text("recording, start, stop, class\n anna , 1, 2, nod,\n,,,\nanna,3,4,nod, and shake\n;\n")
    (marks,) = read_marks(path, found)
    assert marks.name == "anna" and spans(marks) == [("nod", 1.0, 2.0)]
    assert found[0] == f"{path}, line 4: ' and shake' is in no column; put texts with a comma in quotes."
    assert len(found) == 2 and found[1].startswith(f"{path}, line 5: start ''")


def test_a_score_that_is_none_is_told_as_the_mark_would_be_a_persons(tmp_path):
    path, found = tmp_path / "all.csv", []
    path.write_text("start,stop,class,score\n1,2,nod,87%\n3,4,nod,0.5\n5,6,nod,\n")
    (marks,) = read_marks(path, found)
    assert found == [f"{path}, line 2: score '87%'; expected 0..1, or none: correct the line."]
    assert [(one.start, one.score) for one in marks.marks] == [(3.0, 0.5), (5.0, None)]


def test_a_tier_of_two_coders_in_a_table_is_one_of_each(tmp_path):
    path = tmp_path / "all.csv"
    rows = ("1,2,nod,dora,P1", "1.1,2.1,nod,emil,P1", "5,6,rub,dora,P1")
    path.write_text(
        "\n".join(["recording,tier,start,stop,class,coder,person", *(f"anna,gesture,{row}" for row in rows)])
    )
    (marks,) = read_marks(path, [], lambda tier: tier.name == "gesture")
    assert [(tier.name, tier.annotator) for tier in marks.tiers] == [("gesture", "dora"), ("gesture, P1, emil", "emil")]
    assert [(one.tier, one.start) for one in marks.marks] == [
        ("gesture", 1),
        ("gesture, P1, emil", 1.1),
        ("gesture", 5),
    ]


def test_an_event_that_lasts_from_file_to_file_is_in_both(tmp_path):
    path = tmp_path / "day.boris"
    events = [[second, "", "rub", "", "", 0] for second in (50.0, 130.0)]
    path.write_text(json.dumps(project(events, 0.0, ("a/anna.mp4", "a/bert.mp4", "a/carl.mp4"), (60.0, 60.0, 60.0))))
    parts = [spans(marks) for marks in read_marks(path, [])]
    assert parts == [[("rub", 50.0, 60.0)], [("rub", 0.0, 60.0)], [("rub", 0.0, 10.0)]]


def test_a_stop_without_a_start_does_not_turn_all_that_follow_around(tmp_path):
    path, found = tmp_path / "part.csv", []
    rows = ("STOP,2", "START,5", "STOP,7", "START,9", "START,11", "STOP,12")
    path.write_text("\n".join(["Behavior,Behavior type,Time", *(f"rub,{row}" for row in rows)]))
    (marks,) = read_marks(path, found)
    assert spans(marks) == [("rub", 5.0, 7.0), ("rub", 11.0, 12.0)]
    assert [sentence.split(": ")[1] for sentence in found] == [
        "no START for 'rub', which stops at 2 s.", "no STOP for 'rub' at 9 s."
    ]  # fmt: skip


def test_a_coder_without_events_in_the_chosen_tiers_went_through_the_observation(tmp_path):
    path = tmp_path / "day.boris"
    content = project(EVENTS[2:3])  # a blink, which has no length
    content["observations"]["day 2"] = content["observations"]["day 1"] | {"events": []}
    path.write_text(json.dumps(content))
    first, second = read_marks(path, [], lambda tier: tier.name.endswith("Hand"))
    assert first.tiers == (Tier("P1 Hand", "P1"),) and not first.marks and not second.tiers


@pytest.mark.parametrize("duration", [12.01201201, 12.0124, 12.0126])
def test_no_interval_of_a_written_textgrid_is_without_a_length(tmp_path, duration):
    path, tier = tmp_path / "a.TextGrid", Tier("t")
    marks = (Mark(1.0, 2.0, "rub", "t"), Mark(2.0, 2.0004, "nod", "t"), Mark(11.0, round(duration, 3), "rub", "t"))
    write_textgrid(path, Marks(path, "a", (tier,), marks), duration)
    borders = [float(line.split("=")[1]) for line in path.read_text().splitlines() if line.strip().startswith("xm")]
    assert all(first < second for first, second in zip(borders[::2], borders[1::2], strict=True))
    assert borders[-1] == borders[1] and spans(read_marks(path, [])[0]) == [
        ("rub", 1, 2),
        ("rub", 11, round(duration, 3)),
    ]
