import dataclasses

import numpy as np
import pandas as pd
import pytest

from mglib.base.errors import DataError
from mglib.data.sources.synthetic import load
from mglib.data.sources.synthetic.frames import _zoomed, render
from mglib.data.sources.synthetic.gestures import GESTURES, PAIRS, blend, partners
from mglib.data.sources.synthetic.motion import FOREARM, LAYOUT, UPPER_ARM, animate, bent_arm, draw_person, minimum_jerk
from mglib.data.sources.synthetic.paint import CAPSULE, ELLIPSE, HALF_PLANE, Sketch, paint_frames
from mglib.data.sources.synthetic.plan import IMIGUE_CLIPS, class_counts

SMALL = {"num_clips": 180, "num_subjects": 9, "num_frames": (20, 30), "label_noise": 0.1, "ambiguous": 0.25}


@pytest.fixture(scope="module")
def table():
    return load(**SMALL)


def _perform(label_or_gesture, seed=4, amount=1.0, person=0):
    """Seed 4 holds the gesture in frame 40 of 60."""
    gesture = GESTURES[label_or_gesture] if isinstance(label_or_gesture, int) else label_or_gesture
    performer = draw_person(np.random.default_rng(person))
    return animate(gesture, performer, 60, amount, np.random.default_rng(seed))


def _acting(motion):
    """Wrist [T, 3] and fingertips [T, 5, 3] of the acting hand."""
    wrist, tips = (4, 17) if motion.right else (7, 12)
    return motion.joints[:, wrist], motion.joints[:, tips : tips + 5]


def test_a_seed_fixes_the_set_to_the_bit_and_another_changes_it(table):
    again, other = load(**SMALL), load(**SMALL, seed=1)
    pd.testing.assert_frame_equal(again.clips, table.clips)
    pd.testing.assert_frame_equal(again.truth, table.truth)
    assert all(np.array_equal(a, b) for a, b in zip(again.keypoints, table.keypoints, strict=True))
    np.testing.assert_array_equal(again.frames.read(7), table.frames.read(7))
    assert again.frames.key(7) == table.frames.key(7)
    assert other.frames.key(7) != table.frames.key(7)
    assert not any(np.array_equal(a, b) for a, b in zip(other.keypoints, table.keypoints, strict=True))


def test_a_clip_does_not_depend_on_how_many_others_there_are(table):
    """Length, camera and clothes come from the clip's own draws; class 18 has its three train clips in any set."""
    larger = load(**SMALL | {"num_clips": 240})

    def clips(table):
        rows = [row for row in table.where("train") if table.truth["true_label"][row] == 18]
        scenes = [table.frames.scenes[row] for row in rows]
        return sorted((len(scene.joints), scene.camera.scale, *scene.look.shirt) for scene in scenes)

    assert len(clips(table)) == 3
    assert clips(table) == clips(larger)


def test_split_is_by_subject_with_all_classes_in_every_split(table):
    rows = {split: table.where(split) for split in ("train", "val", "test")}
    people = {split: set(table.groups[r]) for split, r in rows.items()}
    fewest = {split: np.bincount(table.labels[r], minlength=32).min() for split, r in rows.items()}
    assert {split: len(r) for split, r in rows.items()} == {"train": 116, "val": 36, "test": 64}
    assert {split: len(p) for split, p in people.items()} == {"train": 6, "val": 2, "test": 3}
    assert len(set.union(*people.values())) == 11
    assert (fewest["train"], fewest["val"], fewest["test"]) >= (3, 1, 2)
    np.testing.assert_array_equal(np.sort(np.concatenate([rows["train"], rows["test"]])), np.arange(180))  # val is last


def test_class_counts_keep_the_order_of_imigues_long_tail():
    counts = class_counts(640, 3)
    assert (counts.sum(), counts.min(), len(counts)) == (640, 3, 32)
    assert 0.10 < counts.max() / 640 < 0.13
    assert (np.diff(counts[np.argsort(IMIGUE_CLIPS)]) >= 0).all()
    np.testing.assert_array_equal(class_counts(96, 3), 3)


def test_truth_tells_labels_apart_from_what_was_performed(table):
    truth, train = table.truth, table.where("train")
    wrong = truth["is_wrong_label"].to_numpy()
    np.testing.assert_array_equal(wrong, table.labels != truth["true_label"])
    assert wrong.sum() == wrong[train].sum() == round(0.1 * len(train))
    given, true = table.labels[wrong], truth["true_label"][wrong]
    paired = [label in partners(other) for label, other in zip(given, true, strict=True)]
    assert 0.5 < np.mean(paired) < 1
    between = truth["ambiguous_with"] >= 0
    assert truth["is_ambiguous"].sum() == 0.25 * len(table)
    assert (truth["is_ambiguous"] == between ^ truth["stopped_half_way"]).all()
    assert between.any()
    assert truth["stopped_half_way"].any()
    for row in np.flatnonzero(between):
        assert truth["ambiguous_with"][row] in partners(truth["true_label"][row])
    np.testing.assert_array_equal(truth["blend"].between(0.35, 0.5), between)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_a_clip_between_two_gestures_has_its_targets_between_theirs(a, b):
    """Same person, same draws; where an arm is too short the straight way is left a little."""
    still = [dataclasses.replace(GESTURES[label], rate=0.0) for label in (a, b)]
    middle = blend(*still, 0.4)
    for hand in ("hand", "other"):
        first, second = (getattr(gesture, hand) for gesture in still)
        assert first.reach == second.reach
        tip = np.add(np.multiply(0.6, first.tip), np.multiply(0.4, second.tip))
        np.testing.assert_allclose(getattr(middle, hand).tip, tip, atol=1e-12)
    tips = [LAYOUT.joints.index(f"{side}_middle") for side in ("left", "right")]
    first, between, second = (_perform(gesture).joints[40, tips] for gesture in (still[0], middle, still[1]))
    way = np.linalg.norm(between - first, axis=1) + np.linalg.norm(between - second, axis=1)
    assert (way <= 1.25 * np.linalg.norm(second - first, axis=1) + 0.01).all()


