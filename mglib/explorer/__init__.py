"""The confusion explorer: from a cell of the confusion matrix to the gestures behind it.

payload    what the browser needs of a run, as a few small arrays
maps       features in the plane
frames     pictures of a clip, on demand
beside     what the panels beside the matrix need: neighbours, label quality, places in recordings
context    pictures of the seconds around a clip
notes      what a reader says about a clip, kept in the run directory
decisions, slices, kept   labels that raters decided, named parts of the clips; kept there too
widget     all of it in a notebook
export     all of it in one HTML file, without a kernel
twin.html  what a notebook shows that is opened again without the kernel
timeline   long recordings: tiers, played, and corrected by keyboard
stretches  pictures of a part of a recording, on demand
explorer.js, explorer.css   what is seen: one script for both, no network
source/    what explorer.js is made from: `make explorer` writes it, and alone needs Node

In source/, from what imports nothing to what imports the rest:

counting      cells, body groups, confused pairs, from plain arrays
intervals     of shares over groups, and agreement of raters, as Python has them
data          the payload, read
filters       which clips are looked at; ratings: what raters decided, and in which order
state         what is looked at: settings, chosen cell, clips, rivals; no page
wording       sentences about it
colours, dom, csv, vector   of what panels, tables and figures are made
memory        what the browser remembers
address       what is looked at, as one line of text
outbox, kernel, keeper   what is said is posted until it is saved, also when the kernel is gone
drawing, grid, matrix; pairs; clips; plot, map; notes; controls   the panels
facts, curve, clock, media, player, playback   the panel of the players
take          what the reader takes along: figures, tables, a link
neighbours; people; slices; raters, review; context; search; beside   the panels behind tabs
split, desk   where panels lie, and the borders between them; screen, shortcuts
surroundings  sizes, sight, the host's theme
link          what the kernel is told and where it points
app           all of it
content       parts of an exported page, unpacked
page          what an exported page has instead of a kernel
index         what the bundle offers to both
timeline/     the same for timeline.js: footage, review, lanes, screen, desk, app, host, page, index
"""

from .notes import MARKS, Notes
from .payload import ExplorerError
from .timeline import TimeLine
from .widget import ConfusionExplorer

__all__ = ["MARKS", "ConfusionExplorer", "ExplorerError", "Notes", "TimeLine"]
