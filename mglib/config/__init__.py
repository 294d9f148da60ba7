"""The settings of the notebooks: one class per notebook, checked and completed before anything starts."""

from .masked import MaskedConfig, Masking
from .notebooks import (
    CompareConfig,
    EnsembleConfig,
    ExploreConfig,
    LongConfig,
    LookConfig,
    PretrainConfig,
    ReportConfig,
    VideoConfig,
)
from .presets import CYCLED_MOMENTUM, FACTORS, MODELS, MOMENTUM, PRESETS, SKELETON_MODELS, STRONGER
from .settings import Settings
from .spotting import SpotConfig
from .train import FREE_TO_CHANGE, LEFT_OUT, TrainConfig, without_effect
from .view import setting_rows, show_settings

__all__ = [
    "CYCLED_MOMENTUM", "FACTORS", "FREE_TO_CHANGE", "LEFT_OUT", "MODELS", "MOMENTUM", "PRESETS", "SKELETON_MODELS",
    "STRONGER", "CompareConfig", "EnsembleConfig", "ExploreConfig", "LongConfig", "LookConfig", "MaskedConfig",
    "Masking", "PretrainConfig", "ReportConfig", "Settings", "SpotConfig", "TrainConfig", "VideoConfig", "setting_rows",
    "show_settings", "without_effect",
]  # fmt: skip
