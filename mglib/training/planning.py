"""Memory and time of a training, estimated before it starts: `python -m mglib.training --plan`.

Memory is counted in a step with fake tensors, which have shapes but no contents, so a network that does not fit on this
machine can be planned, too. Time is measured in real steps on the device found.
"""

import time
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.data import default_collate

from mglib.config import MOMENTUM, TrainConfig
from mglib.data import ClipTable
from mglib.data.loader import Batch, ClipDataset, InputMaker
from mglib.models import GestureNet

from .building import DTYPES, cached_bytes, make_accelerator, make_draws, make_maker, make_network, make_view
from .memory import room
from .optimizing import make_optimizer
from .recording import count_gmacs

TIMED = {"cpu": 2}  # clips in a first timed step; a whole batch on a GPU, where time is not proportional to clips
SHORT = 5.0  # seconds that a step with a whole batch may take to be timed, too, as small steps take longer per clip
SPARE = {"cpu": 0.7, "cuda": 0.6}  # GiB beside the tensors, for libraries and work space; estimates, rather high


@dataclass(frozen=True)
class Plan:
    """Estimated memory and time of a training.

    Attributes:
        device, precision: those of the training.
        parameters, gmacs: size of the network, and billions of multiply-add operations per clip.
        clips, batch, epochs: training clips, clips per step and process, and passes over the training clips.
        processes: number of processes.
        memory: peak memory of the tensors in a step, GiB.
        base: the part of `memory` that does not depend on the batch, GiB.
        room: free memory, GiB.
        seconds: time per clip in a training step; None: a step does not fit.
        frames: size of the frame cache on disk, GiB.
    """

    device: str
    precision: str
    parameters: int
    gmacs: float
    clips: int
    batch: int
    epochs: int
    processes: int
    memory: float
    base: float
    room: float
    seconds: float | None
    frames: float

    @property
    def spare(self) -> float:
        """Memory needed beside the tensors, GiB."""
        return SPARE.get(self.device.partition(":")[0], SPARE["cuda"])

    @property
    def fits(self) -> int:
        """Clips of the largest batch per process that fits; 0: none."""
        return max(0, int((self.room - self.spare - self.base) / (self.memory - self.base) * self.batch))

    @property
    def warning(self) -> str:
        """A sentence if a step will not fit, else empty."""
        if self.fits >= self.batch:
            return ""
        fewer = f"give a batch_size of at most {self.fits * self.processes}, or" if self.fits >= 2 else "give"
        return (
            f"This will NOT fit: a step takes {self.memory:.1f} GiB for tensors and about {self.spare:.1f} GiB beside "
            f"them, and {self.room:.1f} GiB are free on {self.device}; {fewer} a smaller preset or another device."
        )

    def __str__(self) -> str:
        a_clip, said = (self.memory - self.base) / self.batch, {}
        said["device"] = f"{self.device}, precision {self.precision}, processes {self.processes}"
        said["network"] = f"{self.parameters / 1e6:.2f} M parameters, {self.gmacs:.2f} GMACs to classify a clip"
        said["memory"] = (
            f"{self.memory:.2f} GiB for tensors in a step of {self.batch} clips ({self.base:.2f}, and {a_clip:.3f} per "
            f"clip), about {self.spare:.1f} GiB beside them; {self.room:.1f} GiB are free"
        )
        said["disk"] = f"{self.frames:.1f} GiB for cached frames"
        if self.seconds is not None:
            minutes = self.seconds * self.clips / self.processes / 60
            said["time"] = (
                f"{_short(1e3 * self.seconds)} ms per clip, {_short(minutes)} minutes per epoch of {self.clips} clips, "
                f"{_short(minutes * self.epochs / 60)} hours for {self.epochs} epochs, if no step waits for clips"
            )
        lines = [f"{name:<9} {value}" for name, value in said.items()]
        return "\n".join([*lines, *filter(None, [self.warning])])


def _short(x: float) -> str:
    return f"{x:.0f}" if x >= 10 else f"{x:.2g}"


def make_plan(config: TrainConfig, table: ClipTable) -> Plan:
    """Build the network, count the memory of a step, and time steps if they fit."""
    torch.manual_seed(config.seed)
    accelerator = make_accelerator(config)
    device, precision = accelerator.device, accelerator.mixed_precision
    counted = precision.replace("fp", "bf")  # the same number of bytes, and supported on a CPU
    network, maker = make_network(config, table), make_maker(config, table.layout, precision)
    dataset = ClipDataset(table, table.where("train"), make_view(config), None, make_draws(config, table), config.seed)
    batch, timed = config.batch_size // config.num_processes, TIMED.get(device.type, config.batch_size)
    clip = make_maker(config, table.layout, counted)(made_up_batch(dataset, maker, 1))
    with computing_in(counted, "cpu"):
        gmacs = count_gmacs(network, clip)
    known = {
        "device": str(device), "precision": precision, "batch": batch, "epochs": config.epochs,
        "processes": config.num_processes, "clips": len(dataset), "gmacs": gmacs,
        "parameters": sum(p.numel() for p in network.parameters()), "room": room(device),
        "frames": cached_bytes(config, table) / 2**30,
    }  # fmt: skip
    network.train()
    two, four = (step_memory(network, config, clip, n, counted) for n in (2, 4))
    slope = (four - two) / 2
    plan = Plan(memory=two + slope * (batch - 2), base=two - 2 * slope, seconds=None, **known)
    if plan.fits < min(timed, batch):
        return plan
    network.to(device)

    def seconds(clips: int) -> float:
        here = Batch(*(part.to(device) for part in made_up_batch(dataset, maker, clips)))
        return seconds_a_clip(network, config, maker, here, precision)

    found = seconds(min(timed, batch))
    if timed < batch <= plan.fits and found * batch < SHORT:
        found = seconds(batch)
    return replace(plan, seconds=found)


