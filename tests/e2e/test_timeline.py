"""The time line as its readers meet it: a page of its own, and JupyterLab; played and corrected without a mouse."""

import csv
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from mglib.data.recordings import Segment
from mglib.explorer import TimeLine
from tests.e2e.test_explorer import RUN_CELL, best, idle, wait_for  # noqa: F401
from tests.explorer.long_recordings import fake_spotted, fake_spotter

READY = ".mg-timeline[data-ready]"
CLICK = """async (root) => {
  const box = root.querySelector(".mg-lanes"), area = box.getBoundingClientRect(), times = [];
  for (let click = 0; click < 15; click++) {
    const [from, to, left, wide, tall] = box.dataset.view.split(" ").map(Number);
    const items = [...root.querySelectorAll(".mg-segment")];
    const start = performance.now();
    items[(3 * click) % items.length].click();
    root.offsetHeight;
    await new Promise((paint) => requestAnimationFrame(() => setTimeout(paint)));
    times.push(performance.now() - start);
    if (root.dataset.playing !== "true") throw new Error("a click plays nothing");
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""
PIXEL = """(root, [seconds, lane]) => {
  const box = root.querySelector(".mg-lanes"), sheet = box.querySelector("canvas");
  const [from, to, left, wide, tall] = box.dataset.view.split(" ").map(Number);
  const x = left + (wide * (seconds - from)) / (to - from), y = (lane + 0.2) * tall;
  const area = box.getBoundingClientRect(), zoom = sheet.width / box.clientWidth;
  return [area.x + x, area.y + y, ...sheet.getContext("2d").getImageData(x * zoom, y * zoom, 1, 1).data.slice(0, 3)];
}"""
NAMES_COLOUR = """root => {
  const sheet = root.querySelector(".mg-lanes canvas"), wide = 80 * sheet.width / sheet.clientWidth;
  const pixels = sheet.getContext("2d").getImageData(0, 0, wide, sheet.height).data;
  let most = 0;
  for (let i = 0; i < pixels.length; i += 4)
    if (pixels[i + 3] > 200) {
      const [r, g, b] = pixels.slice(i, i + 3);
      most = Math.max(most, Math.max(r, g, b) - Math.min(r, g, b));
    }
  return most;
}"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A page with an hour and 500 segments."""
    folder = tmp_path_factory.mktemp("timeline")
    line = TimeLine(fake_spotter(folder / "net"), fake_spotted(1, seconds=3600, segments=500))
    return line.to_html(folder / "page.html")


def state(root, name):
    return root.evaluate("(root, name) => root.dataset[name]", name)


def test_the_page_is_worked_by_keys_alone_and_asks_for_nothing(exported, open_page):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, READY)
    assert state(root, "segments") == "500"
    root.focus()
    page.keyboard.press("ArrowDown")
    first = state(root, "segment")
    assert first == "anna 0 2.250-3.750 rubbing the eyes" and state(root, "playing") == "true"
    assert 1.2 <= float(state(root, "time")) < 2.2  # from one second before it
    page.keyboard.press("Space")
    assert state(root, "playing") == "false"
    page.keyboard.press("a")
    assert (state(root, "verdict"), state(root, "looked")) == ("accepted", "1")
    page.keyboard.press("u")
    assert (state(root, "verdict"), state(root, "looked")) == ("", "0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    before = state(root, "segment")
    page.keyboard.press("[")  # it starts where the player stands, a little before it
    assert (state(root, "verdict"), state(root, "segment")) == ("corrected", before)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("r")
    assert (state(root, "segment"), state(root, "verdict"), state(root, "looked")) == (first, "rejected", "2")
    page.keyboard.press("n")
    assert (state(root, "verdict"), state(root, "segments")) == ("added", "501")
    page.reload()
    assert state(wait_for(page, READY), "looked") == "3"  # kept by the browser
    assert page.requests == [exported.as_uri()] * 2 and page.errors == []


def test_a_segment_within_another_is_seen_and_chosen(tmp_path, open_page):
    (one,) = fake_spotted(1, segments=1)
    within, around = Segment(4.0, 6.0, 2, "net", 0.5), Segment(2.0, 10.0, 0, "net", 0.5)
    page = open_page()
    line = TimeLine(fake_spotter(tmp_path / "net"), [replace(one, segments=(within, around))])
    page.goto(line.to_html(tmp_path / "page.html").as_uri())
    root = wait_for(page, READY)
    x, y, *inner = root.evaluate(PIXEL, [5.0, 1])
    *_, r, g, b = root.evaluate(PIXEL, [9.0, 1])
    assert (inner, [r, g, b]) == ([213, 94, 0], [0, 114, 178])  # the two groups' colours, and no third one
    page.mouse.click(x, y)
    assert state(root, "segment") == "anna 0 4.000-6.000 shaking <b>legs</b>"


@pytest.mark.speed
def test_a_click_plays_within_100_ms_at_an_hour_and_500_segments(exported, open_page, idle):  # noqa: F811
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, READY)
    assert best(lambda: page.evaluate(CLICK, root), 100) <= 100


def test_jupyterlab_saves_corrections_at_once(lab, browser, tmp_path):
    address, shown = lab
    code = [
        f"import sys\nsys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from pathlib import Path\nfrom mglib.explorer import TimeLine\n"
        "from tests.explorer.long_recordings import fake_spotted, fake_spotter",
        f"line = TimeLine(fake_spotter(Path({str(tmp_path / 'net')!r})), fake_spotted())\nline",
    ]
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in code])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, shown / "timeline.ipynb")
    page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_default_timeout(120_000)
    page.goto(f"{address}/lab/tree/timeline.ipynb")
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate(RUN_CELL, 0)
    page.evaluate(RUN_CELL, 1)
    root = wait_for(page, READY)
    last = "root => root.querySelector('.mg-help').getBoundingClientRect().bottom - root.getBoundingClientRect().bottom"
    shown_of = (
        "root => (({scrollHeight, clientHeight}) => [scrollHeight, clientHeight])(root.closest('.jp-OutputArea'))"
    )
    assert root.evaluate(last) <= 0 and root.bounding_box()["height"] > 500  # all of it is within the frame of its own
    assert root.evaluate(NAMES_COLOUR) < 40  # the host's grey, not what was painted last
    whole, visible = root.evaluate(shown_of)
    assert whole <= visible  # nothing to scroll to inside the cell
    root.scroll_into_view_if_needed()
    root.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    page.wait_for_function("root => root.querySelector('[role=status]').textContent.includes('saved')", arg=root)
    with (tmp_path / "net" / "corrections.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["verdict"]) == (state(root, "segment"), "accepted")
    assert errors == [] and not [url for url in requests if not url.startswith((address, "data:", "blob:"))]
    page.context.close()
