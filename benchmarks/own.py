"""The networks of this package as a worker of `benchmarks.steps`, in one of three forms:

plain    memory and layout as torch has them by default, float32
float32  channels last, freed memory kept, as mglib trains on a CPU
bf16     likewise, with autocast to bfloat16
"""

import argparse
import time

import torch

from benchmarks.rounds import serve
from benchmarks.step import CLASSES, JOINTS, Step, inputs
from mglib.models import SIZES, GestureNet, build_network, pose_spec
from mglib.models.pathway import Pathway
from mglib.training.answering import fuse_batch_norms
from mglib.training.memory import keep_memory, return_memory


def network(net: str) -> GestureNet:
    """PoseConv3D alone with the temporal strides of the public recipe for 48 frames, or two streams of paper size."""
    if net == "two-stream":
        return build_network(SIZES["paper"], "both", CLASSES, JOINTS, {"attention": "off"})
    alone = build_network(SIZES["paper"], "pose", CLASSES, JOINTS)
    alone.pathways["pose"] = Pathway(pose_spec(JOINTS, temporal_strides=(1, 1, 2)))
    return alone


def worker(form: str) -> dict:
    """The functions that a worker of this form answers with."""
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

    return {"make": make, "train": lambda: state["step"].train(), "infer": lambda: state["step"].infer(), "roof": roof}


def roof(bf16: bool, calls: int = 20) -> dict:
    """What a convolution that suits the machine reaches, GFLOP/s: 1 x 3 x 3, 256 to 256 channels, channels last."""
    dtype = torch.bfloat16 if bf16 else torch.float32
    conv = torch.nn.Conv3d(256, 256, (1, 3, 3), padding=(0, 1, 1), bias=False)
    conv = conv.to(dtype=dtype, memory_format=torch.channels_last_3d)
    x = torch.rand(4, 256, 8, 28, 28, dtype=dtype).to(memory_format=torch.channels_last_3d)
    times = []
    with torch.no_grad():
        for _ in range(calls):
            start = time.perf_counter()
            conv(x)
            times.append(time.perf_counter() - start)
    return {"gflops": 2 * x.numel() * 256 * 9 / min(times) / 1e9}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("form", choices=["plain", "float32", "bf16"])
    form = parser.parse_args().form
    if form != "plain":
        keep_memory()
    serve(worker(form))
