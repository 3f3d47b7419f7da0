"""Web pages: what a reader of them sees, as it arrives; no tree is built."""

import re
from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.plain import decoded, tidy
from document.reading import Extract

UNSEEN = frozenset({"script", "style", "noscript", "template", "svg", "title"})
LINES = frozenset(
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table tr ul"
    " body".split()
)
APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"})
CELLS = frozenset({"td", "th"})
DECLARED = re.compile(rb"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
BLANKS = re.compile(r"\s+")


def read_html(document: File) -> Extract:
    """One page; the title is that of its head."""
    page = Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8")
    parser.feed(decoded(document, DECLARED).encode("utf-8", "replace"))
    try:
        parser.close()
    except etree.XMLSyntaxError as fault:  # nothing in it looks like HTML
        raise document.refuse(f"a broken web page ({fault})") from fault
    title = BLANKS.sub(" ", "".join(page.title)).strip()
    return Extract([tidy("".join(page.text))], title or None)


class Page:
    """Hears of tags and texts as they come."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.title: list[str] = []
        self._unseen = self._verbatim = 0
        self._in_title = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._unseen += tag in UNSEEN
        self._verbatim += tag == "pre"
        self._in_title = tag == "title" and not self.title
        if tag == "br":
            self.text.append("\n")
        else:
            self._begin_line(tag)

    def end(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN
        self._verbatim -= tag == "pre"
        self._in_title = False
        if tag in CELLS:
            self.text.append("\t")
        self._begin_line(tag)

    def data(self, text: str) -> None:
        if self._in_title:
            self.title.append(text)
        elif not self._unseen:
            self.text.append(text if self._verbatim else self._flowing(text))

    def close(self) -> None:
        """Nothing is left to do."""

    def _begin_line(self, tag: str) -> None:
        if tag in APART:
            self.text.append("\n\n")
        elif tag in LINES and self._last not in ("", "\n"):
            self.text.append("\n")

    @property
    def _last(self) -> str:
        """The last character so far."""
        return self.text[-1][-1:] if self.text else ""

    def _flowing(self, text: str) -> str:
        """Blanks are one; at the beginning of a line there are none."""
        text = BLANKS.sub(" ", text)
        return text.lstrip(" ") if self._last in ("", " ", "\n", "\t") else text
