"""Every tool's file gives back the points that were written into it, and whatever does not fit is a sentence."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mglib.base.errors import DataError
from mglib.data.layouts import LAYOUTS, get_layout
from mglib.data.own_layouts import find_layout
from mglib.data.sources.exports import base, detections, find, fitted, read
from mglib.data.sources.exports.tracks import Detection, assemble, best
from tests.data.exports import (
    write_alphapose,
    write_deeplabcut,
    write_mmpose,
    write_openpose,
    write_sleap_csv,
    write_sleap_h5,
)

JOINTS = ["nose", "neck", "LHand", "RHand"]
RIG = find_layout({"joints": JOINTS, "limbs": [["nose", "neck"], ["neck", "LHand"], ["neck", "RHand"]]})


def people(frames: int, joints: int, persons: int = 2, seed: int = 0) -> np.ndarray:
    """Persons who stand apart and move a little, float32 [P, T, V, 3]; some joints are missing."""
    rng = np.random.default_rng(seed)
    points = np.empty((persons, frames, joints, 3), np.float32)
    places = rng.uniform(100, 200, (persons, 1, joints, 2)) + 400 * np.arange(persons)[:, None, None, None]
    points[..., :2] = (places + rng.normal(0, 2, (persons, frames, joints, 2))).round(2)
    points[..., 2] = rng.uniform(0.2, 1, points.shape[:3]).round(3)
    points[rng.uniform(size=points.shape[:3]) < 0.1] = 0
    return points


def by_frame(points: np.ndarray, rng: np.random.Generator | None = None) -> list[list[np.ndarray]]:
    """The persons of each frame, in any order: tools do not keep one."""
    frames = [list(points[:, frame]) for frame in range(points.shape[1])]
    for frame in frames:
        if rng is not None:
            rng.shuffle(frame)
    return frames


def alike(found: np.ndarray, points: np.ndarray) -> None:
    """The same persons, in whatever order, to the precision of float32."""
    order = np.argsort(found[:, 0, :, 0].max(1))
    np.testing.assert_allclose(found[order], points, rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([25, 18]), st.integers(1, 6), st.integers(1, 3), st.integers(0, 9), st.booleans())
def test_openpose_gives_back_what_was_written(tmp_path_factory, body, frames, persons, first, whole):
    joints = body + 70 + 42 if whole else body
    points = people(frames, joints, persons)
    parts = (body, body + 70, body + 91) if whole else ()
    folder = write_openpose(
        tmp_path_factory.mktemp("clips") / "anna_1", by_frame(points, np.random.default_rng(1)), parts, first
    )
    export = read(folder)
    alike(export.points, points)
    assert export.joints[:3] == ("nose", "neck", "right_shoulder")
    assert len(export.joints) == joints


def test_25_joints_of_openpose_are_no_kinects(tmp_path):
    points = people(3, 25, 1)
    export = read(write_openpose(tmp_path / "clip", by_frame(points)))
    for layout in ("kinect25", "ntu25"):
        with pytest.raises(DataError, match=rf"its 25 joints \(nose, .* lack spine_mid, head, .* of layout {layout}"):
            fitted("clip", export, LAYOUTS[layout])
    own = replace(LAYOUTS["ntu25"], name="own")
    np.testing.assert_array_equal(fitted("clip", export, own), export.points)


def test_a_frame_that_openpose_did_not_write_shows_nobody(tmp_path):
    points = people(5, 25, 1)
    folder = write_openpose(tmp_path / "clip", by_frame(points))
    next(folder.glob("*2_keypoints.json")).unlink()
    found = read(folder).points[0]
    assert not found[2].any()
    np.testing.assert_allclose(found[[0, 1, 3, 4]], points[0][[0, 1, 3, 4]], rtol=1e-6)


def test_frames_of_two_videos_in_a_folder_are_told(tmp_path):
    for number in range(12):
        (tmp_path / f"{'ab'[number // 6]}_{number:012d}_keypoints.json").write_text('{"people": []}')
    with pytest.raises(DataError, match="a_0+_keypoints.json and b_0+6_keypoints.json are frames of two videos; give"):
        read(tmp_path)


@pytest.mark.parametrize("hand", ["left", "right"])
def test_hands_that_openpose_did_not_find_are_missing_and_nothing_moves(tmp_path, hand):
    points = people(3, 137, 1)
    folder = write_openpose(tmp_path / "clip", by_frame(points), (25, 95, 116))
    for path in folder.glob("*.json"):
        content = json.loads(path.read_text())
        content["people"][0][f"hand_{hand}_keypoints_2d"] = []
        path.write_text(json.dumps(content))
    expected = points.copy()
    expected[:, :, slice(95, 116) if hand == "left" else slice(116, 137)] = 0
    np.testing.assert_allclose(read(folder).points, expected, rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([17, 26, 133, 21]), st.integers(1, 6), st.integers(0, 1), st.booleans())
def test_mmpose_gives_back_what_was_written(tmp_path_factory, joints, frames, first, demo):
    points = people(frames, joints, 2)
    path = tmp_path_factory.mktemp("clips") / "anna_1.json"
    write_mmpose(path, by_frame(points, np.random.default_rng(1)), {"dataset_name": "coco"} if demo else None, first)
    export = read(path)
    alike(export.points, points)
    assert export.joints[0] in ("nose", "wrist")


def test_mmpose_names_win_over_the_number_of_joints(tmp_path):
    """Human3.6M's 17 joints are not COCO's."""
    names = ["root", "right_hip", "right_knee", "right_foot", "left_hip", "left_knee", "left_foot", "spine", "thorax",
             "neck_base", "head", "left_shoulder", "left_elbow", "left_wrist", "right_shoulder", "right_elbow",
             "right_wrist"]  # fmt: skip
    meta = {"keypoint_id2name": {str(number): name for number, name in enumerate(names)}}
    export = read(write_mmpose(tmp_path / "clip.json", by_frame(people(3, 17, 1)), meta))
    with pytest.raises(DataError, match=r"clip: its 17 joints \(root, right_hip, .* lack nose, left_eye"):
        fitted("clip", export, get_layout("coco17"))
    coco = {"keypoint_id2name": {str(number): name for number, name in enumerate(get_layout("coco17").joints)}}
    points = people(3, 17, 1)
    again = read(write_mmpose(tmp_path / "coco.json", by_frame(points), coco))
    np.testing.assert_allclose(fitted("clip", again, get_layout("coco17")), points, rtol=1e-6)


@pytest.mark.parametrize("tracked", [False, True])
def test_alphapose_gives_back_what_was_written(tmp_path, tracked):
    points = people(5, 26, 2)
    frames = by_frame(points)
    for number in (1, 3):
        frames[number] = frames[number][::-1]
    tracks = [[1, 2] if number in (0, 2, 4) else [2, 1] for number in range(5)] if tracked else ()
    alike(read(write_alphapose(tmp_path / "clip.json", frames, tracks)).points, points)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.permutations(JOINTS), st.integers(0, 3))
def test_deeplabcut_gives_back_what_was_written_in_any_order_of_joints(tmp_path_factory, frames, persons, order, first):
    points = people(frames, 4, persons)
    shuffled = points[:, :, [JOINTS.index(joint) for joint in order]]
    path = tmp_path_factory.mktemp("clips") / "anna_1DLC_resnet50.csv"
    individuals = [f"person{number}" for number in range(persons)] if persons > 1 else ()
    write_deeplabcut(
        path, np.where(shuffled[..., 2:] > 0, shuffled, np.nan), order, range(first, first + frames), individuals
    )
    np.testing.assert_allclose(fitted("clip", read(path), RIG), points, rtol=1e-6)


def test_a_first_row_of_empty_cells_is_a_frame_of_deeplabcut(tmp_path):
    points = np.random.default_rng(0).uniform(1, 9, (1, 5, 4, 3)).astype(np.float32)
    path = write_deeplabcut(tmp_path / "clip.csv", points, JOINTS, range(5))
    lines = path.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("0,"))
    lines[first] = "0" + "," * lines[first].count(",")
    path.write_text("\n".join(lines) + "\n")
    found = read(path).points
    assert found.shape == points.shape and not found[:, 0].any()
    np.testing.assert_allclose(found[:, 1:], points[:, 1:], rtol=1e-6)


def test_rows_that_deeplabcut_left_out_show_nobody(tmp_path):
    points = people(3, 4, 1)
    export = read(write_deeplabcut(tmp_path / "clip.csv", points, JOINTS, [0, 1, 4]))
    assert export.points.shape == (1, 5, 4, 3)
    assert not export.points[0, 2:4].any()
    np.testing.assert_allclose(export.points[0, 4], points[0, 2], rtol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 3), st.booleans())
def test_sleap_csv_gives_back_what_was_written(tmp_path_factory, frames, persons, tracked):
    points = people(frames, 4, persons)
    points[0, :, 0] = 150, 150, 0.5  # somebody in every frame, as the file has no other
    listed = [[(f"track_{p}" if tracked else "", points[p, t]) for p in range(persons)] for t in range(frames)]
    export = read(write_sleap_csv(tmp_path_factory.mktemp("clips") / "anna_1.csv", listed, JOINTS))
    alike(fitted("clip", export, RIG), points)


@pytest.mark.parametrize("transposed", [True, False])
def test_sleap_analysis_gives_back_what_was_written(tmp_path, transposed):
    points = people(5, 4, 3)
    export = read(write_sleap_h5(tmp_path / "anna_1.analysis.h5", points, JOINTS, transposed))
    np.testing.assert_allclose(fitted("clip", export, RIG), points, rtol=1e-6)
    assert export.joints == tuple(JOINTS)


def test_whole_bodies_give_imigue22_with_a_neck_between_the_shoulders(tmp_path):
    points = people(4, 133, 1)
    points[..., 2] = np.where(points[..., 2] > 0, points[..., 2], 0)
    export = read(write_mmpose(tmp_path / "clip.json", by_frame(points)))
    layout, whole = get_layout("imigue22"), get_layout("coco_wholebody133").joints
    found = fitted("clip", export, layout)
    for place, joint in enumerate(layout.joints):
        if joint != "neck":
            np.testing.assert_allclose(found[:, :, place], points[:, :, whole.index(joint)], rtol=1e-6)
    left, right = (points[:, :, whole.index(f"{side}_shoulder")] for side in ("left", "right"))
    seen = (left[..., 2] > 0) & (right[..., 2] > 0)
    neck = found[:, :, 1]
    np.testing.assert_allclose(neck[seen][:, :2], ((left + right) / 2)[seen][:, :2], rtol=1e-6)
    assert not neck[~seen].any()
    np.testing.assert_allclose(neck[seen][:, 2], np.minimum(left, right)[seen][:, 2])


def test_openpose_gives_imigue36_by_the_published_numbers(tmp_path):
    from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137

    points = people(2, 137, 1)
    export = read(write_openpose(tmp_path / "clip", by_frame(points), (25, 95, 116)))
    found = fitted("clip", export, get_layout("imigue36"))
    np.testing.assert_allclose(found, points[:, :, list(IMIGUE36_FROM_OPENPOSE137)], rtol=1e-6)


def test_who_is_seen_most_is_kept_and_who_comes_back_is_the_same():
    points = people(9, 6, 3)
    points[0, 4:] = 0  # leaves
    points[2, 3:5] = 0  # is lost for a moment
    frames = [[Detection(points[p, t]) for p in range(3) if points[p, t].any()] for t in range(9)]
    found = assemble(frames, 6)
    alike(found, points)
    kept = best(found, 1)
    np.testing.assert_array_equal(kept[0], points[1])


BAD = [
    ("clip.json", "{", "not a readable JSON file"),
    ("clip.json", "[]", "holds list; expected MMPose's predictions"),
    ("clip.json", '[{"keypoints": [[1, 2]]}]', "expected MMPose's predictions of a video"),
    ("clip.json", '[{"frame_id": 0, "instances": [{"keypoints": [[1, 2, 3]]}]}]', r"keypoints: shape \(1, 3\)"),
    ("clip.json", '[{"frame_id": 0, "instances": [{"keypoints": [["a", 2]]}]}]', "frame 0, keypoints: not numbers"),
    ("clip.json", '[{"frame_id": 0, "instances": [3]}]', "frame 0: an instance without `keypoints`"),
    ("clip.json", '[{"frame_id": 0, "instances": []}, {"frame_id": 0, "instances": []}]', "frame 0: it is there twice"),
    ("clip.json", '[{"frame_id": "a", "instances": []}]', "'a' numbers no frame"),
    (
        "clip.json",
        '[{"frame_id": 0, "instances": [{"keypoints": [[1, 2]], "keypoint_scores": [1, 1]}]}]',
        r"keypoint_scores: shape \(2,\); give one score per joint",
    ),
    ("clip.json", '[{"image_id": "0.jpg", "keypoints": [1, 2]}]', "keypoints: 2 numbers; expected x, y, score"),
    ("clip.csv", "a,b\n1,2\n", "begins with a,b; expected DeepLabCut's CSV"),
    ("clip.csv", "", "begins with nothing; expected DeepLabCut's"),
    (
        "clip.csv",
        "scorer;s;s\nbodyparts;a;a\ncoords;x;y\n0;1,5;2\n",
        "begins with scorer;s;s; its cells are separated as",
    ),
    ("clip.csv", "track\tframe_idx\ta.x\ta.y\nt\t0\t1\t2\n", "its cells are separated as a spreadsheet separates them"),
    ("clip.csv", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n0,1,b\n", "not a table of numbers below DeepLabCut's header"),
    (
        "clip.csv",
        "scorer,s,s,s\nbodyparts,a,a,a\ncoords,x,y,z\n0,1,2,3\n",
        "coords are x, y, z; expected x, y and likelihood",
    ),
    ("clip.csv", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\nimg1.png,1,2\n", "does not count frames .'img1.png' is in it"),
    ("clip.csv", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n1,1,2\n0,1,2\n", "does not count frames"),
    ("clip.csv", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n", "holds no frame"),
    ("clip.csv", "track,frame_idx,a.x\nt,0,1\n", "no column a.y; expected SLEAP's"),
    ("clip.csv", "track,frame_idx,a.x,a.y\nt,0,1,b\n", "a cell holds no number"),
    ("clip.csv", "track,frame_idx,a.x,a.y\nt,0,1,\n", "1 joints have half a position .*, x 1 and y nan first"),
    ("clip.csv", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n0,1,inf\n", "none that is finite, x 1 and y inf first"),
    (
        "clip.csv",
        "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n0,1,2\n1,1",
        "its last line has 2 values, and the .* 3, so the",
    ),
    ("clip.csv", "track,frame_idx,a.x,a.y\nt,0,1,2\nt,1", "its last line has 2 values, .* so the file is cut off"),
    ("clip.h5", "not HDF5", "not a readable HDF5 file"),
    ("clip/clip_0_keypoints.json", "[]", "has no list `people`"),
    ("clip/clip_keypoints.json", '{"people": []}', "no frame number ends its name"),
    ("clip/clip_0_keypoints.json", '{"people": [{}]}', "a person without `pose_keypoints_2d`"),
    ("clip/clip_0_keypoints.json", '{"people": [{"pose_keypoints_2d": [1, 2]}]}', "pose_keypoints_2d: 2 numbers"),
    (
        "clip/clip_0_keypoints.json",
        json.dumps({"people": [{"pose_keypoints_2d": [1] * 75, "hand_left_keypoints_2d": [1] * 30}]}),
        "hand_left_keypoints_2d: 10 points; OpenPose writes 21",
    ),
]


@pytest.mark.parametrize(("name", "text", "sentence"), BAD, ids=[f"{n}, {s}" for n, _, s in BAD])
def test_what_does_not_fit_is_named_with_its_file(tmp_path, name, text, sentence):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    clip = path.parent if "/" in name else path
    with pytest.raises(DataError, match=sentence) as caught:
        read(clip)
    assert str(clip) in str(caught.value)


def test_deeplabcut_h5_is_refused_as_its_header_is_a_pickle(tmp_path):
    import h5py

    with h5py.File(tmp_path / "clip.h5", "w") as file:
        file.create_group("df_with_missing")
    with pytest.raises(DataError, match=r"can run code; read its CSV instead: .*converth5_to_csv"):
        read(tmp_path / "clip.h5")


def test_without_h5py_the_way_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    (tmp_path / "clip.h5").write_bytes(b"")
    with pytest.raises(DataError, match="pip install h5py, or export CSV instead"):
        read(tmp_path / "clip.h5")


@pytest.mark.parametrize("numbers", [(0, 1, 90), (5, 500)])
def test_openpose_files_that_do_not_count_frames_are_refused(tmp_path, numbers):
    folder = write_openpose(tmp_path / "clip", [[]])
    for number in numbers:
        (folder / f"clip_{number:012d}_keypoints.json").write_text('{"people": []}')
    with pytest.raises(DataError, match=r"files for \d+ frames, by their numbers"):
        read(folder)


def test_frames_numbered_in_steps_are_refused_in_the_files_of_every_tool(tmp_path):
    points, every = people(22, 17, 1), range(0, 22, 2)
    frames = [frame if number in every else [] for number, frame in enumerate(by_frame(points))]
    folder = write_openpose(tmp_path / "clip", by_frame(people(22, 25, 1)))
    for number in set(range(22)) - set(every):
        (folder / f"clip_{number:012d}_keypoints.json").unlink()
    mmpose = write_mmpose(tmp_path / "a.json", frames)
    mmpose.write_text(json.dumps([entry for entry in json.loads(mmpose.read_text()) if entry["frame_id"] in every]))
    names = [f"j{number}" for number in range(17)]
    files = (
        folder,
        mmpose,
        write_alphapose(tmp_path / "b.json", frames),
        write_deeplabcut(tmp_path / "c.csv", points[:, every], names, every),
        write_sleap_csv(tmp_path / "d.csv", [[("t", person) for person in frame] for frame in frames], names),
    )
    for path in files:
        with pytest.raises(DataError, match=r": its 11 frames are numbered 0, 2, 4, \.\.\., in steps of 2, and nobody"):
            read(path)


def _touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text('{"people": []}' if name.endswith("_keypoints.json") else "x")


def test_clips_are_found_by_split_and_class_without_what_tools_add_to_names(tmp_path):
    _touch(
        tmp_path, "train/wave/anna_1DLC_resnet50_handsMay1shuffle1_100000.csv", "train/nod/bert_7.json",
        "train/wave/anna_1DLC_resnet50_handsMay1shuffle1_100000.h5", "train/wave/._anna_1.csv", "train/wave/anna_1.mp4",
        "test/wave/carl_2/carl_2_000000000000_keypoints.json", "test/nod/dora_3.analysis.h5",
    )  # fmt: skip
    found = {clip.id: (clip.split, clip.gesture, clip.path.name) for clip in find(tmp_path)}
    assert found == {
        "train/wave/anna_1": ("train", "wave", "anna_1DLC_resnet50_handsMay1shuffle1_100000.csv"),
        "train/nod/bert_7": ("train", "nod", "bert_7.json"),
        "test/wave/carl_2": ("test", "wave", "carl_2"),
        "test/nod/dora_3": ("test", "nod", "dora_3.analysis.h5"),
    }


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ((), "holds no clip; expected files ending in .json"),
        (("wave/a_1.csv", "train/wave/b_1.csv"), "all clips must lie as CLIP, CLASS/CLIP or SPLIT/CLASS/CLIP"),
        (("training/wave/a_1.csv",), "the folder training holds folders, but is none of train, val, test"),
        (("train/a_1.csv", "test/b_1.csv"), "clips lie directly in the folder test, which would be a class"),
        (("train/Nod/a_1.csv", "test/nod/b_1.csv"), "folders 'Nod' and 'nod' would be two classes, and differ only in"),
        (("train/\u00f6/a_1.csv", "test/o\u0308/b_1.csv"), r"folders 'o\\u0308' and '\\xf6' would be two classes"),
        (("wave/a_1.csv", "wave/a_1.json"), r"wave/a_1\.csv and .*wave/a_1\.json are the same clip, wave/a_1"),
        (("wave/a_1DLC_x.csv", "wave/a_1DLC_x_filtered.csv"), "are the same clip"),
    ],
)
def test_folders_that_do_not_fit_are_sentences(tmp_path, names, sentence):
    _touch(tmp_path, *names)
    with pytest.raises(DataError, match=sentence):
        find(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["people", "instance_info", "frame_id", "instances", "keypoints", "keypoint_scores", "image_id",
                         "meta_info", "keypoint_id2name", "pose_keypoints_2d", "hand_left_keypoints_2d", "0"]),
        inner, max_size=4),
    max_leaves=25,
)  # fmt: skip
FRAMES = st.lists(st.fixed_dictionaries({"frame_id": JSON, "instances": JSON}), max_size=3)
PEOPLE = st.fixed_dictionaries(
    {"people": st.lists(st.fixed_dictionaries({"pose_keypoints_2d": JSON}) | JSON, max_size=2)}
)
LISTED = st.lists(st.fixed_dictionaries({"image_id": JSON, "keypoints": JSON, "idx": JSON}), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    JSON | FRAMES | LISTED | PEOPLE | st.fixed_dictionaries({"instance_info": FRAMES, "meta_info": JSON}), st.booleans()
)
def test_whatever_a_json_file_holds_is_read_or_gets_a_sentence(tmp_path_factory, content, folder):
    path = tmp_path_factory.mktemp("any") / ("clip_0_keypoints.json" if folder else "clip.json")
    path.write_text(json.dumps(content))
    _read_or_refused(path.parent if folder else path)


CELLS = st.sampled_from(
    ["scorer", "individuals", "bodyparts", "coords", "x", "y", "likelihood", "a", "0", "1", "nan", "", "a.x", "a.y",
     "frame_idx", "track", "1e9", "inf"]
)  # fmt: skip
HEADS = (
    "", "scorer,a,a\n", "frame_idx,a.x,a.y\n", "scorer,s,s\nbodyparts,a,a\ncoords,x,y\n",
    "scorer,s,s\nindividuals,i,i\nbodyparts,a,a\ncoords,x,y\n",
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6), st.sampled_from(HEADS))
def test_whatever_a_csv_file_holds_is_read_or_gets_a_sentence(tmp_path_factory, rows, head):
    path = tmp_path_factory.mktemp("any") / "clip.csv"
    path.write_text(head + "".join(",".join(row) + "\n" for row in rows))
    _read_or_refused(path)


def _read_or_refused(path):
    try:
        export, refused = read(path), ""
    except DataError as error:
        export, refused = None, str(error)
    assert export is None or export.points.ndim == 4 and np.isfinite(export.points[..., :2]).all()
    assert export or str(path) in refused


@pytest.mark.parametrize("odd", [None, float("nan"), float("inf")])
def test_what_is_no_number_in_a_json_file_is_named(tmp_path, odd):
    path = tmp_path / "clip" / "clip_000000000000_keypoints.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"people": [{"pose_keypoints_2d": [odd, 2.0, 0.5] * 25}]}))
    with pytest.raises(DataError, match="pose_keypoints_2d: holds null, NaN or infinity; a joint not detected is 0"):
        detections.read_openpose(path.parent)


@pytest.mark.parametrize(
    ("numbered", "first"),
    [
        ([(1, 9, 0), (4, 12, 0)], 1),
        ([(1, 9, 0), (0, 8, 0)], 0),
        ([(5, 20, 20)], 1),
        ([(5, 19, 20)], 0),
        ([(0, 20, 20)], 0),
        ([(5, 9, 0)], 0),
        ([], 0),
    ],
)
def test_pictures_are_numbered_from_1_if_one_has_this_number_and_none_0(numbered, first):
    assert base(numbered) == first


def test_pictures_of_two_clips_in_one_file_are_told(tmp_path):
    path = write_alphapose(tmp_path / "both.json", by_frame(people(4, 17, 1)))
    listed = json.loads(path.read_text())
    for place, entry in enumerate(listed):
        entry["image_id"] = f"{'anna' if place < 2 else 'bert'}_{place % 2:04d}.png"
    path.write_text(json.dumps(listed))
    with pytest.raises(DataError, match=r"'anna_0000.png' and 'bert_0000.png' are pictures of two clips; give each"):
        read(path)


def test_a_whole_number_stored_with_a_point_numbers_a_frame(tmp_path):
    points = people(12, 17, 1)
    path = write_mmpose(tmp_path / "clip.json", by_frame(points))
    listed = [entry | {"frame_id": float(entry["frame_id"])} for entry in json.loads(path.read_text())]
    path.write_text(json.dumps(listed))
    np.testing.assert_allclose(read(path).points, points, rtol=1e-6)
