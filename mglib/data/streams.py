"""Input streams made from joints and frames: positions, limbs, the motion of either, and frames of motion only.

Bones and motion as in Shi et al., "Skeleton-Based Action Recognition with Multi-Stream Adaptive Graph Convolutional
Networks", 2020; Taylor frames as in Wang et al., "Taylor Videos for Action Recognition", ICML 2024.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

MEAN = torch.tensor([123.675, 116.28, 103.53]).view(3, 1, 1, 1)  # ImageNet's, so that its weights fit
STD = torch.tensor([58.395, 57.12, 57.375]).view(3, 1, 1, 1)
GREY = torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1, 1)  # of red, green and blue, ITU-R BT.601
AXES = {"front": (0, 1), "side": (2, 1), "top": (0, 2)}  # axis of x, y, z shown across, and down
BLOCKS = {"rgb_motion": 2, "rgb_taylor": 4}  # consecutive frames from which one frame of such a stream is made


def bones(joints: Tensor, parent: Sequence[int]) -> Tensor:
    """Limbs instead of joints: the vector from its parent to each joint, with the lower of their scores.

    Args:
        joints: [..., V, C], the last channel is the score.
        parent: [V], each joint's neighbour towards the body's centre; a joint that is its own parent has bone 0.

    Returns:
        [..., V, C]; coordinates are 0 where an end was not detected.
    """
    start = joints[..., parent, :]
    score = torch.minimum(joints[..., -1:], start[..., -1:])
    return torch.cat([torch.where(score > 0, joints[..., :-1] - start[..., :-1], 0), score], -1)


def motions(joints: Tensor) -> Tensor:
    """Motion from each frame to the next, m_t = x_{t+1} - x_t, with the lower of the two scores; 0 in the last frame.

    Args:
        joints: [..., T, V, C], the last channel is the score.

    Returns:
        [..., T, V, C]; coordinates are 0 where the joint was not detected in one of the two frames.
    """
    later = _next(joints)
    score = torch.minimum(joints[..., -1:], later[..., -1:])
    return torch.cat([torch.where(score > 0, later[..., :-1] - joints[..., :-1], 0), score], -1)


def joint_stream(joints: Tensor, stream: str, parent: Sequence[int]) -> Tensor:
    """Joints [..., T, V, C] as "joint", "bone", "motion" or "bone_motion"; unchanged for any other name."""
    joints = bones(joints, parent) if stream.startswith("bone") else joints
    return motions(joints) if stream.endswith("motion") else joints


def projections(keypoints: Tensor, sides: Sequence[str], pixels: int) -> list[Tensor]:
    """Project 3-D joints to images from several sides.

    Args:
        keypoints: [..., 4] = x, y, z, score; x and y in pixels of the front image, z in pixels from the middle.
        sides: keys of `AXES`.
        pixels: height and width of the images.

    Returns:
        Per side [..., 3] = across, down, score.
    """
    x, y, z, score = keypoints.unbind(-1)
    places = (x, y, z + (pixels - 1) / 2)
    return [torch.stack([places[AXES[side][0]], places[AXES[side][1]], score], -1) for side in sides]


def seen_maps(
    draw: Callable[[Tensor], Tensor], keypoints: Tensor, stream: str, sides: Sequence[str], pixels: int
) -> Tensor:
    """Heat-maps [N, C, T, H, W] of positions or, for "..._motion", of motion; of 3-D joints, from all sides.

    Args:
        draw: as in `moving_maps`; with one side and no motion it may reuse its last result's memory.
        keypoints: [N, M, T, V, 3], or 3-D [N, M, T, V, 4] as in `projections`.
        stream: of the network.
        sides: for 3-D joints; concatenated along C.
        pixels: height and width of the maps.
    """
    shown = projections(keypoints, sides, pixels) if keypoints.shape[-1] == 4 else [keypoints]
    maps = [moving_maps(draw, points) if stream.endswith("motion") else draw(points) for points in shown]
    return maps[0] if len(maps) == 1 else torch.cat(maps, 1)


def moving_maps(draw: Callable[[Tensor], Tensor], keypoints: Tensor) -> Tensor:
    """Heat-maps of motion: those of the next frame minus those of this one; 0 in the last frame.

    Args:
        draw: key points [N, M, T, V, 3] -> heat-maps [N, C, T, H, W], which the next call must not overwrite.
        keypoints: score 0 is not detected; a joint that is missing in one of two frames has no motion.

    Returns:
        [N, C, T, H, W] in -1..1: positive where a joint arrives, negative where it leaves.
    """
    later = _next(keypoints)
    both = (keypoints[..., -1:] > 0) & (later[..., -1:] > 0)
    return draw(torch.where(both, later, 0)) - draw(torch.where(both, keypoints, 0))


def frame_stream(frames: Tensor, stream: str) -> Tensor:
    """Frames in the form that a network takes.

    Args:
        frames: uint8 [N, 3, B * T, H, W], B = `BLOCKS` of the stream: B consecutive frames for each of T moments.
        stream: "rgb_motion": the second frame of each block minus the first; "rgb_taylor": see `taylor`; any other:
            the frames.

    Returns:
        float32 [N, 3, T, H, W].
    """
    if stream not in BLOCKS:
        return (frames.float() - MEAN.to(frames.device)) / STD.to(frames.device)
    blocks = frames.float().unflatten(2, (-1, BLOCKS[stream]))
    if stream == "rgb_motion":
        return (blocks[:, :, :, 1] - blocks[:, :, :, 0]) / STD.to(frames.device)
    grey = (blocks * GREY[..., None].to(frames.device)).sum(1) / 255  # [N, T, B, H, W]
    return taylor(grey.movedim(2, 0))


def taylor(blocks: Tensor) -> Tensor:
    """Taylor frames: the change within a block of frames, from its temporal derivatives.

    With D_j the (j+1)-th forward difference at the first frame x_0 of a block of B frames, channel c of the picture is

        max(0, mean over tau of sum_{j=0}^{B-2-c} D_{c+j} / j! (x_tau - x_0)^j),  scaled to 0..1 in each picture.

    Args:
        blocks: [B, N, T, H, W], grey in 0..1; B = 4.

    Returns:
        [N, 3, T, H, W]: the channels start at the first, second and third difference.
    """
    differences, step = [], blocks
    while len(step) > 1:
        step = step[1:] - step[:-1]
        differences.append(step[0])
    away = blocks - blocks[0]
    powers = [(away**j).mean(0) / math.factorial(j) for j in range(len(differences))]
    pictures = torch.stack(
        [
            sum(d * p for d, p in zip(differences[c:], powers[: len(differences) - c], strict=True))
            for c in range(len(differences))
        ],
        1,
    ).clamp(min=0)  # [N, 3, T, H, W]
    brightest = pictures.amax((1, 3, 4), keepdim=True)
    return pictures / brightest.clamp(min=1e-6)


def _next(joints: Tensor) -> Tensor:
    """The next frame of each [..., T, V, C]; the last frame is repeated."""
    return torch.cat([joints[..., 1:, :, :], joints[..., -1:, :, :]], -3)
