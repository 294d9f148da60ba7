"""Options of a source's `load`: what its signature says is checked, the rest is refused, always in a sentence."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from mglib.base.errors import DataError, OptionError
from mglib.data import SOURCES, load
from mglib.data.__main__ import main
from mglib.data.options import ByLabel, Pattern, Pixels, Rate, _model, by_label, checked
from tests.data import folders as make
from tests.safety.hostile import annotation, write_pickle


def _source(
    root: str,
    *,
    rate: Rate = 25.0,
    pattern: Pattern = "x",
    size: Pixels = 10,
    names: ByLabel | str | None = None,
    people: Sequence[int] = (),
    roles: Mapping[str, str] | None = None,
    faults: list[str] | None = None,
) -> None:
    """A source of every kind of option."""


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"rate": "30000/1001"}, 30000 / 1001),
        ({"rate": "29.97"}, 29.97),
        ({"rate": 30}, 30.0),
        ({"pattern": r"^(\w+?)_"}, r"^(\w+?)_"),
        ({"size": "720"}, 720),
        ({"names": "imigue"}, "imigue"),
        ({"names": ["a", "b"]}, ["a", "b"]),
        ({"names": {"0": "a", 1: "b"}}, {0: "a", 1: "b"}),
        ({"people": ["36", 37]}, [36, 37]),
        ({"people": "36"}, [36]),
        ({"people": range(2)}, [0, 1]),
        ({"roles": {"xsub_train": "train"}}, {"xsub_train": "train"}),
    ],
)
def test_values_are_read_as_the_signature_says(given, taken):
    assert checked("x", _source, given) == {next(iter(given)): taken}


BAD = [
    ({"rate": 0}, "rate: 0 does not fit: input should be greater than 0"),
    ({"rate": "30000/0"}, "rate: '30000/0' does not fit: it should be a number or a fraction such as 30000/1001"),
    ({"rate": True}, "rate: True does not fit: it should be a number or a fraction"),
    ({"rate": float("nan")}, "rate: nan does not fit"),
    ({"pattern": "("}, "pattern: '(' does not fit: it should be a regular expression, and missing ), unterminated"),
    ({"pattern": 13}, "pattern: 13 arrived as a number"),
    ({"size": 0}, "size: 0 does not fit: input should be greater than or equal to 1"),
    ({"size": "wide"}, "size: 'wide' does not fit: input should be a valid integer"),
    ({"names": [True, False]}, "names: True arrived as true or false, as YAML reads yes, no, on and off"),
    ({"names": ["a", 2]}, "names: 2 arrived as a number"),
    ({"names": {0: "a", 1: 2.5}}, "names: 2.5 arrived as a number"),
    ({"names": {"zero": "a"}}, "names: 'zero' does not fit"),
    ({"people": {"a": 1}}, "people: {'a': 1} does not fit: it should be a list, in brackets"),
    ({"roles": ["train"]}, "roles: ['train'] does not fit"),
    ({"faults": []}, "faults: there is no such option; there are rate, pattern, size, names, people, roles."),
    ({"root": "x"}, "root: there is no such option"),
    ({"rates": 1}, "rates: there is no such option; did you mean rate? There are rate, pattern"),
]


@pytest.mark.parametrize(("given", "sentence"), BAD, ids=[sentence[:30] for _, sentence in BAD])
def test_what_does_not_fit_is_one_sentence(given, sentence):
    with pytest.raises(OptionError) as error:
        checked("x", _source, given)
    said = str(error.value)
    assert said.startswith(f"data_options of x, {sentence}") and "\n" not in said and said.endswith(".")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("value", [None, True, -1, 10**30, "(", "1/0", "", [], [[]], {}, {"a": 1}, object(), b"\0"])
def test_no_value_of_any_option_of_any_source_ends_in_a_trace(source, value, tmp_path):
    for name in _model(SOURCES[source]).model_fields:
        needed = {"layout": "coco17"} if source == "annotation" else {}
        if name == "seed":
            continue  # any whole number is one
        with pytest.raises(DataError):
            load(source, None if source == "synthetic" else tmp_path / "none", **(needed | {name: value}))


def test_texts_by_label_are_in_the_order_of_the_labels():
    assert by_label("class_names", {1: "b", 0: "a"}) == ("a", "b") == by_label("class_names", ["a", "b"])
    with pytest.raises(OptionError, match="class_names: the labels 0, 2 have one, and label 1 has none"):
        by_label("class_names", {0: "a", 2: "b"})


@pytest.fixture
def pickle(folders):
    return str(write_pickle(folders / "a.pkl", [annotation(f"v{i}_{i}", label=i % 4) for i in range(8)]))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["layout", "coco_17"], "layout: 'coco_17' is not known; the layouts are coco17"),
        (["fps", "fast"], "fps: 'fast' does not fit"),
        (["group", "("], "group: '\\(' does not fit: it should be a regular expression"),
        (["class_names", "[yes, no, on, off]"], "class_names: True arrived as true or false"),
        (["class_names", "[1, 2, 3, 4]"], "class_names: 1 arrived as a number"),
        (["class_names", "[a, 2024-05-01]"], "class_names: datetime.date.* arrived as a date"),
        (["class_names", "{0: a, 2: b}"], "class_names: the labels 0, 2 have one"),
        (["class_names", "{0: [a]"], "class_names: '.*' does not fit: it is not YAML"),
        (["splits", "{a: training}"], "splits: 'training' does not fit: it should be 'train'"),
    ],
)
def test_a_wrong_option_is_a_wrong_call_and_not_wrong_data(pickle, words, sentence, capsys):
    options = [] if words[0] == "layout" else ["-p", "layout", "coco17"]
    with pytest.raises(SystemExit) as exit_:
        main(["check", "annotation", pickle, *options, "-p", *words])
    said = capsys.readouterr().err
    assert exit_.value.code == 2 and re.search(sentence, said)


def test_words_of_the_console_are_meant_as_they_stand(folders, capsys):
    videos = make.imigue_videos(np.random.default_rng(0))
    root = str(make.write_imigue(folders / "imigue", videos))
    assert main(["check", "imigue", root, "--part", "-p", "leave_out", "0001_3"]) == 0
    assert "imigue: 34 clips" in capsys.readouterr().out


def test_names_by_label_are_kept(pickle):
    names = {label: f"gesture {label}" for label in range(4)}
    table = load("annotation", pickle, layout="coco17", class_names=names, fps="30000/1001")
    assert table.class_names == tuple(names.values()) and table.fps == pytest.approx(29.97, abs=0.01)


def test_a_cache_that_is_a_file_is_a_sentence(folders, monkeypatch, capsys):
    root = str(make.write_imigue(folders / "imigue", make.imigue_videos(np.random.default_rng(0))))
    (folders / "taken").touch()
    monkeypatch.setenv("MGLIB_CACHE", str(folders / "taken"))
    with pytest.raises(SystemExit) as exit_:
        main(["check", "imigue", root, "--part"])
    said = capsys.readouterr().err
    assert exit_.value.code == 2 and f"{folders / 'taken'} is a file, where a folder is expected" in said


def test_any_name_is_printed_on_any_console(pickle):
    command = [sys.executable, "-m", "mglib.data", "check", "annotation", pickle, "-p", "layout", "coco17"]
    command += ["-p", "class_names", "[打手, ß, c, d]"]
    latin = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, env=latin, capture_output=True, check=False)
    assert b"0 \\u6253\\u624b" in done.stdout and "ß".encode("latin-1") in done.stdout and not done.stderr
