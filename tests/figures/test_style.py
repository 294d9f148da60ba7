"""The look: nothing clipped, one picture in a notebook, letters that stay letters in print."""

import io

import IPython.display
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation, Text
from PIL import Image

from mglib import figures
from mglib.data import LABELS
from mglib.figures import style
from tests.builders import waving_table

RECALL = pd.DataFrame(
    {"label": range(4), "n": [3, 5, 12, 0], "recall": [0.7, 0.2, 0.9, np.nan], "low": 0.1, "high": 1.0, "groups": 3}
)
OF_TABLES = [figures.class_histogram, figures.clip_lengths, figures.split_overview, figures.missing_joints]
OF_CLIPS = [figures.film_strip, figures.rgb_overlay, figures.heatmap_montage]
OF_RUNS = [figures.learning_curves, figures.confusions, figures.scores_figure]
DRAWN = (
    [(function.__name__, lambda table, _, f=function: f(table)) for function in OF_TABLES]
    + [(function.__name__, lambda table, _, f=function: f(table, 0)) for function in OF_CLIPS]
    + [(function.__name__, lambda _, run, f=function: f(run)) for function in OF_RUNS]
    + [("recall_bars", lambda _, run: figures.recall_bars(run, RECALL))]
)


def assert_nothing_is_clipped(figure):
    """The outermost pixels of the saved picture are paper."""
    png = io.BytesIO()
    figure.savefig(png, format="png")
    pixels = np.asarray(Image.open(png).convert("L"))
    for name, edge in {"top": pixels[0], "bottom": pixels[-1], "left": pixels[:, 0], "right": pixels[:, -1]}.items():
        assert edge.min() == 255, f"something is cut off at the {name}"


@pytest.mark.parametrize(("name", "draw"), DRAWN, ids=[name for name, _ in DRAWN])
def test_nothing_leaves_the_figure_and_none_stays_open(name, draw, make_run):
    assert_nothing_is_clipped(draw(waving_table(), make_run()))
    assert plt.get_fignums() == []


@pytest.mark.parametrize("dpi", [100, 192])  # of the explorer's static twin, and of a notebook
@pytest.mark.parametrize("data_set", LABELS)
def test_the_matrix_fits_the_names_of_every_data_set(data_set, dpi):
    labels = LABELS[data_set]
    k, rng = len(labels.names), np.random.default_rng(0)
    counts = np.diag(rng.integers(0, 2000, k)) + rng.integers(0, 900, (k, k)) * (rng.random((k, k)) < 0.1)
    figure = figures.matrix(counts, labels.names, labels.groups, "a title")
    figure.set_dpi(dpi)
    with mpl.rc_context(style.RC):
        figure.draw_without_rendering()
        texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
        boxes = np.array([text.get_window_extent().extents for text in texts])
    assert (boxes[:, :2] > 0).all() and (boxes[:, 2:] < figure.bbox.size).all(), "something leaves the figure"
    apart = (boxes[:, None, 2:] <= boxes[None, :, :2]).any(2)
    touching = [(texts[i].get_text(), texts[j].get_text()) for i, j in np.argwhere(~(apart | apart.T)) if i < j]
    note = figure.findobj(Annotation)[0].get_text()
    assert [pair for pair in touching if note not in pair] == []  # the note stands in the title's empty second line


def test_a_figure_shows_itself_once_even_without_an_inline_backend(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda *args, **kwargs: shown.append((args, kwargs)))
    with mpl.rc_context({"backend": "agg"}):
        figures.split_overview(waving_table())._ipython_display_()
    (((content,), options),) = shown
    assert content["text/plain"] == "<Figure: waving: clips of each subject>"
    pixels = Image.open(io.BytesIO(content["image/png"])).size
    assert pixels == (round(7.2 * 250), round(3.1 * 250))
    shown = {"width": 900, "height": round(3.1 * 125), "alt": "waving: clips of each subject."}
    assert options["metadata"]["image/png"] == shown


def test_the_look_does_not_depend_on_the_session():
    with mpl.rc_context({"xtick.labelsize": 30, "font.size": 30, "axes.spines.top": True, "pdf.fonttype": 3}):
        figure = figures.split_overview(waving_table())
        pdf = io.BytesIO()
        figure.savefig(pdf, format="pdf")
        assert mpl.rcParams["font.size"] == 30
    assert {label.get_fontsize() for label in figure.axes[0].get_xticklabels()} == {7}
    assert not figure.axes[0].spines["top"].get_visible()
    assert b"/Type42" in pdf.getvalue() or b"/TrueType" in pdf.getvalue() or b"/CIDFontType2" in pdf.getvalue()
    assert b"/Type3" not in pdf.getvalue()


def test_groups_have_colours_of_their_own_and_classes_stand_by_group():
    groups = LABELS["ma52"].groups
    assert len(set(style.group_colours(groups).values())) == len(set(groups)) == 7
    assert style.group_order(("hand", "head", "hand", "body", "head")).tolist() == [0, 2, 1, 4, 3]


@pytest.mark.parametrize(
    ("limits", "shown"),
    [((0.66, 1.005), "70% 80% 90% 100%"), ((0, 1), "0% 50% 100%"), ((0.003, 0.012), "0.5% 1.0%"), ((0, 0.06), "0% 5%")],
)
def test_percent_has_no_more_decimals_than_its_ticks(limits, shown):
    axes = mpl.figure.Figure().subplots()
    axes.set_xlim(limits)
    style.percent(axes.xaxis)
    axes.xaxis.set_ticks([float(text[:-1]) / 100 for text in shown.split()])
    axes.figure.draw_without_rendering()
    assert [label.get_text() for label in axes.get_xticklabels()] == shown.split()


def test_names_that_are_cut_can_be_told_apart():
    names = LABELS["imigue"].names
    cut = [style.fit(name, 1.0) for name in names]
    assert len(set(cut)) == len(names) and max(map(style.width_of, ([name] for name in cut))) <= 1.0
    assert style.fit("Folding arms", 1.0) == "Folding arms"
