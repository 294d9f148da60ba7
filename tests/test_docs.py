"""README and docs: names, links, commands and pictures that they mention are there, and pictures have words."""

import argparse
import base64
import importlib
import importlib.util
import inspect
import io
import re
import shlex
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from mglib import notebook
from mglib.base import paths
from mglib.config import TrainConfig
from mglib.config.parameters import NOTEBOOKS

ROOT = paths.root()
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "notebooks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
LINES = 120  # of the README, at most
PROGRAM = re.compile(r"(python -m (mglib|benchmarks|tests)|make|papermill)\b")
PROSE = {"what the first line printed"}  # in the place of a value


def texts() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}


def commands() -> list[tuple[str, str]]:
    """Lines of console blocks and inline code that start a program of this repository, each with its page."""
    found = []
    for page, text in texts().items():
        blocks = re.findall(r"```(?:console|bash|sh)?\n(.*?)```", text, re.S)
        lines = [line for block in blocks for line in logical(re.sub(r"\\\n\s*(?:#\s*)?", " ", block))]
        lines += re.findall(r"`((?:python -m|make|papermill) [^`\n]+)`", text)
        found += [(page, line.split("  #")[0].strip()) for line in lines]
    return [(page, line) for page, line in found if PROGRAM.match(line)]


def logical(block: str) -> list[str]:
    """The lines of a block, a command whose quotation goes on in the next line as one."""
    found: list[str] = []
    for line in block.splitlines():
        if found and PROGRAM.match(found[-1]) and not closed(found[-1]):
            found[-1] += f" {line.strip()}"
        else:
            found.append(line)
    return found


def closed(line: str) -> bool:
    """Whether all quotations end in a line."""
    try:
        shlex.split(line.split("  #")[0])
    except ValueError:
        return False
    return True


def test_the_readme_is_one_screen_and_says_what_a_new_user_asks():
    text = texts()["README.md"]
    assert len(text.splitlines()) <= LINES
    assert "make report" in text and "reports/synthetic/index.html" in text  # how to try it
    assert "docs/data.md" in text and "environment.yml" in text and "CITATION.cff" in text
    assert {path.stem for path in (ROOT / "notebooks").glob("0*.ipynb")} <= set(re.findall(r"\[(0\w+)\]", text))


@pytest.mark.parametrize("page", [path.relative_to(ROOT).as_posix() for path in PAGES])
def test_links_lead_somewhere_and_pictures_have_words(page):
    path, text = ROOT / page, texts()[page]
    for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text):
        assert alt.strip(), f"{page}: {target} has no alternative text."
    for target, part in re.findall(r"\]\((?!https?://)([^)#\s]*)#?([^)\s]*)\)", text):
        there = path.parent / target if target else path
        assert there.exists(), f"{page}: {target} is not there."
        assert not part or part in headings(there), f"{page}: {there.name} has no heading #{part}."


