"""What a user asks of a folder of recordings, beside the folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mglib.data.layouts import Layout

Overlap = Literal["refuse", "split", "keep"]


@dataclass(frozen=True)
class Asked:
    """Options of `load`, which says what each means; and what is to be read.

    Attributes:
        need_keypoints: whether a recording without any is a fault.
        uncoded: whether videos and key points that no coder's file is of are recordings too.
    """

    tier: str = "*"
    participant: str = ""
    coders: tuple[str, ...] = ()
    reference: str = ""
    corrected_by: str = ""
    labels: str | Path | Mapping[str, str] | None = None
    classes: str = ""
    media: int | None = None
    overlap: Overlap = "refuse"
    point: float | None = None
    videos: str | Path | None = None
    keypoints: str | Path | None = None
    layout: Layout | str | Mapping[str, Any] = "imigue22"
    height: int | None = None
    width: int | None = None
    fps: float | None = None
    test: tuple[str, ...] = ()
    val: tuple[str, ...] = ()
    need_keypoints: bool = False
    uncoded: bool = False
