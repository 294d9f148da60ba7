"""What the browser sends is kept with the run, and becomes the corrections of the next training."""

from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.neighbours import training_neighbours
from mglib.base import files
from mglib.base.errors import RunError
from mglib.config import TrainConfig
from mglib.explorer import ConfusionExplorer
from mglib.explorer.beside import KINDS, NUMBER
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return fake_run(tmp_path / "run", streams=("pose",))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list:
    messages = []
    monkeypatch.setattr(ConfusionExplorer, "send", lambda _, content, buffers=(): messages.append((content, buffers)))
    return messages


def decide(explorer: ConfusionExplorer, clip: str, label: str, rater: str = "ann", **more: str) -> None:
    was = explorer.run.data.class_names[explorer.run.clips.set_index("id").loc[clip, "label"]]
    kind = "leave out" if not label else "keep" if label == was else "relabel"
    message = {"kind": "decision", "id": f"{rater} {clip}", "clip": clip, "rater": rater, "decision": kind}
    explorer._answer(explorer, message | {"label": label} | more, [])


def test_decisions_are_saved_at_once_and_seen_by_the_next_kernel(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    decide(explorer, "clip 00002", "gesture 4", reason="it waves")
    assert sent == [({"kind": "saved", "of": "decision", "id": "ann clip 00002"}, ())]
    decide(explorer, "clip 00003", "")
    decide(explorer, "clip 00004", "gesture 9")
    assert "run has no class 'gesture 9'" in sent[-1][0]["error"]
    again = ConfusionExplorer(Run(run.path))
    assert again.decisions == explorer.decisions and again.decisions["ann"]["clip 00002"]["reason"] == "it waves"
    assert again.decisions["ann"]["clip 00002"]["split"] == run.clips["split"][2]


def test_what_was_said_before_something_newer_was_saved_changes_nothing(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    decide(explorer, "clip 00002", "gesture 4")
    decide(explorer, "clip 00002", "gesture 1", said="2001-01-01T00:00:00Z")
    assert explorer.decisions["ann"]["clip 00002"]["label"] == "gesture 4" and "error" not in sent[-1][0]
    decide(explorer, "clip 00002", "gesture 1", said="2101-01-01T00:00:00Z")
    assert explorer.decisions["ann"]["clip 00002"]["label"] == "gesture 1"


def test_a_slice_is_kept_with_its_clips(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    content = {"filters": {"seconds": [0, 2]}, "split": "test", "stream": "pose", "ids": ["clip 00021", "clip 00023"]}
    explorer._answer(explorer, {"kind": "slice", "id": "short", "content": content}, [])
    assert sent == [({"kind": "saved", "of": "slice", "id": "short"}, ())]
    assert ConfusionExplorer(Run(run.path)).slice("short")["id"].tolist() == content["ids"]
    explorer._answer(explorer, {"kind": "slice", "id": "short", "content": None}, [])
    assert explorer.slices == {}


def test_the_next_training_has_earlier_corrections_and_the_new_decisions(run: Run, tmp_path: Path):
    before = {"name": "first", "clips": [
        {"id": "clip 00000", "was": "gesture 0", "label": "gesture 1"},
        {"id": "clip 00001", "was": "gesture 1", "label": "gesture 2"},
        {"id": "gone", "was": "gesture 1", "label": None},
    ]}  # fmt: skip
    settings = run.settings.model_dump(mode="json") | {"data_options": {"corrections": before}}
    files.write_text(run.path / "config.yaml", TrainConfig.read(settings).to_yaml())
    labels = run.labels.copy()
    labels[:2] = 1, 2
    explorer = ConfusionExplorer(Run(recolumn(run, label=labels).path))
    decide(explorer, "clip 00000", "gesture 3")  # once more
    decide(explorer, "clip 00001", "gesture 1")  # as it was at first
    decide(explorer, "clip 00005", "")
    after = explorer.corrected("after")
    assert after.run_name == "after" and after.data_options["corrections"]["clips"] == [
        {"id": "clip 00000", "label": "gesture 3", "was": "gesture 0"},
        {"id": "gone", "was": "gesture 1", "label": None},
        {"id": "clip 00005", "label": None, "was": explorer.run.data.class_names[labels[5]]},
    ]
    path = explorer.write_corrections(tmp_path / "next.csv")
    assert TrainConfig.read({"data_options": {"corrections": str(path)}}).data_options["corrections"]["clips"] == [
        {"id": clip["id"], "label": clip["label"], "was": clip["was"]}
        for clip in after.data_options["corrections"]["clips"]
    ]


def test_neighbours_are_sent_when_asked_for_and_all_of_them_lie_in_the_page(run: Run, sent: list, tmp_path: Path):
    explorer = ConfusionExplorer(run)
    explorer._answer(explorer, {"kind": "neighbours", "system": "pose", "row": 7}, [])
    message, (near, alike) = sent[0]
    assert message == {"kind": "neighbours", "system": "pose", "row": 7}
    expected = training_neighbours(run, "pose", np.array([7]))
    found = np.frombuffer(near, np.int32).reshape(len(KINDS), NUMBER)
    cosines = np.frombuffer(alike, np.int8).reshape(len(KINDS), NUMBER) / 127
    for kind, places, values in zip(KINDS, found, cosines, strict=True):
        assert places.tolist() == expected[kind].places[0].tolist()
        np.testing.assert_allclose(values[places >= 0], expected[kind].similarity[0][places >= 0], atol=0.005)
    page = explorer.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert '"pose/near": ["int32", [60, 3, 8],' in page


def test_judged_labels_are_sent_and_are_in_the_payload_from_then_on(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    assert "quality" not in explorer.meta["arrays"]
    explorer._answer(explorer, {"kind": "label_check"}, [])
    message, (quality, better, queue) = sent[0]
    quality = np.frombuffer(quality, np.float32)
    assert message == {"kind": "label_check"} and len(quality) == len(run.clips) == len(better)
    train = run.where("train")
    assert np.isfinite(quality[train]).all() and np.isnan(np.delete(quality, train)).all()
    assert sorted(np.frombuffer(queue, np.uint32)) == list(range(len(run.clips)))
    assert "quality" in ConfusionExplorer(Run(run.path)).meta["arrays"]


def test_what_cannot_be_answered_is_a_sentence(run: Run, sent: list):
    explorer = ConfusionExplorer(run)
    (run.path / "features.npz").unlink()
    explorer = ConfusionExplorer(Run(run.path))
    for kind in ("neighbours", "label_check", "context"):
        explorer._answer(explorer, {"kind": kind, "system": "pose", "row": 3}, [])
        assert len(sent[-1][0]["error"]) > 20
    with pytest.raises(RunError):
        training_neighbours(explorer.run, "pose", np.array([3]))
