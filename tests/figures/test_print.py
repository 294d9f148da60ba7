"""Figures as a journal prints them: no text over another, none beyond the paper, no letter below 7 points."""

import inspect
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation, Text

from mglib import figures
from mglib.figures import Figure, page, style
from tests.figures.catalogue import DRAWN, Studio

ONE_COLUMN = (
    "cartography", "learning_curves", "own_and_rival", "reliability_diagram", "reliance", "risk_coverage_curves",
    "scores_figure", "similarity_and_confusion",
)  # fmt: skip
CASES = [(name, k, "two columns") for name in DRAWN for k in (4, 32, 52)]
CASES += [(name, k, "one column") for name in ONE_COLUMN for k in (4, 52)]
INK = 0.2  # of a line's height above and below its letters: lines that are this near do not touch


@pytest.fixture(scope="module")
def studios(tmp_path_factory) -> Callable[[int], Studio]:
    """A studio for each number of classes, made once."""
    made: dict[int, Studio] = {}
    return lambda k: made.setdefault(k, Studio(tmp_path_factory.mktemp(f"{k} classes"), k))


@pytest.fixture(autouse=True)
def _folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("MGLIB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("MGLIB_CACHE", str(tmp_path / "cache"))


def drawn_texts(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    """The texts that are drawn in fact: ticks beyond an axis, for one, are made and not drawn."""
    drawn: list[Text] = []
    for kind in (Text, Annotation):
        draw = kind.draw

        def record(self, renderer, *, draw=draw):
            if self.get_visible() and self.get_text().strip() and self not in drawn:
                drawn.append(self)
            draw(self, renderer)

        monkeypatch.setattr(kind, "draw", record)
    FigureCanvasAgg(figure).draw()
    monkeypatch.undo()
    return drawn


def boxes_of(texts: list[Text]) -> np.ndarray:
    """Left, low, right and high of the letters, pixels, [n, 4]; of an annotation without the point that it names."""
    boxes = []
    for text in texts:
        left, low, right, high = Text.get_window_extent(text).extents
        upright = text.get_rotation() % 180 == 0
        spare = INK * 1.15 * text.get_fontsize() * text.figure.dpi / 72
        boxes.append((left, low + spare, right, high - spare) if upright else (left + spare, low, right - spare, high))
    return np.array(boxes)


@pytest.mark.parametrize(("name", "k", "size"), CASES, ids=lambda value: str(value).replace(" ", "-"))
def test_no_text_covers_another_or_leaves_the_paper(name, k, size, studios, monkeypatch):
    studio = studios(k)
    try:
        figures.set_size(size)
        figure = DRAWN[name](studio)
    finally:
        figures.set_size("two columns")
    assert figure.get_figwidth() == (page.WIDTHS[size] if name in ONE_COLUMN else page.WIDTH)
    assert figure.title and figure.description, "a figure says what it shows"
    texts = drawn_texts(figure, monkeypatch)
    small = {text.get_text(): text.get_fontsize() for text in texts if text.get_fontsize() < style.SMALLEST}
    assert not small, f"letters below {style.SMALLEST} points: {small}"
    boxes, paper = boxes_of(texts), [0, 0, *figure.bbox.size]
    outside = (boxes[:, :2] < -0.5).any(1) | (boxes[:, 2:] > np.array(paper[2:]) + 0.5).any(1)
    assert not [texts[i].get_text() for i in np.flatnonzero(outside)], "these leave the paper"
    apart = (boxes[:, None, 2:] <= boxes[None, :, :2] + 0.5).any(2)
    touching = [(texts[i].get_text(), texts[j].get_text()) for i, j in np.argwhere(~(apart | apart.T)) if i < j]
    heads = {text.get_text() for text in figure._head}  # the note stands in the empty last lines of the title
    assert not [pair for pair in touching if not set(pair) <= heads], "these cover each other"


def test_every_figure_is_in_the_catalogue():
    makers = {
        n
        for n in figures.__all__
        if inspect.isfunction(f := getattr(figures, n)) and "Figure" in str(inspect.signature(f).return_annotation)
    }
    assert makers - set(DRAWN) == {"matrix"}  # drawn by `confusions`
