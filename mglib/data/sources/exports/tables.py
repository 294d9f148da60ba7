"""Reads tables with named joints: DeepLabCut's CSV, SLEAP's CSV and SLEAP's analysis .h5."""

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mglib.base.errors import DataError
from mglib.data.sources.numbers import check_end

from .counting import check_steps
from .export import Export
from .tracks import Detection, assemble

HEADERS = (["scorer", "bodyparts", "coords"], ["scorer", "individuals", "bodyparts", "coords"])


def read_csv(path: Path) -> Export:
    """Read a CSV file of DeepLabCut or SLEAP, which is told by its first lines.

    Raises:
        DataError: it is of another kind, or violates its format.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            head = [row for row, _ in zip(csv.reader(file), range(4), strict=False)]
        check_end(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: not a readable CSV file ({error}); export it again.") from None
    if head and head[0][:1] == ["scorer"]:
        return _deeplabcut(path, head)
    if head and "frame_idx" in head[0]:
        return _sleap(path)
    beginning = ",".join(head[0][:6])[:60] if head else "nothing"
    if is_table(beginning):
        raise DataError(
            f"{path}: begins with {beginning}; its cells are separated as a spreadsheet separates them, not by commas: "
            "take the file that the tool wrote, or export it again."
        )
    raise DataError(
        f"{path}: begins with {beginning}; expected DeepLabCut's CSV, whose first "
        "line begins with scorer, or SLEAP's, which has a column frame_idx."
    )


def is_table(line: str) -> bool:
    """Whether the first line of a file is that of a table of DeepLabCut or SLEAP, whatever separates its cells."""
    cells = [cell.strip('" ') for cell in re.split(r"[,;\t]", line)]
    return cells[0] == "scorer" or "frame_idx" in cells


def _deeplabcut(path: Path, head: list[list[str]]) -> Export:
    first = [row[0] if row else "" for row in head]
    levels = next((levels for levels in HEADERS if first[: len(levels)] == levels), None)
    if levels is None:
        raise DataError(
            f"{path}: the first lines begin with {', '.join(first)}; DeepLabCut's begin with scorer, perhaps "
            "individuals, bodyparts and coords: export it again."
        )
    try:
        # the header is read apart: pandas would take a first frame of empty cells for a part of it
        names = pd.DataFrame({level: row[1:] for level, row in zip(levels, head, strict=False)})
        table = pd.read_csv(path, header=None, skiprows=len(levels), index_col=0, encoding="utf-8-sig")
        table = table.set_axis(names.index, axis=1).astype(np.float32)
    except pd.errors.EmptyDataError:
        raise DataError(f"{path}: holds no frame; export the clip again.") from None
    except (ValueError, IndexError) as error:  # pandas' own errors are ValueErrors
        raise DataError(
            f"{path}: not a table of numbers below DeepLabCut's header ({error}); export it again."
        ) from None
    if not {"x", "y"} <= set(names["coords"]) <= {"x", "y", "likelihood"}:
        raise DataError(
            f"{path}: coords are {', '.join(dict.fromkeys(names['coords']))}; expected x, y and likelihood, the 2-D "
            "predictions of a video."
        )
    frames = _frames(path, table.index)
    persons = list(dict.fromkeys(names["individuals"])) if "individuals" in levels else [None]
    joints = list(dict.fromkeys(names["bodyparts"]))
    points = np.zeros((len(persons), frames[-1] - frames[0] + 1, len(joints), 3), np.float32)
    points[..., 2] = 1 if "likelihood" not in set(names["coords"]) else 0
    points[..., :2] = np.nan
    for number, (part, coordinate) in enumerate(zip(names["bodyparts"], names["coords"], strict=True)):
        person = persons.index(names["individuals"][number]) if "individuals" in levels else 0
        axis = ("x", "y", "likelihood").index(coordinate)
        points[person, frames - frames[0], joints.index(part), axis] = table.iloc[:, number]
    return Export("DeepLabCut", detected(path, points), tuple(joints), named=True)


def _frames(path: Path, numbers: Any) -> np.ndarray:
    """Frame numbers, int64, ascending."""
    values = pd.to_numeric(pd.Series(numbers), errors="coerce").to_numpy(float)
    if not len(values):
        raise DataError(f"{path}: holds no frame; export the clip again.")
    if not np.isfinite(values).all() or (values != values.round()).any() or (np.diff(values) <= 0).any():
        odd = next((n for n, v in zip(numbers, values, strict=True) if not np.isfinite(v)), numbers[0])
        raise DataError(
            f"{path}: its first column does not count frames ({odd!r} is in it); expected the predictions of a whole "
            "video, 0, 1, 2, ..., and not labelled pictures."
        )
    check_steps(path, values.astype(np.int64))
    if values[-1] - values[0] + 1 > 20 * len(values):
        raise DataError(f"{path}: {len(values)} frames between {values[0]:.0f} and {values[-1]:.0f}; get the others.")
    return values.astype(np.int64)


def _sleap(path: Path) -> Export:
    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except ValueError as error:
        raise DataError(f"{path}: not a table below SLEAP's header ({error}); export it again.") from None
    joints = [name.removesuffix(".x") for name in table.columns if name.endswith(".x")]
    lacking = [f"{joint}.y" for joint in joints if f"{joint}.y" not in table]
    if not joints or lacking:
        raise DataError(f"{path}: no column {lacking[0] if lacking else 'NODE.x'}; expected SLEAP's analysis CSV.")
    columns = [table.get(f"{joint}.{axis}", 1.0) for joint in joints for axis in ("x", "y", "score")]
    try:
        points = np.stack([np.broadcast_to(np.asarray(c, np.float32), len(table)) for c in columns], 1)
    except ValueError as error:
        raise DataError(f"{path}: a cell holds no number ({error}); export it again.") from None
    rows = pd.to_numeric(table["frame_idx"], errors="coerce")
    numbers = _frames(path, np.sort(rows.unique()))  # NaN is sorted last, and refused
    frames: list[list[Detection]] = [[] for _ in range(numbers[-1] - numbers[0] + 1)]
    tracks = table["track"] if "track" in table else pd.Series([None] * len(table))
    for number, track, person in zip(rows, tracks, detected(path, points.reshape(-1, len(joints), 3)), strict=True):
        frames[int(number) - numbers[0]].append(Detection(person, None if pd.isna(track) else track))
    return Export("SLEAP", assemble(frames, len(joints)), tuple(joints), named=True, first=int(numbers[0]))


def read_h5(path: Path) -> Export:
    """Read SLEAP's analysis file with h5py, an optional package.

    Raises:
        DataError: it is of another kind, or h5py is not installed.
    """
    try:
        import h5py
    except ImportError:
        raise DataError(
            f"{path}: .h5 files are read by h5py, which is not installed; pip install h5py, or export CSV instead."
        ) from None
    try:
        with h5py.File(path) as file:
            held = list(file)
            if not {"tracks", "node_names"} <= set(held):
                raise DataError(_other_h5(path, held))
            tracks = np.asarray(file["tracks"], np.float32)
            joints = tuple(name.decode() if isinstance(name, bytes) else str(name) for name in file["node_names"][:])
            scores = np.asarray(file["point_scores"], np.float32) if "point_scores" in file else None
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path}: not a readable HDF5 file ({error}); export it again.") from None
    return Export("SLEAP", detected(path, _by_person(path, tracks, scores, len(joints))), joints, named=True)


def _other_h5(path: Path, held: list[str]) -> str:
    if "df_with_missing" in held:
        return (
            f"{path}: DeepLabCut's .h5 keeps its header as a Python pickle, which can run code; read its CSV instead: "
            "deeplabcut.analyze_videos_converth5_to_csv(FOLDER) writes it."
        )
    return (
        f"{path}: holds {', '.join(held[:6]) or 'nothing'}; expected SLEAP's analysis file with tracks and node_names."
    )


def _by_person(path: Path, tracks: np.ndarray, scores: np.ndarray | None, joints: int) -> np.ndarray:
    """Convert SLEAP's [tracks, 2, nodes, frames], or optional [frames, nodes, 2, tracks], to [P, T, V, 3]."""
    if tracks.ndim == 4 and tracks.shape[1:3] == (2, joints):
        xy, score = tracks.transpose(0, 3, 2, 1), scores if scores is None else scores.transpose(0, 2, 1)
    elif tracks.ndim == 4 and tracks.shape[1:3] == (joints, 2):
        xy, score = tracks.transpose(3, 0, 1, 2), scores if scores is None else scores.transpose(2, 0, 1)
    else:
        raise DataError(f"{path}, tracks: shape {tracks.shape}; SLEAP writes [tracks, 2, {joints} nodes, frames].")
    score = np.ones(xy.shape[:3], np.float32) if score is None else score
    if score.shape != xy.shape[:3]:
        raise DataError(f"{path}, point_scores: shape {score.shape} beside tracks {xy.shape}; export it again.")
    return np.concatenate([xy, score[..., None]], -1)


def detected(path: Path, points: np.ndarray) -> np.ndarray:
    """Set joints without a position to zeros; a joint without a score gets score 1.

    Raises:
        DataError: a joint has only one coordinate, or one that is not finite.
    """
    missing = np.isnan(points[..., :2])
    odd = missing[..., 0] != missing[..., 1]
    odd |= np.isinf(points).any(-1)
    if odd.any():
        x, y = points[odd][0, :2]
        raise DataError(
            f"{path}: {odd.sum()} joints have half a position or none that is finite, x {x:g} and y {y:g} first."
        )
    points[..., 2] = np.where(np.isnan(points[..., 2]), 1, points[..., 2])
    return np.where(missing.any(-1, keepdims=True), 0, points).astype(np.float32)
