"""The order of the house: few rooms at the root, functions that are read at a glance.

That imports go one way is `lint-imports`' business.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mglib.base import paths

MOST = 14  # names at the root
LINES = 60  # of a function, its docstring among them
PARAMETERS = 8  # of a function, beside self
LARGER = {
    # what users call with options by name, each described: readers of data sets, and the paper's refinement
    "annotation.load", "keypoints.load", "recordings.load", "smg.load", "synthetic.load",
    "refinement.PrototypicalRefinement.__init__",
    "paint.Sketch._add",  # one column after another; to touch that file is to draw all cached synthetic frames anew
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST, name: str) -> Iterator[tuple[str, Function]]:
    """Every function below a node with its full name, functions in functions too."""
    for node in ast.iter_child_nodes(tree):
        inside = f"{name}.{node.name}" if isinstance(node, Function | ast.ClassDef) else name
        if isinstance(node, Function):
            yield inside, node
        yield from functions(node, inside)


def parameters(function: Function) -> int:
    """How many there are, the first of a method left out; `*args` and `**options` count as one each."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return len([one for one in named if one is not None and one.arg not in ("self", "cls", "ctx")])


def too_long_or_wide(path: Path) -> dict[str, str]:
    """Name -> what is too much, of the functions of a file."""
    stem = path.parent.name if path.stem == "__init__" else path.stem
    found = {}
    for name, function in functions(ast.parse(path.read_text(encoding="utf-8")), stem):
        lines, wide = function.end_lineno - function.lineno + 1, parameters(function)
        if lines > LINES or wide > PARAMETERS:
            found[name] = f"{path}, line {function.lineno}: {name} has {lines} lines and {wide} parameters"
    return found


TORN = re.compile(r"^ *[)\]}]+[:,]? +# (?!fmt: |noqa)")


def test_the_root_of_the_package_is_read_at_a_glance():
    names = {path.stem for path in paths.package().iterdir() if not path.name.startswith(("_", "."))}
    assert len(names) <= MOST, f"{len(names)} names at the root of mglib: {', '.join(sorted(names))}."


def test_functions_are_read_at_a_glance():
    found = {name: what for path in paths.package().rglob("*.py") for name, what in too_long_or_wide(path).items()}
    faults = [what for name, what in found.items() if name not in LARGER]
    assert not faults, f"at most {LINES} lines and {PARAMETERS} parameters: " + "; ".join(faults)


def test_what_is_too_long_or_too_wide_is_found(tmp_path):
    method = (
        f"    def wide(self, {', '.join('abcdefgh')}, *, i): ...\n    def fits(self, {', '.join('abcdefgh')}): ...\n"
    )
    long = "async def long():\n" + "    x = 1\n" * LINES
    fits = "def fits():\n    def inner():\n" + "        x = 1\n" * (LINES - 2)
    (tmp_path / "file.py").write_text(f"class Some:\n{method}\n{long}\n{fits}")
    assert list(too_long_or_wide(tmp_path / "file.py")) == ["file.Some.wide", "file.long"]


def test_no_comment_at_the_end_of_a_call_tears_it_into_one_argument_a_line():
    """The formatter breaks what is too long with its comment: such a comment stands above."""
    lines = [
        (path, number, line)
        for path in sorted(paths.package().rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    assert len(lines) > 1000
    assert not [f"{path}:{number}" for path, number, line in lines if TORN.search(line)]
    assert TORN.search("        ):  # why") and TORN.search(")  # [B, G]") and not TORN.search("}  # fmt: skip")


def test_a_word_that_fits_many_things_names_no_more_than_one():
    """Functions of modules; each says what: `fuse_batch_norms`, `save_checkpoint`, `write_report`."""
    found = Counter(
        part.name
        for path in paths.package().rglob("*.py")
        for part in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(part, ast.FunctionDef)
    )
    assert len(found) > 300
    assert not [word for word in ("build", "describe", "draw", "fold", "render", "save", "write") if found[word] > 1]
