"""Graph convolutions, each [N, C, T, V] -> [N, C', T, V]; they differ in the source of their edges.

Each computes the new features of joint w from all joints v: out_w = sum over subsets k and joints v A_k[v, w] W_k x_v.

Sources: ST-GCN (Yan et al., AAAI 2018); ST-GCN++ (Duan et al., "PYSKL", ACM MM 2022); AAGCN (Shi et al.,
"Skeleton-Based Action Recognition with Multi-Stream Adaptive Graph Convolutional Networks", IEEE TIP 2020); CTR-GCN
(Chen et al., "Channel-wise Topology Refinement Graph Convolution", ICCV 2021); DG-STGCN (Duan et al., "DG-STGCN:
Dynamic Spatial-Temporal Modeling for Skeleton-based Action Recognition", 2022).
In einsums n = clip and person, k = subset, c = channel, t = frame, v = source joint, w = target joint.
"""

import numpy as np
import torch
from torch import Tensor, nn


class WeightedEdges(nn.Module):
    """ST-GCN: the skeleton's own edges, each with a learnable importance that starts at 1."""

    def __init__(self, inputs: int, outputs: int, adjacency: np.ndarray):
        super().__init__()
        self.register_buffer("adjacency", torch.tensor(adjacency))
        self.importance = nn.Parameter(torch.ones_like(self.adjacency))
        self.embed = _per_subset(inputs, outputs, len(adjacency))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nkctv,kvw->nctw", self.embed(x), self.adjacency * self.importance)


class FreeEdges(nn.Module):
    """ST-GCN++: the adjacency is a parameter that starts at the skeleton, so any joints may become connected."""

    def __init__(self, inputs: int, outputs: int, adjacency: np.ndarray):
        super().__init__()
        self.adjacency = nn.Parameter(torch.tensor(adjacency))
        self.embed = _per_subset(inputs, outputs, len(adjacency))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nkctv,kvw->nctw", self.embed(x), self.adjacency)


class AdaptiveEdges(nn.Module):
    """AAGCN: free edges plus alpha * tanh of the similarity of the joints' embeddings; alpha starts at 0."""

    def __init__(self, inputs: int, outputs: int, adjacency: np.ndarray):
        super().__init__()
        self.subsets, embedding = len(adjacency), outputs // 4  # as the published number of parameters implies
        self.adjacency = nn.Parameter(torch.tensor(adjacency))
        self.alpha = nn.Parameter(torch.zeros(1))
        self.speak, self.hear = (nn.Conv2d(inputs, self.subsets * embedding, 1) for _ in range(2))
        self.embed = _per_subset(inputs, outputs, len(adjacency))

    def edges(self, x: Tensor) -> Tensor:
        """[N, 3, V, V], one graph per clip."""
        speak, hear = (f(x).unflatten(1, (self.subsets, -1)).flatten(2, 3) for f in (self.speak, self.hear))
        mean = speak / speak.shape[2]  # divided first, as a sum of 1600 products may overflow in half precision
        alike = torch.einsum("nkev,nkew->nkvw", mean, hear)  # e: channel and frame together
        return self.adjacency + self.alpha * alike.tanh()

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nkctv,nkvw->nctw", self.embed(x), self.edges(x))