def test_a_gesture_stopped_half_way_does_not_reach_its_target():
    """Fingertips to the crown, metres, in touching the head."""

    def distance(amount):
        motion = _perform(3, amount=amount)
        return np.linalg.norm(_acting(motion)[1].mean(1) - motion.joints[:, 22], axis=-1).min()

    assert distance(1.0) < 0.08
    assert distance(0.5) > 0.2


@pytest.mark.parametrize(("label", "landmark"), [(3, 22), (6, "eye"), (7, 24), (8, "ear"), (9, 24), (10, 23)])
def test_the_hand_touches_what_its_gesture_names(label, landmark):
    """Crown, eye, mouth, ear, mouth and chin, within seven centimetres of a fingertip."""
    motion = _perform(label)
    if isinstance(landmark, str):
        landmark = LAYOUT.joints.index(f"{'right' if motion.right else 'left'}_{landmark}")
    gaps = np.linalg.norm(_acting(motion)[1] - motion.joints[:, [landmark]], axis=-1)
    assert gaps.min() < 0.07


def test_either_hand_may_act_and_is_on_its_own_side():
    motions = {motion.right: motion for motion in (_perform(8, seed) for seed in range(12))}
    for right, wrist, other in ((True, 4, 7), (False, 7, 4)):
        joints, side = motions[right].joints, -1 if right else 1
        assert joints[:, wrist, 1].max() > 0  # up to the ear
        assert joints[:, other, 1].max() < -0.25  # on the desk
        assert (side * joints[:, wrist, 0] > 0).all()
        assert (joints[:, [5, 9, 11], 0] > joints[:, [2, 8, 10], 0]).all()  # left shoulder, eye, ear on the left


def test_arms_keep_their_length():
    rng = np.random.default_rng(0)
    shoulder, target = rng.normal(0, 0.05, (50, 3)), rng.normal(0, 0.3, (50, 3))
    elbow, wrist = bent_arm(shoulder, target, np.tile([0.3, -0.8, -0.5], (50, 1)), 1.1)
    np.testing.assert_allclose(np.linalg.norm(elbow - shoulder, axis=1), 1.1 * UPPER_ARM)
    np.testing.assert_allclose(np.linalg.norm(wrist - elbow, axis=1), 1.1 * FOREARM)
    reach = np.linalg.norm(target - shoulder, axis=1)
    within = (reach > 0.2) & (reach < 0.5)
    assert 5 < within.sum() < 50
    np.testing.assert_allclose(wrist[within], target[within])


def test_reaching_is_minimum_jerk():
    """At rest before and after; the greatest speed is 15 / 8 of the mean, half-way."""
    speed = np.gradient(minimum_jerk(np.linspace(-0.2, 1.2, 1401)), 0.001)
    assert speed[[0, 200, 1200, 1400]] == pytest.approx(0, abs=1e-4)
    assert (speed.argmax(), speed.max()) == (700, pytest.approx(15 / 8, abs=1e-3))


def test_detection_errs_little_and_its_score_knows(table):
    errors, scores, missed = [], [], []
    for points, scene in zip(table.keypoints, table.frames.scenes, strict=True):
        seen = points[0, ..., 2] > 0
        missed.append(1 - seen.mean(0))
        error = np.linalg.norm(points[0, ..., :2] - scene.joints, axis=-1) / scene.camera.scale
        errors.append(error[seen])
        scores.append(points[0, ..., 2][seen])
    errors, scores, missed = np.concatenate(errors), np.concatenate(scores), np.mean(missed, 0)
    assert np.median(errors) < 0.015  # metres
    assert np.corrcoef(errors, scores)[0, 1] < -0.5
    assert missed[12:].min() > 2 * missed[:3].max()  # fingers against nose, neck and shoulder


