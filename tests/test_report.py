"""The report, from notebooks made by hand: whole, offline, and with its figures as files."""

import base64
import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from mglib.report import ReportError, main, write_report

PNG = base64.b64encode(b"a picture").decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>'


class Page(HTMLParser):
    """What a browser would load, and what the page shows."""

    def __init__(self, text):
        super().__init__()
        self.loaded, self.tags, self.ids, self.targets = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.ids.append(attrs.get("id"))
        if tag == "a":
            self.targets.append(attrs["href"])
        else:
            self.loaded += [attrs[name] for name in ("src", "srcset", "href", "data", "poster") if attrs.get(name)]


def display(**data):
    return new_output("display_data", data={kind.replace("_", "/"): content for kind, content in data.items()})


@pytest.fixture
def executed(tmp_path):
    """Path of a notebook with everything that tempts nbconvert to link to something."""
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}, "image/png": PNG, "text/plain": "Widget()"}
    table = "<table><tr><td>top-1</td><td>0.8</td></tr></table>"
    cells = [
        new_markdown_cell("# Training\nwith $\\alpha = 1$, `$HOME` and\n$$\\frac{a}{b}$$"),
        new_code_cell("secret = 1", execution_count=1, outputs=[new_output("stream", name="stderr", text="50 %|###")]),
        new_markdown_cell("## Which classes, & why?\n```python\n# no heading\n```"),
        new_code_cell("matrix", execution_count=2, outputs=[display(image_png=PNG, text_plain="<Figure>")]),
        new_code_cell("svg", execution_count=3, outputs=[new_output("display_data", data={"image/svg+xml": SVG})]),
        new_code_cell("widget", execution_count=4, outputs=[new_output("display_data", data=widget)]),
        new_markdown_cell("```mermaid\ngraph TD; A-->B\n```"),
        new_code_cell("table", execution_count=5, outputs=[display(text_html=table, text_plain="plain")]),
    ]
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    path = tmp_path / "one.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": state}), path)
    return path


def test_the_page_loads_nothing_but_itself(executed, tmp_path):
    text = write_report([executed], tmp_path / "out", "A report").read_text()
    page = Page(text)
    assert len(page.loaded) == 3
    assert all(address.startswith("data:image/") for address in page.loaded)
    assert "script" not in page.tags
    assert not re.search(r"@import|url\((?!['\"]?data:)", text.split("<main>")[0])
    assert "default-src 'none'" in text  # and a browser would refuse anything that slipped through


def test_the_page_shows_the_results_and_folds_the_code(executed, tmp_path):
    text = write_report([executed], tmp_path / "out", "Runs <1> & 2").read_text()
    assert "<title>Runs &lt;1&gt; &amp; 2</title>" in text
    assert text.count("<td>top-1</td>") == 1
    assert "50 %|###" not in text
    assert "plain" not in re.sub("text/plain", "", text.split("<main>")[1])
    code = re.search(r'<details class="code">.*?</details>', text, flags=re.DOTALL)[0]
    assert "secret" in code
    assert "secret" not in re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)


def test_formulas_are_mathml(executed, tmp_path):
    text = write_report([executed], tmp_path / "out", "A report").read_text()
    assert "<mi>α</mi>" in text
    assert re.search(r'<math display="block".*<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>', text)
    assert "<code>$HOME</code>" in text


def test_contents_link_to_the_headings_of_all_notebooks(executed, tmp_path):
    page = Page(write_report([executed, executed], tmp_path / "out", "Twice").read_text())
    assert len(page.targets) == 4
    assert len(set(page.targets)) == 4
    assert {target.removeprefix("#") for target in page.targets} <= set(page.ids)


def test_figures_are_files_named_after_their_heading(executed, tmp_path):
    stale = tmp_path / "out" / "figures" / "09-stale.png"
    mine = tmp_path / "out" / "figures" / "mine.png"
    stale.parent.mkdir(parents=True)
    stale.touch()
    mine.touch()
    text = write_report([executed], tmp_path / "out", "A report").read_text()
    stem = "which-classes-why"
    assert sorted(path.name for path in stale.parent.iterdir()) == [
        f"01-{stem}.png",
        f"02-{stem}.svg",
        f"03-{stem}.png",
        "mine.png",
    ]
    assert (stale.parent / f"01-{stem}.png").read_bytes() == b"a picture"
    assert (stale.parent / f"02-{stem}.svg").read_text() == SVG
    assert text.count('alt="Which classes, &amp; why?"') == 3
    assert not list((tmp_path / "out").glob("*.tmp"))


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (new_code_cell("1"), "has not been executed"),
        (new_code_cell("1", execution_count=1, outputs=[new_output("error", ename="E", evalue="v")]), "stopped: E: v"),
    ],
)
def test_a_notebook_without_results_makes_no_report(tmp_path, capsys, cell, sentence):
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "bad.ipynb")
    assert main([str(tmp_path / "bad.ipynb"), "--to", str(tmp_path / "out")]) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_notebook_and_a_wrong_formula_are_told(tmp_path):
    with pytest.raises(ReportError, match="There is no notebook"):
        write_report([tmp_path / "none.ipynb"], tmp_path / "out", "A report")
    cells = [new_code_cell("1", execution_count=1), new_markdown_cell("$a_b_c$")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "wrong.ipynb")
    with pytest.raises(ReportError, match="formula 'a_b_c' cannot be read"):
        write_report([tmp_path / "wrong.ipynb"], tmp_path / "out", "A report")
