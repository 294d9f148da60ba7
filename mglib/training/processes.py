"""Training in several processes: starting them, decisions by the main process, and each process's share of a batch."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from accelerate import Accelerator, PartialState
from accelerate.data_loader import prepare_data_loader
from accelerate.utils import broadcast_object_list, recursively_apply
from torch import Tensor
from torch.utils.data import DataLoader, Sampler

from mglib.analysis.ensemble import EnsembleError
from mglib.base.errors import BusyError, ConfigError, DataError, DiskError, OptionError, RunError
from mglib.config import TrainConfig

# errors that the user can act on
SENTENCES = (BusyError, ConfigError, DataError, DiskError, EnsembleError, OptionError, RunError, FloatingPointError)


def world_size() -> int:
    """Number of processes started by `launch`, `accelerate launch` or torchrun, this one included; else 1."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def on_cpu() -> bool:
    """Whether several processes train on the CPU, which Accelerate must be told."""
    return world_size() > 1 and not torch.cuda.is_available()


def launch(config: TrainConfig) -> None:
    """Run `python -m mglib.training` in `config.num_processes` processes of this machine, and wait for them.

    They are new interpreters. `accelerate.notebook_launcher` forks instead, and the fork of a kernel that has already
    computed hangs in OpenMP or fails in autograd or CUDA. If a process fails or the wait is interrupted, all are ended.

    Raises:
        BusyError, ConfigError, DataError, DiskError, OptionError, RunError, FloatingPointError: as raised in one of
            the processes; ConfigError also if there are GPUs, but fewer than processes.
        RuntimeError: a process ended in another way; its traceback is on the console.
    """
    world = config.num_processes
    if 0 < (gpus := torch.cuda.device_count()) < world:
        raise ConfigError(
            f"num_processes: {world}, but GPUs visible here: {gpus}; each process needs its own. Give at most {gpus}, "
            "or set CUDA_VISIBLE_DEVICES to nothing to train on the CPU."
        )
    with TemporaryDirectory() as folder:
        settings = Path(folder) / "config.yaml"
        settings.write_text(config.to_yaml(), encoding="utf-8")
        command = [sys.executable, "-m", "mglib.training", "--config", str(settings)]
        threads = os.environ.get("OMP_NUM_THREADS", max(1, torch.get_num_threads() // world))
        common = {"WORLD_SIZE": world, "LOCAL_WORLD_SIZE": world, "OMP_NUM_THREADS": threads}
        common |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": free_port()}
        ranks = []
        try:
            for rank in range(world):
                own = {"RANK": rank, "LOCAL_RANK": rank, "TORCHELASTIC_ERROR_FILE": f"{folder}/rank{rank}.json"}
                environment = os.environ | {name: str(value) for name, value in (common | own).items()}
                ranks.append(subprocess.Popen(command, env=environment))
            while not any(codes := [rank.poll() for rank in ranks]) and None in codes:
                time.sleep(0.1)
        finally:
            for rank in ranks:
                rank.terminate()
                rank.wait()
        if any(codes):
            raise failure(Path(folder), codes)


def failure(folder: Path, codes: Sequence[int | None]) -> Exception:
    """The exception to raise for failed processes, one of `SENTENCES` if a process raised one.

    The other processes fail too, but only because the first one ended; if one was killed by a signal, it is named.

    Args:
        folder: contains rank0.json, rank1.json, ..., as written by torch.distributed.elastic.
        codes: exit codes; None for a process that was still running.
    """
    known = {kind.__name__: kind for kind in SENTENCES}
    for file in sorted(folder.glob("rank*.json")):
        name, _, sentence = json.loads(file.read_text(encoding="utf-8"))["message"]["message"].partition(": ")
        if name in known:
            return known[name](sentence)
    code, rank = min((code, rank) for rank, code in enumerate(codes) if code)
    return RuntimeError(f"Process {rank} of {len(codes)} ended with exit code {code}; its output says why.")


def free_port() -> int:
    """A port of this machine that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def by_main(what: Callable[[], Path]) -> Path:
    """Call `what` in the main process only; return its result, or raise its error, in all processes."""
    answer: list[Path | Exception | None] = [None]
    if PartialState(cpu=on_cpu()).is_main_process:
        try:
            answer = [what()]
        except SENTENCES as error:
            answer = [error]
    broadcast_object_list(answer)
    if isinstance(answer[0], Exception):
        raise answer[0]
    return answer[0]


class Share(Sampler[list[int]]):
    """One rank's part of every batch; the parts in the order of ranks are the batches of a single process.

    Accelerate's own sampler would fill an incomplete last batch with clips that were already used.
    """

    def __init__(self, batches: Sampler[list[int]], rank: int, world: int):
        self.batches, self.rank, self.world = batches, rank, world

    def __iter__(self) -> Iterator[list[int]]:
        for batch in self.batches:
            n = len(batch)
            yield batch[n * self.rank // self.world : n * (self.rank + 1) // self.world]

    def __len__(self) -> int:
        return len(self.batches)


def share(loader: DataLoader, accelerator: Accelerator) -> DataLoader:
    """The loader of this process's part of every batch, on its device."""
    part = DataLoader(
        loader.dataset,
        batch_sampler=Share(loader.batch_sampler, accelerator.process_index, accelerator.num_processes),
        num_workers=loader.num_workers,
        generator=loader.generator,
        pin_memory=loader.pin_memory,
    )
    # as for one process: the batches are already divided
    return prepare_data_loader(
        part, accelerator.device, num_processes=1, process_index=0, put_on_device=True, non_blocking=part.pin_memory
    )


def join(accelerator: Accelerator, rows: Tensor, *others: Tensor) -> tuple[Tensor, ...]:
    """Concatenate row numbers [N] and tensors [N, ...] of all processes, in the order of ranks; N may differ."""
    if accelerator.num_processes == 1:
        return rows, *others
    padded = accelerator.pad_across_processes((rows, *others), pad_index=-1)
    rows, *others = accelerator.gather(padded)
    return tuple(recursively_apply(lambda x: x[rows >= 0], (rows, *others)))
