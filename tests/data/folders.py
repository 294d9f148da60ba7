"""Small folders in exactly the formats of the licensed data sets, with synthetic persons in them."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import openpyxl

from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137, LAYOUTS
from mglib.data.sources.openpose import IMIGUE22_FROM_IMIGUE36

BODY = {
    "nose": (0, -80), "neck": (0, 0), "shoulder": (100, 5), "elbow": (135, 120), "wrist": (75, 200),
    "mid_hip": (0, 260), "hip": (50, 262), "knee": (90, 330), "ankle": (95, 390), "eye": (18, -95),
    "ear": (48, -88), "big_toe": (100, 400), "small_toe": (115, 398), "heel": (90, 398), "upper_jaw": (45, -70),
    "lower_jaw": (30, -45), "chin": (0, -35), "brow": (22, -108), "nose_bridge": (0, -95), "mouth": (14, -58),
    "upper_lip": (0, -62), "lower_lip": (0, -52), "hand": (75, 204), "thumb": (55, 225), "index": (62, 240),
    "middle": (72, 244), "ring": (82, 242), "little": (90, 236), "spine_base": (0, 260), "spine_mid": (0, 130),
    "spine_shoulder": (0, 20), "head": (0, -85), "foot": (100, 400), "hand_tip": (72, 244),
}  # fmt: skip
"""Pixels from the neck; of joints that come in pairs the person's left one, which is seen on the right."""


def place(joint: str) -> tuple[float, float]:
    """Where a joint of a seated person is, seen from the neck, pixels."""
    side, _, rest = joint.partition("_")
    x, y = BODY[rest if side in ("left", "right") else joint]
    return (-x if side == "right" else x), y


def person(joints: Sequence[str], frames: int, rng: np.random.Generator, centre=(640, 280)) -> np.ndarray:
    """A seated person who moves a little, float32 [T, V, 3] = x, y in pixels, score."""
    still = np.array([place(joint) for joint in joints])
    sway = 8 * np.sin(np.linspace(0, rng.uniform(2, 6), frames))[:, None]
    points = np.empty((frames, len(joints), 3), np.float32)
    points[..., :2] = centre + still + np.stack([sway, sway / 3], -1) + rng.normal(0, 1, (frames, len(joints), 2))
    points[..., 2] = rng.uniform(0.5, 1, points.shape[:2])
    return points.round(3)


def openpose(frames: int, rng: np.random.Generator) -> np.ndarray:
    """The 137 joints of OpenPose of a seated person, float32 [T, 137, 3]; those that nobody uses lie on the neck."""
    names = ["neck"] * 137
    names[:25] = LAYOUTS["body25"].joints
    for number, name in zip(IMIGUE36_FROM_OPENPOSE137, LAYOUTS["imigue36"].joints, strict=True):
        names[number] = name
    return person(names, frames, rng)


@dataclass
class Video:
    """A video to be written: its name, its split in the distribution, its points and its label lines."""

    name: str
    split: str
    points: np.ndarray
    lines: Sequence[tuple[int, int, int]]


def imigue_videos(
    rng: np.random.Generator, train: int = 4, validate: int = 2, test: int = 1, frames: int = 60
) -> list[Video]:
    """Videos of five clips each, of 5 to 9 frames; test classes are zeroed."""
    videos = []
    for split, number in (("train", train), ("validate", validate), ("test", test)):
        for _ in range(number):
            lines = []
            for line, start in enumerate(range(0, frames - 9, 12)):
                classes = [0] if split == "test" else [1, 20, 29, 31, 99]
                lines.append((classes[line % len(classes)], start, start + int(rng.integers(4, 9))))
            videos.append(Video(f"{len(videos) + 1:04d}", split, openpose(frames, rng), lines))
    return videos


def write_imigue(folder: Path, videos: Sequence[Video], kinds: Sequence[str] = ("csv",)) -> Path:
    """Writes `folder`/imigue_skeleton_SPLIT/VIDEO/ with the labels and, as `kinds` say, light_hand.csv and xlsx."""
    for video in videos:
        part = folder / f"imigue_skeleton_{video.split}" / video.name
        part.mkdir(parents=True, exist_ok=True)
        (part / f"{video.name}_label.csv").write_text("".join(f"{c},{s},{e}\n" for c, s, e in video.lines))
        if "csv" in kinds:
            write_light(part / f"{video.name}_light_hand.csv", video.points)
        if "xlsx" in kinds:
            write_workbook(part / f"{video.name}_openpose.xlsx", video.points.reshape(len(video.points), -1).tolist())
    return folder


def light(points: np.ndarray) -> np.ndarray:
    """35 of OpenPose's 137 joints, as light_hand.csv has them."""
    tips = [base + finger for base in (95, 116) for finger in range(4, 21, 4)]
    return points[:, [*range(25), *tips]]


