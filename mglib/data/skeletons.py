"""Compact skeletons that are stored with a run, so that they can be animated without the data set."""

import numpy as np

from .clips import ClipTable
from .geometry import compact_box

MOMENTS = 32
MISSING = 255  # a joint that was not detected
LEVELS = 254  # steps along a side of the box


def pack(table: ClipTable) -> dict[str, np.ndarray]:
    """The best detected person of every clip at 32 evenly spaced frames, in steps of the clip's own box.

    Returns:
        points: uint8 [N, 32, V, 2], x and y in 0..254 of the box, 255 where not detected; box: float32 [N, 3], its
        left edge, top edge and side in pixels of the clip's image; frames: int32 [N, 32], the frame numbers.
    """
    layout, n = table.layout, len(table)
    points = np.full((n, MOMENTS, layout.num_joints, 2), MISSING, np.uint8)
    boxes, frames = np.zeros((n, 3), np.float32), np.zeros((n, MOMENTS), np.int32)
    sizes = table.clips[["height", "width"]].to_numpy()
    for row, keypoints in enumerate(table.keypoints):
        person = keypoints[keypoints[..., 2].sum((1, 2)).argmax()]
        box = compact_box(person[None], *sizes[row])
        left, top = box.x - box.side / 2, box.y - box.side / 2
        frames[row] = np.linspace(0, len(person) - 1, MOMENTS).round()
        boxes[row] = left, top, box.side
        moment = person[frames[row]]
        steps = ((moment[..., :2] - (left, top)) / box.side * LEVELS).round()
        points[row] = np.where(moment[..., 2:] > 0, steps.clip(0, LEVELS), MISSING)
    return {"points": points, "box": boxes, "frames": frames}
