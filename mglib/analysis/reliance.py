"""Reliance of a two-stream network on its inputs: its scores on test clips if one input is swapped.

After the lateral connections both heads see both inputs, so the score of a head does not show the importance of an
input. Therefore one input of each test clip is replaced by that of a test clip of another class; the drop of the score
is the reliance on that input (a permutation importance: Fisher, Rudin & Dominici 2019, All Models are Wrong, but Many
are Useful, section 3). A blank input would be out of distribution, which alone may cause errors.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from mglib.runs import Run

from .evaluation import paired_difference, score_table

LITTLE = 0.02  # smallest drop of top-1 that is not called none
MOST = 0.05  # upper end of its interval from which the clips are too few to call it none

Use = Literal["uses", "ignores", "unclear"]


class Verdict(NamedTuple):
    """The conclusion from the swap of one input."""

    stream: str  # "rgb" or "pose"
    use: Use
    sentence: str


def strangers(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each clip one of another class; each is used once, unless a class has more than half of the clips.

    Args:
        labels: int [n].
        rng: source of the draw.

    Returns:
        int64 [n], indices in `labels`.

    Raises:
        ValueError: all clips are of one class.
    """
    if len(np.unique(labels)) < 2:
        raise ValueError(f"The {len(labels)} clips are of one class; an input of another class needs two.")
    donors = rng.permutation(len(labels))
    for i in np.flatnonzero(labels[donors] == labels):
        if labels[donors[i]] != labels[i]:
            continue  # resolved already by an exchange below
        able = np.flatnonzero((labels != labels[i]) & (labels[donors] != labels[i]))
        if len(able):
            other = rng.choice(able)
            donors[[i, other]] = donors[[other, i]]
        else:
            donors[i] = rng.choice(np.flatnonzero(labels != labels[i]))
    return donors


def reliance_table(
    intact: Mapping[str, np.ndarray],
    swapped: Mapping[str, Mapping[str, np.ndarray]],
    labels: np.ndarray,
    groups: np.ndarray,
) -> pd.DataFrame:
    """The drop of each head, and of the fused heads, for each input.

    Args:
        intact: head -> probabilities [n, K].
        swapped: swapped input -> head -> probabilities [n, K].
        labels: int [n].
        groups: subject or video of each clip [n].

    Returns:
        A row per input and system (the heads, and "fused", their 1:1 mean): system, swapped; top1, low, high with the
        input swapped; drop, drop_low, drop_high: the paired difference from top-1 with the clip's own inputs.
        Fractions, 95 % intervals over groups.
    """
    rows = []
    for stream, heads in swapped.items():
        for system, answers in _with_fused(heads).items():
            own = _with_fused(intact)[system]
            score = score_table({system: answers}, labels, groups).set_index("metric").loc["top1"]
            drop = paired_difference(labels, own, answers, groups)
            rows.append((system, stream, *score[["value", "low", "high"]], *drop))
    names = ["system", "swapped", "top1", "low", "high", "drop", "drop_low", "drop_high"]
    return pd.DataFrame(rows, columns=names)


def verdicts(run: Run) -> list[Verdict]:
    """A verdict per input, from the fused predictions; none if nothing was measured.

    An input counts as used if the interval of the drop excludes 0, and as ignored if it includes 0, the drop is less
    than `LITTLE`, and the interval ends below `MOST`. Otherwise there are too few clips for a conclusion. Without an
    interval, as for one group, the drop itself decides.
    """
    table = run.reliance
    if table is None:
        return []
    fused = table[table["system"] == "fused"]
    return [Verdict(row.swapped, _use(row), _sentence(run, row)) for row in fused.itertuples()]


def statement(run: Run) -> str:
    """One or two sentences on a run's reliance on its inputs, or on why it is unknown."""
    if run.kind == "ensemble":
        return "Not measured for an ensemble, but for each member in its own run."
    if len(run.input_names) < 2:
        return "One input only: there is nothing to swap."
    heads = " and ".join(name for stream, name in run.stream_names.items() if stream != "fused")
    shared = f"The {heads} both see both inputs, {' and '.join(run.input_names.values())}"
    found = verdicts(run)
    if not found:
        return (
            f"{shared}; how far the network relies on each was not measured. mglib.training.measure_reliance "
            "does this, if the run's data are available."
        )
    said = [f"{shared}.", *(verdict.sentence for verdict in found)]
    used = [run.input_names[verdict.stream] for verdict in found if verdict.use == "uses"]
    if len(used) == 1 and any(verdict.use == "ignores" for verdict in found):
        said.append(f"In effect it predicts from the {used[0]} alone.")
    return " ".join(said)


def _with_fused(heads: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return dict(heads) | {"fused": np.mean(list(heads.values()), axis=0)}


def _use(row: tuple) -> Use:
    little = row.drop < LITTLE
    if np.isnan(row.drop_low):
        return "ignores" if little else "uses"
    if row.drop_low > 0 or row.drop_high < 0:
        return "uses"
    return "ignores" if little and row.drop_high < MOST else "unclear"


def _sentence(run: Run, row: tuple) -> str:
    own = run.input_names[row.swapped]
    band = _band(row)
    most = f" as far as these clips tell (at most {100 * row.drop_high:.1f} points rest on it)" if band else ""
    said = {
        "uses": f"the network uses the {own}",
        "ignores": f"the network ignores the {own}{most}{_beneath(run, row)}",
        "unclear": f"the interval includes 0, so these clips cannot tell whether the network uses the {own}",
    }
    alone = "" if band else f", as far as one {run.data.group_kind} shows: there is no interval"
    return (
        f"With the {own} of a clip of another class top-1 goes from {100 * (row.top1 + row.drop):.1f} to "
        f"{100 * row.top1:.1f} %, a drop of {100 * row.drop:z.1f} points{band}: {said[_use(row)]}{alone}."
    )


def _beneath(run: Run, fused: tuple) -> str:
    """The heads that do lose without an input on which the fused prediction does not depend; "" if there are none."""
    table = run.reliance
    heads = table[(table["swapped"] == fused.swapped) & (table["system"] != "fused") & (table["drop_low"] > 0)]
    lost = [f"the {run.stream_names[row.system]} loses {100 * row.drop:.1f}{_band(row)}" for row in heads.itertuples()]
    return f", though {' and '.join(lost)}" if lost else ""


def _band(row: tuple) -> str:
    """The interval of a drop in points; "" if there is none."""
    return "" if np.isnan(row.drop_low) else f" [{100 * row.drop_low:z.1f}, {100 * row.drop_high:z.1f}]"
