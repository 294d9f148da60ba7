"""Measures the width of text, and cuts or wraps it to the space in a figure."""

import textwrap
from collections.abc import Iterable, Sequence

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from . import fonts

SMALLEST = 7.0  # smallest letters in print, points, as journals require
NAMES = 2.25  # largest width of a class name, inches; names of public data sets are shorter

_PREFERRED = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
_FAMILY = next(name for name in _PREFERRED if name in font_manager.get_font_names())  # matplotlib has the last
BASE = (_FAMILY, "DejaVu Sans")


def covering(texts: Iterable[str], tell: bool = True) -> list[str]:
    """The preferred families, followed by those with letters of the texts that they lack."""
    return [*BASE, *fonts.fallbacks("".join(texts), BASE, tell)]


def width_of(texts: Iterable[str], size: float = SMALLEST, weight: str = "normal") -> float:
    """Width of the widest of several lines of text in `size` points, in inches."""
    texts = list(texts)
    font = FontProperties(family=covering(texts, tell=False), size=size, weight=weight)
    with fonts.told_once():
        return max(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] for text in texts) / 72


def fit(text: str, inches: float = NAMES, size: float = SMALLEST, weight: str = "normal") -> str:
    """One line of text; if wider than `inches` it is cut in the middle, since names often begin alike, or end alike."""
    text = " ".join(text.splitlines())
    if width_of([text], size, weight) <= inches:
        return text

    def cut(kept: int) -> str:
        return f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"

    fits, too_long = 0, len(text)  # numbers of letters
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        short = width_of([cut(middle)], size, weight) <= inches
        fits, too_long = (middle, too_long) if short else (fits, middle)
    return cut(fits)


def wrap(text: str, inches: float, size: float, weight: str = "normal", lines: int | None = None) -> str:
    """Text in lines of at most `inches`, broken between words; beyond `lines` lines it is cut."""
    text, wrapped = text if lines is None else " ".join(text.split()), []
    for line in text.splitlines():
        letters = max(len(line), 1)
        while (broken := textwrap.wrap(line, letters)) and width_of(broken, size, weight) > inches and letters > 8:
            letters = max(8, min(letters - 2, int(letters * inches / width_of(broken, size, weight)) + 1))
        wrapped += broken
    if lines is not None and len(wrapped) > lines:
        rest = " ".join(wrapped[lines - 1 :])
        wrapped = [*wrapped[: lines - 1], fit(rest, inches, size, weight)]
    return "\n".join(wrapped)


def fit_member(name: str, inches: float = NAMES) -> str:
    """The name of an ensemble's member, cut so that the stream after the colon is kept."""
    run, colon, stream = name.rpartition(":")
    return fit(run, inches - width_of([colon + stream])) + colon + stream if colon else fit(name, inches)


def with_counts(names: Sequence[str], counts: Sequence[int], inches: float = NAMES) -> list[str]:
    """Names followed by a number of clips, cut so that the number is kept."""
    ends = [f" ({n})" for n in counts]
    return [fit(name, inches - width_of([end])) + end for name, end in zip(names, ends, strict=True)]
