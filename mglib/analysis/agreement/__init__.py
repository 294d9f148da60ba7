"""Agreement between coders, or a model and a coder, on the presence, time and class of events.

`agreement_table` compares pairs on the same recordings; `agreement_by_class` and `linked_confusions` examine one pair.
Measures of linked annotations suit sparse gestures; those of time units should be read with the share of background.
"""

from .gamma import disorder, gamma, gamma_sums
from .kappa import class_kappas, kappa_without_nil, linked_kappa, linked_share, plain_kappa, raw_agreement
from .linking import link, link_table
from .table import (
    AGREEMENT,
    agreement_by_class,
    agreement_table,
    format_agreement,
    linked_classes,
    linked_confusions,
)
from .time_units import background_share, time_table, unit_squares, unitised_alpha

__all__ = [
    "AGREEMENT", "agreement_by_class", "agreement_table", "background_share", "class_kappas", "disorder",
    "format_agreement", "gamma", "gamma_sums", "kappa_without_nil", "link", "link_table", "linked_classes",
    "linked_confusions", "linked_kappa", "linked_share", "plain_kappa", "raw_agreement", "time_table", "unit_squares",
    "unitised_alpha",
]  # fmt: skip