def test_frames_show_skin_where_the_true_hands_are(table):
    """At the middle of the visible hands, and not where a hand would be if frames and joints were 6 pixels apart."""
    hits, misses = [], []
    for row in range(0, len(table), 9):
        frames, scene = table.frames.read(row), table.frames.scenes[row]
        zoom = frames.shape[1] / scene.camera.height
        assert frames.shape == (len(scene.joints), 120, 160, 3)
        for wrist, tips in ((4, 17), (7, 12)):
            spot = scene.joints[:, [wrist, *range(tips, tips + 5)]].mean(1)
            x, y = np.round(_zoomed(np.insert(spot, 2, 1, axis=1), zoom)[:, :2]).astype(int).T
            shown = (scene.motion.joints[:, wrist, 2] > 0.2) & (x > 8) & (x < 151) & (y > 8) & (y < 111)
            time = np.flatnonzero(shown)
            hits += list(_like(frames[time, y[time], x[time]], scene.look.skin))
            misses += list(_like(frames[time, y[time] - 8, x[time] - 8], scene.look.skin))
    assert len(hits) > 500
    assert np.mean(hits) > 0.85
    assert np.mean(misses) < 0.5


def _like(pixels, colour):
    """Whether pixels have a colour's hue, in light or shade."""
    pixels = pixels.astype(float) + 1e-3
    cosine = (pixels @ colour) / np.linalg.norm(pixels, axis=-1) / np.linalg.norm(colour)
    shade = pixels.sum(-1) / colour.sum()
    return (cosine > 0.995) & (shade > 0.5) & (shade < 1.3)


def test_pressed_lips_and_blown_cheeks_change_the_mouth_only(table):
    """What the RGB stream alone can see: away from the face the two pictures are the same."""
    scene = table.frames.scenes[0]
    faces = {name: np.zeros_like(scene.motion.face) for name in ("rest", "lips", "cheeks")}
    faces["lips"][:, 0], faces["cheeks"][:, 1] = 1, 1
    drawn = {
        name: render(dataclasses.replace(scene, motion=dataclasses.replace(scene.motion, face=face)), 120)[0].astype(
            int
        )
        for name, face in faces.items()
    }
    zoom = 120 / scene.camera.height
    mouth = _zoomed(scene.camera.project(scene.motion.joints[0, 24]), zoom)
    y, x = np.mgrid[:120, :160]
    near = np.hypot(x - mouth[0], y - mouth[1]) < 0.13 * mouth[2]
    for name in ("lips", "cheeks"):
        change = np.abs(drawn[name] - drawn["rest"]).max(-1)
        assert change[near].max() > 30
        assert change[~near].max() == 0


def test_shapes_cover_what_geometry_says():
    """Areas of one shape each, in closed form; half-covered edge pixels count half."""
    sketch = Sketch(1)
    sketch.capsule(0, [10, 20], [40, 20], 6.0, 1.0, [100, 0, 0], relief=0)
    sketch.ellipse(1, [30, 50], [1, 0], (12.0, 7.0), 1.0, [0, 100, 0], relief=0)
    sketch.below(2, [0, 70], [60, 76], [0, 0, 100])
    kinds = sketch.in_order()[0, :, 0].tolist()
    assert kinds == [CAPSULE, ELLIPSE, HALF_PLANE]
    frame = paint_frames(np.zeros((90, 61, 3), np.float32), sketch.in_order())[0] / 100
    assert frame[..., 0].sum() == pytest.approx(30 * 12 + np.pi * 36, rel=0.01)
    assert frame[..., 1].sum() == pytest.approx(np.pi * 12 * 7, rel=0.01)
    assert frame[..., 2].sum() == pytest.approx(61 * (89.5 - 73), rel=0.01)
    assert frame[50, 30, 1] == 1  # the very centre too


def test_nearer_layers_are_painted_over_farther_ones():
    sketch = Sketch(2)
    sketch.capsule(np.array([5, 0]), [10, 10], [10, 10], 5.0, 1.0, [200, 0, 0], relief=0)
    sketch.capsule(2, [10, 10], [10, 10], 5.0, 1.0, [0, 200, 0], relief=0)
    first, second = paint_frames(np.zeros((20, 20, 3), np.float32), sketch.in_order())[:, 10, 10].tolist()
    assert (first, second) == ([200, 0, 0], [0, 200, 0])


def test_sizes_are_parameters():
    table = load(num_clips=160, num_subjects=3, num_frames=(8, 9), height=360, width=360, frame_height=64)
    assert table.clips["split"].value_counts().to_dict() == {"train": 96, "test": 64, "val": 32}
    assert set(table.clips["total_frames"]) == {8, 9}
    assert table.frames.read(0).shape[1:] == (64, 64, 3)
    np.testing.assert_array_equal(table.select([5, 3]).frames.read(1), table.frames.read(3))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"num_clips": 100}, "num_clips: 100; give 160 or more"),
        ({"num_subjects": 2}, "num_subjects: 2; give 3 to 240"),
        ({"num_frames": (90, 40)}, r"num_frames: \(90, 40\); give the shortest"),
        ({"width": 16}, r"height, width, frame_height: \(480, 16, 120\); give 32 pixels"),
        ({"label_noise": 0.7}, "label_noise: 0.7; give a share"),
        ({"ambiguous": -0.1}, "ambiguous: -0.1; give a share"),
        ({"seed": -1}, "seed: -1; give 0 or more"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(wrong, said):
    with pytest.raises(DataError, match=said):
        load(**wrong)
