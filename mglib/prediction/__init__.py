"""A finished run asked again: about new clips, in other programs, and why it answers as it does."""

from .predictor import Predictor

__all__ = ["Predictor"]
