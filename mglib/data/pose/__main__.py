"""Key points of a video, or of a folder of videos, from the console: see `mglib.pose` and `mglib.pose.folder`."""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from mglib.base.console import ended, print_anything
from mglib.base.errors import DataError, DiskError
from mglib.data.headers import header

from .estimation import Estimate, estimate
from .folder import GROUP, Clip, Estimator, content, find, kept, write_annotations
from .holistic import PoseMissing
from .overlay import overlay


def main(arguments: list[str] | None = None, estimator: Estimator = estimate) -> int:
    """Return 0; 1 if some of the videos could not be used; 2 if nothing was written."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.pose", description="Key points from video.")
    parser.add_argument("source", type=Path, help="a video, or a folder: VIDEO, CLASS/VIDEO or SPLIT/CLASS/VIDEO")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.pkl", help="the annotation pickle")
    parser.add_argument("--overlay", action="store_true", help="write videos with the skeleton to OUT_overlay/")
    parser.add_argument("--model", type=Path, help="holistic_landmarker.task, for MediaPipe 1 and newer")
    region = ("LEFT", "TOP", "WIDTH", "HEIGHT")
    parser.add_argument("--region", type=int, nargs=4, metavar=region, help="part of the picture to look at, pixels")
    options = parser.parse_args(arguments)
    try:
        clips = find(options.source)
        if options.overlay and options.source.resolve() in options.output.resolve().parents:
            raise DataError(f"-o {options.output}: the overlays would lie among the videos; choose another place.")
        found, failures = _estimate(clips, options, estimator)
        used = [clip for clip in clips if clip.id in found]
        annotations = content(used, list(found.values()))
        write_annotations(options.output, annotations)
    except (DataError, DiskError) as error:
        print(error, file=sys.stderr)
        return 2
    print(_summary(options.output, found))
    print("To load it: dataset annotation, data_root", options.output, "and data_options")
    print(_data_options(options.source, found, annotations["class_names"]))
    for failure in failures:
        print(failure, file=sys.stderr)
    return int(bool(failures))


def _estimate(
    clips: Sequence[Clip], options: argparse.Namespace, estimator: Estimator
) -> tuple[dict[str, Estimate], list[str]]:
    """The estimates by clip id, and sentences on the videos that have none."""
    found, failures = {}, []
    how = {"model": options.model, "region": options.region and tuple(options.region)}
    for clip in (bar := tqdm(clips, "key points", unit="video", disable=len(clips) == 1)):
        try:
            found[clip.id] = kept(clip.video, estimator, **how)
        except PoseMissing:
            raise
        except DataError as error:
            failures.append(str(error))
            continue
        if options.overlay:
            overlay(clip.video, found[clip.id], _overlays(options.output) / f"{clip.id}.mp4")
        for note in [*header(clip.video).notes, *found[clip.id].notes]:
            bar.write(f"{clip.video}: {note}")
    if not found:
        raise DataError("\n".join([*failures, "No video could be used; nothing was written."]))
    return found, failures


def _overlays(output: Path) -> Path:
    return output.with_name(f"{output.stem}_overlay")


def _summary(output: Path, found: Mapping[str, Estimate]) -> str:
    joints = np.concatenate([one.keypoints[0, ..., 2] > 0 for one in found.values()])
    tips = joints[:, -10:]
    shares = f"{joints[:, :-10].mean():.0%} of the body's joints and {tips.mean():.0%} of the fingertips were found"
    return f"{output}: {len(found)} clips, {len(joints)} frames; {shares}."


def _data_options(source: Path, found: Mapping[str, Estimate], names: Sequence[str]) -> dict[str, object]:
    """Options of `mglib.data.annotation.load` that are not in the pickle."""
    rates = Counter(round(one.fps, 3) for one in found.values())
    options = {"layout": "imigue22", "fps": rates.most_common(1)[0][0]}
    options |= {"class_names": list(names), "group": GROUP} if names else {}
    return options | {"videos": str((source if source.is_dir() else source.parent).resolve())}


if __name__ == "__main__":
    sys.exit(ended(main))
