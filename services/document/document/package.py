"""A DOCX as an archive of parts that name each other by relationships."""

import posixpath
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, Protocol, cast
from zipfile import BadZipFile, ZipFile

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File
from service_sdk.errors import BadInput

from document.extract import Limits
from document.kinds import archive_refusal

# A text of MAX_CHARACTERS needs far less XML. The archive states the size of each file
# in it, so a ZIP bomb is refused before it is unpacked.
MAX_XML_BYTES = 100_000_000

# The library reads the table of contents of an archive in one piece, and makes objects
# of ten times its size of it. A DOCX has a few dozen files; this allows ten thousand.
MAX_READ_BYTES = 1_000_000

# Of one part. A book with a header for each chapter has hundreds.
MAX_RELATIONSHIPS = 10_000

PIECE_BYTES = 65_536  # of XML that is parsed at a time

ENCRYPTED_FLAG = 1  # of a file in an archive

# What programs write that do not name the main part.
USUAL_MAIN_PART = "word/document.xml"
USUAL_PROPERTIES = "docProps/core.xml"

MEDIA_TYPE_FILE = "mimetype"  # in archives of OpenDocument and EPUB

# The last word of the type of a relationship. The words before it differ between the
# two forms of the standard, the transitional one and the strict one.
MAIN_PART = "officeDocument"
PROPERTIES = "core-properties"

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


@dataclass(frozen=True)
class Relationship:
    """How one part needs another."""

    id: str
    kind: str
    """The last word of its type: `header`, `footnotes`, `aFChunk` …"""

    part: str
    """The name of the other part, which may be missing."""


class Target(Protocol):
    """What the parser of XML calls."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...

    def close(self) -> None: ...


class XmlTarget:
    """A target within the limits of its document."""

    def __init__(self, document: File, limits: Limits) -> None:
        self.document = document
        self.limits = limits

    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        """Refused: Word writes none, and nested entities can grow to gigabytes."""
        raise self.document.refuse("a broken DOCX (its XML declares a document type)")

    def end(self, tag: str) -> None:
        self.limits.leave()

    def data(self, text: str) -> None:
        """Most parts have no text."""

    def close(self) -> None:
        """The parser calls this at the end; there is nothing left to do."""


class Package:
    """The parts of an open DOCX; `limits` are those of all parts together."""

    def __init__(self, document: File, archive: ZipFile, limits: Limits) -> None:
        self.document = document
        self.limits = limits
        self._archive = archive
        self._unpacked_bytes = 0

        # Names mean the same in capitals. Some programs write them as Windows does.
        self._files = {_key(file.filename): file for file in archive.infolist()}
        self._own_parts = self.relationships()
        self.main_part = self._main_part()

    def has(self, part: str) -> bool:
        """Whether the part is there: relationships may name one that is not."""
        return _key(part) in self._files

    def read(self, part: str) -> bytes:
        """The content of a part that is not XML."""
        with self._opened(part) as stream:
            return stream.read()

    def parse(self, part: str, target: Target) -> None:
        """Let the target hear of each element; no tree is built in memory."""
        parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True)
        with self._opened(part) as stream:
            for piece in iter(partial(stream.read, PIECE_BYTES), b""):
                parser.feed(piece)
        parser.close()

    def relationships(self, part: str = "") -> list[Relationship]:
        """Those of a part, or of the package itself; links to outside are left out."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(listed):
            return []

        target = _Relationships(self.document, self.limits, folder)
        self.parse(listed, target)
        return target.found

    def properties(self) -> str | None:
        """The part with the title."""
        return self._first_part(PROPERTIES, USUAL_PROPERTIES)

    def _main_part(self) -> str:
        part = self._first_part(MAIN_PART, USUAL_MAIN_PART)
        if part is None:
            raise self.other_kind()
        return part

    def _first_part(self, kind: str, usual: str) -> str | None:
        """Of the parts of this kind that are named, and the usual one, one there is."""
        named = [one.part for one in self._own_parts if one.kind == kind]
        return next((part for part in (*named, usual) if self.has(part)), None)

    def other_kind(self) -> BadInput:
        """The error for an archive that is no DOCX; it names what it is."""
        media_type = b""
        if self.has(MEDIA_TYPE_FILE):
            media_type = self.read(MEDIA_TYPE_FILE)
        names = list(self._files)
        return archive_refusal(self.document, names, media_type.decode("latin-1"))

    @contextmanager
    def _opened(self, part: str) -> Iterator[IO[bytes]]:
        file = self._files[_key(part)]
        if file.flag_bits & ENCRYPTED_FLAG:
            raise self.document.refuse("is encrypted; send it without a password")

        self._unpacked_bytes += file.file_size
        if self._unpacked_bytes > MAX_XML_BYTES:
            megabytes = MAX_XML_BYTES // 1_000_000
            raise self.document.refuse(f"unpacks to more than {megabytes} MB")

        with self._archive.open(file) as stream:
            yield stream


class _Relationships(XmlTarget):
    """Collects the relationships of a part in a folder."""

    def __init__(self, document: File, limits: Limits, folder: str) -> None:
        super().__init__(document, limits)
        self.found: list[Relationship] = []
        self._folder = folder

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.limits.enter()
        is_outside = attributes.get("TargetMode") == "External"
        if local_name(tag) != "Relationship" or is_outside:
            return

        if len(self.found) == MAX_RELATIONSHIPS:
            reason = f"has a part with more than {MAX_RELATIONSHIPS} relationships"
            raise self.document.refuse(reason)

        target = attributes.get("Target", "").replace("\\", "/")
        self.found.append(
            Relationship(
                id=attributes.get("Id", ""),
                kind=attributes.get("Type", "").rpartition("/")[2],
                part=posixpath.normpath(posixpath.join("/", self._folder, target)),
            )
        )


@contextmanager
def opened_package(document: File, limits: Limits) -> Iterator[Package]:
    """The parts of a DOCX; a damaged one is refused, also while the block reads it."""
    try:
        with document.open() as stream:
            with ZipFile(cast(IO[bytes], _BoundedReads(stream))) as archive:
                yield Package(document, archive, limits)
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


def local_name(tag: str) -> str:
    """The name of an element or attribute without its namespace.

    >>> local_name("{http://schemas.example}t"), local_name("t")
    ('t', 't')
    """
    return tag.rpartition("}")[2]


def _key(name: str) -> str:
    """What all spellings of the name of a part have in common.

    >>> _key("/word/Document.xml"), _key("word\\\\document.xml")
    ('word/document.xml', 'word/document.xml')
    """
    return name.replace("\\", "/").lstrip("/").lower()
