"""A workbook for micro-gesture classification: two-stream PoseConv3D, cross-modal fusion, prototypical refinement."""

__version__ = "0.1.0"
