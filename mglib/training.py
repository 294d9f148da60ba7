"""The training loop (paper section 3.2), spelled out; devices, precision and processes are Accelerate's business."""

import ctypes
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from accelerate import Accelerator
from torch import Tensor, nn
from tqdm import tqdm

from . import paths
from .building import decayed, make_accelerator, make_cache, make_network, make_scheduler, make_view
from .config import ConfigError, TrainConfig
from .data import ClipTable, FrameCache, load
from .data.loader import Batch, ClipDataset, Draws, InputMaker, make_loader
from .inference import Answers, answer
from .models import GestureNet, Output, predict
from .recording import Record, write_results, write_start
from .runs import Run

FREE_TO_CHANGE = {
    "resume",
    "num_workers",
    "data_root",
    "evaluate_every",
}  # between the start of a run and its continuation


def train(config: TrainConfig, table: ClipTable | None = None) -> Run:
    """Train a network and leave a run directory.

    Interrupted, the same call with `resume=True` continues after the last whole epoch, to the same result on a CPU as
    if nothing had happened; called for a finished run it only returns it.

    Args:
        config: settings.
        table: the data, if it is loaded already; it must be what `config.dataset` names.

    Raises:
        ConfigError: the run exists and `resume` is off, or it was started with other settings.
        DataError: the data cannot be used.
    """
    folder = _claim(config)
    if (folder / "metrics.json").is_file():
        return Run(folder)
    table = load(config.dataset, config.data_root, **config.data_options) if table is None else table
    with torch.random.fork_rng():
        session = Session.start(config, table, folder)
        session.fit()
    return Run(folder)


def loss_terms(
    network: GestureNet, output: Output, labels: Tensor, config: TrainConfig, log_shares: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross-entropy and refinement loss of a batch, each summed over the streams (Eq. 10).

    Prototypes are kept up to date even where alpha is 0, since they are looked at afterwards. `log_shares` [K] of the
    classes in the training split are added to the logits of the cross-entropy alone, weighted by
    `config.logit_adjustment` (Menon et al., "Long-tail Learning via Logit Adjustment", ICLR 2021).
    """
    offset, smoothing = config.logit_adjustment * log_shares, config.label_smoothing
    ce = sum(F.cross_entropy(z.float() + offset, labels, label_smoothing=smoothing) for z in output.logits.values())
    with torch.set_grad_enabled(config.alpha > 0):
        pr = sum(network.refinement[s](output.features[s], z, labels) for s, z in output.logits.items())
    return ce, pr


M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h


@dataclass
class Session:
    """Everything that one run holds while it trains."""

    config: TrainConfig
    table: ClipTable
    folder: Path
    accelerator: Accelerator
    model: nn.Module
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler
    dataset: ClipDataset  # of the training clips
    loader: torch.utils.data.DataLoader
    order: torch.Generator  # of the training clips
    make_inputs: InputMaker
    cache: FrameCache | None
    record: Record
    log_shares: Tensor  # of the classes among the training clips

    @classmethod
    def start(cls, config: TrainConfig, table: ClipTable, folder: Path) -> "Session":
        """Build what `config` asks for, and load the checkpoint if there is one."""
        torch.manual_seed(config.seed)
        accelerator = make_accelerator(config)
        if config.keep_memory and accelerator.device.type == "cpu":
            keep_memory()
        view, cache = make_view(config), make_cache(config, table)
        flip = table.flip if config.flip is None else config.flip
        if config.test_flip and not flip:
            raise ConfigError(
                f"test_flip: clips of {table.name} are not mirrored in training, so their mirror images are strangers "
                "to the network; leave it off, or set flip=True."
            )
        draws = Draws(config.crop_area, np.deg2rad(config.rotation), flip)
        dataset = ClipDataset(table, table.where("train"), view, cache, draws, config.seed)
        order = torch.Generator()
        loader = make_loader(dataset, config.batch_size, config.num_workers, order, config.sampler == "balanced")
        limbs = table.layout.limbs if "limb" in config.streams else None
        make_inputs = InputMaker(view, config.sigma, limbs, config.network_streams)
        network = make_network(config, table)
        optimizer = torch.optim.SGD(decayed(network, config.weight_decay), config.lr, momentum=0.9)
        scheduler = make_scheduler(config, optimizer, len(loader))
        model, optimizer, loader = accelerator.prepare(network, optimizer, loader)
        record = Record(dataset.rows, table)
        accelerator.register_for_checkpointing(scheduler, record)
        session = cls(
            config,
            table,
            folder,
            accelerator,
            model,
            optimizer,
            scheduler,
            dataset,
            loader,
            order,
            make_inputs,
            cache,
            record,
            log_shares(table).to(accelerator.device),
        )
        saved = checkpoints(folder)
        if saved:
            accelerator.load_state(str(saved[-1]))
        elif accelerator.is_main_process:
            write_start(folder, config, table, accelerator, network)
        return session

    @property
    def network(self) -> GestureNet:
        """The model without what Accelerate wrapped around it."""
        return self.accelerator.unwrap_model(self.model)

    def fit(self) -> None:
        """Train the epochs that are left, then write the results."""
        done, total = self.record.epochs, self.config.epochs
        with tqdm(
            total=total, initial=done, unit="epoch", disable=not self.accelerator.is_main_process, mininterval=1
        ) as bar:
            for epoch in range(done, total):
                row = self.train_epoch(epoch)
                if (epoch + 1) % self.config.evaluate_every == 0 or epoch + 1 == total:
                    row |= self.test_scores()
                self.record.close_epoch(row, self.network)
                self.save(epoch)
                return_memory()
                bar.set_postfix_str(f"loss {row['loss']:.2f}, train {row['train_top1_fused']:.1%}", refresh=False)
                bar.update()
        train_and_test = np.arange(len(self.table))
        answers = self.answer(train_and_test)
        if self.accelerator.is_main_process:
            write_results(self.folder, self.table, self.record, answers, self.network, self.config)
            shutil.rmtree(self.folder / "checkpoint")

    def train_epoch(self, epoch: int) -> dict[str, float]:
        """One pass over the training clips; a row of the history."""
        started = time.perf_counter()
        self.dataset.epoch = epoch
        self.order.manual_seed(self.config.seed * 100_003 + epoch)
        torch.manual_seed(self.config.seed * 100_003 + epoch)  # dropout; inside train's fork of the generator
        self.model.train()
        sums = []
        for batch in self.loader:
            ce, pr, output = self.train_step(batch)
            hits = {f"train_top1_{s}": z.argmax(1) == batch.labels for s, z in output.logits.items()}
            hits["train_top1_fused"] = predict(output.logits).argmax(1) == batch.labels
            means = {"loss": ce + self.config.alpha * pr, "loss_ce": ce, "loss_pr": pr} | {
                k: h.float().mean() for k, h in hits.items()
            }
            sums.append(
                {k: float(v.detach()) * len(batch.labels) for k, v in means.items()} | {"clips": len(batch.labels)}
            )
        clips = sum(s["clips"] for s in sums)
        row = {k: sum(s[k] for s in sums) / clips for k in sums[0] if k != "clips"}
        lr = self.scheduler.get_last_lr()[0]
        return {"epoch": epoch, **row, "lr": lr, "seconds": time.perf_counter() - started}

    def train_step(self, batch: Batch) -> tuple[Tensor, Tensor, Output]:
        """Forward, loss, backward, clip, update."""
        output = self.model(self.make_inputs(batch))
        ce, pr = loss_terms(self.network, output, batch.labels, self.config, self.log_shares)
        loss = ce + self.config.alpha * pr
        if not torch.isfinite(loss):
            ids = ", ".join(self.table.clips["id"].iloc[batch.rows.cpu().numpy()])
            raise FloatingPointError(
                f"The loss became {loss.item()} on the clips {ids}; try a smaller lr, or precision=no."
            )
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        self.optimizer.step()
        self.scheduler.step()
        self.record.add(*self.accelerator.gather_for_metrics((batch.rows, batch.labels, output.logits)))
        return ce, pr, output

    def answer(self, rows: np.ndarray) -> Answers:
        """The network's answers for clips of the table, averaged over their test views and, if asked, mirror images."""
        table, config = self.table, self.config
        same = range(table.num_classes)
        loaders = []
        for mirror in (False, True) if config.test_flip else (False,):
            for view in range(config.test_clips) if config.test_clips > 1 else (None,):
                dataset = ClipDataset(table, rows, self.dataset.view, self.cache, None, config.seed, view, mirror)
                loader = self.accelerator.prepare(make_loader(dataset, 2 * config.batch_size, config.num_workers))
                loaders.append((loader, table.flip_labels or same if mirror else same))
        return answer(self.model, loaders, self.make_inputs, self.accelerator)

    def test_scores(self) -> dict[str, float]:
        """Top-1 on the test split, for the learning curve only."""
        rows = self.table.where("test")
        answers, labels = self.answer(rows), self.table.labels[rows]
        systems = answers.probabilities | {"fused": answers.fused}
        return {f"test_top1_{s}": float((p.argmax(1) == labels).mean()) for s, p in systems.items()}

    def save(self, epoch: int) -> None:
        """A checkpoint of the whole state; the last one is removed only after this one is complete."""
        if self.accelerator.is_main_process:
            self.record.write_history(self.folder)
        old, new = checkpoints(self.folder), self.folder / "checkpoint" / f"epoch_{epoch:04d}"
        part = new.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)  # what a kill in the middle of an earlier save left
        self.accelerator.save_state(str(part))
        if self.accelerator.is_main_process:
            part.rename(new)
            for folder in old:
                shutil.rmtree(folder)