def imigue22(points: np.ndarray) -> np.ndarray:
    """The 22 joints of the layout, of OpenPose's 137."""
    return imigue36(points)[:, IMIGUE22_FROM_IMIGUE36]


def imigue36(points: np.ndarray) -> np.ndarray:
    """The 36 joints of the layout, of OpenPose's 137."""
    return points[:, IMIGUE36_FROM_OPENPOSE137]


def write_light(path: Path, points: np.ndarray) -> None:
    rows = light(points).reshape(len(points), -1)
    lines = [",".join(map(str, ("", *range(rows.shape[1]))))]
    lines += [",".join(map(str, (number, *row))) for number, row in enumerate(rows.tolist())]
    path.write_text("\n".join(lines) + "\n")


def write_workbook(path: Path, rows: Sequence[Sequence]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(path)


def smg_samples(rng: np.random.Generator, subjects: Sequence[int] = (1, 2, 36), frames: int = 60) -> list[Video]:
    """Samples of five clips each; `split` is left empty, as a sample's number says it."""
    joints = LAYOUTS["kinect25"].joints
    lines = [
        [(1 + (5 * s + line) % 17, start, start + 7) for line, start in enumerate(range(0, 60, 12))] for s in subjects
    ]
    return [
        Video(f"Sample{subject:04d}", "", person(joints, frames, rng, (960, 540)), those)
        for subject, those in zip(subjects, lines, strict=True)
    ]


def write_smg(folder: Path, samples: Sequence[Video]) -> Path:
    """Writes `folder`/Sample00NN/ with skeleton and labels; x and y of `points` are pixels of the colour image."""
    for sample in samples:
        part = folder / sample.name
        part.mkdir(parents=True, exist_ok=True)
        (part / f"{sample.name}_finelabels.csv").write_text("".join(f"{c},{s},{e}\n" for c, s, e in sample.lines))
        values = np.zeros((*sample.points.shape[:2], 11))
        pixels = sample.points[..., :2].astype(np.float64)
        values[..., :2] = (pixels - (960, 540)) / 1060 * (2, -2)  # metres, two before the camera
        values[..., 2], values[..., 3], values[..., 7:9] = 2, 1, pixels
        values[sample.points[..., 2] == 0] = 0
        np.savetxt(part / f"{sample.name}_skeleton.csv", values.reshape(len(values), -1), delimiter=",", fmt="%.6g")
    return folder


def ma52_clips(
    rng: np.random.Generator, people: int = 4, each: int = 5
) -> dict[str, dict[str, tuple[int, np.ndarray]]]:
    """Split -> clip -> (label, points); people are in train and validation alike, test labels are kept back."""
    joints, clips = LAYOUTS["ma52_28"].joints, {"train": {}, "val": {}, "test": {}}
    for number in range(people * each):
        for split in ("train", "val"):
            label = int(rng.integers(52))
            name = f"{number // each:04d}_0{label % 7}_{number:04d}{'' if split == 'train' else '1'}"
            clips[split][name] = label, person(joints, int(rng.integers(12, 20)), rng, (960, 480))
        clips["test"][f"test{number:04d}"] = 0, person(joints, int(rng.integers(12, 20)), rng, (960, 480))
    return clips


def write_ma52(folder: Path, clips: Mapping[str, Mapping[str, tuple[int, np.ndarray]]]) -> Path:
    """Writes `folder`/annotations/SPLIT_list_videos.txt and `folder`/pose/SPLIT.pkl."""
    for part in ("annotations", "pose"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for split, those in clips.items():
        listing = "".join(f"{name}.mp4 {label}\n" for name, (label, _) in those.items())
        (folder / "annotations" / f"{split}_list_videos.txt").write_text(listing)
        annotations = [
            {
                "frame_dir": name, "label": label, "img_shape": (1080, 1920), "original_shape": (1080, 1920),
                "total_frames": len(points), "keypoint": points[None, ..., :2], "keypoint_score": points[None, ..., 2],
            }
            for name, (label, points) in those.items()
        ]  # fmt: skip
        (folder / "pose" / f"{split}.pkl").write_bytes(pickle.dumps(annotations))
    return folder


def write_video(path: Path, frames: int, height: int = 72, width: int = 128, **options: str) -> np.ndarray:
    """An H.264 video whose frames all differ, with key frames every 12 and B-frames; returns its frames as decoded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = np.arange(width)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "12", "bf": "2"} | options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            stripes = 120 + 80 * np.sin((columns + 7 * number) / 9)
            image = np.broadcast_to(stripes[None, :, None], (height, width, 3)).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    with av.open(str(path)) as container:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
