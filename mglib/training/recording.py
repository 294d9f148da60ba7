"""What a run records while it trains (`Record`, part of the checkpoint), and the files that it writes."""

import importlib.metadata
import json
import platform
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from accelerate import Accelerator
from safetensors.torch import save
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from mglib.analysis.card import write_card
from mglib.analysis.evaluation import score_table
from mglib.base import files, paths
from mglib.config import TrainConfig
from mglib.data import ClipTable
from mglib.data.skeletons import pack
from mglib.models import GestureNet, predict
from mglib.runs import Run
from mglib.runs.heads import BEFORE, RATIOS, mix

from .answering import Answers
from .environment import arithmetic
from .floors import linear_svm, majority

TRAINING_ONLY = ("refinement.", "auxiliaries.", "decoder.")  # not needed to classify a clip
PACKAGES = ("mglib", "torch", "accelerate", "numpy", "pandas", "scikit-learn", "numba", "av")


class Record:
    """History, and by epoch the prototypes and the prediction for each training clip; part of a checkpoint.

    Args:
        rows: rows of the training clips in the table, int [n].
        table: the data set.
    """

    def __init__(self, rows: np.ndarray, table: ClipTable):
        self.place = torch.full((len(table),), -1)
        self.place[torch.from_numpy(rows)] = torch.arange(len(rows))
        self.n = len(rows)
        self.swaps = torch.tensor(table.flip_labels or range(table.num_classes))  # label of a mirrored clip, by label
        self.history: list[dict[str, float]] = []
        self.kept: dict[str, list[Tensor]] = {}  # name -> one tensor per epoch
        self.open: dict[str, Tensor] = {}  # values of the current epoch

    @property
    def epochs(self) -> int:
        """Number of completed epochs."""
        return len(self.history)

    def add(self, rows: Tensor, labels: Tensor, mirrored: Tensor, logits: dict[str, Tensor]) -> None:
        """Record a training batch: rows [N], labels as shown [N], whether mirrored [N], logits by stream [N, K].

        The predicted class of a mirrored clip is recorded as the corresponding class of the unmirrored clip.
        """
        place, mirrored = self.place[rows.cpu()], mirrored.cpu().bool()
        scores = {s: z.detach().float() for s, z in logits.items()} | {"fused": predict(logits).detach()}
        for system, score in scores.items():
            own = score.gather(1, labels[:, None]).squeeze(1)
            rest = score.scatter(1, labels[:, None], -torch.inf).amax(1)
            probability = own if system == "fused" else score.softmax(1).gather(1, labels[:, None]).squeeze(1)
            predicted = score.argmax(1).cpu()
            predicted = torch.where(mirrored, self.swaps[predicted], predicted)
            self._put(f"{system}_predicted", place, predicted, -1)
            self._put(f"{system}_probability", place, probability, torch.nan)
            self._put(f"{system}_margin", place, own - rest, torch.nan)

    def _put(self, name: str, place: Tensor, values: Tensor, empty: float) -> None:
        if name not in self.open:
            self.open[name] = torch.full(
                (self.n,), empty, dtype=torch.int16 if name.endswith("predicted") else torch.float32
            )
        self.open[name][place] = values.cpu().to(self.open[name].dtype)

    def close_epoch(self, row: dict[str, float], network: GestureNet) -> None:
        """End an epoch: keep its row of the history, the recorded predictions, and the prototypes."""
        self.history.append(row)
        for stream, module in network.refinement.items():
            known = module.known[:, None]
            self.open[f"{stream}_prototypes"] = torch.where(known, module.prototypes, torch.nan).cpu()
            self.open[f"{stream}_updates"] = module.updates.cpu().clone()
        for name, values in self.open.items():
            self.kept.setdefault(name, []).append(values)
        self.open = {}

    def write_history(self, folder: Path) -> None:
        """Write history.csv with the epochs so far."""
        files.write_text(folder / "history.csv", pd.DataFrame(self.history).to_csv(index=False))

    def arrays(self, *endings: str) -> dict[str, np.ndarray]:
        """Arrays [E, ...] recorded under names with these endings, by name; E: epochs."""
        return {name: torch.stack(v).numpy() for name, v in self.kept.items() if name.endswith(endings)}

    def state_dict(self) -> dict:
        return {"history": self.history, "kept": self.kept}

    def load_state_dict(self, state: dict) -> None:
        self.history, self.kept = state["history"], state["kept"]


def write_start(
    folder: Path,
    config: TrainConfig,
    table: ClipTable,
    accelerator: Accelerator,
    network: GestureNet,
    gmacs: float,
    frames_minutes: float,
) -> None:
    """Write the files known before the first epoch; config.yaml last, since it makes the folder a run.

    `gmacs`: per clip, see `count_gmacs`; `frames_minutes`: time that it took to fill the cache of frames.
    """
    known = table.select(np.flatnonzero(table.labels >= 0))
    files.write_text(folder / "clips.csv", known.clips.to_csv(index=False))
    if known.truth is not None:
        files.write_text(folder / "truth.csv", known.truth.to_csv(index=False))
    if corrections := config.data_options.get("corrections"):
        changes = pd.DataFrame(corrections["clips"], columns=["id", "was", "label"])
        files.write_text(folder / "corrections.csv", changes.to_csv(index=False))
    files.write_json(folder / "data.json", asdict(table.facts))
    files.write_arrays(folder / "skeletons.npz", **pack(known))
    environment = describe_environment(accelerator, network, gmacs) | {"frames_minutes": frames_minutes}
    files.write_json(folder / "environment.json", environment)
    files.write_text(folder / "config.yaml", config.to_yaml())


