"""The explorer as its readers meet it: a page of its own, and JupyterLab."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mglib.explorer import ConfusionExplorer, Notes
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn

ROUNDS = 6  # at most: a busy machine disturbs some rounds, hardly all; what is too slow is too slow in each
BUSY = 1.5  # load per core from which times say more about the other programs
CLICKS = """async ([root, clicks]) => {
  const box = root.querySelector(".mg-left .mg-canvas"), times = { done: [], painted: [] };
  const n = Number(root.dataset.units);
  for (let click = 0; click < clicks; click++) {
    const i = (7 * click) % n, j = click % 2 ? i : (i + 1) % n;
    const [left, top, wide, tall] = box.dataset.grid.split(" ").map(Number);
    const area = box.getBoundingClientRect(), before = root.dataset.cell;
    const at = { clientX: area.left + left + (j + 0.5) * wide, clientY: area.top + top + (i + 0.5) * tall };
    const start = performance.now();
    box.dispatchEvent(new MouseEvent("click", { bubbles: true, ...at }));
    root.offsetHeight; // style and layout
    times.done.push(performance.now() - start);
    await new Promise((paint) => requestAnimationFrame(() => setTimeout(paint)));
    times.painted.push(performance.now() - start);
    if (root.dataset.cell === before) throw new Error(`click ${click} at ${i}, ${j} changed nothing`);
  }
  const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  return { done: middle(times.done), painted: middle(times.painted) };
}"""


def click_time(page, root, what: str) -> float:
    """The median time of 20 clicks in ms: until "done" (the page is laid out anew) or "painted" (a frame later)."""
    return page.evaluate(CLICKS, [root, 20])[what]


def best(measure: Callable[[], float], limit: float) -> float:
    """The shortest of up to `ROUNDS` times, measured until one keeps the limit.

    The limit is the one that readers are promised, not scaled to the machine: on two cores at rest the explorer needs
    less than half of it, so that a machine half as fast still keeps it and a slip in the code does not.
    """
    times = [measure()]
    while len(times) < ROUNDS and min(times) > limit:
        time.sleep(1)  # for whatever disturbs to go by
        times.append(measure())
    return min(times)


@pytest.fixture
def idle() -> None:
    """For tests of speed: skips where other programs keep the machine busy."""
    load, cores = os.getloadavg()[0], os.cpu_count()
    if load > BUSY * cores:
        pytest.skip(f"the load is {load:.1f} on {cores} cores: speed is NOT judged")


def wait_for(page, selector: str, seconds: float = 60):
    return page.wait_for_selector(selector, timeout=1000 * seconds, state="attached")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    run = fake_run(folder / "run", num_classes=32, clips=2000, epochs=20, between=0.3, streams=("pose",))
    return ConfusionExplorer(run).to_html(folder / "page.html")


def test_the_exported_page_links_everything_and_asks_for_nothing(exported: Path, open_page):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, ".mg[data-ready]")
    before = root.evaluate("root => ({...root.dataset})")
    page.click(".mg-table tbody tr:nth-child(3)")
    after = root.evaluate("root => ({...root.dataset})")
    assert after["cell"] != before["cell"] and after["clip"] != before["clip"] and after["against"] != before["against"]
    name = page.text_content(".mg-table tbody tr:nth-child(3) td")
    assert page.text_content(".mg-clips h3 .mg-line") == name.replace("→", " → ")
    assert page.locator(".mg-item").count() == min(int(after["list"]), page.locator(".mg-item").count()) > 0
    taken_for = name.split("→")[1]
    assert page.text_content(".mg-player:nth-child(2) strong") == taken_for
    assert int(after["pairs"]) > 40
    page.wait_for_function("n => document.querySelectorAll('.mg-table tbody tr').length === n", arg=int(after["pairs"]))
    assert page.requests == [exported.as_uri()] and page.errors == []


@pytest.mark.speed
def test_a_click_in_the_exported_page_takes_at_most_20_ms(exported: Path, open_page, idle):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, ".mg[data-ready]")
    assert best(lambda: click_time(page, root, "done"), 20) <= 20


def test_the_page_works_without_a_mouse(exported: Path, open_page):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, ".mg[data-ready]")
    state = lambda name: root.evaluate("(root, name) => root.dataset[name]", name)  # noqa: E731
    page.focus(".mg-left .mg-canvas")
    page.keyboard.press("n")
    assert state("pair") == "1"
    page.keyboard.press("p")
    assert state("pair") == "0"
    row, column = state("cell").split(">")
    page.keyboard.press("ArrowDown")
    assert state("cell").split(">")[1] == column and state("cell").split(">")[0] != row
    page.keyboard.press("ArrowUp")
    assert state("pair") == "0"
    page.keyboard.press("Enter")  # to the list
    first = state("clip")
    page.keyboard.press("ArrowDown")
    assert state("clip") != first
    page.keyboard.press("Space")
    assert state("playing") == "false"
    page.focus(".mg-table tbody tr[tabindex='0']")
    page.keyboard.press("ArrowDown")
    assert state("pair") == "1"
    assert page.evaluate("document.activeElement.dataset.pair") == "1"


def test_lasso_collapse_and_notes(exported: Path, open_page):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, ".mg[data-ready]")
    state = lambda name: root.evaluate("(root, name) => root.dataset[name]", name)  # noqa: E731
    page.get_by_label("body groups").check()
    assert state("units") == "3"
    page.get_by_label("body groups").uncheck()
    assert state("units") == "32"
    area = page.locator(".mg-map .mg-canvas").bounding_box()
    page.mouse.move(area["x"] + 2, area["y"] + 2)
    page.mouse.down()
    for x, y in ((0.99, 0.01), (0.99, 0.99), (0.01, 0.99)):
        page.mouse.move(area["x"] + x * area["width"], area["y"] + y * area["height"])
    page.mouse.up()
    clips = page.evaluate("JSON.parse(document.getElementById('content').textContent).meta.clips")
    assert 0 < int(state("list")) < clips and state("cell") == ""
    assert int(state("list")) == page.evaluate(
        "Number(document.querySelector('.mg-title').textContent.match(/([0-9]+) test/)[1])"
    )
    page.get_by_role("button", name="Mark the clip as ambiguous").click()
    assert state("noted") == "1"
    page.reload()
    assert wait_for(page, ".mg[data-ready]").evaluate("root => root.dataset.noted") == "1"  # kept by the browser


def test_the_time_slider_stops_where_it_is_dropped(exported: Path, open_page):
    page = open_page()
    page.goto(exported.as_uri())
    root = wait_for(page, ".mg[data-ready]")
    page.locator(".mg-scrub").fill("500")
    time, length = map(float, page.text_content(".mg-time").removesuffix(" s").split(" / "))
    assert time == pytest.approx(length / 2, abs=0.01)
    assert root.evaluate("root => [root.dataset.playing, Number(root.dataset.time)]") == [
        "false",
        pytest.approx(time, abs=0.01),
    ]


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ("features.npz", "No feature map"),
        ("skeletons.npz", "No skeletons"),
        ("dynamics.npz", "No history over the epochs"),
        ("prototypes.npz", "No prototypes"),
    ],
)
def test_a_run_that_lacks_something_is_usable_and_says_so(tmp_path: Path, open_page, lost: str, sentence: str):
    run = fake_run(tmp_path / "run")
    (run.path / lost).unlink()
    page = open_page()
    page.goto(ConfusionExplorer(Run(run.path)).to_html(tmp_path / "page.html").as_uri())
    root = wait_for(page, ".mg[data-ready]")
    assert sentence in page.text_content(".mg-warning")
    assert not any(word in page.inner_text(".mg") for word in ("null", "undefined", "NaN"))
    click_time(page, root, "done")  # raises where a click changes nothing
    assert page.errors == []


@pytest.mark.parametrize("runs", ["one class", "no errors", "two runs"])
def test_unusual_runs_are_usable(tmp_path: Path, open_page, runs: str):
    run = fake_run(tmp_path / "run", num_classes=1 if runs == "one class" else 5)
    right = np.eye(run.data.num_classes, dtype=np.float32)[run.clips["label"]]
    other = None
    if runs == "two runs":  # wrong labels are planted by seed
        other = recolumn(fake_run(tmp_path / "other", num_classes=5, seed=1), label=run.labels)
    if runs == "no errors":
        explorer = ConfusionExplorer(run, stream="right", systems={"right": right})
    else:
        explorer = ConfusionExplorer(run, other)
    page = open_page()
    page.goto(explorer.to_html(tmp_path / "page.html").as_uri())
    root = wait_for(page, ".mg[data-ready]")
    if runs == "two runs":
        for compare in ("this", "other", "difference"):
            page.get_by_label("Runs").select_option(compare)
            assert root.evaluate("root => root.dataset.compare") == compare
            click_time(page, root, "done")
    else:
        assert page.text_content(".mg-pairs .mg-empty") == "No clip is confused here."
        page.keyboard.press("n")
        page.click(".mg-left .mg-canvas")
    assert page.errors == []


NOTEBOOK = """from mglib.explorer import ConfusionExplorer
small = ConfusionExplorer({small!r})
small
large = ConfusionExplorer({large!r})
large"""


@pytest.fixture(scope="module")
def notebook(lab: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Address of a notebook with the explorer at two sizes, and the smaller run's directory."""
    address, shown = lab
    folder = tmp_path_factory.mktemp("runs")
    sizes = {"small": (32, 2000), "large": (52, 18_000)}
    runs = {
        name: fake_run(folder / name, num_classes=k, clips=n, epochs=20, between=0.3, dim=64, groups=60)
        for name, (k, n) in sizes.items()
    }
    lines = NOTEBOOK.format(**{name: str(run.path) for name, run in runs.items()}).splitlines()
    cells = [lines[0], "\n".join(lines[1:3]), "\n".join(lines[3:])]
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, shown / "explore.ipynb")
    return f"{address}/lab/tree/explore.ipynb", runs["small"].path


