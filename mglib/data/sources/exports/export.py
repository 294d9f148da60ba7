"""Exported key points of one clip, and their conversion to a layout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mglib.base.errors import DataError
from mglib.data.layouts import LAYOUTS, Layout
from mglib.data.rearranging import lacking, rearranged

NAMED = 12  # number of joints that a message lists


class UnfitError(DataError):
    """A file whose joints do not fit the layout; this usually concerns all files of a folder."""


@dataclass(frozen=True)
class Export:
    """The key points of one clip.

    Attributes:
        tool: name of the tool that wrote them, for messages.
        points: float32 [P persons, T, V, 3] = x, y in pixels, score; zeros where a joint is not detected.
        joints: V names, from the file, else the tool's names for this number of joints; None: unknown.
        named: whether the file itself names the joints, in any order.
        first: number of the first frame, from 0, if the tool omits empty frames; None: all frames are there.
        last: number of the last frame, if names of pictures number them, so that the first may be 1; see `base`.
        sure: whether the tool has no other model with this number of joints.
    """

    tool: str
    points: np.ndarray
    joints: tuple[str, ...] | None
    named: bool = False
    first: int | None = None
    last: int | None = None
    sure: bool = False


def fitted(where: str, export: Export, layout: Layout) -> np.ndarray:
    """Convert an export to the joints of a layout, [P, T, V, 3].

    Joints are matched by name, see `rearranged`. If the file has no names but as many joints as the layout, they are
    assumed to be in its order, unless they are surely those of another registered layout.

    Args:
        where: the file, for messages.
        export: its content.
        layout: the layout wanted.

    Raises:
        UnfitError: joints are missing, or the file names them in another order than the layout.
    """
    number = export.points.shape[2]
    other = export.sure and layout in LAYOUTS.values() and layout.joints != export.joints
    if not export.named and number == layout.num_joints and not other:
        return export.points
    if export.joints is None:
        raise UnfitError(
            f"{where}: {number} joints a person, as {export.tool} wrote them, but layout {layout.name} has "
            f"{layout.num_joints}; choose the layout of the file, or describe it in a YAML file."
        )
    missing = lacking(export.joints, layout)
    if missing:
        listed = ", ".join(export.joints[:NAMED]) + (", ..." if number > NAMED else "")
        raise UnfitError(
            f"{where}: its {number} joints ({listed}) lack {', '.join(missing[:NAMED])} of layout {layout.name}; "
            "choose the layout of the file, or describe it in a YAML file with the names that the file has."
        )
    return rearranged(export.points, export.joints, layout)


def by_number(tool: str, points: np.ndarray, known: Sequence[str]) -> Export:
    """An export without names: they are those of the tool's layout with this number of joints, if known."""
    names = {LAYOUTS[name].num_joints: LAYOUTS[name].joints for name in known}
    return Export(tool, points, names.get(points.shape[2]))
