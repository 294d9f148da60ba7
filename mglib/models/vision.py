"""torchvision, the optional extra `rgb`: imported where it is needed, and one sentence where it cannot be.

Its models need none of its compiled operators. Yet where those were built for another torch (the CPU build of torch
beside torchvision's registry build, say), the import fails on the name of the first one, so the names are declared.
"""

import importlib
import sys
from types import ModuleType

import torch

from mglib.base.errors import Told

NAMED = ("nms", "qnms")  # operators that torchvision asks for by name as it is imported
MISSING = "torchvision::nms does not exist"


class VisionError(Told, RuntimeError):
    """torchvision is missing, or does not fit torch; the message says what to install."""


def torchvision(module: str, asker: str) -> ModuleType:
    """A module of torchvision.

    Args:
        module: its name below torchvision, "models" for one.
        asker: what needs it; opens the message of the error.

    Raises:
        VisionError: it cannot be imported.
    """
    try:
        return _import(f"torchvision.{module}")
    except ImportError as error:
        raise VisionError(
            f'{asker}: needs torchvision ({error}); pip install -c constraints.txt -e ".[rgb]".'
        ) from None
    except RuntimeError as error:  # its compiled operators were built for another torch
        raise VisionError(
            f"{asker}: the installed torchvision does not fit torch {torch.__version__} ({error}); install the build "
            "of torchvision that belongs to it, from where torch came."
        ) from None


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except RuntimeError as error:
        if MISSING not in str(error) or hasattr(torch.ops.torchvision, NAMED[0]):
            raise
    for operator in NAMED:
        torch.library.define(f"torchvision::{operator}", "(Tensor dets, Tensor scores, float threshold) -> Tensor")
    for half in [m for m in sys.modules if m.partition(".")[0] == "torchvision"]:  # what the failure left behind
        del sys.modules[half]
    return importlib.import_module(name)
