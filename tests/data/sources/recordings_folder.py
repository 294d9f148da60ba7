"""A folder of small films with coders' files and key points beside them."""

import pickle
from fractions import Fraction
from pathlib import Path

import numpy as np

from mglib.data.layouts import LAYOUTS
from mglib.data.recordings.formats import Mark, Marks, Medium, Tier, write_eaf
from tests.data.folders import person
from tests.data.odd_videos import write

FRAMES, RATE = 250, 25
HEIGHT, WIDTH = 96, 128
WORDS = ("nod", "rub", "scratch")
TRUE = (("nod", 1.0, 2.0), ("scratch", 3.0, 5.0), ("rub", 6.0, 8.04), ("nod", 8.5, 9.0))


def film(path: Path, frames: int = FRAMES, rate: Fraction | int = RATE) -> Path:
    """A video in which nothing is seen."""
    return write(path, [np.full((HEIGHT, WIDTH, 3), 90, np.uint8)] * frames, rate)


def points(frames: int = FRAMES, seed: int = 0) -> np.ndarray:
    """A person within the picture, [1, T, 22, 3]."""
    found = person(LAYOUTS["imigue22"].joints, frames, np.random.default_rng(seed))
    found[..., :2] = found[..., :2] * 0.1 + (0, 20)
    found[..., 0] -= found[..., 0].mean() - WIDTH / 2
    return found[None]


def keypoints(path: Path, names: list[str], frames: int = FRAMES) -> Path:
    """What `python -m mglib.pose` writes of these videos."""
    rows = []
    for seed, name in enumerate(names):
        found = points(frames, seed)
        row = {"frame_dir": name, "label": -1, "total_frames": frames, "img_shape": (HEIGHT, WIDTH)}
        rows.append(row | {"keypoint": found[..., :2], "keypoint_score": found[..., 2]})
    path.write_bytes(pickle.dumps({"annotations": rows, "class_names": ["not known"], "split": {"hidden": names}}))
    return path


def eaf(path: Path, marks=TRUE, coder: str = "", participant: str = "", video: str = "", words=WORDS) -> Path:
    """A coder's file of a single tier."""
    tier = Tier("gesture", participant, coder)
    media = (Medium(f"file:///C:/films/{video}", f"./{video}"),) if video else ()
    held = tuple(Mark(start, stop, value, tier.name) for value, start, stop in marks)
    write_eaf(path, Marks(path, path.stem, (tier,), held, media), words)
    return path


def write_folder(folder: Path, names: tuple[str, ...] = ("anna", "bert", "carl")) -> Path:
    """Films, key points, a coder's file each, and who is in which split."""
    folder.mkdir()
    for name in names:
        film(folder / f"{name}.mp4")
        eaf(folder / f"{name}.eaf", coder="dora", video=f"{name}.mp4")
    keypoints(folder / "keypoints.pkl", list(names))
    splits = ("train", "val", "test")
    rows = [f"{name}.mp4,{name.title()},{split}" for name, split in zip(names, splits, strict=False)]
    (folder / "persons.csv").write_text("\n".join(["file,person,split", *rows]) + "\n")
    return folder
