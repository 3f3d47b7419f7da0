"""Small documents that are made to take much time or memory.

Each figure in a docstring is what the attack took before there was a bound.
"""

import io
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from document.docx import MAX_PROPERTIES
from document.extract import MAX_ELEMENTS, MAX_TITLE_CHARACTERS, Limits
from document.operations import document_split, document_text
from document.package import USUAL_MAIN_PART as BODY_FILE
from document.package import USUAL_PROPERTIES as PROPERTIES_FILE
from document.pdf import read_pdf
from document.plain import clean_text
from papers import DOCX, LETTER, PDF, page, text, word
from peak_memory import grown_megabytes
from service_sdk import BadInput, File

# Ten times what each takes on a busy machine, and far less than it took unbounded.
SECONDS = 10
MEGABYTES = 100

EMPTY_BODY = "<w:document xmlns:w='w'><w:body/></w:document>"


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """The model of languages is loaded with the first document; it is not measured."""
    document_text(text(LETTER))


@contextmanager
def bounded() -> Iterator[None]:
    """The block takes little time and memory."""
    began = time.thread_time()
    with grown_megabytes() as grown:
        yield
        assert grown() < MEGABYTES
    assert time.thread_time() - began < SECONDS


def packed(**members: str) -> File:
    """A DOCX of these files: `body`, `properties`."""
    names = {"body": BODY_FILE, "properties": PROPERTIES_FILE}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(names[name], member)
    return File(content.getvalue(), DOCX, "paper.docx", "document")


def pdf_with_shared_content(pages: int, content: bytes) -> File:
    """Each page has the same content."""
    packed_content = zlib.compress(content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (number + 4) for number in range(pages)), pages),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream"
        % (len(packed_content), packed_content),
    ]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R >>"
    ] * pages

    # PDFium finds the objects without a table of where they are.
    written = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, one)
        for number, one in enumerate(objects, 1)
    )
    trailer = b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return File(b"%PDF-1.4\n" + written + trailer, PDF, "paper.pdf", "document")


def test_a_long_row_of_blanks_is_read_in_time() -> None:
    """80 kB: 34 s."""
    with bounded():
        cleaned = clean_text(("a" + " " * 400_000 + "b\n") * 2)

    assert len(cleaned) == 800_005


def test_a_document_of_very_many_elements_is_refused() -> None:
    limits = Limits(File(b"", DOCX, "paper.docx", "document"))

    with pytest.raises(BadInput, match=f"more than {MAX_ELEMENTS} elements"):
        for _ in range(MAX_ELEMENTS + 1):
            limits.enter()
            limits.leave()


def test_the_properties_of_a_word_document_take_no_memory() -> None:
    """16 kB: 583 MB."""
    properties = "<p>" + "<a/>" * (MAX_ELEMENTS - 1) + "<title>Engines</title></p>"

    with (
        bounded(),
        pytest.raises(BadInput, match=f"more than {MAX_PROPERTIES} properties"),
    ):
        document_text(packed(body=EMPTY_BODY, properties=properties))


def test_a_long_title_is_cut() -> None:
    properties = f"<p><title>{'&amp;' * 100_000}</title></p>"

    with bounded():
        read = document_text(packed(body=EMPTY_BODY, properties=properties))

    assert read.title == "&" * MAX_TITLE_CHARACTERS


def test_the_comments_of_a_word_document_take_no_memory() -> None:
    """14 MB unpacked, 14 kB packed: 200 MB."""
    comments = "<!---->" * 2_000_000
    body = f"<document>{comments}<r><t>{LETTER}</t></r></document>"

    with bounded():
        assert document_text(packed(body=body)).text == LETTER


@pytest.mark.parametrize(
    "declaration", ["[<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]", "SYSTEM 'other.dtd'"]
)
def test_a_word_document_that_declares_entities_is_refused(declaration: str) -> None:
    body = f"<!DOCTYPE x {declaration}><x/>"

    with pytest.raises(BadInput, match="its XML declares a document type"):
        document_text(packed(body=body))


def test_an_archive_of_very_many_files_is_refused() -> None:
    """Ten times its size in memory."""
    content = io.BytesIO(word(LETTER).read())
    with zipfile.ZipFile(content, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:020}", "")

    many = File(content.getvalue(), DOCX, "paper.docx", "document")
    with bounded(), pytest.raises(BadInput, match="its table of contents is too large"):
        document_text(many)


@pytest.mark.parametrize("inner", ["<i>" * 140_000 + "</b>" * 140_000, "<b>" * 300_000])
def test_a_web_page_of_deep_elements_is_refused(inner: str) -> None:
    """1 MB: more than a minute."""
    with bounded(), pytest.raises(BadInput, match="elements more than 500 deep"):
        document_text(page(f"<html>{inner}"))


def test_pages_of_a_pdf_that_share_a_slow_content_are_refused() -> None:
    """20 pages of 40 MB of operators, 40 kB packed: 57 s."""
    slow = pdf_with_shared_content(pages=200, content=b"q Q " * 500_000)

    with bounded(), pytest.raises(BadInput, match="takes more than 0.2 s of computing"):
        read_pdf(slow, max_seconds=0.2)


def test_a_pdf_whose_pages_share_their_content_is_read() -> None:
    quick = pdf_with_shared_content(pages=20, content=b"q Q ")

    assert document_text(quick).pages == [""] * 20


def test_a_text_of_very_many_pages_is_refused() -> None:
    with bounded(), pytest.raises(BadInput, match="has more than 5000 pages"):
        document_text(text("\f" * 900_000))


def test_passages_beyond_the_limit_are_not_made() -> None:
    """Hundreds of thousands were made first, and then refused."""
    with bounded(), pytest.raises(BadInput, match="gives more than 500 passages"):
        document_split(text="word " * 2_000_000, length=50)
