"""Parses XML safely: document types and entities are refused, and size is limited."""

from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from mglib.base.errors import DataError
from mglib.base.texts import read_limited

ELEMENTS = 2_000_000
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"

ElementTree.register_namespace("xsi", SCHEMA)


def parse(path: Path) -> ElementTree.Element:
    """The root of an XML file, with its comments.

    Raises:
        DataError: it is too large, has a document type, or is not XML.
    """
    text = read_limited(path)
    _refuse(path, text)
    builder = ElementTree.TreeBuilder(insert_comments=True, insert_pis=True)
    return ElementTree.fromstring(text, ElementTree.XMLParser(target=builder))


def _refuse(path: Path, text: bytes) -> None:
    """Scan the file once without building a tree."""
    elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > ELEMENTS:
            raise DataError(f"{path}: holds more than {ELEMENTS:,} elements, as no coder's file does; get it again.")

    def doctype(*_: object) -> None:
        raise DataError(
            f"{path}: begins with a DOCTYPE, by which a file can have other files read or fill all memory; ELAN writes "
            "none: open the file in ELAN and save it, or take the line out."
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise DataError(f"{path}: is not XML ({error}); open it in the tool that wrote it and save it.") from None
