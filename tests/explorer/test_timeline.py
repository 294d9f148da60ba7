import io

import numpy as np
import pytest
from PIL import Image

from mglib.data.skeletons import MISSING
from mglib.explorer import ExplorerError, TimeLine
from mglib.explorer.stretches import Stretches
from mglib.explorer.timeline import RATE, make_payload
from mglib.recordings.corrections import segment_id
from tests.explorer.long_recordings import LAYOUT, NAMES, fake_spotted, fake_spotter


@pytest.fixture
def line(tmp_path):
    return TimeLine(fake_spotter(tmp_path / "net"), fake_spotted(), coder="Ann")


def sent(line, monkeypatch):
    messages = []
    monkeypatch.setattr(line, "send", lambda content, buffers=None: messages.append((content, buffers)))
    return messages


def test_tiers_and_segments_arrive_as_they_are():
    spotted = fake_spotted(seconds=30, segments=4)
    payload = make_payload(spotted, NAMES, ("hand", "hand", "body"), LAYOUT)
    first, second = payload.meta["recordings"]
    assert [tier["name"] for tier in second["tiers"]] == ["truth", "machine"]
    machine = second["tiers"][1]
    rows = slice(machine["first"], machine["first"] + machine["count"])
    np.testing.assert_array_equal(
        payload.arrays["start"][rows] / 1000, [round(s.start, 3) for s in spotted[1].segments]
    )
    np.testing.assert_array_equal(payload.arrays["label"][rows], [0, 1, 2, 0])
    assert first["ids"][0] == "anna 0 2.250-3.750 rubbing the eyes"


def test_skeletons_are_thinned_to_the_players_rate_and_say_what_is_missing():
    (one,) = fake_spotted(1, seconds=10, fps=50.0)
    points = make_payload([one], NAMES, ("a", "a", "b"), LAYOUT).arrays["points/0"]
    assert points.shape == (round(10 * RATE), LAYOUT.num_joints, 2) and points.dtype == np.uint8
    assert (points[0, 3] == MISSING).all() and not (points[-1] == MISSING).any()
    assert (np.diff(points[5:, 0, 0].astype(int)) >= 0).all()


def test_what_is_said_is_saved_at_once_and_told_back(line, monkeypatch):
    messages = sent(line, monkeypatch)
    segment = line.spotted[0].segments[2]
    name = segment_id("anna 0", segment, NAMES)
    said = {"recording": "anna 0", "verdict": "corrected", "start": 1.0, "stop": 2.0, "label": 1}
    line._answer(line, {"kind": "correct", "id": name, "correction": said}, [])
    assert messages == [({"kind": "saved", "id": name}, None)] and line.corrections == {name: said}
    again = TimeLine(line.spotter, line.spotted, coder="Bert")
    assert again.corrections == {name: said}
    (kept,) = again.reviewed()["anna 0"]
    assert (kept.start, kept.stop, kept.label, kept.coder) == (1.0, 2.0, 1, "Bert")
    line._answer(line, {"kind": "correct", "id": name, "correction": None}, [])
    assert line.corrections == {} and line.reviewed()["anna 0"] == []


@pytest.mark.parametrize("said", [{"verdict": "fine"}, {"stop": 0.5}, {"label": 9}, {"more": 1}])
def test_what_cannot_be_is_answered_with_a_sentence(line, monkeypatch, said):
    messages = sent(line, monkeypatch)
    correction = {"recording": "anna 0", "verdict": "accepted", "start": 1.0, "stop": 2.0, "label": 1} | said
    line._answer(line, {"kind": "correct", "id": "x", "correction": correction}, [])
    assert messages[0][0]["error"].startswith("It was not saved: ") and not line.corrections


def test_pictures_of_synthetic_recordings_are_drawn_on_demand():
    from mglib.data.sources.synthetic.recordings import make

    (one,) = make((0, 0, 1), 10.0).recordings
    stretches = Stretches([one, fake_spotted(1)[0].recording])
    assert stretches.available == [0]
    content, times = stretches.strip(0, 2.0, 3.5)
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "WEBP" and picture.height == 120 and picture.width % len(times) == 0
    assert times == sorted(times) and times[0] >= 2 and times[-1] <= 3.5 and len(times) > 5
    with pytest.raises(ValueError, match="has no video"):
        stretches.strip(1, 0, 1)


def test_a_still_stands_beside_it_and_nothing_to_show_is_refused(line, tmp_path):
    bundle = line._repr_mimebundle_()[0]
    assert bundle["image/png"].startswith("iVBOR")
    with pytest.raises(ExplorerError, match="there is none"):
        TimeLine(fake_spotter(tmp_path / "net"), [])


def test_the_page_holds_everything_and_no_address(line, tmp_path):
    page = line.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "@@" not in page and "Time line: net" in page and "shaking \\u003cb>" in page
    assert page.lower().count("</script") == 3
