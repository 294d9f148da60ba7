"""A disk that is full at some stage: a sentence, nothing lost, and with room again the same result.

Two kinds: a file system of its own that is filled up, where mounting one is allowed, and a limit on the size of files.
"""

import contextlib
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mglib.base import paths
from mglib.base.errors import DiskError
from mglib.config import TrainConfig
from mglib.data import FrameCache
from mglib.report import Report, Section, write_report
from mglib.runs import Run
from mglib.training import loop as training
from tests.builders import waving_table
from tests.training.test_loop import SETTINGS, same

LITTLE = 2000  # bytes that a file may have: enough for a lock, too few for what is to be written
STAGES = {
    "frames": (FrameCache, "fill", "cache/.*npy"),
    "checkpoint": (training, "save_checkpoint", "checkpoint/epoch_0001"),
    "results": (training, "write_results", "runs/run/.*npz"),
}


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("mounting a small file system is not allowed here; the limit on the size of files is tested")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture(params=["mounted", "limited"])
def scarce(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable]:
    """A folder, and a context within which there is next to no room in it."""
    if request.param == "mounted":
        folder = request.getfixturevalue("mounted")
        return folder, lambda: filled(folder)
    return tmp_path, limited


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[None]:
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def limited() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LITTLE, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that nothing disturbed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MGLIB_RUNS", str(tmp_path_factory.mktemp("whole")))
        patch.setenv("MGLIB_CACHE", str(tmp_path_factory.mktemp("cache")))
        return training.train(TrainConfig.read(SETTINGS | {"run_name": "run"}), waving_table())


@pytest.mark.parametrize("stage", STAGES)
def test_training_on_a_full_disk_ends_in_a_sentence_and_goes_on_with_room(stage, scarce, whole, monkeypatch):
    folder, narrow = scarce
    for name in ("runs", "cache"):
        monkeypatch.setenv(f"MGLIB_{name.upper()}", str(folder / name))
    owner, name, told = STAGES[stage]
    original, calls, config = getattr(owner, name), [], TrainConfig.read(SETTINGS | {"run_name": "run", "resume": True})

    def work(*arguments):
        calls.append(1)
        with narrow() if len(calls) == 1 + (stage == "checkpoint") else contextlib.nullcontext():
            return original(*arguments)

    monkeypatch.setattr(owner, name, work)
    with pytest.raises(DiskError, match=rf"{told}.* could not be written .* [\d.]+ MiB are free there") as error:
        training.train(config, waving_table())
    assert "Complete files are kept" in str(error.value)
    assert not [path for path in folder.rglob("*") if ".part" in path.name]
    kept = [path.name for path in training.checkpoints(paths.runs_dir() / "run")]
    assert kept == {"frames": [], "checkpoint": ["epoch_0000"], "results": ["epoch_0002"]}[stage]
    same(whole, training.train(config, waving_table()))
    assert not (paths.runs_dir() / "run" / "checkpoint").exists()


def test_a_report_on_a_full_disk_ends_in_a_sentence(scarce):
    folder, narrow = scarce
    report = Report("r", [Section("s", ["word " * 900])])
    (before,) = write_report(Report("r", [Section("s", ["before"])]), folder / "report", ["html"])
    with narrow(), pytest.raises(DiskError, match=r"report.* could not be written"):
        write_report(report, folder / "report", ["html"])
    assert "before" in before.read_text() and not list((folder / "report").glob(".*"))
    (after,) = write_report(report, folder / "report", ["html"])
    assert "word word" in after.read_text()
