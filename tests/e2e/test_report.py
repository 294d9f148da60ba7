"""The report's page in a browser: it asks for nothing, and the explorer in it is alive."""

from mglib.analysis.ambiguity import clip_table
from mglib.report import Report, Study, sections, write_report
from tests.run_builder import fake_run


def test_the_page_asks_for_nothing_and_the_explorer_in_it_works(tmp_path, open_page):
    run = fake_run(tmp_path / "run", num_classes=12, clips=300, between=0.3)
    study = Study(run, clip_table(run, folds=0), projection="pca")
    parts = [sections.learning(study), sections.explorer(study), sections.reproducibility(study)]
    (path,) = write_report(Report("A report", parts), tmp_path / "out", ["html"])
    page = open_page()
    page.goto(path.as_uri())
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth === 1800)")
    frame = page.frame_locator("iframe")
    root = frame.locator(".mg[data-ready]")
    root.wait_for()
    before = root.get_attribute("data-cell")
    frame.locator(".mg-table tbody tr").nth(3).click()
    assert root.get_attribute("data-cell") != before and frame.locator(".mg-item").count() > 0
    assert [address for address in page.requests if not address.startswith("blob:")] == [path.as_uri()]
    assert page.errors == []
    page.evaluate("fetch('https://example.org').catch(() => {})")  # what slipped into it would be refused
    assert [address for address in page.requests if not address.startswith("blob:")] == [path.as_uri()]


def test_the_page_fits_a_phone_and_is_dark_as_a_whole_where_the_system_is(tmp_path, open_page):
    run = fake_run(tmp_path / "run", num_classes=12, clips=300, between=0.3)
    study = Study(run, clip_table(run, folds=0), projection="pca")
    parts = [make(study) for make in (sections.learning, sections.classes, sections.explorer, sections.reproducibility)]
    (path,) = write_report(Report("A report", parts), tmp_path / "out", ["html"])
    page = open_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    inner = page.frame_locator("iframe").locator("body")
    page.frame_locator("iframe").locator(".mg[data-ready]").wait_for()
    colour = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("body").evaluate(colour) == inner.evaluate(colour) == "rgb(21, 24, 28)"
    assert page.evaluate("[...document.querySelectorAll('pre')].every((pre) => pre.scrollWidth <= pre.clientWidth)")
    page.emulate_media(media="print", color_scheme="dark")
    whole = "figures => figures.every((figure) => getComputedStyle(figure).breakInside === 'avoid')"
    assert page.eval_on_selector_all("figure:not(:has(tr:nth-child(29)))", whole)  # no caption without its table
    assert page.locator("body").evaluate(colour) == "rgb(255, 255, 255)" and not page.locator("iframe").is_visible()
