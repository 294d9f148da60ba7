"""What a researcher wants to know of a confusion, and do about it: each in at most five actions, by mouse and keyboard.

An action is a click, a key, or a stretch of typing. In a real JupyterLab; what needs no kernel, in an exported page.
"""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from mglib.analysis.neighbours import training_neighbours
from mglib.base.corrections import read_corrections
from mglib.config import TrainConfig
from mglib.explorer import ConfusionExplorer
from mglib.explorer.decisions import Decisions
from mglib.runs import Run
from mglib.training import train
from tests.e2e.test_explorer import RUN_CELL, wait_for
from tests.run_builder import fake_run

MOST = 5  # actions
SMALL = {"num_clips": 320, "num_subjects": 9, "num_frames": [12, 40], "label_noise": 0.1}
SETTINGS = {"preset": "tiny", "streams": "joint", "epochs": 1, "batch_size": 32, "data_options": SMALL}
RUN_AGAIN = """() => {
  jupyterapp.shell.currentWidget.content.activeCellIndex = 2;
  return jupyterapp.commands.execute("notebook:run-cell"); // whether it ended well
}"""
REVIEWED = "root => root.querySelector('.mg-review .mg-lead').textContent.startsWith('Clip ')"
CELLS = [
    "from mglib.explorer import ConfusionExplorer\nfrom mglib.training import train",
    "explorer = ConfusionExplorer({run!r})\nexplorer",
    "after = train(explorer.corrected('after'))",
]


class Hand:
    """A reader's hand on an explorer, which counts."""

    def __init__(self, page, root):
        self.page, self.root, self.actions = page, root, 0
        root.query_selector(".mg-left .mg-canvas").focus()

    def click(self, selector: str, **how) -> None:
        self.actions += 1
        self.root.wait_for_selector(selector, timeout=120_000).click(**how)

    def tab(self, name: str) -> None:
        self.click(f"[role=tab]:text-is({name!r})")

    def press(self, *keys: str) -> None:
        """One stretch of typing."""
        self.actions += 1
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """A stretch of typing that ends with Enter."""
        self.actions += 1
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def state(self, name: str) -> str:
        return self.root.evaluate("(root, name) => root.dataset[name]", name)

    def text(self, selector: str) -> str:
        return self.root.query_selector(selector).text_content()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, browser, request) -> Iterator[tuple]:
    """A run that was trained, and a notebook with its explorer in JupyterLab."""
    folder = tmp_path_factory.mktemp("tasks")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("runs", "cache"):
            patch.setenv(f"MGLIB_{name.upper()}", str(folder / name))
        run = train(TrainConfig.read(SETTINGS | {"run_name": "before"}))
        address, shown = request.getfixturevalue("lab")
        cells = [nbformat.v4.new_code_cell(cell.format(run=str(run.path))) for cell in CELLS]
        content = nbformat.v4.new_notebook(cells=cells)
        content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(content, shown / "tasks.ipynb")
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.set_default_timeout(120_000)
        page.goto(f"{address}/lab/tree/tasks.ipynb")
        idle = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        page.wait_for_function(idle)
        page.evaluate(RUN_CELL, 0)
        yield page, run
        assert page.errors == []
        context.close()


@pytest.fixture
def hand(opened) -> Hand:
    """On a fresh explorer."""
    page, _ = opened
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    page.evaluate(RUN_CELL, 1)
    root = page.locator(".mg[data-ready]").first.element_handle()
    root.scroll_into_view_if_needed()
    return Hand(page, root)


def chosen(run: Run, hand: Hand) -> tuple[int, int, int]:
    """Row of the chosen clip, and the classes of the chosen cell."""
    true, answered = (int(unit.removeprefix("c")) for unit in hand.state("cell").split(">"))
    return run.clips.index[run.clips["id"] == hand.state("clip")][0], true, answered


both = pytest.mark.parametrize("by", ["mouse", "keyboard"])


@both
def test_whose_confusion_is_it(opened, hand: Hand, by: str):
    _, run = opened
    hand.tab("By subject") if by == "mouse" else hand.press("w")
    _, true, answered = chosen(run, hand)
    rows = run.where("test")
    cell = (run.labels[rows] == true) & (run.probabilities()[rows].argmax(1) == answered)
    people = pd.Series(run.groups[rows][cell]).value_counts()
    said = hand.text(".mg-people .mg-lead")
    assert said.startswith(f"{cell.sum()} clips of ") and f": of {len(people)} of the " in said
    assert said.endswith(f"; {people.max()} of one {run.data.group_kind}.")
    counts = hand.root.eval_on_selector_all(
        ".mg-people tbody tr", "rows => rows.map(row => [row.dataset.group, Number(row.cells[2].textContent)])"
    )
    assert {name: n for name, n in counts if n} == people.to_dict()
    assert hand.actions <= MOST


