"""Key points as pseudo heat-maps, drawn per batch on the model's device.

Definition: a key point or limb has the value amplitude * exp(-d^2 / (2 sigma^2)) inside a window around it and 0
outside, d being the distance in pixels to the point or segment; of several persons the largest value counts. The
window is that of MMAction2's GeneratePoseTarget: columns int(x_min - 3 sigma) to int(x_max + 3 sigma), both included,
in float32, and rows likewise; `int` truncates, so it may reach a pixel further to the left and top. A joint is drawn as
a limb of length zero. Unlike in MMAction2, a limb shorter than a pixel stays a limb, with the lower of its two scores.

Two implementations give the same values to 5e-6 in maps of 56 pixels (float32 is less precise in larger ones): compiled
loops over the windows for the CPU, whole volumes at once for other devices. On the CPU memory access takes longer than
drawing, so a volume may be in bfloat16 where the network uses that.
"""

from collections.abc import Sequence

import numba
import numpy as np
import torch
from numba.extending import overload
from torch import Tensor

_FAR = 1e6  # pixels; float32 resolves 1/16 pixel here, and a joint this far away is a detector error
_ZERO, _ONE = np.float32(0), np.float32(1)
_SHORT = np.float32(1e-12)  # squared pixels; avoids 0 / 0 for the direction of a limb of length 0
# numba has no bfloat16, so it sees the maps as integers with the same bits, whose order is that of the values
STORED = {torch.float32: np.float32, torch.bfloat16: np.int16}
VIEWED = {torch.float32: torch.float32, torch.bfloat16: torch.int16}


