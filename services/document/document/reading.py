"""Which reader a document needs: its content decides, not its name."""

import re

from service_sdk import File

from document.declared import XHTML_TYPE
from document.extract import Extract
from document.kinds import ZIP_MARK, check_kind

# So many at the beginning are enough to tell the formats apart. The first objects of a
# PDF stand there.
HEAD_BYTES = 65_536

PDF_TYPE = "application/pdf"
HTML_TYPES = ("text/html", XHTML_TYPE)
TEXT_TYPES = ("text/plain", "text/markdown", *HTML_TYPES)

PDF_MARK = b"%PDF-"

# Readers of PDF look so far for the mark: a mail or a printer's language may be before
# it.
MAX_JUNK_BYTES = 1024
PDF_LINE = re.compile(rb"^\s*%PDF-\d\.\d\s*$", re.MULTILINE)
PDF_OBJECT = re.compile(rb"\d\s+\d+\s+obj\b")

# What may stand before the first tag of a page: a mark of the byte order, blanks, an
# XML declaration, and comments such as “saved from”.
# Possessive (`+`), since it starts again at no blank of a long row.
HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?xml[^>]*+>|<!--.*?-->)*+"
    rb"<(?:!doctype\s++html|html|head|body)(?=[\s>])",
    re.IGNORECASE | re.DOTALL,
)
BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"  # a mark of the byte order, and blanks
WIDE_MARKS = b"\xff\xfe"


def read(document: File) -> Extract:
    """The text; raises `BadInput` that says what is wrong with the document.

    Only the library of the format is loaded.
    """
    with document.open() as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise document.refuse("the file is empty")

    if head.startswith(ZIP_MARK):
        from document.docx import read_docx

        return read_docx(document)

    if _is_pdf(head, document.media_type):
        from document.pdf import read_pdf

        return read_pdf(document)

    check_kind(document, head)
    if document.media_type in HTML_TYPES or _is_html(head):
        from document.html import read_html

        return read_html(document)

    from document.plain import read_plain

    return read_plain(document)


def _is_pdf(head: bytes, media_type: str) -> bool:
    """Whether it is a PDF, and not a text or a web page that mentions the mark."""
    if PDF_MARK not in head[:MAX_JUNK_BYTES]:
        return False
    if media_type == PDF_TYPE:
        return True

    has_objects = PDF_OBJECT.search(head) is not None
    start = head.lstrip(BEFORE_TEXT)
    if start.startswith(PDF_MARK):
        is_text = media_type in TEXT_TYPES
        return has_objects or (not is_text and PDF_LINE.match(start) is not None)

    # A text about PDF may quote all of a small one, but it has no zero bytes.
    is_binary = b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    has_line = PDF_LINE.search(head[: MAX_JUNK_BYTES + len(PDF_MARK)]) is not None
    return has_objects and has_line and (is_binary or media_type not in TEXT_TYPES)


def _is_html(head: bytes) -> bool:
    # In UTF-16 and UTF-32 each character of a tag has zero bytes beside it.
    narrow = head.replace(b"\0", b"").lstrip(WIDE_MARKS)
    return HTML_START.match(narrow) is not None
