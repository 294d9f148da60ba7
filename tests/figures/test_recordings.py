from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mglib import figures
from mglib.analysis.events import anatomy, border_errors, event_table
from mglib.data.recordings import Recordings, Segment
from mglib.figures.recordings import busiest
from mglib.recordings.baselines import judged
from tests.explorer.long_recordings import LAYOUT, NAMES, fake_spotted

GROUPS = ("hand", "hand", "body")


def texts(figure):
    return " ".join(text.get_text() for text in figure.findobj(lambda one: hasattr(one, "get_text")))


def test_tiers_name_what_is_zoomed_and_show_all_of_it():
    (one,) = fake_spotted(1)
    tiers = {"truth": one.recording.of("truth"), "machine": one.segments}
    figure = figures.tiers(one.recording, tiers, NAMES, GROUPS, zoom=(0, 12))
    whole, part, _ = figure.axes
    assert len(whole.patches) - 1 == 16 and part.get_xlim() == (0, 12)  # one more is the zoom
    shown = [s for tier in tiers.values() for s in tier if s.start < 12]
    assert len(part.patches) == len(shown)
    assert "0 rubbing the eyes" in texts(figure) and "machine" in texts(figure)
    numbers = sorted(text.get_text() for text in part.texts)
    assert numbers == sorted(str(s.label) for s in shown), "every segment says its class"


def test_a_segment_within_another_is_drawn_upon_it():
    (one,) = fake_spotted(1)
    figure = figures.tiers(one.recording, {"truth": [Segment(4, 6, 2), Segment(2, 10, 0)]}, NAMES, GROUPS, (0, 12))
    around, within = figure.axes[1].patches
    assert around.get_width() == 8 and within.get_width() == 2 and within.get_alpha() is None
    assert [text.get_text() for text in figure.axes[1].texts] == ["2"], "one number in one place"


def test_no_row_is_kept_for_a_split_without_recordings():
    recordings = Recordings("few", tuple(one.recording for one in fake_spotted(2)), LAYOUT, NAMES, GROUPS)
    figure = figures.recording_overview(recordings)
    seconds = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert {"0.1", "1", "10"} <= set(seconds) and not any("$" in text for text in seconds)
    shown = [label.get_text() for label in figure.axes[1].get_yticklabels()]
    assert shown == ["test"]


def test_the_busiest_minute_is_the_one_with_most_starts():
    (one,) = fake_spotted(1, seconds=300)
    crowd = [Segment(t, t + 0.5, 0) for t in np.linspace(200, 230, 20)] + [Segment(10, 11, 0)]
    start, stop = busiest(one.recording, crowd)
    assert start <= 200 and stop >= 230 and stop - start == pytest.approx(60)
    assert busiest(one.recording, []) == (0, 60)


def test_scores_and_errors_are_drawn_of_every_system():
    spotted = fake_spotted(3)
    tables = {
        "machine": [judged(one.recording, one.segments) for one in spotted],
        "nothing": [judged(one.recording, []) for one in spotted],
    }
    figure = figures.event_scores(event_table(tables, 3))
    widths = [[bar.get_width() for bar in panel.patches] for panel in figure.axes]
    assert figures.event_scores(event_table(tables, 3), data="mine").title.startswith("mine: when does")
    assert widths[0] == [1.0, 0.0] and "3 test persons" in texts(figure)
    drawn = figures.event_anatomy({name: anatomy(each) for name, each in tables.items()})
    assert sum(bar.get_width() for bar in drawn.axes[0].patches) == 48
    errors = border_errors(tables["machine"])
    np.testing.assert_allclose(errors, 0.25)
    assert "error of the start" in texts(figures.border_figure({"machine": errors}))


def test_the_curve_tells_epochs_and_minutes():
    history = pd.DataFrame({"epoch": [0, 1], "loss": [3.0, 2.0], "seconds": [60.0, 60.0]})
    assert "2 epochs in 2.0 minutes" in texts(figures.spotter_curve(history))


def test_what_nobody_coded_is_no_background():
    coded, bare = (one.recording for one in fake_spotted(2))
    bare = replace(bare, segments=(), reference="", coded_by=())
    both = Recordings("made up", (coded, bare), LAYOUT, NAMES, GROUPS)
    figure = figures.recording_overview(both)
    rates, shares = (sum((line.get_xdata().tolist() for line in axes.lines), []) for axes in figure.axes[1:])
    assert len(rates) == len(shares) == 1 and rates[0] > 0 and shares[0] < 1
    assert figure.note.startswith("1 recording, ") and figure.note.endswith("not shown: 1 that nobody coded")
