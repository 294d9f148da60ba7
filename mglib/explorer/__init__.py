"""The confusion explorer: from a cell of the confusion matrix to the gestures behind it.

payload    data of a run for the browser, as a few small arrays
maps       two-dimensional maps of features
frames     pictures of a clip, on demand
beside     data for the panels beside the matrix: neighbours, label quality, positions in recordings
context    pictures of the seconds around a clip
notes      a user's notes on clips, stored in the run directory
decisions, slices, kept   raters' decisions on labels, named sets of clips; stored there, too
widget     the explorer in a notebook
export     the explorer as one HTML file, without a kernel
twin.html  shown in a notebook that is opened again without the kernel
timeline   long recordings: tiers, with playback and corrections by keyboard
stretches  pictures of a part of a recording, on demand
explorer.js, explorer.css   the user interface: one script for both, without network access
source/    sources of explorer.js; only `make explorer`, which builds it, needs Node

In source/, in order of imports:

counting      cells, body groups, confused pairs, from plain arrays
intervals     intervals of shares over groups, and agreement of raters, as in Python; sureness: of a cell
data          reads the payload
filters       which clips are shown; ratings: decisions of raters, and the order of review
state         the state: settings, chosen cell, clips, rivals; independent of the page
wording       sentences about the state
colours, dom, csv, vector   tools for panels, tables and figures
memory        what the browser stores
address       the state as one line of text
outbox, kernel, keeper   user input is sent until it is saved, even if the kernel is gone
drawing, grid, matrix; pairs; clips; plot, map; notes; controls   the panels
facts, curve, clock, media, player, playback   the panel with the players
take          exports: figures, tables, a link
neighbours; people; slices; raters, review; context; search; beside   the panels behind tabs
split, desk   layout of panels, and movable borders; screen, shortcuts
surroundings  sizes, sight, the host's theme
link          messages to and from the kernel
app           the whole explorer
content       unpacks the parts of an exported page
page          replaces the kernel in an exported page
index         exports of the bundle
timeline/     the same for timeline.js: footage, review, lanes, screen, desk, app, host, page, index
"""

from .notes import MARKS, Notes
from .payload import ExplorerError
from .timeline import TimeLine
from .widget import ConfusionExplorer

__all__ = ["MARKS", "ConfusionExplorer", "ExplorerError", "Notes", "TimeLine"]
