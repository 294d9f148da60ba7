"""Fonts for names in any script: installed fonts are searched for one that contains the letters."""

import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

NOT_DRAWN = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Cs", "Cn")  # Unicode categories without glyphs of their own


def fallbacks(text: str, families: Iterable[str], tell: bool = True) -> list[str]:
    """Installed families with the letters of a text that `families` lack, the one with most of them first.

    A warning lists letters that no font has, once each.

    Args:
        text: text to draw.
        families: names of the fonts used so far.
        tell: warn of letters that no font has; False if the text is only measured.
    """
    missing = letters(text) - set().union(*(_held(_file(family)) for family in families))
    found, left = _chosen(frozenset(missing)) if missing else ((), "")
    if left and tell:
        _warn(left)
    return list(found)


def letters(text: str) -> set[int]:
    """Code points that need a glyph."""
    return {ord(letter) for letter in text if unicodedata.category(letter) not in NOT_DRAWN}


@lru_cache(maxsize=64)
def _chosen(missing: frozenset[int]) -> tuple[tuple[str, ...], str]:
    """Families, and the letters that none of them holds."""
    found, left = _search(missing)
    if left and _newly_installed():
        found, left = _search(missing)
    return tuple(found), "".join(map(chr, sorted(left)))


def _search(missing: frozenset[int]) -> tuple[list[str], set[int]]:
    """Families, and the letters that none of them holds."""
    found, left = [], set(missing)
    while left:
        best = max(_installed(), key=lambda font: len(left & _held(font.fname)), default=None)
        if best is None or not left & _held(best.fname):
            break
        found.append(best.name)
        left -= _held(best.fname)
    return found, left


def _installed() -> list[font_manager.FontEntry]:
    """Fonts, upright sans serif ones of regular weight first, without the last-resort font of boxes."""
    fonts = [font for font in font_manager.fontManager.ttflist if "last resort" not in font.name.lower()]
    return sorted(
        fonts, key=lambda font: (font.style != "normal", _heaviness(font.weight), "sans" not in font.name.lower())
    )


def _heaviness(weight: int | str) -> int:
    number = weight if isinstance(weight, int) else font_manager.weight_dict.get(weight, 400)
    return abs(number - 400)


@cache
def _held(file: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(file).get_charmap())
    except (OSError, RuntimeError):  # removed, or not a font
        return frozenset()


@cache
def _file(family: str) -> str:
    return font_manager.findfont(family, fallback_to_default=True)


def _newly_installed() -> bool:
    """Register fonts that were installed after matplotlib listed them; returns whether there are any."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    new = [file for file in font_manager.findSystemFonts() if file not in known]
    for file in new:
        try:
            font_manager.fontManager.addfont(file)
        except (OSError, RuntimeError, NotImplementedError):  # a kind that matplotlib cannot draw
            continue
    return bool({font.fname for font in font_manager.fontManager.ttflist} - known)


@cache
def _warn(missing: str) -> None:
    shown = missing if len(missing) <= 12 else missing[:12] + "…"
    warnings.warn(
        f"No installed font has the letters {shown}, so figures show boxes in their place; install one into "
        "~/.local/share/fonts, such as Noto Sans CJK for Chinese, Japanese and Korean, or Noto Sans of another script.",
        stacklevel=2,
    )


@contextmanager
def told_once() -> Iterator[None]:
    """Suppress matplotlib's warnings for each letter in each drawing; `fallbacks` has warned once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield
