"""The explorer's source in JavaScript: its own tests, its linter and types, and the script that is made from it."""

import graphlib
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import setuptools

from tests.explorer import browser_case

ROOT = Path(__file__).parents[2]
EXPLORER = ROOT / "mglib" / "explorer"
SOURCE = EXPLORER / "source"
TOOLS = SOURCE / "node_modules"
INSTALL = f"npm ci --prefix {SOURCE.relative_to(ROOT)}"
OLDEST = (20, 19)


@pytest.fixture
def node() -> str:
    """Node, new enough for the tools."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("there is no Node on this machine (apt install nodejs npm): the explorer's source is NOT tested")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if found < OLDEST:
        pytest.skip(f"Node is {version.strip()}, 20.19 is needed: the explorer's source is NOT tested")
    return path


@pytest.fixture
def tools(node: str) -> str:
    """Node, with the tools beside the source in the versions that package.json names."""
    if not TOOLS.is_dir():
        pytest.skip(f"the tools are not installed ({INSTALL}): explorer.js is NOT compared with its source")
    for name, version in package()["devDependencies"].items():
        found = json.loads((TOOLS / name / "package.json").read_text(encoding="utf-8"))["version"]
        assert found == version, f"{name} is {found}, package.json names {version}: run {INSTALL}."
    return node


def package() -> dict:
    return json.loads((SOURCE / "package.json").read_text(encoding="utf-8"))


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_what_the_browser_reads_and_counts_is_what_python_counts(
    node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    browser_case.write(tmp_path)
    monkeypatch.setenv("MGLIB_EXPLORER_CASE", str(tmp_path))
    files = sorted(Path(__file__).parent.glob("*.test.mjs"))
    report = run(node, "--test", "--test-reporter=tap", *files)
    assert int(re.search(r"^# pass (\d+)", report, re.MULTILINE)[1]) >= len(files) > 3


def test_the_linter_and_the_types_find_nothing(tools: str):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("there is no npm on this machine (apt install npm): the explorer's source is NOT linted")
    run(npm, "run", "check", cwd=SOURCE)


def test_the_script_is_made_from_the_source(tools: str, tmp_path: Path):
    run(tools, SOURCE / "bundle.js", tmp_path / "explorer.js")
    made, kept = (folder / "explorer.js" for folder in (tmp_path, EXPLORER))
    assert made.read_bytes() == kept.read_bytes(), (
        "mglib/explorer/explorer.js is not what mglib/explorer/source makes: run `make explorer` and commit both."
    )


def test_the_script_names_itself_once_and_can_stand_in_a_page():
    script = (EXPLORER / "explorer.js").read_text(encoding="utf-8")
    assert script.endswith("\n})();\nexport default explorer;\n")
    assert re.findall(r"^(?:var|let|const|function|class|import|export)\b.*", script, re.MULTILINE) == [
        "var explorer = (() => {",
        "export default explorer;",
    ]
    assert "</script" not in script.lower() and "@@" not in script  # what would end it, and what export.py fills in
    assert "explorer.openPage()" in (EXPLORER / "export.html").read_text(encoding="utf-8")


def test_modules_import_in_one_direction_and_all_are_used():
    modules = {path.name: path.read_text(encoding="utf-8") for path in SOURCE.glob("*.js")}
    for tool in ("bundle.js", "eslint.config.js"):
        del modules[tool]
    imports = {name: set(re.findall(r'(?:from|import\() ?"\./([a-z]+\.js)"', text)) for name, text in modules.items()}
    order = list(graphlib.TopologicalSorter(imports).static_order())  # raises where there is a circle
    assert set(order) == set(modules) and order[-1] == "index.js"
    assert set().union(*imports.values()) == set(modules) - {"index.js"}
    assert all(re.match(r"// [A-Z].*\.\n", text) for text in modules.values()), "each opens with a sentence"


def test_tools_are_pinned_and_no_address_of_a_registry_is_kept():
    assert package()["private"] and all(re.fullmatch(r"[\d.]+", v) for v in package()["devDependencies"].values())
    assert not any("://" in path.read_text(encoding="utf-8") for path in SOURCE.iterdir() if path.is_file())


def test_users_get_the_script_and_not_its_source():
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    packages = setuptools.find_namespace_packages(str(ROOT), **setup["packages"]["find"])
    assert "mglib.explorer" in packages and not [name for name in packages if name.startswith("mglib.explorer.")]
    data = {path for pattern in setup["package-data"]["mglib"] for path in (ROOT / "mglib").glob(pattern)}
    assert {EXPLORER / name for name in ("explorer.js", "explorer.css", "export.html")} <= data
    assert not any(SOURCE in path.parents for path in data)