def made_up_batch(dataset: ClipDataset, maker: InputMaker, n: int) -> Batch:
    """Clips of the data set with noise for frames, so that none need be decoded."""
    batch = Batch(*default_collate([dataset[i % len(dataset)] for i in range(n)]))
    view = maker.view
    if not view.rgb_frames:
        return batch
    shape = (n, 3, view.rgb_block * view.rgb_frames, view.rgb_pixels, view.rgb_pixels)
    return batch._replace(frames=torch.randint(256, shape, dtype=torch.uint8))


def computing_in(precision: str, device: str) -> AbstractContextManager:
    """Autocast, as Accelerate applies it to the network."""
    return nullcontext() if precision == "no" else torch.autocast(device, DTYPES[precision])


def training_step(
    network: nn.Module, inputs: dict[str, Tensor], labels: Tensor, optimizer: torch.optim.Optimizer, precision: str
) -> None:
    """Forward, cross-entropy, backward, update; the cost of refinement is negligible."""
    with computing_in(precision, labels.device.type):
        output = network(inputs)
    optimizer.zero_grad()
    torch.stack([F.cross_entropy(z.float(), labels) for z in output.logits.values()]).sum().backward()
    optimizer.step()


def seconds_a_clip(network: GestureNet, config: TrainConfig, maker: InputMaker, batch: Batch, precision: str) -> float:
    """Time per clip of a training step, the second of two, with key points and frames already on the device."""
    optimizer = make_optimizer(config, network)

    def step() -> float:
        start = time.perf_counter()
        training_step(network, maker(batch), batch.labels, optimizer, precision)
        if batch.labels.is_cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - start

    step()  # warm-up: libraries choose their convolution algorithms
    return step() / len(batch.labels)


def step_memory(network: GestureNet, config: TrainConfig, clip: dict[str, Tensor], n: int, precision: str) -> float:
    """Peak memory of tensors in a training step: weights, gradients, optimizer state, maps kept for backward.

    Args:
        network: in training mode.
        config: its settings, which name the optimizer.
        clip: inputs of one clip.
        n: number of clips.
        precision: no or bf16.

    Returns:
        GiB.
    """
    fake, held = FakeTensorMode(), HeldMemory()
    state = {name: fake.from_tensor(x) for name, x in [*network.named_parameters(), *network.named_buffers()]}
    rule = type(make_optimizer(config, network))
    with fake, held:
        for x in state.values():
            held.hold(x)
        weights = [x for x in state.values() if x.requires_grad]
        optimizer = rule(weights, config.lr, **({} if rule is torch.optim.AdamW else {"momentum": MOMENTUM}))

        def asked(inputs: dict[str, Tensor]) -> object:
            return torch.func.functional_call(network, state, (inputs,))

        for _ in range(2):  # optimizer state exists from the end of the first step
            inputs = {s: _like(x, n) for s, x in clip.items()}
            training_step(asked, inputs, torch.zeros(n, dtype=torch.long), optimizer, precision)
    return held.peak / 2**30


def _like(x: Tensor, n: int) -> Tensor:
    """Empty inputs of n clips, in the memory format of one."""
    order = torch.channels_last_3d if x.ndim == 5 and x.shape[-1] != 3 else torch.contiguous_format
    return torch.empty((n, *x.shape[1:]), dtype=x.dtype).to(memory_format=order)


class HeldMemory(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive in the `with` block; `peak` is their maximum."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}
        self.now = self.peak = 0

    def __torch_dispatch__(self, call: Callable, types: tuple, args: tuple = (), kwargs: dict | None = None) -> object:
        result = call(*args, **(kwargs or {}))
        for x in tree_leaves(result):
            if isinstance(x, Tensor):
                self.hold(x)
        return result

    def hold(self, x: Tensor) -> None:
        """Count a tensor's memory until it is freed."""
        storage = x.untyped_storage()
        key = storage._cdata
        if key not in self.sizes:
            self.sizes[key] = storage.nbytes()
            self.now += self.sizes[key]
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self._free, key)

    def _free(self, key: int) -> None:
        self.now -= self.sizes.pop(key, 0)
