"""The training loop of masked pre-training; device, precision and checkpoints work as in training with labels."""

import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from mglib.base import files
from mglib.base.console import progress
from mglib.config import MaskedConfig
from mglib.data import ClipTable, load
from mglib.data.hiding import Hiding, HidingClips, branches, tubes
from mglib.data.loader import Batch, ClipDataset, make_loader
from mglib.data.splits import hold_out
from mglib.models import parents
from mglib.models.reconstruction import Reconstruction, hide, main_person, square_errors, target
from mglib.runs import Run

from ..building import make_accelerator, make_draws, make_maker, make_view
from ..checkpoints import checkpoints, claim, interruptible, restore, save_checkpoint
from ..environment import unswayed
from ..memory import keep_memory, return_memory
from ..optimizing import make_optimizer, make_scheduler
from ..recording import count_gmacs
from ..tracking import end_tracking, start_tracking, track, tracker_settings
from ..transferring import write_origin
from .gate import Gate, measure, positions, straight
from .networks import features, make_reconstruction, one_clip, plain_clips
from .probe import fit_batch_norms, recognised
from .recording import measured_as, told, write_results, write_start
from .shares import divide

EXAMPLES = 12  # held-out clips that are saved for figures


def pretrain(config: MaskedConfig, table: ClipTable | None = None) -> Run:
    """Train a pathway to predict the motion of hidden joints, and write a run directory that other runs can start from.

    After an interrupt, the same call with `resume=True` resumes after the last complete epoch; on a CPU the result is
    the same as without the interrupt. For a finished run the call only returns the run.

    Args:
        config: settings.
        table: the data, if already loaded; it must be what `config.dataset` names.

    Raises:
        BusyError: another process is training the run.
        ConfigError: the run exists and `resume` is off, or it was started with other settings.
        DataError: there are too few clips, or people.
        KeyboardInterrupt: training was interrupted; the message says after which epoch, and how to resume.
    """
    with ExitStack() as held:
        held.enter_context(unswayed())
        folder = claim(config, held)
        if (folder / "metrics.json").is_file():
            return Run(folder)
        held.enter_context(interruptible(folder))
        table = load(config.dataset, config.data_root, **config.data_options) if table is None else table
        table = hold_out(table, *map(int, config.fold.split("/"))) if config.fold else table
        with torch.random.fork_rng([torch.cuda.current_device()] if torch.cuda.is_available() else []):
            MaskedSession(config, table, folder).fit()
    return Run(folder)


class History:
    """One row per epoch; part of the checkpoint."""

    def __init__(self) -> None:
        self.rows: list[dict[str, float]] = []

    def state_dict(self) -> dict:
        return {"rows": self.rows}

    def load_state_dict(self, state: dict) -> None:
        self.rows = state["rows"]


