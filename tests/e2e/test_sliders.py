"""The weights of an ensemble, turned by hand in JupyterLab."""

import re

import nbformat
import numpy as np

from tests.run_builder import fake_run, recolumn

LINES = """import numpy as np
from mglib.analysis.ensemble import WeightSliders, find_members, fit, gather
pool = gather(find_members({names}))
WeightSliders(pool, fit(pool), pool.prior)"""
NAMES = ("joints", "limbs", "synthetic-20261127-162207 depth")
DRAWING = "svg[aria-label='scores of the held-out clips']"


def test_scores_follow_the_hand(lab, browser, tmp_path):
    address, shown = lab
    for seed, name in enumerate(NAMES):
        run = fake_run(tmp_path / name, streams=("pose",), groups=9, clips=900, noise=6.0, seed=seed)
        split = run.clips["split"].where(run.clips["group"] > "subject 003", "val")
        recolumn(run, split=split, label=np.arange(900) % 5)
    names = [str(tmp_path / name) for name in NAMES]
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LINES.format(names=names))])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(content, shown / "weights.ipynb")
    page = browser.new_context(viewport={"width": 1100, "height": 700}).new_page()
    page.set_default_timeout(90_000)
    page.goto(f"{address}/lab/tree/weights.ipynb")
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    drawing = page.locator(DRAWING)
    drawing.wait_for()
    before = drawing.text_content()
    assert re.fullmatch(r"top-1[\d.]+ % \[.*\]macro F1[\d.]+ % \[.*\]ECE[\d.]+ % \[.*\]", before)
    handle = page.locator(".noUi-handle").first
    handle.focus()
    handle.press("Home")
    page.wait_for_function(f"before => document.querySelector({DRAWING!r}).textContent !== before", arg=before)
    page.screenshot(path=tmp_path / "sliders.png")
    page.set_viewport_size({"width": 1024, "height": 768})
    cut = "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"
    assert page.eval_on_selector_all(".jp-OutputArea-output, .widget-slider .widget-label", cut) == []
    page.get_by_role("button", name="as found").click()
    page.wait_for_function(f"before => document.querySelector({DRAWING!r}).textContent === before", arg=before)
    page.context.close()
