"""Run a notebook strictly: papermill, but an unknown parameter is an error and strings become typed values.

    python -m mglib.notebook 03_train -p alpha 1.0 -p run_name first

`parameters` is the other half: called inside a notebook, it keeps bare papermill safe as well. There papermill
itself is not needed, and as its import takes a second or more, it is imported where it is.
"""

import argparse
import ast
import difflib
import os
import platform
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path

from .base import paths
from .base.console import ended, print_anything
from .base.errors import ALIKE, Interrupted, Told, meant

PACKAGES = ("mglib", "torch", "torchvision", "accelerate", "numpy", "pandas", "scikit-learn", "matplotlib", "typst",
            "anywidget", "jupyterlab", "papermill", "ipykernel", "av")  # fmt: skip
WORDS = {"true": True, "false": False, "none": None, "null": None}


class NotebookError(Told, ValueError):
    """A notebook that is not there, or a parameter that it does not have."""


def find(name: str | Path) -> Path:
    """Return the path of a notebook given by path, or by its name in the notebooks folder ("03_train").

    Raises:
        NotebookError: there is no such notebook; the message lists those that there are.
    """
    shelf = paths.notebooks_dir()
    for candidate in (Path(name), shelf / name, shelf / f"{name}.ipynb"):
        if candidate.suffix == ".ipynb" and os.path.isfile(candidate):  # False also where a name is too long for one
            return candidate
    known = ", ".join(sorted(path.stem for path in shelf.glob("*.ipynb"))) or "none"
    hint = meant(name, (path.stem for path in shelf.glob("*.ipynb")))
    raise NotebookError(
        f"There is no notebook {str(name)!r}, neither as a path nor in {shelf}; found there: {known}.{hint}"
    )


def check_names(notebook: Path, names: list[str]) -> dict[str, dict]:
    """Compare parameter names with the notebook's `parameters` cell.

    Returns:
        What papermill read in that cell: name -> {name, inferred_type_name, default, help}.

    Raises:
        NotebookError: a name is not defined there; papermill itself would only warn and run with the default.
    """
    import papermill

    known = papermill.inspect_notebook(notebook)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=ALIKE)
            hint = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(known) or 'none'}."
            if not close and "data_options" in known:
                hint += f" What a data set itself takes: -p data_options '{{{name}: VALUE}}'."
            raise NotebookError(f"The notebook {notebook.name} has no parameter {name!r}: {hint}")
    return known


def typed(text: str, parameter: Mapping[str, str]) -> object:
    """Read a console word as the kind of value that the notebook's default is.

    A parameter whose default or annotation is a string keeps the text as it stands (run_name 007 stays "007"), and so
    does one that is a list, a dict or None by default, unless a list or dict is given: the text may be a name, which
    Python would change (0001_3), and settings read numbers from text. Any other is read as a Python literal where that
    is possible, with true, false and none in any case.
    """
    if "str" in parameter["inferred_type_name"] or parameter["default"].startswith(("'", '"')):
        return text
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    unknown = parameter["inferred_type_name"] == "None" and parameter["default"].startswith(("None", "[", "{"))
    return text if unknown and not isinstance(value, list | tuple | dict) else value


def run(name: str | Path, values: Mapping[str, object] | None = None, output: str | Path | None = None) -> Path:
    """Execute a notebook in the current folder, its output streamed to the console.

    Args:
        name: path of the notebook or its name in the notebooks folder.
        values: parameter name -> value.
        output: where the executed notebook goes; "{alpha}" in it is replaced by that parameter's value.
            Default: notebooks/<name>-<time>.ipynb in the folder of runs.

    Returns:
        The path of the executed notebook.

    Raises:
        KeyboardInterrupt: with a sentence that says where the output notebook is.
        NotebookError: the notebook or one of the parameters does not exist; nothing was run.
        papermill.PapermillExecutionError: a cell failed; the output notebook shows how far it came.
    """
    from papermill.parameterize import parameterize_path

    notebook, values = find(name), dict(values or {})
    check_names(notebook, list(values))
    default = paths.runs_dir() / "notebooks" / f"{notebook.stem}-{datetime.now():%Y%m%d-%H%M%S}.ipynb"
    target = Path(parameterize_path(str(output or default), values))
    target.parent.mkdir(parents=True, exist_ok=True)
    bar = {"desc": notebook.stem, "unit": " cells"}
    try:
        execute(notebook, target, values, progress_bar=bar, stdout_file=sys.stdout, stderr_file=sys.stderr)
    except KeyboardInterrupt:
        raise Interrupted(
            f"{notebook.stem} was interrupted; {target} shows how far it came, and a run under way goes on "
            "from its last epoch with resume=True and its run_name."
        ) from None
    return target


