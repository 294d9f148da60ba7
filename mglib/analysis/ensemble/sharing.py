"""Finds members with common inputs: two heads of one network are not independent modalities."""

from collections.abc import Sequence
from typing import Any

from .members import Member


def shared_inputs(members: Sequence[Member]) -> str:
    """Sentences on members that are heads of one network, and on inputs that several members have."""
    networks: dict[str, list[Member]] = {}
    for member in members:
        networks.setdefault(network_of(member), []).append(member)
    said = [_heads(heads) for heads in networks.values() if len(heads) > 1]
    for name in dict.fromkeys(name for member in members for name in inputs_of(member)):
        seeing = [member for member in members if name in inputs_of(member)]
        if len({network_of(member) for member in seeing}) > 1:
            said.append(f"{_listed([member.name for member in seeing])} see the {name}.")
    if any(not inputs_of(member) for member in members):
        said.append("What the other members see is not known." if said else "What the members see is not known.")
    return " ".join(said) or "No two members see the same input."


def inputs_of(member: Member) -> tuple[str, ...]:
    """The inputs of the network of a member; () if unknown, as for ensembles of earlier versions."""
    if member.run.kind == "network":
        return tuple(member.run.input_names.values())
    return tuple(dict.fromkeys(name for entry in _entries(member) for name in entry.get("sees", ())))


def network_of(member: Member) -> str:
    """The run of the network of a member, also within an ensemble."""
    return "+".join(dict.fromkeys(entry["run"] for entry in _entries(member))) or member.run.name


def _entries(member: Member) -> list[dict[str, Any]]:
    """The recorded members behind a stream of an ensemble; [] for a network."""
    if member.run.kind == "network":
        return []
    noted = dict(zip(member.run.streams, member.run.config["members"], strict=False))
    return list(noted.values()) if member.stream == "fused" else [noted[member.stream]]


def _heads(heads: Sequence[Member]) -> str:
    seen = inputs_of(heads[0])
    both = f"each sees both inputs, {_listed(seen)}" if seen else "each sees both inputs"
    return (
        f"{_listed([head.name for head in heads])} are heads of one network: {both}, and they were trained together. "
        "They are not independent, so their errors coincide more often than those of two networks."
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
