"""Cross-modal fusion (paper section 2.2, Eq. 1-4): how the RGB and the pose pathway are connected."""

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Attention = Literal["channel", "time", "off"]


class CrossAttention(nn.Module):
    """Multi-head attention with queries from one modality and keys and values from the other (Eq. 1, 2).

    `over="channel"` follows the paper's text: the map of each head is [h/heads, h/heads], softmax(Q^T K / sqrt(T)), as
    in cross-covariance attention. `over="time"` is the usual reading of its notation: a [T, T] map over time steps.
    There is no norm and no residual.
    """

    def __init__(self, width: int, heads: int, over: Literal["channel", "time"]):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.heads, self.over = heads, over

    def forward(self, own: Tensor, other: Tensor) -> Tensor:
        """[N, T, h], [N, T, h] -> [N, T, h]: `own` queries `other`."""
        q, k, v = (self._split(t) for t in (self.query(own), self.key(other), self.value(other)))
        # scaled by the root of the last axis: h/heads, or T for channels
        mixed = F.scaled_dot_product_attention(q, k, v)
        if self.over == "channel":
            mixed = mixed.transpose(2, 3)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def _split(self, x: Tensor) -> Tensor:
        """[N, T, h] -> [N, heads, T, h/heads], or [N, heads, h/heads, T] where channels are the tokens."""
        x = x.unflatten(2, (self.heads, -1)).transpose(1, 2)
        return x.transpose(2, 3) if self.over == "channel" else x


class CrossModalFusion(nn.Module):
    """Gates each modality by the result of attention to the other (Eq. 3): X'' = X + gate * X.

    Both directions use the tokens before the update. The convolutions for the gates start at zero, so an untrained
    fusion is the identity.

    Args:
        rgb: channels of the RGB map.
        pose: channels of the pose map; also the hidden width h.
        ratio: pose frames per RGB frame.
        heads: attention heads; must divide h.
        over: dimension of attention, see `CrossAttention`.
    """

    def __init__(self, rgb: int, pose: int, ratio: int, heads: int = 8, over: Literal["channel", "time"] = "channel"):
        super().__init__()
        span = (ratio, 1, 1)
        self.rgb_in = nn.Conv3d(rgb, pose, 1)
        self.pose_in = nn.Conv3d(pose, pose, span, stride=span)  # aligns the frames, 32 -> 8
        self.rgb_asks = CrossAttention(pose, heads, over)
        self.pose_asks = CrossAttention(pose, heads, over)
        self.rgb_gate = nn.Conv3d(pose, rgb, 1)
        self.pose_gate = nn.ConvTranspose3d(pose, pose, span, stride=span)
        for gate in (self.rgb_gate, self.pose_gate):
            nn.init.zeros_(gate.weight)
            nn.init.zeros_(gate.bias)

    def forward(self, x_rgb: Tensor, x_pose: Tensor) -> tuple[Tensor, Tensor]:
        """[N, C1, T, H, W], [N, C2, ratio * T, H, W] -> the same two shapes."""
        rgb, pose = _tokens(self.rgb_in(x_rgb)), _tokens(self.pose_in(x_pose))
        rgb_gate = self.rgb_gate(_as_map(self.rgb_asks(rgb, pose)))
        pose_gate = self.pose_gate(_as_map(self.pose_asks(pose, rgb)))
        return x_rgb + rgb_gate * x_rgb, x_pose + pose_gate * x_pose


class Meeting(nn.Module):
    """A connection of the two pathways: fusion, then lateral connections (Eq. 4).

    The lateral connections carry the map before the gate and are concatenated to the gated one. A pathway's own
    channels come first, so that weights of separately trained branches keep their position.

    Args:
        rgb: channels of the RGB map; a lateral of rgb / 16 channels goes to pose.
        pose: channels of the pose map; a lateral of the same number of channels goes to RGB.
        ratio: pose frames per RGB frame.
        attention: "channel", "time", or "off" for lateral connections only.

    Attributes:
        apart: whether the pathways are not connected yet, so that each works as if the other did not exist.
    """

    def __init__(self, rgb: int, pose: int, ratio: int, attention: Attention = "channel"):
        super().__init__()
        self.apart = False
        self.fusion = None if attention == "off" else CrossModalFusion(rgb, pose, ratio, over=attention)
        # kernel, stride and padding; 7, 4, 3 frames at the paper's ratio
        kernel, stride, padding = (2 * ratio - 1, 1, 1), (ratio, 1, 1), (ratio - 1, 0, 0)
        self.to_rgb = nn.Conv3d(pose, pose, kernel, stride, padding, bias=False)
        self.to_pose = nn.Sequential(
            nn.ConvTranspose3d(rgb, rgb // 16, kernel, stride, padding, output_padding=padding, bias=False),
            nn.BatchNorm3d(rgb // 16),
            nn.ReLU(inplace=True),
        )
        for conv in (self.to_rgb, self.to_pose[0]):
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x_rgb: Tensor, x_pose: Tensor) -> tuple[Tensor, Tensor]:
        """[N, C1, T, H, W], [N, C2, ratio*T, H', W'] -> [N, C1 + C2, T, H, W], [N, C2 + C1/16, ratio*T, H', W']."""
        gated_rgb, gated_pose = (x_rgb, x_pose) if self.fusion is None else self.fusion(x_rgb, x_pose)
        to_rgb, to_pose = _sized(self.to_rgb(x_pose), x_rgb), _sized(self.to_pose(x_rgb), x_pose)
        if self.apart:  # unused weights stay in the sum, as distributed processes wait for every gradient
            gated_rgb, gated_pose, to_rgb, to_pose = (
                x_rgb + 0 * gated_rgb,
                x_pose + 0 * gated_pose,
                0 * to_rgb,
                0 * to_pose,
            )
        return torch.cat([gated_rgb, to_rgb], 1), torch.cat([gated_pose, to_pose], 1)


def _sized(x: Tensor, like: Tensor) -> Tensor:
    """Resize to the height and width of another map by an integer factor: by averaging or repetition."""
    here, there = x.shape[-1], like.shape[-1]
    if here > there:
        return F.avg_pool3d(x, (1, here // there, here // there))
    return x if here == there else F.interpolate(x, scale_factor=(1, there // here, there // here))


def _tokens(x: Tensor) -> Tensor:
    """[N, h, T, H, W] -> [N, T, h] by a spatial maximum."""
    return x.amax(dim=(3, 4)).transpose(1, 2)


def _as_map(tokens: Tensor) -> Tensor:
    """[N, T, h] -> [N, h, T, 1, 1]."""
    return tokens.transpose(1, 2)[..., None, None]
