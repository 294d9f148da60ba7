"""What someone careless or ill-meaning hands over: damaged and forged files, and a look at whether anything escaped."""

import pickle
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

REFUSALS = ("DataError", "RunError", "ConfigError", "EnsembleError", "ReportError", "DataMissing", "NotebookError")
MEMORY = 3 << 30  # bytes of address space for a process that reads a bomb; the libraries alone take half of it

# One name of each kind that leads to another folder, or is no name at all; nobody can have a file below /dev/null.
ESCAPES = ("../out", "/dev/null/out", "a/../../out", "..", "a\nb", "a\0b", "", "x" * 300)

# YAML in which nine references to nine references ... stand for 10^11 values
LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


class Canary:
    """Unpickled by anything unwary, it makes a file."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self) -> tuple:
        return open, (str(self.path), "w")


def damaged(content: bytes, rng: np.random.Generator, cuts: int = 4, flips: int = 6) -> Iterator[tuple[str, bytes]]:
    """A file cut short at several places, and with several bytes changed; named by what was done."""
    for cut in sorted({0, 1, *rng.integers(2, len(content), cuts).tolist(), len(content) - 1}):
        yield f"cut to {cut} bytes", content[:cut]
    for _ in range(flips):
        places = rng.integers(0, len(content), rng.integers(1, 12))
        flipped = bytearray(content)
        for place in places:
            flipped[place] ^= int(rng.integers(1, 256))
        yield f"changed at {sorted(places.tolist())}", bytes(flipped)


@contextmanager
def untouched(*folders: Path) -> Iterator[None]:
    """Asserts that nothing in these folders is added, removed or changed; temporary files would show."""
    before = [_tree(folder) for folder in folders]
    yield
    assert [_tree(folder) for folder in folders] == before


def refusal(call: Callable[[], object], *kinds: type[Exception]) -> str | None:
    """What a call says when it refuses by one of these kinds of error; None where it does not. Others are raised."""
    try:
        call()
    except kinds as error:
        return str(error)
    return None


def _tree(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def alone(code: str, *arguments: str | Path, memory: int = MEMORY, seconds: int = 60) -> str:
    """What Python code prints in a process of its own that can take no more than so much memory and computing time.

    An error of the project's own kinds is printed, any other ends the process and fails. Seconds are the processor's,
    whatever else the machine does; by the clock ten times as many may go by.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    wrapped = "\n".join(
        [
            "import sys",
            "try:",
            *(f"    {line}" for line in code.splitlines()),
            "except Exception as error:",
            f"    if type(error).__name__ not in {REFUSALS}: raise",
            "    print(type(error).__name__, error)",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *map(str, arguments)], capture_output=True, text=True, preexec_fn=limit,
        timeout=10 * seconds,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def annotation(clip: object = "v1_0", frames: int = 5, **changes: object) -> dict:
    """One annotation of a seated person in the layout coco17; `changes` replaces fields."""
    rng = np.random.default_rng(0)
    fields = {
        "frame_dir": clip, "label": 0, "img_shape": (480, 640), "total_frames": frames,
        "keypoint": rng.uniform(1, (639, 479), (1, frames, 17, 2)).astype(np.float32),
        "keypoint_score": rng.uniform(0.1, 1, (1, frames, 17)).astype(np.float32),
    }  # fmt: skip
    return fields | changes


def write_pickle(path: Path, content: object) -> Path:
    path.write_bytes(pickle.dumps(content))
    return path
