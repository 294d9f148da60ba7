"""The figures of calibration show the numbers of their tables."""

import numpy as np
import pandas as pd
import pytest

from mglib import figures
from tests.figures.test_style import assert_nothing_is_clipped

RELIABILITY = pd.DataFrame(
    {"confidence": [0.3, 0.8], "accuracy": [0.25, 0.6], "n": [12, 13], "groups": [5, 1]}
    | {"low": [0.1, np.nan], "high": [0.4, np.nan]}
)
RISK = pd.DataFrame({"coverage": [0.5, 1], "risk": [0.1, 0.3], "low": [0, 0.2], "high": [0.2, 0.45], "groups": 5})


def test_reliability_of_two_systems() -> None:
    later = RELIABILITY.assign(accuracy=[0.3, 0.75])
    tables = {"as trained": RELIABILITY, "temperature 1.50": later}
    said = {"as trained": "ECE 0.123, chance 0.04", "temperature 1.50": "ECE 0.02"}
    figure = figures.reliability_diagram(tables, "title", said)
    first, second, counts, _ = figure.axes
    assert first.get_title("left") == "as trained: ECE 0.123, chance 0.04"
    assert "95 % intervals over up to 5 groups" in written(figure)
    for axes, table in ((first, RELIABILITY), (second, later)):
        points = next(line for line in axes.lines if line.get_marker() == "o")
        np.testing.assert_allclose(points.get_xydata(), table[["confidence", "accuracy"]])
    intervals = next(lines for lines in first.collections if hasattr(lines, "get_segments"))
    np.testing.assert_allclose(intervals.get_segments()[0], [(0.3, 0.1), (0.3, 0.4)])
    assert [segment[1, 1] for segment in counts.collections[0].get_segments()] == [12, 13]
    assert_nothing_is_clipped(figure)
    alone = figures.reliability_diagram({"as trained": RELIABILITY}, "title")
    assert alone.axes[0].get_title("left") == "as trained"


def written(figure: figures.Figure) -> str:
    return " ".join(" ".join(text.get_text() for text in (*figure.texts, *figure.artists)).split())


def test_risk_and_coverage_with_bands() -> None:
    figure = figures.risk_coverage_curves({"joint": RISK, "rgb": RISK / 2}, "title")
    (axes,) = figure.axes
    np.testing.assert_allclose(axes.lines[0].get_xydata(), RISK[["coverage", "risk"]])
    assert [line.get_label() for line in axes.lines] == [
        "joint: 30.0% of all clips wrong",
        "rgb: 15.0% of all clips wrong",
    ]
    band = {tuple(point) for point in axes.collections[0].get_paths()[0].vertices}
    assert band >= {(0.5, 0), (0.5, 0.2), (1, 0.2), (1, 0.45)}
    assert "95 % intervals over 5 groups" in written(figure)
    assert_nothing_is_clipped(figure)


def test_a_wide_interval_at_low_coverage_does_not_flatten_the_curve() -> None:
    rows = [(0.2, 0.0, 0.0, 0.6), (0.6, 0.01, 0.0, 0.9), (1.0, 0.08, 0.04, 0.14)]
    table = pd.DataFrame(rows, columns=["coverage", "risk", "low", "high"]).assign(groups=5)
    (axes,) = figures.risk_coverage_curves({"joint": table}, "title").axes
    assert 0.14 < axes.get_ylim()[1] < 0.3


def test_prediction_sets_stand_against_their_level() -> None:
    rows = [("all", 0.9, 0.88, 0.85, 0.91, 3.5, 0.01, 0, 0.5), ("class", 0.9, 0.92, np.nan, np.nan, 6, 0, 4, 0.8)]
    columns = ["by", "level", "coverage", "low", "high", "size", "empty", "always_in", "worst_class"]
    figure = figures.conformal_figure(pd.DataFrame(rows, columns=columns).assign(groups=5), "title")
    coverage, size = figure.axes
    assert [label.get_text() for label in coverage.get_yticklabels()] == ["all classes alike, 90%", "by class, 90%"]
    np.testing.assert_allclose([line.get_xdata()[0] for line in coverage.lines], [0.88, 0.5, 0.92, 0.8])
    levels = [lines.get_segments()[0][0, 0] for lines in coverage.collections if lines.get_color()[0, 0] > 0.5]
    assert levels == [0.9, 0.9]
    assert [bar.get_width() for bar in size.patches] == pytest.approx([3.5, 6])
    assert [text.get_text() for text in coverage.texts] == ["88.0 [85.0, 91.0]", "92.0 [no interval]"]
    assert [text.get_text() for text in size.texts] == ["3.5, 1.0% empty", "6.0, 0.0% empty, 4 in every set"]
    assert_nothing_is_clipped(figure)
