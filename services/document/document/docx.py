"""Word documents: their text after all tracked changes, read piece by piece."""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, cast
from zipfile import BadZipFile, ZipFile

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.extract import (
    MAX_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    Extract,
    Limits,
    title_of,
    too_long,
)
from document.plain import clean_text

BODY_FILE = "word/document.xml"
PROPERTIES_FILE = "docProps/core.xml"

# A text of MAX_CHARACTERS needs far less XML. The archive states the size of each file
# in it, so a ZIP bomb is refused before it is unpacked.
MAX_XML_BYTES = 100_000_000

# The library reads the table of contents of an archive in one piece, and makes objects
# of ten times its size of it. A DOCX has a few dozen files; this allows ten thousand.
MAX_READ_BYTES = 1_000_000

PIECE_BYTES = 65_536  # of XML that is parsed at a time

# Elements by their names in WordprocessingML.
TEXT = "t"
RUN = "r"
SIGNS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-"}

# Text that was moved to another place, and older forms of what was read already.
SKIPPED = frozenset({"moveFrom", "Fallback"})

TITLE = "title"  # in the file of properties

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
    with _clear_errors(document), document.open() as stream:
        with ZipFile(cast(IO[bytes], _BoundedReads(stream))) as archive:
            _check_archive(document, archive)

            body = Body(document)
            _parse(archive, BODY_FILE, body)

            properties = Properties(document)
            if PROPERTIES_FILE in archive.namelist():
                _parse(archive, PROPERTIES_FILE, properties)

    return Extract([clean_text("".join(body.text))], title_of(properties.title))


@contextmanager
def _clear_errors(document: File) -> Iterator[None]:
    """What a library raises about a damaged file becomes a refusal of the document."""
    try:
        yield
    except BROKEN as fault:
        raise document.refuse(f"a broken DOCX ({fault})") from fault


class _BoundedReads:
    """A file whose reader may not ask for much at a time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.seekable = stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > MAX_READ_BYTES:
            raise BadZipFile("its table of contents is too large")
        return self._stream.read(size)


def _check_archive(document: File, archive: ZipFile) -> None:
    if BODY_FILE not in archive.namelist():
        raise document.refuse("a ZIP file, but not a DOCX")

    if any(file.file_size > MAX_XML_BYTES for file in archive.infolist()):
        megabytes = MAX_XML_BYTES // 1_000_000
        raise document.refuse(f"unpacks to more than {megabytes} MB")


def _parse(archive: ZipFile, name: str, target: "Body | Properties") -> None:
    """Let the target hear of each element; no tree is built in memory."""
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True)
    with archive.open(name) as stream:
        while piece := stream.read(PIECE_BYTES):
            parser.feed(piece)
    parser.close()


class _Target:
    """What the parser of XML calls."""

    def __init__(self, document: File) -> None:
        self._document = document
        self._limits = Limits(document)

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        """Refused: Word writes none, and nested entities can grow to gigabytes."""
        raise self._document.refuse("a broken DOCX (its XML declares a document type)")

    def close(self) -> None:
        """The parser calls this at the end; there is nothing left to do."""


class Body(_Target):
    """Collects texts and signs in their order."""

    def __init__(self, document: File) -> None:
        super().__init__(document)
        self.text: list[str] = []
        self._open: list[str] = []
        self._skipped_levels = 0
        self._characters = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._limits.enter()
        name = _local(tag)
        self._open.append(name)
        self._skipped_levels += name in SKIPPED

    def end(self, tag: str) -> None:
        self._limits.leave()
        name = self._open.pop()
        self._skipped_levels -= name in SKIPPED

        # Outside a run of text, `tab` defines where a tab stops, and is no character.
        is_sign = name != "tab" or self._open[-1:] == [RUN]
        if name in SIGNS and is_sign:
            self._add(SIGNS[name])

    def data(self, text: str) -> None:
        if self._open and self._open[-1] == TEXT:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._skipped_levels:
            return
        self.text.append(text)
        self._characters += len(text)

        # Checked at each piece: 100 MB of XML must not become text in memory first.
        if self._characters > MAX_CHARACTERS:
            raise too_long(self._document)


class Properties(_Target):
    """Finds the title."""

    def __init__(self, document: File) -> None:
        super().__init__(document)
        self.title = ""
        self._in_title = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._limits.enter()
        self._in_title = _local(tag) == TITLE and not self.title

    def end(self, tag: str) -> None:
        self._limits.leave()
        self._in_title = False

    def data(self, text: str) -> None:
        # No more is shown, and it may come in a million pieces.
        if self._in_title and len(self.title) < MAX_TITLE_CHARACTERS:
            self.title += text


def _local(tag: str) -> str:
    """The name of an element without its namespace.

    >>> _local("{http://schemas.example}t"), _local("t")
    ('t', 't')
    """
    return tag.rpartition("}")[2]
