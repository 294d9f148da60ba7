"""Figures and tables of a run show the numbers of its files."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mglib import figures
from mglib.analysis.evaluation import class_recall
from mglib.base import files
from mglib.figures import style
from mglib.figures.training import frequency_bands
from mglib.runs import Run
from tests.builders import waving_table
from tests.figures.conftest import NAMES
from tests.run_builder import fake_run

# by body group: nod, shrug (head), then wave, the long name (hand)
COUNTS = np.array([[2, 1, 0, 0], [0, 11, 1, 0], [0, 4, 1, 0], [0, 0, 0, 0]])


def test_confusion_matrix_shows_the_counts_by_body_group(make_run):
    figure = figures.confusions(make_run(), "pose")
    axes = figure.axes[0]
    wrong, right = (image.get_array() for image in axes.images)
    shares = COUNTS / np.maximum(COUNTS.sum(1, keepdims=True), 1)
    np.testing.assert_allclose(np.where(right.mask, wrong.data, right.data), shares)
    assert (~right.mask == np.eye(4, dtype=bool)).all() and (wrong.mask == np.eye(4, dtype=bool)).all()
    texts = {text.get_position(): text.get_text() for text in axes.texts}
    inside = {(j, i): text for (j, i), text in texts.items() if -0.5 < i < 3.5 and -0.5 < j < 3.5}
    assert inside == {(0, 0): "67", (1, 0): "33", (1, 1): "92", (1, 2): "80", (2, 2): "20"}, "8 % stays unwritten"
    order = [NAMES[k] for k in (0, 2, 1, 3)]
    assert [text for (x, _), text in texts.items() if x < -0.5] == order
    assert [text for (_, y), text in texts.items() if y > 3.5] == order
    assert [text for (x, _), text in texts.items() if x > 3.5] == ["3", "12", "5", "0", "n"]
    assert [text for (x, y), text in texts.items() if y < -0.5 and x < 3.5] == ["2", "16", "2", "0"]
    assert figure.get_suptitle().strip() == "made up, run by hand, pose head: 14 of 20 test clips right (70.0%)"


def test_learning_curves_are_the_history(make_run):
    run = make_run()
    figure = figures.learning_curves(run)
    loss, top1, rate = figure.axes[:3]
    assert [line.get_label() for line in loss.lines] == ["cross-entropy (CE)", "refinement (PR), weight 0.2"]
    for line, column in zip([*loss.lines, *rate.lines], ["loss_ce", "loss_pr", "lr"], strict=True):
        np.testing.assert_array_equal(line.get_xydata(), np.c_[[1, 2, 3, 4], run.history[column]])
    dashed, dotted = top1.lines[0:6:2], top1.lines[1:6:2]
    for system, train, test in zip(("rgb", "pose", "fused"), dashed, dotted, strict=True):
        np.testing.assert_array_equal(train.get_ydata(), run.history[f"train_top1_{system}"])
        np.testing.assert_array_equal(test.get_xydata(), np.c_[[2, 4], run.history[f"test_top1_{system}"].iloc[[1, 3]]])
    assert [line.get_label() for line in dotted] == ["depth head: 15.0%", "pose head: 20.0%", "fused 1:1: 25.0%"]


def test_what_was_not_trained_on_is_dotted_and_called_so(make_run):
    line = figures.learning_curves(make_run(alpha=0, streams="rgb+limb")).axes[0].lines[1]
    assert line.get_linestyle() == ":"
    assert line.get_label() == "refinement (PR), not trained on"


def test_what_is_trained_beside_has_a_line_of_its_own_and_earlier_sums_are_called_sums(make_run):
    run = make_run(label_embedding=20.0)
    assert figures.learning_curves(run).axes[0].lines[0].get_label() == "cross-entropy (CE) and auxiliary losses"
    run.history.assign(loss_beside=[3.0, 2.0, 1.0, 0.5]).to_csv(run.path / "history.csv", index=False)
    lines = figures.learning_curves(type(run)(run.path)).axes[0].lines
    assert [line.get_label() for line in lines[:1]] == ["cross-entropy (CE)"]
    assert lines[2].get_label() == "auxiliary losses" and lines[2].get_ydata().tolist() == [3.0, 2.0, 1.0, 0.5]


def test_streams_are_called_what_they_are(make_run):
    assert make_run(streams="rgb+limb").stream_names == {
        "rgb": "depth head",
        "pose": "limb head",
        "fused": "fused 1:1",
    }


def test_a_single_stream_has_no_fusion(make_run):
    run = make_run(streams="joint")
    np.savez(run.path / "predictions.npz", pose=run.probabilities("pose"))
    run = type(run)(run.path)
    scores = run.scores[run.scores["system"].isin(["majority class", "linear SVM", "pose"])]
    scores.to_csv(run.path / "scores.csv", index=False)
    run = type(run)(run.path)
    assert run.stream_names == {"pose": "joints"}
    assert len(figures.learning_curves(run).axes[1].lines) == 3
    assert figures.confusions(run).get_suptitle().startswith("made up, run by hand, joints: 14 of 20")


def test_scores_stand_with_their_intervals_and_the_floors_are_grey(make_run):
    figure = figures.scores_figure(make_run())
    for axes, shift in zip(figure.axes, (0, 0.03), strict=True):
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert [line.get_xdata()[0] for line in dots] == pytest.approx([v + shift for v in (0.1, 0.3, 0.5, 0.4, 0.6)])
        spans = [collection.get_segments()[0][:, 0].tolist() for collection in axes.collections]
        assert spans[2] == pytest.approx([0.45, 0.57])
        grey = [line.get_color() == style.FAINT for line in dots]
        assert grey == [True, True, False, False, False]
        assert axes.lines[0].get_xdata()[0] == pytest.approx(0.3 + shift), "dotted: the better floor"
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["majority class", "linear SVM", "depth head", "pose head", "fused 1:1"]
    assert figure.axes[0].texts[2].get_text() == "50.0 [45.0, 57.0]"


def test_recall_bars_stand_by_frequency_with_their_numbers(make_run):
    run = make_run()
    clips = run.clips.iloc[run.where("test")]
    labels, probabilities = clips["label"].to_numpy(), run.probabilities("pose")[run.where("test")]
    recall = class_recall(labels, probabilities, clips["group"].to_numpy(), 4)
    axes = figures.recall_bars(run, recall).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [NAMES[k] for k in (2, 1, 0, 3)]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([11 / 12, 1 / 5, 2 / 3, np.nan], nan_ok=True)
    spans = [segment[:, 0] for segment in axes.collections[0].get_segments()[:3]]  # the fourth is nan
    np.testing.assert_allclose(spans, recall.loc[[2, 1, 0], ["low", "high"]])
    texts = [text.get_text() for text in axes.texts]
    assert texts == ["train", "25", "10", "4", "1", "test", "12", "5", "3", "0", "head", "mid", "tail"]
    assert axes.texts[9].get_color() == style.RED


@pytest.mark.parametrize(
    ("counts", "bands"),
    [
        ([50, 30, 10, 6, 4], [("head", 0, 0), ("mid", 1, 2), ("tail", 3, 4)]),
        ([30, 30, 20, 20, 0], [("head", 0, 1), ("mid", 2, 3), ("tail", 4, 4)]),
        ([100, 1], [("head", 0, 0), ("tail", 1, 1)]),
        ([16, 16, 15], []),
    ],
)
def test_bands_hold_half_four_tenths_and_the_rest_of_the_clips(counts, bands):
    assert frequency_bands(np.array(counts)) == bands


def test_confused_pairs_are_ranked_and_tell_the_way_back(make_run):
    pairs = figures.confused_pairs(make_run(), "pose")
    assert pairs.index.tolist() == [1, 2, 3]
    assert pairs.to_numpy().tolist() == [
        ["wave", "shrug", 4, "80%", 1],
        ["nod", "shrug", 1, "33%", 0],
        ["shrug", "wave", 1, "8%", 4],
    ]


def test_without_confusions_the_table_is_empty(make_run):
    assert figures.confused_pairs(make_run(), "rgb").empty


def test_a_sheet_cuts_nothing_has_words_on_the_left_and_dashes_and_keeps_intervals_in_one_piece():
    long = "a class with a name that is longer than the fifty letters of pandas & <b>"
    table = pd.DataFrame({"class": [long, "nod"], "n": [1, 2], "F1": [np.nan, 1 / 3], "top-1": ["1.0 [0.5, 2.0]", "–"]})
    html = figures.sheet(table).to_html()
    assert long.replace("&", "&amp;").replace("<b>", "&lt;b&gt;") in html and "nan" not in html.lower()
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td.*?</td>", html)]
    assert cells[1:] == ["1", "–", "1.0 [0.5, 2.0]", "nod", "2", "0.33", "–"]
    assert '1.0 <span style="display: inline-block">[0.5, 2.0]</span>' in html
    assert re.findall(r"td.(col\d) {\s+text-align: left", html) == ["col0"]
    assert "row_heading" not in html and "row_heading" in figures.sheet(table.set_axis([1, 2])).to_html()
    assert ">0 → 1<" in figures.sheet(pd.DataFrame({"changed": ["0 -> 1"]})).to_html()
    assert ">yes<" in figures.sheet(pd.DataFrame({"planted": [True]})).to_html()
    named = figures.sheet(table.set_axis(["base", "prototype_init=random"])).to_html()
    assert "prototype_<wbr>init=<wbr>random" in named


def test_the_score_sheet_greys_floors_and_prints_the_best_bold(make_run):
    html = figures.score_sheet(make_run()).to_html()
    for content in ("majority class", "depth head", "fused 1:1", "60.0 [55.0, 67.0]", "macro F1"):
        assert content in re.sub("</?span[^>]*>", "", html)
    styles = {part.split("{")[0]: part.split("{")[1] for part in html.split("</style>")[0].split("}") if "{" in part}
    grey = "".join(ids for ids, rule in styles.items() if "color" in rule)
    bold = "".join(ids for ids, rule in styles.items() if "bold" in rule)
    assert all(f"row{row}_col3" in grey for row in (0, 1)) and "row2_" not in grey
    assert [f"row{row}_" in bold for row in range(5)] == [False] * 4 + [True]


def test_the_overview_names_the_visual_stream_and_what_was_planted():
    table = waving_table()
    facts = figures.overview(table)["waving"]
    assert facts["clips"] == "36, 3 classes"
    assert facts["subjects"] == "4"
    assert facts["visual stream"] == "dots"
    assert not any("planted" in fact for fact in facts.index)
    truth = pd.DataFrame({"is_wrong_label": False, "ambiguous_with": -1, "stopped_half_way": False}, table.clips.index)
    truth.loc[table.where("train")[:9], "is_wrong_label"] = True
    truth.loc[:8, "ambiguous_with"] = 1
    facts = figures.overview(dataclasses.replace(table, truth=truth))["waving"]
    assert facts["planted: wrong label"] == "50.0% of the training clips"
    assert facts["planted: between two gestures"] == "25.0% of all clips"


def test_scores_of_an_older_version_say_that_their_intervals_are(tmp_path):
    """They were too narrow; a run of today says over how many subjects its intervals go."""
    run = fake_run(tmp_path / "old")
    assert "of 2 subjects; 95 % intervals over subjects" in written(figures.scores_figure(run))
    files.write_text(run.path / "scores.csv", run.scores.drop(columns="groups").to_csv(index=False))
    assert "older version's bootstrap, too narrow" in written(figures.scores_figure(Run(run.path)))


def written(figure: figures.Figure) -> str:
    return " ".join(" ".join(text.get_text() for text in (*figure.texts, *figure.artists)).split())


def test_a_matrix_says_that_shares_are_written_only_where_they_are():
    for classes, said in ((8, "written from 10% up"), (60, "by colour")):
        names = [f"gesture {k}" for k in range(classes)]
        figure = figures.matrix(np.eye(classes, dtype=int), names, ["hand"] * classes, "matrix")
        shares = [text for text in figure.axes[0].texts if text.get_text() == "100"]
        assert said in figure.note and len(shares) == (classes if classes == 8 else 0)


@pytest.mark.parametrize("classes", [8, 32])
def test_a_hundred_stands_on_its_colour_where_it_is_wider_than_its_cell(classes):
    names = [f"adjusting a tie, pulling a shirt collar, buttoning {k}" for k in range(classes)]
    figure = figures.matrix(np.eye(classes, dtype=int), names, ["hand"] * classes, "matrix")
    axes, renderer = figure.axes[0], FigureCanvasAgg(figure).get_renderer()
    cell = axes.get_window_extent(renderer).width / classes
    widened = [patch.get_window_extent(renderer) for patch in axes.patches if patch.get_fill()]
    for text in (text for text in axes.texts if text.get_text() == "100"):
        box = text.get_window_extent(renderer)
        assert box.width <= cell or any(w.x0 <= box.x0 and box.x1 <= w.x1 and w.y0 <= box.y0 for w in widened)
