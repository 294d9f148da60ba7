"""Uses of a finished run: predictions for new clips, export to other programs, explanations of predictions."""

from .predictor import Predictor

__all__ = ["Predictor"]
