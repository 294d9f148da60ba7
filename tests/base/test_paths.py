from pathlib import Path

import pytest

from mglib.base import paths

CHECKOUT = Path(__file__).resolve().parents[2]


def test_folders_of_a_checkout(monkeypatch, tmp_path):
    for variable in ("MGLIB_RUNS", "MGLIB_CACHE", "MGLIB_REPORTS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)  # a notebook's kernel starts wherever papermill was called
    assert paths.root() == CHECKOUT
    assert paths.notebooks_dir() == CHECKOUT / "notebooks"
    assert paths.runs_dir() == CHECKOUT / "runs"
    assert paths.cache_dir() == CHECKOUT / ".cache"
    assert paths.reports_dir() == CHECKOUT / "reports"


def test_root_is_the_current_folder_where_mglib_is_not_a_checkout(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "site-packages" / "mglib" / "base" / "paths.py"))
    monkeypatch.chdir(tmp_path)
    assert paths.root() == tmp_path


@pytest.mark.parametrize(
    ("variable", "folder"),
    [("MGLIB_RUNS", paths.runs_dir), ("MGLIB_CACHE", paths.cache_dir), ("MGLIB_REPORTS", paths.reports_dir)],
)
def test_environment_overrides_one_folder(monkeypatch, tmp_path, variable, folder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(variable, "elsewhere")
    assert folder() == tmp_path / "elsewhere"
    monkeypatch.setenv(variable, "~/elsewhere")
    assert folder() == Path.home().resolve() / "elsewhere"
