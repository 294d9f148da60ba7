"""What each part of the method is worth."""

import numpy as np

from mglib import figures
from mglib.report.document import Picture, Section, Table
from mglib.report.study import Study
from mglib.sweep import compare, format_variants


def ablation(study: Study, *, rng: np.random.Generator) -> Section | None:
    """The variants of a grid against its baseline; None without a grid."""
    if study.sweep is None:
        return None
    comparison = compare(study.sweep, rng=rng)
    kinds = f"{comparison.data.group_kind}s"
    text = (
        f"{study.sweep.name}: each variant changes one thing of {study.sweep.baseline}, with {len(study.sweep.seeds)} "
        "seeds. A variant whose seeds lie among those of the baseline has shown nothing, and among twenty one with p "
        "below 0.05 is what chance alone gives."
    )
    frame = format_variants(comparison).reset_index()
    frame = frame.loc[:, (frame != "").any()]  # nothing left out, or no p: no column
    table = (
        f"Scores of the {comparison.clips} test clips in percent: mean ± standard deviation over seeds, 95 % interval "
        f"over {comparison.groups} {kinds}, and the paired difference to {study.sweep.baseline} with p of a sign-flip "
        f"test (the smallest possible is {comparison.smallest_p:.3g}); minutes of training."
    )
    differences = "Top-1 of each variant minus the baseline's: mean, 95 % interval, and each seed (grey)."
    curves = "Top-1 by the value of each constant: mean and range over seeds; the baseline is ringed."
    items = [
        Table("ablation", frame, table),
        Picture("ablation", figures.variant_differences(comparison), differences),
        Picture("sensitivity", figures.sensitivity_curves(comparison), curves),
    ]
    return Section("Ablation", [text], items)
