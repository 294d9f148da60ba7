"""The training loop (paper section 3.2); Accelerate handles devices, precision and processes."""

import shutil
import time
import warnings
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.data import default_collate
from tqdm import tqdm

from mglib.base.console import progress
from mglib.base.errors import ConfigError, DataError
from mglib.config import TrainConfig
from mglib.data import ClipTable, load
from mglib.data.loader import Batch, ClipDataset, make_loader
from mglib.data.requirements import doubtful, untrainable
from mglib.data.splits import hold_out
from mglib.models import GestureNet, predict
from mglib.runs import Run

from .answering import Answers, Questions, Swap, fuse_batch_norms
from .blanking import drop_modality
from .building import make_accelerator, make_cache, make_draws, make_maker, make_network, make_view
from .checkpoints import checkpoints, claim, interruptible, restore, save_checkpoint
from .environment import unswayed
from .first_weights import initialise
from .losses import alpha_of, log_shares, loss_terms
from .memory import keep_memory, return_memory
from .optimizing import make_optimizer, make_scheduler
from .processes import by_main, join, launch, share, world_size
from .recording import Record, count_gmacs, write_results, write_start
from .reliance import swap_inputs, write_reliance
from .retraining import check_retraining, pooled_features, retrain_classifiers
from .tracking import end_tracking, start_tracking, track, tracker_settings
from .transferring import Start, check_branches, settle_norms, transfer, write_origin


def train(config: TrainConfig, table: ClipTable | None = None) -> Run:
    """Train a network and write its run directory.

    After an interrupt, the same call with `resume=True` resumes after the last complete epoch; on a CPU the result is
    the same as without the interrupt. For a finished run the call only returns the run.

    Args:
        config: settings; this call starts `num_processes` processes, unless a launcher has done so.
        table: the data, if already loaded; it must be what `config.dataset` names, since processes that this call
            starts load the data themselves.

    Raises:
        BusyError: another process is training the run.
        ConfigError: the run exists and `resume` is off, or it was started with other settings.
        DataError: the data cannot be used.
        DiskError: the disk is full; the run can be resumed from the last checkpoint.
        KeyboardInterrupt: training was interrupted; the message says after which epoch, and how to resume.
    """
    if config.seeds > 1:
        raise ConfigError(f"seeds: train trains one network; call train_seeds for {config.seeds} seeds.")
    if config.num_processes > world_size() == 1:
        with ExitStack() as held:  # refuses early what must be refused; later the main process holds the lock
            folder = claim(config, held)
        if not (folder / "metrics.json").is_file():
            with interruptible(folder):
                launch(config.model_copy(update={"run_name": folder.name}))
        return Run(folder)
    if config.num_processes != world_size():
        raise ConfigError(
            f"num_processes: {config.num_processes}, but a launcher started {world_size()} processes; give that number."
        )
    with ExitStack() as held:
        held.enter_context(unswayed())
        folder = by_main(lambda: claim(config, held))
        if (folder / "metrics.json").is_file():
            return Run(folder)
        held.enter_context(interruptible(folder))
        table = load_table(config, table)
        with torch.random.fork_rng([torch.cuda.current_device()] if torch.cuda.is_available() else []):
            Session(config, table, folder).fit()
    return Run(folder)


def load_table(config: TrainConfig, table: ClipTable | None = None) -> ClipTable:
    """Load the data set, unless it is given, hold out the fold of the settings, and check it for training.

    Raises:
        DataError: the data cannot be used.
        ConfigError: `retrain` needs validation clips, and there are none.
    """
    table = load(config.dataset, config.data_root, **config.data_options) if table is None else table
    if config.fold:
        table = hold_out(table, *map(int, config.fold.split("/")))
    require(table, config.num_processes)
    check_retraining(config, table)
    return table


def require(table: ClipTable, num_processes: int) -> None:
    """Refuse, before the first epoch, data that cannot be trained on or scored; warn of doubtful data.

    Raises:
        DataError: too few training clips, no test clips, or a single class.
    """
    if found := untrainable(table, max(2, num_processes)):
        raise DataError("\n".join(found))
    for sentence in doubtful(table):
        warnings.warn(sentence, stacklevel=4)


