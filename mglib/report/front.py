"""The first page: the main findings, and a figure."""

from collections.abc import Sequence

import numpy as np

from mglib.analysis.ambiguity import confused_pairs
from mglib.analysis.evaluation import score_table
from mglib.base.facts import counted
from mglib.base.shares import percent
from mglib.report.document import Picture, Section
from mglib.report.study import Study
from mglib.runs import Run
from mglib.runs.ancestry import ancestry, tested_before

COVER = "scores"  # name of the figure on the first page


def finding(study: Study) -> list[str]:
    """Three sentences: scores, floors, and the most frequent confusion; they claim no gain."""
    return [_how_well(study), _beside_what(study), _confused_most(study)]


def cover(sections: Sequence[Section | None]) -> Picture | None:
    """The figure of the first page, taken from the sections."""
    items = (item for section in sections if section is not None for item in section.items)
    return next((item for item in items if isinstance(item, Picture) and item.name == COVER), None)


def _how_well(study: Study) -> str:
    run = study.run
    names = run.stream_names
    whole = names.get("fused", next(iter(names.values())))
    table = score_table(study.systems(), study.labels, study.groups, run.data.class_groups)
    top1, macro = (table[(table["system"] == whole) & (table["metric"] == m)].iloc[0] for m in ("top1", "macro_f1"))
    seeds = f", mean of {len(study.seeds) + 1} seeds" if study.seeds else ""
    return (
        f"Of {counted(len(study.labels), 'test clip')} of {study.tested}{_known(run)}, the {run.kind} "
        f"{run.name} recognises {percent(top1.value, 1)} %{_interval(top1)} (top-1 in {run.data.num_classes} classes"
        f"{seeds}); macro F1 is {percent(macro.value, 1)} %."
    )


def _known(run: Run) -> str:
    """Whether the people tested were met in training, as a clause; of earlier runs only if they were."""
    whom = "whom" if run.data.group_kind == "subject" else "which"
    new = "" if run.data.sharing else f", none of {whom} is among the training clips"
    seen, labelled = tested_before(run, ancestry(run))
    if not seen:
        return new
    how = "with" if labelled else "without"
    return f"{new}, but {len(seen)} of {whom} were in the data of its pre-training, {how} their labels"


def _beside_what(study: Study) -> str:
    floors = study.run.floors
    floors = floors[floors["metric"] == "top1"] if len(floors) else floors
    told = [f"{row.system} {100 * row.value:.1f} %{_interval(row)}" for row in floors.itertuples()]
    if not told:
        return "No floor was measured for comparison."
    return f"Without a network, top-1 is: {', '.join(told)}."


def _confused_most(study: Study) -> str:
    pairs, names = confused_pairs(study.run), study.run.data.class_names
    alone = f"{study.run.name} alone" if study.seeds else ""
    if pairs.empty:
        return f"No test clip was confused{f' by {alone}' if alone else ''}."
    pair = pairs.iloc[0]
    share = "" if np.isnan(pair["rate"]) else f", {percent(pair['rate'])} % of that class"
    equal = int((pairs["count"] == pair["count"]).sum())
    which = "The most frequent confusion" if equal == 1 else f"One of the {equal} most frequent confusions"
    which += f" of {alone}" if alone else ""
    return (
        f"{which} is \u201c{names[pair['true']]}\u201d classified as "
        f"\u201c{names[pair['predicted']]}\u201d: {counted(pair['count'], 'clip')}{share}."
    )


def _interval(row: object) -> str:
    return "" if np.isnan(row.low) else f" [{100 * row.low:.1f}, {100 * row.high:.1f}]"
