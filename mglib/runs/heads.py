"""The heads of a network: their names for readers, their late fusion, and the classifiers that were re-trained."""

from collections.abc import Mapping, Sequence

import numpy as np

from mglib.base.facts import DataFacts

COLOUR = ("video", "colour video", "synthetic RGB")  # kinds of visual streams
RATIOS = {"fused 2:1": (2, 1), "fused 1:2": (1, 2)}  # RGB head to pose head: reported beside 1:1, never chosen
BEFORE = "before re-training"  # the first classifiers of a run that re-trained them


def input_names(streams: str, heads: Sequence[str], data: DataFacts) -> dict[str, str]:
    """Input of each head, such as "depth video" or "joints".

    Args:
        streams: the setting, such as "rgb+joint".
        heads: "rgb", "pose" or both.
        data: facts about the data set.
    """
    names = {"rgb": _frames_name(streams, data.visual or "video")}
    names["pose"] = _joints_name(streams, data.dimensions == 3 and len(heads) == 1)
    return {head: names[head] for head in heads}


def head_names(inputs: Mapping[str, str]) -> dict[str, str]:
    """Name of each system of a network with these inputs by head; see `Run.stream_names`."""
    if len(inputs) < 2:
        return dict(inputs)
    heads = {"rgb": _adjective(inputs["rgb"]), "pose": "limb" if inputs["pose"] == "limbs" else "pose"}
    return {head: f"{heads[head]} head" for head in inputs} | {"fused": "fused 1:1"}


def mix(probabilities: Mapping[str, np.ndarray], ratio: tuple[float, float]) -> np.ndarray:
    """Late fusion: the weighted mean of the probabilities of the RGB head and of the pose head, [N, K]."""
    rgb, pose = ratio
    return (rgb * probabilities["rgb"] + pose * probabilities["pose"]) / (rgb + pose)


def _frames_name(streams: str, visual: str) -> str:
    return {"rgb_motion": f"motion in {visual}", "rgb_taylor": f"Taylor frames of {visual}"}.get(streams, visual)


def _joints_name(streams: str, space: bool) -> str:
    """`space`: whether the network sees 3-D joints; beside frames, joints are always 2-D."""
    what = "limbs" if "limb" in streams or "bone" in streams else "joints"
    what = f"3-D {what}" if space else what
    return f"motion of {what}" if streams.endswith("motion") else what


def _adjective(visual: str) -> str:
    """Name of a visual stream's head: "depth" for "depth video", "RGB" for colour."""
    return "RGB" if visual in COLOUR else visual.removesuffix(" video")
