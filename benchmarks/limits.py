"""Peak performance of this machine, measured in a second or two, for comparison with the benchmarks' times.

    python -m benchmarks.limits [--threads 2]

"memory": a volume of 256 MB written repeatedly by one thread, GB/s, on a CPU in processor time; on a GPU it is copied,
and bytes read count, too: clearing memory took no measurable time on an H200. "convolution": a suitable one, 1 x 3 x 3
from 256 to 256 channels, channels last, by precision, GFLOP/s.
"""

import argparse
import functools
import time
from collections.abc import Callable

import torch

DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}


def limits(threads: int, device: str = "cpu") -> dict[str, float]:
    """Memory speed in GB/s, and the convolution's rate by precision in GFLOP/s."""
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        found = {"memory_gb_a_second": memory(device)}
        torch.set_num_threads(threads)
        return found | {f"convolution_{name}_gflops": roof(name == "bf16", device=device) for name in DTYPES}
    finally:
        torch.set_num_threads(before)


def memory(device: str = "cpu", megabytes: int = 256, calls: int = 5) -> float:
    """Write speed in GB per second; on a GPU, that of reading and writing."""
    volume = torch.empty(megabytes * 10**6, dtype=torch.uint8, device=device)
    if device == "cpu":
        return volume.nbytes / fastest(volume.zero_, calls, device, time.process_time) / 1e9
    other = torch.ones_like(volume)
    return 2 * volume.nbytes / fastest(lambda: volume.copy_(other), calls, device) / 1e9


@torch.no_grad()
def roof(bf16: bool, calls: int = 5, device: str = "cpu", clips: int = 4) -> float:
    """Rate of a suitable convolution, GFLOP/s."""
    dtype = DTYPES["bf16" if bf16 else "float32"]
    conv = torch.nn.Conv3d(256, 256, (1, 3, 3), padding=(0, 1, 1), bias=False, device=device)
    conv = conv.to(dtype=dtype, memory_format=torch.channels_last_3d)
    x = torch.rand(clips, 256, 8, 28, 28, dtype=dtype, device=device).to(memory_format=torch.channels_last_3d)
    return 2 * x.numel() * 256 * 9 / fastest(lambda: conv(x), calls, device) / 1e9


def product(n: int, calls: int = 10, device: str = "cpu") -> float:
    """Rate of a bf16 matrix product of size n x n, GFLOP/s."""
    a = torch.rand(n, n, device=device).to(torch.bfloat16)
    return 2 * n**3 / fastest(lambda: a @ a, calls, device) / 1e9


def fastest(
    call: Callable[[], object], calls: int, device: str = "cpu", clock: Callable[[], float] | None = None
) -> float:
    """Seconds of the shortest of several calls, after a warm-up call."""
    call()
    times, now = [], clock or functools.partial(waited, device)
    for _ in range(calls):
        start = now()
        call()
        times.append(now() - start)
    return min(times)


def waited(device: str) -> float:
    """The clock after the device has finished."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    for name, value in limits(parser.parse_args().threads).items():
        print(f"{name.replace('_', ' ')}: {value:.3g}")
