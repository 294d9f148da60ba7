"""A real browser, and a real JupyterLab."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ARGUMENTS = (  # a browser that asks the network for nothing of its own
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PATIENCE = 240  # seconds for JupyterLab to start


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """The system's Chromium, driven by Playwright; nothing is downloaded."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: the explorer is NOT tested"
    )
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip(
            "there is no Chromium on this machine (apt install chromium): the explorer is NOT tested in a browser"
        )
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """Opens a page that keeps its requests in `page.requests` and its errors in `page.errors`."""
    contexts = []

    def open_page(**options):
        contexts.append(browser.new_context(**({"viewport": {"width": 1400, "height": 900}} | options)))
        contexts[-1].set_default_timeout(120_000)
        page = contexts[-1].new_page()
        page.requests, page.errors = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab of its own: its address and the folder that it shows."""
    folder = tmp_path_factory.mktemp("lab")
    shown = folder / "notebooks"
    shown.mkdir()
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")
    places = {name: str(folder / name.lower()) for name in (*places, "JUPYTERLAB_WORKSPACES_DIR")}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={shown}", "--IdentityProvider.token=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None",
        "--expose-app-in-browser",
    ]  # fmt: skip
    log = folder / "log.txt"
    with log.open("w") as out:
        server = subprocess.Popen(command, env=os.environ | places, stdout=out, stderr=out)
    try:
        yield _wait(server, Path(places["JUPYTER_RUNTIME_DIR"]), log), shown
    finally:
        server.terminate()
        server.wait(120)


def _wait(server: subprocess.Popen, notes: Path, log: Path) -> str:
    """The address, without a slash, once it answers there; it chooses a port that is free and notes it in a file."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            (note,) = notes.glob("jpserver-*.json")
            address = f"http://127.0.0.1:{json.loads(note.read_text())['port']}"
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
            return address
        except (OSError, ValueError):  # there is no note, or half of one, or no answer yet
            time.sleep(0.3)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()}")
