"""PDFs, with PDFium."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File

from document.plain import tidy
from document.reading import LONGEST, Extract, too_long

MOST_PAGES = 5000
WRONG_PASSWORD = 4  # in PDFium's count of errors
READING = threading.Lock()  # PDFium works for one thread at a time


def read_pdf(document: File) -> Extract:
    """All pages; one without text is empty."""
    with READING:
        try:
            pdf = pypdfium2.PdfDocument(document.content)
        except pypdfium2.PdfiumError as fault:
            if fault.err_code == WRONG_PASSWORD:
                message = "is encrypted; send it without a password"
            else:
                message = f"a broken PDF ({fault})"
            raise document.refuse(message) from fault
        with closing(pdf):
            if len(pdf) > MOST_PAGES:
                raise document.refuse(f"has more than {MOST_PAGES} pages")
            title = tidy(pdf.get_metadata_value("Title"))
            return Extract(list(_pages(document, pdf)), title or None)


def _pages(document: File, pdf: pypdfium2.PdfDocument) -> Iterator[str]:
    left = LONGEST
    for number in range(len(pdf)):
        text = _text(document, pdf, number)
        left -= len(text)
        if left < 0:
            raise too_long(document)
        yield tidy(text)


def _text(document: File, pdf: pypdfium2.PdfDocument, number: int) -> str:
    try:
        with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
            return str(text.get_text_range())
    except pypdfium2.PdfiumError as fault:
        message = f"its page {number + 1} is broken ({fault})"
        raise document.refuse(message) from fault
