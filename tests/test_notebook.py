"""The strict runner, on a notebook small enough to run for real."""

import signal
import subprocess
import sys
import time

import nbformat
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mglib import notebook

DEFAULTS = """\
alpha = 1.0  # weight
use_rgb = True
epochs = 3
run_name: str = "first"
"""
CONFIG = """\
from pydantic import BaseModel, ConfigDict
from mglib.notebook import parameters
class Config(BaseModel, extra="forbid"):
    alpha: float
    use_rgb: bool
    epochs: int
    run_name: str
config = Config(**parameters(globals()))
print(config.model_dump_json())
"""
LATER = """\
import sys
seconds = 2.5
assert Config(**parameters(globals())) == config, "the cell can be run again"
print("50 %\\r100 %", file=sys.stderr)
"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Path of the notebook: parameters, config, a later cell."""
    path = tmp_path_factory.mktemp("notebooks") / "tiny.ipynb"
    first = new_code_cell(DEFAULTS, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[first, new_code_cell(CONFIG), new_code_cell(LATER)], metadata=KERNEL), path)
    return path


def printed(path):
    cells = nbformat.read(path, as_version=4).cells
    return [output.text for cell in cells for output in cell.get("outputs", []) if output.output_type == "stream"]


def test_console_words_become_typed_values(tiny, tmp_path, capfd):
    words = ["-p", "alpha", "0.5", "-p", "use_rgb", "false", "-p", "run_name", "007"]
    assert notebook.main([str(tiny), *words, "-o", str(tmp_path / "deep" / "alpha={alpha}.ipynb")]) == 0
    json = '{"alpha":0.5,"use_rgb":false,"epochs":3,"run_name":"007"}\n'
    assert printed(tmp_path / "deep" / "alpha=0.5.ipynb") == [json, "100 %\n"]
    console = capfd.readouterr()
    assert json in console.out
    assert "50 %" in console.err  # progress is seen while it happens


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("alhpa", "The notebook tiny.ipynb has no parameter 'alhpa': did you mean 'alpha'?"),
        ("zzz", "The notebook tiny.ipynb has no parameter 'zzz': it has alpha, use_rgb, epochs, run_name."),
    ],
)
def test_an_unknown_parameter_is_refused_before_anything_runs(tiny, tmp_path, capsys, name, sentence):
    assert notebook.main([str(tiny), "-p", name, "1", "-o", str(tmp_path / "out.ipynb")]) == 2
    assert capsys.readouterr().err.strip() == sentence
    assert not (tmp_path / "out.ipynb").exists()


def test_an_unknown_notebook_is_refused(capsys):
    assert notebook.main(["99_nothing"]) == 2
    assert "no notebook '99_nothing'" in capsys.readouterr().err
    assert notebook.main(["03_trian"]) == 2
    assert "Did you mean '03_train'?" in capsys.readouterr().err


def test_what_is_installed_is_printed_for_the_report_of_a_fault(capsys):
    assert notebook.main(["--versions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("python 3.") and {line.split()[0] for line in lines} >= {"mglib", "torch", "platform"}


def test_a_failing_cell_is_told_in_a_sentence(tiny, tmp_path, capsys):
    assert notebook.main([str(tiny), "-p", "epochs", "many", "-o", str(tmp_path / "out.ipynb")]) == 1
    error = capsys.readouterr().err
    assert "stopped in cell [3]: ValidationError" in error
    assert "epochs" in error


def test_bare_papermill_is_safe_too(tiny, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="alhpa"):
        papermill.execute_notebook(tiny, tmp_path / "out.ipynb", parameters={"alhpa": 2}, progress_bar=False)


def test_run_puts_the_output_among_the_runs(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("MGLIB_RUNS", str(tmp_path))
    target = notebook.run(tiny, {"alpha": 2})
    assert target.parent == tmp_path / "notebooks"
    assert target.name.startswith("tiny-2")
    assert '"alpha":2.0' in printed(target)[0]


@pytest.mark.parametrize(
    ("default", "kind", "text", "value"),
    [
        ("1.0", "None", "1e-3", 1e-3),
        ("3", "None", "007", "007"),
        ("True", "None", "FALSE", False),
        ("None", "Optional[int]", "none", None),
        ("None", "Optional[str]", "7", "7"),
        ("'x'", "None", "true", "true"),
        ("(1, 2)", "None", "[3, 4]", [3, 4]),
        ("None", "None", "2024_05_01", "2024_05_01"),
        ("None", "Optional[int]", "7", 7),
        ("[]", "None", "2024_05_01", "2024_05_01"),
        ("[]", "None", "['a', 'b']", ["a", "b"]),
        ("{}", "None", "1e3", "1e3"),
        ("None", "None", "/data/utd mhad", "/data/utd mhad"),
    ],
)
def test_typed_follows_the_default(default, kind, text, value):
    found = notebook.typed(text, {"default": default, "inferred_type_name": kind})
    assert found == value
    assert type(found) is type(value)


def test_parameters_are_the_plain_values_before_the_first_call():
    namespace = {"In": [], "Out": {}, "_i": "", "nbformat": nbformat, "quit": print, "alpha": 1, "root": None}
    assert notebook.parameters(namespace) == {"alpha": 1, "root": None}
    namespace.update(alpha=2, later=3)
    assert notebook.parameters(namespace) == {"alpha": 2, "root": None}


def test_what_is_told_breaks_between_words(capsys):
    word = "a-name-that-is-longer-than-a-line-of-output-in-a-notebook-beside-the-file-browser:fused"
    notebook.tell("one", f"{'gesture ' * 20}\nnext line\n\n{word}")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "one" and lines[-3:] == ["next line", "", word]
    assert len(lines[1:-3]) > 1 and all(set(line.split()) == {"gesture"} for line in lines[1:-3])
    assert max(map(len, lines[:-1])) <= 74
    notebook.tell()
    assert capsys.readouterr().out == ""


SLOW = """\
from pathlib import Path
Path(started).touch()
import time
time.sleep(600)
"""


def test_an_interruption_is_a_sentence_and_ends_the_kernel(tmp_path):
    cells = [new_code_cell('started = ""', metadata={"tags": ["parameters"]}), new_code_cell(SLOW)]
    nbformat.write(new_notebook(cells=cells, metadata=KERNEL), tmp_path / "slow.ipynb")
    words = [
        str(tmp_path / "slow.ipynb"),
        "-p",
        "started",
        str(tmp_path / "started"),
        "-o",
        str(tmp_path / "out.ipynb"),
    ]
    quiet = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
    # a suite started in the background ignores Ctrl-C, and so would what it starts
    hears = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen([sys.executable, "-m", "mglib.notebook", *words], **quiet, **hears) as done:
        while not (tmp_path / "started").exists():
            assert done.poll() is None, done.stderr.read()
            time.sleep(0.1)
        done.send_signal(signal.SIGINT)
        said = done.communicate(timeout=240)[1]
    assert done.returncode == 130 and "Traceback" not in said
    assert f"slow was interrupted; {tmp_path / 'out.ipynb'} shows how far it came" in said
    assert (tmp_path / "out.ipynb").is_file()
