"""The notebooks run as a visitor runs them, keep their figures, and stop with a sentence where a parameter is wrong."""

import subprocess
import sys

import nbformat
import papermill
import pytest

from mglib import notebook
from mglib.base import paths
from mglib.config import TrainConfig
from mglib.runs import Run

SMALL = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}
NOTEBOOKS = sorted(paths.notebooks_dir().glob("[0-9]*.ipynb"))


@pytest.fixture(autouse=True)
def _folders(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # of the kernels: networks this small only wait for other threads


def execute(name, folder, target, **values):
    """Bare papermill, started in `folder`; the outputs of all cells."""
    words = [word for key, value in values.items() for word in ("-y", f"{key}: {value}")]
    command = [sys.executable, "-m", "papermill", str(paths.notebooks_dir() / name), str(target), "--no-progress-bar"]
    done = subprocess.run(command + words, cwd=folder, capture_output=True, text=True, check=False)
    cells = nbformat.read(target, as_version=4).cells
    return done, [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]


def pictures(outputs):
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_01_explores_a_table_from_the_root(tmp_path):
    done, outputs = execute("01_explore_data.ipynb", paths.root(), tmp_path / "out.ipynb", data_options=SMALL, clip=3)
    assert done.returncode == 0, done.stderr
    assert pictures(outputs) == 8
    assert "planted: wrong label" in "".join(output.get("data", {}).get("text/html", "") for output in outputs)


def test_03_trains_from_the_notebooks_folder(tmp_path):
    settings = {
        "preset": "tiny",
        "epochs": 2,
        "batch_size": 16,
        "run_name": "first",
        "alpha": 1.0,
        "data_options": SMALL,
    }
    done, outputs = execute("03_train.ipynb", paths.notebooks_dir(), tmp_path / "out.ipynb", **settings)
    assert done.returncode == 0, done.stderr
    assert pictures(outputs) == 5
    run = Run("first")
    assert run.finished and run.path.parent == tmp_path / "runs"
    assert (run.config["alpha"], run.config["epochs"]) == (1.0, 2)
    assert run.data.clips == {"train": 96, "test": 64, "val": 32}
    html = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    assert "majority class" in html and "true class" in html


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"alhpa": 1.0}, "alhpa: there is no such setting; did you mean alpha?"),
        ({"alpha": "much"}, "alpha: 'much' does not fit: input should be a valid number"),
    ],
)
def test_a_wrong_parameter_stops_bare_papermill_with_a_sentence(tmp_path, values, sentence):
    done, outputs = execute("03_train.ipynb", tmp_path, tmp_path / "out.ipynb", **values)
    assert done.returncode != 0
    assert [output.evalue for output in outputs if output.output_type == "error"][0].startswith(sentence)
    assert not (tmp_path / "runs").exists()


def test_the_strict_runner_refuses_before_anything_starts(capsys):
    assert notebook.main(["01_explore_data", "-p", "clipp", "3"]) == 2
    assert "no parameter 'clipp': did you mean 'clip'?" in capsys.readouterr().err


def test_03_offers_every_setting_with_its_default():
    (cell,) = (c for c in nbformat.read(paths.notebooks_dir() / "03_train.ipynb", 4).cells if c.metadata.get("tags"))
    values = {}
    exec(cell.source, values)
    offered = {name: value for name, value in values.items() if name != "__builtins__"}
    assert list(offered) == list(TrainConfig.model_fields)
    assert TrainConfig.read(offered) == TrainConfig.read({})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_papermill_reads_every_parameter_and_the_notebook_holds_no_logic(path):
    cells = nbformat.read(path, as_version=4).cells
    (tagged,) = (cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
    lines = [line.split(" = ")[0] for line in tagged.splitlines() if not line.startswith("#")]
    assert list(papermill.inspect_notebook(path)) == lines
    code = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    assert not [line for line in code if line.lstrip().startswith(("def ", "class ", "for ", "while ", "if ", "try"))]
    assert all(cell.source.strip() and (cell.cell_type == "markdown" or not cell.outputs) for cell in cells)
