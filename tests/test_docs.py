"""README and docs: names, links, commands and pictures that they mention are there, and pictures have words."""

import base64
import importlib
import importlib.util
import inspect
import io
import re
import shlex

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from mglib import notebook
from mglib.base import paths

ROOT = paths.root()
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "notebooks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
LINES = 120  # of the README, at most


def texts() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}


def commands() -> list[tuple[str, str]]:
    """Lines of console blocks and inline code that start a program of this repository, each with its page."""
    found = []
    for page, text in texts().items():
        blocks = re.findall(r"```(?:console|bash|sh)?\n(.*?)```", text, re.S)
        lines = [line for block in blocks for line in re.sub(r"\\\n\s*(?:#\s*)?", " ", block).splitlines()]
        lines += re.findall(r"`((?:python -m|make|papermill) [^`\n]+)`", text)
        found += [(page, line.split("  #")[0].strip()) for line in lines]
    return [
        (page, line) for page, line in found if re.match(r"(python -m (mglib|benchmarks|tests)|make|papermill)\b", line)
    ]


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
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text):
        assert (path.parent / target).exists(), f"{page}: {target} is not there."


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
    try:
        words = shlex.split(line)
    except ValueError:  # a quotation that goes on in the next line
        words = line.split()
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
