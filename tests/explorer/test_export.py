"""The page holds everything, and little of it."""

import base64
import json
import re
import zlib
from pathlib import Path

import numpy as np

from mglib.explorer import ConfusionExplorer
from tests.run_builder import fake_run, recolumn


def read_page(path: Path) -> tuple[dict, bytes]:
    page = path.read_text(encoding="utf-8")
    content = re.search(r'id="content">(.*?)</script>', page, re.DOTALL)[1]
    data = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]
    return json.loads(content), zlib.decompress(base64.b64decode(data))


def test_700_clips_of_32_classes_fit_in_3_megabytes_with_every_skeleton(tmp_path: Path):
    run = fake_run(tmp_path / "run", num_classes=32, clips=700, epochs=30, dim=128)
    path = ConfusionExplorer(run).to_html(tmp_path / "page.html")
    assert path.stat().st_size < 3e6
    content, data = read_page(path)
    dtype, shape, offset = content["meta"]["arrays"]["points"]
    with np.load(run.path / "skeletons.npz") as skeletons:
        sent = np.frombuffer(data, dtype, int(np.prod(shape)), offset).reshape(shape)
        assert np.array_equal(sent, skeletons["points"])


def test_names_cannot_end_a_script(tmp_path: Path):
    run = fake_run(tmp_path / "run")
    groups = [f"</script><b>{row:02d}" for row in range(len(run.clips))]
    content, _ = read_page(ConfusionExplorer(recolumn(run, group=groups)).to_html(tmp_path / "page.html"))
    assert content["meta"]["group_names"] == groups


def test_the_notes_travel_with_the_page(tmp_path: Path):
    explorer = ConfusionExplorer(fake_run(tmp_path / "run"))
    explorer._answer(explorer, {"kind": "note", "id": "clip 00007", "mark": "ambiguous", "comment": "half"}, [])
    content, _ = read_page(explorer.to_html(tmp_path / "page.html"))
    assert content["notes"]["clip 00007"]["mark"] == "ambiguous"
