"""The first page says what the runs hold, and what is said beside a figure is not in it a second time."""

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from PIL import Image
from pypdf import PdfReader

from mglib.figures import learning_curves
from mglib.report import Picture, Report, Section, cover, finding, html, pdf, sections
from mglib.report.study import Study
from mglib.runs import Run
from mglib.runs.ancestry import as_ancestor, write_ancestry
from tests.run_builder import fake_run


class Tags(HTMLParser):
    """Tags of a page in order, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_finding_is_three_sentences_of_the_runs_numbers(study):
    said = finding(study)
    assert len(said) == 3
    top1 = 100 * np.mean([(study.answers(r).argmax(1) == study.labels).mean() for r in (study.run, *study.seeds)])
    assert f"recognises {top1:.1f} % [" in said[0] and "mean of 2 seeds" in said[0]
    assert f"{len(np.unique(study.groups))} subjects, none of whom is among the training clips" in said[0]
    answers, names = study.answers(study.run).argmax(1), study.run.data.class_names
    counts = np.zeros((len(names),) * 2, int)
    np.add.at(counts, (study.labels, answers), 1)
    np.fill_diagonal(counts, 0)
    true, answer = re.findall("\u201c(.*?)\u201d", said[2])
    assert counts[names.index(true), names.index(answer)] == counts.max()
    assert "clip" in said[2] and str(counts.max()) in said[2]


def test_a_run_whose_people_are_known_does_not_call_them_new(study):
    data = replace(study.run.data, shared_groups=3)
    study.run.__dict__["data"], before = data, study.run.data
    try:
        assert "none of whom" not in finding(study)[0]
        study.run.__dict__["data"] = replace(before, group_kind="video")
        assert " videos, none of which is among the training clips" in finding(study)[0]
    finally:
        study.run.__dict__["data"] = before


def test_people_who_were_met_in_pre_training_are_not_called_new(tmp_path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    tested = tuple(sorted(set(run.groups[run.where("test")])))
    shown = replace(as_ancestor(run), run="hidden", objective="masked", groups=tested, transductive=True)
    write_ancestry(run.path, [shown])
    said = finding(Study(Run(run.path), None))[0]
    assert f"but {len(tested)} of whom were in the data of its pre-training, without their labels, the network" in said


def test_the_first_page_has_title_authors_date_finding_and_one_figure(study, report):
    scores = next(part for part in report.parts if part.title == "Scores")
    front = Report("A title", [scores], "A. Author", "1 May 2026", ["One.", "Two.", "Three."], cover([scores]))
    (first, *_) = PdfReader(io.BytesIO(pdf.to_pdf(front))).pages
    shown = " ".join(first.extract_text().split())
    for text in ("A title", "A. Author", "1 May 2026", "One. Two. Three.", "Figure 1."):
        assert text in shown
    assert [name for name, _ in front.pictures] == ["01-scores", "02-against-1"]
    assert front.see(scores).startswith("See Figures 1 and 2 and Table")
    page = html.to_html(front)
    assert page.index("One. Two. Three.") < page.index("Figure 1.") < page.index("<h2>") and page.count("<img") == 2


def test_a_number_and_its_percent_sign_stay_on_one_line():
    page = html.to_html(Report("A title", [Section("One", ["top-1 12.8 % [9.0, 17.9]"])], finding=["Of <b> 49 %."]))
    assert "top-1 12.8\N{NO-BREAK SPACE}% [9.0, 17.9]" in page and "Of &lt;b&gt; 49\N{NO-BREAK SPACE}%." in page


def test_everything_that_is_seen_is_told_and_can_be_reached(report):
    tags = Tags(html.to_html(report)).found
    images = [attrs for tag, attrs in tags if tag == "img"]
    captions = {picture.caption for _, picture in report.pictures}
    assert len(images) == len(report.pictures)
    assert all(image["alt"].strip() and image["alt"] not in captions for image in images)
    assert all("tabindex" in attrs for tag, attrs in tags if tag == "pre")
    order = [attrs["id"] for tag, attrs in tags if tag == "section"]
    assert order[0] == "page1", "the explorer stands first"
    assert "works in index.html" not in html.to_html(report)


def test_a_printed_figure_has_no_title_and_its_caption_has_the_note(study):
    picture = Picture("learning", learning_curves(study.run), "How it went.")
    whole, printed = picture.titled, picture.image
    assert printed.width == whole.width and 0 < whole.height - printed.height < 0.2 * whole.height
    assert np.asarray(whole.convert("L"))[: whole.height - printed.height].min() < 100  # the title
    assert picture.caption == "How it went. Dots: test clips; the last answer is the mean of 3 views."
    page = PdfReader(io.BytesIO(picture.pdf)).pages[0]
    assert "learning curves" not in page.extract_text() and "epoch" in page.extract_text()
    ratio = float(page.mediabox.height) / float(page.mediabox.width)
    assert abs(ratio - picture.aspect) < 0.01
    shown = Image.open(io.BytesIO(picture.png))
    assert shown.size == printed.size


def test_a_caption_says_once_what_its_intervals_are_over(report):
    captions = [picture.caption for _, picture in report.pictures]
    assert any("95 % intervals over" in caption for caption in captions)
    assert not [caption for caption in captions if len(re.findall("95 ?% intervals", caption)) > 1]


def test_settings_that_differ_stand_first_and_all_of_them_in_the_appendix(study):
    table = sections.method(study).items[0].frame
    assert len(table) and (table["default"] != "").all()
    every = sections.appendix(study).items[0].frame
    named = [*every["setting"], *filter(None, every["setting "])]
    assert set(table["setting"]) < set(named) and len(named) == len(set(named)) > 30


def test_classes_stand_as_the_bars_do(study):
    section = sections.classes(study)
    frame = next(item for item in section.items if item.name == "classes").frame
    assert (np.diff(frame["train"]) <= 0).all()
    bars = next(item for item in section.items if isinstance(item, Picture)).figure.axes[0]
    assert [label.get_text()[:8] for label in bars.get_yticklabels()] == [name[:8] for name in frame["class"]]


def test_a_section_of_text_alone_points_nowhere():
    section = Section("Only", ["One."])
    assert Report("r", [section]).see(section) == ""
