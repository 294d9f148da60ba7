"""Small files in the formats in which tools export key points, as their documentation describes them."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd


def write_openpose(
    folder: Path, frames: Sequence[Sequence[np.ndarray]], parts: Sequence[int] = (), first: int = 0
) -> Path:
    """One JSON a frame; persons [V, 3]. `parts`: where the body, the face and the left hand end, if they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, persons in enumerate(frames, first):
        people = []
        for person in persons:
            pieces = np.split(person, parts) if parts else [person]
            pieces += [person[:0]] * (4 - len(pieces))
            fields = ("pose_keypoints_2d", "face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d")
            given = {field: piece.ravel().tolist() for field, piece in zip(fields, pieces, strict=True)}
            extra = {f"{field[:-2]}3d": [] for field in fields}
            people.append({"person_id": [-1], **given, **extra})
        text = json.dumps({"version": 1.3, "people": people}, separators=(",", ":"))
        (folder / f"{folder.name}_{number:012d}_keypoints.json").write_text(text)
    return folder


def write_mmpose(path: Path, frames: Sequence[Sequence[np.ndarray]], meta: dict | None = None, first: int = 0) -> Path:
    """MMPose's predictions of a video: with `meta` as its demo writes them, else as its inferencer does."""
    listed = [
        {
            "frame_id": number,
            "instances": [
                {
                    "keypoints": person[:, :2].tolist(), "keypoint_scores": person[:, 2].tolist(),
                    "bbox": [[0.0, 0.0, 9.0, 9.0]], "bbox_score": 0.9,
                }
                for person in persons
            ],
        }
        for number, persons in enumerate(frames, first)
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(listed if meta is None else {"meta_info": meta, "instance_info": listed}))
    return path


def write_alphapose(path: Path, frames: Sequence[Sequence[np.ndarray]], tracks: Sequence[Sequence[int]] = ()) -> Path:
    """AlphaPose's alphapose-results.json; `tracks`: the persons' numbers, by frame."""
    listed = [
        {"image_id": f"{number}.jpg", "category_id": 1, "keypoints": person.ravel().tolist(), "score": 2.5,
         "box": [0, 0, 9, 9], "idx": tracks[number][place] if tracks else [0.0]}
        for number, persons in enumerate(frames)
        for place, person in enumerate(persons)
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(listed))
    return path


def write_deeplabcut(
    path: Path, points: np.ndarray, joints: Sequence[str], frames: Sequence[int], individuals: Sequence[str] = ()
) -> Path:
    """Points [P, T, V, 3] as DeepLabCut writes its table; without `individuals` of single-animal projects, P = 1."""
    names = ["scorer", *(["individuals"] if individuals else []), "bodyparts", "coords"]
    levels = [["DLC_resnet50_handsMay1shuffle1_100000"], individuals, joints, ["x", "y", "likelihood"]]
    columns = pd.MultiIndex.from_product([level for level in levels if len(level)], names=names)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = points.transpose(1, 0, 2, 3).reshape(points.shape[1], -1)
    pd.DataFrame(values, index=list(frames), columns=columns).to_csv(path)
    return path


def write_sleap_csv(path: Path, frames: Sequence[Sequence[tuple[str, np.ndarray]]], joints: Sequence[str]) -> Path:
    """SLEAP's analysis CSV: a row an instance, nothing for empty frames; persons are (track, [V, 3])."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["track", "frame_idx", "instance.score", *[f"{j}.{a}" for j in joints for a in ("x", "y", "score")]]
        )
        for number, persons in enumerate(frames):
            for track, person in persons:
                values = np.where(person[:, 2:] > 0, person, np.nan).ravel().tolist()
                writer.writerow([track, number, 0.8, *["" if np.isnan(value) else value for value in values]])
    return path


def write_sleap_h5(path: Path, points: np.ndarray, joints: Sequence[str], transposed: bool = True) -> Path:
    """SLEAP's analysis file of points [P, T, V, 3]; undetected joints are NaN. Needs h5py."""
    import h5py

    path.parent.mkdir(parents=True, exist_ok=True)
    xy = np.where(points[..., 2:] > 0, points[..., :2], np.nan)
    scores = np.where(points[..., 2] > 0, points[..., 2], np.nan)
    tracks = xy.transpose(0, 3, 2, 1) if transposed else xy.transpose(1, 2, 3, 0)
    with h5py.File(path, "w") as file:
        file["tracks"] = tracks
        file["point_scores"] = scores.transpose(0, 2, 1) if transposed else scores.transpose(1, 2, 0)
        file["node_names"] = [joint.encode() for joint in joints]
        file["track_names"] = [f"track_{number}".encode() for number in range(len(points))]
        file["track_occupancy"] = np.isfinite(xy).any((2, 3)).T.astype(np.uint8)
        file["instance_scores"] = np.ones(points.shape[:2])
        file["edge_inds"] = np.zeros((0, 2), int)
    return path
