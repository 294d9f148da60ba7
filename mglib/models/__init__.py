"""The method (pathways, fusion, refinement) and its networks, and the systems with which it is compared."""

from .experts import AuxiliaryClassifier, ExpertHead
from .fusion import CrossModalFusion, Meeting
from .hypergraph import centre, parents
from .label_embedding import LabelEmbedding, name_table, read_table
from .moving import by_joint, depths, of_skeleton
from .network import SIZES, GestureNet, Output, Size, build_network, channels_last, own, predict
from .pathway import Pathway, pose_spec, rgb_spec
from .refinement import PrototypicalRefinement
from .zoo import BACKBONES, make_backbone

__all__ = [
    "AuxiliaryClassifier", "BACKBONES", "CrossModalFusion", "ExpertHead", "GestureNet", "LabelEmbedding", "Meeting",
    "Output", "Pathway", "PrototypicalRefinement", "SIZES", "Size", "build_network", "by_joint", "centre",
    "channels_last", "depths", "make_backbone", "name_table", "of_skeleton", "own", "parents", "pose_spec", "predict",
    "read_table", "rgb_spec",
]  # fmt: skip
