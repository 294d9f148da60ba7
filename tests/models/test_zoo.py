"""The published sizes, through the same door as a training run."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mglib.config import MODELS, TrainConfig
from mglib.data.layouts import get_layout
from mglib.models import LabelEmbedding
from mglib.training.building import make_network
from mglib.training.recording import TRAINING_ONLY

# Millions of parameters at K classes and a layout. Table 2's systems as the field lists them: PoseConv3D and TSM by
# MMAction2 (its 23.87 M of TSM are those of 174 classes), Video Swin by torchvision, graph networks at iMiGUE's size;
# HCN, of 100 frames, by its layers, counted by hand.
LISTED = {
    "two_stream": (38.06, 32, "imigue22"), "pose_conv3d": (2.025, 60, "coco17"), "tsm": (23.87, 174, "imigue22"),
    "video_swin_t": (28.2, 400, "imigue22"), "video_swin_s": (49.8, 400, "imigue22"),
    "video_swin_b": (88.0, 400, "imigue22"), "st_gcn": (3.09, 32, "imigue22"), "st_gcn_pp": (1.39, 32, "imigue22"),
    "aagcn": (3.76, 32, "imigue22"), "ctr_gcn": (1.44, 32, "imigue22"), "dg_stgcn": (1.68, 32, "imigue22"),
    "hypergraph": (2.6, 32, "imigue22"), "hcn": (1.298, 27, "kinect20"),
}  # fmt: skip


def build(model: str, num_classes: int, layout: str, **settings):
    config = TrainConfig.read({"preset": "paper", "model": model} | settings)
    labels, names = np.arange(num_classes), [f"gesture {k}" for k in range(num_classes)]
    table = SimpleNamespace(
        layout=get_layout(layout),
        num_classes=num_classes,
        class_names=names,
        labels=labels,
        dimensions=2,
        where=lambda split: labels,
    )
    with torch.device("meta"):
        return make_network(config, table)


@pytest.mark.parametrize("model", MODELS)
def test_parameters_are_those_of_the_published_systems(model):
    listed, num_classes, layout = LISTED[model]
    network = build(model, num_classes, layout)
    answering = sum(p.numel() for name, p in network.named_parameters() if not name.startswith(TRAINING_ONLY))
    assert answering / 1e6 == pytest.approx(listed, rel=0.01)


def test_label_embedding_adds_the_map_to_a_word_vector():
    """Li et al.: 2.17 M each, with vectors of 300 dimensions."""
    with torch.device("meta"):
        regress = LabelEmbedding(512, np.zeros((32, 300), np.float32))
    network = build("pose_conv3d", 32, "imigue22")
    answering = sum(p.numel() for name, p in network.named_parameters() if not name.startswith(TRAINING_ONLY))
    assert (answering + sum(p.numel() for p in regress.parameters())) / 1e6 == pytest.approx(2.17, rel=0.01)


def test_refinement_and_label_embedding_go_with_any_model():
    for model in MODELS:
        network = build(model, 8, "imigue22", label_embedding=20.0)
        assert set(network.refinement) == set(network.auxiliaries) == set(network.pathways)
