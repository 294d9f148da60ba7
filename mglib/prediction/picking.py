"""A widget for choosing a run and uploading a video in the notebook."""

import html
import tempfile
from pathlib import Path

import ipywidgets
import numpy as np

from mglib.base.errors import DataError
from mglib.data import ClipTable
from mglib.data.cutting import VIDEO_SUFFIXES
from mglib.runs import find_run, finished_runs
from mglib.runs.dataset import find_table

from .own_clips import own_video

KINDS = VIDEO_SUFFIXES
NOTE = (
    "An upload passes through the browser, which Jupyter allows up to 10 MB; a larger file, or one on the machine that "
    "runs this notebook, is named by the parameter <code>video</code>. An upload stays in a temporary folder until the "
    "kernel ends."
)


class ClipPicker(ipywidgets.VBox):
    """A list of finished runs and a button for uploading a video; without interaction, the initial values are used.

    Args:
        run: name or directory of a run of a network; empty: the latest.
        video: a video file; empty: a test clip of the run's own data set.

    Attributes:
        run: the chosen run.
        video: the video to classify, or None.

    Raises:
        RunError: there is no finished run.
        DataError: there is no such video.
    """

    def __init__(self, run: str = "", video: str = ""):
        self.run, self.video = find_run(run, "" if run else "network"), Path(video).expanduser() if video else None
        if self.video is not None and not self.video.is_file():
            raise DataError(f"video: there is no file {self.video}; give its path, or leave it empty and upload it.")
        self._folder = tempfile.TemporaryDirectory(prefix="mglib-video-")
        others = [r for r in reversed(finished_runs()) if r.kind == "network" and not r.config.get("fold")]
        runs = [self.run, *(r for r in others if r.path.resolve() != self.run.path.resolve())]
        options = [(r.name, r) for r in runs]
        self._runs = ipywidgets.Dropdown(options=options, description="run", layout={"width": "32em"})
        self._upload = ipywidgets.FileUpload(
            accept=",".join(KINDS), description="a video of yours", layout={"width": "14em"}
        )
        self._said = ipywidgets.HTML()
        self._runs.observe(self._pick, "value")
        self._upload.observe(self._receive, "value")
        self._say()
        super().__init__([self._runs, self._upload, self._said])

    def clip(
        self, start: float = 0.0, stop: float | None = None, clip: str = "", *, rng: np.random.Generator
    ) -> ClipTable:
        """A table with the clip to classify.

        Args:
            start: second of the video at which the clip begins.
            stop: second at which the clip ends; None: the end of the video.
            clip: without a video, id of a clip of the run's data set; empty: a random test clip.
            rng: random choice of the test clip.

        Raises:
            DataError: the video does not fit the run, or there is no such clip.
            RunError: there is no video, and the run's data set is not available.
        """
        if self.video is not None:
            return own_video(self.run, self.video, start, stop)
        ids, test = self.run.clips["id"], self.run.where("test")
        if clip and not (ids == clip).any():
            raise DataError(f"clip: {clip!r} is not a clip of {self.run.data.name}; give an id such as {ids[0]!r}.")
        return find_table(self.run).select([np.flatnonzero(ids == clip)[0] if clip else rng.choice(test)])

    def _pick(self, change: dict) -> None:
        self.run = change["new"]
        self._say()

    def _receive(self, change: dict) -> None:
        """Save the upload under a safe name, as the browser's may contain anything."""
        if not change["new"]:
            return
        file = change["new"][-1]
        kind = Path(file["name"]).suffix.lower()
        if kind not in KINDS:
            self._say(f"{file['name']} is not a video of the kinds {', '.join(KINDS)}; it was not accepted.")
            return
        self.video = Path(self._folder.name) / f"{_plain(file['name'])}{kind}"
        self.video.write_bytes(file["content"])
        self._say()

    def _say(self, fault: str = "") -> None:
        chosen = "a test clip of the run's data set" if self.video is None else self.video.name
        text = fault or f"Run {self.run.name} classifies {chosen}. After a change, run the cells below again."
        self._said.value = f"<b>{html.escape(text)}</b><br>{NOTE}"


def _plain(name: str) -> str:
    """The letters and digits, of any script, of a file name, without path separators."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return "".join(c if c.isalnum() or c in "-_ " else "_" for c in stem)[:60].strip() or "video"
