"""Makes docs/gallery.md, docs/gallery/ and the images of the README from the results of `make report`: `make gallery`.

The gallery has the figures of every executed notebook as small images with alternative text, one whole notebook, and
screenshots of the report's page and of a notebook.
"""

import argparse
import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from PIL import Image

DOCS = Path(__file__).parent
WHOLE = "03_train"  # the notebook that is shown with its text, code and output
WIDTH = 760  # pixels of an image, at most
WIDGET = "The confusion explorer, as a picture of its matrix"  # alternative text of the only image without one
INTRO = """\
# Gallery

Figures of the notebooks, as drawn by `make report` from the embedded synthetic data; `make gallery` made this page.
[03_train](gallery/03_train.md) is shown as a whole, with its text, code and output.

![A notebook in a browser: a figure with the text that says how to read it](notebook.png)

![The page of a report: title, the finding in three sentences, the scores, and the explorer below](report.png)
"""


def figures_of(notebook: NotebookNode) -> Iterator[tuple[bytes, str]]:
    """PNG images in the outputs of a notebook, with their alternative texts."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if png := output.get("data", {}).get("image/png"):
                about = output.get("metadata", {}).get("image/png", {})
                yield base64.b64decode(png), about.get("alt") or WIDGET


def small(png: bytes, target: Path) -> None:
    """Write an image as WebP, no wider than `WIDTH`."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.thumbnail((WIDTH, 10 * WIDTH))
    image.save(target, "WEBP", quality=72, method=6)


def page_of(notebook: NotebookNode, folder: Path, stem: str) -> str:
    """A notebook as Markdown: text, code and outputs; its images are written to `folder`."""
    parts, number = [], 0
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source.replace("](0", "](../../notebooks/0"))
            continue
        parts.append(f"```python\n{cell.source.strip()}\n```")
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                number += 1
                (found,) = figures_of(NotebookNode(cells=[NotebookNode(outputs=[output])]))
                small(found[0], folder / f"{stem}-{number}.webp")
                parts.append(f"![{found[1]}]({stem}-{number}.webp)")
            elif output.output_type == "stream" and output.name == "stdout":
                lines = [line.split("\r")[-1] for line in output.text.splitlines()]  # the final state of a progress bar
                text = "\n".join(lines).replace(f"{DOCS.resolve().parent}/", "")
                parts.append(f"```text\n{text}\n```")
            elif "text/html" in data and "<table" in data["text/html"]:
                parts.append(data["text/html"])
    return "\n\n".join(parts) + "\n"


def make(executed: Path, name: str, docs: Path) -> list[str]:
    """Write the gallery of the notebooks NAME-NN_*.ipynb in a folder; return their names."""
    folder = docs / "gallery"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts, found = [INTRO], sorted(executed.glob(f"{name}-0*.ipynb"))
    for path in found:
        stem, notebook = path.stem.removeprefix(f"{name}-"), nbformat.read(path, 4)
        title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
        parts.append(f"## [{title}](../notebooks/{stem}.ipynb)")
        for number, (png, alt) in enumerate(figures_of(notebook), 1):
            small(png, folder / f"{stem}-figure-{number}.webp")
            parts.append(f"![{alt}](gallery/{stem}-figure-{number}.webp)")
        if stem == WHOLE:
            (folder / f"{stem}.md").write_text(page_of(notebook, folder, stem), encoding="utf-8")
    (docs / "gallery.md").write_text("\n\n".join(part.rstrip() for part in parts) + "\n", encoding="utf-8")
    return [path.stem for path in found]


def screenshots(report: Path, notebook: Path, docs: Path) -> None:
    """Write screenshots of the report's page and of a notebook: docs/report.png and docs/notebook.png."""
    from nbconvert import HTMLExporter
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    page_file = notebook.with_suffix(".html")
    page_file.write_text(HTMLExporter().from_filename(str(notebook))[0], encoding="utf-8")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        shots = (report, "report.png", "h1"), (page_file, "notebook.png", "[id='2-Learning-curves']")
        for source, target, anchor in shots:
            page = chromium.new_page(viewport={"width": 1180, "height": 860})
            page.goto(source.resolve().as_uri())
            page.locator(anchor).first.evaluate("e => scrollTo(0, scrollY + e.getBoundingClientRect().top - 15)")
            page.wait_for_timeout(1500)
            Image.open(io.BytesIO(page.screenshot())).convert("P", palette=Image.Palette.ADAPTIVE).save(
                docs / target, optimize=True
            )
        chromium.close()
    page_file.unlink()


def main() -> None:
    """Both, from the console."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of runs")
    parser.add_argument("--reports", type=Path, default=Path("reports"), help="folder of reports")
    parser.add_argument("--name", default="synthetic", help="that `make report` was given")
    options = parser.parse_args()
    executed = options.runs / "notebooks"
    print(*make(executed, options.name, DOCS), sep="\n")
    screenshots(options.reports / options.name / "index.html", executed / f"{options.name}-{WHOLE}.ipynb", DOCS)


if __name__ == "__main__":
    main()
