"""Documents inside a Word document (`altChunk`), and the pages of web archives."""

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from service_sdk import File

from document.extract import Extract
from document.kinds import ZIP_MARK

HTML_ENDS = (".htm", ".html", ".xhtml", ".xht")
WEB_ARCHIVE_ENDS = (".mht", ".mhtml", ".eml")
TEXT_ENDS = (".txt", ".xml", ".md")

# Of a web archive and its parts. They are read in 17 s at most; Word writes a few
# hundred for each picture.
MAX_HEADER_CHARACTERS = 200_000


def read_chunk(
    document: File, content: bytes, name: str, read_word: Callable[[File], Extract]
) -> str:
    """The text of an embedded document; raises `BadInput` if it cannot be read."""
    from document.html import read_html
    from document.plain import read_plain

    # Everything but the content is that of the outer document, for error messages.
    inner = replace(document, content=content, charset="")
    lower = name.lower()

    if content.startswith(ZIP_MARK):
        return read_word(inner).pages[0]
    if lower.endswith(WEB_ARCHIVE_ENDS) or b"mime-version:" in content[:1000].lower():
        return read_html(web_page(inner, content)).pages[0]
    if lower.endswith(HTML_ENDS):
        return read_html(inner).pages[0]
    if lower.endswith(TEXT_ENDS):
        return "\n".join(read_plain(inner).pages)

    raise document.refuse(
        f"has a document in it that is not read ({name}); open it in Word and save it "
        "again"
    )


class _ShortHeaders(policy.EmailPolicy):
    """Headers of a bounded length: to understand one takes long for each letter."""

    _characters = 0

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Called for each header of the archive and of its parts, in their order."""
        count = self._characters + sum(map(len, sourcelines))
        # A policy lets nobody change it, and is used for one archive here.
        object.__setattr__(self, "_characters", count)
        if count > MAX_HEADER_CHARACTERS:
            raise ValueError("the headers of its web archive are too long")

        name, value = super().header_source_parse(sourcelines)
        return str(name), str(value)


def web_page(archive: File, content: bytes) -> File:
    """The page in a web archive, which is built as a mail is."""
    parsed = message_from_bytes(content, policy=_ShortHeaders())
    message = cast(EmailMessage, parsed)
    page = message.get_body(("html", "plain"))
    if page is None:
        raise archive.refuse("a web archive (MHTML) without a page")

    decoded = cast(bytes, page.get_payload(decode=True) or b"")
    charset = str(page.get_param("charset", ""))
    return replace(
        archive, content=decoded, media_type=page.get_content_type(), charset=charset
    )
