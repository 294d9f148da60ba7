"""Packed skeletons unpack to the key points they came from, to half a step."""

import numpy as np

from mglib.data.skeletons import LEVELS, MISSING, pack


def test_unpacks_to_within_half_a_step(make_table):
    table = make_table()
    table.keypoints[2][0, :, 5] = 0  # never detected
    packed = pack(table)
    for row, keypoints in enumerate(table.keypoints):
        points, (left, top, side) = packed["points"][row].astype(float), packed["box"][row]
        original = keypoints[0, packed["frames"][row]]
        seen = original[..., 2] > 0
        assert ((points[..., 0] == MISSING) == ~seen).all()
        back = points / LEVELS * side + (left, top)
        assert np.abs(back - original[..., :2])[seen].max() <= side / LEVELS / 2 + 1e-3
        assert packed["frames"][row][[0, -1]].tolist() == [0, keypoints.shape[1] - 1]
