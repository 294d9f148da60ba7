"""Initial weights of a network: those of branches trained alone, or torchvision's, fitted to two streams.

In the two-stream network, the stages after a lateral connection have additional input channels, which come last. Their
weights start at zero, as do the gates of the fusion: at first both streams predict exactly what the branches did alone.
So do those of streams that are trained separately at first (`apart`): connecting them changes no prediction.
"""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from mglib.base.errors import ConfigError, RunError
from mglib.base.facts import DataFacts
from mglib.config import TrainConfig
from mglib.models import GestureNet, Pathway
from mglib.runs import Run, find_run

from . import imagenet
from .building import read_weights


def initialise(network: GestureNet, config: TrainConfig, data: DataFacts) -> None:
    """Load the weights that `config.init_rgb`, `init_pose` and `imagenet` name; with `apart`, close the laterals.

    Args:
        network: a new network, from `building.make_network`.
        config: settings of the new run.
        data: its data set.

    Raises:
        ConfigError: a branch's run has another preset, stream, skeleton or classes, or its tensors do not fit; or the
            public weights cannot be downloaded.
        RunError: there is no such run, it is not finished, or its weights are missing.
    """
    for stream, name in {"rgb": config.init_rgb, "pose": config.init_pose}.items():
        if name:
            run = find_run(name)
            check_branch(run, stream, config, data)
            merge_branch(network, stream, _weights(run), f"init_{stream}: the run {run.name}")
    if config.imagenet:
        pathway = network.pathways["rgb"]
        if isinstance(pathway, Pathway):
            given, source = imagenet.inflate(imagenet.resnet50(), pathway), "ResNet-50"
        else:
            given, source = imagenet.video_swin(config.model.removeprefix("video_swin_")), "Video Swin"
        wanted = {n: x for n, x in _tensors(network, "pathways.rgb.").items() if not n.endswith(imagenet.COUNTER)}
        named = f"imagenet: torchvision's {source}"
        network.load_state_dict(fitted(given, wanted, laterals_of(network), named), strict=False)
    if config.apart:
        close_laterals(network)


def close_laterals(network: GestureNet) -> None:
    """Set the weights of all lateral channels to zero, so that connecting the streams changes no prediction."""
    with torch.no_grad():
        for name, channels in laterals_of(network).items():
            network.get_parameter(name)[:, -channels:] = 0


def check_branch(run: Run, stream: str, config: TrainConfig, data: DataFacts) -> None:
    """Compare a branch's run with the run that starts from it, in all that must be the same.

    `sigma`, the width of the heat-maps, may differ: the paper's is 0.6 pixels alone and 0.7 beside RGB.

    Raises:
        ConfigError: a setting or the data differ; the message says in what.
    """
    setting, theirs = f"init_{stream}", run.config
    alone = "rgb" if stream == "rgb" else config.streams.removeprefix("rgb+")
    streams = alone if "+" in config.streams else config.streams
    for name, ours in (("streams", streams), ("preset", config.preset)):
        if theirs[name] != ours:
            raise ConfigError(
                f"{setting}: the run {run.name} was trained with {name} {theirs[name]}, and this network's {stream} "
                f"branch is {ours}; give a run with {name} {ours}, or change {name} here."
            )
    kinds = {"class_names": "classes", "joints": "joints", "limbs": "limbs"}
    skeleton = () if "rgb" in streams else ("joints", "limbs") if "limb" in streams else ("joints",)
    for key in ("class_names", *skeleton):
        there, here = getattr(run.data, key), getattr(data, key)
        if there != here:
            raise ConfigError(
                f"{setting}: the run {run.name} was trained on other data, {run.data.name}: "
                f"{_difference(kinds[key], there, here)}; give a run on data with the {kinds[key]} of {data.name}."
            )


