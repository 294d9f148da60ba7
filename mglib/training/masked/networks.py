"""The network that is trained, made from settings alone, and asked for features."""

from collections.abc import Iterable

import numpy as np
import torch
from accelerate import Accelerator
from torch.utils.data import default_collate

from mglib.config import MaskedConfig
from mglib.data import ClipTable
from mglib.data.loader import Batch, ClipDataset, InputMaker
from mglib.models.reconstruction import Reconstruction

from ..building import answering_network, make_maker, make_view


def plain_clips(config: MaskedConfig, table: ClipTable, rows: np.ndarray) -> ClipDataset:
    """Clips of the table as they are, without draws."""
    return ClipDataset(table, rows, make_view(config), seed=config.seed)


def one_clip(config: MaskedConfig, table: ClipTable, device: torch.device | None = None) -> Batch:
    """The first clip of the table, as a batch."""
    batch = Batch(*default_collate([plain_clips(config, table, np.arange(1))[0]]))
    return Batch(*(part.to(device) for part in batch))


def make_reconstruction(config: MaskedConfig, table: ClipTable) -> Reconstruction:
    """The pathway of a network of these settings, and its decoder; its weights are drawn from the seed alone."""
    torch.manual_seed(config.seed)
    pathway = answering_network(config, table.layout, np.ones(2), table.dimensions).pathways["pose"]
    one = one_clip(config, table)
    inputs, dimensions = make_maker(config, table.layout)(one), one.keypoints.shape[-1] - 1
    return Reconstruction(pathway, inputs["pose"], config.pose_frames, table.layout.num_joints, dimensions)


@torch.no_grad()
def features(
    network: Reconstruction, batches: Iterable[Batch], make_inputs: InputMaker, accelerator: Accelerator
) -> np.ndarray:
    """Of whole clips, nothing hidden, float32 [n, width]; the network stays in the mode that it is in."""
    with accelerator.autocast():
        found = [network.features(make_inputs(batch)).float().cpu() for batch in batches]
    return torch.cat(found).numpy()
