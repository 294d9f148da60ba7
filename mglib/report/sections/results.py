"""The sections on results: scores, learning curves, confusions, and classes."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support

from mglib import figures
from mglib.analysis.ambiguity import confused_pairs
from mglib.analysis.evaluation import (
    BODY_METRICS,
    METRICS,
    class_recall,
    compare_systems,
    format_p,
    format_points,
    format_scores,
    score_table,
    smallest_p,
)
from mglib.base.shares import percent
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.runs import Run
from mglib.runs.ancestry import ancestry, sharing
from mglib.runs.heads import BEFORE

FEW_GROUPS = 20  # with fewer, the report warns about them
PAIRS = 20  # number of confused pairs in the table


def scores(study: Study, *, rng: np.random.Generator) -> Section:
    """The main result in a sentence, and the scores of every system."""
    run, labels, groups = study.run, study.labels, study.groups
    table = score_table(study.systems(), labels, groups, run.data.class_groups)
    floors = run.floors
    rivals = study.rivals()
    held = compare_systems(rivals, labels, groups, baseline=run.name, rng=rng) if len(rivals) > 1 else None
    text = [_sentence(study, table, held), _split(study)]
    text += _few(study)
    below = "; below: the floors" if len(floors) else ""
    seeds = " (and seeds, where there are several: ± is their standard deviation)" if study.seeds else ""
    older = "" if "groups" in floors or not len(floors) else ", their intervals by an older version's bootstrap"
    caption = f"Scores of the test clips in percent with {study.intervals}{seeds}{below}{older}."
    if run.mixtures:
        caption += (
            f" {' and '.join(run.mixtures)}: RGB head to pose head, as is often reported; the run's prediction is 1:1."
        )
    if BEFORE in run.beside:
        caption += (
            f" {BEFORE}: the classifiers before they were trained again for rare classes "
            f"(retrain {run.config['retrain']}); the run's prediction is that of the new ones."
        )
    sheet = format_scores(pd.concat([table, floors], ignore_index=True)).rename_axis("system").reset_index()
    items: list = [Table("scores", sheet.drop(columns=BODY_METRICS.values(), errors="ignore"), caption)]
    if BODY_METRICS["f1_mean"] in sheet:
        items.append(_f1_mean(sheet, study.intervals))
    caption = f"Top-1 and macro F1 of run {run.name}{' beside the floors' * bool(len(floors))}."
    items.append(Picture("scores", figures.scores_figure(run), caption))
    if held is not None:
        caption = f"Each run against {run.name}, in points: paired differences with {study.intervals}{_how(study)}"
        items.append(Table("comparison", _differences(held), caption))
    for number, other in enumerate(study.others, 1):
        names = f"{run.name} (black) and {other.name} (grey)"
        caption = f"Recall of each class in {names}; blue: higher in the first, orange: lower."
        items.append(Picture(f"against-{number}", figures.compare_runs(run, other), caption))
    return Section("Scores", text, items)


def learning(study: Study) -> Section | None:
    """Learning curves; None for a run without history."""
    run = study.run
    if not run.has("history.csv"):
        return None
    text = "A wide gap between dashes and dots is overfitting to the people in the training split."
    caption = "Loss terms, share of clips recognised (dashes: training clips, augmented) and learning rate."
    return Section(
        "Learning curves", [text, *study.alone], [Picture("learning-curves", figures.learning_curves(run), caption)]
    )


def confusions(study: Study) -> Section:
    """The confusion matrix and the most frequent pairs."""
    every = confused_pairs(study.run)
    pairs = every.head(PAIRS)
    text = "Confusions within a frame are within a body group; others are coarser errors."
    matrix = Picture(
        "confusions",
        figures.confusions(study.run),
        f"Confusion matrix of the test clips in percent of the true class: blue is right ({_right(study)}), orange is "
        "confused. Classes stand by body group.",
    )
    if every.empty:
        return Section("Confusions", [f"{text} No test clip was confused.", *study.alone], [matrix])
    number = f"{len(pairs)} of the {len(every)}" if len(every) > PAIRS else "The"
    kinds = f"{study.run.data.group_kind}s"
    caption = (
        f"{number} confused pairs of classes, the most frequent first: clips, their share of the true class in percent "
        f"with its 95 % interval over {kinds} (none over one) and the number of these, clips confused the other way "
        "round, the direction (one-sided: the interval of the difference of both shares excludes 0; mutual: both "
        "occur), and lift: how many times as often as if errors were distributed independently of the true class."
    )
    items = [Table("confused-pairs", _pairs(study, pairs), caption), matrix]  # it fits where the matrix does not
    return Section("Confusions", [text, *study.alone], items)


def classes(study: Study) -> Section:
    """Recall of each class."""
    run, predicted = study.run, study.answers(study.run).argmax(1)
    names, order = run.data.class_names, _by_frequency(study)
    recall = class_recall(study.labels, study.answers(run), study.groups, len(names))
    precision, _, f1, _ = precision_recall_fscore_support(
        study.labels, predicted, labels=range(len(names)), zero_division=np.nan
    )
    train = _train_clips(study)
    frame = pd.DataFrame(
        {
            "class": names,
            "body group": run.data.class_groups,
            "train": train,
            "test": recall["n"],
            "recall": _percent(recall["recall"]),
            "95 %": [_range(*bounds) for bounds in zip(recall["low"], recall["high"], strict=True)],
            f"{run.data.group_kind}s": recall["groups"],
            "Wilson": [_range(*bounds) for bounds in zip(recall["wilson_low"], recall["wilson_high"], strict=True)],
            "precision": _percent(precision),
            "F1": _percent(f1),
        }
    ).iloc[order]  # as in the figure
    kinds = f"{run.data.group_kind}s"
    table = (
        f"Clips and scores of each class in percent; 95 %: interval of the recall over {kinds}, none where its clips "
        "come from one; Wilson: the interval if clips were independent, which they are not."
    )
    text = "For classes with few test clips, intervals are wide, and one more or less confusion means little."
    items = [  # the table fills the page of the heading, as it may be broken
        Table("classes", frame, table),
        Picture("recall", figures.recall_bars(run, recall), "Recall of each class."),
    ]
    return Section("Classes", [text, *study.alone], items)


def _few(study: Study) -> list[str]:
    """A warning if the test clips come from few groups."""
    number = len(np.unique(study.groups))
    if number == 1:
        return [f"The test clips come from {study.tested}, which says nothing about others: there are no intervals."]
    if number >= FEW_GROUPS:
        return []
    return [
        f"The test clips come from {study.tested}. So few say little about others: the intervals are wide, and p of a "
        f"sign-flip test cannot be below {smallest_p(number):.3g}."
    ]


def _right(study: Study) -> str:
    right = int((study.answers(study.run).argmax(1) == study.labels).sum())
    return f"{right} of {len(study.labels)}"


def _train_clips(study: Study) -> np.ndarray:
    """Training clips of each class, [K]."""
    run = study.run
    return np.bincount(run.labels[run.where("train")], minlength=run.data.num_classes)


def _by_frequency(study: Study) -> np.ndarray:
    """Classes, the most frequent in training first."""
    return np.argsort(-_train_clips(study), kind="stable")


def _sentence(study: Study, table: pd.DataFrame, held: pd.DataFrame | None) -> str:
    """A sentence with top-1 and its interval, macro F1, the paired difference, and the number of seeds."""
    names = study.run.stream_names
    whole = names.get("fused", next(iter(names.values())))
    top1, macro = (table[(table["system"] == whole) & (table["metric"] == m)].iloc[0] for m in ("top1", "macro_f1"))
    seeds = len(study.seeds) + 1
    over = study.tested + (f" and {seeds} seeds" if seeds > 1 else "")
    what = "" if np.isnan(top1.low) else f" (95 % interval over {over})"
    said = f"top-1 {_interval(top1)}{what}, macro-F1 {_interval(macro)}"
    if held is not None:
        row = held.iloc[0]  # of the other minus this run
        points = format_points(-row.difference, -row.high, -row.low)
        flips = f"by sign-flip (the smallest possible is {row.smallest_p:.3g})"
        test = flips if seeds == 1 else "by a t test over both"
        p = f"p = {format_p(row.p)}".replace("= <", "< ")
        said += f" and, in points of top-1, a paired difference {points} to {row.system}, {p} {test}"
    return f"{study.run.name}: {said}, {f'mean of {seeds} seeds' if seeds > 1 else _trainings(study.run)}."


def _trainings(run: Run) -> str:
    """Of how many trainings a run's prediction is, in words."""
    if run.kind == "network":
        return "one seed"
    members = len(run.config["members"])
    return f"the average of {members} seeds" if "seeds" in run.config else f"one ensemble of {members} members"


