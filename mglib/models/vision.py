"""Imports torchvision, the optional extra `rgb`, when needed, with a clear message if that fails.

Its models need no compiled operators. But if these were built for another torch (for instance, the CPU build of torch
with torchvision's build from the registry), the import fails at the first operator, so their names are declared here.
"""

import importlib
import sys
from types import ModuleType

import torch

from mglib.base.errors import Told

NAMED = ("nms", "qnms")  # operators that torchvision looks up by name during import
MISSING = "torchvision::nms does not exist"


class VisionError(Told, RuntimeError):
    """torchvision is missing, or does not fit torch; the message says what to install."""


def torchvision(module: str, asker: str) -> ModuleType:
    """Import a module of torchvision.

    Args:
        module: its name below torchvision, such as "models".
        asker: what needs it, for the beginning of the message.

    Raises:
        VisionError: it cannot be imported.
    """
    try:
        return _import(f"torchvision.{module}")
    except ImportError as error:
        raise VisionError(
            f'{asker}: needs torchvision ({error}); pip install -c constraints.txt -e ".[rgb]".'
        ) from None
    except RuntimeError as error:  # compiled operators built for another torch
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
    for half in [m for m in sys.modules if m.partition(".")[0] == "torchvision"]:  # remains of the failed import
        del sys.modules[half]
    return importlib.import_module(name)
