"""The operations: a document's text, and a text in passages."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from service_sdk import BadInput, File, Service

from document.language import language_of
from document.passages import Passage, passages_of
from document.reading import read

service = Service("document", summary="Reads documents")

LENGTH, OVERLAP, MOST = 1000, 150, 500


class Document(File):
    """What it really is, its content says."""

    media_types = (
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
    )


@dataclass(frozen=True)
class Text:
    """What a document says."""

    text: str
    pages: list[str]
    language: str | None
    title: str | None


@service.operation(
    route="document-text",
    summary="The text of a PDF, a Word document, a web page or a text file",
    answer={
        "text": "Dear Ada,\nyour engine works.",
        "pages": ["Dear Ada,\nyour engine works."],
        "language": "en",
        "title": "A letter",
    },
)
def document_text(document: Document) -> Text:
    """`text`, the same by `pages`, the `language` (ISO 639) and the `title`.

    What is unknown is null. Formats without pages have one page. What is only a
    picture of text, as in a scan, is not read.
    """
    extract = read(document)
    text = "\n\n".join(filter(None, extract.pages))
    return Text(text, extract.pages, language_of(text), extract.title)


Length = Annotated[int, Field(ge=50, le=100_000)]


@service.operation(
    route="document-split",
    summary="Cut a text into passages",
    example=dict.fromkeys(("pages", "text", "length", "overlap", "most")),
    answer={"passages": [{"text": "Dear Ada, your engine works.", "page": 1}]},
)
def document_split(
    pages: Annotated[
        list[str] | None, Field(examples=[["Dear Ada, it works."]])
    ] = None,
    text: str | None = None,
    length: Length | None = None,
    overlap: Annotated[int, Field(ge=0, le=10_000)] | None = None,
    most: Annotated[int, Field(ge=1, le=10_000)] | None = None,
) -> dict[str, list[Passage]]:
    """`passages`: pieces of at most `length` characters (1000), each with its `page`.

    Give `pages`, or a `text` without them. A passage ends with a paragraph, else a
    sentence, else a word, and begins with about `overlap` characters (15 %) of the
    one before. More than `most` passages (500) are refused.
    """
    if (pages is None) == (text is None):
        raise BadInput.of("pages", "give either pages or text")
    wanted = length or LENGTH
    shared = wanted * OVERLAP // LENGTH if overlap is None else overlap
    if shared > wanted // 2:
        raise BadInput.of("overlap", f"more than half of the length, {wanted}")
    passages = list(passages_of(pages, text, wanted, shared))
    if len(passages) > (most or MOST):
        message = f"gives {len(passages)} passages of {wanted} characters; "
        message += f"at most {most or MOST} are wanted"
        raise BadInput.of("text" if pages is None else "pages", message)
    return {"passages": passages}
