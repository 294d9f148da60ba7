"""The built-in synthetic set: seated people making micro-gestures, with detector-like key points, frames and truth.

`ClipTable.truth` records which labels are wrong, which clips are between two gestures and which stop half-way, so that
methods that look for ambiguous or mislabelled clips can be evaluated. The set needs no file, is determined by a seed,
and is always named synthetic where a result is shown.
"""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from mglib.base.errors import OptionError
from mglib.data.clips import ClipTable
from mglib.data.options import Pixels
from mglib.data.sources.labels import LABELS

from .detection import detect
from .frames import SyntheticFrames
from .gestures import GESTURES, blend
from .motion import FPS, LAYOUT, Person, animate, draw_person
from .plan import FEWEST, NUM_CLASSES, Plan, draw_plans
from .scene import Scene, draw_camera, draw_look

__all__ = ["SyntheticFrames", "load"]

PLAN, CLIP, PERSON = range(3)  # random streams of one seed


def load(
    *,
    num_clips: Annotated[int, Field(le=1_000_000)] = 960,
    num_subjects: int = 24,
    num_frames: tuple[int, int] = (40, 90),
    height: Pixels = 480,
    width: Pixels = 640,
    frame_height: Pixels = 120,
    label_noise: float = 0.04,
    ambiguous: float = 0.1,
    seed: int = 0,
) -> ClipTable:
    """Make the synthetic set.

    Args:
        num_clips: clips in train and test, about 2 to 1; val has another fifth of this number.
        num_subjects: people in train and test, 2 to 1; val has another quarter of this number.
        num_frames: shortest and longest clip, frames at 25 per second.
        height: of the image of the key points, pixels.
        width: of that image, pixels.
        frame_height: H of the frames drawn, pixels; the width follows from the image.
        label_noise: share of train clips with a wrong label, mostly that of a paired gesture. Labels of val and test
            are always correct.
        ambiguous: share of the clips of every split that are between two paired gestures or stop half-way.
        seed: seed of all random draws.

    Returns:
        A table named "synthetic" in the imigue22 layout with iMiGUE's classes. Its `truth` has one row per clip:
        true_label; is_wrong_label; is_ambiguous; ambiguous_with, the other class of a clip between two, else -1;
        blend, the share of that other gesture in the clip (0..0.5); stopped_half_way; acting_hand (right or left);
        and of the subject handedness (right or left) and tempo (speed over the average).

    Raises:
        OptionError: a size or share is out of range; the message names it.
    """
    _check(num_clips, num_subjects, num_frames, (height, width, frame_height), seed)
    _check_shares(label_noise=label_noise, ambiguous=ambiguous)
    plans = draw_plans(num_clips, num_subjects, label_noise, ambiguous, np.random.default_rng([seed, PLAN]))
    numbers = range(max(plan.subject for plan in plans) + 1)
    persons = [draw_person(np.random.default_rng([seed, PERSON, number])) for number in numbers]
    made = [_clip(plan, persons[plan.subject], num_frames, (height, width), seed) for plan in plans]
    scenes, keypoints = zip(*made, strict=True)
    return ClipTable(
        name="synthetic",
        layout=LAYOUT,
        class_names=LABELS["imigue"].names,
        class_groups=LABELS["imigue"].groups,
        clips=_rows(plans, keypoints).assign(height=height, width=width),
        keypoints=keypoints,
        group_kind="subject",
        fps=FPS,
        frames=SyntheticFrames(scenes, frame_height),
        truth=_truth(plans, persons, scenes),
    )


def _check(
    num_clips: int, num_subjects: int, num_frames: tuple[int, int], pixels: tuple[int, int, int], seed: int
) -> None:
    fewest = NUM_CLASSES * (FEWEST["train"] + FEWEST["test"])
    if num_clips < fewest:
        raise OptionError(f"num_clips: {num_clips}; give {fewest} or more, for {NUM_CLASSES} classes in both splits.")
    if not 3 <= num_subjects <= num_clips // 4:
        raise OptionError(f"num_subjects: {num_subjects}; give 3 to {num_clips // 4}, a quarter of num_clips.")
    if len(num_frames) != 2 or not 8 <= num_frames[0] <= num_frames[1]:
        raise OptionError(f"num_frames: {num_frames}; give the shortest clip, 8 frames or more, and the longest.")
    if min(pixels) < 32:
        raise OptionError(f"height, width, frame_height: {pixels}; give 32 pixels or more for each.")
    if seed < 0:
        raise OptionError(f"seed: {seed}; give 0 or more.")


def _check_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 <= share <= 0.5:
            raise OptionError(f"{name}: {share}; give a share of the clips, 0 to 0.5.")


def _clip(
    plan: Plan, person: Person, num_frames: tuple[int, int], size: tuple[int, int], seed: int
) -> tuple[Scene, np.ndarray]:
    """Scene and key points from the clip's own random stream, so that they do not depend on other clips."""
    rng = np.random.default_rng([seed, CLIP, plan.label, ("train", "test", "val").index(plan.split), plan.number])
    gesture, frames = GESTURES[plan.label], int(rng.integers(num_frames[0], num_frames[1] + 1))
    if plan.rival >= 0:
        gesture = blend(gesture, GESTURES[plan.rival], plan.weight)
    motion = animate(gesture, person, frames, plan.amount, rng)
    hat, held = (prop >= 0.5 for prop in gesture.props)
    scene = Scene(motion, draw_camera(*size, rng), draw_look(person, hat, held, rng))
    return scene, detect(scene, rng)


def _rows(plans: list[Plan], keypoints: tuple[np.ndarray, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"synthetic_{row:05d}" for row in range(len(plans))],
            "label": [plan.given for plan in plans],
            "split": [plan.split for plan in plans],
            "group": [f"subject_{plan.subject:02d}" for plan in plans],
            "total_frames": [points.shape[1] for points in keypoints],
        }
    )


def _truth(plans: list[Plan], persons: list[Person], scenes: tuple[Scene, ...]) -> pd.DataFrame:
    who = [persons[plan.subject] for plan in plans]
    return pd.DataFrame(
        {
            "true_label": [plan.label for plan in plans],
            "is_wrong_label": [plan.label != plan.given for plan in plans],
            "is_ambiguous": [plan.rival >= 0 or plan.amount < 1 for plan in plans],
            "ambiguous_with": [plan.rival for plan in plans],
            "blend": [plan.weight for plan in plans],
            "stopped_half_way": [plan.amount < 1 for plan in plans],
            "acting_hand": ["right" if scene.motion.right else "left" for scene in scenes],
            "handedness": ["right" if person.right_handed else "left" for person in who],
            "tempo": [person.tempo for person in who],
        }
    )