def merge_branch(network: GestureNet, stream: str, weights: Mapping[str, Tensor], source: str) -> None:
    """Copy the pathway and head of a one-stream network, with batch-norm statistics, into a stream of this network.

    Of its refinement only the projection to features is copied, if the features have the same length: prototypes and
    stored features depend on the training that produced them, so they start from scratch.

    Args:
        network: a network of one or two streams.
        stream: "rgb" or "pose".
        weights: state of the one-stream network, by the names that this network uses.
        source: description of the weights, for the start of an error message.

    Raises:
        ConfigError: a tensor of pathway or head is missing, unexpected, or of another shape; the message names it. The
            network is unchanged.
    """
    refinement = f"refinement.{stream}."
    given = {name: x for name, x in weights.items() if not name.startswith((refinement, "auxiliaries."))}
    wanted = _tensors(network, f"pathways.{stream}.", f"heads.{stream}.")
    found = fitted(given, wanted, laterals_of(network), source)
    embed = _tensors(network, f"{refinement}embed.")
    if all(name in weights and weights[name].shape == x.shape for name, x in embed.items()):
        found |= {name: weights[name] for name in embed}
    network.load_state_dict(found, strict=False)


def lateral_weights(pathway: Pathway) -> dict[str, int]:
    """Lateral channels by name of the weights that take them: those on the input of a stage's first block."""
    stages = [(i, channels) for i, channels in enumerate(pathway.spec.lateral) if channels]
    return {f"stages.{i}.0.{part}.0.weight": channels for i, channels in stages for part in ("conv1", "shortcut")}


def laterals_of(network: GestureNet) -> dict[str, int]:
    """`lateral_weights` of all pathways of a network, by full names."""
    return {
        f"pathways.{stream}.{name}": channels
        for stream, pathway in network.pathways.items()
        if isinstance(pathway, Pathway)
        for name, channels in lateral_weights(pathway).items()
    }


def fitted(
    given: Mapping[str, Tensor],
    wanted: Mapping[str, Tensor],
    laterals: Mapping[str, int],
    source: str,
    advice: str = "give weights of the same network, one stream alone",
) -> dict[str, Tensor]:
    """Check the given tensors against the network's, and add zeros for lateral channels.

    Args:
        given: weights, by name.
        wanted: tensors of the network, by name.
        laterals: from `laterals_of`, if the given weights have no lateral channels.
        source: description of the weights, for the start of an error message.
        advice: what to do, for its end.

    Returns:
        Tensors with the names and shapes of `wanted`.

    Raises:
        ConfigError: a tensor is missing, unexpected, or of another shape; the message names it.
    """
    missing, unexpected = sorted(wanted.keys() - given.keys()), sorted(given.keys() - wanted.keys())
    if missing or unexpected:
        lists = {"lacks": missing, "has more than this network expects:": unexpected}
        said = "; it ".join(f"{what} {_some(names)}" for what, names in lists.items() if names)
        raise ConfigError(f"{source} {said}; {advice}.")
    found = {}
    for name, x in wanted.items():
        lateral, shape = laterals.get(name, 0), list(x.shape)
        if lateral:
            shape[1] -= lateral
        if list(given[name].shape) != shape:
            raise ConfigError(
                f"{source}: {name} has the shape {list(given[name].shape)}, and this network expects {shape}"
                f"{f' beside {lateral} lateral channels' if lateral else ''}; {advice}."
            )
        found[name] = F.pad(given[name], (0,) * (2 * x.ndim - 3) + (lateral,)) if lateral else given[name]
    return found


def _tensors(network: GestureNet, *prefixes: str) -> dict[str, Tensor]:
    return {name: x for name, x in network.state_dict().items() if name.startswith(prefixes)}


def _weights(run: Run) -> dict[str, Tensor]:
    path = run.path / "weights.safetensors"
    if not path.is_file():
        raise RunError(f"{path} is missing, so no network can start from the run {run.name}; train it again.")
    return read_weights(path)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _difference(what: str, theirs: Sequence, ours: Sequence) -> str:
    """The first difference of two lists, in words."""
    if len(theirs) != len(ours):
        return f"{len(theirs)} {what} there, {len(ours)} here"
    first = next(i for i, (a, b) in enumerate(zip(theirs, ours, strict=True)) if a != b)
    return f"of the {what}, number {first} is {theirs[first]!r} there and {ours[first]!r} here"
