"""Names the format of a file that cannot be read, from how it begins."""

import re

from service_sdk import File
from service_sdk.errors import BadInput

# Of a file that is searched for the names of its streams.
MAX_OLE_BYTES = 10_000_000

ZIP_MARK = b"PK\x03\x04"  # a DOCX is a ZIP archive

PICTURE = (
    "; text in pictures is not read: let a program for text recognition (OCR) do it"
)
UNPACK = "; unpack it, and send the documents in it one by one"
SAVE = "; save it as PDF or DOCX"

BEGINNINGS = tuple(
    (re.compile(beginning, re.DOTALL), words)
    for beginning, words in (
        (rb"\x89PNG\r\n\x1a\n", "a PNG picture" + PICTURE),
        (rb"\xff\xd8\xff", "a JPEG picture" + PICTURE),
        (rb"GIF8[79]a", "a GIF picture" + PICTURE),
        (rb"II\*\0|MM\0\*", "a TIFF picture" + PICTURE),
        (rb"RIFF.{4}WEBP", "a WebP picture" + PICTURE),
        (rb"BM.{4}\0{4}", "a BMP picture" + PICTURE),
        (rb"8BPS\0", "a picture of Photoshop" + PICTURE),
        (rb".{4}[\x11\x12]\xaf", "an animation (FLI)" + PICTURE),
        (rb".{4}ftyp", "a picture or video" + PICTURE),
        (rb"\x1f\x8b", "a gzip archive" + UNPACK),
        (rb"BZh\d1AY&SY", "a bzip2 archive" + UNPACK),
        (rb"\xfd7zXZ\0", "an xz archive" + UNPACK),
        (rb"\x28\xb5\x2f\xfd", "a zstd archive" + UNPACK),
        (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive" + UNPACK),
        (rb"Rar!\x1a\x07", "a RAR archive" + UNPACK),
        (rb"PK\x05\x06", "an empty ZIP archive"),
        (rb"PK\x07\x08", "one of several parts of a ZIP archive"),
        (rb"\{\\rtf", "an RTF document" + SAVE),
        (rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript document; convert it to PDF"),
        (rb"AT&TFORM", "a DjVu document; convert it to PDF"),
        (rb"SQLite format 3\0", "an SQLite database"),
        (rb"\x7fELF|\0asm|MZ.{0,60}\0", "a program"),
    )
)

WEB_ARCHIVE = b"multipart/related"
WEB_ARCHIVE_BEGINNINGS = (b"from: <saved by", b"mime-version:")

OLE_BEGINNING = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_STREAMS = (
    (
        "EncryptedPackage",
        "is encrypted; save it without a password",
    ),
    ("WordDocument", "a document of Word before 2007 (.doc); save it as DOCX"),
    ("Workbook", "a workbook of Excel before 2007 (.xls)" + SAVE),
    ("PowerPoint Document", "a presentation of before 2007 (.ppt)" + SAVE),
    ("__substg1.0_", "a message of Outlook (.msg); save it as HTML or text"),
)

# In the file `mimetype` of an archive, or else the folder that it has.
ARCHIVES_BY_TYPE = (
    ("application/vnd.oasis.opendocument.text", "an OpenDocument text (.odt)" + SAVE),
    ("application/vnd.oasis.opendocument.", "an OpenDocument file" + SAVE),
    ("application/epub+zip", "an EPUB book; convert it to PDF or HTML"),
)
ARCHIVES_BY_NAME = (
    ("xl/", "a workbook of Excel (.xlsx)" + SAVE),
    ("ppt/", "a presentation of PowerPoint (.pptx)" + SAVE),
    ("visio/", "a drawing of Visio (.vsdx)" + SAVE),
    ("Index/Document.iwa", "a document of Pages" + SAVE),
    ("META-INF/MANIFEST.MF", "a Java archive"),
)


def check_kind(document: File, head: bytes) -> None:
    """Raises `BadInput`, with what to do, for a file that is known and is not read."""
    for beginning, words in BEGINNINGS:
        if beginning.match(head):
            raise refusal(document, words)

    if head.startswith(OLE_BEGINNING):
        raise _ole_refusal(document)

    start = head[:4096].lstrip().lower()
    if start.startswith(WEB_ARCHIVE_BEGINNINGS) and WEB_ARCHIVE in start:
        words = "a web archive (MHTML); open it in a browser and save it as HTML or PDF"
        raise refusal(document, words)


def refusal(document: File, words: str) -> BadInput:
    """The error for a file of another kind, which the words name."""
    return document.refuse(f"not a PDF, DOCX, HTML or text file: {words}")


def _ole_refusal(document: File) -> BadInput:
    """Old files of Office, and encrypted new ones, are archives of named streams."""
    with document.open() as stream:
        content = stream.read(MAX_OLE_BYTES)

    for name, words in OLE_STREAMS:
        if name.encode("utf-16-le") in content:
            return document.refuse(words)

    return document.refuse(
        "is encrypted, or made by Word before 2007; save it as DOCX without a password"
    )


def archive_refusal(document: File, names: list[str], media_type: str) -> BadInput:
    """The error for a ZIP archive with these files that is no DOCX."""
    for beginning, words in ARCHIVES_BY_TYPE:
        if media_type.startswith(beginning):
            return document.refuse(f"a ZIP file, but not a DOCX: {words}")

    for beginning, words in ARCHIVES_BY_NAME:
        if any(name.startswith(beginning) for name in names):
            return document.refuse(f"a ZIP file, but not a DOCX: {words}")

    return document.refuse(f"a ZIP file, but not a DOCX{UNPACK}")