def joint_heatmaps(
    keypoints: Tensor,
    size: tuple[int, int],
    sigma: float,
    out: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """One map per joint: a Gaussian at the joint, with its score as amplitude.

    Args:
        keypoints: [N, M, T, V, 3] float32, x and y in pixels of the heat-map (centres at integers) and score. A joint
            is not drawn if its score is not above 0 or one of its values is NaN or infinite.
        size: height and width of the maps, pixels.
        sigma: standard deviation of the Gaussian, pixels.
        out: on the CPU, a volume of the result's shape and memory format to draw into, for instance the result of an
            earlier call: it is overwritten and returned. Allocating memory for every batch costs more than drawing.
        dtype: of the maps; on the CPU float32, or bfloat16, rounded as by autocast.

    Returns:
        [N, V, T, H, W] on the device of the key points.

    Raises:
        ValueError: if the key points have another shape or type, or sigma is not positive.
    """
    joints = [(joint, joint) for joint in range(keypoints.shape[-2])]
    return limb_heatmaps(keypoints, joints, size, sigma, out, dtype)


def limb_heatmaps(
    keypoints: Tensor,
    limbs: Sequence[tuple[int, int]],
    size: tuple[int, int],
    sigma: float,
    out: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """One map per limb: a ridge along the segment between two joints, with the lower of their scores as amplitude.

    Args:
        keypoints: [N, M, T, V, 3] as for `joint_heatmaps`; a limb is drawn if both joints are.
        limbs: L pairs of joints.
        size: height and width of the maps, pixels.
        sigma: standard deviation of the Gaussian across the limb, pixels.
        out: as for `joint_heatmaps`.
        dtype: as for `joint_heatmaps`.

    Returns:
        [N, L, T, H, W] on the device of the key points.

    Raises:
        ValueError: as for `joint_heatmaps`, or if a limb refers to a joint that does not exist.
    """
    joints = keypoints.shape[-2]
    if keypoints.ndim != 5 or keypoints.shape[-1] != 3 or keypoints.dtype != torch.float32:
        raise ValueError(
            f"Heat-maps were asked for key points of shape {list(keypoints.shape)} and type {keypoints.dtype}; "
            "give [N, M, T, V, 3] (x, y, score) as float32."
        )
    strangers = [limb for limb in limbs if min(limb) < 0 or max(limb) >= joints]
    if strangers:
        raise ValueError(f"Limbs {strangers} are not pairs of the joints 0..{joints - 1}; take the clips' layout.")
    if not sigma > 0:
        raise ValueError(f"Heat-maps were asked for with sigma = {sigma!r}; it must be a positive number of pixels.")
    pairs = np.array(limbs, np.int64).reshape(len(limbs), 2)
    if keypoints.device.type != "cpu":
        return draw_tensor(keypoints, pairs, size, sigma, dtype)
    return draw_compiled(keypoints, pairs, size, sigma, out, dtype)


def draw_compiled(
    keypoints: Tensor,
    limbs: np.ndarray,
    size: tuple[int, int],
    sigma: float,
    out: Tensor | None = None,
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """`limb_heatmaps` on the CPU, limbs [L, 2] int64, in one thread, as memory access takes longer than drawing.

    Raises:
        ValueError: `dtype` cannot be drawn on the CPU, or `out` has another shape, type or order in memory.
    """
    shape = (keypoints.shape[0], len(limbs), keypoints.shape[2], *size)
    if dtype not in STORED:
        raise ValueError(f"Heat-maps were asked for in {dtype}; on the CPU they are drawn in float32 or bfloat16.")
    # Allocated by NumPy, which uses huge pages, unlike torch: far fewer page faults for a new batch.
    volume = torch.from_numpy(np.empty(shape, STORED[dtype])).view(dtype) if out is None else out
    last = not volume.is_contiguous()
    memory = volume.permute(0, 2, 3, 4, 1) if last else volume
    if volume.shape != shape or volume.dtype != dtype or not memory.is_contiguous():
        raise ValueError(
            f"Heat-maps were asked for in a volume of shape {list(volume.shape)}, type {volume.dtype} and strides "
            f"{volume.stride()}; give {str(dtype).removeprefix('torch.')} {list(shape)}, contiguous or channels last."
        )
    radius, falloff = np.float32(3 * sigma), np.float32(0.5 / sigma**2)
    values, blocks = (x.view(VIEWED[dtype]).numpy() for x in (volume, memory.flatten(2)))
    _draw_windows(keypoints.contiguous().numpy(), limbs, values, blocks, last, radius, falloff)
    return volume


def draw_tensor(
    keypoints: Tensor, limbs: np.ndarray, size: tuple[int, int], sigma: float, dtype: torch.dtype = torch.float32
) -> Tensor:
    """`limb_heatmaps` on any device, limbs [L, 2] int64, in memory for about five volumes of float32."""
    usable = (keypoints.abs() < _FAR).all(-1, keepdim=True) & (keypoints[..., 2:] > 0)  # NaN compares false
    pairs = torch.as_tensor(limbs, device=keypoints.device)
    ends = torch.where(usable, keypoints, 0.0).permute(1, 0, 3, 2, 4)[:, :, pairs, ..., None, None]
    rows = torch.arange(size[0], dtype=keypoints.dtype, device=keypoints.device)[:, None]
    columns = torch.arange(size[1], dtype=keypoints.dtype, device=keypoints.device)
    volume = keypoints.new_zeros((keypoints.shape[0], len(limbs), keypoints.shape[2], *size))  # `len` is not traced
    for person in ends:  # [N, L, 2, T, 3, 1, 1]
        (ax, ay, score_a), (bx, by, score_b) = (end.unbind(3) for end in person.unbind(2))  # each [N, L, T, 1, 1]
        dx, dy = bx - ax, by - ay
        inverse = 1 / (dx * dx + dy * dy).clamp(min=float(_SHORT))
        px, py = columns - ax, rows - ay
        along = (px * (dx * inverse) + py * (dy * inverse)).clamp_(0, 1)  # 0 at the start, 1 at the end
        square = (px - along * dx).square_() + (py - along * dy).square_()
        value = square.mul_(-0.5 / sigma**2).exp_()
        value *= _inside(columns, ax, bx, 3 * sigma)
        value *= _inside(rows, ay, by, 3 * sigma) * torch.minimum(score_a, score_b)
        torch.maximum(volume, value, out=volume)
    return volume.to(dtype)


def _inside(pixels: Tensor, a: Tensor, b: Tensor, radius: float) -> Tensor:
    first, last = torch.minimum(a, b) - radius, torch.maximum(a, b) + radius
    return (pixels >= first.trunc()) & (pixels <= last.trunc())


def _stored(value, row):
    """A value >= 0 as the row stores it: float32, or the bits of the nearest bfloat16 (ties to even)."""


@overload(_stored)
def _stored_in(value, row):
    if isinstance(row.dtype, numba.types.Float):
        return lambda value, row: value

    def bits(value, row):
        exact = np.float32(value).view(np.int32)
        return np.int16((exact + np.int32(0x7FFF) + ((exact >> np.int32(16)) & np.int32(1))) >> np.int32(16))

    return bits


# No `parallel`: numba's threads do not survive the fork of a DataLoader. "contract" allows only fused multiply-add.
@numba.njit(cache=True, nogil=True, fastmath={"contract"})
def _draw_windows(keypoints, limbs, volume, blocks, last, radius, falloff):
    """`blocks` is a view of `volume`: [N, T, H * W * L] if channels are last, else [N, L, T * H * W]."""
    maps = volume.shape[1] if last else volume.shape[2]
    for clip, i, j in np.ndindex(len(blocks), blocks.shape[1], maps):  # in the order of the memory
        limb, frame = (j, i) if last else (i, j)
        image = volume[clip, limb, frame]
        # block by block, so that cleared memory is still in the processor's cache when it is drawn on
        if not last:
            image[:] = 0
        elif j == 0:
            blocks[clip, i] = 0
        for person in range(keypoints.shape[1]):
            a, b = keypoints[clip, person, frame, limbs[limb, 0]], keypoints[clip, person, frame, limbs[limb, 1]]
            if _usable(a) and _usable(b):
                _draw_window(a, b, image, radius, falloff)


@numba.njit(fastmath={"contract"})
def _draw_window(a, b, image, radius, falloff):
    (ax, ay, score_a), (bx, by, score_b) = a, b
    x0, x1 = max(int(min(ax, bx) - radius), 0), min(int(max(ax, bx) + radius) + 1, image.shape[1])
    x1 = max(x0, x1)  # a negative end would count from the right
    y0, y1 = max(int(min(ay, by) - radius), 0), min(int(max(ay, by) + radius) + 1, image.shape[0])
    amplitude = min(score_a, score_b)
    dx, dy = bx - ax, by - ay
    inverse = _ONE / max(dx * dx + dy * dy, _SHORT)
    ux, uy = dx * inverse, dy * inverse
    for y in range(y0, y1):
        row = image[y, x0:x1]
        py = np.float32(y) - ay
        for i in range(len(row)):  # from 0 and without calls, so that the compiler vectorises it
            px = np.float32(x0 + i) - ax
            along = px * ux + py * uy  # 0 at a, 1 at b
            along = _ZERO if along < _ZERO else along
            along = _ONE if along > _ONE else along
            ex, ey = px - along * dx, py - along * dy
            value = _stored(amplitude * _exp(-falloff * (ex * ex + ey * ey)), row)
            row[i] = value if value > row[i] else row[i]


@numba.njit
def _usable(joint):
    x, y, score = joint
    return abs(x) < _FAR and abs(y) < _FAR and 0 < score < _FAR  # NaN compares false


_LOWEST, _SIXTEENTH = np.float32(-20), np.float32(1 / 16)
_C2, _C3, _C4, _C5 = (np.float32(1 / factorial) for factorial in (2, 6, 24, 120))


@numba.njit(fastmath={"contract"})
def _exp(u):
    """exp(u) for u <= 0 to 1e-6: a Taylor polynomial to the 16th power, as exp is not vectorised."""
    u = (_LOWEST if u < _LOWEST else u) * _SIXTEENTH
    p = _ONE + u * (_ONE + u * (_C2 + u * (_C3 + u * (_C4 + u * _C5))))
    p *= p
    p *= p
    p *= p
    return p * p