def describe_environment(accelerator: Accelerator, network: nn.Module, gmacs: float) -> dict[str, object]:
    """Hardware, software versions, and size of the network; `gmacs`: per clip, see `count_gmacs`."""
    return {
        "commit": commit(),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "device": str(accelerator.device),
        "processor": processor(accelerator.device),
        "threads": torch.get_num_threads(),
        "processes": accelerator.num_processes,
        "precision": accelerator.mixed_precision,
        "parameters": sum(p.numel() for p in network.parameters()),
        "answering_parameters": sum(
            p.numel() for n, p in network.named_parameters() if not n.startswith(TRAINING_ONLY)
        ),
        "gmacs": gmacs,
        "variables": arithmetic(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


@torch.no_grad()
def count_gmacs(network: nn.Module, inputs: dict[str, Tensor]) -> float:
    """Billions of multiply-add operations in convolutions and matrix products to classify a clip.

    Args:
        network: left in evaluation mode.
        inputs: inputs of one clip.
    """
    network.eval()
    with FlopCounterMode(display=False) as counter:
        network(inputs)
    return counter.get_total_flops() / 2e9


def write_results(
    folder: Path, table: ClipTable, record: Record, answers: Answers, network: GestureNet, first: Answers | None
) -> None:
    """Write the results; metrics.json last, since it marks the run as finished.

    `first`: predictions before the classifiers were re-trained; None: they were not.
    """
    files.write_arrays(folder / "dynamics.npz", **record.arrays("predicted", "probability", "margin"))
    prototypes = {name.removesuffix("_prototypes"): x for name, x in record.arrays("prototypes", "updates").items()}
    files.write_arrays(folder / "prototypes.npz", **prototypes)
    environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    environment["training_minutes"] = sum(row["seconds"] for row in record.history) / 60
    environment["peak_memory_gib"] = peak_memory(environment["device"])
    files.write_json(folder / "environment.json", environment)
    write_answers(folder, table, answers, network, first)


def write_answers(folder: Path, table: ClipTable, answers: Answers, network: GestureNet, first: Answers | None) -> None:
    """Write the results that depend on the classifiers; arguments as in `write_results`."""
    rows, hidden = np.flatnonzero(table.labels >= 0), table.where("hidden")
    known = answers.take(rows)
    files.write_arrays(folder / "predictions.npz", **known.probabilities)
    files.write_arrays(folder / "features.npz", **known.features)
    if first is not None:
        files.write_arrays(folder / "first_head.npz", **first.take(rows).probabilities)
    if len(hidden):
        ids = table.clips["id"].to_numpy(str)[hidden]
        files.write_arrays(folder / "hidden.npz", ids=ids, **answers.take(hidden).probabilities)
    with files.whole(folder / "weights.safetensors") as part:
        # safetensors' `save_file` would make the file readable by its owner only
        part.write_bytes(save({name: x.contiguous() for name, x in network.state_dict().items()}))
    scores = evaluate(table, answers, first)
    files.write_text(folder / "scores.csv", scores.to_csv(index=False))
    write_card(Run(folder))
    metrics = {s: dict(zip(t["metric"], t["value"], strict=True)) for s, t in scores.groupby("system", sort=False)}
    files.write_json(folder / "metrics.json", metrics)


def commit() -> str | None:
    """The git commit of this package, with "-dirty" if files differ from it; None outside of a clone."""
    root = paths.package().parent
    if not (root / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):  # git is missing, or does not trust this folder
        return None


def processor(device: torch.device) -> str:
    """Name of the GPU, or of the CPU, that computes."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return torch.cpu.get_capabilities().get("cpu_name", platform.processor())


def peak_memory(device: str) -> float:
    """Peak memory of this process, GiB; on a GPU, what it reserved there."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_reserved(device) / 2**30
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**30 if sys.platform == "darwin" else 2**20)  # bytes on macOS, KiB on Linux


def evaluate(table: ClipTable, answers: Answers, first: Answers | None = None) -> pd.DataFrame:
    """Test scores with intervals: the floors, each head, and the heads fused 1:1 and with the weights of `RATIOS`.

    `first`: predictions before the classifiers were re-trained; if given, their fused scores are added.
    """
    train, test = table.where("train"), table.where("test")
    systems = {"majority class": majority(table, train, test), "linear SVM on joints": linear_svm(table, train, test)}
    answers = answers.take(test)
    systems |= answers.probabilities
    if len(answers.probabilities) > 1:
        systems["fused"] = answers.fused
        systems |= {name: mix(answers.probabilities, ratio) for name, ratio in RATIOS.items()}
    if first is not None:
        systems[BEFORE] = first.take(test).fused
    return score_table(systems, table.labels[test], table.groups[test], table.class_groups)
