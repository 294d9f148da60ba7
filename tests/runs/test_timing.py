"""Where the time of `make report` went: the sums are of what papermill and the run noted, by hand."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mglib.runs import Run, timing
from tests.run_builder import fake_run


def executed(folder, name: str, whole: float, *cells: float | None):
    notebook = new_notebook(metadata={"papermill": {"duration": whole}})
    notebook.cells = [new_code_cell("1", metadata={"papermill": {"duration": seconds}}) for seconds in cells]
    path = folder / f"mine-{name}.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def run(folders) -> Run:
    path = folders / "runs" / "a"
    fake_run(path)
    environment = json.loads((path / "environment.json").read_text())
    environment |= {"training_minutes": 2.0, "frames_minutes": 0.5}
    (path / "environment.json").write_text(json.dumps(environment))
    return Run(path)


def test_parts_add_up_to_the_notebooks_and_the_longest_comes_first(run, tmp_path, capsys):
    notebooks = [
        executed(tmp_path, "01_explore_data", 20, 4, 10),
        executed(tmp_path, "03_train", 200, 5, None, 185),
        executed(tmp_path, "06_report", 60, 50),
    ]
    table = timing.time_table(notebooks, run)
    found = dict(zip(table["part"], table["seconds"], strict=True))
    assert found == pytest.approx({
        "training": 120, "frames": 30, "03_train, all else": 40, "01_explore_data": 14, "report (06_report)": 50,
        timing.STARTS: 6 + 10 + 10,
    })  # fmt: skip
    assert sum(found.values()) == pytest.approx(20 + 200 + 60) and table["share"].sum() == pytest.approx(1)
    assert table["part"].iloc[0] == "training"
    assert timing.main(list(map(str, notebooks))) == 0
    said = capsys.readouterr().out
    assert "Where the 4.7 minutes went:" in said and "training                     120.0 s   43%" in said


def test_training_of_branches_is_training_unless_they_were_there_already(run, tmp_path):
    branch = run.path.parent / "branch"
    fake_run(branch)
    noted = json.loads((branch / "environment.json").read_text()) | {"training_minutes": 0.5, "frames_minutes": 0.1}
    (branch / "environment.json").write_text(json.dumps(noted))
    run.config["init_pose"] = "branch"
    train = executed(tmp_path, "03_train", 200, 190)
    table = timing.time_table([executed(tmp_path, "02_pretrain", 55, 50), train], run).set_index("part")["seconds"]
    assert table.to_dict() == pytest.approx(
        {"training": 150, "frames": 36, "02_pretrain, all else": 14, "03_train, all else": 40, timing.STARTS: 15}
    )
    table = timing.time_table([executed(tmp_path, "02_pretrain", 12, 8), train], run).set_index("part")["seconds"]
    assert table.to_dict() == pytest.approx(
        {"training": 120, "frames": 30, "02_pretrain": 8, "03_train, all else": 40, timing.STARTS: 14}
    )


def test_a_notebook_that_was_not_executed_is_told(run, tmp_path, capsys):
    path = tmp_path / "a-06_report.ipynb"
    nbformat.write(new_notebook(), path)
    assert timing.main([str(path)]) == 2
    assert f"{path} says no times" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"no JSON", b"\xff\xfe"])
def test_another_file_is_a_sentence(run, tmp_path, capsys, content):
    path = tmp_path / "a-06_report.ipynb"
    path.write_bytes(content)
    assert timing.main([str(path)]) == 2
    assert f"{path} is not a notebook" in capsys.readouterr().err
