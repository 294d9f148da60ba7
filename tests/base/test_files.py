"""Files are whole or not there, whoever is killed; a disk that is full is told in a sentence."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mglib.base import files
from mglib.base.errors import DataError, DiskError
from mglib.base.files import whole


def test_a_block_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "new" / "x.csv"
    files.write_text(path, "before")
    with pytest.raises(KeyError), whole(path) as part:
        raise KeyError(part.write_text("half"))
    assert path.read_text() == "before" and list(path.parent.iterdir()) == [path]


def test_two_writers_of_one_file_do_not_meet(tmp_path):
    path = tmp_path / "x.npy"
    with whole(path) as first, whole(path) as second:
        np.save(first, np.zeros(9))
        np.save(second, np.ones(9))
    assert np.load(path).tolist() == [0] * 9  # the one that ended last
    assert list(tmp_path.iterdir()) == [path]


WRITER = """
import sys, time
from pathlib import Path
from mglib.base.files import whole
with whole(Path(sys.argv[1])) as part:
    part.write_text("half")
    print(part.name, flush=True)
    time.sleep(600)
"""


def hears():
    """A suite started in the background ignores Ctrl-C, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_what_a_killed_process_left_is_removed_but_not_what_a_live_one_writes(tmp_path):
    path = tmp_path / "x.csv"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, target], stdout=subprocess.PIPE, text=True, preexec_fn=hears)
        for target in (path, path, tmp_path / "y.csv")
    ]
    parts = [tmp_path / writer.stdout.readline().strip() for writer in writers]
    writers[0].kill()
    writers[2].kill()
    writers[0].wait(), writers[2].wait()
    files.write_text(path, "whole")
    assert set(tmp_path.iterdir()) == {path, parts[1], parts[2]}
    files.tidy(tmp_path)
    assert set(tmp_path.iterdir()) == {path, parts[1]}
    writers[1].send_signal(signal.SIGINT)
    writers[1].wait()
    assert path.read_text() == "whole" and list(tmp_path.iterdir()) == [path]


def test_permissions_are_the_usual_ones_and_stay(tmp_path):
    path, old = tmp_path / "x.csv", os.umask(0o027)
    try:
        files.write_text(path, "1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o664)
        files.write_text(path, "2")
    finally:
        os.umask(old)
    assert path.read_text() == "2" and stat.S_IMODE(path.stat().st_mode) == 0o664


@pytest.mark.parametrize("write", [files.write_text, lambda path, text: files.write_arrays(path, a=np.array(text))])
def test_a_file_that_may_not_grow_is_told_and_the_old_one_kept(tmp_path, write):
    path, noise = tmp_path / "x.npz", "".join(map(chr, np.random.default_rng(0).integers(33, 9999, 50_000)))
    write(path, "before")
    before, (soft, hard) = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(
            DiskError, match=rf"{path} could not be written \(File too large\); \d+\.\d MiB are free"
        ) as told:
            write(path, noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "resume=True" in str(told.value) and path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_other_errors_than_those_of_a_disk_pass_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError), whole(tmp_path / "x"):
        Path(tmp_path / "nowhere").read_text()
    with pytest.raises(RuntimeError, match="no disk"), files.told(tmp_path):
        raise RuntimeError("no disk")
    for number in files.REFUSED - {errno.EACCES, errno.EPERM}:
        with pytest.raises(DiskError, match=os.strerror(number)), files.told(tmp_path / "x"):
            raise OSError(number, os.strerror(number))


def test_linked_folders_are_entered_once_and_hidden_ones_never(tmp_path):
    root, disk = tmp_path / "root", tmp_path / "disk"
    for path in (root / "b" / "1.csv", root / ".hidden" / "2.csv", root / "__MACOSX" / "3.csv", disk / "c" / "4.csv"):
        path.parent.mkdir(parents=True)
        path.touch()
    (root / "b" / "._1.csv").touch()
    for link, target in (("a", root / "b"), ("b/up", root), ("d", disk), ("e", disk / "c"), ("f", tmp_path / "gone")):
        (root / link).symlink_to(target)
    found = [path.relative_to(root).as_posix() for path in files.visible(root, "*.csv")]
    assert found == ["b/1.csv", "d/c/4.csv"]
    assert root / "e" in files.visible(root) and root / ".hidden" / "2.csv" in files.below(root)
    assert files.visible(root / "none") == [] == files.visible(root / "b" / "1.csv")


def test_a_folder_that_cannot_be_read_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    scan = os.scandir

    def refusing(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(DataError, match="closed: the folder cannot be read; change its permissions"):
        files.visible(tmp_path)
