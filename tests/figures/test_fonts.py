"""Names in any script: the installed font that holds their letters is taken, and one that is missing is told once."""

import io
import warnings

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from PIL import Image

from mglib import figures
from mglib.figures import fonts, lettering, style

NAMES, GROUPS = ["打手", "摸脸"], ["手", "脸"]


def _write_font(path, family, letters):
    """A font of black squares."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0)), pen.lineTo((0, 900)), pen.lineTo((900, 900)), pen.lineTo((900, 0)), pen.closePath()
    square, glyphs = pen.glyph(), [".notdef", *(f"g{ord(letter):x}" for letter in letters)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(glyphs)
    font.setupCharacterMap({ord(letter): f"g{ord(letter):x}" for letter in letters})
    font.setupGlyf(dict.fromkeys(glyphs, square))
    font.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    font.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=100, sxHeight=500)
    font.setupPost()
    font.save(path)
    return str(path)


@pytest.fixture
def installed(monkeypatch):
    """Makes fonts known, until the end of the test."""
    manager = font_manager.fontManager
    monkeypatch.setattr(manager, "ttflist", [font for font in manager.ttflist if font.name in lettering.BASE])
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    for function in (fonts._chosen, fonts._warn, fonts._file):
        function.cache_clear()
    yield manager.addfont
    for function in (fonts._chosen, fonts._warn, fonts._file):
        function.cache_clear()


def _matrix(kind="png"):
    content = io.BytesIO()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        figure = figures.matrix(np.array([[3, 1], [0, 4]]), NAMES, GROUPS, "t")
        figure.savefig(content, format=kind)
        figure.savefig(content, format=kind)
    return content.getvalue(), [str(warning.message) for warning in said if "letters" in str(warning.message)], said


def test_an_installed_font_that_holds_the_letters_is_taken(installed, tmp_path):
    boxes, told, said = _matrix()
    assert len(said) == len(told) == 1 and told[0].startswith("No installed font has the letters 手打摸脸, so figures")
    installed(_write_font(tmp_path / "a.ttf", "Some Latin", "abc"))
    installed(_write_font(tmp_path / "b.ttf", "Han Squares", "手打摸脸"))
    fonts._chosen.cache_clear()
    assert lettering.covering(NAMES) == [*lettering.BASE, "Han Squares"]
    drawn, told, said = _matrix()
    assert said == [] == told
    dark = [np.count_nonzero(np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 128) for png in (boxes, drawn)]
    assert dark[1] > dark[0] + 1000  # full squares, where boxes have an edge alone
    assert b"HanSquares" in _matrix("pdf")[0].replace(b" ", b"").replace(b"#20", b"")


def test_several_fonts_share_the_work_and_the_widths_are_theirs(installed, tmp_path):
    installed(_write_font(tmp_path / "b.ttf", "Two", "手打"))
    installed(_write_font(tmp_path / "c.ttf", "Three", "摸脸한"))
    assert set(lettering.covering([*NAMES, "한 plain"])) == {*lettering.BASE, "Two", "Three"}
    assert lettering.covering(["plain", "ñ, я, ½"]) == list(lettering.BASE)
    assert style.width_of(["手打"], 10) == pytest.approx(20 / 72, rel=0.1)


def test_a_font_installed_since_is_found(installed, tmp_path, monkeypatch):
    file = _write_font(tmp_path / "new.ttf", "New", "手打摸脸")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [file])
    assert lettering.covering(NAMES) == [*lettering.BASE, "New"]
    assert mpl.rcParams["font.family"] != lettering.covering(NAMES)
