"""Common tools of the benchmarks: interleaved rounds, worker processes, and output of results.

It imports only the standard library, as it is also used in mmaction2's environment.
"""

import argparse
import contextlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# As preset small was when some comparisons were trained: no joints are hidden or displaced.
STEADY = {"joint_dropout": 0, "joint_noise": 0}
RESULTS = ROOT / "benchmarks" / "results"
PEERS = ROOT / ".cache" / "peers" / "bin" / "python"
PACKAGES = ("torch", "numpy", "numba", "av", "umap-learn", "mmaction2")

Times = dict[str, list[float]]


def interleaved(forms: dict[str, Callable[[], float]], rounds: int) -> Times:
    """Seconds of every form in every round; forms take turns, so that other load affects all equally."""
    times = {name: [] for name in forms}
    for _ in range(rounds):
        for name, form in forms.items():
            times[name].append(form())
    return times


def timed(call: Callable[[], object], seconds: float = 0.0, clock: Callable[[], float] = time.perf_counter):
    """A form that times `call`, repeated for about `seconds` per round, at least once, after two warm-up calls.

    With `time.process_time` as clock, the load of other processes does not count, but threads are summed up.
    """
    call()
    repeats = max(1, round(seconds / max(_elapsed(call, 1, clock), 1e-9)))
    return lambda: _elapsed(call, repeats, clock)


def _elapsed(call: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats


def medians(times: Times) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in times.items()}


def ratio(times: Times, slow: str, fast: str) -> float:
    """The speed-up: the median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(times[slow], times[fast], strict=True))


def arguments(description: str, rounds: int) -> argparse.ArgumentParser:
    """A parser with --rounds and --results."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the JSON files")
    return parser


def report(options: argparse.Namespace, name: str, rows: list[dict], threads: int, **facts: object) -> None:
    """Print the table, the facts and the machine's limits, and write all with machine and settings to NAME.json."""
    import pandas as pd

    from benchmarks.limits import limits

    facts = {**facts, **limits(threads)}
    settings = {key: value for key, value in vars(options).items() if key != "results"}
    said = ", ".join(f"{key} {value}" for key, value in settings.items())
    print(f"{name}: threads {threads}, {said}; times are medians over the rounds")
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3g}".format, na_rep=""))
    for fact, value in facts.items():
        print(f"{fact.replace('_', ' ')}: {value if not isinstance(value, float) else f'{value:.3g}'}")
    content = {"machine": machine() | {"threads": threads}, "settings": settings, "rows": rows, "facts": facts}
    options.results.mkdir(parents=True, exist_ok=True)
    (options.results / f"{name}.json").write_text(json.dumps(content, indent=2, default=str) + "\n")


def machine() -> dict[str, object]:
    """Processor, cores, system and versions, for the JSON."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    versions = {p: _version(p) for p in PACKAGES if _version(p)}
    return {
        "processor": models[0] if models else platform.machine(), "cores": os.cpu_count(),
        "system": platform.platform(), "python": platform.python_version(), **versions,
    }  # fmt: skip


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


class Worker:
    """A worker process that handles one call at a time, so that rounds can alternate between processes.

    Args:
        module: to run; it ends in `serve`.
        *args: of its command line.
        python: interpreter, that of the peers for instance.
        threads: of torch and NumPy in it.
    """

    def __init__(self, module: str, *args: str, python: Path | str = sys.executable, threads: int = 1):
        environment = os.environ | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(
            [str(python), "-m", module, *args], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __call__(self, name: str, **settings: object) -> dict:
        """Call the worker's function `name`."""
        with contextlib.suppress(BrokenPipeError):  # a dead worker is reported below
            self.process.stdin.write(json.dumps([name, settings]) + "\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{' '.join(self.process.args)} ended at {name!r}; see its output above.")
        return json.loads(answer)

    def timed(self, name: str, **settings: object) -> Callable[[], float]:
        """A form that returns the "seconds" of a call."""
        return lambda: self(name, **settings)["seconds"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def peer(threads: int = 1) -> Worker | None:
    """The worker with mmaction2; if it is not installed, print a sentence and return None."""
    if not PEERS.exists():
        print(f"mmaction2 is not installed in {PEERS.parents[1]}, so its columns are missing: make bench-peers.")
        return None
    return Worker("benchmarks.peer", python=PEERS, threads=threads)


def serve(functions: dict[str, Callable[..., dict]]) -> None:
    """Handle a `Worker`'s calls on standard input until it closes; other output goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, settings = json.loads(line)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        answer = functions[name](**settings) or {}
        usage = resource.getrusage(resource.RUSAGE_SELF)
        answer |= {"faults": usage.ru_minflt - before, "peak_gib": usage.ru_maxrss / 2**20}  # KiB on Linux
        print(json.dumps(answer), file=answers, flush=True)
