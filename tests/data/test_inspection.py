"""`python -m mglib.data check`: everything wrong is told, nothing stops the report, the exit code says which."""

import pickle
import re
import shutil

import numpy as np
import pytest
from PIL import Image

from mglib.base.errors import DataError
from mglib.data.__main__ import main
from mglib.data.inspection import IMIGUE_TRAIN, IMIGUE_VAL, PUBLISHED, inspect_source
from tests.data import folders as make


@pytest.fixture
def imigue(folders):
    """A sound folder with videos, a quarter of the true size."""
    videos = make.imigue_videos(np.random.default_rng(0))
    for video in videos:
        video.points[..., :2] /= 4
    root = make.write_imigue(folders / "imigue", videos)
    make.write_video(root / "rgb" / "0001.mp4", 60, 180, 320)
    for video in videos[1:]:
        shutil.copy(root / "rgb" / "0001.mp4", root / "rgb" / f"{video.name}.mp4")
    return root


def _lines(text, word):
    """The sentences below a heading of the report."""
    return text.split(f"\n{word}:\n")[1].split("\n\n")[0].splitlines() if f"\n{word}:\n" in text else []


def test_a_sound_folder_has_nothing_wrong_and_is_drawn(imigue, folders, capsys):
    assert main(["check", "imigue", str(imigue), "--part", "-o", str(folders / "sheet.png")]) == 0
    said = capsys.readouterr().out
    assert "imigue: 35 clips of 7 videos, 5 to 9 frames" in said and "nothing wrong" in said
    (counts,) = (line for line in said.splitlines() if line.startswith("all "))
    assert counts.split() == ["all", "20", "10", "5"]
    (joint,) = (line for line in said.splitlines() if line.startswith("left_little"))
    assert joint.split()[1] == "100.0%" and 0.7 < float(joint.split()[2]) < 0.8
    with Image.open(folders / "sheet.png") as sheet:
        assert np.ptp(np.asarray(sheet.convert("L"))) > 200


def test_whatever_is_broken_is_listed_and_the_rest_is_still_reported(imigue, capsys):
    train = imigue / "imigue_skeleton_train"
    (train / "0001" / "0001_light_hand.csv").write_text("broken")
    (train / "0002" / "0002_label.csv").write_text("1,0,5\n77,0,5\n1,50,80\n")
    film = imigue / "rgb" / "0003.mp4"
    film.write_bytes(film.read_bytes()[:2000])
    make.write_video(imigue / "rgb" / "0004.mp4", 30, 180, 320)
    assert main(["check", "imigue", str(imigue), "--part"]) == 1
    said = capsys.readouterr().out
    wrong = _lines(said, "wrong")
    for sentence in (
        "0001_light_hand.csv: ",
        "0002_label.csv, line 2: class 77",
        "0002_label.csv, line 3: frames 50..80",
        "0003.mp4, video: could not be decoded",
        "0004.mp4, video: 30 frames, but a clip needs frames 48..",
    ):
        assert sum(sentence in line for line in wrong) == 1, sentence
    assert len(wrong) == 5 and "imigue: 26 clips" in said


def test_clips_are_counted_against_what_was_published(imigue, capsys):
    assert main(["check", "imigue", str(imigue)]) == 1
    assert _lines(capsys.readouterr().out, "wrong") == [
        "- imigue, train: 20 clips, published 12893; complete the folder.",
        "- imigue, val: 10 clips, published 777; complete the folder.",
        "- imigue, test: 5 clips, published 4562; complete the folder.",
    ]
    assert (sum(IMIGUE_TRAIN), sum(IMIGUE_VAL)) == (12893, 777)
    assert sum(counts[0] for counts in PUBLISHED["ma52"].values()) == 22422
    folded = inspect_source("imigue", imigue, test_fold="1/2").wrong
    assert folded[0] == "imigue, train: 30 clips, published 13670; complete the folder."


def test_a_class_that_is_short_is_named_where_the_split_is_whole(folders, monkeypatch):
    videos = make.imigue_videos(np.random.default_rng(0))
    train = np.zeros(32, int)
    train[[0, 19, 28, 30, 31]] = 5, 3, 4, 4, 4
    monkeypatch.setattr("mglib.data.inspection.IMIGUE_TRAIN", tuple(train))
    monkeypatch.setitem(PUBLISHED, "imigue", {"train": (20,), "val": (10,), "test": (5,)})
    assert inspect_source("imigue", make.write_imigue(folders / "imigue", videos)).wrong == [
        "imigue, train: class 0, Turtle neck, has 4 clips, published 5; download the label files again.",
        "imigue, train: class 19, Moving torso, has 4 clips, published 3; download the label files again.",
    ]


@pytest.mark.parametrize("source", ["smg", "ma52"])
def test_other_sources_are_looked_over_too(folders, source):
    rng = np.random.default_rng(0)
    if source == "smg":
        root = make.write_smg(folders / "data", make.smg_samples(rng))
    else:
        root = make.write_ma52(folders / "data", make.ma52_clips(rng))
    found = inspect_source(source, root, part=True)
    assert found.wrong == [] and len(found.examples) == 4
    assert [note.split(":")[0] for note in found.notes] == (["ma52"] if source == "ma52" else [])


