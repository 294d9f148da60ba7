"""What a file of exported key points holds, and its joints in the order of a layout."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mglib.base.errors import DataError
from mglib.data.layouts import LAYOUTS, Layout
from mglib.data.rearranging import lacking, rearranged

NAMED = 12  # joints of a file that a message lists


class UnfitError(DataError):
    """A file whose joints are not those of the layout: as a rule all files of a folder are alike in it."""


@dataclass(frozen=True)
class Export:
    """The key points of one clip.

    Attributes:
        tool: that wrote them, for the messages.
        points: float32 [P persons, T, V, 3] = x, y in pixels, score; zeros where a joint is not detected.
        joints: V names, of the file or, where it has none, of what the tool writes with so many joints; None: unknown.
        named: whether the file itself names the joints, in whatever order.
        first: of tools that leave out frames without anybody the number of the first, from 0; None: all are there.
    """

    tool: str
    points: np.ndarray
    joints: tuple[str, ...] | None
    named: bool = False
    first: int | None = None


def fitted(where: str, export: Export, layout: Layout) -> np.ndarray:
    """The joints of a layout, [P, T, V, 3].

    They are taken by name, see `rearranged`. Where the file gives no names and just as many joints as the layout has,
    they are in its order.

    Args:
        where: the file, for the messages.
        export: what it holds.
        layout: what is wanted.

    Raises:
        UnfitError: the joints are not there, or the file names them in another order than the layout.
    """
    number = export.points.shape[2]
    if not export.named and number == layout.num_joints:
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
    """An export without names: those of the layout that the tool writes with so many joints, if it is known."""
    names = {LAYOUTS[name].num_joints: LAYOUTS[name].joints for name in known}
    return Export(tool, points, names.get(points.shape[2]))
