"""Corrected labels: training clips change, test clips never silently; what does not fit is told."""

from dataclasses import asdict
from pathlib import Path

import pytest

from mglib.base.corrections import read_corrections
from mglib.base.descriptions import inlined
from mglib.base.errors import OptionError
from mglib.config import TrainConfig
from mglib.data import SOURCES, load
from mglib.data.corrections import correct
from mglib.data.options import _model

SMALL = {"num_clips": 240, "num_subjects": 9, "num_frames": (12, 16), "label_noise": 0.1}


def write(folder: Path, *lines: str, header: str = "id,was,label") -> Path:
    path = folder / "review.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_training_clips_are_relabelled_or_left_out_and_the_table_says_so(make_table, tmp_path):
    table = make_table()
    path = write(tmp_path, "v0_0,nod,wave", "v0_1,wave,")
    with pytest.raises(OptionError, match="column|lacks") as error:
        correct(table, corrections=write(tmp_path, "v9_9,nod,wave"))
    assert "lacks 1 of the 1 clips that review corrects, such as v9_9" in str(error.value)
    path = write(tmp_path, "v0_0,nod,wave", "v0_1,wave,")
    found = correct(table, corrections=path)
    assert found.clips["id"].tolist() == ["v0_0", "v1_2", "v1_3", "v2_4", "v2_5"]
    assert found.labels.tolist() == [1, 2, 0, 1, 2]
    assert all(a is b for a, b in zip(found.keypoints, (table.keypoints[0], *table.keypoints[2:]), strict=True))
    assert asdict(found.facts)["corrected"] == {
        "name": "review", "relabelled": {"train": 1}, "left_out": {"train": 1}, "test_version": "",
    }  # fmt: skip
    assert found.facts.correction.startswith(
        "Labels were corrected before training: 1 train clip relabelled, 1 train clip left out (review)."
    )
    assert found.facts.heading == "made up" and table.facts.correction == ""


def test_test_clips_change_only_in_a_version_that_is_named(make_table, tmp_path):
    table, path = make_table(), write(tmp_path, "v0_0,nod,wave", "v1_2,shrug,nod", "v2_4,wave,shrug")
    with pytest.warns(UserWarning, match="2 of the clips in review are not in the training split and keep their label"):
        found = correct(table, corrections=path)
    assert found.labels.tolist() == [1, 1, 2, 0, 1, 2]
    assert found.facts.corrected.relabelled == {"train": 1}
    named = correct(table, corrections=path, corrected_test="second look")
    assert named.labels.tolist() == [1, 1, 0, 0, 2, 2]
    assert named.facts.heading == "made up, test set second look"
    told = "which is a new version, second look: 1 test and 1 train and 1 val clips relabelled"
    assert told in named.facts.correction
    with pytest.raises(OptionError, match="corrects training clips only"):
        correct(table, corrections=write(tmp_path, "v0_0,nod,wave"), corrected_test="x")
    with pytest.raises(OptionError, match="nothing to correct"):
        correct(table, corrected_test="x")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["v0_0,wave,nod"], "made where clip v0_0 was 'wave', and made up labels it 'nod'"),
        (["v0_0,nod,clap"], "clip v0_0, label: made up has no class 'clap'; give one of nod, wave, shrug"),
        (["v0_0,nod,wave", "v0_0,nod,shrug"], "gives clip v0_0 two labels, 'wave' and 'shrug'"),
        (["v0_0,nod,wave", "v0_0,nod,"], "gives clip v0_0 two labels, 'wave' and none"),
        (["v0_0,nod"], "line 2 has more or fewer values than the header"),
        (["v0_0,nod,wave,5"], "line 2 has more or fewer values than the header"),
        (["v0_0,nod,wave", " ,nod,wave"], "line 3 names no clip; give its id, or delete the line"),
    ],
)
def test_what_does_not_fit_is_a_sentence(make_table, tmp_path, lines, sentence):
    with pytest.raises(OptionError, match=sentence):
        correct(make_table(), corrections=write(tmp_path, *lines))


def test_a_file_of_another_kind_is_told(tmp_path):
    with pytest.raises(OptionError, match="has the columns id, mark, comment; label must be among them"):
        read_corrections(write(tmp_path, header="id,mark,comment"))
    with pytest.raises(OptionError, match="is not there"):
        read_corrections(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match="not a readable CSV file"):
        read_corrections(tmp_path / "bytes.csv")


def test_labels_that_are_kept_change_nothing_and_numbers_are_names_too(make_table, tmp_path):
    path = write(tmp_path, "v0_0,nod,nod", "v0_1,wave,2")
    assert [clip["id"] for clip in read_corrections(path)["clips"]] == ["v0_1"]
    assert correct(make_table(), corrections=path).labels.tolist()[:2] == [0, 2]


def test_a_file_that_a_spreadsheet_saved_is_read(make_table, tmp_path):
    """With semicolons, a mark of UTF-8, and empty lines below; with a line for Excel; as text for Windows."""
    path = write(tmp_path, "v0_1,nod,wave", ",,")
    path.write_text(path.read_text().replace(",", ";"), encoding="utf-8-sig")
    assert read_corrections(path)["clips"] == [{"id": "v0_1", "label": "wave", "was": "nod"}]
    path.write_text("sep=;\nId; Was; Label\nv0_1 ; gähnen ; wave\n", encoding="cp1252")
    assert read_corrections(path)["clips"] == [{"id": "v0_1", "label": "wave", "was": "gähnen"}]


def test_every_source_takes_corrections():
    for source in SOURCES.values():
        assert {"corrections", "corrected_test"} <= set(_model(source, correct).model_fields)


def test_planted_truth_follows_and_a_run_keeps_the_corrections_without_their_file(tmp_path):
    table = load("synthetic", **SMALL)
    wrong = table.clips.index[table.truth["is_wrong_label"]]
    names = table.class_names
    right = [names[label] for label in table.truth["true_label"][wrong]]
    path = write(tmp_path, *(f"{i},,{n}" for i, n in zip(table.clips["id"][wrong], right, strict=True)))
    config = TrainConfig.read({"data_options": {**SMALL, "corrections": str(path)}})
    path.unlink()
    kept = config.model_dump(mode="json")
    assert TrainConfig.read(kept).model_dump(mode="json") == kept
    found = load("synthetic", **config.data_options)
    assert len(wrong) > 5 and not found.truth["is_wrong_label"].any()
    assert (found.labels == found.truth["true_label"]).all()
    assert inlined({"corrections": None}) == {"corrections": None}
