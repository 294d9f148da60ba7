"""Tables to go with the figures."""

import re
import zlib
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from pandas.io.formats.style import Styler

from mglib.analysis.evaluation import (
    BODY_METRICS,
    METRICS,
    confusion_matrix,
    format_points,
    format_scores,
    paired_difference,
    score_table,
)
from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.data import ClipTable
from mglib.runs import Run
from mglib.runs.heads import BEFORE

from .style import FAINT

WIDE = 10  # columns from which a table needs smaller letters in JupyterLab at 1,024 pixels
INTERVAL = re.compile(r"\[[^][]*\]")


def sheet(frame: pd.DataFrame) -> Styler:
    """A table as a notebook shows it: words on the left and never cut, a dash for what has no value.

    A narrow cell is broken before an interval rather than within it. Rows without names are not numbered. The letters
    are small, so that most tables fit beside the file browser of JupyterLab at 1,024 pixels.

    Args:
        frame: formatted text, or numbers, of which fractions are shown with two digits.
    """
    wordy = [n for n, (_, column) in enumerate(frame.items()) if any(map(_starts_with_a_word, column))]
    size = "padding: 0.3em; font-size: 12px;" if frame.shape[1] < WIDE else "padding: 0.3em 0.2em; font-size: 11px;"
    looks = [{"selector": "th, td", "props": size}]
    looks += [{"selector": f"th.col{n}, td.col{n}", "props": "text-align: left;"} for n in wordy]
    shown = frame.style.format(_cell).format_index(_cell).format_index(_cell, axis=1).set_table_styles(looks)
    shown = shown.set_uuid(f"{zlib.crc32(frame.to_csv().encode()):x}")
    return shown.hide() if isinstance(frame.index, pd.RangeIndex) and frame.index.start == 0 else shown


def _starts_with_a_word(cell: Any) -> bool:
    return isinstance(cell, str) and cell[:1].isalpha()