class ChannelEdges(nn.Module):
    """CTR-GCN: every channel adds alpha times its own function of tanh(x1_w - x2_v) to the free edges.

    The difference is computed for C / 8 relation channels (8 for raw coordinates), averaged over time; a 1x1
    convolution turns it into one graph per output channel. alpha starts at 0.
    """

    def __init__(self, inputs: int, outputs: int, adjacency: np.ndarray):
        super().__init__()
        self.subsets, relation = len(adjacency), inputs // 8 or 8
        self.adjacency = nn.Parameter(torch.tensor(adjacency))
        self.alpha = nn.Parameter(torch.zeros(1))
        self.speak, self.hear = (nn.Conv1d(inputs, self.subsets * relation, 1) for _ in range(2))
        self.refine = nn.Conv2d(self.subsets * relation, self.subsets * outputs, 1, groups=self.subsets)
        self.embed = _per_subset(inputs, outputs, len(adjacency))

    def edges(self, x: Tensor) -> Tensor:
        """[N, 3, C', V, V], one graph per clip and channel."""
        refined = self.refine(_difference(self.speak(x.mean(2)), self.hear(x.mean(2))).tanh())
        return self.adjacency[:, None] + self.alpha * refined.unflatten(1, (self.subsets, -1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nkctv,nkcvw->nctw", self.embed(x), self.edges(x))


class DynamicEdges(nn.Module):
    """DG-STGCN: 8 learnt graphs independent of the skeleton, each for a group of C' / 8 channels.

    A graph is a parameter plus, times alpha, tanh(x1_w - x2_v) of every channel, plus, times beta, the softmax over the
    source joints of the group's inner product; x1 and x2 are averaged over time, alpha and beta start at 0.
    The parameter starts at N(1 / V, (1 / 2V)^2), close to a mean over all joints.
    """

    GRAPHS = 8

    def __init__(self, inputs: int, outputs: int, adjacency: np.ndarray):
        super().__init__()
        joints, width = adjacency.shape[-1], outputs // self.GRAPHS * self.GRAPHS
        self.adjacency = nn.Parameter((1 + 0.5 * torch.randn(self.GRAPHS, joints, joints)) / joints)
        self.alpha, self.beta = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(1))
        self.speak, self.hear = (nn.Conv1d(inputs, width, 1) for _ in range(2))
        self.embed = nn.Sequential(nn.Conv2d(inputs, width, 1), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        self.project = nn.Conv2d(width, outputs, 1)

    def edges(self, x: Tensor) -> Tensor:
        """[N, 8, C' / 8, V, V], one graph per clip and channel."""
        speak, hear = (f(x.mean(2)).unflatten(1, (self.GRAPHS, -1)) for f in (self.speak, self.hear))
        alike = torch.einsum("nkcv,nkcw->nkvw", speak, hear).softmax(2)[:, :, None]
        return self.adjacency[:, None] + self.alpha * _difference(speak, hear).tanh() + self.beta * alike

    def forward(self, x: Tensor) -> Tensor:
        grouped = self.embed(x).unflatten(1, (self.GRAPHS, -1))
        return self.project(torch.einsum("nkctv,nkcvw->nkctw", grouped, self.edges(x)).flatten(1, 2))


class Gates(nn.Module):
    """AAGCN's attention: joints, then frames, then channels are weighted by x + x * sigmoid(gate).

    The gate of joints is a convolution along their order, as published, so it depends on their numbering.
    """

    def __init__(self, channels: int, joints: int):
        super().__init__()
        odd = joints - 1 + joints % 2  # the largest odd kernel, which covers nearly all joints
        self.joints = nn.Conv1d(channels, 1, odd, padding=odd // 2)
        self.frames = nn.Conv1d(channels, 1, 9, padding=4)
        self.channels = nn.Sequential(
            nn.Linear(channels, channels // 2), nn.ReLU(inplace=True), nn.Linear(channels // 2, channels)
        )
        for last in (self.joints, self.frames, self.channels[-1]):
            nn.init.zeros_(last.weight)  # equal weights at the start
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = x + x * self.joints(x.mean(2))[:, :, None].sigmoid()
        x = x + x * self.frames(x.mean(3))[..., None].sigmoid()
        return x + x * self.channels(x.mean((2, 3)))[..., None, None].sigmoid()


def _per_subset(inputs: int, outputs: int, subsets: int) -> nn.Module:
    """W_k of every subset at once: [N, C, T, V] -> [N, K, C', T, V]."""
    return nn.Sequential(nn.Conv2d(inputs, subsets * outputs, 1), nn.Unflatten(1, (subsets, outputs)))


def _difference(speak: Tensor, hear: Tensor) -> Tensor:
    """[..., V] each -> [..., V, V], entry [v, w] = hear_w - speak_v."""
    return hear[..., None, :] - speak[..., :, None]
