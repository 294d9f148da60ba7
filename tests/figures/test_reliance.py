"""The figure of the swap test shows its numbers, and says so where there are none."""

import pandas as pd
import pytest

from mglib import figures
from mglib.runs import Run

DROPS = {("rgb", "rgb"): 0.3, ("rgb", "pose"): 0.01, ("rgb", "fused"): 0.005}
DROPS |= {("pose", "rgb"): 0.2, ("pose", "pose"): 0.6, ("pose", "fused"): 0.5}


def measured(run: Run) -> Run:
    rows = [
        {"system": system, "swapped": swapped, "top1": 0.7 - drop, "low": 0.65 - drop, "high": 0.75 - drop}
        | {"drop": drop, "drop_low": drop - 0.01, "drop_high": drop + 0.01}
        for (swapped, system), drop in DROPS.items()
    ]
    pd.DataFrame(rows).to_csv(run.path / "reliance.csv", index=False)
    return Run(run.path)


def test_dots_stand_at_the_scores_beside_the_intact_ones(make_run):
    figure = figures.reliance(measured(make_run()))
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["depth head", "pose head", "fused 1:1"]
    dots = [line.get_xdata()[0] for line in axes.lines]
    expected = [x for s in ("rgb", "pose", "fused") for x in (0.7, 0.7 - DROPS["rgb", s], 0.7 - DROPS["pose", s])]
    assert dots == pytest.approx(expected)
    spans = [collection.get_segments()[0][:, 0].tolist() for collection in axes.collections]
    assert spans[0] == pytest.approx([0.35, 0.45])
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["both inputs its own", *(f"{x} of a clip of another class" for x in ("depth video", "joints"))]
    said = " ".join(figure.artists[0].get_text().split())
    assert said.startswith("The depth head and pose head both see both inputs, depth video and joints.")
    assert "the network ignores the depth video" in said and said.endswith("it predicts from the joints alone.")
    figure.savefig("/dev/null", format="svg")


def test_without_a_measurement_a_sentence_stands_there(make_run):
    figure = figures.reliance(make_run())
    assert not figure.axes and "was not measured" in " ".join(text.get_text() for text in figure.texts)
