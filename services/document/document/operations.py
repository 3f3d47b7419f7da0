"""The operations: the text of a document, and a text cut into passages."""

from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from pydantic import Field
from service_sdk import BadInput, File, Service
from typing_extensions import TypedDict

from document.extract import MAX_PAGES
from document.language import language_of
from document.passages import Passage, passages_of
from document.reading import HTML_TYPES, read

service = Service("document", summary="Reads documents")

# A caller who asks for another length, but for no overlap, gets the same share of it.
DEFAULT_LENGTH_CHARACTERS = 1000
DEFAULT_OVERLAP_CHARACTERS = 150
DEFAULT_MAX_PASSAGES = 500

Length = Annotated[int, Field(ge=50, le=100_000)]
Overlap = Annotated[int, Field(ge=0, le=10_000)]
MaxPassages = Annotated[int, Field(ge=1, le=10_000)]


class Document(File):
    """A document in one of these formats; its content decides in which one."""

    media_types = (
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        *HTML_TYPES,
        "text/plain",
        "text/markdown",
    )


@dataclass(frozen=True)
class Text:
    """The text of a document, and what is known about it."""

    text: str
    """All of it; an empty line stands between two pages."""

    pages: list[str]
    """The text of each page; of a format without pages there is one."""

    language: str | None
    """Its code in ISO 639, such as “en”; null: not known."""

    title: str | None
    """What the document says itself; null: not known."""


class Passages(TypedDict):
    """The pieces of a text."""

    passages: list[Passage]
    """In their order."""


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
    """`text`, the same in `pages`, the `language` (ISO 639) and the `title`.

    A value that is not known is null. Formats without pages have one page. Pictures of
    text, as in a scan, are not read.

    Args:
        document: A PDF, a Word document (.docx), a web page or a text file.
    """
    extract = read(document)
    text = "\n\n".join(page for page in extract.pages if page)

    return Text(
        text=text,
        pages=extract.pages,
        language=language_of(text),
        title=extract.title,
    )


@service.operation(
    route="document-split",
    summary="Cut a text into passages",
    example=dict.fromkeys(("pages", "text", "length", "overlap", "most")),
    answer={"passages": [{"text": "Dear Ada, your engine works.", "page": 1}]},
)
def document_split(
    pages: Annotated[
        list[str] | None,
        Field(max_length=MAX_PAGES, examples=[["Dear Ada, it works."]]),
    ] = None,
    text: str | None = None,
    length: Length | None = DEFAULT_LENGTH_CHARACTERS,
    overlap: Overlap | None = None,
    most: MaxPassages | None = DEFAULT_MAX_PASSAGES,
) -> Passages:
    """`passages`: pieces of at most `length` characters (1000), each with its `page`.

    Send `pages`, or a `text` without pages. A passage ends with a paragraph if that is
    possible, else with a sentence or a word. It begins with about the last `overlap`
    characters (15 %) of the passage before it. More than `most` passages (500) are
    refused.

    Args:
        pages: The text of each page, as document-text gives them.
        text: A text without pages, in place of pages.
        length: How many characters a passage has at most.
        overlap: About how many characters of one passage the next one repeats; at
            most half of the length. If it is not given, 15 % of the length.
        most: More passages than this are refused.
    """
    if (pages is None) == (text is None):
        raise BadInput.of("pages", "send either pages or text")
    length = length or DEFAULT_LENGTH_CHARACTERS
    overlap = _overlap(overlap, length)

    max_passages = most or DEFAULT_MAX_PASSAGES

    # One more than allowed tells enough: a long text has hundreds of thousands.
    all_passages = passages_of(pages, text, length=length, overlap=overlap)
    passages = list(islice(all_passages, max_passages + 1))
    if len(passages) > max_passages:
        message = (
            f"gives more than {max_passages} passages of {length} characters; allow "
            "more with most, or make them longer"
        )
        raise BadInput.of("text" if pages is None else "pages", message)
    return {"passages": passages}


def _overlap(wanted: int | None, length: int) -> int:
    if wanted is None:
        return length * DEFAULT_OVERLAP_CHARACTERS // DEFAULT_LENGTH_CHARACTERS

    # More would give many passages that say nearly the same.
    if wanted > length // 2:
        raise BadInput.of("overlap", f"more than half of the length, {length}")
    return wanted