def headings(path: Path) -> set[str]:
    """The headings of a page as GitHub writes them in links."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)", text, re.M)}


def test_a_heading_is_linked_as_github_does(tmp_path):
    (tmp_path / "page.md").write_text("# What `x` is, and isn't\n```\n# no heading\n```\n## From 3-D to 2-D\n")
    assert headings(tmp_path / "page.md") == {"what-x-is-and-isnt", "from-3-d-to-2-d"}


def test_the_names_that_tie_equations_to_code_are_there():
    names = re.findall(r"`(mglib\.[\w.]+)`", texts()["docs/method.md"])
    assert len(names) > 20
    for name in names:
        parts = name.split(".")
        module = _module(parts)
        target = module
        for attribute in parts[len(module.__name__.split(".")) :]:
            target = getattr(target, attribute)
        assert inspect.isfunction(target) or inspect.isclass(target), name


def _module(parts: list[str]):
    """The module that the first of these names lead to."""
    for n in range(len(parts), 0, -1):
        try:
            return importlib.import_module(".".join(parts[:n]))
        except ModuleNotFoundError:
            continue
    raise AssertionError(parts)


def test_every_equation_has_its_place():
    table = texts()["docs/method.md"].split("## Misprints")[0]
    assert {int(n) for n in re.findall(r"\((\d+)\)", table)} == set(range(1, 11))


@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda value: str(value)[:60])
def test_a_command_that_a_page_shows_is_one_that_the_program_knows(page, line):
    """Each program reads its own words: targets, modules, notebooks and parameters that are not there are found."""
    words = shlex.split(line)
    if words[0] == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
        assert {word for word in words[1:] if re.fullmatch(r"[a-z-]+", word)} <= targets
        return
    if words[0] == "papermill":
        name, rest = words[1], words[2:]
    else:
        assert importlib.util.find_spec(words[2]) is not None, words[2]
        if words[2] != "mglib.notebook" or len(words) < 4 or words[3].startswith("-"):
            return
        name, rest = words[3], words[4:]
    if "NAME" in name:
        return
    given = [value for flag, value in zip(rest, rest[1:], strict=False) if flag == "-p"]
    notebook.check_names(notebook.find(name.removeprefix("notebooks/").removesuffix(".ipynb")), given)


class Parsed(BaseException):
    """A program has read its command line; more is not wanted of it."""


@pytest.mark.parametrize(
    ("page", "line"),
    [one for one in commands() if one[1].startswith("python") and "mglib.notebook 0" not in one[1]],
    ids=lambda value: str(value)[:60],
)
def test_a_program_takes_the_words_that_a_page_gives_it(page, line, monkeypatch, capsys):
    """By its own parser, which is where the program is stopped; a mere mention may lack what is required."""
    name, *words = shlex.split(line)[2:]
    package = importlib.util.find_spec(name).submodule_search_locations is not None
    program = importlib.import_module(f"{name}.__main__" if package else name)
    if not hasattr(program, "main"):
        assert not words, f"{name} takes no words."
        return
    whole = argparse.ArgumentParser.parse_args

    def parse(parser, args=None, namespace=None):
        whole(parser, args, namespace)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.setattr(sys, "argv", [name, *words])
    with pytest.raises((Parsed, SystemExit)) as stopped:
        program.main()
    if stopped.type is SystemExit:
        said, mentioned = capsys.readouterr().err, f"`{line}`" in texts()[page]
        assert mentioned and "the following arguments are required" in said, said


@pytest.mark.parametrize(
    ("page", "line"),
    [one for one in commands() if re.match(r"(python -m mglib\.notebook|papermill) (notebooks/)?0", one[1])],
    ids=lambda value: str(value)[:60],
)
def test_a_notebook_takes_the_values_that_a_page_gives_it(page, line):
    """By the settings that its first cell reads, before anything is trained."""
    words = shlex.split(line)
    words = words[1:] if words[0] == "papermill" else words[3:]
    path = notebook.find(words[0].removeprefix("notebooks/").removesuffix(".ipynb"))
    given = {words[at + 1]: words[at + 2] for at, word in enumerate(words[:-2]) if word == "-p"}
    if PROSE & set(given.values()):
        return
    known = notebook.check_names(path, list(given))
    values = {name: notebook.typed(text, known[name]) for name, text in given.items()}
    settings = NOTEBOOKS[path.stem]
    settings.read({name: value for name, value in values.items() if name in settings.model_fields})
    shared = {name: value for name, value in values.items() if name not in settings.model_fields}
    TrainConfig.read(shared | {"data_root": values.get("data_root", ".")} if shared else {})


def test_the_gallery_holds_the_figures_of_executed_notebooks_with_their_words(tmp_path):
    found = importlib.util.spec_from_file_location("gallery", ROOT / "docs" / "gallery.py")
    gallery = importlib.util.module_from_spec(found)
    found.loader.exec_module(gallery)
    png = io.BytesIO()
    Image.new("RGB", (1800, 900), "white").save(png, "PNG")
    data = {"image/png": base64.b64encode(png.getvalue()).decode()}
    output = new_output("display_data", data, metadata={"image/png": {"alt": "Curves. Dots: test clips."}})
    cells = [new_markdown_cell("# 03 · Train"), new_code_cell("figures.learning_curves(run)", outputs=[output])]
    nbformat.write(new_notebook(cells=cells), tmp_path / "synthetic-03_train.ipynb")
    assert gallery.make(tmp_path, "synthetic", tmp_path / "docs") == ["synthetic-03_train"]
    page, whole = (tmp_path / "docs" / name for name in ("gallery.md", "gallery/03_train.md"))
    assert "![Curves. Dots: test clips.](gallery/03_train-figure-1.webp)" in page.read_text()
    assert "```python\nfigures.learning_curves(run)\n```" in whole.read_text()
    with Image.open(tmp_path / "docs" / "gallery" / "03_train-figure-1.webp") as picture:
        assert picture.width == gallery.WIDTH
