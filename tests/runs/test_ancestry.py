"""A run says in a sentence where its weights come from, back to the root."""

from dataclasses import replace

import pytest

from mglib.base import files
from mglib.base.errors import RunError
from mglib.runs import Run
from mglib.runs.ancestry import Ancestor, ancestry, as_ancestor, in_a_sentence, write_ancestry
from tests.run_builder import fake_run

ROOT = Ancestor("root", "backbone", "masked", "synthetic", 4000, ("p0", "p1"), "subject", 0, drawn=3)
NEXT = Ancestor("next", "backbone", "labels", "smg", 1200, ("a", "b"), "video", 17, parents=(ROOT,))


def test_a_root_says_nothing_and_is_told_as_what_it_was_trained_on(folders):
    run = fake_run(folders / "runs" / "whole", streams=("pose",))
    assert (ancestry(run), in_a_sentence(run)) == ((), "")
    own = as_ancestor(run)
    train = run.clips[run.clips["split"] == "train"]
    assert (own.objective, own.data, own.clips, own.classes) == ("labels", run.data.name, len(train), 5)
    assert set(own.groups) == set(train["group"]) and own.parents == ()


def test_the_line_is_told_back_to_the_root_and_written_whole(folders):
    run = fake_run(folders / "runs" / "whole", streams=("pose",))
    write_ancestry(run.path, [NEXT])
    assert ancestry(run) == (NEXT,)
    assert as_ancestor(run, "pose branch").parents == (NEXT,)
    assert in_a_sentence(run) == (
        "Not trained from random weights: its backbone is that of next (labels of 17 classes, 1,200 clips of 2 videos "
        "of smg: a, b), which started from root (objective masked, 4,000 made-up clips of 2 subjects of synthetic). No "
        "subject tested is known to have been in the earlier training data; whether smg shares people with "
        f"{run.data.name} is not known."
    )


def test_people_who_are_tested_and_were_shown_are_named(folders):
    run = fake_run(folders / "runs" / "whole", streams=("pose",))
    tested = sorted(set(run.groups[run.where("test")]))
    shown = replace(as_ancestor(run), run="hidden", objective="masked", groups=tuple(tested), transductive=True)
    write_ancestry(run.path, [replace(NEXT, parents=(shown,))])
    told = in_a_sentence(Run(run.path))
    assert ", transductive)" in told
    assert f"{len(tested)} of the {len(tested)} subjects tested were in the earlier training data ({tested[0]}" in told
    assert f"{tested[-1]}), without their labels: the run is transductive; whether" in told
    write_ancestry(run.path, [replace(shown, objective="labels", transductive=False)])
    assert "ransductive" not in in_a_sentence(Run(run.path))


def test_a_damaged_file_is_a_sentence(folders):
    run = fake_run(folders / "runs" / "whole", streams=("pose",))
    files.write_json(run.path / "ancestry.json", {"parents": [{"run": 3}]})
    with pytest.raises(RunError, match=r"ancestry\.json cannot be used: 0\.run: .*copy the run whole again"):
        ancestry(run)
