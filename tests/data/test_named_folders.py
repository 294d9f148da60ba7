"""What folders may be called, for videos and for exported key points alike."""

from pathlib import Path

import pytest

from mglib.base.errors import DataError
from mglib.data.named_folders import check_depth, unknown_split


def test_hidden_is_no_name_of_a_folder():
    """Whose labels are kept back cannot have a folder that names the class."""
    said = unknown_split(Path("root"), "hidden")
    assert said == "root: the folder hidden holds folders, but is none of train, val, test; rename it."
    assert unknown_split(Path("root"), "val") == unknown_split(Path("root"), None) == ""


@pytest.mark.parametrize("paths", [["a.mp4", "wave/b.mp4"], ["x/train/wave/a.mp4"]])
def test_clips_that_lie_elsewhere_are_shown(paths):
    with pytest.raises(DataError, match=f"must lie as CLIP, CLASS/CLIP or SPLIT/CLASS/CLIP; found: {paths[0]}"):
        check_depth(Path("root"), map(Path, paths), "clip")
