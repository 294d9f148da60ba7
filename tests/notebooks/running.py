"""A notebook executed as a visitor executes it."""

import subprocess
import sys
from pathlib import Path

import nbformat

from mglib.base import paths


def execute(name: str, folder: Path, /, **values: str) -> tuple[subprocess.CompletedProcess, list]:
    """Bare papermill, started in `folder`; how it ended, and the code cells with their outputs."""
    words = [word for key, value in values.items() for word in ("-p", key, value)]
    notebook, target = str(paths.notebooks_dir() / f"{name}.ipynb"), str(folder / "out.ipynb")
    command = [sys.executable, "-m", "papermill", notebook, target, "--no-progress-bar", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done, [cell for cell in nbformat.read(target, 4).cells if cell.cell_type == "code"]
