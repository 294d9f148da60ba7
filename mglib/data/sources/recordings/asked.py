"""The options for reading a folder of recordings."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from mglib.data.layouts import Layout

Overlap = Literal["refuse", "split", "keep"]


@dataclass(frozen=True)
class Asked:
    """The options of `load`, which describes them, and two on what is read.

    Attributes:
        need_keypoints: whether a recording without key points is a fault.
        uncoded: whether videos and key points without a coder's file are recordings, too.
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

    @property
    def changed(self) -> list[str]:
        """Names of the options that differ from their defaults."""
        return [field.name for field in fields(self) if getattr(self, field.name) != field.default]

    @property
    def patterns(self) -> list[str]:
        """The patterns of tiers, which are separated by semicolons."""
        return [pattern for pattern in map(str.strip, self.tier.split(";")) if pattern]