def test_traps_and_refused_tables_are_told(folders):
    videos = make.imigue_videos(np.random.default_rng(0))
    for video in videos:
        video.points[:, [*range(95, 137)]] = video.points[:, [*range(116, 137), *range(95, 116)]]
    found = inspect_source("imigue", make.write_imigue(folders / "imigue", videos), part=True)
    assert len(found.wrong) == 1 and "hands seem to be exchanged" in found.wrong[0] and not found.notes
    found = inspect_source("imigue", folders / "imigue", part=True, height=100, width=100)
    assert found.table is None and "far outside the image of 100 x 100" in found.wrong[0]


def test_persons_who_are_not_there_and_times_that_nobody_gives_are_told_right(folders):
    points = np.random.default_rng(0).uniform(1, 479, (4, 2, 6, 17, 2))
    points[:, 1] = 0  # a second person only in name
    points[:, 0, :3, 4] = 0
    clips = [
        {"frame_dir": f"p{i}_0", "label": i % 2, "img_shape": (480, 640), "keypoint": k} for i, k in enumerate(points)
    ]
    (folders / "a.pkl").write_bytes(pickle.dumps(clips))
    found = inspect_source("annotation", folders / "a.pkl", layout="coco17")
    shares = {line.split()[0]: line.split()[1] for line in str(found).split("\n\n")[1].splitlines()[1:]}
    assert shares.pop("right_ear") == "50.0%" and set(shares.values()) == {"100.0%"}
    assert any("fps: the files do not say how many frames" in note and "25 are assumed" in note for note in found.notes)
    found = inspect_source("annotation", folders / "a.pkl", layout="coco17", fps=30)
    assert not any("fps" in note for note in found.notes)


def test_a_sheet_that_is_no_picture_is_a_sentence_before_anything_is_read(capsys):
    with pytest.raises(SystemExit) as end:
        main(["check", "synthetic", "-o", "sheet.xlsx"])
    assert (
        end.value.code == 2
        and "output: sheet.xlsx is no picture; give a name that ends in .png" in capsys.readouterr().err
    )


def test_the_synthetic_set_needs_no_folder(capsys):
    assert main(["check", "synthetic", "-p", "num_clips", "192"]) == 0
    said = capsys.readouterr().out
    assert "synthetic RGB" in said and "mirrored at random in training: yes" in said


def test_a_broken_annotation_costs_its_own_clip_only(folders):
    clips = make.ma52_clips(np.random.default_rng(0))
    path = make.write_ma52(folders / "ma52", clips) / "pose" / "train.pkl"
    annotations = pickle.loads(path.read_bytes())
    del annotations[3]["label"]
    path.write_bytes(pickle.dumps(annotations))
    found = inspect_source("annotation", path, layout="ma52_28")
    assert len(found.table) == 19 and len(found.examples) == 4
    assert len(found.wrong) == 1 and f"clip {annotations[3]['frame_dir']}: `label`" in found.wrong[0]


def test_broken_utd_mhad_files_cost_their_own_clips_only(folders, utd_mhad_folder):
    root = folders / "utd"
    root.mkdir()
    for path in utd_mhad_folder.rglob("a1_s[12]_t*.mat"):
        shutil.copy(path, root)
    (root / "a1_s1_t2_skeleton.mat").write_bytes(b"broken")
    (root / "a1_s2_t1_depth.mat").write_bytes(b"broken")
    found = inspect_source("utd_mhad", root, part=True)
    assert len(found.table) == 7 and len(found.examples) == 4
    assert ["a1_s1_t2_skeleton.mat" in found.wrong[0], "a1_s2_t1_depth.mat" in found.wrong[1]] == [True, True]


def test_utd_mhad_is_sound(utd_mhad_folder):
    found = inspect_source("utd_mhad", utd_mhad_folder, visual="none")
    assert found.wrong == []
    assert "in training: no, unless the setting flip says otherwise; 186 of 431 training clips" in str(found)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "imigue"], "every source but synthetic is read from a folder"),
        (["check", "imigue", "nowhere"], "nowhere is not there"),
        (["check", "kinetics", "."], "invalid choice: 'kinetics'"),
        (
            ["check", "imigue", ".", "-p", "colour", "1"],
            "data_options of imigue, colour: there is no .* layout, videos, test_fold",
        ),
        (["check", "imigue", ".", "-p", "layout", "["], "while parsing a flow"),
        ([], "command"),
    ],
)
def test_bad_usage_is_a_sentence_and_exit_code_two(arguments, sentence, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2

    assert re.search(sentence, capsys.readouterr().err)


def test_an_unknown_source_is_refused():
    with pytest.raises(DataError, match="dataset: 'kinetics'"):
        inspect_source("kinetics")
