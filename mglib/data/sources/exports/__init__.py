"""Readers for files of key-point tools; `mglib.data.sources.keypoints` makes a data set of them.

The formats are documented at:

- OpenPose, https://github.com/CMU-Perceptual-Computing-Lab/openpose/blob/master/doc/02_output.md
- MMPose, https://mmpose.readthedocs.io/en/latest/user_guides/inference.html
- AlphaPose, https://github.com/MVIG-SJTU/AlphaPose/blob/master/docs/output.md
- DeepLabCut, https://deeplabcut.github.io/DeepLabCut
- SLEAP, https://sleap.ai/tutorials/analysis.html
"""

from .counting import base, counted_from_1
from .export import Export, UnfitError, fitted
from .finding import SUFFIXES, ExportedClip, beside, find
from .reading import read

__all__ = [
    "SUFFIXES",
    "Export",
    "ExportedClip",
    "UnfitError",
    "base",
    "beside",
    "counted_from_1",
    "find",
    "fitted",
    "read",
]
