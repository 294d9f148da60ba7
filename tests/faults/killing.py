"""Kill a piece of work at a moment drawn from a seed, ask for it again until it is done, compare with the undisturbed.

A moment is an event, the k-th time that the work opens a file to write, renames or removes one, when it is killed by
its own hand; or a time, counted from its start, when it is killed from outside, wherever it then is.
"""

import contextlib
import hashlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import time
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import psutil

TOUCHING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
CLOCKS = ("training_minutes", "frames_minutes", "peak_memory_gib", "commit")  # what no two runs need have in common
DATES = re.compile(rb"D:\d{14}Z|\d{4}-\d\d-\d\dT[\d:]+Z?|<xmpMM:\w+ID>[^<]*|/ID\s*\[[^\]]*\]")  # of Typst
FAMILY = ("all", "work", "child")  # whom a kill from outside meets: everyone, the process asked, a child of it

# a server that has imported everything and computed nothing: what it forks starts at once
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.victims"])


@dataclass(frozen=True)
class Moment:
    """When somebody is killed.

    Attributes:
        event: number of the event, from 1; 0: the time counts.
        seconds: after the start.
        victim: one of `FAMILY`.
    """

    event: int = 0
    seconds: float = 0.0
    victim: str = "all"

    def __str__(self) -> str:
        return f"event {self.event}" if self.event else f"{self.seconds:.2f} s ({self.victim})"


@dataclass(frozen=True)
class Undisturbed:
    """What a piece of work is if nobody disturbs it: file -> content, number of events, seconds."""

    content: dict[str, str]
    events: int
    seconds: float


def measure(work: str, folder: Path) -> Undisturbed:
    """Let it work undisturbed in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    code, told = attempt(work, folder, None)
    assert code == 0, log(folder).read_text()
    return Undisturbed(read(folder), *told)


def draw(undisturbed: Undisturbed, rng: np.random.Generator, family: tuple[str, ...], outside: bool) -> Moment:
    """A moment, uniform over the events, or, from outside, over the time."""
    if outside:
        return Moment(seconds=float(rng.uniform(0, undisturbed.seconds)), victim=str(rng.choice(family)))
    return Moment(event=int(rng.integers(1, undisturbed.events + 1)))


def torture(work: str, folder: Path, moments: list[Moment]) -> int:
    """Start in an empty folder, be killed at each moment that is reached, and go on to the end; how many were."""
    shutil.rmtree(folder, ignore_errors=True)
    for kills, moment in enumerate([*moments, None]):
        code, _ = attempt(work, folder, moment)
        if code == 0:
            return kills
        assert code == -SIGKILL or (moment and moment.victim == "child"), log(folder).read_text()
    raise AssertionError(f"{work}, killed at {moments}, did not end well: {log(folder).read_text()}")


def attempt(work: str, folder: Path, moment: Moment | None) -> tuple[int, tuple[int, float] | None]:
    """Let it work once, until it is done or killed; the exit code, and its events and seconds if it was done."""
    mine, its = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_work, args=(work, folder, moment.event if moment else 0, its))
    process.start()
    its.close()
    told = None
    try:
        assert mine.recv() == "started"
        if moment and not moment.event and not mine.poll(moment.seconds):
            _kill(process.pid, moment.victim)
        told = mine.recv()
    except EOFError:  # it was killed
        pass
    process.join()
    return process.exitcode, told


def read(folder: Path) -> dict[str, str]:
    """File -> a digest of what must be the same after any disturbance.

    The file of a lock is left out: that of a killed process holds nothing, and goes with the next who takes it.
    """
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): hashlib.blake2b(_content(path), digest_size=8).hexdigest() for path in paths}


def log(folder: Path) -> Path:
    """What the work said."""
    return folder.with_suffix(".log")


def _content(path: Path) -> bytes:
    """The bytes of a file, without the clocks in it."""
    if path.name == "history.csv":
        return pd.read_csv(path, dtype=str).drop(columns="seconds", errors="ignore").to_csv().encode()
    if path.name == "environment.json":
        values: dict[str, Any] = json.loads(path.read_text())
        return json.dumps({name: value for name, value in values.items() if name not in CLOCKS}).encode()
    if path.suffix == ".ipynb":
        return str(len(nbformat.read(path, 4).cells)).encode()  # that it can be read
    if path.name == "report.pdf":
        return DATES.sub(b"", path.read_bytes())
    return path.read_bytes()


def _work(work: str, folder: Path, event: int, outcome: Connection) -> None:
    from tests.faults.victims import READY, WORKS

    folder.mkdir(parents=True, exist_ok=True)
    said = os.open(log(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ |= {f"MGLIB_{name.upper()}": str(folder / name) for name in ("runs", "cache", "reports")}
    os.environ["SOURCE_DATE_EPOCH"] = "0"  # the date in a PDF
    warnings.simplefilter("ignore")
    count, inside = [0], str(folder)

    def watch(name: str, args: tuple) -> None:
        if name == "open":
            touched = isinstance(args[0], str) and args[0].startswith(inside) and args[2] & (os.O_WRONLY | os.O_RDWR)
        else:
            touched = name in TOUCHING
        if touched:
            count[0] += 1
            if count[0] == event:
                os.kill(os.getpid(), SIGKILL)

    READY.get(work, lambda place: None)(folder.parent)
    outcome.send("started")
    started = time.perf_counter()
    sys.addaudithook(watch)
    WORKS[work](folder)
    outcome.send((count[0], time.perf_counter() - started))


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.NoSuchProcess):  # it ends by itself at this moment
        return process.memory_info().rss
    return 0


def _kill(pid: int, victim: str) -> None:
    process = psutil.Process(pid)
    children = process.children(recursive=True)
    if victim == "child" and children:
        process = max(children, key=_memory)  # as the system does where memory runs out
    for one in [process, *(children if victim == "all" else [])]:
        with contextlib.suppress(psutil.NoSuchProcess):  # a child may end by itself as its parent dies
            one.kill()
    if victim == "all":
        psutil.wait_procs(children)
