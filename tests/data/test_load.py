"""Data sets by name; options that do not fit are sentences."""

import inspect
import typing
from pathlib import Path

import pytest

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.data import SOURCES, load


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"dataset": "imagenet"},
            "dataset: 'imagenet'; give one of synthetic, utd_mhad, imigue, smg, ma52, annotation",
        ),
        (
            {"dataset": "synthetic", "clips": 3},
            "data_options of synthetic, clips: there is no such option; .* num_clips",
        ),
        ({"dataset": "utdmhad"}, "Did you mean 'utd_mhad'"),
        ({"dataset": "utd_mhad", "data_root": "nowhere"}, "data_root: there is no nowhere; give the folder or file"),
        ({"dataset": "annotation", "data_root": "x.pkl"}, "data_options of annotation, layout: this option is missing"),
        ({"dataset": "annotation", "data_root": "x.pkl", "layout": "coco17", "class_names": "x"}, "class_names: 'x'"),
    ],
)
def test_refusals_are_sentences(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        load(**arguments)


def test_all_options_that_are_paths_are_kept_absolute():
    """What a source takes as a path, after its folder or file, is named where settings make paths absolute."""
    taken = set()
    for source in SOURCES.values():
        _, *options = inspect.signature(source, eval_str=True).parameters.values()
        taken |= {option.name for option in options if Path in typing.get_args(option.annotation)}
    assert taken == paths.PATH_OPTIONS
