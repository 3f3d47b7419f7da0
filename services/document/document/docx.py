"""Word documents: their text after all tracked changes, read piece by piece."""

import zlib
from collections.abc import Iterator
from typing import IO
from zipfile import BadZipFile, ZipFile

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.extract import MAX_CHARACTERS, Extract, too_long
from document.plain import clean_text

BODY_FILE = "word/document.xml"
PROPERTIES_FILE = "docProps/core.xml"

# A text of MAX_CHARACTERS needs far less XML. The archive states the size of each file
# in it, so a ZIP bomb is refused before it is unpacked.
MAX_XML_BYTES = 100_000_000

# Elements by their names in WordprocessingML.
TEXT = "t"
RUN = "r"
SIGNS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}

# Text that was moved to another place, and older forms of what was read already.
SKIPPED = frozenset({"moveFrom", "Fallback"})

# What the ZIP and XML libraries raise when a file is damaged.
BROKEN = (
    BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    etree.XMLSyntaxError,
    ValueError,
    OSError,
)


def read_docx(document: File) -> Extract:
    """One page: only Word knows, when it prints, where pages end."""
    try:
        with document.open() as stream, ZipFile(stream) as archive:
            _check_archive(document, archive)

            with archive.open(BODY_FILE) as body:
                text = _joined(document, _pieces(body))
            return Extract([clean_text(text)], _title(archive))
    except BROKEN as fault:
        raise document.refuse(f"a broken DOCX ({fault})") from fault


def _check_archive(document: File, archive: ZipFile) -> None:
    if BODY_FILE not in archive.namelist():
        raise document.refuse("a ZIP file, but not a DOCX")

    if any(file.file_size > MAX_XML_BYTES for file in archive.infolist()):
        megabytes = MAX_XML_BYTES // 1_000_000
        raise document.refuse(f"unpacks to more than {megabytes} MB")


def _joined(document: File, pieces: Iterator[str]) -> str:
    found = []
    characters = 0
    for piece in pieces:
        found.append(piece)
        characters += len(piece)

        # Checked at each piece: 100 MB of XML must not become text in memory first.
        if characters > MAX_CHARACTERS:
            raise too_long(document)
    return "".join(found)


def _pieces(body: IO[bytes]) -> Iterator[str]:
    """Texts and signs in their order."""
    skipped_levels = 0

    # Entities are not resolved: nested ones can grow to gigabytes.
    events = etree.iterparse(body, ("start", "end"), resolve_entities=False)
    for event, element in events:
        name = etree.QName(element).localname
        if name in SKIPPED:
            skipped_levels += 1 if event == "start" else -1
        elif event == "end" and not skipped_levels:
            yield _text_of(name, element)

        if event == "end":
            _forget(element)


def _forget(element: etree._Element) -> None:
    """Free the memory of an element that was read, and of all before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _text_of(name: str, element: etree._Element) -> str:
    if name == TEXT:
        return element.text or ""

    # Outside a run of text, `tab` defines where a tab stops, and is no character.
    if name == "tab" and etree.QName(element.getparent()).localname != RUN:
        return ""
    return SIGNS.get(name, "")


def _title(archive: ZipFile) -> str | None:
    if PROPERTIES_FILE not in archive.namelist():
        return None

    with archive.open(PROPERTIES_FILE) as properties:
        for _, element in etree.iterparse(properties, resolve_entities=False):
            if etree.QName(element).localname == "title":
                return (element.text or "").strip() or None
    return None
