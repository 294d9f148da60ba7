"""Figures of prototypes show their numbers, and those numbers are what they are called."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from mglib import figures
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.prototypes import class_similarity, confusion_rates, last_updates
from mglib.runs import Run
from tests.run_builder import as_ensemble, fake_run, rewrite


@pytest.fixture
def run(tmp_path):
    return fake_run(tmp_path / "run", num_classes=5, clips=120, between=0.3)


def test_the_heat_map_is_the_similarity_in_the_order_of_the_tree(run):
    axes, tree = figures.prototype_similarity(run).axes[:2]
    names = [label.get_text() for label in axes.get_yticklabels()]
    order = [run.data.class_names.index(name) for name in names]
    shown = np.ma.filled(axes.images[0].get_array(), np.nan)
    expected = np.mean([_cosines(run, s) for s in run.streams], axis=0)
    np.fill_diagonal(expected, np.nan)
    np.testing.assert_allclose(shown, expected[np.ix_(order, order)], atol=1e-6)
    forks = np.concatenate([line[:, 0] for line in tree.collections[0].get_segments()])
    assert forks.max() <= 1 - np.nanmin(expected) and len(tree.collections[0].get_segments()) == 4


def _cosines(run, stream):
    last = run.prototypes(stream)[-1].astype(float)
    unit = last / np.linalg.norm(last, axis=1, keepdims=True)
    return unit @ unit.T


def test_a_class_without_prototype_comes_last_and_stays_empty(run):
    stars = {stream: run.prototypes(stream) for stream in run.streams}
    for star in stars.values():
        star[:, 1] = np.nan
    run = rewrite(run, "prototypes", **stars)
    axes = figures.prototype_similarity(run).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()][-1] == "gesture 1"
    assert np.ma.getmaskarray(axes.images[0].get_array())[-1].all()
    assert "4 of 5 classes have a prototype" in _notes(figures.prototype_similarity(run))


def _notes(figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def test_health_shows_updates_epochs_and_lengths_by_class(run):
    figure = figures.prototype_health(run, "pose")
    names = [label.get_text().removesuffix(")").rsplit(" (", 1) for label in figure.axes[0].get_yticklabels()]
    order = [run.data.class_names.index(name) for name, _ in names]
    train = np.bincount(run.labels[run.where("train")], minlength=5)
    assert [int(n) for _, n in names] == train[order].tolist() == sorted(train, reverse=True)
    updates, epochs, lengths = (axes.collections[0].get_offsets()[:, 0] for axes in figure.axes)
    assert updates.tolist() == run.prototype_updates("pose")[-1][order].tolist()
    assert epochs.tolist() == last_updates(run.prototype_updates("pose"))[order].tolist()
    np.testing.assert_allclose(lengths, np.linalg.norm(run.prototypes("pose")[-1], axis=1)[order], rtol=1e-5)


def test_drift_has_a_panel_a_stream_and_needs_two_epochs(run, tmp_path):
    figure = figures.prototype_drift(run)
    shown = [axes.images[0].get_array() for axes in figure.axes if axes.images]
    assert len([image for image in shown if image.shape == (5, 3)]) == 2
    short = figures.prototype_drift(fake_run(tmp_path / "short", epochs=1))
    assert "One epoch only" in _notes(short)


def test_own_and_rival_counts_the_clips_below_the_line(run):
    clips = clip_table(run, folds=0)
    figure = figures.own_and_rival(run, clips)
    test = clips[clips["split"] == "test"]
    points = np.concatenate([c.get_offsets() for c in figure.axes[0].collections])
    assert len(points) == len(test)
    share = (points[:, 1] < points[:, 0]).mean()
    assert f"{share:.1%} of {len(test)} test clips are closer to their rival" in _notes(figure)


def test_similarity_and_confusion_draws_every_pair_and_prints_the_correlation(run):
    figure = figures.similarity_and_confusion(run, rng=np.random.default_rng(0))
    a, b = np.triu_indices(5, 1)
    x, y = class_similarity(run)[a, b], confusion_rates(run, "test", "fused")[a, b]
    np.testing.assert_allclose(figure.axes[0].collections[0].get_offsets(), np.column_stack([x, y]))
    assert f"rank correlation over 10 pairs of classes: {spearmanr(x, y).statistic:.2f}" in _notes(figure)


def test_classes_that_no_stream_knows_both_of_are_not_called_alike(run):
    """Each stream has prototypes of another class, as after few steps on many classes."""
    last = {stream: run.prototypes(stream).copy() for stream in run.streams}
    for own, kept in zip(last.values(), (0, 1), strict=True):
        own[:, np.arange(5) != kept] = np.nan
    rewrite(run, "prototypes", **last)
    figure = figures.prototype_similarity(Run(run.path))
    figure.canvas.draw()
    assert "2 of 5 classes have a prototype" in _notes(figure) and "most alike" not in _notes(figure)


def test_one_class_alone_gives_figures_too(tmp_path):
    run = fake_run(tmp_path / "one", num_classes=1, clips=24, wrong=0.0, between=0.0)
    clips = clip_table(run, folds=0)
    figures.prototype_similarity(run).canvas.draw()
    assert "cannot be measured" in _notes(figures.similarity_and_confusion(run, rng=np.random.default_rng(0)))
    figures.own_and_rival(run, clips).canvas.draw()


def test_health_of_an_ensemble_tells_no_epoch_as_it_has_none(run, tmp_path):
    short = fake_run(tmp_path / "short", epochs=1)
    heads = [axes.get_title(loc="left") for axes in figures.prototype_health(short).axes]
    assert heads == ["updates", "last update, of 1 epoch", "length"]
    figure = figures.prototype_health(as_ensemble(run, "a", "b"))
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["updates", "length"]
    assert "the members' runs" in figure.note


def test_own_and_rival_tells_the_clips_that_have_no_place(run):
    last = {stream: run.prototypes(stream).copy() for stream in run.streams}
    for own in last.values():
        own[:, 1] = np.nan
    run = rewrite(run, "prototypes", **last)
    clips = clip_table(run, folds=0)
    test = clips[clips["split"] == "test"]
    without = (test["label"] == 1).sum()
    note = figures.own_and_rival(run, clips).note
    assert f"of {len(test) - without} test clips are closer" in note and f"not shown: {without} without" in note
    nowhere = figures.own_and_rival(run, clips.assign(margin=np.nan))
    assert "No test clip has both prototypes" in nowhere.note
