"""Which reader a document needs: its content says so, not what it is called."""

from dataclasses import dataclass

from service_sdk import File
from service_sdk.errors import BadInput

LONGEST = 1_000_000  # characters of a whole document: what one result can carry
HEAD = 2048  # bytes that tell the format
HTML = ("text/html", "application/xhtml+xml")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS = (b"\xff\xfe", b"\xfe\xff")  # a text whose characters have zero bytes


@dataclass(frozen=True)
class Extract:
    """The text of a document, page by page; without pages it is one."""

    pages: list[str]
    title: str | None = None


def read(document: File) -> Extract:
    """The text; raises `BadInput` that says what is wrong with the document."""
    with document.open() as stream:
        head = stream.read(HEAD)
    if not head:
        raise document.refuse("the file is empty")
    if b"%PDF-" in head:
        from document.pdf import read_pdf

        return read_pdf(document)
    if head.startswith(b"PK\x03\x04"):
        from document.docx import read_docx

        return read_docx(document)
    if head.startswith(OLD_OFFICE):
        message = (
            "encrypted, or of Word before 2007; save it as DOCX, without a password"
        )
        raise document.refuse(message)
    if b"\0" in head and not head.startswith(MARKS):
        raise document.refuse("not a PDF, DOCX, HTML or text file")
    if _is_html(head, document.media_type):
        from document.html import read_html

        return read_html(document)
    from document.plain import read_plain

    return read_plain(document)


def _is_html(head: bytes, media_type: str) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return media_type in HTML or start.startswith((b"<!doctype html", b"<html"))


def too_long(document: File) -> BadInput:
    """The error for a document of which no result could carry the text."""
    return document.refuse(f"has more than {LONGEST} characters; send it in parts")
