"""Words for numbers."""

from mglib.base.facts import counted, intervals_over
from mglib.runs import Run
from tests.run_builder import fake_run


def test_intervals_are_claimed_over_several_alone():
    assert intervals_over(8, "subject") == "95 % intervals over 8 subjects"
    assert intervals_over(2, "video", " and the seeds") == "95 % intervals over 2 videos and the seeds"
    assert intervals_over(1, "subject", " and the seeds") == "no intervals, as the clips are of 1 subject"


def test_one_is_not_several():
    said = [counted(number, noun) for number, noun in ((1, "class"), (2, "class"), (1, "clip"), (1024, "clip"))]
    assert said == ["1 class", "2 classes", "1 clip", "1,024 clips"]


def test_synthetic_people_are_called_so(tmp_path):
    run = fake_run(tmp_path / "run")
    assert run.data.sizes == "40 train clips of 4 subjects, 20 test clips of 2 subjects" and not run.data.remark
    path = run.path / "data.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"made up"', '"synthetic"'), encoding="utf-8")
    data = Run(run.path).data
    assert data.sizes == "40 train clips of 4 synthetic subjects, 20 test clips of 2 synthetic subjects"
    assert data.remark == "The clips are synthetic."