def execute(notebook: Path, target: Path, values: Mapping[str, object], **how: object) -> None:
    """Papermill's `execute_notebook`, which is given `how` too.

    Raises:
        papermill.PapermillExecutionError: a cell failed; the output notebook shows how far it came.
    """
    import papermill

    papermill.execute_notebook(
        notebook,
        target,
        parameters=dict(values),
        kernel_name="python3",  # of this environment, whatever the notebook was last saved with
        language="python",
        # an interrupted kernel would print a trace of its own, and greetings come between the lines of bars
        extra_arguments=["--IPKernelApp.log_level=50"],
        coalesce_streams=True,  # a progress bar is stored as one line, not as one output per step
        **how,
    )


def parameters(namespace: dict[str, object]) -> dict[str, object]:
    """Collect a notebook's parameters, those that papermill injected included: `Config(**parameters(globals()))`.

    Called in the first cell after the `parameters` cell, where the only plain values are parameters. A misspelt
    name is among them, so a config class that forbids unknown names stops the notebook. The names are remembered:
    the cell can be run again later, when the notebook has variables of its own.

    Args:
        namespace: the notebook's globals().

    Returns:
        name -> value of all plain variables: None, bool, int, float, str, list, tuple and dict.
    """
    names = namespace.setdefault("_parameter_names", [name for name in namespace if _is_parameter(name, namespace)])
    return {name: namespace[name] for name in names}


def _is_parameter(name: str, namespace: dict[str, object]) -> bool:
    plain = (type(None), bool, int, float, str, list, tuple, dict)
    return not name.startswith("_") and name not in ("In", "Out") and isinstance(namespace[name], plain)


def versions() -> list[str]:
    """What is installed, a line each: for the report of a fault."""
    lines = [f"python {sys.version.split()[0]}", f"platform {platform.platform()}", f"cores {os.cpu_count()}"]
    for name in PACKAGES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} not installed")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Run one notebook from the console; return 0, or 1 where it failed, or 2 where nothing was run.

    Interrupted, it returns 130 after a sentence.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.notebook", description="Run a notebook strictly.")
    parser.add_argument("name", nargs="?", help="path of the notebook, or its name in notebooks/ such as 03_train")
    parser.add_argument("--versions", action="store_true", help="print what is installed, for the report of a fault")
    parser.add_argument("-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="set a parameter")
    parser.add_argument("-o", "--output", help="where the executed notebook goes")
    options = parser.parse_args(arguments)
    if options.versions:
        print("\n".join(versions()))
        return 0
    if options.name is None:
        parser.error("name a notebook, such as 03_train")
    try:
        known = check_names(find(options.name), [name for name, _ in options.p])
        target = run(options.name, {name: typed(text, known[name]) for name, text in options.p}, options.output)
    except NotebookError as error:
        print(error, file=sys.stderr)
        return 2
    except papermill.PapermillExecutionError as error:
        if error.ename in ("KeyboardInterrupt", Interrupted.__name__):  # the kernel heard of it first
            raise KeyboardInterrupt(error.evalue) from None
        print(f"{options.name} stopped in cell [{error.exec_count}]: {error.ename}: {error.evalue}", file=sys.stderr)
        return 1
    except DeadKernelError:
        print(f"{options.name} stopped: its kernel was killed, most often for want of memory.", file=sys.stderr)
        return 1
    print(f"{options.name} finished: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
