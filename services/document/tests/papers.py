"""Documents as people send them, made for the tests."""

import io
from collections.abc import Sequence

import docx
from fpdf import FPDF
from service_sdk import File

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LETTER = (
    "Dear Ada, the engine weaves algebraic patterns just as the loom weaves flowers."
)


def pdf(*pages: str, title: str = "", password: str = "", owner: str = "") -> File:
    """A PDF; `password` is needed to open it, that of the `owner` to change it."""
    paper = FPDF()
    paper.set_font("helvetica", size=12)
    if title:
        paper.set_title(title)
    if password or owner:
        paper.set_encryption(owner_password=owner or "o", user_password=password)

    for page in pages:
        paper.add_page()
        paper.multi_cell(100, text=page)

    return File(bytes(paper.output()), PDF, "paper.pdf", "document")


def word(
    *paragraphs: str, title: str = "", table: Sequence[Sequence[str]] = ()
) -> File:
    """A Word document."""
    paper = docx.Document()
    paper.core_properties.title = title
    for paragraph in paragraphs:
        paper.add_paragraph(paragraph)

    cells = paper.add_table(len(table), len(table[0])) if table else None
    for row, texts in enumerate(table):
        for column, text in enumerate(texts):
            cells.cell(row, column).text = text

    content = io.BytesIO()
    paper.save(content)
    return File(content.getvalue(), DOCX, "paper.docx", "document")


def page(html: str, encoding: str = "utf-8") -> File:
    """A web page."""
    return File(html.encode(encoding), "text/html", "page.html", "document")


def text(content: str | bytes) -> File:
    """A text file."""
    content = content.encode() if isinstance(content, str) else content
    return File(content, "text/plain", "notes.txt", "document")
