"""Documents of every kind are read; others are refused with the reason."""

import io
import struct
import zipfile
from collections.abc import Mapping

import pytest
from document.extract import MAX_CHARACTERS
from document.operations import document_text
from document.package import MAX_XML_BYTES
from document.package import USUAL_MAIN_PART as BODY_FILE
from document.pdf import read_pdf
from papers import DOCX, LETTER, PDF, page, pdf, text, word
from service_sdk import BadInput, File

WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(members: Mapping[str, str | bytes]) -> File:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    return File(content.getvalue(), DOCX, "paper.docx", "document")


def body(inner: str) -> File:
    """A Word document with this in its body."""
    return archive(
        {BODY_FILE: f"<w:document {WORDS}><w:body>{inner}</w:body></w:document>"}
    )


def test_a_pdf_is_read_page_by_page() -> None:
    read = document_text(pdf(LETTER, "Yours, Charles", title="A letter"))

    assert [one.replace("\n", " ") for one in read.pages] == [LETTER, "Yours, Charles"]
    assert read.text == "\n\n".join(read.pages)
    assert (read.language, read.title) == ("en", "A letter")


def test_words_that_a_pdf_divides_are_whole_again() -> None:
    divided = "Die Lochkarten\u00adstanzmaschine " * 9

    read = document_text(pdf(divided))

    assert read.text.replace("\n", " ").count("Lochkartenstanzmaschine") == 9


def test_a_pdf_that_only_must_not_be_changed_can_be_read() -> None:
    assert document_text(pdf("For your eyes", owner="secret")).text == "For your eyes"


def test_pages_without_text_stay_as_empty_pages() -> None:
    read = document_text(pdf("", "second"))

    assert read.pages == ["", "second"]
    assert read.text == "second"


def test_a_word_document_is_read_with_its_tables_and_title() -> None:
    table = [["red", "rot"], ["blue", "blau"]]

    read = document_text(word("Colours", "in two languages", table=table, title="List"))

    assert read.text.split() == "Colours in two languages red rot blue blau".split()
    assert read.text.startswith("Colours\nin two languages\n")
    assert (read.pages, read.title) == ([read.text], "List")


def test_a_word_document_is_read_with_its_tracked_changes_applied() -> None:
    changed = body(
        "<w:p><w:r><w:t>We </w:t></w:r><w:ins><w:r><w:t>do </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>not </w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
        "<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>"
        "<w:r><w:t>agree</w:t><w:tab/><w:t>on</w:t><w:br/><w:t>it</w:t></w:r></w:p>"
    )

    assert document_text(changed).text == "We do agree\ton\nit"


def test_a_web_page_is_read_as_it_is_seen() -> None:
    read = document_text(
        page(
            "<!doctype html><html><head><title> A\n page </title>"
            "<style>p {color: red}</style></head><body><h1>Fish &amp; chips</h1>"
            "<script>if (1 < 2) alert('no')</script>"
            "<p>Both <b>are</b>\n  good.<br>Really.</p><ul><li>fish<li>chips</ul>"
            "<table><tr><td>1</td><td>2</td></tr></table><pre>a\n  b</pre>"
        )
    )

    assert read.text == (
        "Fish & chips\n\nBoth are good.\nReally.\n\nfish\nchips\n\n1\t2\n\na\n  b"
    )
    assert read.title == "A page"


def test_a_web_page_is_known_by_its_content() -> None:
    unnamed = File(b"  <HTML><p>Hello", name="index")

    assert document_text(unnamed).text == "Hello"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "cp1251"]
)
def test_texts_in_many_encodings_are_read(encoding: str) -> None:
    russian = "Широка страна моя родная, много в ней лесов, полей и рек! " * 5
    german = "Größere Gefäße für süße Äpfel gehören über die Tür, heißt es. " * 5
    is_russian = encoding in ("cp1251", "utf-16")
    written = russian if is_russian else german
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""

    read = document_text(text(mark + written.encode(encoding)))

    assert read.text == written.strip()
    assert read.language == ("ru" if is_russian else "de")


def test_a_web_page_may_name_its_encoding() -> None:
    read = document_text(page("<meta charset=iso-8859-2>Łódź</p>", "iso-8859-2"))

    assert read.text == "Łódź"


def test_form_feeds_end_the_pages_of_a_text() -> None:
    two_pages = text("one\ftwo \r\n\r\n\r\n\r\n2")

    assert document_text(two_pages).pages == ["one", "two\n\n2"]


def test_a_text_that_is_too_short_has_no_language() -> None:
    assert document_text(text("17:30")).language is None


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (text(b""), "the file is empty"),
        (text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "not a PDF, DOCX, HTML or text file"),
        (pdf(LETTER, password="secret"), "is encrypted; send it without a password"),
        (File(b"%PDF-1.7 and nothing else", PDF), "a broken PDF"),
        (File(bytes(pdf(LETTER).read()[:500]), PDF), "a broken PDF"),
        (archive({"notes.txt": "hello"}), "a ZIP file, but not a DOCX"),
        (File(word(LETTER).read()[:2000], DOCX), "a broken DOCX"),
        (archive({BODY_FILE: "<w:document"}), "a broken DOCX"),
        (archive({BODY_FILE: b""}), "a broken DOCX"),
        (
            File(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", DOCX),
            "encrypted, or made by Word",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    document: File, reason: str
) -> None:
    with pytest.raises(BadInput, match=reason):
        document_text(document)


@pytest.mark.parametrize(
    "document",
    [
        text("x" * (MAX_CHARACTERS + 1)),
        text("x" * (4 * MAX_CHARACTERS + 1)),
        page("<p>" + "x" * (MAX_CHARACTERS + 1)),
        body("<w:p><w:r><w:t>" + "x" * MAX_CHARACTERS + "</w:t></w:r></w:p><w:p/>"),
        body("<w:p/>" * (MAX_CHARACTERS + 1)),
    ],
)
def test_a_text_that_does_not_fit_into_a_result_is_refused(document: File) -> None:
    with pytest.raises(BadInput, match=f"has more than {MAX_CHARACTERS} characters"):
        document_text(document)


def test_more_pages_than_the_limit_are_refused() -> None:
    with pytest.raises(BadInput, match="has more than 2 pages"):
        read_pdf(pdf("1", "2", "3"), max_pages=2)


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    tiny = bytearray(archive({BODY_FILE: b"<w/>"}).read())
    entry = tiny.rindex(b"PK\x01\x02")
    struct.pack_into("<I", tiny, entry + 24, MAX_XML_BYTES + 1)  # its size, unpacked

    with pytest.raises(BadInput, match="unpacks to more than 100 MB"):
        document_text(File(bytes(tiny), DOCX))
