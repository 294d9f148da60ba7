"""The confusion explorer: from a cell of the confusion matrix to the gestures behind it.

payload    what the browser needs of a run, as a few small arrays
maps       features in the plane
frames     pictures of a clip, on demand
notes      what a reader says about a clip, kept in the run directory
widget     all of it in a notebook
export     all of it in one HTML file, without a kernel
explorer.js, explorer.css   what is seen: one module for both, no build step, no network
"""

from .notes import MARKS, Notes
from .payload import ExplorerError
from .widget import ConfusionExplorer

__all__ = ["MARKS", "ConfusionExplorer", "ExplorerError", "Notes"]
