"""Figure of the evidence for a decision in two clips, side by side."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from scipy.ndimage import gaussian_filter

from mglib.prediction.saliency import Saliency
from mglib.runs import Run

from . import page, style
from .page import Figure
from .prototype_plots import SIGNED
from .style import styled

SHOWN = 6  # frames per clip
LEFT = 1.55  # width for names of joints or limbs, inches
BLUR = 1 / 32  # share of the image's side, as raw gradients are noisy


@styled
def saliency_pair(run: Run, explained: Sequence[Saliency], stream: str = "fused") -> Figure:
    """Frames with regions for (orange) or against (blue) the class, sums by frame, and joints over time.

    Args:
        run: names clips and classes.
        explained: evidence in two clips for the same two classes, such as an FN clip and a TP clip of its predicted
            class; empty if no clip is confused or the data set is not available.
        stream: for the title.
    """
    if not explained:
        text = "An ensemble has no single network to explain; give one of its members as the run."
        if run.kind != "ensemble":
            text = "No confused clip can be compared with a recognised one, or the data are missing."
        return page.sentence(f"{style.title(run, stream)}: evidence for a decision", text)
    first = explained[0]
    names = [run.data.class_names[k] for k in first.versus]
    strips = 1.22 * len(explained) * (first.regions is not None)  # inches
    joints = 0.125 * len(first.channels) * (first.pose is not None)
    title = f"{style.title(run, stream)}: {names[0]} or {names[1]}?"
    note = f"orange: for {names[0]}, blue: for {names[1]}; integrated gradients from an empty clip, in log-odds"
    above = page.head_height(title, note) + 0.05
    height = above + strips + 1.05 + joints + 0.55
    figure = Figure(height)
    figure.set_layout_engine("none")
    if strips:
        top = max(np.abs(_smooth(clip.regions)).max() for clip in explained)
        for number, clip in enumerate(explained):
            y = 1 - (above + 1.22 * number) / height
            _frames(figure, run, clip, top, y, height)
    places = {"left": LEFT / page.WIDTH, "right": 1 - 0.75 / page.WIDTH, "bottom": 0.45 / height}
    top = 1 - (above + strips + 0.28) / height
    ratios = {"height_ratios": [0.7, joints] if joints else [1], "hspace": 0.12, "wspace": 0.04}
    panels = figure.subplots(
        len(ratios["height_ratios"]), len(explained), sharex="col", sharey="row", squeeze=False,
        gridspec_kw=places | ratios | {"top": top},
    )  # fmt: skip
    for axes, clip in zip(panels[0], explained, strict=True):
        _sums(axes, run, clip)
    for axes in panels[-1]:
        axes.set_xlabel("frame" if first.pose is None else "frame of the pose stream")
    lines, called = panels[0, 0].get_legend_handles_labels()
    figure.legend(lines, called, loc="lower left", bbox_to_anchor=(0, 0), fontsize=7, borderaxespad=0.1)
    panels[0, 0].set_ylabel("log-odds")
    if joints:
        _joints(panels[1], explained)
    page.head(figure, title, note)
    return figure


def _kind(run: Run, clip: Saliency) -> str:
    return "TP" if run.clips.loc[clip.row, "label"] == clip.versus[0] else "FN"


def _call(run: Run, clip: Saliency) -> str:
    label, name = run.clips.loc[clip.row, ["label", "id"]]
    return f"{_kind(run, clip)}: {name}, {run.data.class_names[label]}"


def _smooth(regions: np.ndarray) -> np.ndarray:
    return gaussian_filter(regions, (0, *(BLUR * side for side in regions.shape[1:])))


def _frames(figure: Figure, run: Run, clip: Saliency, top: float, y: float, height: float) -> None:
    """A row of frames below `y` (a share of the figure's height); regions with strength `top` have full colour."""
    moments = np.unique(np.linspace(0, len(clip.frames) - 1, SHOWN).round().astype(int))
    regions, brightest = _smooth(clip.regions) / top, max(np.quantile(clip.frames, 0.995), 1)
    told = f"{_call(run, clip)}; evidence {clip.evidence:+.1f}, of an empty clip {clip.empty:+.1f}"
    figure.text(0.004, y - 0.02 / height, style.fit(told, page.WIDTH - 0.1), fontsize=7, va="top")
    side = 1.0
    for place, t in enumerate(moments):
        left = (0.05 + place * (side + 0.2)) / page.WIDTH
        axes = figure.add_axes((left, y - (0.2 + side) / height, side / page.WIDTH, side / height))
        axes.imshow(clip.frames[t].mean(2), cmap="gray", vmin=0, vmax=brightest)
        axes.imshow(SIGNED((regions[t] + 1) / 2), alpha=np.minimum(1, 1.2 * np.abs(regions[t]) ** 0.7))
        axes.set_axis_off()


def _sums(axes: Axes, run: Run, clip: Saliency) -> None:
    """Evidence of each stream by frame; a frame of the visual stream is as wide as the pose frames it spans."""
    length = clip.pose.shape[1] if clip.pose is not None else len(clip.regions)
    axes.axhline(0, color=style.FAINT, linewidth=0.7)
    for stream, values, colour in (("rgb", clip.regions, style.GREEN), ("pose", clip.pose, style.INK)):
        if values is not None:
            total = values.sum((1, 2)) if stream == "rgb" else values.sum(0)
            edges = np.linspace(0, length, len(total) + 1) - 0.5
            axes.stairs(total, edges, color=colour, linewidth=1.4, label=run.input_names[stream])
    axes.set_title(f"sum by frame, {_kind(run, clip)}", fontsize=style.SMALLEST)
    axes.set_xlim(-0.5, length - 0.5)
    axes.grid()


def _joints(panels: Sequence[Axes], explained: Sequence[Saliency]) -> None:
    top = max(np.abs(clip.pose).max() for clip in explained)
    for axes, clip in zip(panels, explained, strict=True):
        image = axes.imshow(clip.pose, cmap=SIGNED, vmin=-top, vmax=top, aspect="auto")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    names = [name.replace("_", " ") for name in explained[0].channels]
    style.name_classes(panels[0], "y", names, ["black"] * len(names), LEFT - 0.2)
    scale = axes.inset_axes([1.02, 0, 0.025, 1])
    axes.figure.colorbar(image, cax=scale, label="log-odds")
