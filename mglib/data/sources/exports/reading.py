"""Reads one exported clip; the format is detected from its content."""

from pathlib import Path

from .detections import load_json, read_openpose, read_people
from .export import Export
from .tables import read_csv, read_h5


def read(path: Path) -> Export:
    """The key points of a clip: a folder of OpenPose's frames, or one file of another tool.

    Raises:
        DataError: the kind is unknown, or the file violates its format.
    """
    if path.is_dir():
        return read_openpose(path)
    if path.suffix.lower() == ".json":
        return read_people(path, load_json(path))
    return read_csv(path) if path.suffix.lower() == ".csv" else read_h5(path)
