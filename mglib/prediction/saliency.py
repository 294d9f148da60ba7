"""Evidence for a decision between two classes: frames, joints and image regions.

Integrated gradients (Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks, Eq. 3) of the log-odds of
the two classes, from an empty clip (no joints, grey frames) to this one. The attributions of a clip add up to its
log-odds minus those of the empty clip.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.utils.data import default_collate

from mglib.config import TrainConfig
from mglib.data import ClipTable, Layout
from mglib.data.loader import Batch, ClipDataset
from mglib.models import GestureNet
from mglib.runs import Run
from mglib.training.building import load_network, make_cache, make_maker, make_sides, make_view, seen_dimensions

STEPS = 64
AT_ONCE = 8  # steps per batch


@dataclass(frozen=True)
class Saliency:
    """Evidence for one class (positive) or another (negative), in log-odds.

    Attributes:
        row: row of the clip in `run.clips`.
        versus: the two classes.
        evidence: log-odds of the first class against the second, mean over the streams in question.
        empty: the same for the empty clip.
        pose: float [V or limbs, T]; None without a pose stream.
        regions: float [T', H, W]; None without a visual stream.
        channels: names of the joints or limbs of `pose`.
        keypoints: float [M, T, V, 3], in pixels of the heat-maps, for any streams.
        frames: uint8 [T', H, W, 3] as the network sees them; None without a visual stream.
    """

    row: int
    versus: tuple[int, int]
    evidence: float
    empty: float
    pose: np.ndarray | None
    regions: np.ndarray | None
    channels: tuple[str, ...]
    keypoints: np.ndarray
    frames: np.ndarray | None


def rival_clips(clips: pd.DataFrame, split: str = "test") -> tuple[int, int] | None:
    """A confused clip and a recognised clip of its predicted class: rows (FN, TP).

    They are from the pair of classes that is confused most often in the split: the confused clip with the lowest
    margin, and the recognised clip with the highest confidence.

    Args:
        clips: what `ambiguity.clip_table` returns.
        split: train, val or test.

    Returns:
        None if no confused clip has a recognised one for comparison.
    """
    clips = clips[clips["split"] == split]
    hits = clips[clips["member"] == "TP"]
    missed = clips[(clips["member"] == "FN") & clips["predicted"].isin(hits["label"])]
    if missed.empty:
        return None
    label, taken = missed.value_counts(["label", "predicted"], sort=True).index[0]
    pair = missed[(missed["label"] == label) & (missed["predicted"] == taken)]
    worst = pair["margin"].fillna(pair["probability"]).idxmin()
    return int(clips.loc[worst, "row"]), int(hits.loc[hits.loc[hits["label"] == taken, "probability"].idxmax(), "row"])


def explain_pair(
    run: Run, clips: pd.DataFrame, table: ClipTable | None, split: str = "test", stream: str = "fused"
) -> list[Saliency]:
    """`explain` for the FN and the TP of `rival_clips`: the predicted class against the true one.

    Returns:
        Empty if there is no such pair, no table, or no single network (an ensemble).
    """
    pair = rival_clips(clips, split)
    if pair is None or table is None or run.kind == "ensemble":
        return []
    versus = int(clips.loc[pair[0], "predicted"]), int(clips.loc[pair[0], "label"])
    network = load_network(run)
    return [explain(run, network, table, row, versus, stream) for row in pair]


def explain(
    run: Run, network: GestureNet, table: ClipTable, row: int, versus: tuple[int, int], stream: str = "fused"
) -> Saliency:
    """Evidence in a clip for `versus[0]` rather than `versus[1]`.

    Args:
        run: the run, whose config determines the network's inputs.
        network: network from `building.load_network`.
        table: the data set.
        row: row of the clip.
        versus: the two classes.
        stream: stream of the logits; "fused": the mean over the streams.
    """
    config = run.settings
    view, cache = make_view(config), make_cache(config, table)
    batch = Batch(*default_collate([ClipDataset(table, np.array([row]), view, cache)[0]]))
    inputs = make_maker(config, table.layout)(batch)

    def evidence(inputs: dict[str, Tensor]) -> Tensor:
        logits = network(inputs).logits
        chosen = list(logits.values()) if stream == "fused" else [logits[stream]]
        return torch.stack([z[:, versus[0]] - z[:, versus[1]] for z in chosen]).mean(0)

    given = integrated_gradients(evidence, inputs)
    with torch.no_grad():
        here, empty = (float(evidence(x)) for x in (inputs, {s: torch.zeros_like(x) for s, x in inputs.items()}))
    visual = "rgb" in inputs
    return Saliency(
        row, versus, here, empty,
        _by_channel(given["pose"][0], config) if "pose" in inputs else None,
        given["rgb"][0].sum(0).numpy() if visual else None,
        _channel_names(table.layout, config, table.dimensions), batch.keypoints[0][..., [0, 1, -1]].numpy(),
        batch.frames[0, :, :: view.rgb_block].permute(1, 2, 3, 0).numpy() if visual else None,
    )  # fmt: skip


def integrated_gradients(
    score: Callable[[dict[str, Tensor]], Tensor], inputs: dict[str, Tensor], steps: int = STEPS
) -> dict[str, Tensor]:
    """Attributions of one clip from zero inputs, by the midpoint rule; their sum is about score(inputs) - score(0).

    Args:
        score: function from the inputs of a batch to [N].
        inputs: inputs by stream, [1, ...].
        steps: number of steps of the integral.

    Returns:
        Attributions by stream, in the shapes of the inputs.
    """
    total = {s: torch.zeros_like(x) for s, x in inputs.items()}
    for shares in ((torch.arange(steps) + 0.5) / steps).split(AT_ONCE):
        path = {s: (shares.view(-1, *[1] * (x.ndim - 1)) * x).requires_grad_() for s, x in inputs.items()}
        gradients = torch.autograd.grad(score(path).sum(), list(path.values()))
        for s, gradient in zip(path, gradients, strict=True):
            total[s] += gradient.sum(0, keepdim=True)
    return {s: inputs[s] * total[s] / steps for s in inputs}


def _by_channel(given: Tensor, config: TrainConfig) -> np.ndarray:
    """Sum heat-maps [V or limbs, T, H, W], or joints [M, T, V, 3], to [channels, T]."""
    return (given.sum((0, 3)).T if config.takes_joints else given.sum((2, 3))).numpy()


def _channel_names(layout: Layout, config: TrainConfig, dimensions: int) -> tuple[str, ...]:
    names = layout.joints
    if not config.takes_joints and "limb" in config.streams:
        names = tuple(f"{layout.joints[a]} - {layout.joints[b]}" for a, b in layout.limbs)
    if config.takes_joints or seen_dimensions(config, dimensions) == 2 or config.sides == "front":
        return names
    return tuple(f"{name}, {side}" for side in make_sides(config) for name in names)
