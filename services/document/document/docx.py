"""Word documents: all of their text, read piece by piece."""

from collections.abc import Mapping

from service_sdk import File

from document.extract import (
    MAX_TITLE_CHARACTERS,
    Characters,
    Extract,
    Limits,
    title_of,
)
from document.package import (
    Package,
    Relationship,
    XmlTarget,
    local_name,
    opened_package,
)
from document.plain import clean_text
from document.story import Story

# Other parts with a text, in the order in which they are read: before and after the
# body. A document can have several of a kind, often with the same text.
BEFORE_BODY = ("header",)
AFTER_BODY = ("footnotes", "endnotes", "comments", "footer")

BODY_ROOT = "document"
CHUNK = "aFChunk"
TITLE = "title"  # in the part with properties

# Of documents in documents. Word makes one level, and reads it into the document when
# that is saved again.
MAX_CHUNK_LEVELS = 3

# Each is opened and read by itself, however short it is.
MAX_CHUNKS = 1000

# Word writes about fifteen: title, author, dates …
MAX_PROPERTIES = 10_000


def read_docx(document: File) -> Extract:
    """One page: only Word knows, when it prints, where pages end."""
    return WordReader(document).read(document)


class WordReader:
    """Reads a document and those in it, within the limits of one document."""

    def __init__(self, document: File) -> None:
        self._document = document
        self._limits = Limits(document)
        self._characters = Characters(document)
        self._level = 0
        self._chunks = 0

    def read(self, file: File) -> Extract:
        """All texts of a DOCX, which may stand in another one."""
        with opened_package(file, self._limits) as package:
            parts = package.relationships(package.main_part)
            texts = [
                *self._texts(package, parts, BEFORE_BODY),
                self._body(package, parts),
                *self._texts(package, parts, AFTER_BODY),
            ]
            title = self._title(package)

        text = "\n\n".join(text.strip("\n") for text in texts if text.strip())
        return Extract([clean_text(text)], title)

    def _body(self, package: Package, parts: list[Relationship]) -> str:
        story = self._story(package, package.main_part, parts)
        if story.root != BODY_ROOT:
            raise package.other_kind()
        return story.text

    def _texts(
        self, package: Package, parts: list[Relationship], kinds: tuple[str, ...]
    ) -> list[str]:
        """The texts of these kinds of parts, each once."""
        names = dict.fromkeys(
            part.part for kind in kinds for part in parts if part.kind == kind
        )
        texts = [
            self._story(package, name, package.relationships(name)).text
            for name in names
            if package.has(name)
        ]
        return list(dict.fromkeys(texts))

    def _story(
        self, package: Package, part: str, relationships: list[Relationship]
    ) -> Story:
        chunks = {one.id: one.part for one in relationships}

        def chunk(id: str) -> str:
            name = chunks.get(id, "")
            return self._chunk(package, name) if package.has(name) else ""

        story = Story(
            self._document,
            limits=self._limits,
            characters=self._characters,
            chunk=chunk,
        )
        package.parse(part, story)
        return story

    def _chunk(self, package: Package, name: str) -> str:
        """The text of a document that is embedded as it came."""
        from document.chunks import read_chunk

        self._chunks += 1
        if self._chunks > MAX_CHUNKS:
            reason = f"has more than {MAX_CHUNKS} documents in it"
            raise self._document.refuse(reason)

        self._level += 1
        if self._level > MAX_CHUNK_LEVELS:
            reason = f"has documents in it more than {MAX_CHUNK_LEVELS} deep"
            raise self._document.refuse(reason)

        text = read_chunk(self._document, package.read(name), name, self.read)
        self._level -= 1
        return text

    def _title(self, package: Package) -> str | None:
        part = package.properties()
        if part is None:
            return None

        properties = Properties(self._document, self._limits)
        package.parse(part, properties)
        return title_of(properties.title)


class Properties(XmlTarget):
    """Finds the title."""

    def __init__(self, document: File, limits: Limits) -> None:
        super().__init__(document, limits)
        self.title = ""
        self._in_title = False
        self._elements = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.limits.enter()
        self._elements += 1
        if self._elements > MAX_PROPERTIES:
            raise self.document.refuse(f"has more than {MAX_PROPERTIES} properties")

        self._in_title = local_name(tag) == TITLE and not self.title

    def end(self, tag: str) -> None:
        super().end(tag)
        self._in_title = False

    def data(self, text: str) -> None:
        # No more is shown, and it may come in a million pieces.
        if self._in_title and len(self.title) < MAX_TITLE_CHARACTERS:
            self.title += text
