"""Which reader a document needs: its content decides, not its name."""

from service_sdk import File

from document.extract import Extract

HEAD_BYTES = 2048  # so many at the beginning are enough to tell the formats apart
HTML_TYPES = ("text/html", "application/xhtml+xml")

PDF_MARK = b"%PDF-"  # it may come after other bytes
ZIP_MARK = b"PK\x03\x04"  # a DOCX is a ZIP archive
OLD_OFFICE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF8_MARK = b"\xef\xbb\xbf"

# Texts in UTF-16 begin with one of these, and may have zero bytes.
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read(document: File) -> Extract:
    """The text; raises `BadInput` that says what is wrong with the document.

    Only the library of the format is loaded.
    """
    with document.open() as stream:
        head = stream.read(HEAD_BYTES)
    _check_format(document, head)

    if PDF_MARK in head:
        from document.pdf import read_pdf

        return read_pdf(document)

    if head.startswith(ZIP_MARK):
        from document.docx import read_docx

        return read_docx(document)

    if _is_html(head, document.media_type):
        from document.html import read_html

        return read_html(document)

    from document.plain import read_plain

    return read_plain(document)


def _check_format(document: File, head: bytes) -> None:
    if not head:
        raise document.refuse("the file is empty")

    # A PDF and a DOCX have zero bytes too.
    if PDF_MARK in head or head.startswith(ZIP_MARK):
        return

    if head.startswith(OLD_OFFICE_MARK):
        raise document.refuse(
            "is encrypted, or made by Word before 2007; save it as DOCX without a "
            "password"
        )
    if b"\0" in head and not head.startswith(UTF16_MARKS):
        raise document.refuse("not a PDF, DOCX, HTML or text file")


def _is_html(head: bytes, media_type: str) -> bool:
    if media_type in HTML_TYPES:
        return True

    start = head.lstrip(UTF8_MARK + b" \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))
