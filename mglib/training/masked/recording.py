"""The files of a masked pre-training run: its training data, and how well it predicts the motion of hidden joints."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from accelerate import Accelerator
from safetensors.torch import save

from mglib.base import files
from mglib.config import MaskedConfig
from mglib.data import ClipTable
from mglib.models.reconstruction import Reconstruction
from mglib.runs import Run
from mglib.runs.ancestry import in_a_sentence

from ..recording import describe_environment, peak_memory
from .gate import Gate
from .shares import Shares, part_clips, part_facts


def write_start(
    folder: Path,
    config: MaskedConfig,
    table: ClipTable,
    shares: Shares,
    accelerator: Accelerator,
    network: Reconstruction,
    gmacs: float,
) -> None:
    """Write the files known before the first epoch; config.yaml last, since it makes the folder a run."""
    clips = part_clips(table, shares)
    files.write_text(folder / "clips.csv", clips.to_csv(index=False))
    files.write_json(folder / "data.json", asdict(part_facts(table, clips)))
    files.write_json(folder / "environment.json", describe_environment(accelerator, network, gmacs))
    files.write_text(folder / "config.yaml", config.to_yaml())


def write_results(
    folder: Path,
    config: MaskedConfig,
    table: ClipTable,
    shares: Shares,
    measured: Mapping[str, Mapping[str, Any]],
    examples: Mapping[str, np.ndarray],
    network: Reconstruction,
) -> None:
    """Write the results; metrics.json last, since it marks the run as finished.

    Args:
        folder: the run directory.
        config: settings of the run.
        table: its data set.
        shares: rows of training clips and of held-out clips.
        measured: "gate" and "probe", from `measured_as`.
        examples: held-out clips for figures, see `MaskedSession.examples`.
        network: the trained network.
    """
    files.write_arrays(folder / "examples.npz", **examples)
    with files.whole(folder / "weights.safetensors") as part:
        part.write_bytes(save({name: x.contiguous() for name, x in network.state_dict().items()}))
    environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    environment["training_minutes"] = pd.read_csv(folder / "history.csv")["seconds"].sum() / 60
    environment["peak_memory_gib"] = peak_memory(environment["device"])
    files.write_json(folder / "environment.json", environment)
    before = in_a_sentence(Run(folder))
    lines = [f"# {folder.name}", learnt_from(config, table, shares), *([before] if before else []), *told(measured)]
    files.write_text(folder / "README.md", "\n\n".join(lines) + "\n")
    files.write_json(folder / "metrics.json", measured)


def measured_as(gate: Gate, shares: Shares, config: MaskedConfig, probe: Mapping[str, float]) -> dict[str, Any]:
    """The content of metrics.json."""
    held = {"clips": len(shares.held_out), "held_out_by": config.held_out_by}
    return {"gate": gate._asdict() | {"passed": gate.passed} | held, "probe": dict(probe)}


def learnt_from(config: MaskedConfig, table: ClipTable, shares: Shares) -> str:
    """Training data, people and objective, in one or two sentences."""
    people = len(set(table.groups[shares.train]))
    text = (
        f"Masked pre-training, without labels, on {len(shares.train):,} clips of {people} {table.group_kind}s of "
        f"{table.name}: the network predicted the motion of hidden joints ({config.mask:.0%} of all tubes, which are a "
        f"joint over {config.tube} frames)."
    )
    if config.transductive:
        text += (
            " Transductive: the test clips were among them, without their labels, so scores on these clips are not "
            "comparable with those of networks that never saw them."
        )
    return text


def told(measured: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The results in sentences."""
    gate, probe = measured["gate"], measured["probe"]
    lines = [Gate(*(gate[name] for name in Gate._fields)).sentence(gate["clips"], gate["held_out_by"])]
    if probe:
        lines.append(
            f"A linear classifier on its features, cross-validated over people, recognises {probe['trained']:.1%} of "
            f"{probe['clips']} training clips; on features of the untrained network {probe['untrained']:.1%}."
        )
    return lines
