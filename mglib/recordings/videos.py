"""Finds gestures in a new long video, whose key points are estimated once."""

from pathlib import Path

from mglib.base.errors import DataError
from mglib.data.recordings import Recording
from mglib.prediction.own_clips import LONGEST, check_kind, estimate_once
from mglib.runs import Run

from .spotter import Spotted, Spotter, spotters


def spotter_of(run: Run, name: str = "") -> Spotter | None:
    """The spotter of this name, or the latest that uses the run; None if there is none.

    Raises:
        RunError: there is none of that name.
    """
    if name:
        return Spotter(name)
    known = map(Spotter, reversed(spotters()))
    return next((one for one in known if Path(one.facts.run).name == run.name), None)


def spot_video(run: Run, video: Path | None, name: str = "", longest: float = LONGEST) -> Spotted | None:
    """Find gestures with a spotter in a video that is too long for a single clip.

    Args:
        run: the run.
        video: the video file, or None.
        name: name of the spotter; empty: the latest that uses the run.
        longest: longest duration of a single clip, seconds.

    Returns:
        None without a video, for a short one, and if no spotter uses the run.

    Raises:
        DataError: the video cannot be used, or does not fit the run.
        RunError: there is no spotter of this name.
    """
    spotter = spotter_of(run, name) if video is not None else None
    if spotter is None:
        return None
    check_kind(run, video)
    found = estimate_once(video)
    length = float(found.seconds[-1])
    if length <= longest and not name:
        return None
    recording = Recording(
        video.name, video.stem, "hidden", length, found.keypoints, found.seconds, found.height, found.width, video
    )
    return spotter.spot(recording)


def surest_part(spotted: Spotted | None, start: float = 0.0, stop: float | None = None) -> tuple[float, float | None]:
    """Start and stop of the most confident segment of a long video; the given ones for a part or a short video.

    Raises:
        DataError: nothing was found in the video.
    """
    if spotted is None or start or stop is not None:
        return start, stop
    if not spotted.segments:
        raise DataError(
            f"{spotted.recording.name}: {spotted.coder} finds nothing in {spotted.recording.duration:.0f} seconds; "
            "choose a part by start and stop."
        )
    surest = max(spotted.segments, key=lambda one: one.score)
    return surest.start, surest.stop
