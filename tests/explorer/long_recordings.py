"""Recordings with tiers, and a stand-in for the spotter that marked them."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np

from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Segment
from mglib.recordings import Spotted

LAYOUT = get_layout("imigue22")
NAMES = ("rubbing the eyes", "crossing the arms", "shaking <b>legs</b>")


def fake_spotter(folder: Path) -> SimpleNamespace:
    """What a time line needs of a spotter."""
    facts = SimpleNamespace(class_names=NAMES, class_groups=("hand", "hand", "body"), layout=LAYOUT)
    folder.mkdir(parents=True, exist_ok=True)
    return SimpleNamespace(path=folder, name=folder.name, facts=facts)


def fake_spotted(number: int = 2, seconds: float = 60.0, segments: int = 8, fps: float = 5.0) -> list[Spotted]:
    """Segments at even distances, found a little late by the machine; a skeleton that moves to the right."""
    found = []
    for name in [f"anna {i}" for i in range(number)]:
        starts = np.linspace(2, seconds - 4, segments)
        truth = [Segment(float(t), float(t) + 1.5, i % 3, "truth") for i, t in enumerate(starts)]
        machine = [
            Segment(s.start + 0.25, s.stop + 0.25, s.label, "net", 0.2 + 0.7 * ((7 * i) % segments) / segments)
            for i, s in enumerate(truth)
        ]
        frames = round(seconds * fps)
        points = np.ones((1, frames, LAYOUT.num_joints, 3), np.float32)
        points[0, ..., 0] = np.arange(LAYOUT.num_joints) * 10 + np.linspace(0, 300, frames)[:, None]
        points[0, ..., 1] = np.arange(LAYOUT.num_joints)[::-1] * 8
        points[0, :5, 3] = 0
        times = np.arange(frames + 1) / fps
        one = Recording(name, f"P {name}", "test", seconds, points, times, 480, 640, segments=tuple(truth))
        found.append(Spotted(one, tuple(machine), np.zeros((round(seconds * 5), 3)), "net"))
    return found
