"""A workbook for micro-gesture classification: two-stream PoseConv3D, cross-modal fusion, prototypical refinement."""

from pathlib import Path

from .base.compiling import find_place

__version__ = "0.1.0"
# `python -m mglib.pose` and `python -m mglib.export` are found here, so that scripts need not know the rooms
__path__.append(str(Path(__file__).parent / "_commands"))
find_place()
