"""Each format is known by its content; files of other kinds are named."""

import io
import zipfile
from pathlib import Path

import pytest
from document.operations import document_text
from papers import LETTER, PDF, page, pdf, text, word
from service_sdk import BadInput, File

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

SMALL_PDF = pdf(LETTER).read()


def unnamed(content: bytes) -> File:
    """A file of which the sender says nothing."""
    return File(content, name="upload", field="document")


def packed(*names: str, media_type: str = "") -> File:
    """A ZIP archive of files with these names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if media_type:
            archive.writestr("mimetype", media_type)
        for name in names:
            archive.writestr(name, "<x/>")
    return unnamed(content.getvalue())


@pytest.mark.parametrize(
    "written",
    [
        "A PDF begins with %PDF-1.7, as everybody knows.",
        "%PDF-1.7 is the first line of a PDF.",
        "The first line is\n%PDF-1.4\nand the last\n%%EOF",
        "A whole one:\n\n%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF",
    ],
)
def test_a_text_that_mentions_the_mark_of_a_pdf_is_a_text(written: str) -> None:
    assert document_text(text(written)).text == written
    assert document_text(page(f"<html><pre>{written}")).text == written


def test_a_text_of_unknown_type_that_mentions_it_is_a_text() -> None:
    written = "A PDF begins with %PDF-1.7, as everybody knows."

    assert document_text(unnamed(written.encode())).text == written
    assert document_text(unnamed(written.encode("utf-16"))).text == written


@pytest.mark.parametrize(
    "junk",
    [
        b"\n\n ",
        b"\xef\xbb\xbf",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n",
        b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n",
        b"<br />\n<b>Warning</b>: something in line 3\n",
    ],
)
@pytest.mark.parametrize("media_type", [PDF, "application/octet-stream"])
def test_a_pdf_may_have_something_before_it(junk: bytes, media_type: str) -> None:
    document = File(junk + SMALL_PDF, media_type, "a.pdf", "document")

    assert document_text(document).text.replace("\n", " ") == LETTER


def test_a_pdf_is_one_whatever_its_sender_calls_it() -> None:
    document = File(SMALL_PDF, "text/plain", "a.txt", "document")

    assert document_text(document).text.replace("\n", " ") == LETTER


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE html>",
        "\ufeff<!doctype\n html SYSTEM 'x'>",
        "<?xml version='1.0'?>\n<!-- saved from url=(0014)about:internet -->\n<html>",
        "<!-- a -->\n<!-- b --><HTML lang=en>",
        "<head><title>x</title></head>",
        "<body class=x>",
    ],
)
def test_a_web_page_is_known_by_its_beginning(start: str) -> None:
    assert document_text(unnamed(f"{start}<p>Hello".encode())).text == "Hello"


@pytest.mark.parametrize("start", ["<p align=center>", "<!-- a comment -->\n# Title"])
def test_a_text_with_tags_is_no_web_page(start: str) -> None:
    assert document_text(text(start)).text == start


def test_a_web_page_is_limited_by_its_text_and_not_by_its_source() -> None:
    picture = "data:image/png;base64," + "A" * 6_000_000
    html = f"<html><script>{'x = 1;' * 2_000_000}</script><img src='{picture}'><p>Hi"

    assert document_text(page(html)).text == "Hi"


def test_a_web_page_of_scripts_alone_has_no_text() -> None:
    read = document_text(page("<html><title>App</title><script>run('x')</script>"))

    assert (read.text, read.title) == ("", "App")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture; .*OCR"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a JPEG picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"RIFF\x1a\0\0\0WEBPVP8L", "a WebP picture"),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", "a BMP picture"),
        (b"\0\0\0\x18ftypheic", "a picture or video"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a gzip archive; unpack it"),
        (b"Rar!\x1a\x07\0", "a RAR archive; unpack it"),
        (b"{\\rtf1\\ansi hello}", "an RTF document; save it as PDF or DOCX"),
        (b"%!PS-Adobe-3.0", "a PostScript document; convert it to PDF"),
        (b"MZ\x90\0\x03\0\0\0", "a program"),
        (
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/related;\r\n\tboundary=x\r\n\r\n--x",
            "a web archive .*save it as HTML or PDF",
        ),
        (
            OLE + "WordDocument".encode("utf-16-le"),
            "Word before 2007 .*save it as DOCX",
        ),
        (OLE + "Workbook".encode("utf-16-le"), "a workbook of Excel before 2007"),
        (
            OLE + "PowerPoint Document".encode("utf-16-le"),
            "a presentation of before 2007",
        ),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "is encrypted; save it without"),
        (OLE, "is encrypted, or made by Word before 2007"),
    ],
)
def test_a_file_of_another_kind_is_named(content: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        document_text(unnamed(content))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (packed("xl/workbook.xml"), "a workbook of Excel .*save it as PDF or DOCX"),
        (packed("ppt/presentation.xml"), "a presentation of PowerPoint"),
        (
            packed(media_type="application/vnd.oasis.opendocument.text"),
            "an OpenDocument text .*save it as PDF or DOCX",
        ),
        (
            packed(media_type="application/vnd.oasis.opendocument.spreadsheet"),
            "an OpenDocument file",
        ),
        (packed(media_type="application/epub+zip"), "an EPUB book"),
        (packed("a.pdf", "b.docx"), "a ZIP file, but not a DOCX; unpack it"),
    ],
)
def test_an_archive_of_another_kind_is_named(document: File, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        document_text(document)


def test_a_document_that_waits_on_disk_is_known_too(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(word(LETTER).read())

    assert document_text(File(path)).text == LETTER
