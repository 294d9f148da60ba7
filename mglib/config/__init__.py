"""The settings of a notebook: one class each, checked and completed before anything starts."""

from .notebooks import (
    CompareConfig,
    EnsembleConfig,
    ExploreConfig,
    LookConfig,
    PretrainConfig,
    ReportConfig,
    VideoConfig,
)
from .presets import CYCLED_MOMENTUM, FACTORS, MODELS, MOMENTUM, PRESETS, SKELETON_MODELS, STRONGER
from .settings import Settings
from .train import FREE_TO_CHANGE, LEFT_OUT, TrainConfig, with_earlier

__all__ = [
    "CYCLED_MOMENTUM", "FACTORS", "FREE_TO_CHANGE", "LEFT_OUT", "MODELS", "MOMENTUM", "PRESETS",
    "SKELETON_MODELS", "STRONGER", "CompareConfig", "EnsembleConfig", "ExploreConfig", "LookConfig", "PretrainConfig",
    "ReportConfig", "Settings", "TrainConfig", "VideoConfig", "with_earlier",
]  # fmt: skip
