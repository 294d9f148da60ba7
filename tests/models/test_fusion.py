"""Cross-attention against its formula, written out head by head."""

import math

import pytest
import torch

from mglib.models.fusion import CrossAttention, CrossModalFusion, Meeting


def slow_attention(module: CrossAttention, own: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    n, time, width = own.shape
    q, k, v = module.query(own), module.key(other), module.value(other)
    d = width // module.heads
    out = torch.empty(n, time, width)
    for i in range(n):
        for h in range(module.heads):
            part = slice(h * d, (h + 1) * d)
            q_h, k_h, v_h = q[i, :, part], k[i, :, part], v[i, :, part]  # [T, d]
            if module.over == "time":
                out[i, :, part] = (q_h @ k_h.T / math.sqrt(d)).softmax(1) @ v_h
            else:
                out[i, :, part] = ((q_h.T @ k_h / math.sqrt(time)).softmax(1) @ v_h.T).T
    return module.out(out)


@pytest.mark.parametrize("over", ["channel", "time"])
def test_attention_against_loops(over):
    torch.manual_seed(0)
    module = CrossAttention(16, 4, over)
    own, other = torch.randn(2, 2, 8, 16).unbind()
    assert torch.allclose(module(own, other), slow_attention(module, own, other), atol=1e-6)


def test_gates_are_symmetric_in_time_of_update():
    """Both directions attend from the un-updated tokens: what RGB's gate does cannot change pose's."""
    torch.manual_seed(0)
    fusion = CrossModalFusion(24, 8, ratio=4)
    for gate in (fusion.rgb_gate, fusion.pose_gate):
        torch.nn.init.normal_(gate.weight)
    x_rgb, x_pose = torch.randn(2, 24, 3, 5, 5), torch.randn(2, 8, 12, 5, 5)
    before = fusion(x_rgb, x_pose)[1]
    torch.nn.init.normal_(fusion.rgb_gate.weight)
    assert torch.equal(fusion(x_rgb, x_pose)[1], before)


def test_gate_scales_whole_channels_in_time():
    """X'' = X + gate * X (Eq. 3): the ratio X'' / X is the same at every place of a frame."""
    torch.manual_seed(0)
    fusion = CrossModalFusion(24, 8, ratio=2)
    torch.nn.init.normal_(fusion.rgb_gate.weight)
    x = torch.rand(1, 24, 3, 4, 4) + 0.5
    ratio = fusion(x, torch.randn(1, 8, 6, 4, 4))[0] / x
    assert torch.allclose(ratio, ratio[..., :1, :1].expand_as(ratio), atol=1e-5)
    assert ratio.std() > 0


@pytest.mark.parametrize("ratio", [1, 2, 4])
def test_laterals_align_any_ratio_and_own_channels_come_first(ratio):
    meeting = Meeting(32, 8, ratio)
    x_rgb, x_pose = torch.randn(1, 32, 3, 5, 5), torch.randn(1, 8, 3 * ratio, 5, 5)
    rgb, pose = meeting(x_rgb, x_pose)
    assert rgb.shape == (1, 40, 3, 5, 5) and pose.shape == (1, 10, 3 * ratio, 5, 5)
    assert torch.equal(rgb[:, :32], x_rgb) and torch.equal(pose[:, :8], x_pose)  # untrained gates are zero
