"""User input that is stored with the run: decisions and slices, as exchanged with the browser."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from mglib.base import files
from mglib.base.errors import BusyError
from mglib.runs import Run

from .decisions import Decisions
from .slices import Slices

Message = Mapping[str, Any]


class Kept:
    """Decisions and slices of a run.

    Args:
        run: the run in whose directory they are stored.
    """

    def __init__(self, run: Run):
        self.run = run
        self.decisions = Decisions(run.path / "decisions.csv")
        self.slices = Slices(run.path / "slices.json")
        self.rows = dict(zip(run.clips["id"], range(len(run.clips)), strict=True))

    def take(self, message: Message) -> tuple[str, dict] | str:
        """Save a decision or a slice; returns the changed trait and its value, or why nothing was saved."""
        try:
            if message["kind"] == "slice":
                return "slices", self.slices.replace(message["id"], message["content"])
            return "decisions", self._decide(message)
        except (OSError, ValueError, BusyError) as error:
            return f"The {message['kind']} was not saved: {error}"

    def _decide(self, message: Message) -> dict:
        clip, kind = message["clip"], message["decision"]
        if clip not in self.rows:
            raise ValueError(f"{self.run.name} has no clip {clip!r}.")
        if not kind:
            return self.decisions.replace(message["rater"], clip, None)
        known = self.decisions.read().get(message["rater"], {}).get(clip, {})
        if _later(known.get("saved"), message.get("said")):  # another tab has saved a later decision
            return self.decisions.read()
        row = self.run.clips.iloc[self.rows[clip]]
        names = self.run.data.class_names
        if message["label"] and message["label"] not in names:
            raise ValueError(f"{self.run.name} has no class {message['label']!r}.")
        own = {"was": names[row["label"]], "split": row["split"]}
        given = {name: message.get(name, "") for name in ("decision", "label", "reason", "confidence", "blind")}
        return self.decisions.replace(message["rater"], clip, given | own)

    def corrections(self, rater: str = "") -> dict[str, Any]:
        """All corrections of the data set: those with which the run was trained, updated by the decisions.

        Args:
            rater: rater whose decisions are used; "": all raters, who must agree.

        Raises:
            OptionError: two raters have given one clip different labels.
            ValueError: that rater has decided nothing.
        """
        before = (self.run.config["data_options"].get("corrections") or {"clips": []})["clips"]
        own = self.decisions.corrections(rater)
        clips = {clip["id"]: clip for clip in before}
        first = {clip["id"]: clip["was"] for clip in before if "was" in clip}
        for clip in own["clips"]:
            known = {"was": first[clip["id"]]} if clip["id"] in first else {}
            clips[clip["id"]] = clip | known
        back = [name for name, clip in clips.items() if clip["label"] is not None and clip["label"] == clip.get("was")]
        return {"name": own["name"], "clips": [clip for name, clip in clips.items() if name not in back]}

    def write_corrections(self, path: Path, rater: str = "") -> Path:
        """The same as a file for `-p data_options "{corrections: FILE}"`."""
        table = pd.DataFrame(self.corrections(rater)["clips"], columns=["id", "was", "label"])
        files.write_text(path, table.to_csv(index=False))
        return path


def _later(saved: str | None, said: str | None) -> bool:
    """Whether `saved` is a later second than `said`; both ISO 8601."""
    if not saved or not said:
        return False
    return datetime.fromisoformat(saved) > datetime.fromisoformat(said)
