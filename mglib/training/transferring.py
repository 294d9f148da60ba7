"""Networks that start from the backbone of an earlier run, on other classes, other people, or another skeleton.

Convolutions are copied; where each joint has a channel, channels are matched by joint names. If the skeletons differ,
tensors specific to a skeleton (edges, the norm of coordinates) are those of the new network. Heads and prototypes
depend on the classes and start from scratch.
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
from mglib.runs.ancestry import FILE, Ancestor, as_ancestor, drawn_of, everyone_behind, known_people, write_ancestry

from .building import layout_of, make_sides, read_weights, seen_dimensions
from .first_weights import fitted, laterals_of

JOINTS = "joints.csv"  # of a run: the table of matched joints
SAME_TENSORS = {"two_stream", "pose_conv3d"}  # pose pathways with the same tensors, but other strides over time


@dataclass(frozen=True)
class Start:
    """The run that a network started from.

    Attributes:
        parent: the run, with its own ancestors.
        matches: the source of each joint or limb; () if the skeletons are the same, or the network sees only frames.
        familiar: whether skeleton and classes are the same, so that batch-norm statistics can be kept.
    """

    parent: Ancestor
    matches: tuple[Match, ...]
    familiar: bool

    def __str__(self) -> str:
        told = f"The backbone is that of {self.parent.told}."
        return f"{told} Joints: {in_words(self.matches)}." if self.matches else told


def transfer(network: GestureNet, config: TrainConfig, table: ClipTable) -> Start:
    """Load the backbone of the run that `config.init_from` names into a new network.

    Args:
        network: a new network, from `building.make_network`.
        config: settings of the new run.
        table: its data set.

    Returns:
        A description of the run that the backbone comes from.

    Raises:
        ConfigError: the run has another network or input, its joints cannot be matched, it was trained on people who
            are held out here, or its streams are fused and `apart` is set. The network is unchanged.
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
    fused = "meetings." in names
    if fused and config.apart:
        raise ConfigError(
            f"apart: {config.apart:g}, but the streams of the run {run.name} (init_from) are fused already; "
            "leave apart out, or start from runs of single branches (init_rgb, init_pose)."
        )
    lateral = {} if fused else laterals_of(network)
    source = f"init_from: the run {run.name}"
    advice = f"give a run of {config.model} with preset {config.preset} and pose_frames {config.pose_frames}"
    network.load_state_dict(fitted(given, wanted, lateral, source, advice), strict=False)
    return Start(parent, matches, same and run.data.class_names == tuple(table.class_names))


def settle_norms(network: GestureNet, batches: Iterable[dict[str, Tensor]], order: torch.Generator, seed: int) -> None:
    """Recompute batch-norm statistics in one pass over the augmented training clips.

    Statistics of the old data do not fit the new, and after a short training they would still affect the running means.
    Weights do not change. Dropout uses torch's global generator, which is seeded again in every epoch.
    """
    order.manual_seed(seed)
    update_bn(batches, network)


def check_branches(config: TrainConfig, table: ClipTable) -> None:
    """Refuse branches (init_rgb, init_pose) that were trained on people who are held out here; see `check_people`."""
    for setting in ("init_rgb", "init_pose"):
        if name := getattr(config, setting):
            check_people(as_ancestor(find_run(name)), config, table, setting)


def write_origin(folder: Path, config: TrainConfig, start: Start | None) -> None:
    """Write and print what a run started from, in ancestry.json and joints.csv; nothing for random weights."""
    for stale in (FILE, JOINTS):  # of an earlier attempt with other settings that did not come to its first epoch
        (folder / stale).unlink(missing_ok=True)
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
        files.write_text(folder / JOINTS, table.to_csv(index=False))


def check_network(run: Run, config: TrainConfig) -> None:
    """Refuse a run whose backbone has other tensors.

    Raises:
        ConfigError: model, preset or a size differs; the message says which.
        RunError: the run is an ensemble, or has settings that this version does not know.
    """
    theirs = run.settings
    names = ["preset"] if {theirs.model, config.model} <= SAME_TENSORS else ["model", "preset"]
    if config.network_streams != "rgb" and not config.takes_joints:
        names.append("pose_kernel")
    if "both" == theirs.network_streams == config.network_streams:
        names.append("attention")
    for name in names:
        there, here = getattr(theirs, name), getattr(config, name)
        if there != here:
            raise ConfigError(
                f"init_from: the run {run.name} has {name} {there}, and this network has {name} {here}, so its weights "
                f"do not fit; give a run with {name} {here}, or set {name}={there} here."
            )


