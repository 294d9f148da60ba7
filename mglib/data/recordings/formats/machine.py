"""Stores a model's predictions and scores in coders' files, in separate tiers, so that corrections can be told apart.

Beside the tier "anna Head-Hand" there is "anna Head-Hand score", with an annotation for each predicted segment: `0.8700
nod 12.400-13.900`. When a coder returns the file, this shows which segments were unchanged, corrected or added. A
model's tier without segments has an empty tier of scores, so that what a coder adds there is not taken for the model's.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from .marks import SCORE, Mark, Tier

SAID = re.compile(r"(?P<score>[01]\.\d+) (?P<value>.+) (?P<start>\d+\.\d{3})-(?P<stop>\d+\.\d{3})", re.S)
SPOTTED, CORRECTED, ADDED = "spotted", "corrected", "added"  # notes of marks in a tier with scores
TICK = 0.0015  # seconds: tools store milliseconds


def said(mark: Mark) -> str:
    """The text in the score tier for a predicted mark."""
    return f"{mark.score or 0:.4f} {mark.value} {mark.start:.3f}-{mark.stop:.3f}"


def score_tier(name: str) -> str:
    """The name of the score tier."""
    return f"{name} {SCORE}"


def scored(tiers: Sequence[Tier], marks: Sequence[Mark]) -> tuple[list[Tier], list[Mark]]:
    """Tiers and marks without the score tiers; marks in tiers with scores get a note on what coders did.

    The note of a mark in a tier with scores is "spotted" (unchanged, with its score), "corrected" or "added". A tier
    that is named score but has other content is treated as any other tier.
    """
    names = {tier.name for tier in tiers}
    rows = {name: score_tier(name) for name in names if score_tier(name) in names}
    answers = {name: [mark for mark in marks if mark.tier == row] for name, row in rows.items()}
    machine = {name: those for name, those in answers.items() if all(SAID.fullmatch(one.value) for one in those)}
    hidden = {rows[name] for name in machine}
    kept = [mark for mark in marks if mark.tier not in hidden]
    judged = [_judged(mark, machine[mark.tier]) if mark.tier in machine else mark for mark in kept]
    shown = [tier for tier in tiers if tier.name not in hidden]
    return [replace(tier, machine=tier.name in machine) for tier in shown], judged


def _judged(mark: Mark, answers: Sequence[Mark]) -> Mark:
    """A mark, judged by the predicted mark that overlaps it most, if any."""
    over = [(min(mark.stop, one.stop) - max(mark.start, one.start), one) for one in answers]
    over = [(length, one) for length, one in over if length > 0]
    if not over:
        return replace(mark, note=ADDED)
    told = SAID.fullmatch(max(over, key=lambda pair: pair[0])[1].value)
    same = (
        told["value"] == mark.value
        and abs(float(told["start"]) - mark.start) < TICK
        and abs(float(told["stop"]) - mark.stop) < TICK
    )
    return replace(mark, score=float(told["score"]), note=SPOTTED) if same else replace(mark, note=CORRECTED)
