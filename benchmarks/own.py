"""A worker of `benchmarks.steps` with the networks of this package, in one of three forms:

plain    torch's default memory management and layout, float32
float32  channels last, freed memory kept, as mglib trains on a CPU
bf16     the same, with autocast to bfloat16
"""

import argparse

import torch

from benchmarks.limits import roof
from benchmarks.rounds import serve
from benchmarks.step import CLASSES, JOINTS, Step, inputs
from mglib.models import SIZES, GestureNet, build_network, pose_spec
from mglib.models.pathway import Pathway
from mglib.training.answering import fuse_batch_norms
from mglib.training.memory import keep_memory, return_memory


def network(net: str) -> GestureNet:
    """PoseConv3D with the temporal strides of the public recipe for 48 frames, two streams, or preset small."""
    if net == "small":  # preset small, as it trains
        return build_network(SIZES["small"], "both", CLASSES, JOINTS, {"dim": 128})
    if net == "two-stream":
        return build_network(SIZES["paper"], "both", CLASSES, JOINTS, {"attention": "off"})
    alone = build_network(SIZES["paper"], "pose", CLASSES, JOINTS)
    alone.pathways["pose"] = Pathway(pose_spec(JOINTS, temporal_strides=(1, 1, 2)))
    return alone


def worker(form: str) -> dict:
    """The functions of a worker of this form."""
    memory = torch.contiguous_format if form == "plain" else torch.channels_last_3d
    state = {}

    def make(net: str, clips: int, infer: bool) -> dict:
        state.clear()
        return_memory()
        made = network(net).to(memory_format=memory)
        if infer and form != "plain":
            made = fuse_batch_norms(made)
        streams = list(made.pathways)

        def forward(*x: torch.Tensor) -> list[torch.Tensor]:
            return list(made(dict(zip(streams, x, strict=True))).logits.values())

        given = [x.to(memory_format=memory) for x in inputs(net, clips)]
        state["step"] = Step(made, forward, given, form == "bf16")
        return state["step"].describe()

    return {
        "make": make,
        "train": lambda: state["step"].train(),
        "infer": lambda: state["step"].infer(),
        "roof": lambda bf16: {"gflops": roof(bf16)},
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=["plain", "float32", "bf16"])
    form = parser.parse_args().form
    if form != "plain":
        keep_memory()
    serve(worker(form))
