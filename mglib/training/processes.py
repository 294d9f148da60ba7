"""Several processes that train together: starting them, what one decides for all, and each one's share of a batch."""

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

from mglib.base.errors import BusyError, ConfigError, DataError, DiskError, OptionError, RunError
from mglib.config import TrainConfig

# errors that the user can do something about
SENTENCES = (BusyError, ConfigError, DataError, DiskError, OptionError, RunError, FloatingPointError)


def world_size() -> int:
    """Processes that a launcher started, this one among them: `launch`, `accelerate launch` or torchrun; else 1."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def on_cpu() -> bool:
    """Whether several processes meet on the CPU, which Accelerate wants to be told."""
    return world_size() > 1 and not torch.cuda.is_available()


def launch(config: TrainConfig) -> None:
    """Run `python -m mglib.training` in `config.num_processes` processes of this machine, and wait for them.

    They are fresh interpreters, where `accelerate.notebook_launcher` forks: the fork of a kernel that has computed
    before hangs in OpenMP or fails in autograd or CUDA. If one fails or the wait is interrupted, all are ended.

    Raises:
        BusyError, ConfigError, DataError, DiskError, RunError, FloatingPointError: as raised in one of the processes.
        RuntimeError: one of them ended in another way; its traceback is on the console.
    """
    world = config.num_processes
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
    """What to raise for processes that left their errors in a folder: a sentence if there is one.

    The other processes only noticed that the first was gone; where one was killed, by a signal, it is that one.

    Args:
        folder: of rank0.json, rank1.json, ..., as torch.distributed.elastic writes them.
        codes: exit codes; None of a process that was still running.
    """
    known = {kind.__name__: kind for kind in SENTENCES}
    for file in sorted(folder.glob("rank*.json")):
        name, _, sentence = json.loads(file.read_text(encoding="utf-8"))["message"]["message"].partition(": ")
        if name in known:
            return known[name](sentence)
    code, rank = min((code, rank) for rank, code in enumerate(codes) if code)
    return RuntimeError(f"Process {rank} of {len(codes)} ended with exit code {code}; its output says why.")


def free_port() -> int:
    """A port of this machine that is free at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def by_main(what: Callable[[], Path]) -> Path:
    """What the main process finds, or raises, on all processes."""
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
    """One rank's part of every batch; the ranks' parts in their order are the batches of a single process.

    Accelerate's own sampler fills up a last batch that is not whole with clips that were seen already.
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
    # as for one process: the batches are parted already
    return prepare_data_loader(
        part, accelerator.device, num_processes=1, process_index=0, put_on_device=True, non_blocking=part.pin_memory
    )


def join(accelerator: Accelerator, rows: Tensor, *others: Tensor) -> tuple[Tensor, ...]:
    """Row numbers [N] and tensors [N, ...] of all processes below each other, in their order; the N may differ."""
    if accelerator.num_processes == 1:
        return rows, *others
    padded = accelerator.pad_across_processes((rows, *others), pad_index=-1)
    rows, *others = accelerator.gather(padded)
    return tuple(recursively_apply(lambda x: x[rows >= 0], (rows, *others)))
