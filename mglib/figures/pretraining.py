"""Figures of masked pre-training: hidden joints and their prediction, and errors over epochs."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from mglib.base.shares import percent
from mglib.data import Layout
from mglib.runs import Run
from mglib.training.building import layout_of

from . import page, style
from .clips import draw_skeleton
from .page import Figure
from .style import styled

PROBED = {"trained": ("after it", style.BLUE), "untrained": ("untrained", style.FAINT)}


@styled
def pretraining_curves(run: Run) -> Figure:
    """Error of the predicted motion by epoch, compared with two baselines; and the linear probe."""
    history, gate, probe = run.history, run.metrics["gate"], run.metrics["probe"]
    figure = Figure(3.0)
    loss, linear = figure.subplots(1, 2, width_ratios=[2.2, 1])
    epoch = history["epoch"] + 1
    few = {"marker": "o", "markersize": 3.2} if len(history) < 3 else {}
    loss.plot(epoch, history["loss"], color=style.INK, **few, label="training clips, varied")
    held = history["held_out"].dropna()
    loss.plot(epoch[held.index], held, color=style.BLUE, marker="o", markersize=3.2, label="clips held out")
    for name, dashes in {"zero_motion": ":", "interpolation": "--"}.items():
        loss.axhline(gate[name], color=style.FAINT, linewidth=1, linestyle=dashes, label=_FLOORS[name])
    loss.set(xlabel="epoch", ylim=(0, 1.6 * max(gate["zero_motion"], gate["interpolation"]) or 1))
    loss.set_title("mean square error of hidden joints' motion")
    loss.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    loss.legend(loc="upper right", ncols=2)
    loss.grid()
    _probe_bars(linear, probe)
    better = min(gate["zero_motion"], gate["interpolation"])
    note = f"clips held out: {gate['network']:.3f} by the network, {better:.3f} by the better floor"
    note += "" if gate["passed"] else "; not better than this floor"
    page.head(figure, f"{run.data.heading}, run {run.name}: masked pre-training", note)
    return figure


_FLOORS = {"zero_motion": "nothing moves", "interpolation": "straight lines between what is seen"}


def _probe_bars(axes: Axes, probe: dict[str, float]) -> None:
    """Share of training clips that a linear classifier on the features recognises."""
    axes.set_title("linear probe")
    axes.set(ylim=(0, 1.1), xticks=range(len(PROBED)), xlim=(-0.6, 1.6))
    axes.set_xticklabels([name for name, _ in PROBED.values()])
    style.percent(axes.yaxis)
    axes.grid(axis="y")
    for place, (key, (_, colour)) in enumerate(PROBED.items()):
        if key in probe:
            axes.bar(place, probe[key], color=colour, width=0.6)
            axes.text(place, probe[key] + 0.02, f"{probe[key]:.1%}", ha="center", va="bottom")
    if not probe:
        axes.text(0.5, 0.5, "no labels to probe with", ha="center", va="center", color=style.FAINT)


@styled
def hidden_joints(run: Run, number: int = 0, n: int = 6) -> Figure:
    """A held-out clip at n moments: true, visible and predicted joints, and linear interpolation.

    Args:
        run: a run of masked pre-training.
        number: number of the stored clip, 0 for the one with most motion.
        n: number of evenly spaced moments.
    """
    kept = run.examples()
    lively = np.abs(np.diff(kept["keypoints"][..., :-1], axis=1)).mean((1, 2, 3))
    clip = int(np.argsort(-lively)[number % len(lively)])
    points, hidden = kept["keypoints"][clip], kept["hidden"][clip]
    layout, moments = layout_of(run), np.linspace(0, len(points) - 1, n).round().astype(int)
    shown = {
        "as it is": points,
        "what is seen": np.where(hidden[..., None], 0, points),
        "told by the\nnetwork": _placed(points, kept["network"][clip]),
        "straight\nlines": _placed(points, kept["lines"][clip]),
    }
    figure = Figure(0.9 + 1.05 * len(shown))
    panels = figure.subplots(len(shown), n, squeeze=False)
    for line, (name, frames) in zip(panels, shown.items(), strict=True):
        for axes, moment in zip(line, moments, strict=True):
            _prepare(axes, points)
            if name not in ("as it is", "what is seen"):
                _ghost(axes, points[moment], layout)
            draw_skeleton(axes, frames[moment][None], layout)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    for axes, moment in zip(panels[0], moments, strict=True):
        axes.set_title(f"frame {moment + 1}", fontsize=style.SMALLEST)
    share = percent(hidden.mean())
    note = f"{share}% of the joints hidden; light grey: true positions; step sizes are those of the clip"
    page.head(figure, f"{run.data.heading}, run {run.name}: hidden joints and their predicted positions", note)
    return figure


def _placed(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The joints at other positions, [T, V, 3]."""
    return np.concatenate([places[..., :2], points[..., -1:]], -1)


def _prepare(axes: Axes, points: np.ndarray) -> None:
    """Set the limits of a panel to the whole clip."""
    seen = points[points[..., -1] > 0][:, :2]
    low, high = seen.min(0), seen.max(0)
    middle, half = (low + high) / 2, 0.6 * max(*(high - low), 1e-3)
    axes.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] + half, middle[1] - half))
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set_color("#dddddd")


def _ghost(axes: Axes, frame: np.ndarray, layout: Layout) -> None:
    """The true skeleton, faint."""
    lines = [frame[[a, b], :2] for a, b in layout.limbs if min(frame[a, -1], frame[b, -1]) > 0]
    axes.add_collection(LineCollection(lines, colors="#cccccc", linewidths=3, capstyle="round"), autolim=False)
