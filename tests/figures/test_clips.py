"""Figures of one clip: joints lie where the pixels show them, and what was not detected is not drawn."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from mglib import figures
from mglib.base.errors import DataError
from mglib.data.geometry import Augmentation, compact_box, move_keypoints
from mglib.data.heatmaps import limb_heatmaps
from mglib.data.sampling import sample_frames
from mglib.figures import clips, style
from tests.builders import waving_table


def joints(axes):
    return next(c for c in axes.collections if isinstance(c, PathCollection)).get_offsets()


def limbs(axes):
    """The coloured lines; a darker rim lies below them."""
    return [c for c in axes.collections if isinstance(c, LineCollection)][-1]


def brightest(axes):
    """Where the image on the axes is brightest, in data coordinates."""
    image = axes.images[0]
    left, right, bottom, top = image.get_extent()
    light = np.asarray(image.get_array())[..., 0]
    row, column = np.unravel_index(light.argmax(), light.shape)
    height, width = light.shape
    return left + (column + 0.5) * (right - left) / width, top + (row + 0.5) * (bottom - top) / height


@pytest.mark.parametrize(("draw", "pixels"), [(figures.film_strip, 4.5), (figures.rgb_overlay, 1.5)])
def test_the_skeleton_lies_on_the_dot_that_the_frames_show(draw, pixels):
    panels = draw(waving_table(), 0).axes
    assert len(panels) == {"film_strip": 8, "rgb_overlay": 3}[draw.__name__]
    places = np.array([joints(axes)[0] for axes in panels])
    assert np.ptp(places[:, 0]) > 30, "the joint moves, so a frozen or shuffled strip would not pass"
    for axes, place in zip(panels, places, strict=True):
        assert np.hypot(*(brightest(axes) - place)) < pixels


def test_the_contact_sheet_shows_each_clip_in_a_line_of_its_own():
    table = waving_table()
    panels = figures.contact_sheet(table, [1, 6], 3).axes
    titles = [axes.get_title(loc="left") for axes in panels]
    assert titles == ["clip 1 (train): down", "", "", "clip 6 (test): right", "", ""]
    for axes, row, frame in zip(panels, [1] * 3 + [6] * 3, [*sample_frames(10, 3)] * 2, strict=True):
        np.testing.assert_allclose(joints(axes), table.keypoints[row][0, frame, :, :2])
        assert np.hypot(*(brightest(axes) - joints(axes)[0])) < 1.5


def test_the_overlay_is_in_pixels_of_the_image_and_shows_the_crop():
    table = waving_table()
    axes = figures.rgb_overlay(table, 1).axes[0]
    frame = sample_frames(10, 3)[0]
    np.testing.assert_allclose(joints(axes), table.keypoints[1][0, frame, :, :2])
    assert axes.get_title() == f"frame {frame}"
    (square,) = axes.patches
    (x, y), side = square.get_xy(), square.get_width()
    seen = table.keypoints[1][0, :, :, :2].reshape(-1, 2)
    assert (seen > (x, y)).all() and (seen < (x + side, y + side)).all()
    assert side == pytest.approx(1.25 * np.ptp(seen, axis=0).max())


def test_sides_have_colours_and_undetected_joints_no_ink():
    table = waving_table()
    axes = figures.film_strip(table, 0).axes[0]
    colours = [to_hex(colour) for colour in limbs(axes).get_edgecolor()]
    ends = [table.layout.joints[b].split("_")[0] for _, b in table.layout.limbs]
    expected = {"left": style.SIDES["left"], "right": style.SIDES["right"], "nose": style.SIDES["centre"]}
    assert colours == [expected[end].lower() for end in ends]
    table.keypoints[0][:, :, 4] = 0  # right wrist: five fingers and the lower arm hang on it
    axes = figures.film_strip(table, 0).axes[0]
    assert len(joints(axes)) == 21
    assert len(limbs(axes).get_segments()) == 21 - 6


def test_without_a_visual_stream_the_skeleton_stands_alone():
    table = dataclasses.replace(waving_table(), frames=None)
    for figure in (figures.film_strip(table, 0), figures.rgb_overlay(table, 0)):
        assert not any(axes.images for axes in figure.axes)
        assert len(joints(figure.axes[0])) == 22
    assert "no visual stream" in figures.rgb_overlay(table, 0).artists[0].get_text()


def test_one_channel_of_video_is_shown_grey():
    table = waving_table()

    class Grey:
        kind, moments = "depth video", (-1, 0, 1)

        def read(self, row):
            return table.frames.read(row)[..., :1]

        def key(self, row):
            return f"grey {row}"

    shown = figures.rgb_overlay(dataclasses.replace(table, frames=Grey()), 0)
    image, expected = (f.axes[0].images[0].get_array() for f in (shown, figures.rgb_overlay(table, 0)))
    np.testing.assert_array_equal(image, expected)
    assert "depth video, 100 x 100 pixels" in shown.artists[0].get_text()


def test_the_montage_shows_the_heat_maps_of_the_crop():
    table = waving_table()
    figure = figures.heatmap_montage(table, 0, n=4, pixels=32, sigma=0.7)
    panels = np.reshape(figure.axes, (4, 4))
    frames, everything = sample_frames(10, 4), table.keypoints[0]
    points = move_keypoints(everything[:, frames], Augmentation().matrix(compact_box(everything, 100, 100), 32))
    maps = limb_heatmaps(torch.from_numpy(points)[None], table.layout.limbs, (32, 32), 0.7)[0].numpy()
    for t in range(4):
        np.testing.assert_allclose(panels[2, t].images[0].get_array(), maps[:, t].max(0))
        joint_map = panels[0, t].images[0].get_array()
        x, y = points[0, t, :, :2].round().astype(int).T
        assert (joint_map[y, x] >= np.exp(-0.5 / (2 * 0.7**2)) - 1e-5).all(), "half a pixel off at most"
    assert [axes.get_ylabel().split(",")[0] for axes in panels[:, 0]] == [
        "22 joints",
        "a colour\nper joint",
        "21 limbs",
        "a colour\nper limb",
    ]


def test_colour_code_gives_each_channel_its_hue_and_its_brightness():
    maps = np.zeros((3, 1, 2, 2), np.float32)
    maps[0, 0, 0, 0], maps[1, 0, 0, 1], maps[2, 0, 1, 0] = 1, 0.5, 1
    picture = clips.colour_code(maps)[0]
    np.testing.assert_allclose(picture[0], [[1, 0.25, 0.25], [0.125, 0.5, 0.125]])
    np.testing.assert_allclose(picture[1], [[0.25, 0.25, 1], [0, 0, 0]])


def test_the_note_tells_the_planted_truth():
    table = waving_table()
    truth = pd.DataFrame(
        {"true_label": table.labels, "is_wrong_label": False, "ambiguous_with": -1, "blend": 0.0}, table.clips.index
    )
    truth["stopped_half_way"] = False
    truth.loc[1] = [0, True, 2, 0.4, True]
    table = dataclasses.replace(table, truth=truth)
    clear, planted = (figures.film_strip(table, row).artists[0].get_text() for row in (0, 1))
    assert clear == "subject s0, 10 frames at 25 per second; truth: a clear clip with the right label"
    assert "the label is wrong, it shows right, it is blended 40% with still, it stops half-way" in planted


def test_a_clip_is_found_by_id_by_row_or_by_chance():
    table, rng = waving_table(), np.random.default_rng(0)
    assert figures.find_clip(table, "clip 7", rng) == 7
    assert figures.find_clip(table, 7, rng) == 7
    drawn = {figures.find_clip(table, None, np.random.default_rng(seed)) for seed in range(20)}
    assert len(drawn) > 5 and drawn <= set(range(36))
    with pytest.raises(
        DataError, match=r"clip: 36 is in waving neither an id such as 'clip 0' nor a row from 0 to 35\."
    ):
        figures.find_clip(table, 36, rng)


@pytest.mark.parametrize(("name", "read_as"), [("0001_3", 13), ("0001_3", 11), ("2024_05_01", 20240501), ("1e1", 10.0)])
def test_a_number_that_may_have_been_an_id_is_no_row(name, read_as):
    table, rng = waving_table(), np.random.default_rng(0)
    table = dataclasses.replace(table, clips=table.clips.replace({"id": {"clip 0": name}}))
    assert figures.find_clip(table, name, rng) == 0 and figures.find_clip(table, "20", rng) == 20
    with pytest.raises(DataError, match=f"clip: {read_as} may have been '{name}', .* with -r in place of -p"):
        figures.find_clip(table, read_as, rng)
