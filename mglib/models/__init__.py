"""The method: pathways, fusion, refinement, and the networks made of them."""

from .fusion import CrossModalFusion, Meeting
from .network import SIZES, GestureNet, Output, Size, build, predict
from .pathway import Pathway, pose_spec, rgb_spec
from .refinement import PrototypicalRefinement

__all__ = [
    "SIZES", "CrossModalFusion", "GestureNet", "Meeting", "Output", "Pathway", "PrototypicalRefinement", "Size",
    "build", "pose_spec", "predict", "rgb_spec",
]  # fmt: skip
