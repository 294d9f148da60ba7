"""The exported page as a place to work: room for the player, no barriers, epochs, figures for a paper, links."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

import mglib
from mglib.explorer import ConfusionExplorer
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn

AXE = Path(mglib.__file__).parent / "explorer" / "source" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
LONG = "Touching or covering suprasternal notch"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = fake_run(tmp_path_factory.mktemp("runs") / "run", num_classes=32, clips=700, epochs=12, between=0.3)
    path = run.path / "data.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["class_names"][3] = LONG
    path.write_text(json.dumps(data), encoding="utf-8")
    return Run(run.path)


@pytest.fixture(scope="module")
def page_path(run: Run) -> Path:
    return ConfusionExplorer(run).to_html(run.path.parent / "page.html")


@pytest.fixture
def show(open_page: Callable, page_path: Path) -> Callable:
    """Opens the page, with options of the browser and a part of the address, and waits until it is there."""

    def show(address: str = "", **options):
        page = open_page(**options)
        page.goto(f"{page_path.as_uri()}{address}")
        page.wait_for_selector(".mg[data-ready]")
        return page

    return show


def state(page, name: str) -> str:
    return page.eval_on_selector(".mg", "(root, name) => root.dataset[name]", name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("compared", [False, True], ids=["one run", "two runs"])
def test_axe_finds_no_serious_fault(run: Run, tmp_path: Path, open_page: Callable, scheme: str, compared: bool):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci --prefix mglib/explorer/source): barriers are NOT looked for")
    other = recolumn(fake_run(tmp_path / "other", num_classes=32, clips=700, seed=1), label=run.labels)
    (other.path / "data.json").write_text((run.path / "data.json").read_text(encoding="utf-8"), encoding="utf-8")
    explorer = ConfusionExplorer(run, Run(other.path) if compared else None, split="train")
    page = open_page(color_scheme=scheme)
    page.goto(explorer.to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector(".mg[data-ready]")
    page.get_by_role("button", name="Mark the clip as ambiguous").click()
    page.get_by_role("button", name="Show the keys").click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for tab in page.get_by_role("tab").all():
        tab.click()
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        faults = {fault["id"]: [node["html"][:120] for node in fault["nodes"]][:3] for fault in found}
        assert not [fault["id"] for fault in found if fault["impact"] in SERIOUS], faults


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1008, 760), (830, 640), (592, 640)])
def test_the_player_stands_beside_the_matrix_and_nothing_lies_below_the_fold(show: Callable, width: int, height: int):
    page = show(viewport={"width": width + 28, "height": height})
    matrix, stage = (page.locator(one).first.bounding_box() for one in (".mg-left .mg-canvas", ".mg-stage"))
    assert stage["x"] >= matrix["x"] + matrix["width"]
    assert stage["y"] + stage["height"] <= height and stage["height"] >= 60
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width >= 1008:  # from here on cells of 32 classes have numbers
        texts = page.evaluate(
            """() => {
              const seen = [], write = CanvasRenderingContext2D.prototype.fillText;
              CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
                seen.push(text);
                return write.call(this, text, ...rest);
              };
              document.querySelector("[title='Cells show counts']").click();
              return seen;
            }"""
        )
        totals = page.evaluate("document.querySelector('.mg-title').textContent.match(/([0-9]+) test/)[1]")
        assert sum(int(text) for text in texts if text.isdigit()) == 2 * int(totals)  # of the cells, and of the rows


def test_panels_are_widened_by_pointer_and_by_keys_and_stay_so(show: Callable):
    page = show()
    border = page.get_by_role("separator", name="Width of the matrix")
    before = page.locator(".mg-left").bounding_box()["width"]
    border.focus()
    page.keyboard.press("ArrowRight")
    wider = page.locator(".mg-left").bounding_box()["width"]
    assert wider > before + 10
    area = border.bounding_box()
    page.mouse.move(area["x"] + 4, area["y"] + 100)
    page.mouse.down()
    page.mouse.move(area["x"] + 104, area["y"] + 100, steps=4)
    page.mouse.up()
    dragged = page.locator(".mg-left").bounding_box()["width"]
    assert dragged == pytest.approx(wider + 100, abs=12)
    page.reload()
    page.wait_for_selector(".mg[data-ready]")
    assert page.locator(".mg-left").bounding_box()["width"] == pytest.approx(dragged, abs=1)


def test_on_a_phone_the_panels_lie_below_one_another(show: Callable):
    page = show(viewport={"width": 390, "height": 780})
    assert page.locator(".mg-grid").get_attribute("data-room") == "narrow"
    tops, bottoms = [], []
    for part in (".mg-head", ".mg-left", ".mg-players", ".mg-drawers", ".mg-usual"):
        box = page.locator(part).bounding_box()
        tops.append(box["y"])
        bottoms.append(box["y"] + box["height"])
    assert all(top >= bottom for top, bottom in zip(tops[1:], bottoms[:-1], strict=True))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_long_name_is_read_in_full_under_the_pointer_and_by_keys(show: Callable):
    page = show("#cell=3+3")
    box = page.locator(".mg-left .mg-canvas")
    assert LONG in page.text_content(".mg-says")
    left, top, _, tall = map(float, box.get_attribute("data-grid").split())
    area = box.bounding_box()
    for i in range(32):
        page.mouse.move(area["x"] + left - 12, area["y"] + top + (i + 0.5) * tall)
        if LONG in page.text_content(".mg-left .mg-hint"):
            break
    else:
        pytest.fail(f"no name of the matrix says {LONG}")
    assert page.locator(".mg-left .mg-hint").is_visible()


def test_body_groups_are_folded_by_buttons_that_are_seen(show: Callable):
    page = show()
    group = page.locator(".mg-group", has_text="hand")
    group.click()
    assert group.get_attribute("aria-pressed") == "true" and int(state(page, "units")) < 32
    group.press("Enter")
    assert group.get_attribute("aria-pressed") == "false" and state(page, "units") == "32"


def test_keys_are_listed_and_the_whole_screen_is_taken(show: Callable):
    page = show()
    assert "all keys" in page.text_content(".mg-usual")
    page.focus(".mg-left .mg-canvas")
    page.keyboard.press("?")
    assert page.locator(".mg-keys").is_visible() and "play, pause" in page.text_content(".mg-keys")
    page.get_by_role("button", name="The whole screen").click()
    page.wait_for_function("() => document.fullscreenElement === document.querySelector('.mg')")


def test_how_did_it_develop_by_mouse(show: Callable, run: Run):
    page = show()
    page.get_by_label("Split").select_option("train")  # 1
    page.click(".mg-table tbody tr:first-child")  # 2
    page.locator(".mg-epochs").fill("3")  # 3
    rows, predicted = run.where("train"), run.dynamics()["predicted"][2]
    seen = predicted >= 0
    right = (predicted == run.labels[rows])[seen].mean()
    title = page.text_content(".mg-title")
    assert f"{seen.sum()} train clips" in title and "epoch 3 of 12" in title and f"top-1 {100 * right:.1f} %" in title
    clip = state(page, "clip")
    at = list(run.clips["id"].iloc[rows]).index(clip)
    probability = run.dynamics()["probability"][:, at]
    says = page.get_attribute(".mg-player .mg-curve", "aria-label")
    first, last = probability[0], probability[-1]
    assert says == f"Probability of its label over 12 epochs: {100 * first:.0f} % at first, {100 * last:.0f} % at last"
    page.locator(".mg-player .mg-strip span").nth(7).click()  # 4: to the eighth epoch, in the clip's own history
    assert state(page, "epoch") == "8"


def test_how_did_it_develop_by_keys(show: Callable):
    page = show("#split=train")
    page.focus(".mg-epochs")
    for number in range(2):
        page.keyboard.press("ArrowLeft")
        assert state(page, "epoch") == str(12 - number)
    page.keyboard.press("End")
    assert state(page, "epoch") == "0"


def test_copy_the_matrix_for_a_paper(show: Callable, run: Run):
    page = show(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("copy, save").click()  # 1
    page.get_by_role("button", name="copy the matrix as SVG").click()  # 2
    page.wait_for_function("() => document.querySelector('.mg-warning').textContent.includes('clipboard')")
    drawing = ElementTree.fromstring(page.evaluate("navigator.clipboard.readText()"))
    texts = [one.text for one in drawing.iter() if one.tag.endswith("}text")]
    assert texts.count(LONG) == 2  # in full, beside its row and above its column
    assert [texts.count(name) for name in run.data.class_names] == [2] * 32
    by_keys = page.locator("summary", has_text="copy, save")
    by_keys.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # as PNG
    page.wait_for_function("() => document.querySelector('.mg-warning').textContent.includes('PNG')")
    types = page.evaluate("navigator.clipboard.read().then(([one]) => one.types)")
    assert "image/png" in types


def test_tables_leave_as_csv(show: Callable):
    page = show()
    page.get_by_text("copy, save").click()
    with page.expect_download() as found:
        page.get_by_role("button", name="pairs as CSV").click()
    head, first = Path(found.value.path()).read_text(encoding="utf-8").splitlines()[:2]
    assert head.startswith("true,taken_for,clips,of,share,low,high")
    names = page.locator(".mg-table tbody tr").first.locator("b").all_text_contents()
    assert first.startswith('"{}","{}"'.format(*names))


def test_the_address_leads_back_to_what_was_looked_at(show: Callable):
    page = show()
    page.get_by_label("Split").select_option("train")
    page.locator(".mg-epochs").fill("5")
    page.get_by_label("Order of classes").select_option("similarity")
    page.click(".mg-table tbody tr:nth-child(4)")
    names = ("split", "epoch", "order", "cell", "clip")
    before = [state(page, name) for name in names]
    written = "clip => new URLSearchParams(location.hash.slice(1)).get('clip') === clip"
    page.wait_for_function(written, arg=before[-1])  # the address is written a moment after the last change
    assert "epoch=5" in page.evaluate("location.hash")
    again = show(page.evaluate("location.hash"))
    assert [state(again, name) for name in names] == before
    assert again.locator("select[aria-label='Split']").input_value() == "train"


def test_blue_is_better_and_orange_is_worse_where_two_runs_are_compared(run: Run, tmp_path: Path, open_page: Callable):
    other = recolumn(fake_run(tmp_path / "other", num_classes=32, clips=700, seed=1), label=run.labels)
    (other.path / "data.json").write_text((run.path / "data.json").read_text(encoding="utf-8"), encoding="utf-8")
    page = open_page()
    page.goto(ConfusionExplorer(run, Run(other.path)).to_html(tmp_path / "page.html").as_uri())
    page.wait_for_selector(".mg[data-ready]")
    page.get_by_label("Order of classes").select_option("label")
    rows = run.where("test")
    labels = run.labels[rows]
    ours, theirs = (one.probabilities()[rows].argmax(1) for one in (run, Run(other.path)))
    found = {}
    for label in range(32):
        change = ((ours == label) & (labels == label)).sum() - ((theirs == label) & (labels == label)).sum()
        if change:
            found[label] = change > 0
    assert set(found.values()) == {True, False}
    colours = page.evaluate(
        """() => {
          const box = document.querySelector(".mg-left .mg-canvas"), canvas = box.querySelector("canvas");
          const [left, top, wide, tall] = box.dataset.grid.split(" ").map(Number);
          const ratio = canvas.width / canvas.clientWidth, context = canvas.getContext("2d");
          const at = (i) => [left + (i + 0.12) * wide, top + (i + 0.2) * tall].map((x) => Math.round(ratio * x));
          return Array.from({ length: 32 }, (_, i) => [...context.getImageData(...at(i), 1, 1).data]);
        }"""
    )
    assert {label: colours[label][2] > colours[label][0] for label in found} == found  # more blue than red


def test_what_a_reader_marks_is_offered_where_the_browser_keeps_nothing(show: Callable):
    page = show()
    page.evaluate("() => void (Storage.prototype.setItem = () => { throw new Error('full'); })")
    page.get_by_role("button", name="Mark the clip as ambiguous").click()
    assert page.text_content(".mg-note [role=status]") == "saved in this page only; download to keep"


@pytest.mark.parametrize(
    ("first", "is_shown"),
    [
        ('<div class="jp-OutputArea-output jupyter-widgets">Error displaying widget: model not found</div>', True),
        ('<div class="jp-OutputArea-output">Loading widget...</div>', True),  # for good, where there is no kernel
        ('<div class="jp-OutputArea-output"><div class="jupyter-widgets">the explorer</div></div>', False),
        ('<div class="jp-OutputArea-output"><img alt="the matrix"></div>', False),  # who cannot run widgets
    ],
    ids=["not found", "loading", "alive", "a picture"],
)
def test_the_twin_shows_itself_where_jupyter_finds_no_explorer(open_page: Callable, first: str, is_shown: bool):
    twin = (Path(mglib.__file__).parent / "explorer" / "twin.html").read_text(encoding="utf-8")
    page = open_page()
    outputs = [first, f'<div class="jp-OutputArea-output">{twin}</div>']
    page.set_content("".join(f'<div class="jp-OutputArea-child">{one}</div>' for one in outputs))
    page.wait_for_timeout(100 if "not found" in first else 4200)
    assert (page.locator(".mg-twin").evaluate("twin => twin.offsetHeight") > 20) == is_shown
    assert not page.get_by_text("Error displaying widget").is_visible()
