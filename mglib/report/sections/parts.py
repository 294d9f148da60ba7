"""The section on the ablation."""

from mglib import figures
from mglib.base.facts import counted, intervals_over
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.sweep import Comparison, compare, format_variants


def ablation(study: Study) -> Section | None:
    """Differences of a sweep's variants from its baseline; None without a sweep."""
    if study.sweep is None:
        return None
    comparison = compare(study.sweep)
    over = intervals_over(comparison.groups, comparison.data.group_noun, " and the seeds")
    text = (
        f"{study.sweep.name}: {counted(len(comparison.variants) - 1, 'variant')} of {study.sweep.baseline}, with "
        f"{counted(len(study.sweep.seeds), 'seed')}. {_shown(comparison)} Among twenty variants without effect, one "
        "with p below 0.05 is to be expected by chance."
    )
    frame = format_variants(comparison).reset_index()
    frame = frame.loc[:, (frame != "").any()]  # columns without content are left out
    table = (
        f"Scores of {counted(comparison.clips, 'test clip')} in percent: mean ± standard deviation over seeds, {over}; "
        f"the difference to {study.sweep.baseline}, paired by clip and seed, with its interval and p of a t test over "
        "both (for one seed there is neither); minutes of training."
    )
    differences = "Top-1 of each variant minus the baseline's: mean, and each seed (grey)."
    curves = "Top-1 by the value of each constant."
    items = [
        Table("ablation", frame, table),
        Picture("ablation", figures.variant_differences(comparison), differences),
        Picture("sensitivity", figures.sensitivity_curves(comparison), curves),
    ]
    return Section("Ablation", [text], items)


def _shown(comparison: Comparison) -> str:
    """A sentence on what the intervals of the differences show."""
    table = comparison.variants
    above, below = (table.loc[rows, "variant"].tolist() for rows in (table["low"] > 0, table["high"] < 0))
    if table["low"].isna().all():
        return f"{_why_none(comparison)}, so no difference has an interval, and none is shown."
    if not above and not below:
        return "Every interval of a difference includes 0, so no variant is shown to differ."
    parts = [f"{way} for {', '.join(names)}" for way, names in (("above 0", above), ("below 0", below)) if names]
    return f"The interval of the difference lies {' and '.join(parts)}; all others include 0 or rest on one seed."


def _why_none(comparison: Comparison) -> str:
    """Why no difference has an interval, as a clause."""
    if comparison.groups == 1:
        return f"One {comparison.data.group_kind} says nothing about others"
    if (comparison.variants["compared"] > 0).any():
        return "One seed says nothing about a setting"
    return "No variant has a finished run beside one of the baseline"
