"""PDF files, read with PDFium."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
from service_sdk import File
from service_sdk.errors import BadInput

from document.annotations import (
    MAX_ANNOTATIONS,
    count_annotations,
    flatten,
    written_texts,
)
from document.extract import (
    MAX_CHARACTERS,
    MAX_PAGES,
    MAX_TITLE_CHARACTERS,
    Characters,
    Extract,
    title_of,
    too_long,
    too_many_pages,
)
from document.plain import clean_text

# Of computing, for all pages of one document; most pages take a few milliseconds. A few
# bytes can make a page take seconds, and pages can share what makes them slow.
MAX_SECONDS = 20.0

# A scan shows itself on its first pages; a blank PDF can have thousands.
MAX_SCANNED_PAGES = 10

WRONG_PASSWORD = 4  # PDFium's FPDF_ERR_PASSWORD
UNKNOWN_SECURITY = 5  # PDFium's FPDF_ERR_SECURITY
XFA_FORM = 2  # PDFium's FORMTYPE_XFA_FULL
PICTURE_OBJECT = 3  # PDFium's FPDF_PAGEOBJ_IMAGE

# PDFium is not safe for threads: only one may call it at a time, for any document.
_pdfium = threading.Lock()


def read_pdf(
    document: File, max_pages: int = MAX_PAGES, max_seconds: float = MAX_SECONDS
) -> Extract:
    """All pages; a page without text is empty.

    `max_seconds` of computing are checked after each page: PDFium cannot be stopped
    in the middle of one.
    """
    with _pdfium, closing(_open(document)) as pdf:
        if len(pdf) > max_pages:
            raise too_many_pages(document, max_pages)

        if pdf.get_formtype() == XFA_FORM:
            raise document.refuse(
                "is an XFA form, whose text is not in its pages; print it as a PDF"
            )

        # Before any page is opened: fields are shown only then.
        pdf.init_forms()

        title = pdf.get_metadata_value("Title")[:MAX_TITLE_CHARACTERS]
        pages = list(_pages(document, pdf, max_seconds))
        _check_scan(document, pdf, pages)
        return Extract(pages, title_of(clean_text(title)))


def _open(document: File) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(document.content)
    except pypdfium2.PdfiumError as fault:
        raise _cannot_open(document, fault) from fault


def _cannot_open(document: File, fault: pypdfium2.PdfiumError) -> BadInput:
    if fault.err_code == WRONG_PASSWORD:
        return document.refuse("is encrypted; send it without a password")
    if fault.err_code == UNKNOWN_SECURITY:
        return document.refuse(
            "is encrypted in a way that is not known; send it without encryption"
        )
    return document.refuse(f"a broken PDF ({fault})")


def _pages(
    document: File, pdf: pypdfium2.PdfDocument, max_seconds: float
) -> Iterator[str]:
    # The time of this thread alone: a busy machine must not change what can be read.
    began = time.thread_time()
    characters = 0
    for number in range(len(pdf)):
        text = _text(document, pdf, number)
        characters += len(text)

        # Checked after each page: the text of all pages may not fit into memory.
        if characters > MAX_CHARACTERS:
            raise too_long(document)

        if time.thread_time() - began > max_seconds:
            raise document.refuse(
                f"takes more than {max_seconds:g} s of computing to read; page "
                f"{number + 1} of {len(pdf)} was the last; send it in several parts"
            )
        yield clean_text(text)


def _text(document: File, pdf: pypdfium2.PdfDocument, number: int) -> str:
    try:
        with closing(pdf[number]) as page:
            annotations = count_annotations(page)
            if annotations > MAX_ANNOTATIONS:
                many = f"page {number + 1} has more than {MAX_ANNOTATIONS} annotations"
                raise document.refuse(many)
            if not annotations:
                return _content(document, page)

            written = written_texts(page, pdf.formenv, Characters(document))
            flatten(page)

        with closing(pdf[number]) as page:
            return _joined(_content(document, page), written)
    except pypdfium2.PdfiumError as fault:
        message = f"page {number + 1} is broken ({fault})"
        raise document.refuse(message) from fault


def _content(document: File, page: pypdfium2.PdfPage) -> str:
    with closing(page.get_textpage()) as text:
        # Before the characters are copied, which takes several times their memory.
        if text.count_chars() > MAX_CHARACTERS:
            raise too_long(document)
        return str(text.get_text_range())


def _joined(content: str, written: list[str]) -> str:
    """The content, and behind it what is written but not shown in it."""
    shown = " ".join(content.split())
    hidden = [text for text in written if " ".join(text.split()) not in shown]
    return "\n".join([content, *hidden])


def _check_scan(
    document: File, pdf: pypdfium2.PdfDocument, pages: Sequence[str]
) -> None:
    """Refuse a PDF that has nothing but pictures: an empty text would be no answer."""
    if any(pages):
        return

    for number in range(min(len(pages), MAX_SCANNED_PAGES)):
        with closing(pdf[number]) as page:
            pictures = page.get_objects(filter=[PICTURE_OBJECT], max_depth=3)
            if next(iter(pictures), None):
                raise document.refuse(
                    "has only pictures and no text, as a scan has; let a program for "
                    "text recognition (OCR) add the text first"
                )
