"""The network that is pre-trained, built from settings, and its features."""

from collections.abc import Iterable

import numpy as np
import torch
from accelerate import Accelerator
from torch.utils.data import default_collate

from mglib.base.errors import ConfigError
from mglib.config import MaskedConfig
from mglib.data import ClipTable
from mglib.data.loader import Batch, ClipDataset, InputMaker
from mglib.models.reconstruction import Reconstruction

from ..building import answering_network, make_maker, make_view
from ..transferring import Start, transfer


def plain_clips(config: MaskedConfig, table: ClipTable, rows: np.ndarray) -> ClipDataset:
    """Clips of the table without augmentation."""
    return ClipDataset(table, rows, make_view(config), seed=config.seed)


def one_clip(config: MaskedConfig, table: ClipTable, device: torch.device | None = None) -> Batch:
    """The first clip of the table, as a batch."""
    batch = Batch(*default_collate([plain_clips(config, table, np.arange(1))[0]]))
    return Batch(*(part.to(device) for part in batch))


def make_reconstruction(
    config: MaskedConfig, table: ClipTable, fresh: bool = True
) -> tuple[Reconstruction, Start | None]:
    """Build the pose pathway of a network of these settings, with a decoder; its weights depend on the seed only.

    If it is `fresh` and the settings name `init_from`, the weights are those of that run's backbone, and a description
    of it is returned.

    Raises:
        ConfigError: the network cannot be built for such clips, or the earlier run does not fit.
    """
    torch.manual_seed(config.seed)
    network = answering_network(config, table.layout, np.ones(2), table.dimensions)
    start = transfer(network, config, table) if fresh and config.init_from else None
    one, pathway = one_clip(config, table), network.pathways["pose"]
    inputs, dimensions = make_maker(config, table.layout)(one), one.keypoints.shape[-1] - 1
    try:
        made = Reconstruction(pathway, inputs["pose"], config.pose_frames, table.layout.num_joints, dimensions)
    except ValueError as error:
        raise ConfigError(f"pose_frames: {error}") from None
    return made, start


@torch.no_grad()
def features(
    network: Reconstruction, batches: Iterable[Batch], make_inputs: InputMaker, accelerator: Accelerator
) -> np.ndarray:
    """Features of clips without hidden joints, float32 [n, width]; the network's mode is not changed."""
    with accelerator.autocast():
        found = [network.features(make_inputs(batch)).float().cpu() for batch in batches]
    return torch.cat(found).numpy()