def _cell(value: Any) -> str:
    """A cell of a table as HTML."""
    if pd.isna(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    text = escape(f"{value:.2f}" if isinstance(value, float | np.floating) else str(value))
    text = text.replace("-&gt;", "→")  # an arrow that is not broken
    text = re.sub("([=_])", r"\1<wbr>", text)  # where a long name of a run or a setting may be broken
    return INTERVAL.sub(lambda found: f'<span style="display: inline-block">{found[0]}</span>', text)


def overview(table: ClipTable) -> pd.DataFrame:
    """A summary of a data set, a row per fact; with shares of wrong labels and ambiguous clips, if known."""
    clips, layout = table.clips, table.layout
    frames, space = clips["total_frames"], ", in 3-D" if table.dimensions == 3 else ""
    facts = {
        "clips": f"{len(table):,}, {counted(table.num_classes, 'class')}",
        f"{table.group_kind}s": clips["group"].nunique(),
        **({f"{table.group_kind}s in both train and test": table.facts.shared_groups} if table.shared_groups else {}),
        "key points": f"{layout.name}: {layout.num_joints} joints, {len(layout.limbs)} limbs{space}",
        "visual stream": "none" if table.frames is None else table.frames.kind,
        "frames": f"{frames.min()} to {frames.max()}, median {frames.median():.0f}, at {table.fps:g} per second",
        "mirrored in training": "yes" if table.flip else "no",
    }
    if table.truth is not None:
        truth, train = table.truth, table.where("train")
        between, half_way = (truth["ambiguous_with"] >= 0).mean(), truth["stopped_half_way"].mean()
        facts["planted: wrong label"] = f"{truth['is_wrong_label'].iloc[train].mean():.1%} of the training clips"
        facts["planted: between two gestures"] = f"{between:.1%} of all clips"
        facts["planted: stops half-way"] = f"{half_way:.1%} of all clips"
    return pd.Series(facts, name=table.name).astype(str).to_frame()


def score_sheet(run: Run) -> Styler:
    """Test scores in percent with 95 % intervals: floors grey, the best value of each metric bold.

    Late fusions other than 1:1, and classifiers before re-training, are never bold, as the best of them would be
    selected on the test clips.
    """
    judged = run.scores[~run.scores["system"].isin(run.beside)]
    best = judged.pivot(index="system", columns="metric", values="value").idxmax().rename(METRICS | BODY_METRICS)
    table, names = format_scores(run.scores), run.stream_names
    best = best.reindex(table.columns).fillna("")  # the number of groups has no best value
    grey = np.where(table.index.isin([*names, *run.beside]), "", f"color: {FAINT};")[:, None]
    bold = np.where(table.index.to_numpy()[:, None] == best.to_numpy(), "font-weight: bold;", "")
    return sheet(table.rename(index=names)).apply(lambda _: grey + bold, axis=None)


def seed_sheet(run: Run) -> pd.DataFrame:
    """Test scores in percent of the networks averaged in a run of several seeds, a row each, and of one seed.

    "one of them": mean and standard deviation over seeds, with the interval over seeds and groups. "averaged": the
    run's own predictions, with the interval over groups. A run of one seed has one row.
    """
    test = run.where("test")
    networks = {f"seed {one.config['seed']}": one.probabilities()[test] for one in run.seeds}
    own = {"averaged" if networks else f"seed {run.config['seed']}": run.probabilities()[test]}
    systems = networks | ({"one of them": np.stack(list(networks.values()))} if networks else {}) | own
    about = run.labels[test], run.groups[test], run.data.class_groups
    tables = [score_table({name: answers}, *about) for name, answers in systems.items()]
    return format_scores(pd.concat(tables, ignore_index=True))


def retraining_sheet(run: Run) -> pd.DataFrame:
    """Test scores in percent before and after re-training of the classifiers, and the difference in points.

    The difference is paired by clips, and by seeds if the run averages several networks. For a run without re-training,
    the table has a row that states this.
    """
    networks = run.seeds or (run,)
    if not all(one.has("first_head.npz") for one in networks):
        return pd.DataFrame({"": [f"{run.name} was trained with retrain off"]}, index=["not re-trained"])
    rows = run.where("test")
    about = run.labels[rows], run.groups[rows]
    systems = {"before": BEFORE, "re-trained": "fused"}
    answers = {name: np.stack([one.probabilities(s)[rows] for one in networks]) for name, s in systems.items()}
    pair = answers["re-trained"], answers["before"]
    scores = format_scores(score_table({name: p if len(p) > 1 else p[0] for name, p in answers.items()}, *about))
    gains = [format_points(*paired_difference(about[0], *pair, about[1], metric=m, seeds_paired=True)) for m in METRICS]
    return pd.concat([scores, pd.DataFrame([gains], ["difference, points"], list(METRICS.values()))]).fillna("")


def confused_pairs(run: Run, stream: str = "fused", n: int = 10) -> pd.DataFrame:
    """The n most frequent confusions among the test clips.

    Returns:
        One row per pair, ranked from 1: true class, predicted class, clips (number), share of the true class's clips,
        and back (number of opposite confusions).
    """
    test, names = run.where("test"), np.array(run.data.class_names)
    labels, predicted = run.labels[test], run.probabilities(stream)[test].argmax(1)
    counts = confusion_matrix(labels, predicted, len(names))
    wrong = np.where(np.eye(len(names), dtype=bool), 0, counts)
    ranked = np.argsort(-wrong, axis=None, kind="stable")[: min(n, np.count_nonzero(wrong))]
    true, answer = np.unravel_index(ranked, wrong.shape)
    columns = {
        "true class": names[true],
        "predicted class": names[answer],
        "clips": wrong[true, answer],
        "share": [f"{percent(x)}%" for x in wrong[true, answer] / counts.sum(1)[true]],
        "back": wrong[answer, true],
    }
    return pd.DataFrame(columns, index=range(1, len(ranked) + 1))
