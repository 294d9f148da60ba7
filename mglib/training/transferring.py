"""A network that starts from the backbone of an earlier run, of other classes, other people, or another skeleton.

Convolutions are copied, those that see each joint in a channel of its own by the names of the joints. What belongs to
one skeleton alone (edges, the norm of coordinates) is the new one's where the skeletons differ. Heads and prototypes
belong to the classes that they came about with: they start anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.optim.swa_utils import update_bn

from mglib.base import files
from mglib.base.errors import ConfigError, RunError
from mglib.config import TrainConfig
from mglib.data import ClipTable, Layout
from mglib.data.correspondence import (
    Match,
    as_table,
    in_words,
    limb_names,
    match_joints,
    match_limbs,
    shares_matrix,
)
from mglib.models import GestureNet, by_joint, of_skeleton
from mglib.runs import Run, find_run
from mglib.runs.ancestry import Ancestor, as_ancestor, drawn_of, everyone_behind, known_people, write_ancestry

from .building import layout_of, make_sides, read_weights, seen_dimensions
from .first_weights import fitted, laterals_of

SAME_TENSORS = {"two_stream", "pose_conv3d"}  # whose pose pathways have the same tensors, and other strides over time


@dataclass(frozen=True)
class Start:
    """What a network started from.

    Attributes:
        parent: the run, with all behind it.
        matches: what stands for each joint, or limb; () where the skeletons are the same, or frames alone are seen.
        familiar: skeleton and classes are the run's own: batch norm's statistics hold as they are.
    """

    parent: Ancestor
    matches: tuple[Match, ...]
    familiar: bool

    def __str__(self) -> str:
        told = f"The backbone is that of {self.parent.told}."
        return f"{told} Joints: {in_words(self.matches)}." if self.matches else told


def transfer(network: GestureNet, config: TrainConfig, table: ClipTable) -> Start:
    """Give a new network the backbone of the run that `config.init_from` names.

    Args:
        network: as `building.make_network` makes it.
        config: settings of the run that starts.
        table: its data set.

    Raises:
        ConfigError: the run has another network or input, its joints cannot be told, or it was trained on people who
            are to be tested. The network is as it was.
        RunError: there is no such run, it is an ensemble, not finished, or damaged.
    """
    run = Run(config.init_from)
    weights = _weights(run)
    check_network(run, config)
    check_inputs(run, config, table)
    parent = as_ancestor(run)
    check_people(parent, config, table)
    old, new = layout_of(run), table.layout
    same = (old.joints, old.limbs) == (tuple(new.joints), tuple(map(tuple, new.limbs)))
    matches = _matches(config, new, old) if _has(weights, "pose") and not same else ()
    names = tuple(f"pathways.{stream}." for stream in network.pathways if _has(weights, stream))
    names += ("meetings.",) if _has(weights, "rgb") and _has(weights, "pose") else ()
    fresh = network.state_dict()
    given = {name: x for name, x in weights.items() if name.startswith(("pathways.", "meetings."))}
    if matches:
        given = _moved(given, fresh, matches, _channels(config, old))
    wanted = {name: x for name, x in fresh.items() if name.startswith(names)}
    lateral = laterals_of(network) if "meetings." not in names else {}
    source = f"init_from: the run {run.name}"
    advice = f"give a run of {config.model} with preset {config.preset} and pose_frames {config.pose_frames}"
    network.load_state_dict(fitted(given, wanted, lateral, source, advice), strict=False)
    return Start(parent, matches, same and run.data.class_names == tuple(table.class_names))


def settle_norms(network: GestureNet, batches: Iterable[dict[str, Tensor]], order: torch.Generator, seed: int) -> None:
    """Take the batch norms' statistics anew, over one pass of training clips as they are varied in training.

    Those of the old data say nothing of the new, and after a short training they would still be in the running means.
    Weights stay; dropout draws from torch's own generator, which every epoch seeds.
    """
    order.manual_seed(seed)
    update_bn(batches, network)


def write_origin(folder: Path, config: TrainConfig, start: Start | None) -> None:
    """What a run started from: ancestry.json, and joints.csv, which the run shows as it begins; nothing for a root."""
    parts = {"rgb branch": config.init_rgb, "pose branch": config.init_pose}
    parents = [as_ancestor(find_run(name), part) for part, name in parts.items() if name]
    parents += [start.parent] if start else []
    if parents:
        write_ancestry(folder, parents)
    if start:
        print(start)
    if start and start.matches:
        table = as_table(start.matches)
        print(table.to_string(index=False))
        files.write_text(folder / "joints.csv", table.to_csv(index=False))


def check_network(run: Run, config: TrainConfig) -> None:
    """Refuse a run whose backbone is another network.

    Raises:
        ConfigError: model, preset or a size differs; the message says which.
        RunError: the run is an ensemble, or of settings that this version does not know.
    """
    theirs = run.settings
    names = ["preset"] if {theirs.model, config.model} <= SAME_TENSORS else ["model", "preset"]
    if config.network_streams != "rgb" and not config.takes_joints:
        names.append("pose_kernel")
    for name in names:
        there, here = getattr(theirs, name), getattr(config, name)
        if there != here:
            raise ConfigError(
                f"init_from: the run {run.name} has {name} {there}, and this network {here}: its weights do not fit; "
                f"give a run with {name} {here}, or {name}={there} here."
            )


def check_inputs(run: Run, config: TrainConfig, table: ClipTable) -> None:
    """Refuse a run that saw something else.

    Raises:
        ConfigError: its streams are not among this network's, or its joints are known in other dimensions.
    """
    there, here = run.settings.streams.split("+"), config.streams.split("+")
    if not set(there) <= set(here):
        raise ConfigError(
            f"init_from: the run {run.name} sees {run.settings.streams}, and this network {config.streams}; give a run "
            f"with streams {' or '.join(dict.fromkeys((*here, config.streams)))}, or change streams here."
        )
    if config.network_streams == "rgb" or there == ["rgb"]:
        return
    theirs = seen_dimensions(run.settings, run.data.dimensions), make_sides(run.settings)
    ours = seen_dimensions(config, table.dimensions), make_sides(config)
    if (config.takes_joints and theirs[0] != ours[0]) or (3 in (theirs[0], ours[0]) and theirs[1] != ours[1]):
        raise ConfigError(
            f"init_from: the run {run.name} was trained on joints in {theirs[0]} dimensions, seen from "
            f"{' and '.join(theirs[1])}, and those here are in {ours[0]}, from {' and '.join(ours[1])}; give a run of "
            "such joints, or load these as that run did (data_options, sides)."
        )


def check_people(parent: Ancestor, config: TrainConfig, table: ClipTable) -> None:
    """Refuse a run that learnt the labels of people who are held out here, as far as names tell.

    People who are in train here too are as the protocol wants it. Without labels, people who are tested may have been
    shown: then the run says transductive, and so does what starts from it.

    Raises:
        ConfigError: it names the run, and the people.
    """
    split, groups = table.clips["split"], table.groups
    mine = set(groups[table.where("train")])
    tested = set(groups[split.isin(["test", "hidden"])]) - mine
    held = set(groups[split == "val"]) - mine | tested
    for ancestor in everyone_behind([parent]):
        unseen = held if ancestor.objective == "labels" else tested
        known = known_people(ancestor, table.name, drawn_of(dict(config)), unseen)
        if known and not (ancestor.transductive and ancestor.objective != "labels"):
            behind = "" if ancestor is parent else f", which {parent.run} started from,"
            raise ConfigError(
                f"init_from: the run {ancestor.run}{behind} was trained on {table.name}, too, on {len(known)} of the "
                f"{len(unseen)} {table.group_kind}s that are held out here ({', '.join(known[:5])}"
                f"{', ...' if len(known) > 5 else ''}): scores would not be those of strangers. Give a run that was "
                "trained without them."
            )


def _matches(config: TrainConfig, new: Layout, old: Layout) -> tuple[Match, ...]:
    try:
        return match_limbs(new, old) if _sees_limbs(config) else match_joints(new, old)
    except ValueError as error:
        raise ConfigError(
            f"init_from: {error}; give a run of a skeleton that has names in common with this one, such as neck and "
            "left_wrist."
        ) from None


def _sees_limbs(config: TrainConfig) -> bool:
    return "limb" in config.streams and not config.takes_joints


def _channels(config: TrainConfig, layout: Layout) -> tuple[str, ...]:
    """What the channels of a heat-map are called in a `Match`."""
    return limb_names(layout) if _sees_limbs(config) else tuple(layout.joints)


def _moved(
    given: Mapping[str, Tensor], fresh: Mapping[str, Tensor], matches: Sequence[Match], names: Sequence[str]
) -> dict[str, Tensor]:
    """The old tensors for the new skeleton: by the names of joints, or as the new network has them."""
    shares = torch.from_numpy(shares_matrix(matches, names))  # [new, old]
    moved, prefix = {}, "pathways.pose."
    for name, x in given.items():
        own = name.removeprefix(prefix)
        if own == name:
            moved[name] = x
        elif by_joint(own):
            sides = x.shape[1] // len(names)  # of joints in space, one after the other
            parts = [torch.einsum("nv,cv...->cn...", shares, part) for part in x.chunk(sides, 1)]
            moved[name] = torch.cat(parts, 1).to(x.dtype)
        else:
            moved[name] = fresh.get(name, x) if of_skeleton(own, x) else x
    return moved


def _has(weights: Mapping[str, Tensor], stream: str) -> bool:
    return any(name.startswith(f"pathways.{stream}.") for name in weights)


def _weights(run: Run) -> dict[str, Tensor]:
    path = run.path / "weights.safetensors"
    if run.kind == "ensemble":
        raise RunError(f"init_from: the run {run.name} is an ensemble and has no backbone; give a run of one network.")
    if not path.is_file():
        state = "is missing" if run.finished else "is not there yet, since the run is not finished"
        raise RunError(f"init_from: {path} {state}; let {run.name} go on to its end, or train it again.")
    return read_weights(path)
