"""pyproject.toml, constraints.txt and environment.yml say the same."""

import re
import sys
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from mglib.base import paths

PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)")  # no local version: its "+" does not match


def requirements() -> list[Requirement]:
    project = tomllib.loads((paths.root() / "pyproject.toml").read_text())["project"]
    return [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["test"]]


def pins() -> dict[str, str]:
    lines = (paths.root() / "constraints.txt").read_text().splitlines()
    found = [PIN.fullmatch(line) for line in lines if not line.startswith("#")]
    assert all(found), "constraints.txt may hold only comments and exact pins NAME==VERSION without a local version."
    return {canonicalize_name(match[1]): match[2] for match in found}


def closure() -> dict[str, str]:
    """Return name -> installed version of all that the requirements bring along on every platform."""
    found, queue = {}, requirements()
    while queue:
        requirement = queue.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in found:
            continue
        distribution = metadata.distribution(requirement.name)
        found[key] = Version(distribution.version).public
        for text in distribution.requires or []:
            child = Requirement(text)
            # What only one system needs (CUDA's libraries, macOS's appnope) cannot be pinned from another.
            if "sys_platform" in str(child.marker) or "platform_" in str(child.marker):
                continue
            if not child.marker or any(child.marker.evaluate({"extra": e}) for e in ("", *requirement.extras)):
                queue.append(child)
    return {name: version for (name, _), version in found.items()}


def test_every_requirement_is_pinned_within_its_bounds():
    pinned = pins()
    for requirement in requirements():
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"constraints.txt has no pin for {name}; add {name}=={metadata.version(name)}."
        assert requirement.specifier.contains(pinned[name]), f"{requirement} excludes the pin {pinned[name]}."


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="constraints.txt was resolved with Python 3.11")
def test_the_pins_are_the_installed_closure():
    pinned = pins()
    wrong = [f"{name}=={version}" for name, version in sorted(closure().items()) if pinned.get(name) != version]
    assert not wrong, f"constraints.txt lacks, or pins another version of, {', '.join(wrong)}."


def test_no_file_names_an_index():
    for name in ("pyproject.toml", "constraints.txt", "environment.yml"):
        text = (paths.root() / name).read_text()
        assert "://" not in text, f"{name} holds an address."
        assert not re.search(r"--?(extra-)?index|find-links|^-f ", text, flags=re.MULTILINE), f"{name} names an index."


def test_the_conda_environment_defers_to_pyproject():
    text = (paths.root() / "environment.yml").read_text()
    *conda, pip = yaml.safe_load(text)["dependencies"]
    assert conda == ["python=3.11", "pip"]
    assert pip == {"pip": ["-c constraints.txt", "-e .[test]"]}
    lines = [line for line in text.splitlines() if re.match(r"\s*- (?!pip:$)", line)]
    assert [line for line in lines if "  # " not in line] == [], "Every line of environment.yml has a reason."
