"""Which members see the same is said, of runs and of ensembles of them."""

import yaml

from mglib.analysis.ensemble import Member, find_members, fit, gather, save_ensemble, shared_inputs
from mglib.base import files
from mglib.runs import Run
from tests.run_builder import fake_run


def test_two_heads_of_one_network_are_called_so(folders):
    fake_run(folders / "runs" / "both")
    said = shared_inputs(find_members([]))
    assert said.startswith("both:rgb and both:pose are heads of one network: each sees both inputs, made-up video and")
    assert "They are not independent" in said


def test_networks_that_see_the_same_are_named_and_others_are_not(folders):
    for name, streams in {"a": ("pose",), "b": ("pose",), "c": ("rgb",)}.items():
        fake_run(folders / "runs" / name, streams=streams)
    assert shared_inputs(find_members(["a", "c"])) == "No two members see the same input."
    assert shared_inputs(find_members(["a", "b", "c"])) == "a and b see the joints."
    fake_run(folders / "runs" / "both")
    said = shared_inputs(find_members(["a", "c", "both:fused"]))
    assert said == "a and both:fused see the joints. c and both:fused see the made-up video."


def test_an_ensemble_keeps_what_its_members_see(make_runs, folders):
    make_runs("a", "b")
    pool = gather(find_members(["a", "b"]))
    made = save_ensemble(pool, fit(pool), "e")
    members = [Member(made, stream) for stream in made.streams]
    assert shared_inputs(members) == "a and b see the joints."
    settings = dict(made.config)
    for member in settings["members"]:
        member.pop("sees")
    files.write_text(made.path / "config.yaml", yaml.safe_dump(settings))
    earlier = Run(made.path)
    assert shared_inputs([Member(earlier, s) for s in earlier.streams]) == "What the members see is not known."
