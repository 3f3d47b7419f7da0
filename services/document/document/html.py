"""Web pages: the text that their readers see; no tree is built in memory."""

import re
from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.declared import encoding_in_html
from document.decoding import characters
from document.extract import (
    MAX_TITLE_CHARACTERS,
    Characters,
    Extract,
    Limits,
    title_of,
)
from document.plain import clean_text, content_of, encoding_or_refusal

# Elements whose text a reader does not see in the page.
HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "title"})

# Elements that begin and end a line.
LINES = frozenset(
    "address article aside blockquote body dd div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table"
    " tr ul".split()
)

# Elements with an empty line before and after them.
PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"}
)

CELLS = frozenset({"td", "th"})
BLANKS = re.compile(r"\s+")
PIECE_BYTES = 16_384  # of content that is parsed at a time

# Of the source: scripts and pictures in it can be many times the text.
MAX_SOURCE_BYTES = 100_000_000

# The parser ends its work at the first of them.
NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")


def read_html(document: File) -> Extract:
    """One page, with the title from its head."""
    megabytes = MAX_SOURCE_BYTES // 1_000_000
    too_large = document.refuse(f"a web page of more than {megabytes} MB")
    content = content_of(document, MAX_SOURCE_BYTES, too_large)

    declared = encoding_in_html(content, document.media_type)
    encoding = encoding_or_refusal(document, content, declared)

    page = Page(document)
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    try:
        # It takes notice of an error, such as that of a limit, only between two pieces.
        for piece in characters(content, encoding, PIECE_BYTES):
            parser.feed(NO_CHARACTERS.sub("", piece).encode("utf-8", "replace"))
        parser.close()
    except etree.XMLSyntaxError as fault:  # nothing in it looks like HTML
        raise document.refuse(f"a broken web page ({fault})") from fault

    title = BLANKS.sub(" ", page.title).strip()
    return Extract([clean_text("".join(page.text))], title_of(title))


class Page:
    """Collects the text while the parser calls it for each tag and each text."""

    def __init__(self, document: File) -> None:
        self._limits = Limits(document)
        self._characters = Characters(document)
        self.text: list[str] = []
        self.title = ""
        self._hidden_levels = 0
        self._pre_levels = 0
        self._in_title = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._limits.enter()
        if tag in HIDDEN:
            self._hidden_levels += 1
        if tag == "pre":
            self._pre_levels += 1
        # Only the first title is that of the page, and pictures in SVG have some too:
        # a title is hidden itself, and in a picture more than once.
        is_titled = bool(self.title) or self._hidden_levels > 1
        self._in_title = tag == "title" and not is_titled

        if tag == "br":
            self.text.append("\n")
        else:
            self._break_line(tag)

    def end(self, tag: str) -> None:
        self._limits.leave()
        if tag in HIDDEN:
            self._hidden_levels -= 1
        if tag == "pre":
            self._pre_levels -= 1
        self._in_title = False

        if tag in CELLS:
            self.text.append("\t")
        self._break_line(tag)

    def data(self, text: str) -> None:
        if self._in_title:
            # No more is shown, and it may come in a million pieces.
            self.title = (self.title + text).lstrip()[: 2 * MAX_TITLE_CHARACTERS]
        elif self._hidden_levels:
            return
        elif self._pre_levels:
            self._add(text)
        else:
            self._add(self._without_extra_blanks(text))

    def _add(self, text: str) -> None:
        self.text.append(text)
        self._characters.add(len(text))

    def close(self) -> None:
        """The parser calls this at the end; there is nothing left to do."""

    def _break_line(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self.text.append("\n\n")
        elif tag in LINES and self._last_character not in ("", "\n"):
            self.text.append("\n")

    @property
    def _last_character(self) -> str:
        return self.text[-1][-1:] if self.text else ""

    def _without_extra_blanks(self, text: str) -> str:
        """Several blanks become one, and none at the beginning of a line."""
        text = BLANKS.sub(" ", text)
        if self._last_character in ("", " ", "\n", "\t"):
            return text.lstrip(" ")
        return text
