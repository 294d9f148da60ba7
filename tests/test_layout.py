"""The order of the house: few rooms at the root; that imports go one way is `lint-imports`' business."""

from mglib.base import paths

MOST = 14


def test_the_root_of_the_package_is_read_at_a_glance():
    names = {path.stem for path in paths.package().iterdir() if not path.name.startswith(("_", "."))}
    assert len(names) <= MOST, f"{len(names)} names at the root of mglib: {', '.join(sorted(names))}."
