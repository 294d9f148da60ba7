"""Figures of ambiguous clips show the clips they should, as they are."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.text import Text

from mglib import figures
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.embedding import embed
from mglib.base.errors import RunError
from mglib.figures.ambiguity import MOMENTS
from mglib.prediction.saliency import Saliency
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn


@pytest.fixture
def run(tmp_path):
    return fake_run(tmp_path / "run", num_classes=8, clips=240, between=0.3)


@pytest.fixture
def clips(run):
    return clip_table(run)


def texts(figure) -> list[str]:
    return [" ".join(text.get_text().split()) for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def test_the_map_holds_the_clips_of_the_split_and_each_class_its_sets(run, clips):
    embedding = embed(run, method="pca")
    figure = figures.feature_map(run, clips, embedding)
    test = clips[clips["split"] == "test"]
    hit, miss, stars = (c.get_offsets() for c in figure.axes[0].collections)
    np.testing.assert_allclose(hit, embedding.clips[test.loc[test["member"] == "TP", "row"]])
    np.testing.assert_allclose(miss, embedding.clips[test.loc[test["member"] == "FN", "row"]])
    np.testing.assert_allclose(stars, embedding.prototypes)
    for of in figure.axes[0].texts:
        box = Text.get_window_extent(of)
        assert not box.count_contains(figure.axes[0].transData.transform(stars)), "a number lies on a prototype"
    assert all(not np.any(c.get_facecolors()) for axes in figure.axes[:-1] for c in axes.collections[-1:]), (
        "what lies under a star is seen"
    )
    axes = figure.axes[1]
    k = int(axes.get_title(loc="left").split()[0])
    right = test["label"] == test["predicted"]
    sets = [(test["label"] == k) & right, (test["label"] == k) & ~right, (test["predicted"] == k) & ~right]
    assert axes.get_xlabel() == "{} TP, {} FN, {} FP".format(*(s.sum() for s in sets))
    assert [len(c.get_offsets()) for c in axes.collections[1:4]] == [s.sum() for s in sets]
    wrong = [((test["label"] == j) ^ (test["predicted"] == j)).sum() for j in range(8)]
    assert wrong[k] == max(wrong)
    assert f"trustworthiness {embedding.trustworthiness:.3f}" in " ".join(texts(figure))


def test_persistent_clips_come_first_then_those_far_on_the_rivals_side(clips):
    train = figures.most_ambiguous(clips, "train", 5)
    confused = clips[(clips["split"] == "train") & ((clips["member"] == "FN") | (clips["persistence"] > 0.5))]
    assert train["persistence"].tolist() == sorted(confused["persistence"], reverse=True)[:5]
    test = figures.most_ambiguous(clips, "test", 5)
    wrong = clips[(clips["split"] == "test") & (clips["member"] == "FN")]
    assert test["margin"].tolist() == sorted(wrong["margin"])[:5]


def test_the_gallery_draws_the_packed_skeleton_and_the_numbers(run, clips):
    chosen = figures.most_ambiguous(clips, "test", 3)
    figure = figures.gallery(run, chosen)
    assert len(figure.axes) == 3 * (MOMENTS + 2)
    row = chosen.index[1]
    strip = figure.axes[MOMENTS + 3 : 2 * MOMENTS + 3]
    points = run.skeletons()["points"][row, np.linspace(0, 31, MOMENTS).round().astype(int)]
    for axes, frame in zip(strip, points, strict=True):
        (lines,) = (c for c in axes.collections if isinstance(c, LineCollection))
        known = [(a, b) for a, b in run.data.limbs if (frame[[a, b]] < 255).all()]
        np.testing.assert_allclose(lines.get_segments(), [frame[[a, b]] for a, b in known])
        (left, right), (low, high) = axes.get_xlim(), sorted(axes.get_ylim())
        inside = frame[(frame < 255).all(1)]
        assert (inside >= (left, low)).all() and (inside <= (right, high)).all()
    told = [text.get_text() for text in figure.axes[2 * MOMENTS + 3].texts]
    best = run.probabilities()[row].argmax()
    assert told[0] == f"{run.probabilities()[row, best]:.0%} gesture {best}"
    own, rival = chosen.loc[row, ["own_similarity", "rival_similarity"]]
    assert told[3] == f"similar to own {own:.2f}, rival {rival:.2f}\ngesture {chosen.loc[row, 'rival']}"


def test_the_map_of_the_training_rings_planted_or_else_suspected_labels(run, clips):
    truth = pd.read_csv(run.path / "truth.csv")["is_wrong_label"].to_numpy()
    points, rings = (c.get_offsets() for c in figures.cartography(run, clips).axes[0].collections)
    train = clips[clips["split"] == "train"]
    np.testing.assert_allclose(points, train[["variability", "confidence"]])
    np.testing.assert_allclose(rings, clips.loc[truth, ["variability", "confidence"]])
    (run.path / "truth.csv").unlink()
    _, rings = figures.cartography(run, clips).axes[0].collections
    np.testing.assert_allclose(rings.get_offsets(), clips.loc[clips["suspected"], ["variability", "confidence"]])


def test_the_labels_to_look_at_are_the_suspected_ones_worst_first(run, clips):
    table = figures.label_candidates(run, clips, n=4)
    found = clips[clips["suspected"]].sort_values("label_quality")
    assert table["clip"].tolist() == found["id"].tolist()[:4] and len(table) > 0
    assert table["planted"].tolist() == pd.read_csv(run.path / "truth.csv")["is_wrong_label"][found.index[:4]].tolist()
    assert table["AUM"].tolist() == [f"{area:.2f}" for area in found["aum"][:4]]
    (run.path / "dynamics.npz").unlink()  # as in an ensemble
    assert not {"AUM", "wrong"} & set(figures.label_candidates(Run(run.path), clips, n=4))


def test_scores_need_a_truth(run):
    figure = figures.truth_scores(run, rng=np.random.default_rng(0))
    assert any(text.startswith("wrong label: ") for text in texts(figure))
    (run.path / "truth.csv").unlink()
    assert "nothing can be scored" in " ".join(texts(figures.truth_scores(run, rng=np.random.default_rng(0))))


def test_without_errors_there_is_a_sentence(run, clips):
    none = clips[clips["member"] == "TP"].assign(persistence=0.0)
    assert "No clip is confused" in " ".join(texts(figures.gallery(run, figures.most_ambiguous(none))))
    assert "can be compared with" in " ".join(texts(figures.saliency_pair(run, [])))


def test_saliency_shows_joints_and_sums_in_one_scale(run):
    rng = np.random.default_rng(0)
    pair = [
        Saliency(row, (1, 0), 2.0, 0.5, rng.normal(size=(22, 8)), rng.normal(size=(4, 16, 16)),
                 tuple(run.data.joints), np.zeros((1, 8, 22, 3)), np.full((4, 16, 16, 3), 99, np.uint8))
        for row in (0, 1)
    ]  # fmt: skip
    figure = figures.saliency_pair(run, pair)
    maps = [image for axes in figure.axes for image in axes.images if image.get_array().shape == (22, 8)]
    assert [image.get_array().tolist() for image in maps] == [clip.pose.tolist() for clip in pair]
    assert maps[0].get_clim() == maps[1].get_clim() == (-maps[0].get_clim()[1], maps[0].get_clim()[1])
    steps = [patch.get_data().values for axes in figure.axes for patch in axes.patches if hasattr(patch, "get_data")]
    np.testing.assert_allclose(steps[0], pair[0].regions.sum((1, 2)))
    np.testing.assert_allclose(steps[3], pair[1].pose.sum(0))


def test_two_runs_are_compared_clip_by_clip(run, tmp_path):
    other = fake_run(tmp_path / "other", num_classes=8, clips=240, between=0.3, streams=("pose",))
    rows, labels = run.where("test"), run.labels
    hits = [r.probabilities()[rows].argmax(1) == labels[rows] for r in (run, other)]
    figure = figures.compare_runs(run, other)
    note = " ".join(texts(figure))
    assert f"{(hits[0] & ~hits[1]).sum()} clips won, {(hits[1] & ~hits[0]).sum()} lost of {len(rows)}" in note
    assert f"top-1 {hits[0].mean():.1%} against {hits[1].mean():.1%}" in note
    assert f"{100 * (hits[0].mean() - hits[1].mean()):+.1f}".replace("-", "−") in note.replace("-", "−")
    for groups, said in (
        (["a"] * 240, "no intervals, as the clips are of 1 subject"),
        (run.groups, "95 % intervals over"),
    ):
        assert said in " ".join(texts(figures.compare_runs(recolumn(run, group=groups), recolumn(other, group=groups))))
    alike = figures.compare_runs(run, run).note
    assert alike.startswith(f"the same answers to all clips; top-1 {hits[0].mean():.1%}") and "same" not in figure.note
    assert "No second run" in " ".join(texts(figures.compare_runs(run, None)))
    with pytest.raises(RunError, match="have different labels"):
        figures.compare_runs(run, recolumn(other, label=7 - labels))
    with pytest.raises(RunError, match="lacks 240 of the 240 clips of run"):
        figures.compare_runs(run, recolumn(other, id=[f"x{i}" for i in range(240)]))


def test_figures_need_no_second_run_of_the_streams(tmp_path):
    run = fake_run(tmp_path / "pose", streams=("pose",))
    clips = clip_table(run, folds=0)
    for figure in (
        figures.prototype_health(run),
        figures.prototype_drift(run),
        figures.feature_map(run, clips, embed(run, method="pca")),
    ):
        assert "joints" in figure.get_suptitle()


def test_scores_against_the_truth_claim_no_interval_over_one_group(tmp_path):
    with pytest.warns(UserWarning, match="1 group"):
        run = fake_run(tmp_path / "run", groups=2)
    with pytest.warns(UserWarning, match="1 group"):
        note = figures.truth_scores(run, rng=np.random.default_rng(0)).note
    assert "blue lines: no intervals, as the clips are of 1 subject;" in note
