"""The files of a report: whole, in step with one another, and true to any name."""

import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from PIL import Image
from pypdf import PdfReader

from mglib.report import Code, Page, Picture, Report, ReportError, Section, Table, latex, write_report
from tests.report.conftest import HOSTILE


class Text(HTMLParser):
    """What a page shows and loads; the frame's content is no part of it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.shown, self.loaded = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.loaded += [value for name, value in attrs if name in ("src", "href", "data", "poster", "srcset")]

    def handle_data(self, data):
        self.shown.append(data)


def unescape(text):
    """LaTeX text as it is set: the inverse of `latex.escape`, from its table alone."""
    for letter, written in sorted(latex.SPECIAL.items(), key=lambda item: -len(item[1])):
        text = text.replace(written, letter)
    return text


def test_every_figure_is_a_vector_pdf_and_a_300_dpi_png_in_reading_order(report, folder):
    stems = [stem for stem, _ in report.pictures]
    assert [int(stem[:2]) for stem in stems] == list(range(1, len(stems) + 1)) and len(stems) >= 8
    wanted = {f"{stem}.{kind}" for stem in stems for kind in ("pdf", "png")} | {"captions.tex", "mine.png"}
    assert {path.name for path in (folder / "figures").iterdir()} == wanted
    for stem, picture in report.pictures:
        image = Image.open(folder / "figures" / f"{stem}.png")
        assert image.width == round(300 * picture.figure.get_figwidth())
        page = PdfReader(folder / "figures" / f"{stem}.pdf").pages[0]
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]
        assert {str(font["/Subtype"]) for font in fonts} == {"/Type0"}  # TrueType within: letters, no Type 3 shapes
    captions = (folder / "figures" / "captions.tex").read_text()
    assert re.findall(r"\{figures/(.+)\.pdf\}", captions) == stems
    assert captions.count(r"\begin{figure}") == captions.count(r"\end{figure}") == len(stems)


def test_a_second_report_replaces_the_first_and_nothing_else(report, folder, tmp_path):
    assert (folder / "figures" / "mine.png").read_text() == (folder / "tables" / "mine.csv").read_text() == "before"
    assert not list(folder.rglob("99-stale.*")) and not list(folder.rglob("*.part*"))
    written = write_report(report, tmp_path, ["html", "tables"])
    assert written[-1] == tmp_path / "index.html"
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "tables"}


def test_tables_are_csv_and_latex_with_the_same_cells(report, folder):
    for stem, table in report.tables:
        read = pd.read_csv(folder / "tables" / f"{stem}.csv", dtype=str, keep_default_na=False)
        assert read.equals(table.text.reset_index(drop=True).astype(read.dtypes))
        text = (folder / "tables" / f"{stem}.tex").read_text()
        assert all(text.count(rule) >= 1 for rule in (r"\toprule", r"\midrule", r"\bottomrule"))
        assert f"\\label{{tab:{stem}}}" in text and f"\\caption{{{latex.escape(table.caption)}}}" in text
        rows = [line.removesuffix(r" \\") for line in text.splitlines() if line.endswith(r" \\")]
        cells = [[unescape(cell.strip()) for cell in re.split(r"(?<!\\)&", row)] for row in rows]
        wanted = [list(table.text.columns), *table.text.to_numpy().tolist()]
        assert [row for row in cells if row in wanted] == wanted, stem
    assert any(HOSTILE in table.text.to_numpy() for _, table in report.tables)


def test_no_cell_is_read_as_an_option_of_the_row_before():
    names = ["[unclear]", "*other", "a]b", "[", "* [2pt]", "``quoted``", "two\nlines\n\nand a gap"]
    frame = pd.DataFrame({"[class]": names, "*n": range(len(names))})
    for text in (latex.table("t", Table("t", frame, "[A caption]*")), latex.escape("\n".join(names))):
        assert not re.search(r"(\\\\|\\[a-z]+(?:rule|head|foot)|\\\\\*)\s*[\[*]", text)
        assert "[" not in text.replace("{[}", "").replace("[tb]", "").replace("\\usepackage[T1]", "")
    cells = [line.split(" & ")[0] for line in latex.table("t", Table("t", frame, "c")).splitlines() if " & " in line]
    assert [unescape(cell) for cell in cells] == ["[class]", *(" ".join(name.splitlines()) for name in names)]


def test_a_long_table_goes_over_pages():
    frame = pd.DataFrame({"a": range(latex.LONG + 1), "b": "x"})
    text = latex.table("01-long", Table("long", frame, "Long."))
    assert r"\begin{longtable}{rl}" in text and r"\begin{table}" not in text


def test_in_the_pdf_figures_and_tables_stay_in_their_sections(report, folder):
    shown = "\n".join(page.extract_text() for page in PdfReader(folder / "report.pdf").pages)
    numbers, kinds = report.numbers(), {Picture: "Figure", Table: "Table"}
    marks = []
    for number, part in enumerate(report.parts, 1):
        marks.append(rf"(?m)^{number}\s*{re.escape(part.title)}\s*$")
        items = [item for item in report.items(part) if type(item) in kinds]
        marks += [rf"(?m)^{kinds[type(item)]} {numbers[id(item)]}\." for item in items]
    places = [re.search(mark, shown).start() for mark in marks]
    assert len(marks) > 20 and places == sorted(places)


def test_the_pdf_has_every_figure_as_vectors_and_every_name_as_it_is(report, folder):
    reader = PdfReader(folder / "report.pdf")
    forms = 0
    for page in reader.pages:
        objects = page["/Resources"].get("/XObject", {}).values()
        forms += sum(str(item.get_object()["/Subtype"]) == "/Form" for item in objects)
    assert forms == len(report.pictures)
    shown = " ".join(page.extract_text() for page in reader.pages)
    assert all(f"Figure {number}." in shown for number in range(1, len(report.pictures) + 1))
    assert all(f"Table {number}." in shown for number in range(1, len(report.tables) + 1))
    squeezed = re.sub(r"\s", "", shown)
    assert squeezed.count(re.sub(r"\s", "", HOSTILE)) > 5
    assert reader.metadata.title == report.title


def test_the_page_holds_everything_and_loads_nothing(report, folder):
    page = Text((folder / "index.html").read_text())
    assert page.tags.count("img") == len(report.pictures) and page.tags.count("iframe") == 1
    assert all(address.startswith(("data:", "#")) for address in page.loaded)
    assert "b" not in [tag for tag, next_ in zip(page.tags, page.tags[1:], strict=False) if next_ == "x"]
    assert "script" not in page.tags  # the explorer's lies within its frame
    assert f"Report of {HOSTILE}" in page.shown and HOSTILE in page.shown
    assert [text for text in page.shown if text.startswith("Figure ")] == [
        f"Figure {number}." for number in range(1, len(report.pictures) + 1)
    ]


def test_a_cloud_of_many_points_is_a_picture_within_the_pdf():
    from mglib.figures import Figure
    from mglib.report import Picture

    figure = Figure(2)
    figure.subplots().scatter(range(20_000), range(20_000))
    content = Picture("cloud", figure, "A cloud.").pdf
    objects = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]["/XObject"].get_object().values()
    assert "/Image" in {str(item.get_object()["/Subtype"]) for item in objects} and len(content) < 100_000


@pytest.mark.parametrize(
    ("report", "formats", "sentence"),
    [
        (Report("r", [Section("s")]), ["docx"], "formats: .*docx.*; give some of"),
        (Report("r", [None]), ["html"], "has no section"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_written(tmp_path, report, formats, sentence):
    with pytest.raises(ReportError, match=sentence):
        write_report(report, tmp_path / "out", formats)
    assert not (tmp_path / "out").exists()


def test_a_report_of_text_alone_is_set(tmp_path):
    section = Section(
        "Only",
        ["One."],
        [Code("x --y", "Type"), Page("<p>within</p>", "A page."), Table("t", pd.DataFrame({"a": []}), "None.")],
    )
    write_report(Report("r", [section]), tmp_path)
    assert "x --y" in PdfReader(tmp_path / "report.pdf").pages[0].extract_text()


def test_a_remark_ends_the_captions_for_latex(tmp_path):
    parts = [Section("s", items=[Table("t", pd.DataFrame({"a": [1]}), "A table.")])]
    write_report(Report("r", parts, remark="The clips are synthetic."), tmp_path, ["tables"])
    assert "{A table. The clips are synthetic.}" in (tmp_path / "tables" / "01-t.tex").read_text()