@both
def test_is_this_label_wrong_neighbours(opened, hand: Hand, by: str):
    page, run = opened
    row, *_ = chosen(run, hand)
    near = training_neighbours(run, run.streams[0], np.array([row]))["any"].places
    if by == "mouse":
        hand.tab("Neighbours")
        hand.click(".mg-nearest")
    else:
        hand.press("b")
        page.wait_for_function("document.activeElement.classList.contains('mg-nearest')")
        hand.press("Enter")
    assert hand.state("against") == run.clips["id"][near[0, 0]]  # plays beside the clip
    others = np.count_nonzero(run.labels[near[0]] != run.labels[row])
    assert hand.text(".mg-neighbours .mg-lead").startswith(f"{others} of the {near.shape[1]} nearest")
    assert "nearest training clip, any class, 1 of 8" in hand.text(".mg-player:nth-child(2)")
    assert hand.actions <= MOST


@both
def test_only_subject_s(opened, hand: Hand, by: str):
    _, run = opened
    subject = str(run.groups[run.where("test")[0]])
    if by == "mouse":
        hand.tab("By subject")
        hand.click(f".mg-people tr[data-group={subject!r}] button")
    else:
        hand.press("/")
        hand.type(f"subject: {subject}")
    rows = run.where("test")[run.groups[run.where("test")] == subject]
    right = (run.probabilities()[rows].argmax(1) == run.labels[rows]).mean()
    assert f" {len(rows)} test clips of the slice · top-1 {right:.1%}".replace("%", " %") in hand.text(".mg-title")
    assert hand.text(".mg-chip") == f"slice: subject {subject} ×"
    cells = set(zip(run.labels[rows], run.probabilities()[rows].argmax(1), strict=True))
    assert int(hand.state("pairs")) == sum(true != answered for true, answered in cells)
    assert hand.actions <= MOST


@both
def test_clips_under_one_second(opened, hand: Hand, by: str):
    _, run = opened
    if by == "mouse":
        hand.tab("Slice")
        hand.click("[aria-label='seconds, to']")
        hand.type("1")
    else:
        hand.press("/")
        hand.type("seconds < 1")
    rows = run.where("test")
    short = (run.clips["total_frames"].to_numpy()[rows] / run.data.fps) <= 1
    assert 3 < short.sum() < len(rows) and f" {short.sum()} test clips of the slice" in hand.text(".mg-title")
    assert hand.actions <= MOST


@both
def test_find_an_id(opened, hand: Hand, by: str):
    _, run = opened
    row = run.where("train")[5]
    hand.click("[aria-label='Find a clip']") if by == "mouse" else hand.press("/")
    hand.type(run.clips["id"][row])
    assert chosen(run, hand) == (row, run.labels[row], run.probabilities()[row].argmax())
    assert hand.state("split") == "train" and hand.text(".mg-player strong") == run.data.class_names[run.labels[row]]
    assert hand.actions <= MOST


def test_correct_five_labels_and_retrain(opened, hand: Hand):
    """The five decisions are one stretch of typing: a key each, and the next clip comes by itself."""
    page, run = opened
    hand.press("r")
    page.wait_for_function(REVIEWED, arg=hand.root)
    hand.press(*"11x11")
    page.wait_for_function("root => root.dataset.decided === '5' && root.dataset.waiting === '0'", arg=hand.root)
    made = Decisions(run.path / "decisions.csv").table()
    assert len(made) == 5 and (made["decision"] == "leave out").sum() == 1 and (made["split"] == "train").all()
    changed = made[made["decision"] == "relabel"].set_index("id")
    assert len(changed) > 1
    hand.actions += 1
    assert page.evaluate(RUN_AGAIN)
    after = Run(run.path.parent / "after")
    assert after.finished and len(after.clips) == len(run.clips) - 1
    before = run.clips.set_index("id")["label"].drop(made.loc[made["decision"] == "leave out", "id"])
    moved = after.clips.set_index("id")["label"]
    assert moved[moved != before].index.tolist() == [name for name in before.index if name in changed.index]
    assert [run.data.class_names[moved[name]] for name in changed.index] == changed["label"].tolist()
    assert after.data.corrected.relabelled == {"train": len(changed)} and after.data.corrected.left_out == {"train": 1}
    assert len(pd.read_csv(after.path / "corrections.csv")) == len(changed) + 1
    assert hand.actions <= MOST


def test_two_kernels_of_one_run_keep_each_others_decisions(opened, hand: Hand):
    """The tab decides while another kernel has decided since."""
    page, run = opened
    Decisions(run.path / "decisions.csv").replace(
        "eve", run.clips["id"][0], {"decision": "leave out", "was": run.data.class_names[run.labels[0]], "label": ""}
    )
    before = len(Decisions(run.path / "decisions.csv").table())
    hand.press("r")
    page.wait_for_function(REVIEWED, arg=hand.root)
    hand.press("x")
    page.wait_for_function("root => root.dataset.waiting === '0'", arg=hand.root)
    made = Decisions(run.path / "decisions.csv").table()
    assert len(made) == before + 1 and "eve" in set(made["rater"])


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    folder = tmp_path_factory.mktemp("page")
    run = fake_run(folder / "run", num_classes=12, clips=700, epochs=6, between=0.3, groups=12, wrong=0.08)
    start = 4.0 * run.clips.groupby("group").cumcount()
    clips = run.clips.assign(video=run.clips["group"], start=start)
    clips.assign(stop=clips["start"] + clips["total_frames"] / 25).to_csv(run.path / "clips.csv", index=False)
    run = Run(run.path)
    return run, ConfusionExplorer(run).to_html(folder / "page.html")


