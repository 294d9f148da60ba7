"""Checks durations, overlaps and ends of segments, and frame rates; one sentence per fault."""

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from mglib.data.recordings import Segment, by_time
from mglib.data.recordings.formats import Mark, in_tier

OVERSHOOT = 0.5  # seconds that a segment may begin before or end after its video, as coders drag borders beyond it
SHORTEST = 0.005  # seconds: less than half a frame of a fast camera, as where seconds are stored as milliseconds
TICK = 0.0015  # seconds: tools store milliseconds
DRIFT = 2e-4  # largest relative difference of two frame rates: 0.7 s per hour


def without_length(where: str, marks: Sequence[Mark]) -> Iterator[str]:
    """Marks that do not end after they begin, or so soon after it that they show nothing."""
    for mark in marks:
        if mark.stop - mark.start < SHORTEST:
            yield (
                f"{in_tier(where, mark.tier)}: {mark.value!r} at {mark.start:.2f} s lasts "
                f"{round((mark.stop - mark.start) * 1000)} ms; delete it, or give it a length."
            )


def beyond_end(where: str, tier: str, stop: float, duration: float) -> str:
    """The message for marks that end after the video."""
    return (
        f"{in_tier(where, tier)}: ends at {stop:.5g} s, the video at {duration:.5g}: wrong video, TIME_ORIGIN, or "
        "frames read as ms?"
    )


def before_start(where: str, tier: str, start: float) -> str:
    """The message for marks that begin before the video."""
    return (
        f"{in_tier(where, tier)}: begins at {start:.5g} s, before the video: wrong video, TIME_ORIGIN, or time offset?"
    )


def other_rate(where: str, labels: float, video: float) -> Iterator[str]:
    """The message for labels whose frame rate differs from the video's."""
    if abs(labels / video - 1) > DRIFT:
        apart = 3600 * abs(labels / video - 1)
        yield f"{where}: labels {labels:g} fps, video {video:.5g}: {apart:.1f} s apart after an hour; give times."


def _rows(segments: Sequence[Segment], groups: Sequence[str]) -> list[list[int]]:
    """Indices of the segments of each tier and body group, in order of start; within one, none may overlap."""
    rows: dict[tuple[str, str], list[int]] = {}
    for number in sorted(range(len(segments)), key=lambda n: by_time(segments[n])):
        one = segments[number]
        if one.label >= 0:
            rows.setdefault((one.tier, groups[one.label]), []).append(number)
    return list(rows.values())


def overlaps(segments: Sequence[Segment], groups: Sequence[str]) -> list[tuple[Segment, Segment]]:
    """Overlapping neighbours of one tier and body group, in order of start."""
    pairs = [(segments[a], segments[b]) for row in _rows(segments, groups) for a, b in pairwise(row)]
    return [(first, second) for first, second in pairs if second.start < first.stop - TICK]


def overlapping(where: str, pairs: Sequence[tuple[Segment, Segment]]) -> Iterator[str]:
    """A sentence for every overlapping pair."""
    for first, second in pairs:
        yield (
            f"{where}, {first.tier or first.coder}: {first.start:.5g} s and {second.start:.5g} s overlap; shorten one, "
            "or give overlap=split."
        )


def divided(segments: Sequence[Segment], groups: Sequence[str]) -> list[Segment]:
    """Divide overlaps within a tier and body group in half; a segment within another shortens that one."""
    rows = _rows(segments, groups)
    alone = set(range(len(segments))) - {number for row in rows for number in row}
    return [segments[n] for n in sorted(alone)] + [one for row in rows for one in _apart([segments[n] for n in row])]


def _apart(row: Sequence[Segment]) -> Iterator[Segment]:
    """The segments of a row without overlaps; divided ones are compared again, as a third may overlap either part."""
    waiting = sorted(row, key=by_time)
    while waiting:
        one = waiting.pop(0)
        if not waiting or waiting[0].start >= one.stop - TICK:
            yield one
        elif one.start < waiting[0].start and waiting[0].stop <= one.stop:
            yield replace(one, stop=waiting[0].start)
        else:
            other = waiting.pop(0)
            border = (other.start + one.stop) / 2
            for part in (replace(one, stop=border), replace(other, start=border)):
                insort(waiting, part, key=by_time)
