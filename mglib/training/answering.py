"""A network's predictions for clips: probabilities and features, averaged over test views."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torch.utils.data import Dataset

from mglib.config import TrainConfig
from mglib.data import ClipTable, FrameCache
from mglib.data.loader import Batch, ClipDataset, InputMaker, make_loader, views_of
from mglib.models import GestureNet, channels_last

from .building import make_view

FIELDS = {"rgb": "frames", "pose": "keypoints"}  # field of a batch that is the source of each stream


@dataclass(frozen=True)
class Answers:
    """Predictions by stream, in the order of the loader's clips."""

    probabilities: dict[str, np.ndarray]  # float32 [N, K]
    features: dict[str, np.ndarray]  # float32 [N, D]

    def take(self, places: np.ndarray) -> "Answers":
        """Those of some of the clips, by their places 0..N-1."""
        kinds = self.probabilities, self.features
        return Answers(*({s: x[places] for s, x in kind.items()} for kind in kinds))

    @property
    def fused(self) -> np.ndarray:
        """Mean of the streams' probabilities, [N, K]."""
        return np.mean(list(self.probabilities.values()), axis=0)


class Swap(NamedTuple):
    """Replacement of one input of every clip by that of another clip."""

    stream: str  # "rgb" or "pose"
    donors: np.ndarray  # rows of the clips that the input is taken from, one per clip classified


class Swapped(Dataset):
    """Clips with one field taken from another clip, the donor; both are sampled and cropped as usual.

    Args:
        clips: clips to classify.
        donors: the same number of clips; the cache of frames is needed only on the side that supplies the frames.
        name: the field that is taken from the donor.
    """

    def __init__(self, clips: ClipDataset, donors: ClipDataset, name: str):
        self.clips, self.donors, self.name = clips, donors, name
        self.clip_bytes = clips.clip_bytes

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, i: int) -> Batch:
        return self.clips[i]._replace(**{self.name: getattr(self.donors[i], self.name)})


class Views(Dataset):
    """All test views of each clip, so that it is read once: an item is a list of `Batch`, one per view.

    Args:
        views: the same clips in each.
    """

    def __init__(self, views: Sequence[ClipDataset | Swapped]):
        self.views = views
        self.clip_bytes = sum(clips.clip_bytes for clips in views)

    def __len__(self) -> int:
        return len(self.views[0])

    def __getitem__(self, i: int) -> list[Batch]:
        return [clips[i] for clips in self.views]


@dataclass(frozen=True)
class Questions:
    """How a run classifies clips: averaged over its test views and, with `test_flip`, over their mirror images.

    Attributes:
        config: settings of the run.
        table: the clips.
        cache: their frames; None for a network without a visual stream.
        make_inputs: batch -> inputs of the network.
        accelerator: the one that the network was prepared with.
    """

    config: TrainConfig
    table: ClipTable
    cache: FrameCache | None
    make_inputs: InputMaker
    accelerator: Accelerator

    @property
    def plain(self) -> "Questions":
        """The same with one view per clip, not mirrored."""
        return replace(self, config=self.config.model_copy(update={"test_clips": 1, "test_flip": False}))

    def __call__(self, model: nn.Module, rows: np.ndarray, swap: Swap | None = None) -> Answers:
        """Classify clips of the table with a network prepared by the accelerator, or `fuse_batch_norms` of it."""
        config, same = self.config, range(self.table.num_classes)
        asked = list(product((False, True) if config.test_flip else (False,), views_of(config.test_clips)))
        views = Views([self._clips(rows, swap, view, mirror) for mirror, view in asked])
        loader = make_loader(views, 2 * config.batch_size // self.accelerator.num_processes, config.num_workers)
        orders = [self.table.flip_labels or same if mirror else same for mirror, _ in asked]
        return answer(model, self.accelerator.prepare(loader), self.make_inputs, orders, self.accelerator)

    def _clips(self, rows: np.ndarray, swap: Swap | None, view: tuple[int, int], mirror: bool) -> ClipDataset | Swapped:
        def clips(rows: np.ndarray, cache: FrameCache | None) -> ClipDataset:
            config = self.config
            return ClipDataset(self.table, rows, make_view(config), cache, None, config.seed, view, mirror)

        if swap is None:
            return clips(rows, self.cache)
        here, there = (None, self.cache) if swap.stream == "rgb" else (self.cache, None)  # frames come from one side
        return Swapped(clips(rows, here), clips(swap.donors, there), FIELDS[swap.stream])


@torch.no_grad()
def answer(
    model: GestureNet,
    loader: Iterable[Sequence[Batch]],
    make_inputs: InputMaker,
    orders: Sequence[Sequence[int]],
    accelerator: Accelerator | None = None,
) -> Answers:
    """Run the network over all views of the clips and average.

    Args:
        model: prepared by the accelerator, or `fuse_batch_norms` of it; left in evaluation mode.
        loader: of `Views`, prepared by the accelerator, if any, and unshuffled.
        make_inputs: batch -> inputs of the network.
        orders: for each view the output index of class 0, 1, ..., since mirroring a clip may change its class.
        accelerator: gathers over processes; None: there is a single process.

    Returns:
        Means over the views of the probabilities and features of every stream.
    """
    model.eval()
    views = [[] for _ in orders]
    for batches in loader:
        for parts, batch, order in zip(views, batches, orders, strict=True):
            output = model(make_inputs(batch))
            part = {f"p_{s}": z.float().softmax(1)[:, list(order)] for s, z in output.logits.items()}
            part |= {f"f_{s}": f.float() for s, f in output.features.items()}
            parts.append(part if accelerator is None else accelerator.gather_for_metrics(part))
    whole = [{key: torch.cat([part[key] for part in parts]) for key in parts[0]} for parts in views]
    mean = {key: torch.stack([view[key] for view in whole]).mean(0).cpu().numpy() for key in whole[0]}
    return Answers(*({key[2:]: x for key, x in mean.items() if key[0] == kind} for kind in "pf"))


def fuse_batch_norms(network: GestureNet) -> GestureNet:
    """A copy for inference, with batch norms fused into the preceding convolutions: the same predictions, faster."""
    fused = copy.deepcopy(network).eval()
    for block in fused.modules():
        if isinstance(block, nn.Sequential):
            for i, (conv, norm) in enumerate(pairwise(block)):
                if isinstance(norm, nn.BatchNorm3d):
                    block[i] = fuse_conv_bn_eval(conv, norm, isinstance(conv, nn.ConvTranspose3d))
                    block[i + 1] = nn.Identity()
    return channels_last(fused)
