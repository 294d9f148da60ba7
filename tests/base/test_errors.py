"""Sentences, and nothing but sentences."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from mglib.base.errors import ConfigError, DataError, Interrupted, RunError, meant


@pytest.mark.parametrize("kind", [ConfigError, DataError, RunError, Interrupted])
def test_a_notebook_shows_the_sentence_without_the_code_that_led_to_it(kind, capsys):
    shell = InteractiveShell.instance()
    try:
        raise kind("alpha: 'much' does not fit.")
    except kind:
        shell.showtraceback()
    shown = capsys.readouterr()
    lines = (shown.out + shown.err).strip().splitlines()
    assert lines == [f"{kind.__name__}: alpha: 'much' does not fit."]


def test_a_name_that_is_nearly_right_is_asked_back():
    known = ["first", "second"]
    assert meant("frist", known) == " Did you mean 'first'?"
    assert meant("num_clips", ["test_clips"]) == meant("x", known) == ""
