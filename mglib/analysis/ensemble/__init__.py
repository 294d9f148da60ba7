"""Combines predictions for the same clips, with weights that are fitted without the test split.

pool = gather(find_members(["joints", "limbs", "both:fused"]))  # held out: a val split, or sweep.train_folds
combination = fit(pool, "convex")
run = save_ensemble(pool, combination, "ensemble")
"""

from .comparison import answers, best_member, fit_all, held_out_scores, leave_one_out, scores_on_test
from .members import EnsembleError, Member, Pool, check_members, find_members, gather
from .saving import save_ensemble, submission
from .seeds import average_seeds
from .sharing import shared_inputs
from .sliders import WeightSliders
from .weights import Combination, cross_fit, fit, mixture_weights, weight_draws

__all__ = [
    "Combination", "EnsembleError", "Member", "Pool", "WeightSliders", "answers", "average_seeds", "best_member",
    "check_members", "cross_fit", "find_members", "fit", "fit_all", "gather", "held_out_scores", "leave_one_out",
    "mixture_weights", "save_ensemble", "scores_on_test", "shared_inputs", "submission", "weight_draws",
]  # fmt: skip
