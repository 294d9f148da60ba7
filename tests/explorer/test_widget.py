"""The widget without a browser: what it sends, what it answers, what it says."""

import base64
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mglib.explorer import ConfusionExplorer, ExplorerError, widget
from mglib.explorer.frames import TILE, FrameStrips
from mglib.runs import Run
from tests.builders import waving_table
from tests.run_builder import fake_run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return fake_run(tmp_path / "run")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, list[bytes]]]:
    """What widgets send to the browser."""
    messages: list = []

    def send(self, content, buffers=()):
        messages.append((content, buffers))

    monkeypatch.setattr(ConfusionExplorer, "send", send)
    return messages


def test_a_note_is_in_the_run_directory_at_once_and_in_the_next_kernel(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    note = {"kind": "note", "id": "clip 00011", "mark": "mislabelled", "comment": "it waves"}
    explorer._answer(explorer, note, [])
    assert sent == [({"kind": "saved", "id": "clip 00011"}, ())]
    again = ConfusionExplorer(Run(run.path))
    assert again.notes["clip 00011"]["comment"] == "it waves"
    table = again.relabelling()
    predicted = run.probabilities("fused")[11].argmax()
    assert table.loc[11, ["label", "predicted", "mark"]].tolist() == [run.clips["label"][11], predicted, "mislabelled"]
    explorer._answer(explorer, note | {"mark": "nonsense"}, [])
    assert "The note was not saved" in sent[-1][0]["error"]


def test_skeletons_of_a_large_run_come_when_they_are_asked_for(run: Run, sent: list, monkeypatch: pytest.MonkeyPatch):
    assert "points" in ConfusionExplorer(run).meta["arrays"]
    monkeypatch.setattr(widget, "AT_ONCE", 0)
    explorer = ConfusionExplorer(run)
    assert "points" not in explorer.meta["arrays"]
    explorer._answer(explorer, {"kind": "skeletons", "rows": [7, 3]}, [])
    message, (content,) = sent[0]
    with np.load(run.path / "skeletons.npz") as skeletons:
        expected = skeletons["points"][[7, 3]]
    assert message["rows"] == [7, 3] and content == expected.tobytes()


def test_pictures_are_cut_to_the_skeletons_box(run: Run, monkeypatch: pytest.MonkeyPatch, folders: Path):
    table = waving_table()
    points = np.stack([x[0, np.linspace(0, 9, 32).round().astype(int), 0, :2] for x in table.keypoints])
    monkeypatch.setattr(FrameStrips, "_table", table)
    frames = np.tile(np.linspace(0, 9, 32).round().astype(int), (60, 1))
    box = np.tile(np.array([-20, 10, 120], np.float32), (60, 1))
    strips = FrameStrips(run, {"frames": frames, "box": box})
    sheet = np.asarray(Image.open(io.BytesIO(strips.strip(0))).convert("L"), float)
    for moment in (0, 9, 31):  # the reader paints joint 0 as a white dot
        top, left = moment // 8 * TILE, moment % 8 * TILE
        tile = sheet[top : top + TILE, left : left + TILE]
        y, x = np.unravel_index(tile.argmax(), tile.shape)
        expected = (points[0, moment] + 0.5 - (-20, 10)) / 120 * TILE
        assert np.abs(expected - (x + 0.5, y + 0.5)).max() < 2.5


def test_without_the_data_set_there_is_a_sentence(tmp_path: Path, sent: list):
    run = fake_run(tmp_path / "run", streams=("pose",))
    explorer = ConfusionExplorer(run)
    explorer._answer(explorer, {"kind": "frames", "rows": [3]}, [])
    assert sent[0][0]["error"] == "The run run has no visual stream, so only skeletons are shown."
    settings = (run.path / "config.yaml").read_text().replace("dataset: synthetic", "dataset: annotation")
    (run.path / "config.yaml").write_text(settings.replace("data_root: null", f"data_root: {tmp_path}/nowhere.pkl"))
    run = Run(run.path)
    run.data = replace(run.data, visual="colour video")
    explorer = ConfusionExplorer(run)
    explorer._answer(explorer, {"kind": "frames", "rows": [3]}, [])
    assert sent[-1][0]["error"].startswith("The data of the run run cannot be loaded: ")
    assert sent[-1][0]["error"].endswith("So only skeletons are shown.")


def test_the_static_twin_travels_beside_the_widget(run: Run):
    data, _ = ConfusionExplorer(run)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width == 1000


def test_a_twin_follows_the_widget_for_a_notebook_that_is_opened_again(run: Run, monkeypatch: pytest.MonkeyPatch):
    shown: list[dict] = []
    monkeypatch.setattr(widget, "display", lambda data, **_: shown.append(data))
    ConfusionExplorer(run)._ipython_display_()
    first, twin = shown
    assert "application/vnd.jupyter.widget-view+json" in first
    assert f"data:image/png;base64,{first['image/png']}" in twin["text/html"]
    assert "Run this cell" in twin["text/html"] and "<script" not in twin["text/html"]


def test_python_points_the_explorer_by_an_address(run: Run):
    explorer = ConfusionExplorer(run)
    assert explorer.at == ""
    explorer.at = "#split=train&epoch=2"
    assert explorer.at == explorer.view["at"] == "split=train&epoch=2" and explorer.view["split"] == "test"


def test_runs_of_one_name_in_two_places_are_known_apart(tmp_path: Path):
    first, second = (ConfusionExplorer(fake_run(tmp_path / folder / "run")) for folder in ("one", "two"))
    assert first.meta["key"] != second.meta["key"] and str(tmp_path) not in str(first.meta)


def test_the_figure_shows_the_split_and_stream_that_are_shown(run: Run):
    explorer = ConfusionExplorer(run, split="train", stream="pose")
    rows = run.where("train")
    right = (run.probabilities("pose")[rows].argmax(1) == run.labels[rows]).sum()
    assert f"pose head: {right} of {len(rows)} train clips right" in explorer.figure().get_suptitle()


@pytest.mark.parametrize("lost", ["features.npz", "skeletons.npz", "dynamics.npz", "prototypes.npz", "scores.csv"])
def test_a_run_that_lacks_something_is_shown_without_it(run: Run, lost: str):
    (run.path / lost).unlink()
    explorer = ConfusionExplorer(Run(run.path))
    assert lost == "scores.csv" or any(lost in sentence for sentence in explorer.meta["missing"])
    assert explorer.meta["arrays"]["fused/top"]


def test_one_class_and_no_errors_are_shown(tmp_path: Path):
    explorer = ConfusionExplorer(fake_run(tmp_path / "one", num_classes=1))
    assert explorer.meta["names"] == ["gesture 0"]
    run = fake_run(tmp_path / "right", wrong=0, between=0)
    right = np.eye(5)[run.clips["label"]]
    assert "100.0%" in ConfusionExplorer(run, stream="right", systems={"right": right}).figure().get_suptitle()


def test_a_split_or_stream_that_is_not_there_is_named(run: Run):
    with pytest.raises(ExplorerError, match="split: 'val'; this run has test, train"):
        ConfusionExplorer(run, split="val")
    with pytest.raises(ExplorerError, match="stream: 'limbs'; this run has fused, rgb, pose"):
        ConfusionExplorer(run, stream="limbs")