def open_hand(page, path: Path) -> Hand:
    page.goto(path.as_uri())
    return Hand(page, wait_for(page, ".mg[data-ready]"))


def test_the_page_decides_too_and_hands_out_a_file(exported, open_page, tmp_path: Path):
    run, path = exported
    assert path.stat().st_size < 4 * 2**20
    page = open_page()
    hand = open_hand(page, path)
    for rater, keys in (("ann", "11x1a"), ("bob", "12x1a")):
        hand.press("r")
        page.get_by_label("your name").fill(rater)
        page.get_by_label("your name").press("Tab")
        page.get_by_role("button", name="Review training clips").click()
        hand.press(*keys)
        assert hand.state("decided") == "5"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download all decisions").click()
    download.value.save_as(tmp_path / "decisions.csv")
    made = Decisions(tmp_path / "decisions.csv")
    assert len(made.table()) == 10
    agreed = made.agreement("ann", "bob")
    page.get_by_text("two raters side by side").click()
    said = page.text_content(".mg-raters .mg-lead")
    assert said == f"5 clips decided by both: {agreed.alike:.0%} alike, Cohen's kappa {agreed.kappa:.2f}.".replace(
        "%", " %"
    )
    (tmp_path / "ann.csv").write_text(made.table().query("rater == 'ann'").to_csv(index=False))
    given = read_corrections(tmp_path / "ann.csv")["clips"]
    labels = run.clips.set_index("id")["label"]
    assert given and all(run.data.class_names[labels[clip["id"]]] == clip["was"] for clip in given)
    page.reload()
    again = Hand(page, wait_for(page, ".mg[data-ready]"))
    again.press("r")
    assert again.state("decided") == "5" and page.errors == []  # kept by the browser
    assert {url for url in page.requests if not url.startswith("blob:")} == {path.as_uri()}


def test_blind_nothing_of_the_machine_is_seen(exported, open_page):
    _, path = exported
    page = open_page()
    hand = open_hand(page, path)
    hand.press("r")
    page.get_by_label("blind").check()
    for selector in (
        ".mg-answers",
        ".mg-tag",
        ".mg-left .mg-canvas",
        ".mg-list",
        ".mg-table",
        ".mg-player:nth-child(2)",
    ):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator(".mg-player:nth-child(1) .mg-stage").is_visible()
    assert "uncertainty" not in page.text_content(".mg-review .mg-lead")
    page.get_by_label("blind").uncheck()
    assert page.locator(".mg-answers").first.is_visible()


def test_slices_are_kept_by_name_and_compared_with_the_rest(exported, open_page):
    run, path = exported
    page = open_page()
    hand = open_hand(page, path)
    hand.press("/")
    hand.type("confidence > 0.5")
    hand.tab("Slice")
    said = page.text_content(".mg-slices .mg-lead")
    rows = run.where("test")
    inside = run.probabilities()[rows].max(1) >= 0.5
    assert said.startswith(f"{inside.sum()} of {len(rows)} test clips: top-1 ") and "; difference +" in said
    page.get_by_label("Name of the slice").fill("sure")
    page.get_by_role("button", name="Keep the slice").click()
    page.get_by_role("button", name="All clips again").last.click()
    assert hand.state("slice") == "no"
    page.reload()
    root = wait_for(page, ".mg[data-ready]")
    page.get_by_role("tab", name="Slice").click()
    page.get_by_role("button", name="Look at the slice sure").click()
    assert root.evaluate("root => root.dataset.slice") == "yes"
    assert f" {inside.sum()} test clips of the slice" in page.text_content(".mg-title")


def test_what_comes_before_and_after_is_named_and_plays(exported, open_page):
    run, path = exported
    page = open_page()
    hand = open_hand(page, path)
    hand.tab("Around")
    clip = run.clips[run.clips["id"] == hand.state("clip")].iloc[0]
    video = run.clips[run.clips["video"] == clip["video"]].sort_values("start", kind="stable")
    near = video[(video["start"] < clip["stop"] + 3) & (video["stop"] > clip["start"] - 3)]
    assert page.locator(".mg-bar-clip").count() == len(near) > 2
    place = near["id"].tolist().index(clip["id"])
    after = run.data.class_names[near["label"].iloc[place + 1]]
    assert page.text_content(".mg-context .mg-lead").endswith(f"after: {after}.")
    first = float(page.locator(".mg-context .mg-stage").get_attribute("data-time"))
    hand.click("[title^='Play the seconds before']")
    later = "first => Number(document.querySelector('.mg-context .mg-stage').dataset.time) > first + 0.2"
    page.wait_for_function(later, arg=first)
    page.locator(".mg-bar-clip").nth(place + 1).click()
    assert hand.state("clip") == near["id"].iloc[place + 1]
    assert page.errors == []
