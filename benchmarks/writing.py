"""What it costs that nothing is lost: a lock, and files that are on the disk before they take their place.

    python -m benchmarks.writing

"quick" leaves the disk to the system, as the frame cache does. A small file is one of a run's tables, 4 KiB; a clip one
of the frame cache, 3.5 MB. Wall-clock milliseconds; they depend on the disk more than on anything else.
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
