"""A long video of one's own, spotted in: its key points are estimated once, however long it is."""

from pathlib import Path

from mglib.base.errors import DataError
from mglib.data.recordings import Recording
from mglib.prediction.own_clips import LONGEST, check_kind, estimate_once
from mglib.runs import Run

from .spotter import Spotted, Spotter, spotters


def spotter_of(run: Run, name: str = "") -> Spotter | None:
    """The spotter of that name, or the latest that asks the run; None where there is none.

    Raises:
        RunError: there is none of that name.
    """
    if name:
        return Spotter(name)
    known = map(Spotter, reversed(spotters()))
    return next((one for one in known if Path(one.facts.run).name == run.name), None)


def spot_video(run: Run, video: Path | None, name: str = "", longest: float = LONGEST) -> Spotted | None:
    """What a spotter finds in a video that is too long to be answered as one clip.

    Args:
        run: that is asked about the video.
        video: its file, if there is one.
        name: of the spotter; empty: the latest that asks the run.
        longest: seconds up to which a video is no long one.

    Returns:
        None without a video, of a short one, and where no spotter asks the run.

    Raises:
        DataError: the video cannot be used, or is not of the kind that the run answers.
        RunError: there is no spotter of that name.
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
    """Start and stop of the surest segment of a long video; those given, where they say a part or nothing is long.

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
