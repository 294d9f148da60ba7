"""The explorer in a notebook: sends a run to the browser once, then only skeletons, pictures and notes."""

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import pandas as pd
import traitlets
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from threadpoolctl import threadpool_limits

from mglib import figures
from mglib.analysis.ambiguity import kept_label_check
from mglib.analysis.evaluation import confusion_matrix
from mglib.base.errors import RunError
from mglib.base.shares import percent
from mglib.config import TrainConfig
from mglib.data.skeletons import MOMENTS
from mglib.runs import Run

from . import export
from .beside import all_neighbours, check_arrays, neighbour_arrays
from .context import surroundings
from .frames import FramesMissing, FrameStrips
from .kept import Kept
from .notes import Notes
from .payload import ExplorerError, Payload, make_payload

HERE = Path(__file__).parent
AT_ONCE = 4 << 20  # bytes of skeletons that are sent at once; more than that are sent on demand


class ConfusionExplorer(anywidget.AnyWidget):
    """A confusion matrix whose cells open to show clips, skeletons, prototypes, history, and your notes.

    Put it last in a notebook, as a widget stays blank until the cells after it have run.

    Args:
        run: a finished run, or its name or directory.
        other: a second run on the same clips; the matrix can then show the difference.
        split: initial split: "test", "val" or "train".
        stream: initial stream: "fused", "rgb", "pose", or a name in `systems`.
        systems: further probabilities of all clips [N, K] by name, such as an ensemble's.
        umap: whether to add a UMAP map to the PCA one; it is stored in the run directory.
        height: height of the widget, pixels.

    Attributes:
        selected: rows (of `run.clips`) of the clips currently in the list.

    Raises:
        ExplorerError: the run, or the pair of runs, cannot be shown; the message says why.
        RunError: the second run has other clips or labels.
    """

    _esm = HERE / "explorer.js"
    _css = HERE / "explorer.css"
    meta = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    notes = traitlets.Dict().tag(sync=True)
    decisions = traitlets.Dict().tag(sync=True)  # rater -> clip id -> decision, see `decisions.Decisions`
    slices = traitlets.Dict().tag(sync=True)  # name -> filters and ids, see `slices.Slices`
    selected = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self,
        run: Run | str | Path,
        other: Run | str | Path | None = None,
        split: str = "test",
        stream: str = "fused",
        *,
        systems: Mapping[str, np.ndarray] | None = None,
        umap: bool = False,
        height: int = 860,
    ):
        self.run = run if isinstance(run, Run) else Run(run)
        self.other = Run(other) if isinstance(other, str | Path) else other
        self._systems = dict(systems or {})
        with threadpool_limits(1):  # for small products, threads cost more time than they save
            self._payload = make_payload(self.run, self.other, systems=systems, umap=umap)
        self._notes, self._kept = Notes(self.run.path / "notes.csv"), Kept(self.run)
        meta, arrays = self._payload.meta, dict(self._payload.arrays)
        self._has_skeletons = (self.run.path / "skeletons.npz").is_file()
        shape = [len(self.run.clips), MOMENTS, len(self.run.data.joints), 2] if self._has_skeletons else None
        if shape is None:
            meta["missing"].append("No skeletons: the run has no skeletons.npz, so clips cannot be played.")
        elif np.prod(shape) <= AT_ONCE:
            arrays["points"] = self.run.skeletons()["points"]
        meta["key"] = hashlib.sha256(str(self.run.path.resolve()).encode()).hexdigest()[:16]
        meta |= {"pictures": bool(shape and meta["visual"]), "skeletons": shape}
        meta, content = Payload(meta, arrays).pack()
        view = {"split": _one_of("split", split, meta["splits"]), "stream": self._choose(stream), "height": height}
        said = {"notes": self._notes, "decisions": self._kept.decisions, "slices": self._kept.slices}
        super().__init__(meta=meta, data=content, view=view, **{name: each.read() for name, each in said.items()})
        self.on_msg(self._answer)

    @property
    def at(self) -> str:
        """The current view as one line of text; set it to go there. "copy a link to this view" gives such a line."""
        return self.view.get("at", "")

    @at.setter
    def at(self, address: str) -> None:
        self.view = self.view | {"at": address.removeprefix("#")}

    @property
    def clips(self) -> pd.DataFrame:
        """The clips currently in the list: rows of `run.clips`, with their predicted classes."""
        return self._clip_rows(self.selected)

    def relabelling(self) -> pd.DataFrame:
        """The clips with a note, for relabelling: id, split, group, label, predicted, names, mark, comment."""
        rows = [row for row, name in enumerate(self.run.clips["id"]) if name in self.notes]
        notes = pd.DataFrame([self.notes[name] for name in self.run.clips["id"].iloc[rows]], index=rows)
        return self._clip_rows(rows).join(notes.reindex(columns=["mark", "comment", "saved"]))

    def slice(self, name: str) -> pd.DataFrame:
        """The clips of a slice named in the explorer, as saved: rows of `run.clips`.

        Raises:
            ExplorerError: there is no such slice.
        """
        ids = set(self.slices[_one_of("slice", name, list(self.slices))]["ids"])
        return self._clip_rows([row for row, clip in enumerate(self.run.clips["id"]) if clip in ids])

    def write_corrections(self, path: str | Path | None = None, rater: str = "") -> Path:
        """Write a file of corrections from the decisions, for training with `-p data_options "{corrections: FILE}"`.

        Args:
            path: the file; None: next_corrections.csv in the run directory.
            rater: rater whose decisions are used; "": all raters, who must agree.

        Raises:
            OptionError: two raters have given one clip different labels; the message names it.
        """
        return self._kept.write_corrections(Path(path or self.run.path / "next_corrections.csv"), rater)

    def corrected(self, run_name: str, rater: str = "") -> TrainConfig:
        """The run's settings with labels corrected as decided, for training after the review.

        Args:
            run_name: name of the run to train.
            rater: rater whose decisions are used; "": all raters, who must agree.

        Raises:
            OptionError: two raters have given one clip different labels; the message names it.
        """
        options = self.run.settings.data_options | {"corrections": self._kept.corrections(rater)}
        changed = {"run_name": run_name, "resume": False, "data_options": options}
        return TrainConfig.read(self.run.settings.model_dump(mode="json") | changed)

    def figure(self) -> figures.Figure:
        """The current matrix for print: of the split and stream shown, with classes by body group."""
        split, stream = self.view["split"], self.view["stream"]
        rows, names = self.run.where(split), self.run.data.class_names
        predicted = self._payload.arrays[f"{stream}/top"][rows, 0]
        counts = confusion_matrix(self.run.labels[rows], predicted, len(names))
        hits, share = np.trace(counts), percent(np.trace(counts) / max(len(rows), 1), 1)
        right = f"{hits} of {len(rows)} {split} clips right ({share}%)"
        title = f"{self.run.data.heading}, run {self.run.name}, {self._payload.meta['systems'][stream]}: {right}"
        return figures.matrix(counts, names, self.run.data.class_groups, title)

    def to_html(self, path: str | Path, *, frames: bool | Sequence[int] = False) -> Path:
        """Write one self-contained HTML file that needs no kernel.

        Args:
            path: the file.
            frames: True to include pictures of the clips of the split shown, or the rows of clips to include; 10 kB per
                clip of depth video, a few times that for colour. Skeletons are always included.

        Raises:
            FramesMissing: pictures are requested, but the data set is not available.
        """
        chosen = self.run.where(self.view["split"]) if frames is True else () if frames is False else frames
        rows = [int(row) for row in chosen]
        strips = self._strips.of(rows) if rows else {}
        arrays = dict(self._payload.arrays)
        if self._has_skeletons:
            arrays["points"] = self.run.skeletons()["points"]
        arrays |= all_neighbours(self.run, list(self._payload.meta["systems"]))
        meta, content = Payload(self._payload.meta | {"pictures": bool(strips)}, arrays).pack()
        said = {name: dict(getattr(self, name)) for name in ("notes", "decisions", "slices")}
        return export.write_page(Path(path), meta, content, dict(self.view), said, strips)

    def _choose(self, stream: str) -> str:
        known = list(self._payload.meta["systems"])
        return known[0] if stream == "fused" and len(known) == 1 else _one_of("stream", stream, known)

    def _clip_rows(self, rows: Sequence[int]) -> pd.DataFrame:
        table = self.run.clips.iloc[list(rows)][["id", "split", "group", "label"]].copy()
        names = np.array(self.run.data.class_names)
        table["label_name"] = names[table["label"]]
        table["predicted"] = self._payload.arrays[f"{self.view['stream']}/top"][table.index, 0]
        table["predicted_name"] = names[table["predicted"]]
        return table

    def _answer(self, _widget: Any, message: dict, _buffers: list) -> None:
        """Handle requests of the browser for skeletons or pictures, and notes from it."""
        kind, rows = message.get("kind"), [int(row) for row in message.get("rows", ())]
        if kind == "skeletons" and self._has_skeletons:
            self.send({"kind": "skeletons", "rows": rows}, [self.run.skeletons()["points"][rows].tobytes()])
        elif kind == "frames":
            for row in rows:
                try:
                    self.send({"kind": "frames", "row": row}, [self._strips.strip(row)])
                except FramesMissing as error:
                    self.send({"kind": "frames", "row": row, "error": str(error)})
        elif kind == "note":
            self._take_note(message)
        elif kind in ("decision", "slice"):
            self._keep(message)
        elif kind in BESIDE:
            self._answer_beside(message)

    def _take_note(self, message: dict) -> None:
        try:
            self.notes = self._notes.replace(message["id"], message["mark"], message["comment"])
            self.send({"kind": "saved", "id": message["id"]})
        except (OSError, ValueError) as error:
            self.send({"kind": "saved", "id": message["id"], "error": f"The note was not saved: {error}"})

    def _keep(self, message: dict) -> None:
        found = self._kept.take(message)
        told = {"kind": "saved", "of": message["kind"], "id": message["id"]}
        if isinstance(found, str):
            self.send(told | {"error": found})
        else:
            setattr(self, *found)
            self.send(told)

    def _answer_beside(self, message: dict) -> None:
        """Handle requests for a clip's neighbours, the seconds around it, or the label check."""
        told = {name: message[name] for name in ("kind", "row", "system") if name in message}
        try:
            facts, arrays = BESIDE[message["kind"]](self, message)
            self.send(told | facts, arrays)
        except (RunError, OSError) as error:
            self.send(told | {"error": str(error)})

    def _find_neighbours(self, message: dict) -> tuple[dict, list[bytes]]:
        with threadpool_limits(1):
            found = neighbour_arrays(self.run, message["system"], [int(message["row"])])
        return {}, [found["near"].tobytes(), found["alike"].tobytes()]

    def _judge_labels(self, _message: dict) -> tuple[dict, list[bytes]]:
        """Run the label check; the result is added to the payload, so that exported pages have it, too."""
        found = check_arrays(self.run, kept_label_check(self.run), next(iter(self._payload.meta["systems"])))
        self._payload.arrays.update(found)
        return {}, [found[name].tobytes() for name in ("quality", "better", "queue")]

    def _look_around(self, message: dict) -> tuple[dict, list[bytes]]:
        found = surroundings(self._strips, int(message["row"]))
        return {"start": found.start, "stop": found.stop}, [found.strip]

    @cached_property
    def _strips(self) -> FrameStrips:
        if not self._has_skeletons or self.run.data.visual is None:
            raise FramesMissing(f"The run {self.run.name} has no visual stream, so only skeletons are shown.")
        return FrameStrips(self.run, self.run.skeletons())

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict] | None:
        """The widget, with a static version for viewers without it: GitHub, PDF, a headless notebook."""
        bundle = super()._repr_mimebundle_(**kwargs)
        bundle[0]["image/png"] = base64.b64encode(png(self.figure())).decode()
        return bundle

    def _ipython_display_(self) -> None:
        """The widget, and its static version, which is shown if a notebook is opened again with another kernel."""
        data, metadata = self._repr_mimebundle_()
        display(data, metadata=metadata, raw=True)
        page = (HERE / "twin.html").read_text(encoding="utf-8").replace("@@PICTURE@@", data["image/png"])
        display({"text/html": page, "text/plain": ""}, raw=True)


BESIDE = {
    "neighbours": ConfusionExplorer._find_neighbours,
    "label_check": ConfusionExplorer._judge_labels,
    "context": ConfusionExplorer._look_around,
}


@figures.style.styled
def png(figure: figures.Figure, dpi: int = 139) -> bytes:
    """Draw the figure once, as `savefig` would draw it twice, which delays the widget."""
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    content = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").save(content, "PNG")
    return content.getvalue()


def _one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise ExplorerError(f"{name}: {value!r}; this run has {', '.join(known)}.")
    return value
