"""The time line of long recordings: segments of coders and spotter, to be played, accepted, corrected or rejected."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from mglib import figures
from mglib.data.layouts import Layout
from mglib.data.recordings import Recording, Segment
from mglib.data.skeletons import LEVELS, MISSING
from mglib.recordings import Spotted, Spotter
from mglib.recordings.corrections import Correction, Corrections, segment_id

from . import export
from .payload import ExplorerError, Payload
from .stretches import Stretches
from .widget import png

HERE = Path(__file__).parent
RATE = 12.5  # largest number of skeletons per second; the player interpolates
MACHINE = "machine"


class TimeLine(anywidget.AnyWidget):
    """Tiers of a recording; a click plays a segment, a key accepts, corrects or rejects it.

    Put it last in a notebook, as a widget stays blank until the cells after it have run.

    Args:
        spotter: the spotter, in whose directory corrections are stored.
        spotted: its results, one per recording, at least one.
        coder: name of the person who reviews them.
        height: height of the widget, pixels.

    Raises:
        ExplorerError: there is no recording.
    """

    _esm = HERE / "timeline.js"
    _css = "\n".join((HERE / name).read_text(encoding="utf-8") for name in ("explorer.css", "timeline.css"))
    meta = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    corrections = traitlets.Dict().tag(sync=True)

    def __init__(
        self, spotter: Spotter, spotted: Sequence[Spotted], *, coder: str = "reviewed", height: int = 640
    ):  # fmt: skip
        if not spotted:
            raise ExplorerError("The time line shows recordings, and there is none; spot at least one.")
        self.spotter, self.spotted, self.coder = spotter, list(spotted), coder
        facts = spotter.facts
        self._kept = Corrections(spotter.path / "corrections.csv", facts.class_names)
        self._stretches = Stretches([one.recording for one in spotted])
        payload = make_payload(self.spotted, facts.class_names, facts.class_groups, facts.layout)
        self._payload = Payload(
            payload.meta
            | {"spotter": spotter.name, "coder": coder, "height": height, "pictures": self._stretches.available},
            payload.arrays,
        )
        meta, content = self._payload.pack()
        super().__init__(meta=meta, data=content, corrections=self._told())
        self.on_msg(self._answer)

    def reviewed(self, all_of_them: bool = False) -> dict[str, list[Segment]]:
        """Segments after review, by recording; see `Corrections.apply`."""
        return {
            one.recording.name: self._kept.apply(one.recording, one.segments, self.coder, all_of_them)
            for one in self.spotted
        }

    def to_html(self, path: str | Path) -> Path:
        """Write one self-contained HTML file, with skeletons, that needs no kernel."""
        meta, content = Payload(self._payload.meta | {"pictures": []}, self._payload.arrays).pack()
        return export.write_timeline(Path(path), meta, content, dict(self.corrections))

    def _told(self) -> dict[str, dict[str, Any]]:
        return {
            name: {"recording": one.recording, "verdict": one.verdict, "start": one.start, "stop": one.stop,
                   "label": one.label}
            for name, one in self._kept.read().items()
        }  # fmt: skip

    def _answer(self, _widget: Any, message: dict, _buffers: list) -> None:
        """Handle a correction from the browser, or a request for pictures."""
        if message.get("kind") == "correct":
            self._correct(message)
        elif message.get("kind") == "pictures":
            number, start, stop = int(message["recording"]), float(message["start"]), float(message["stop"])
            answer = {"kind": "pictures", "recording": number, "start": start, "stop": stop}
            try:
                strip, times = self._stretches.strip(number, start, stop)
                self.send(answer | {"times": times}, [strip])
            except (OSError, ValueError) as error:
                self.send(answer | {"error": str(error)})

    def _correct(self, message: dict) -> None:
        name, given = str(message["id"]), message.get("correction")
        try:
            self._kept.replace(name, Correction(**given) if given else None)
            self.corrections = self._told()
            self.send({"kind": "saved", "id": name})
        except (OSError, TypeError, ValueError) as error:
            self.send({"kind": "saved", "id": name, "error": f"It was not saved: {error}"})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict] | None:
        """The widget, with a static picture of the first recording for viewers without JavaScript."""
        bundle = super()._repr_mimebundle_(**kwargs)
        first = self.spotted[0]
        facts, tiers = self.spotter.facts, dict(_tiers(first))
        figure = figures.tiers(first.recording, tiers, facts.class_names, facts.class_groups)
        bundle[0]["image/png"] = base64.b64encode(png(figure)).decode()
        return bundle


def make_payload(
    spotted: Sequence[Spotted], class_names: Sequence[str], class_groups: Sequence[str], layout: Layout
) -> Payload:
    """All data except pictures: tiers with segments, ids of spotted segments, and skeletons."""
    meta: dict[str, Any] = {
        "names": list(class_names), "groups": list(class_groups), "joints": list(layout.joints),
        "limbs": [list(limb) for limb in layout.limbs], "recordings": [],
    }  # fmt: skip
    rows: list[Segment] = []
    arrays: dict[str, np.ndarray] = {}
    for number, one in enumerate(spotted):
        recording, tiers = one.recording, []
        for name, segments in _tiers(one):
            tiers.append({"name": name, "machine": name == MACHINE, "first": len(rows), "count": len(segments)})
            rows += segments
        fact = {"name": recording.name, "person": recording.person, "seconds": recording.duration, "tiers": tiers}
        fact["ids"] = [segment_id(recording.name, segment, class_names) for segment in one.segments]
        if recording.keypoints is not None:
            arrays[f"points/{number}"], fact["rate"] = _thinned(recording)
        meta["recordings"].append(fact)
    arrays["start"] = np.array([round(1000 * one.start) for one in rows], np.uint32)
    arrays["stop"] = np.array([round(1000 * one.stop) for one in rows], np.uint32)
    arrays["label"] = np.array([one.label if one.label >= 0 else len(class_names) for one in rows], np.uint16)
    arrays["score"] = np.array([round(1000 * (one.score or 0)) for one in rows], np.uint16)
    return Payload(meta, arrays)


def _tiers(one: Spotted) -> list[tuple[str, list[Segment]]]:
    coders = [name for name in one.recording.coders if not any(name == s.coder for s in one.segments)]
    return [(name, list(one.recording.of(name))) for name in coders] + [(MACHINE, list(one.segments))]


def _thinned(recording: Recording) -> tuple[np.ndarray, float]:
    """Joints of the first person in a square box, uint8 [frames, V, 2] (255: missing), and frames per second."""
    number = max(int(recording.duration * RATE), 1)
    middles = (recording.times[:-1] + recording.times[1:]) / 2
    rows = np.searchsorted(middles, (np.arange(number) + 0.5) / RATE).clip(max=len(middles) - 1)
    points = recording.keypoints[0, rows]
    seen = points[..., 2] > 0
    if not seen.any():
        return np.full((*points.shape[:2], 2), MISSING, np.uint8), RATE
    low, high = np.percentile(points[seen][:, :2], [0.5, 99.5], axis=0)
    side = max(*(high - low), 1.0) * 1.15
    corner = (low + high) / 2 - side / 2
    places = np.rint((points[..., :2] - corner) / side * LEVELS).clip(0, LEVELS)
    return np.where(seen[..., None], places, MISSING).astype(np.uint8), RATE
