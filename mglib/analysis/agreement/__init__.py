"""How well coders agree, or a machine and a coder: on what is an event, when, and which.

`agreement_table` compares pairs on the same recordings, `agreement_by_class` and `linked_confusions` look into one. The
measures of linked annotations are made for sparse gestures; those of moments stand beside the share of background.
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