def log_shares(table: ClipTable) -> Tensor:
    """Logarithm of each class's share of the training clips, float32 [K]; a class without any counts as one clip."""
    counts = np.bincount(table.labels[table.where("train")], minlength=table.num_classes).clip(min=1)
    return torch.from_numpy(np.log(counts / counts.sum())).float()


def keep_memory() -> None:
    """Where the C library is glibc, keep freed memory for the next step instead of giving it back at once.

    A step's large buffers are otherwise new to the process at every step, and each new page costs a fault.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, -1)


def return_memory() -> None:
    """Give freed memory back to the system where the C library is glibc.

    It keeps holes between its small allocations, and in a notebook's kernel these grew by a gigabyte in ten epochs.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def checkpoints(folder: Path) -> list[Path]:
    """Whole checkpoints, the latest last."""
    return sorted(p for p in (folder / "checkpoint").glob("epoch_*") if p.suffix != ".part")


def _claim(config: TrainConfig) -> Path:
    """The run directory: new, or that of the same run continued."""
    name = config.run_name or f"{config.dataset}-{time.strftime('%Y%m%d-%H%M%S')}"
    folder = paths.runs_dir() / name
    started = folder / "config.yaml"
    if not started.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        return folder
    if not config.resume:
        raise ConfigError(
            f"run_name: the run {name} exists; give another name, remove {folder}, or continue it with resume=True."
        )
    before, now = Run(folder).config, config.model_dump(mode="json")
    changed = [k for k in now if k not in FREE_TO_CHANGE and before.get(k) != now[k]]
    if changed:
        lines = ", ".join(f"{k} was {before.get(k)!r} and is {now[k]!r}" for k in changed)
        raise ConfigError(
            f"resume: the run {name} was started with other settings: {lines}; use those, or another run_name."
        )
    return folder