class MaskedSession:
    """State of one masked pre-training.

    Attributes:
        config, table, folder: settings, data set, and run directory.
        shares: rows of training clips and of held-out clips.
        tube: number of the tube of each frame, int64 [T].
        model, optimizer, scheduler: as wrapped by Accelerate.
        history: one row per epoch.
    """

    def __init__(self, config: MaskedConfig, table: ClipTable, folder: Path):
        torch.manual_seed(config.seed)
        self.config, self.table, self.folder = config, table, folder
        self.shares = divide(table, config)
        self.accelerator = make_accelerator(config, **tracker_settings(config, folder))
        if config.keep_memory and self.accelerator.device.type == "cpu":
            keep_memory()
        self.make_inputs = make_maker(config, table.layout, self.accelerator.mixed_precision)
        self.hiding = Hiding(config.mask, config.tube, config.mask_tau, config.mask_limbs)
        self.tube = torch.from_numpy(tubes(config.pose_frames, config.tube)).to(self.accelerator.device)
        self.limbs, self.order = branches(parents(table.layout)), torch.Generator()
        self.train_clips = self.clips(self.shares.train, varied=True)
        loader = make_loader(self.train_clips, config.batch_size, config.num_workers, self.order)
        saved = checkpoints(folder)
        network, start = make_reconstruction(config, table, fresh=not saved)
        optimizer = make_optimizer(config, network)
        self.scheduler = make_scheduler(config, optimizer, len(loader))
        self.model, self.optimizer, self.loader = self.accelerator.prepare(network, optimizer, loader)
        self.history = History()
        self.accelerator.register_for_checkpointing(self.scheduler, self.history)
        if saved:
            restore(self.accelerator, saved)
        else:
            gmacs = count_gmacs(self.network, self.make_inputs(one_clip(config, table, self.accelerator.device)))
            write_origin(folder, config, start)
            write_start(folder, config, table, self.shares, self.accelerator, self.network, gmacs)
        if config.compiled:
            network.compile()  # in place, which keeps the names of weights

    @property
    def network(self) -> Reconstruction:
        """The model without Accelerate's wrapper."""
        return self.accelerator.unwrap_model(self.model)

    def clips(self, rows: np.ndarray, varied: bool = False) -> HidingClips:
        """Clips of the table, with hidden joints; augmented if `varied`."""
        draws = make_draws(self.config, self.table) if varied else None
        clips = ClipDataset(self.table, rows, make_view(self.config), None, draws, self.config.seed)
        return HidingClips(clips, self.hiding, self.limbs)

    def fit(self) -> None:
        """Train the remaining epochs, then measure and write the results."""
        done, total = len(self.history.rows), self.config.epochs
        start_tracking(self.accelerator, self.config, self.folder)
        with tqdm(total=total, initial=done, unit="epoch", mininterval=1, file=progress()) as bar:
            for epoch in range(done, total):
                row = self.train_epoch(epoch)
                if (epoch + 1) % self.config.evaluate_every == 0 or epoch + 1 == total:
                    row["held_out"] = self.gate().network
                self.history.rows.append(row)
                files.write_text(self.folder / "history.csv", pd.DataFrame(self.history.rows).to_csv(index=False))
                track(self.accelerator, row, epoch)
                save_checkpoint(self.accelerator, self.folder, epoch)
                return_memory()
                bar.set_postfix_str(f"loss {row['loss']:.3f}", refresh=False)
                bar.update()
        end_tracking(self.accelerator)
        measured = measured_as(self.gate(), self.shares, self.config, self.probe())
        write_results(self.folder, self.config, self.table, self.shares, measured, self.examples(), self.network)
        print(*told(measured), sep="\n")
        shutil.rmtree(self.folder / "checkpoint")

    def train_epoch(self, epoch: int) -> dict[str, float]:
        """Train on all training clips once; return a row of the history."""
        started, seed = time.perf_counter(), self.config.seed * 100_003 + epoch
        self.train_clips.clips.epoch = epoch
        self.order.manual_seed(seed)
        torch.manual_seed(seed)
        self.model.train()
        sums = np.sum([self.train_step(batch, hidden) for batch, hidden in self.loader], axis=0)
        lr = max(self.scheduler.get_last_lr())
        return {"epoch": epoch, "loss": float(sums[0] / sums[1]), "lr": lr, "seconds": time.perf_counter() - started}

    def train_step(self, batch: Batch, hidden: Tensor) -> tuple[float, int]:
        """Forward, loss, backward, clip, update; returns the loss times the number of clips, and that number."""
        wanted = target(main_person(batch.keypoints), self.tube)
        told = self.model(self.make_inputs(batch._replace(keypoints=hide(batch.keypoints, hidden))))
        total, weight = square_errors(told, wanted, hidden)
        loss = total / weight.clamp(min=1e-6)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"The loss became {loss.item()}; set a smaller lr, or precision=no.")
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        self.optimizer.step()
        if not self.accelerator.optimizer_step_was_skipped:
            self.scheduler.step()
        return loss.item() * len(hidden), len(hidden)

    def gate(self) -> Gate:
        """Measure the prediction on the held-out clips."""
        loader = make_loader(self.clips(self.shares.held_out), 2 * self.config.batch_size, self.config.num_workers)
        return measure(self.model, self.accelerator.prepare(loader), self.make_inputs, self.tube)

    def probe(self) -> dict[str, float]:
        """Accuracy of a linear classifier on features of the trained network, and of one with random weights.

        Uses only training clips. Empty with fewer than two classes or two people.
        """
        rows, device = self.table.where("train"), self.accelerator.device
        loader = make_loader(plain_clips(self.config, self.table, rows), 2 * self.config.batch_size)
        loader = self.accelerator.prepare(loader)
        first = fit_batch_norms(make_reconstruction(self.config, self.table, fresh=False)[0].to(device))
        features(first, loader, self.make_inputs, self.accelerator)
        found = {}
        for name, network in {"trained": self.network, "untrained": first}.items():
            x = features(network.eval(), loader, self.make_inputs, self.accelerator)
            found[name] = recognised(x, self.table.labels[rows], self.table.groups[rows])
        return {} if None in found.values() else found | {"clips": len(rows)}

    @torch.no_grad()
    def examples(self) -> dict[str, np.ndarray]:
        """The first held-out clips: rows, joints, hidden joints, and their positions by network and straight lines."""
        clips = self.clips(self.shares.held_out[:EXAMPLES])
        batch, hidden = next(iter(self.accelerator.prepare(make_loader(clips, EXAMPLES))))
        points = main_person(batch.keypoints)
        scale = target(points, self.tube).scale
        self.model.eval()
        told = self.model(self.make_inputs(batch._replace(keypoints=hide(batch.keypoints, hidden)))).float() * scale
        found = {"keypoints": points, "hidden": hidden, "network": positions(points, hidden, told)}
        arrays = {name: x.cpu().numpy() for name, x in found.items()}
        lines = torch.from_numpy(straight(arrays["keypoints"], arrays["hidden"]))
        arrays["lines"] = positions(points.cpu(), hidden.cpu(), lines).numpy()
        return arrays | {"rows": batch.rows.cpu().numpy()}
