"""Figures of clips: film strip, heat-maps, alignment of joints and pixels."""

import colorsys
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from mglib.base.errors import DataError
from mglib.base.values import AS_TEXT, numbers
from mglib.data import ClipTable, Layout
from mglib.data.geometry import Augmentation, Box, compact_box, move_frames, move_keypoints
from mglib.data.heatmaps import joint_heatmaps, limb_heatmaps
from mglib.data.layouts import side_of
from mglib.data.sampling import sample_frames

from . import page, style
from .page import Figure
from .style import styled

CROP_PIXELS = 224
POSE_FRAMES = 32  # frames that preset paper samples


def find_clip(table: ClipTable, clip: int | str | None, rng: np.random.Generator) -> int:
    """The row of a clip.

    Args:
        table: the data set.
        clip: its row, its id, or None for a random one; a row may be given as text.
        rng: random draw if `clip` is None.

    Raises:
        DataError: there is no such clip, or YAML may have read an id as a number.
    """
    if clip is None:
        return int(rng.integers(len(table)))
    ids = table.clips["id"]
    changed = [name for name in ids if not isinstance(clip, str) and name != str(clip) and clip in numbers(name)]
    if changed:
        raise DataError(f"clip: {clip!r} may have been {changed[0]!r}, which YAML and papermill read so; {AS_TEXT}.")
    rows = table.clips.index[ids == str(clip)]
    if len(rows):
        return int(rows[0])
    if str(clip).isdecimal() and int(clip) < len(table):
        return int(clip)
    example = table.clips["id"].iloc[0]
    raise DataError(
        f"clip: {clip!r} is in {table.name} neither an id such as {example!r} nor a row from 0 to {len(table) - 1}."
    )


