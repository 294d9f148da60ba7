"""Runs a notebook strictly: like papermill, but unknown parameters are errors, and text is converted to typed values.

    python -m mglib.notebook 03_train -p alpha 1.0 -p run_name first

`parameters`, called inside a notebook, makes plain papermill safe, too. Papermill is not needed there; it is imported
only in the functions that use it, as this takes a second or more.
"""

import argparse
import ast
import atexit
import difflib
import gc
import os
import platform
import sys
import textwrap
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path

from .base import paths
from .base.console import ended, print_anything
from .base.errors import ALIKE, Interrupted, Told, meant

PACKAGES = ("mglib", "torch", "torchvision", "accelerate", "numpy", "pandas", "scikit-learn", "matplotlib", "typst",
            "anywidget", "jupyterlab", "papermill", "ipykernel", "av")  # fmt: skip
LINE = 74  # letters of an output in JupyterLab beside its file browser, 1,024 pixels wide
WORDS = {"true": True, "false": False, "none": None, "null": None}


class NotebookError(Told, ValueError):
    """A notebook that does not exist, or a parameter that it does not have."""


def tell(*paragraphs: object) -> None:
    """Print paragraphs with line breaks between words: JupyterLab breaks a line that is too long within a word."""
    for line in "\n".join(map(str, paragraphs)).splitlines():
        print(textwrap.fill(line, LINE, break_long_words=False, break_on_hyphens=False))


def find(name: str | Path) -> Path:
    """Return the path of a notebook given by path, or by its name in the notebooks folder ("03_train").

    Raises:
        NotebookError: there is no such notebook; the message lists the existing ones.
    """
    shelf = paths.notebooks_dir()
    for candidate in (Path(name), shelf / name, shelf / f"{name}.ipynb"):
        if candidate.suffix == ".ipynb" and os.path.isfile(candidate):  # False also for names that are too long
            return candidate
    known = ", ".join(sorted(path.stem for path in shelf.glob("*.ipynb"))) or "none"
    hint = meant(name, (path.stem for path in shelf.glob("*.ipynb")))
    raise NotebookError(
        f"There is no notebook {str(name)!r}, neither as a path nor in {shelf}; found there: {known}.{hint}"
    )


def check_names(notebook: Path, names: list[str]) -> dict[str, dict]:
    """Compare parameter names with the notebook's `parameters` cell.

    Returns:
        Papermill's result for that cell: name -> {name, inferred_type_name, default, help}.

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
                hint += f" Options of the data set: -p data_options '{{{name}: VALUE}}'."
            raise NotebookError(f"The notebook {notebook.name} has no parameter {name!r}: {hint}")
    return known


def typed(text: str, parameter: Mapping[str, str]) -> object:
    """Convert text from the console to the type of the notebook's default.

    A parameter whose default or annotation is a string keeps the text (run_name 007 stays "007"), as does one whose
    default is a list, a dict or None, unless a list or dict is given: the text may be a name, which Python would change
    (0001_3), and settings read numbers from text. Any other text is read as a Python literal if possible; true, false
    and none may have any case.
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
    """Execute a notebook in the current folder, with its output on the console.

    Args:
        name: path of the notebook or its name in the notebooks folder.
        values: parameter name -> value.
        output: path of the executed notebook; "{alpha}" in it is replaced by that parameter's value.
            Default: notebooks/<name>-<time>.ipynb in the folder of runs.

    Returns:
        The path of the executed notebook.

    Raises:
        KeyboardInterrupt: with a sentence on where the output notebook is.
        NotebookError: the notebook or a parameter does not exist; nothing was run.
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
    """Papermill's `execute_notebook` with further arguments `how`.

    Raises:
        papermill.PapermillExecutionError: a cell failed; the output notebook shows how far it came.
    """
    import papermill

    papermill.execute_notebook(
        notebook,
        target,
        parameters=dict(values),
        kernel_name="python3",  # of this environment, not the one with which the notebook was saved
        language="python",
        # suppresses the kernel's own trace after an interruption, and messages between progress bars
        extra_arguments=["--IPKernelApp.log_level=50"],
        coalesce_streams=True,  # a progress bar is stored as one line, not as one output per step
        **how,
    )


def parameters(namespace: dict[str, object]) -> dict[str, object]:
    """Collect a notebook's parameters, including those injected by papermill: `Config(**parameters(globals()))`.

    It must be called in the first cell after the `parameters` cell, where all plain values are parameters. A misspelt
    name is among them, so that a config class that forbids unknown names stops the notebook. The names are stored, so
    that the cell can be run again later, when the notebook has further variables.

    Args:
        namespace: the notebook's globals().

    Returns:
        name -> value of all plain variables: None, bool, int, float, str, list, tuple and dict.
    """
    atexit.register(gc.freeze)  # else Python, at its end, looks for garbage among all that libraries hold, for a second
    names = namespace.setdefault("_parameter_names", [name for name in namespace if _is_parameter(name, namespace)])
    return {name: namespace[name] for name in names}


def _is_parameter(name: str, namespace: dict[str, object]) -> bool:
    plain = (type(None), bool, int, float, str, list, tuple, dict)
    return not name.startswith("_") and name not in ("In", "Out") and isinstance(namespace[name], plain)


def versions() -> list[str]:
    """Versions of installed packages, a line each, for reporting a problem."""
    lines = [f"python {sys.version.split()[0]}", f"platform {platform.platform()}", f"cores {os.cpu_count()}"]
    for name in PACKAGES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} not installed")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Run one notebook from the console; return 0, or 1 if it failed, or 2 if nothing was run.

    Raises:
        KeyboardInterrupt: interrupted; `console.ended` prints the message and returns 130.
    """
    import papermill
    from nbclient.exceptions import DeadKernelError

    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.notebook", description="Run a notebook strictly.")
    parser.add_argument("name", nargs="?", help="path of the notebook, or its name in notebooks/ such as 03_train")
    parser.add_argument("--versions", action="store_true", help="print installed versions, for reporting a problem")
    parser.add_argument("-p", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="set a parameter")
    parser.add_argument("-o", "--output", help="path of the executed notebook")
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
        if error.ename in ("KeyboardInterrupt", Interrupted.__name__):  # the kernel was interrupted first
            raise KeyboardInterrupt(error.evalue) from None
        print(f"{options.name} stopped in cell [{error.exec_count}]: {error.ename}: {error.evalue}", file=sys.stderr)
        return 1
    except DeadKernelError:
        print(f"{options.name} stopped: its kernel was killed, most often for lack of memory.", file=sys.stderr)
        return 1
    print(f"{options.name} finished: {target}")
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
