"""Word documents: the text as it stands, read piece by piece."""

import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.plain import tidy
from document.reading import LONGEST, Extract, too_long

BODY, PROPERTIES = "word/document.xml", "docProps/core.xml"
# what was moved away, and what stands for something already read
PASSED_OVER = frozenset({"moveFrom", "Fallback"})
SIGNS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}
LARGEST = 100_000_000  # bytes of XML: far more than its text can be
BROKEN = (
    *(BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError),
    *(etree.XMLSyntaxError, ValueError, OSError),
)


def read_docx(document: File) -> Extract:
    """One page: where pages end, Word decides when it prints."""
    try:
        with document.open() as stream, ZipFile(stream) as archive:
            if BODY not in archive.namelist():
                raise document.refuse("a ZIP file, but not a DOCX")
            if any(one.file_size > LARGEST for one in archive.infolist()):
                raise document.refuse("unpacks to more than 100 MB")
            with archive.open(BODY) as body:
                text = _bounded(document, _pieces(body))
            return Extract([tidy(text)], _title(archive))
    except BROKEN as fault:
        raise document.refuse(f"a broken DOCX ({fault})") from fault


def _bounded(document: File, pieces: Iterator[str]) -> str:
    found, size = [], 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > LONGEST:
            raise too_long(document)
    return "".join(found)


def _pieces(body: IO[bytes]) -> Iterator[str]:
    """Texts and signs in their order."""
    passed_over = 0
    events = etree.iterparse(body, ("start", "end"), resolve_entities=False)
    for event, element in events:
        name = etree.QName(element).localname
        if name in PASSED_OVER:
            passed_over += 1 if event == "start" else -1
        elif event == "end" and not passed_over:
            yield _said(name, element)
        if event == "end":
            _forget(element)


def _forget(element: etree._Element) -> None:
    """What was read takes no memory any more."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _said(name: str, element: etree._Element) -> str:
    if name == "t":
        return element.text or ""
    if name == "tab" and etree.QName(element.getparent()).localname != "r":
        return ""  # where a tab stops, not a tab
    return SIGNS.get(name, "")


def _title(archive: ZipFile) -> str | None:
    if PROPERTIES not in archive.namelist():
        return None
    with archive.open(PROPERTIES) as properties:
        for _, element in etree.iterparse(properties, resolve_entities=False):
            if etree.QName(element).localname == "title":
                return (element.text or "").strip() or None
    return None
