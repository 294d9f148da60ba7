"""JSON files that list the persons of each frame: OpenPose, MMPose and AlphaPose."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mglib.base.errors import DataError
from mglib.data.layouts import LAYOUTS

from .counting import check_steps
from .export import Export, by_number
from .tracks import Detection, assemble

BODY = "pose_keypoints_2d"
PARTS = {"face_keypoints_2d": 70, "hand_left_keypoints_2d": 21, "hand_right_keypoints_2d": 21}
BODIES = {25: "body25", 18: "openpose18"}
MMPOSE = ("coco17", "halpe26", "coco_wholebody133", "hand21")  # usual layouts of its models
NUMBER = re.compile(r"(\d+)(?:\.[A-Za-z]+)?$")  # at the end of the name of a picture
ALPHAPOSE = ("coco17", "halpe26", "coco_wholebody133")


def read_openpose(folder: Path) -> Export:
    """Read a folder with one file per frame, VIDEO_000000000012_keypoints.json; a missing number is an empty frame.

    Raises:
        DataError: a file is not OpenPose JSON, or the numbers are not frame numbers.
    """
    numbers = _numbers(folder)
    first = min(numbers)
    frames = [[] for _ in range(max(numbers) - first + 1)]
    for number, path in numbers.items():
        content = load_json(path)
        people = content.get("people") if isinstance(content, Mapping) else None
        if not isinstance(people, list):
            raise DataError(f"{path}: has no list `people`; every file of the folder must be a frame of OpenPose.")
        frames[number - first] = [_person(path, person) for person in people]
    bodies = {len(person[BODY]) for persons in frames for person in persons} - {0}
    if len(bodies) > 1:
        raise DataError(f"{folder}: bodies of {sorted(bodies)} joints; all frames must come from one model.")
    body = bodies.pop() if bodies else 25
    parts = PARTS if any(len(person) > 1 for persons in frames for person in persons) else {}
    sizes = {BODY: body, **parts}
    points = assemble(
        [[Detection(_strung(folder, p, sizes)) for p in persons] for persons in frames], sum(sizes.values())
    )
    if body in BODIES:
        rest = LAYOUTS["openpose137"].joints[25:] if parts else ()
        return Export("OpenPose", points, (*LAYOUTS[BODIES[body]].joints, *rest), sure=True)
    return Export("OpenPose", points, None)


def _numbers(folder: Path) -> dict[int, Path]:
    """The files by frame number."""
    found: dict[int, Path] = {}
    videos: dict[str, Path] = {}  # by the names of files before the numbers
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("."):
            continue
        digits = re.search(r"(\d+)(?:_keypoints)?$", path.stem)
        if digits is None:
            raise DataError(f"{path}: no frame number ends its name; expected as in clip_000000000012_keypoints.json.")
        if int(digits[1]) in found:
            raise DataError(f"{folder}: {found[int(digits[1])].name} and {path.name} are the same frame; remove one.")
        found[int(digits[1])] = path
        videos.setdefault(path.stem[: digits.start()], path)
    if len(videos) > 1:
        one, other = list(videos.values())[:2]
        raise DataError(
            f"{folder}: {one.name} and {other.name} are frames of two videos; give each clip a folder of its own."
        )
    span = max(found) - min(found) + 1
    check_steps(folder, found)
    if span > 2 * len(found):
        raise DataError(f"{folder}: {len(found)} files for {span} frames, by their numbers; get the missing ones.")
    return found


def _person(path: Path, person: Any) -> dict[str, np.ndarray]:
    """Body, and face and hands if present, each [V, 3]."""
    if not isinstance(person, Mapping) or BODY not in person:
        raise DataError(f"{path}: a person without `{BODY}`; 3-D and older files have other fields: export 2-D again.")
    given = {name: flat(path, name, person[name]) for name in (BODY, *PARTS) if person.get(name)}
    return {BODY: np.zeros((0, 3), np.float32)} | given


def _strung(folder: Path, person: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> np.ndarray:
    """Body, face, left hand and right hand concatenated; missing parts are zeros."""
    strung = []
    for name, size in sizes.items():
        part = person[name] if len(person.get(name, ())) else np.zeros((size, 3), np.float32)
        if len(part) != size:
            raise DataError(f"{folder}, {name}: {len(part)} points; OpenPose writes {size}: get the files again.")
        strung.append(part)
    return np.concatenate(strung)


def read_people(path: Path, content: Any) -> Export:
    """Read one JSON file per clip, from MMPose or AlphaPose.

    Args:
        path: the file, for messages.
        content: its content.

    Raises:
        DataError: it is of another kind, or violates its format.
    """
    listed = content.get("instance_info") if isinstance(content, Mapping) else content
    if isinstance(listed, list) and listed and all(isinstance(entry, Mapping) for entry in listed):
        if all("frame_id" in entry and "instances" in entry for entry in listed):
            meta = content.get("meta_info") if isinstance(content, Mapping) else None
            return _mmpose(path, listed, meta if isinstance(meta, Mapping) else {})
        if all("image_id" in entry and "keypoints" in entry for entry in listed):
            return _alphapose(path, listed)
    found = list(content)[:5] if isinstance(content, Mapping) else type(content).__name__
    raise DataError(
        f"{path}: holds {found}; expected MMPose's predictions of a video (a list of frame_id and instances, perhaps "
        "under instance_info) or AlphaPose's (image_id and keypoints). OpenPose has one folder of frames per clip."
    )


def _mmpose(path: Path, listed: Sequence[Mapping], meta: Mapping) -> Export:
    people: dict[int, list[Detection]] = {}
    for entry in listed:
        number = _frame(path, entry["frame_id"])
        if number in people or not isinstance(entry["instances"], list):
            raise DataError(f"{path}, frame {number}: it is there twice, or is no list of instances; export it again.")
        people[number] = [_instance(path, number, instance) for instance in entry["instances"]]
    points = _assembled(path, people)
    export = by_number("MMPose", points, MMPOSE)
    return _as_told(path, export, meta.get("keypoint_id2name"))


def _as_told(path: Path, export: Export, told: Any) -> Export:
    """Use the joint names in the file, unless they are known joints, some of them under other names."""
    if not isinstance(told, Mapping) or len(told) != export.points.shape[2]:
        return export
    try:
        names = tuple(str(told[number]) for number in sorted(told, key=int))
    except ValueError:
        raise DataError(f"{path}, keypoint_id2name: its keys do not number the joints; export it again.") from None
    known = export.joints or ()
    elsewhere = [name for place, name in enumerate(names) if name in known and known[place] != name]
    return export if known and not elsewhere and known[0] == names[0] else Export("MMPose", export.points, names, True)


def _instance(path: Path, number: int, instance: Any) -> Detection:
    where = f"{path}, frame {number}"
    if not isinstance(instance, Mapping) or "keypoints" not in instance:
        raise DataError(f"{where}: an instance without `keypoints`; export it again.")
    xy = _numbers_of(where, "keypoints", instance["keypoints"])
    if xy.ndim != 2 or xy.shape[1] != 2:
        raise DataError(f"{where}, keypoints: shape {xy.shape}; give [joints, 2], the 2-D key points.")
    score = _numbers_of(where, "keypoint_scores", instance.get("keypoint_scores", np.ones(len(xy))))
    if score.shape != xy.shape[:1]:
        raise DataError(f"{where}, keypoint_scores: shape {score.shape}; give one score per joint, {xy.shape[:1]}.")
    return Detection(np.concatenate([xy, score[:, None]], 1), instance.get("track_id"))


def _alphapose(path: Path, listed: Sequence[Mapping]) -> Export:
    people: dict[int, list[Detection]] = {}
    clips: dict[str, Any] = {}
    for entry in listed:
        number = _frame(path, entry["image_id"])
        clips.setdefault(NUMBER.sub("", str(entry["image_id"])), entry["image_id"])
        points = flat(path, f"image_id {entry['image_id']}, keypoints", entry["keypoints"])
        people.setdefault(number, []).append(Detection(points, entry.get("idx")))
    if len(clips) > 1:
        one, other = list(clips.values())[:2]
        raise DataError(f"{path}: {one!r} and {other!r} are pictures of two clips; give each clip a file of its own.")
    return replace(by_number("AlphaPose", _assembled(path, people), ALPHAPOSE), first=min(people), last=max(people))


def _frame(path: Path, value: Any) -> int:
    """A frame number, also from the name of a picture such as 12.jpg or clip_000012.png."""
    digits = NUMBER.search(f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value))
    if digits is None:
        raise DataError(f"{path}: {value!r} numbers no frame; export the clip again from a video.")
    return int(digits[1])


def _assembled(path: Path, people: Mapping[int, list[Detection]]) -> np.ndarray:
    """Join persons over time, from the first frame listed to the last."""
    sizes = {len(person.points) for persons in people.values() for person in persons}
    if len(sizes) > 1:
        raise DataError(f"{path}: persons of {sorted(sizes)} joints; all must come from one model.")
    check_steps(path, people)
    first, last = min(people), max(people)
    if last - first + 1 > 20 * len(people):
        raise DataError(f"{path}: {len(people)} frames listed between {first} and {last}; they do not count frames.")
    frames = [people.get(number, []) for number in range(first, last + 1)]
    return assemble(frames, sizes.pop() if sizes else 1)


def flat(path: Path, field: str, values: Any) -> np.ndarray:
    """Convert [x, y, score, x, y, score, ...] to float32 [V, 3]."""
    points = _numbers_of(str(path), field, values)
    if points.ndim != 1 or not len(points) or len(points) % 3:
        raise DataError(f"{path}, {field}: {points.size} numbers; expected x, y, score of each joint: export it again.")
    return points.reshape(-1, 3)


def _numbers_of(where: str, field: str, values: Any) -> np.ndarray:
    try:
        numbers = np.asarray(values, dtype=np.float32)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"{where}, {field}: not numbers ({error}); export it again.") from None
    if not np.isfinite(numbers).all():  # null becomes NaN
        raise DataError(f"{where}, {field}: holds null, NaN or infinity; a joint not detected is 0, 0, 0.")
    return numbers


def load_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        DataError: it is not a JSON file.
    """
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise DataError(f"{path}: not a readable JSON file ({error}); export it again.") from None
