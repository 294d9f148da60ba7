"""Data sets by name; options that do not fit are sentences."""

import pytest

from mglib.base.errors import DataError
from mglib.data import load


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
        ({"dataset": "annotation", "data_root": "x.pkl"}, "data_options of annotation, layout: this option is missing"),
        ({"dataset": "annotation", "data_root": "x.pkl", "layout": "coco17", "class_names": "x"}, "class_names: 'x'"),
    ],
)
def test_refusals_are_sentences(arguments, sentence):
    with pytest.raises(DataError, match=sentence):
        load(**arguments)
