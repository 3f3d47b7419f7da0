"""What is typed into a PDF and noted on it is read; scans are told."""

import pytest
from document.annotations import MAX_ANNOTATIONS
from document.operations import document_text
from fpdf import FPDF
from papers import PDF
from PIL import Image as pillow
from service_sdk import BadInput, File

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE_TEXT = b"BT /F 12 Tf 20 150 Td (Name:) Tj ET"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """An object of content, such as what draws a page."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (
        len(content),
        entries,
        content,
    )


def shown(text: bytes) -> bytes:
    """What a field or annotation looks like, as its program drew it."""
    content = b"BT /F 12 Tf 2 2 Td (%s) Tj ET" % text
    resources = b"/Resources << /Font << /F 5 0 R >> >>"
    return stream(
        content, b"/Type /XObject /Subtype /Form /BBox [0 0 99 20] " + resources
    )


def form(*annotations: bytes, more: tuple[bytes, ...] = (), xfa: bytes = b"") -> File:
    """A page with these annotations; `more` are objects, the first of them number 6."""
    first = 6 + len(more)
    numbers = b" ".join(b"%d 0 R" % (first + n) for n in range(len(annotations)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /NeedsRendering true /AcroForm "
        b"<< /Fields [%s] /NeedAppearances true /DA (/F 12 Tf 0 g) "
        b"/DR << /Font << /F 5 0 R >> >> %s >> >>" % (numbers, xfa),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> /Annots [%s] >>" % numbers,
        stream(PAGE_TEXT),
        HELVETICA,
        *more,
        *annotations,
    ]
    written = b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (number, one)
        for number, one in enumerate(objects, 1)
    )
    trailer = b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return File(b"%PDF-1.7\n" + written + trailer, PDF, "form.pdf", "document")


def annotation(kind: bytes, entries: bytes) -> bytes:
    return b"<< /Type /Annot /Subtype /%s /Rect [60 145 160 165] %s >>" % (
        kind,
        entries,
    )


def widget(entries: bytes) -> bytes:
    return annotation(b"Widget", entries)


def read(*annotations: bytes, more: tuple[bytes, ...] = ()) -> str:
    """The words on the page; where lines end is not of interest here."""
    return " ".join(document_text(form(*annotations, more=more)).text.split())


def test_what_was_typed_is_read_though_nothing_shows_it() -> None:
    typed = widget(b"/FT /Tx /T (name) /V (Ada Lovelace)")

    assert read(typed) == "Name: Ada Lovelace"


def test_what_was_typed_is_read_once_where_it_is_shown() -> None:
    typed = widget(b"/FT /Tx /T (name) /V (Ada) /AP << /N 6 0 R >>")

    assert read(typed, more=(shown(b"Ada"),)) == "Name: Ada"


def test_a_value_in_unicode_is_read() -> None:
    value = "\ufeffЛада 漢字".encode("utf-16-be").hex().encode()

    assert read(widget(b"/FT /Tx /T (name) /V <%s>" % value)) == "Name: Лада 漢字"


def test_what_was_chosen_is_read() -> None:
    chosen = widget(b"/FT /Ch /Ff 131072 /T (colour) /Opt [(red) (blue)] /V (blue)")

    assert read(chosen) == "Name: blue"


def test_boxes_that_are_checked_are_named() -> None:
    looks = b"/AP << /N << /Yes 6 0 R /Off 7 0 R >> >>"
    boxes = (
        widget(b"/FT /Btn /T (a) /TU (I agree) /V /Yes /AS /Yes " + looks),
        widget(b"/FT /Btn /T (news) /V /Yes /AS /Yes " + looks),
        widget(b"/FT /Btn /T (unwanted) /V /Off /AS /Off " + looks),
    )

    text = read(*boxes, more=(stream(b""), stream(b"")))

    assert text == "Name: ☒ I agree ☒ news"


@pytest.mark.parametrize(
    "entries",
    [
        b"/FT /Tx /T (name) /V (secret) /F 2",
        b"/FT /Tx /Ff 8192 /T (password) /V (secret)",
    ],
)
def test_what_nobody_sees_is_not_read(entries: bytes) -> None:
    assert "secret" not in read(widget(entries))


@pytest.mark.parametrize(
    "kind", [b"Text", b"FreeText", b"Highlight", b"Stamp", b"Square"]
)
def test_remarks_are_read(kind: bytes) -> None:
    remark = annotation(kind, b"/Contents (Is this right?)")

    assert read(remark) == "Name: Is this right?"


def test_a_remark_that_is_shown_is_read_once() -> None:
    remark = annotation(b"FreeText", b"/Contents (Look) /AP << /N 6 0 R >>")
    popup = annotation(b"Popup", b"/Contents (Look again)")

    assert read(remark, popup, more=(shown(b"Look"),)) == "Name: Look"


def test_a_form_that_is_its_own_parent_does_no_harm() -> None:
    circle = widget(b"/FT /Tx /T (a) /Parent 6 0 R /Kids [6 0 R] /V (x)")
    looks = widget(b"/FT /Tx /T (b) /V (typed) /AP << /N 7 0 R >>")
    itself = stream(
        b"/X Do",
        b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 7 0 R >> >>",
    )

    assert read(circle).startswith("Name:")
    assert read(looks, more=(HELVETICA, itself)) == "Name: typed"


def test_remarks_that_are_alike_are_read_once() -> None:
    remark = annotation(b"Text", b"/Contents (Look)")

    assert read(remark, remark, remark) == "Name: Look"


def test_remarks_that_are_together_too_long_are_refused() -> None:
    """10,000 of them were kept in memory, each of 200,000 bytes."""
    remarks = [
        annotation(b"Text", b"/Contents (%d%s)" % (number, b"x" * 90_000))
        for number in range(12)
    ]

    with pytest.raises(BadInput, match="has more than 1000000 characters"):
        document_text(form(*remarks))


def test_very_many_annotations_are_refused() -> None:
    link = annotation(b"Link", b"")

    with pytest.raises(BadInput, match="page 1 has more than 10000 annotations"):
        document_text(form(*[link] * (MAX_ANNOTATIONS + 1)))


def test_a_form_whose_text_is_elsewhere_is_refused() -> None:
    with pytest.raises(BadInput, match="is an XFA form"):
        document_text(form(xfa=b"/XFA [(template) 4 0 R]"))


def scan(pages: int, *, words: str = "") -> File:
    paper = FPDF()
    paper.set_font("helvetica", size=12)
    for _ in range(pages):
        paper.add_page()
        paper.image(pillow.new("RGB", (9, 9), "red"))
    if words:
        paper.text(10, 10, words)
    return File(bytes(paper.output()), PDF, "scan.pdf", "document")


def test_a_scan_is_told_from_an_empty_document() -> None:
    with pytest.raises(BadInput, match="only pictures and no text.*OCR"):
        document_text(scan(2))

    assert document_text(scan(2, words="Hello")).pages == ["", "Hello"]


def test_a_blank_pdf_is_empty() -> None:
    paper = FPDF()
    paper.add_page()

    blank = File(bytes(paper.output()), PDF, "blank.pdf", "document")

    assert document_text(blank).pages == [""]
