"""Cost of safe writing: locks, and files that are flushed to disk before they replace others.

    python -m benchmarks.writing

"quick" does not flush to disk, as for the frame cache. A small file is like a run's table, 4 KiB; a clip is like one in
the frame cache, 3.5 MB. Wall-clock milliseconds, which depend mostly on the disk.
"""

import tempfile
from functools import partial
from pathlib import Path

from benchmarks.rounds import arguments, interleaved, medians, report, timed
from mglib.base.files import whole
from mglib.base.locking import locked

SIZES = {"small file": 4096, "clip": 3_500_000}


def write(path: Path, size: int, quick: bool) -> None:
    with whole(path, quick) as part:
        part.write_bytes(bytes(size))


def lock(folder: Path) -> None:
    with locked(folder):
        pass


def main() -> None:
    options = arguments(__doc__, rounds=15).parse_args()
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name).resolve()
        forms = {"lock": timed(partial(lock, folder / "run"))}
        for what, size in SIZES.items():
            for quick in (True, False):
                form = f"{what}, {'quick' if quick else 'on the disk'}"
                forms[form] = timed(partial(write, folder / what, size, quick))
        times = medians(interleaved(forms, options.rounds))
    rows = [{"what": form, "ms": 1e3 * seconds} for form, seconds in times.items()]
    report(options, "writing", rows, threads=1)


if __name__ == "__main__":
    main()
