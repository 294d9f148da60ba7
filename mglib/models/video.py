"""Networks for RGB clips: TSM, a 2-D ResNet whose frames exchange channels, and Video Swin Transformers."""

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .pathway import Pathway, rgb_spec
from .vision import torchvision


def shift(x: Tensor, share: int = 8) -> Tensor:
    """Shift some channels by one frame; missing frames are 0.

    The first 1/share of the channels moves back (frame t gets it from t + 1), the next forward, the rest stays: the
    order of the public weights.

    Args:
        x: [N, C, T, H, W].
        share: 1 / share of the channels moves in each direction.
    """
    n = x.shape[1] // share
    back, forward, rest = x[:, :n], x[:, n : 2 * n], x[:, 2 * n :]
    back, forward = F.pad(back, (0, 0, 0, 0, 0, 1))[:, :, 1:], F.pad(forward, (0, 0, 0, 0, 1, 0))[:, :, :-1]
    return torch.cat([back, forward, rest], 1)


class TSM(Pathway):
    """ResNet-50 per frame; before the first convolution of every block, frames exchange channels (`shift`).

    The shift is inside the residual branch, so the shortcut keeps a frame complete ("residual shift"). Convolutions are
    within frames: this is the RGB pathway without inflated stages, and weights of an ImageNet ResNet-50 fit it
    (`imagenet.inflate`). The mean over time in `Head` is the consensus, as logits are linear in the mean frame.

    Source: Lin et al., "TSM: Temporal Shift Module for Efficient Video Understanding", ICCV 2019, with 8 frames.

    Args:
        base: channels of the stem; the last map has 32 times as many.
        blocks: bottlenecks per stage.
    """

    def __init__(self, base: int = 64, blocks: tuple[int, ...] = (3, 4, 6, 3)):
        super().__init__(replace(rgb_spec(base, blocks), inflated=(False,) * len(blocks)))
        for stage in self.stages:
            for block in stage:  # a hook, as an additional module would change the tensors' names
                block.conv1.register_forward_pre_hook(_shifted)


def _shifted(_: nn.Module, inputs: tuple[Tensor]) -> Tensor:
    return shift(*inputs)


@dataclass(frozen=True)
class SwinSize:
    """What distinguishes one Video Swin Transformer from another."""

    embed_dim: int  # channels of the first stage; each further stage has twice as many
    depths: tuple[int, ...]  # blocks per stage
    heads: tuple[int, ...]  # attention heads per stage
    window: tuple[int, int, int] = (8, 7, 7)  # tokens that attend to each other: time, height, width


SWIN_SIZES = {
    "t": SwinSize(96, (2, 2, 6, 2), (3, 6, 12, 24)),
    "s": SwinSize(96, (2, 2, 18, 2), (3, 6, 12, 24)),
    "b": SwinSize(128, (2, 2, 18, 2), (4, 8, 16, 32)),
}


class VideoSwin(nn.Module):
    """torchvision's Video Swin Transformer up to its last norm: attention in shifted windows of space and time.

    A token is a patch of 2 x 4 x 4 (frames, pixels); between stages 2 x 2 tokens become one. Tensors are named as
    torchvision's, so that its Kinetics weights fit. Recipe: AdamW, lr 1e-3 for the head and a tenth of it here.

    Source: Liu et al., "Video Swin Transformer", CVPR 2022.

    Args:
        size: one of `SWIN_SIZES`, or your own.
        drop_path: probability of skipping the last block in training, decreasing to 0 at the first (torchvision: 0.1).

    Attributes:
        width: channels of the last map.

    Raises:
        VisionError: torchvision is missing or does not fit torch.
    """

    def __init__(self, size: SwinSize = SWIN_SIZES["t"], drop_path: float = 0.1):
        super().__init__()
        swin = torchvision("models.video.swin_transformer", "Video Swin").SwinTransformer3d(
            patch_size=[2, 4, 4],
            embed_dim=size.embed_dim,
            depths=list(size.depths),
            num_heads=list(size.heads),
            window_size=list(size.window),
            stochastic_depth_prob=drop_path,
            num_classes=1,  # a classifier that is not used
        )
        self.patch_embed, self.features, self.norm = swin.patch_embed, swin.features, swin.norm
        self.width = swin.num_features

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, T, H, W] -> [N, width, T / 2, H / 32, W / 32], each rounded up."""
        return self.norm(self.features(self.patch_embed(x))).permute(0, 4, 1, 2, 3)
