"""Descriptive statistics of recordings: rates, durations and gaps of gestures, by coder."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.data.recordings import Recording, Recordings, Segment, by_time

SHORT_GAP = 1.0  # seconds
SHOWN = {  # title of the statistics, and digits of those that are no shares
    "a_minute": ("a minute", 1), "covered": ("of the time", None), "median": ("median s", 2), "mean": ("mean s", 2),
    "spread": ("sd of log", 2), "short_gaps": ("gaps < 1 s", None), "overlapping": ("overlapping", None),
}  # fmt: skip
LIFTS, FEWEST = 6, 5  # number of successions listed, and smallest number of pairs of a succession


def event_statistics(recordings: Recordings) -> pd.DataFrame:
    """A row per coder, over all recordings that the coder went through.

    Returns:
        Columns coder, recordings, minutes, events, a_minute, covered (share of the time), median and mean seconds of
        an event, spread (standard deviation of the logarithm), short_gaps (share of the gaps below a second) and
        overlapping (share of the events that start within an earlier one, of those
        with an earlier one).
    """
    rows = []
    for coder in recordings.coders:
        seen = [one for one in recordings if coder in one.coders]
        rows.append({"coder": coder, "recordings": len(seen), **_statistics(seen, coder)})
    return pd.DataFrame(rows)


def _statistics(seen: Sequence[Recording], coder: str) -> dict[str, float]:
    events = [one.of(coder) for one in seen]
    lasting = np.array([segment.duration for each in events for segment in each])
    gaps = np.array([gap for each in events for gap in _gaps(each)])
    seconds, apart = sum(one.duration for one in seen), gaps[gaps >= 0]
    some = len(lasting) > 0
    return {
        "minutes": seconds / 60, "events": len(lasting), "a_minute": 60 * len(lasting) / seconds,
        "covered": sum(covered(each) for each in events) / seconds,
        "median": float(np.median(lasting)) if some else np.nan, "mean": float(lasting.mean()) if some else np.nan,
        "spread": float(np.log(lasting).std()) if len(lasting) > 1 else np.nan,
        "short_gaps": float((apart < SHORT_GAP).mean()) if len(apart) else np.nan,
        "overlapping": float((gaps < 0).mean()) if len(gaps) else np.nan,
    }  # fmt: skip


def _gaps(segments: Sequence[Segment]) -> np.ndarray:
    """Seconds from the end of all earlier segments to the start of each next one, negative where it overlaps one."""
    ends = np.maximum.accumulate([one.stop for one in segments[:-1]]) if len(segments) > 1 else np.zeros(0)
    return np.array([one.start for one in segments[1:]]) - ends


def covered(segments: Sequence[Segment]) -> float:
    """Seconds covered by any of the segments."""
    total, end = 0.0, 0.0
    for one in sorted(segments, key=by_time):
        total += max(0.0, one.stop - max(one.start, end))
        end = max(end, one.stop)
    return total


def format_statistics(statistics: pd.DataFrame) -> pd.DataFrame:
    """What `event_statistics` returns, for display: a row per coder, shares in percent, a dash for what is unknown."""
    shown = {title: [_shown(x, digits) for x in statistics[name]] for name, (title, digits) in SHOWN.items()}
    return statistics[["coder", "recordings", "events"]].assign(**shown)


def class_counts(recordings: Recordings, coder: str | None = None) -> pd.DataFrame:
    """Events by class and split: columns class, group, one per split, all, median (seconds).

    Args:
        recordings: the recordings.
        coder: coder whose events are counted; None: the reference.
    """
    found = [(segment, one.split) for one in recordings for segment in one.of(coder) if segment.label >= 0]
    table = pd.DataFrame({"label": [s.label for s, _ in found], "split": [split for _, split in found]})
    counts = pd.crosstab(table["label"], table["split"]).reindex(range(recordings.num_classes), fill_value=0)
    lasting: dict[int, list[float]] = {}
    for segment, _ in found:
        lasting.setdefault(segment.label, []).append(segment.duration)
    named = pd.DataFrame({"class": list(recordings.class_names), "group": list(recordings.class_groups)})
    medians = [float(np.median(lasting[k])) if k in lasting else np.nan for k in range(recordings.num_classes)]
    return pd.concat([named, counts], axis=1).assign(all=counts.sum(axis=1), median=medians)


def successions(recordings: Recordings) -> pd.DataFrame:
    """Classes that follow each other more often than by chance: columns first, next, pairs, lift; highest first."""
    pairs: Counter[tuple[int, int]] = Counter()
    for one in recordings:
        pairs.update((a.label, b.label) for a, b in pairwise(one.of()) if min(a.label, b.label) >= 0)
    total, first, following = sum(pairs.values()), Counter(), Counter()
    for (a, b), number in pairs.items():
        first[a] += number
        following[b] += number
    names = recordings.class_names
    rows = [
        (names[a], names[b], number, number * total / (first[a] * following[b]))
        for (a, b), number in pairs.items()
        if number >= FEWEST and a != b
    ]
    table = pd.DataFrame(rows, columns=["first", "next", "pairs", "lift"])
    return table.sort_values("lift", ascending=False, ignore_index=True)


def description(recordings: Recordings) -> str:
    """The output of `python -m mglib.recordings describe`."""
    statistics = event_statistics(recordings)
    parts = [_heading(recordings), _recordings(recordings)]
    if len(statistics):
        parts.append(format_statistics(statistics).to_string(index=False))
    counts = class_counts(recordings)
    counts = counts[counts["all"] > 0]
    if len(counts):
        reference = " and ".join(dict.fromkeys(one.reference for one in recordings if one.reference))
        text = counts.to_string(index=False, formatters={"median": "{:.2f}".format})
        parts.append(f"events of {reference} by class and split, median seconds:\n{text}")
    lifts = successions(recordings).head(LIFTS)
    if len(lifts):
        text = lifts.to_string(index=False, float_format="{:.1f}".format)
        parts.append(f"what follows what, times as often as by chance:\n{text}")
    return "\n\n".join(parts)


def _shown(value: float, digits: int | None) -> str:
    """A statistic as text, in percent without digits; a dash where there is none."""
    if np.isnan(value):
        return "–"
    return _percent(value) if digits is None else f"{value:.{digits}f}"


def _percent(share: float) -> str:
    return f"{percent(share)}%"


def _heading(recordings: Recordings) -> str:
    seconds = sum(one.duration for one in recordings)
    persons = len({one.person for one in recordings})
    layout = "no key points" if recordings.layout is None else f"layout {recordings.layout.name}"
    kind = "person" if recordings.group_kind == "subject" else "video"
    return (
        f"{recordings.name}: {counted(len(recordings), 'recording')} of {counted(persons, kind)}, "
        f"{seconds / 60:.1f} minutes, {counted(recordings.num_classes, 'class')}, {layout}"
    )


def _recordings(recordings: Recordings) -> str:
    rows = [
        {
            "recording": one.name, "person": one.person, "split": one.split, "minutes": f"{one.duration / 60:.1f}",
            "fps": f"{one.fps:.4g}" if one.fps else "", "video": "yes" if one.video else "drawn" if one.scene else "no",
            "seen": _seen(one), **{coder: str(len(one.of(coder))) for coder in one.coders},
        }
        for one in recordings
    ]  # fmt: skip
    return pd.DataFrame(rows).fillna("").to_string(index=False)


def _seen(one: Recording) -> str:
    """Share of frames in which a person is detected."""
    return "" if one.keypoints is None else _percent((one.keypoints[..., 2] > 0).any((0, 2)).mean())