def check_inputs(run: Run, config: TrainConfig, table: ClipTable) -> None:
    """Refuse a run with other inputs.

    Raises:
        ConfigError: its streams are not among this network's, or one has 2-D joints and the other 3-D.
    """
    there, here = run.settings.streams.split("+"), config.streams.split("+")
    if not set(there) <= set(here):
        raise ConfigError(
            f"init_from: the run {run.name} has streams {run.settings.streams}, and this network {config.streams}; "
            f"give a run with streams {' or '.join(dict.fromkeys((*here, config.streams)))}, or change streams here."
        )
    if config.network_streams == "rgb" or there == ["rgb"]:
        return
    theirs, ours = _seen(run.settings, run.data.dimensions), _seen(config, table.dimensions)
    if theirs != ours:
        raise ConfigError(
            f"init_from: the run {run.name} was trained on {theirs}, and here are {ours}; give a run on such joints, "
            "or load the joints as that run did (data_options, sides)."
        )


def _seen(config: TrainConfig, dimensions: int) -> str:
    """The form in which a network sees joints of so many dimensions, in words."""
    dimensions = seen_dimensions(config, dimensions)
    sides = f", seen from {' and '.join(make_sides(config))}" if dimensions == 3 and not config.takes_joints else ""
    return f"{dimensions}-D joints{sides}"


def check_people(parent: Ancestor, config: TrainConfig, table: ClipTable, setting: str = "init_from") -> None:
    """Refuse a run that was trained on people who are held out here, judged by their names.

    People who are both in train and in test here are allowed, as the protocol intends. A transductive run without
    labels may have seen test people; it is marked as transductive, and so are the runs that start from it.

    Args:
        parent: the run.
        config: settings of the run that starts from it.
        table: its data set.
        setting: name of the setting that names the run.

    Raises:
        ConfigError: such people were found; the message names the run and the people.
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
                f"{setting}: the run {ancestor.run}{behind} was trained on {table.name}, too, on {len(known)} of the "
                f"{len(unseen)} {table.group_kind}s that are held out here ({', '.join(known[:5])}"
                f"{', ...' if len(known) > 5 else ''}), so scores would not be those of unseen {table.group_kind}s; "
                "give a run that was trained without them."
            )


def _matches(config: TrainConfig, new: Layout, old: Layout) -> tuple[Match, ...]:
    try:
        return match_limbs(new, old) if _sees_limbs(config) else match_joints(new, old)
    except ValueError as error:
        raise ConfigError(
            f"init_from: {error}; give a run whose skeleton has joint names in common with this one, such as neck "
            "and left_wrist."
        ) from None


def _sees_limbs(config: TrainConfig) -> bool:
    return "limb" in config.streams and not config.takes_joints


def _channels(config: TrainConfig, layout: Layout) -> tuple[str, ...]:
    """Names of the channels of a heat-map, as used in a `Match`."""
    return limb_names(layout) if _sees_limbs(config) else tuple(layout.joints)


def _moved(
    given: Mapping[str, Tensor], fresh: Mapping[str, Tensor], matches: Sequence[Match], names: Sequence[str]
) -> dict[str, Tensor]:
    """Convert the old tensors to the new skeleton, by joint names; skeleton-specific ones are the new network's."""
    shares = torch.from_numpy(shares_matrix(matches, names))  # [new, old]
    moved, prefix = {}, "pathways.pose."
    for name, x in given.items():
        own = name.removeprefix(prefix)
        if own == name:
            moved[name] = x
        elif by_joint(own):
            sides = x.shape[1] // len(names)  # of 3-D joints, channels of one side after another
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
        raise RunError(f"init_from: {path} {state}; finish the training of {run.name}, or train it again.")
    return read_weights(path)
