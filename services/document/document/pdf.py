"""PDF files, read with PDFium."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File
from service_sdk.errors import BadInput

from document.extract import MAX_CHARACTERS, Extract, too_long
from document.plain import clean_text

MAX_PAGES = 5000  # bounds the time that one document takes
WRONG_PASSWORD = 4  # PDFium's FPDF_ERR_PASSWORD

# PDFium is not safe for threads: only one may call it at a time, for any document.
_pdfium = threading.Lock()


def read_pdf(document: File, max_pages: int = MAX_PAGES) -> Extract:
    """All pages; a page without text is empty."""
    with _pdfium, closing(_open(document)) as pdf:
        if len(pdf) > max_pages:
            raise document.refuse(f"has more than {max_pages} pages")

        title = clean_text(pdf.get_metadata_value("Title"))
        return Extract(list(_pages(document, pdf)), title or None)


def _open(document: File) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(document.content)
    except pypdfium2.PdfiumError as fault:
        raise _cannot_open(document, fault) from fault


def _cannot_open(document: File, fault: pypdfium2.PdfiumError) -> BadInput:
    if fault.err_code == WRONG_PASSWORD:
        return document.refuse("is encrypted; send it without a password")
    return document.refuse(f"a broken PDF ({fault})")


def _pages(document: File, pdf: pypdfium2.PdfDocument) -> Iterator[str]:
    characters = 0
    for number in range(len(pdf)):
        text = _text(document, pdf, number)
        characters += len(text)

        # Checked after each page: the text of all pages may not fit into memory.
        if characters > MAX_CHARACTERS:
            raise too_long(document)
        yield clean_text(text)


def _text(document: File, pdf: pypdfium2.PdfDocument, number: int) -> str:
    try:
        with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
            return str(text.get_text_range())
    except pypdfium2.PdfiumError as fault:
        message = f"page {number + 1} is broken ({fault})"
        raise document.refuse(message) from fault
