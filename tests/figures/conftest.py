"""A run directory written by hand, so that every number in a figure is known."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from mglib.runs import Run

# true -> answers of the test clips; class 3 has none
ANSWERS = {0: [0, 0, 2], 1: [2, 2, 2, 1, 2], 2: [2] * 11 + [1]}
NAMES, GROUPS = (
    ["nod", "wave", "shrug", "a name that is as long as any in the public data set"],
    ["head", "hand"] * 2,
)
TRAIN = np.repeat([0, 1, 2, 3], [4, 10, 25, 1])


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Run]:
    """A maker of a finished run; keyword arguments replace settings."""

    def make(**settings) -> Run:
        folder = tmp_path / "by hand"
        folder.mkdir()
        test = np.repeat(list(ANSWERS), [len(a) for a in ANSWERS.values()])
        labels = np.concatenate([TRAIN, test])
        predicted = np.concatenate([TRAIN, *ANSWERS.values()])
        number = np.arange(len(labels))
        split = np.where(number < len(TRAIN), "train", "test")
        clips = {
            "id": [f"c{n}" for n in number],
            "label": labels,
            "split": split,
            "group": number % 3 + 3 * (split == "test"),
        }
        pd.DataFrame(clips).to_csv(folder / "clips.csv", index=False)
        eye = np.eye(4, dtype=np.float32)
        np.savez(folder / "predictions.npz", rgb=0.1 + eye[labels], pose=0.2 + 2 * eye[predicted])
        epochs = np.arange(4)
        history = {"epoch": epochs, "loss_ce": 4.0 - epochs, "loss_pr": 5.0 - epochs, "lr": 0.1 / (epochs + 1)}
        for number, system in enumerate(("rgb", "pose", "fused")):
            history |= {f"train_top1_{system}": epochs / 10 + number / 20}
            history |= {f"test_top1_{system}": np.where(epochs % 2, epochs / 20 + number / 20, np.nan)}
        pd.DataFrame(history).to_csv(folder / "history.csv", index=False)
        scores = [
            {"system": system, "metric": metric, "value": value + k / 100, "low": value - 0.05, "high": value + 0.07}
            for system, value in {
                "majority class": 0.1,
                "linear SVM": 0.3,
                "rgb": 0.5,
                "pose": 0.4,
                "fused": 0.6,
            }.items()
            for k, metric in enumerate(("top1", "top5", "macro_recall", "macro_f1"))
        ]
        pd.DataFrame(scores).to_csv(folder / "scores.csv", index=False)
        config = {"streams": "rgb+joint", "alpha": 0.2} | settings
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        data = {
            "name": "made up",
            "visual": "depth video",
            "class_names": NAMES,
            "class_groups": GROUPS,
            "layout": "coco17",
            "joints": [],
            "limbs": [],
            "group_kind": "subject",
            "fps": 25.0,
            "clips": {},
            "groups": {},
        }
        (folder / "data.json").write_text(json.dumps(data))
        (folder / "metrics.json").write_text("{}")
        return Run(folder)

    return make