RUN_CELL = """async (number) => {
  const app = window.jupyterapp, panel = app.shell.currentWidget, start = performance.now();
  panel.content.activeCellIndex = number;
  app.commands.execute("notebook:run-cell");
  const cell = panel.content.widgets[number];
  const done = () => number ? cell.node.querySelector(".mg[data-ready]")
    : cell.model.executionCount && cell.model.executionState !== "running";
  while (!done()) await new Promise((soon) => setTimeout(soon, 10));
  return performance.now() - start;
}"""


@pytest.fixture(scope="module")
def opened(notebook: tuple[str, Path], browser) -> Iterator:
    """The notebook in JupyterLab, its first cell run, and the requests so far."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.requests, page.errors = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_default_timeout(120_000)
    page.goto(notebook[0])
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate(RUN_CELL, 0)
    yield page
    context.close()


def show(page, cell: int):
    """Run a cell of the notebook anew; its explorer and the seconds until it was there."""
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.evaluate(RUN_CELL, 0)  # comes back when the kernel has answered whatever earlier explorers asked for
    seconds = page.evaluate(RUN_CELL, cell) / 1000
    root = page.locator(".mg[data-ready]").first.element_handle()
    root.scroll_into_view_if_needed()
    return root, seconds


def test_jupyterlab_shows_it_keeps_notes_and_follows_the_theme(opened, notebook: tuple[str, Path]):
    page, (address, run) = opened, notebook
    root, _ = show(page, 1)
    before = root.evaluate("root => [root.dataset.cell, root.dataset.clip, root.dataset.against]")
    root.query_selector(".mg-table tbody tr:nth-child(2)").click()
    after = root.evaluate("root => [root.dataset.cell, root.dataset.clip, root.dataset.against]")
    assert all(old != new for old, new in zip(before, after, strict=True))
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    wait_for(page, ".mg[data-theme='dark']")
    root.query_selector("[aria-label='Mark the clip as mislabelled']").click()
    page.wait_for_function("root => root.dataset.noted === '1'", arg=root)
    assert Notes(run / "notes.csv").read()[after[1]]["mark"] == "mislabelled"

    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    page.evaluate(RUN_CELL, 0)
    again, _ = show(page, 1)
    assert again.evaluate("root => [root.dataset.noted, root.dataset.theme]") == ["1", "dark"]
    click_time(page, again, "done")  # raises where a click changes nothing
    foreign = [url for url in page.requests if not url.startswith((address.split("/lab")[0], "data:", "blob:"))]
    assert foreign == [] and page.errors == []


def test_a_lost_kernel_is_told_and_marks_are_saved_once_the_cell_is_run_again(opened, notebook: tuple[str, Path]):
    page, (_, run) = opened, notebook
    root, _ = show(page, 1)
    noted, clip = root.evaluate("root => [root.dataset.noted, root.dataset.clip]")
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    wait_for(page, ".mg[data-lost='true']")
    assert "kernel of this explorer is gone" in root.query_selector(".mg-lost").inner_text()
    root.query_selector("[aria-label='Mark the clip as bad skeleton']").click()
    assert root.evaluate("root => [root.dataset.noted, root.dataset.waiting]") == [noted, "1"]
    assert "not saved: the kernel is gone" in root.query_selector(".mg-note").inner_text()
    with page.expect_download() as found:
        root.query_selector(".mg-lost button").click()
    assert f'"{clip}"' in Path(found.value.path()).read_text(encoding="utf-8")
    root.query_selector(".mg-table tbody tr:nth-child(2)").click()  # all else works on
    assert root.evaluate("root => root.dataset.pair") == "1"
    page.wait_for_function("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    page.evaluate(RUN_CELL, 0)
    again, _ = show(page, 1)
    page.wait_for_function("root => root.dataset.waiting === '0'", arg=again)
    assert Notes(run / "notes.csv").read()[clip]["mark"] == "bad skeleton"
    assert page.errors == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768)])
def test_jupyterlab_has_room_for_the_player_beside_the_matrix(opened, width: int, height: int):
    root, _ = show(opened, 1)
    before = opened.viewport_size
    opened.set_viewport_size({"width": width, "height": height})
    root.evaluate("root => root.scrollIntoView()")
    opened.wait_for_function("root => root.clientWidth < 1100", arg=root)  # beside the file browser
    boxes = root.evaluate(
        """root => [".mg-left .mg-canvas", ".mg-stage", ".mg-usual"].map((one) => {
          const { left, right, top, bottom } = root.querySelector(one).getBoundingClientRect();
          return { left, right, top, bottom };
        })"""
    )
    matrix, stage, last = boxes
    status = opened.locator("#jp-main-statusbar").bounding_box()
    assert stage["left"] >= matrix["right"] and stage["bottom"] - stage["top"] >= 60
    assert matrix["top"] > 0 and max(stage["bottom"], last["bottom"]) <= status["y"]
    opened.set_viewport_size(before)


def test_jupyterlab_on_a_small_screen_cuts_no_button_off_and_keys_lie_over_the_panels(opened):
    root, _ = show(opened, 1)
    before = opened.viewport_size
    opened.set_viewport_size({"width": 1024, "height": 768})
    opened.wait_for_function("root => root.clientWidth < 700", arg=root)  # beside the file browser
    box = lambda one: root.query_selector(one).bounding_box()  # noqa: E731
    assert root.evaluate("root => root.closest('.jp-OutputArea-output').scrollWidth <= root.clientWidth")
    heights = root.eval_on_selector_all(".mg-head .mg-button", "all => all.map((one) => one.scrollHeight)")
    assert len(heights) > 2 and max(heights) <= 22  # one line each
    matrix = box(".mg-left .mg-canvas")
    root.query_selector("[aria-label^='Show the keys']").click()
    assert box(".mg-left .mg-canvas") == matrix
    lines = "all => all.map((one) => new Set([...one.children].map((key) => key.offsetTop)).size)"
    assert set(root.eval_on_selector_all(".mg-keys dt", lines)) == {1}  # keys of one meaning side by side
    keys = box(".mg-keys")
    assert keys["y"] >= box(".mg-head")["y"] + box(".mg-head")["height"]  # the button that closes it stays free
    root.query_selector("[aria-label^='Show the keys']").click()
    opened.set_viewport_size(before)


def test_jupyterlab_how_did_it_develop_and_the_matrix_for_a_paper(opened):
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root, _ = show(opened, 1)
    explorer = opened.locator(".mg[data-ready]").first
    explorer.get_by_label("Split").select_option("train")  # 1
    explorer.locator(".mg-table tbody tr").first.click()  # 2
    explorer.locator(".mg-epochs").fill("2")  # 3
    assert root.evaluate("root => root.dataset.epoch") == "2"
    assert "epoch 2 of 20" in explorer.locator(".mg-title").inner_text()
    assert "over 20 epochs" in explorer.locator(".mg-player .mg-curve").first.get_attribute("aria-label")
    explorer.get_by_text("copy, save").click()  # 1
    explorer.get_by_role("button", name="copy the matrix as SVG").click()  # 2
    opened.wait_for_function("root => root.querySelector('.mg-warning').textContent.includes('SVG')", arg=root)
    assert opened.evaluate("navigator.clipboard.readText()").count("gesture 31<") == 2


@pytest.mark.speed
@pytest.mark.parametrize(
    ("cell", "click"), [(1, 80), (2, 100)], ids=["32 classes, 2,000 clips", "52 classes, 18,000 clips"]
)
def test_jupyterlab_is_fast(opened, idle, cell: int, click: int):
    display = best(lambda: show(opened, cell)[1], 3)
    root = opened.locator(".mg[data-ready]").first.element_handle()
    painted = best(lambda: click_time(opened, root, "painted"), click)
    print(f"first display {display:.2f} s, median click {painted:.1f} ms")  # pytest -s shows it
    assert painted <= click
    assert display <= 3


FILTERS = """async ([root, slices]) => {
  const field = root.querySelector(".mg-search"), times = [];
  for (let slice = 0; slice < slices; slice++) {
    field.value = `confidence > 0.${3 + (slice % 4)}`;
    const before = root.querySelector(".mg-title").textContent, start = performance.now();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    await new Promise((paint) => requestAnimationFrame(() => setTimeout(paint)));
    times.push(performance.now() - start);
    if (root.querySelector(".mg-title").textContent === before) throw new Error(`slice ${slice} changed nothing`);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""


@pytest.mark.speed
def test_a_filter_of_18000_clips_is_fast_in_jupyterlab(opened, idle):
    root, _ = show(opened, 2)
    opened.evaluate("root => root.querySelector('[aria-label=\"Split\"]').value = 'train'", root)
    opened.evaluate("root => root.querySelector('[aria-label=\"Split\"]').dispatchEvent(new Event('change'))", root)
    filtered = best(lambda: opened.evaluate(FILTERS, [root, 8]), 150)
    print(f"median filter {filtered:.1f} ms")  # pytest -s shows it
    assert filtered <= 150


EPOCHS = """async (root) => {
  const slider = root.querySelector(".mg-epochs"), times = [];
  for (let epoch = 1; epoch <= 12; epoch++) {
    const start = performance.now();
    slider.value = String(epoch);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((paint) => requestAnimationFrame(() => setTimeout(paint)));
    times.push(performance.now() - start);
    if (root.dataset.epoch !== String(epoch)) throw new Error(`epoch ${epoch} is not shown`);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""


@pytest.mark.speed
def test_going_back_an_epoch_takes_at_most_150_ms_at_18_000_clips(opened, idle):
    root, _ = show(opened, 2)
    opened.locator(".mg[data-ready] select[aria-label='Split']").first.select_option("train")
    painted = best(lambda: opened.evaluate(EPOCHS, root), 150)
    print(f"median step back {painted:.1f} ms")  # pytest -s shows it
    assert painted <= 150


def test_a_notebook_that_is_opened_again_shows_the_matrix_and_how_to_go_on(opened, notebook: tuple[str, Path]):
    """The last test of this page, since its kernel is gone afterwards."""
    show(opened, 1)
    opened.evaluate("jupyterapp.commands.execute('docmanager:save')")
    opened.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page = opened.context.new_page()
    page.set_default_timeout(120_000)
    page.goto(notebook[0])
    twin = page.locator(".mg-twin").first
    twin.locator("img").wait_for(state="attached")
    page.wait_for_function("() => document.querySelector('.mg-twin').offsetHeight > 100")
    assert "Run this cell" in twin.inner_text() and twin.locator("img").evaluate("img => img.naturalWidth") == 1000
    assert not page.get_by_text("Error displaying widget").is_visible()
    page.close()