def _split(study: Study) -> str:
    given = [study.run.config.get(name) for name in ("init_rgb", "init_pose", "init_from")]
    behind = ancestry(study.run)
    named = [*(Path(name).name for name in given if name), *(parent.run for parent in behind)]
    began = ", ".join(dict.fromkeys(named))
    known = f", apart from what it took over from {began}" if began else ""
    shared = f" {sharing(study.run, behind)}" if behind else ""
    said = f"The run was trained on no test clip, with or without its label{known}.{shared}"
    return f"The split: {study.run.data.sizes}. {said}"


def _how(study: Study) -> str:
    """A text on what other runs are compared with: single networks, or several seeds of this run's settings."""
    if study.seeds:
        return (
            f" and the {len(study.seeds) + 1} seeds of {study.run.name}, p of a t test of top-1 over both. The others "
            "are one network each: other seeds would give other scores, which is not taken into account."
        )
    return (
        ", p of a sign-flip test of top-1 over these and of McNemar's test over clips. One network each: other seeds "
        "would give other scores, so this compares these networks and not their settings."
    )


def _interval(row: pd.Series) -> str:
    spread = f" ± {100 * row.sd:.1f}" if row.seeds > 1 else ""
    return f"{100 * row.value:.1f} %{spread} {_range(row.low, row.high) or '(no interval)'}"


