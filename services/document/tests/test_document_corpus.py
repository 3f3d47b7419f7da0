"""Documents that nobody here made go through the service, and none is misread."""

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from corpus import corpus_files
from document import app, reading
from document.plain import clean_text
from docx.oxml.ns import qn
from service_sdk import BadInput, File
from service_sdk.testing import Kit, Reply

assert app.operations  # what `kit` runs

pytestmark = pytest.mark.corpus

ENCRYPTED = "document: is encrypted; send it without a password"
SCANNED = "document: has only pictures and no text"

# PDFs that have no text, or that nobody can open without a password.
REFUSED = {
    "duplicate_xref_entry": SCANNED,
    "trailer_loop": SCANNED,
    "box": SCANNED,
    "encrypted_doc_no_id": SCANNED,
    "git": SCANNED,
    "imagemagick-ASCII85Decode": SCANNED,
    "imagemagick-CCITTFaxDecode": SCANNED,
    "imagemagick-lzw": SCANNED,
    "issue-3850-1bit-indexed-flate": SCANNED,
    "crazyones-encrypted-256": ENCRYPTED,
    "encrypted-file": ENCRYPTED,
    "libreoffice-writer-password": ENCRYPTED,
    "r2-user-password": ENCRYPTED,
    "r3-user-password": ENCRYPTED,
    "r4-aes-user-password": ENCRYPTED,
    "r4-user-password": ENCRYPTED,
    "r5-user-password": ENCRYPTED,
    "r6-both-passwords": ENCRYPTED,
    "r6-cleartext-metadata": ENCRYPTED,
    "r6-user-password": ENCRYPTED,
}

# What some say, as a person sees it.
SAID = {
    "crazyones": "the ones who do",
    "commented": 'note over "kinds"',
    "example": "Text comment",
    "form_acrobatReader": "Bar",
    "form_evince": "bar",
    "libreoffice-form": "Alice Bob",
    "multilang": "สวัสดีชาวโลก",
    "jpeg": "A PDF with a JPEG image.",
}


def read(kit: Kit, path: Path, media_type: str) -> Reply:
    return kit.call("document-text", document=File(path, media_type, path.name))


def test_each_pdf_is_read_or_refused_with_the_reason(kit: Kit) -> None:
    paths = corpus_files(".pdf")

    replies = {path.stem: read(kit, path, "application/pdf") for path in paths}

    assert len(replies) > 60
    for name, reply in replies.items():
        if name in REFUSED:
            assert reply.error and reply.error.startswith(REFUSED[name]), name
        else:
            assert not reply.error, (name, reply.error)
            assert reply.typed["text"].strip(), name
    for name, said in SAID.items():
        assert said in " ".join(replies[name].typed["text"].split()), name


def words_of(path: Path) -> Iterator[str]:
    """Each text of a body and of its headers and footers, as another library has it."""
    paper = docx.Document(str(path))
    elements = [paper.element.body]
    for section in paper.sections:
        elements += [section.header._element, section.footer._element]

    for element in elements:
        for text in element.iter(qn("w:t")):
            yield from (text.text or "").split()


def test_each_word_document_is_read_with_all_its_words(kit: Kit) -> None:
    media_type = File(b"", name="a.docx").media_type
    paths = corpus_files(".docx")

    for path in paths:
        reply = read(kit, path, media_type)

        assert not reply.error, (path.name, reply.error)
        text = "".join(reply.typed["text"].split())
        assert not [word for word in words_of(path) if word not in text], path.name
    assert len(paths) > 40


def test_each_text_is_read_as_it_is() -> None:
    paths = corpus_files(".txt", ".rst", ".md", ".csv")

    for path in paths:
        content = path.read_text("utf-8")
        if not content:
            continue
        pages = reading.read(File(path, "text/plain", path.name)).pages

        assert pages == [clean_text(page) for page in content.split("\f")], path
    assert len(paths) > 300


def test_each_text_in_another_encoding_is_read_as_it_is() -> None:
    """All that have letters beyond ASCII, as older programs would have written them."""
    tried = 0
    for path in corpus_files(".txt", ".rst", ".md"):
        content = path.read_bytes().decode("utf-8")
        if content.isascii() or "\f" in content:
            continue
        for encoding in ("cp1252", "utf-16", "utf-16-be", "utf-32-le"):
            try:
                written = content.encode(encoding)
            except UnicodeEncodeError:
                continue
            extract = reading.read(File(written, "text/plain", path.name))

            assert extract.pages == [clean_text(content)], (path, encoding)
            tried += 1
    assert tried > 50


@pytest.mark.parametrize(
    "ending", [".png", ".gif", ".psd", ".fli", ".ttf", ".npy", ".eps"]
)
def test_files_of_other_kinds_are_refused(ending: str) -> None:
    paths = corpus_files(ending)

    for path in paths:
        if path.stat().st_size:
            with pytest.raises(BadInput, match="^file: "):
                reading.read(File(path, name=path.name))
    assert paths