class Session:
    """State of one run in training, built from its settings and, if there is one, its latest checkpoint.

    Attributes:
        config, table, folder: settings, data set, and run directory.
        accelerator: device, precision, and processes.
        cache: frames of the visual stream; None without one.
        dataset, order: the training clips, and the random generator of their order.
        loader: this process's part of every training batch.
        make_inputs: batch -> inputs of the network.
        log_shares: logarithm of each class's share of the training clips, float32 [K].
        alpha: weight of refinement in the current epoch.
        model, optimizer, scheduler: as wrapped by Accelerate.
        record: what the run writes at its end.
    """

    def __init__(self, config: TrainConfig, table: ClipTable, folder: Path):
        torch.manual_seed(config.seed)
        self.config, self.table, self.folder = config, table, folder
        self.accelerator = make_accelerator(config, **tracker_settings(config, folder))
        if config.keep_memory and self.accelerator.device.type == "cpu":
            keep_memory()
        self.cache = make_cache(config, table)
        view, draws = make_view(config), make_draws(config, table)
        self.dataset = ClipDataset(table, table.where("train"), view, self.cache, draws, config.seed)
        self.order = torch.Generator()
        balanced, ranks = config.sampler == "balanced", self.accelerator.num_processes
        loader = make_loader(
            self.dataset, config.batch_size, config.num_workers, self.order, balanced, fewest=max(2, ranks)
        )
        self.loader = share(loader, self.accelerator)
        self.make_inputs = make_maker(config, table.layout, self.accelerator.mixed_precision)
        self.log_shares = log_shares(table).to(self.accelerator.device)

        saved = checkpoints(folder)
        network, start = self._make_network(fresh=not saved)
        optimizer = make_optimizer(config, network)
        self.scheduler = make_scheduler(config, optimizer, len(loader))
        self.model, self.optimizer = self.accelerator.prepare(network, optimizer)
        self.record, self.alpha = Record(self.dataset.rows, table), config.alpha
        self.accelerator.register_for_checkpointing(self.scheduler, self.record)
        started = time.perf_counter()
        if self.cache:  # slow, so only after all checks
            self.cache.fill(range(self.accelerator.process_index, len(table), ranks))
            self.accelerator.wait_for_everyone()
        if start and not start.familiar:
            settle_norms(self.network, map(self.make_inputs, self.loader), self.order, config.seed)
        minutes = (time.perf_counter() - started) / 60
        if saved:
            restore(self.accelerator, saved)
        elif self.accelerator.is_main_process:
            write_origin(folder, config, start)
            write_start(folder, config, table, self.accelerator, self.network, self.count_gmacs(), minutes)
        if config.compiled:
            network.compile()  # in place, which keeps the names of weights

    def _make_network(self, fresh: bool) -> tuple[GestureNet, Start | None]:
        """Build the network; for a `fresh` run, load the initial weights that the settings name."""
        network, start = make_network(self.config, self.table), None
        if fresh:
            initialise(network, self.config, self.table.facts)
            check_branches(self.config, self.table)
            start = transfer(network, self.config, self.table) if self.config.init_from else None
        network.refinement.requires_grad_(self.config.alpha > 0)  # processes wait for the gradient of every parameter
        if self.accelerator.num_processes > 1 and self.accelerator.device.type == "cuda":  # CPUs do not support it
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)
        return network, start

    @property
    def network(self) -> GestureNet:
        """The model without Accelerate's wrapper."""
        return self.accelerator.unwrap_model(self.model)

    def count_gmacs(self) -> float:
        """Billions of multiply-add operations of the network for one clip."""
        clip = Batch(*(part.to(self.accelerator.device) for part in default_collate([self.dataset[0]])))
        return count_gmacs(self.network, self.make_inputs(clip))

    def fit(self) -> None:
        """Train the remaining epochs, then write the results."""
        done, total = self.record.epochs, self.config.epochs
        start_tracking(self.accelerator, self.config, self.folder)
        with tqdm(
            total=total,
            initial=done,
            unit="epoch",
            disable=not self.accelerator.is_main_process,
            mininterval=1,
            file=progress(),
        ) as bar:
            for epoch in range(done, total):
                row = self.train_epoch(epoch)
                if epoch + 1 < total and (epoch + 1) % self.config.evaluate_every == 0:
                    row |= self.test_scores(self.questions.plain(self.asked(), self.table.where("test")))
                self.record.close_epoch(row, self.network)
                if self.accelerator.is_main_process:
                    self.record.write_history(self.folder)
                track(self.accelerator, row, epoch)
                save_checkpoint(self.accelerator, self.folder, epoch)
                return_memory()
                bar.set_postfix_str(f"loss {row['loss']:.2f}, train {row['train_top1_fused']:.1%}", refresh=False)
                bar.update()
        self.finish()
        end_tracking(self.accelerator)

    def finish(self) -> None:
        """Classify every clip, end the learning curve, re-train the classifiers with `retrain`, write the results."""
        every, first = np.arange(len(self.table)), None
        answers = self.answer(every)
        last = self.test_scores(answers.take(self.table.where("test")))
        self.record.history[-1] |= last
        track(self.accelerator, last, self.record.epochs - 1)
        if self.config.retrain != "off":
            first = answers
            retrain_classifiers(self.network, self.config, self.table, self.pooled)
            answers = self.answer(every)
        reliance = swap_inputs(self.answer, self.table, answers.probabilities, self.config.seed)
        if self.accelerator.is_main_process:
            if reliance is not None:
                write_reliance(self.folder, reliance)
            self.record.write_history(self.folder)
            write_results(self.folder, self.table, self.record, answers, self.network, first)
            shutil.rmtree(self.folder / "checkpoint")
        self.accelerator.wait_for_everyone()  # no process may read results before they are written

    def train_epoch(self, epoch: int) -> dict[str, float]:
        """Train on all training clips once; return a row of the history."""
        started = time.perf_counter()
        self.dataset.epoch, self.alpha = epoch, alpha_of(self.config, epoch)
        self.network.part(epoch < self.config.epochs_apart)
        seed, accelerator = self.config.seed * 100_003 + epoch, self.accelerator
        self.order.manual_seed(seed)
        # for dropout, different in each process; `train` has forked the generator
        torch.manual_seed(seed * accelerator.num_processes + accelerator.process_index)
        self.model.train()
        steps = pd.DataFrame([self.train_step(batch) for batch in self.loader])
        row = {k: float(np.average(steps[k], weights=steps["clips"])) for k in steps if k != "clips"}
        lr = max(self.scheduler.get_last_lr())  # that of the heads; backbones may have smaller ones
        return {"epoch": epoch, **row, "lr": lr, "seconds": time.perf_counter() - started}

    def train_step(self, batch: Batch) -> dict[str, float]:
        """Forward, loss, backward, clip, update; returns means over the clips of all processes, and "clips".

        Raises:
            FloatingPointError: the loss is not finite.
        """
        accelerator = self.accelerator
        output = self.model(drop_modality(self.make_inputs(batch), self.config.drop_modality))
        losses = loss_terms(self.network, output, batch.labels, self.config, self.log_shares)
        loss = losses.total(self.alpha)
        terms = {"loss": loss} | losses.named()
        logits = {s: z.detach().float() for s, z in output.logits.items()}
        mirrored = batch.mirrored.long()  # padding would turn a bool into an integer, and only in ranks that are padded
        rows, labels, mirrored, logits = join(accelerator, batch.rows, batch.labels, mirrored, logits)
        part = len(batch.rows) / len(rows)
        means = accelerator.reduce(part * torch.stack(list(terms.values())).detach())
        if not torch.isfinite(means[0]):
            ids = ", ".join(self.table.clips["id"].iloc[rows.cpu().numpy()])
            raise FloatingPointError(
                f"The loss became {means[0].item()} on the clips {ids}; set a smaller lr, or precision=no."
            )
        self.optimizer.zero_grad()
        accelerator.backward(loss * part * accelerator.num_processes)  # so that the mean over ranks is over clips
        accelerator.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        self.optimizer.step()
        if not accelerator.optimizer_step_was_skipped:  # fp16 skips steps while it adjusts its loss scale
            self.scheduler.step()
        self.record.add(rows, labels, mirrored, logits)
        guesses = {s: z.argmax(1) for s, z in logits.items()} | {"fused": predict(logits).argmax(1)}
        hits = {f"train_top1_{s}": (guess == labels).float().mean().item() for s, guess in guesses.items()}
        return dict(zip(terms, means.tolist(), strict=True)) | hits | {"clips": len(rows)}

    def answer(self, rows: np.ndarray, swap: Swap | None = None) -> Answers:
        """Predictions for clips of the table, with one input taken from other clips if `swap` is given."""
        return self.questions(self.asked(), rows, swap)

    def pooled(self, rows: np.ndarray) -> dict[str, Tensor]:
        """Inputs of the classifiers for clips of the table."""
        return pooled_features(self.questions, self.asked(), rows)

    @property
    def questions(self) -> Questions:
        """How clips of the table are classified."""
        return Questions(self.config, self.table, self.cache, self.make_inputs, self.accelerator)

    def asked(self) -> nn.Module:
        """The network for inference; the wrapped one of several processes first shares batch-norm statistics."""
        return fuse_batch_norms(self.network) if self.accelerator.num_processes == 1 else self.model

    def test_scores(self, answers: Answers) -> dict[str, float]:
        """Top-1 of the answers to the test clips, for the learning curve only."""
        labels, systems = self.table.labels[self.table.where("test")], answers.probabilities | {"fused": answers.fused}
        return {f"test_top1_{s}": float((p.argmax(1) == labels).mean()) for s, p in systems.items()}