def _f1_mean(sheet: pd.DataFrame, intervals: str) -> Table:
    """F1 at the level of classes and of body groups, and the mean of the four."""
    classes = {METRICS["top1"]: "micro F1 (top-1)", METRICS["macro_f1"]: METRICS["macro_f1"]}
    frame = sheet[["system", *reversed(BODY_METRICS.values()), *classes]].rename(columns=classes)
    caption = (
        f"F1 in percent as in the MA-52 challenge, with {intervals}: for classes and for the body groups to which they "
        "belong, and F1-mean, the mean of the four."
    )
    return Table("f1-mean", frame, caption)


def _differences(held: pd.DataFrame) -> pd.DataFrame:
    rows = list(held.itertuples())
    columns = {
        "run": held["system"],
        "top-1": [format_points(row.difference, row.low, row.high) for row in rows],
        "macro F1": [format_points(row.macro_f1, row.macro_f1_low, row.macro_f1_high) for row in rows],
        "p": [format_p(row.p) for row in rows],
        "smallest p": [format_p(row.smallest_p) for row in rows],
        "McNemar p": [format_p(row.p_mcnemar) for row in rows],
        "clips won": ["" if np.isnan(row.gained) else f"{row.gained:.0f}" for row in rows],
        "clips lost": ["" if np.isnan(row.lost) else f"{row.lost:.0f}" for row in rows],
    }
    frame = pd.DataFrame(columns)
    return frame.loc[:, (frame != "").any()]  # McNemar's test does not apply to several seeds


def _pairs(study: Study, pairs: pd.DataFrame) -> pd.DataFrame:
    names = np.array(study.run.data.class_names)
    columns = {
        "true class": names[pairs["true"]],
        "taken for": names[pairs["predicted"]],
        "clips": pairs["count"],
        "share": _percent(pairs["rate"], 0),
        "95 %": [_range(*bounds, 0) for bounds in zip(pairs["low"], pairs["high"], strict=True)],
        f"{study.run.data.group_kind}s": pairs["groups"],
        "back": pairs["reverse_count"],
        "direction": pairs["direction"],
        "lift": [f"{lift:.1f}" for lift in pairs["lift_over_chance"]],
    }
    return pd.DataFrame(columns)


def _percent(values: np.ndarray | pd.Series, digits: int = 1) -> list[str]:
    return ["" if np.isnan(value) else percent(value, digits) for value in values]


def _range(low: float, high: float, digits: int = 1) -> str:
    return "" if np.isnan(low) else f"[{100 * low:.{digits}f}, {100 * high:.{digits}f}]"