@styled
def film_strip(table: ClipTable, row: int, n: int = 8) -> Figure:
    """Skeletons and frames, if any, of n evenly spaced frames of a clip, in the square that the network crops."""
    indices, keypoints, box = _sample(table, row, n)
    matrix = Augmentation().matrix(box, CROP_PIXELS)
    images = [None] * n
    if table.frames is not None:
        size = table.clips.loc[row, ["height", "width"]]
        images = move_frames(_read(table, row, indices), matrix, CROP_PIXELS, *size).permute(1, 2, 3, 0).numpy()
    told = _about(table, row), _details(table, row)
    figure, panels = _panels(-(-n // 4), 4, told, legend=True)
    points = move_keypoints(keypoints, matrix).swapaxes(0, 1)
    for axes, image, frame, index in zip(panels.flat, images, points, indices, strict=False):
        _show(axes, image, CROP_PIXELS, CROP_PIXELS, f"{table.seconds(row)[index]:.2f} s")
        draw_skeleton(axes, frame, table.layout)
    for axes in panels.flat[n:]:
        axes.remove()
    page.head(figure, *told)
    return figure


@styled
def rgb_overlay(table: ClipTable, row: int, n: int = 3) -> Figure:
    """Whole frames with the skeleton and the network's crop, to check the alignment of joints and pixels."""
    indices, keypoints, box = _sample(table, row, n)
    height, width = (int(x) for x in table.clips.loc[row, ["height", "width"]])
    images = [None] * n if table.frames is None else _read(table, row, indices)
    kind = "no visual stream" if table.frames is None else table.frames.kind
    told = _about(table, row), f"{kind}, {width} x {height} pixels; dashed: the square that the network crops"
    figure, panels = _panels(1, n, told, aspect=height / width, legend=True)
    for axes, image, frame, index in zip(panels[0], images, keypoints.swapaxes(0, 1), indices, strict=True):
        _show(axes, image, height, width, f"frame {index}")
        corner, dashes = (box.x - box.side / 2, box.y - box.side / 2), (0, (4, 3))
        axes.add_patch(Rectangle(corner, box.side, box.side, fill=False, edgecolor="white", linestyle=dashes))
        draw_skeleton(axes, frame, table.layout)
    page.head(figure, *told)
    return figure


@styled
def contact_sheet(table: ClipTable, rows: Sequence[int], n: int = 4) -> Figure:
    """A sheet of clips, with n whole frames each and the skeleton on them, as an overview of a data set.

    Args:
        table: the data set.
        rows: rows of the clips.
        n: number of evenly spaced frames per clip.
    """
    sizes = table.clips.loc[rows, ["height", "width"]].to_numpy()
    kind = "no visual stream" if table.frames is None else table.frames.kind
    told = f"{table.name}, {len(rows)} of {len(table)} clips; {kind}, layout {table.layout.name}", ""
    figure, panels = _panels(len(rows), n, told, aspect=(sizes[:, 0] / sizes[:, 1]).max(), legend=True)
    for line, row, (height, width) in zip(panels, rows, sizes, strict=True):
        indices, keypoints, _ = _sample(table, row, n)
        images = [None] * n if table.frames is None else _read(table, row, indices)
        for axes, image, frame, index in zip(line, images, keypoints.swapaxes(0, 1), indices, strict=True):
            _show(axes, image, height, width, "")
            draw_skeleton(axes, frame, table.layout)
            about = axes.text(0.02, 0.03, f"frame {index}", fontsize=7, color="white", transform=axes.transAxes)
            about.set_path_effects([withStroke(linewidth=2, foreground=style.DARK)])
        clip, label = table.clips.loc[row], table.clips.loc[row, "label"]
        name = "label unknown" if label < 0 else style.fit(table.class_names[label])
        about = style.fit(f"{clip['id']} ({clip['split']}): {name}", page.WIDTH - 0.2)
        line[0].set_title(about, fontsize=style.SMALLEST, loc="left", pad=3, parse_math=False)
    page.head(figure, *told)
    return figure


@styled
def heatmap_montage(table: ClipTable, row: int, n: int = 8, pixels: int = 56, sigma: float = 0.7) -> Figure:
    """Joint and limb heat-maps of n frames: the maximum over channels, and each channel in a colour of its own.

    Args:
        table: the data set.
        row: row of the clip.
        n: number of frames.
        pixels: side of the heat-maps.
        sigma: standard deviation of their Gaussians, pixels.
    """
    indices, keypoints, box = _sample(table, row, n)
    points = torch.from_numpy(move_keypoints(keypoints, Augmentation().matrix(box, pixels)))[None]
    joints = joint_heatmaps(points, (pixels, pixels), sigma)[0].numpy()
    bones = limb_heatmaps(points, table.layout.limbs, (pixels, pixels), sigma)[0].numpy()
    rows = {
        f"{len(joints)} joints,\nlargest": joints.max(0),
        "a colour\nper joint": colour_code(joints),
        f"{len(bones)} limbs,\nlargest": bones.max(0),
        "a colour\nper limb": colour_code(bones),
    }
    told = _about(table, row), f"heat-maps of {pixels} x {pixels} pixels, sigma {sigma:g} pixels"
    figure, panels = _panels(len(rows), n, told, left=0.62)
    for line, (name, images) in zip(panels, rows.items(), strict=True):
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=7, linespacing=1.1)
        for axes, image in zip(line, images, strict=True):
            axes.imshow(image, cmap="magma", vmin=0, vmax=1)
    for axes, index in zip(panels[0], indices, strict=True):
        axes.set_title(f"{table.seconds(row)[index]:.2f} s", fontsize=7, loc="center", pad=3)
    page.head(figure, *told)
    return figure


def colour_code(maps: np.ndarray) -> np.ndarray:
    """Combine heat-maps [V, T, H, W] to one picture per frame with a hue per channel: [T, H, W, 3]."""
    hues = np.array([colorsys.hsv_to_rgb(v / len(maps), 0.75, 1) for v in range(len(maps))])
    return (hues[maps.argmax(0)] * maps.max(0)[..., None]).clip(0, 1)


def draw_skeleton(axes: Axes, frame: np.ndarray, layout: Layout) -> None:
    """Draw limbs and joints of all persons of a frame [M, V, 3], in the axes' pixels, without undetected ones."""
    sides = joint_sides(layout)
    for person in frame:
        seen = person[:, 2] > 0
        limbs = [(a, b) for a, b in layout.limbs if seen[a] and seen[b]]
        lines = [person[[a, b], :2] for a, b in limbs]
        for width, colours in ((2.6, style.DARK), (1.5, [style.SIDES[sides[b]] for _, b in limbs])):
            bones = LineCollection(lines, colors=colours, linewidths=width, capstyle="round")
            axes.add_collection(bones, autolim=False)
        colours = [style.SIDES[side] for side, there in zip(sides, seen, strict=True) if there]
        axes.scatter(*person[seen, :2].T, s=7, c=colours, edgecolors=style.DARK, linewidths=0.4, zorder=3)


def joint_sides(layout: Layout) -> list[str]:
    """Side of each joint: the person's "left" or "right", or "centre"."""
    return [side_of(name) for name in layout.joints]


def _sample(table: ClipTable, row: int, n: int) -> tuple[np.ndarray, np.ndarray, Box]:
    """n frame numbers, their key points [M, n, V, 3] in pixels of the image, and the square that the network crops."""
    total, height, width = (int(x) for x in table.clips.loc[row, ["total_frames", "height", "width"]])
    indices, keypoints = sample_frames(total, n), table.keypoints[row]
    box = compact_box(keypoints[:, sample_frames(total, POSE_FRAMES)], height, width)
    return indices, keypoints[:, indices], box


def _read(table: ClipTable, row: int, indices: np.ndarray) -> np.ndarray:
    """Frames uint8 [n, H, W, 3]; a single channel is shown as grey."""
    frames = table.frames.read(row)
    frames = frames[np.minimum(indices, len(frames) - 1)]
    return np.repeat(frames, 3, axis=3) if frames.shape[3] == 1 else frames


def _about(table: ClipTable, row: int) -> str:
    clip = table.clips.loc[row]
    known = f" ({clip['split']}): {table.class_names[clip['label']]}" if clip["label"] >= 0 else ""
    return f"{table.name}, clip {clip['id']}{known}"


def _details(table: ClipTable, row: int) -> str:
    """Group and length of a clip, and, for synthetic clips, the truth beyond the label."""
    clip = table.clips.loc[row]
    rate = clip["total_frames"] / table.seconds(row)[-1]
    about = f"{table.group_kind} {clip['group']}, {clip['total_frames']} frames at {rate:.4g} per second"
    if table.truth is None:
        return about
    truth, notes = table.truth.loc[row], []
    if truth["is_wrong_label"]:
        notes.append(f"the label is wrong, it shows {table.class_names[truth['true_label']]}")
    if truth["ambiguous_with"] >= 0:
        notes.append(f"it is blended {truth['blend']:.0%} with {table.class_names[truth['ambiguous_with']]}")
    if truth["stopped_half_way"]:
        notes.append("it stops half-way")
    return f"{about}; truth: {', '.join(notes) or 'a clear clip with the right label'}"


def _panels(
    rows: int,
    columns: int,
    told: tuple[str, str],
    aspect: float = 1.0,
    left: float = 0.0,
    legend: bool = False,
) -> tuple[Figure, np.ndarray]:
    """A figure of dark, frameless panels of equal aspect, below the title and note in `told`.

    `left` inches are reserved for names of rows.
    """
    top, side, gap = page.head_height(*told) + 0.1, 0.05, 0.05  # inches
    bottom, between = (0.36, 0.22) if legend else (0.06, gap)  # where there is a legend, each panel has a title
    width = (page.WIDTH - left - 2 * side - (columns - 1) * gap) / columns
    height = top + bottom + rows * width * aspect + (rows - 1) * between
    figure = Figure(height)
    figure.set_layout_engine("none")
    places = {"left": (left + side) / page.WIDTH, "right": 1 - side / page.WIDTH}
    places |= {"bottom": bottom / height, "top": 1 - top / height}
    places |= {"wspace": gap / width, "hspace": between / (width * aspect)}
    panels = figure.subplots(rows, columns, squeeze=False, gridspec_kw=places)
    for axes in panels.flat:
        axes.set(xticks=[], yticks=[], facecolor=style.DARK, aspect="equal")
        axes.spines[:].set_visible(False)
    if legend:
        names = {"left": "the person's left", "centre": "centre", "right": "the person's right"}
        look = {"linewidth": 2.2, "path_effects": [withStroke(linewidth=3.6, foreground=style.DARK)]}
        lines = [Line2D([], [], color=style.SIDES[side], label=name, **look) for side, name in names.items()]
        figure.legend(handles=lines, loc="lower center", ncols=3, borderpad=0.2)
    return figure, panels


def _show(axes: Axes, image: np.ndarray | None, height: int, width: int, title: str) -> None:
    """Show a frame, or a dark panel without one, with axes in pixels."""
    extent = (-0.5, width - 0.5, height - 0.5, -0.5)
    if image is not None:
        axes.imshow(image, extent=extent)
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.set_title(title, fontsize=7, loc="center", pad=3)
