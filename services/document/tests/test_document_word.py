"""All of a Word document is read: notes, headers, text boxes, documents in it."""

import io
import time
import zipfile
from collections.abc import Mapping
from typing import Any

import docx
import pytest
from document.docx import MAX_CHUNKS
from document.operations import document_text
from papers import DOCX, LETTER, word
from service_sdk import BadInput, File

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="urn:wps" xmlns:v="urn:v"'
)


def part(root: str, inner: str) -> str:
    return f"<w:{root} {NAMESPACES}>{inner}</w:{root}>"


def said(text: str) -> str:
    """A paragraph."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def relations(*targets: tuple[str, str, str], types: str = R) -> str:
    """Relationships: the id, the kind and the part."""
    inner = "".join(
        f'<Relationship Id="{id}" Type="{types}/{kind}" Target="{target}"/>'
        for id, kind, target in targets
    )
    return f"<Relationships>{inner}</Relationships>"


def packed(members: Mapping[str, str | bytes]) -> File:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return File(content.getvalue(), DOCX, "paper.docx", "document")


def with_parts(body: str, **parts: str | bytes) -> File:
    """A document that names these parts: `footnotes`, `header` …, each as `kind_file`.

    The file's ending stands behind two underscores: `aFChunk__html`.
    """
    names = {
        key: key.replace("__", ".") + ("" if "__" in key else ".xml") for key in parts
    }
    listed = [(key, key.partition("_")[0], names[key]) for key in parts]
    return packed(
        {
            "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
            "word/_rels/document.xml.rels": relations(*listed),
            **{f"word/{names[key]}": content for key, content in parts.items()},
        }
    )


def read(body: str, **parts: str | bytes) -> str:
    return document_text(with_parts(body, **parts)).text


def test_notes_comments_headers_and_footers_are_read() -> None:
    text = read(
        said("The body."),
        header=part("hdr", said("Confidential")),
        header_2=part("hdr", said("Confidential")),
        header_3=part("hdr", said("Chapter one")),
        footer=part("ftr", said("Page of the firm")),
        footnotes=part("footnotes", f"<w:footnote>{said('A footnote.')}</w:footnote>"),
        endnotes=part("endnotes", f"<w:endnote>{said('An endnote.')}</w:endnote>"),
        comments=part("comments", f"<w:comment>{said('A comment.')}</w:comment>"),
    )

    assert text.split("\n\n") == [
        "Confidential",
        "Chapter one",
        "The body.",
        "A footnote.",
        "An endnote.",
        "A comment.",
        "Page of the firm",
    ]


def test_headers_that_a_library_wrote_are_read() -> None:
    paper = docx.Document()
    paper.add_paragraph(LETTER)
    paper.sections[0].header.paragraphs[0].text = "Head"
    paper.sections[0].footer.paragraphs[0].text = "Foot"
    content = io.BytesIO()
    paper.save(content)

    text = document_text(File(content.getvalue(), DOCX)).text

    assert text == f"Head\n\n{LETTER}\n\nFoot"


def box(text: str) -> str:
    """A text box as Word writes it: twice, for new programs and old ones."""
    content = f"<w:txbxContent>{said(text)}</w:txbxContent>"
    return (
        '<mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )


def test_a_text_box_is_read_once_and_behind_its_paragraph() -> None:
    text = read(
        f"<w:p><w:r><w:t>Hel</w:t>{box('In the box')}<w:t>lo</w:t></w:r></w:p>"
        + said("Next")
    )

    assert text == "Hello\nIn the box\nNext"


def test_an_old_text_box_is_read() -> None:
    content = f"<w:txbxContent>{said('Old')}</w:txbxContent>"
    old = f"<w:pict><v:textbox>{content}</v:textbox></w:pict>"

    assert read(f"<w:p><w:r><w:t>Hello</w:t>{old}</w:r></w:p>") == "Hello\nOld"


def test_what_only_the_fallback_says_is_read() -> None:
    versions = (
        "<mc:AlternateContent><mc:Choice Requires='x'><w:drawing/></mc:Choice>"
        f"<mc:Fallback>{said('Fallback')}</mc:Fallback></mc:AlternateContent>"
    )

    assert read(versions + said("after")) == "Fallback\nafter"


def test_tables_have_a_line_for_each_row() -> None:
    def table(*rows: tuple[str, ...]) -> str:
        lines = [
            "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>"
            for row in rows
        ]
        return f"<w:tbl>{''.join(lines)}</w:tbl>"

    inner = table((said("in"), said("ner")))

    text = read(
        table((said("red"), said("rot")), (said("a") + said("b"), inner)) + said("end")
    )

    assert text == "red\trot\na\nb\tin\tner\nend"


def test_changes_are_applied_also_to_marks_of_paragraphs() -> None:
    deleted_mark = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"

    text = read(
        f"<w:p>{deleted_mark}<w:r><w:t>one </w:t></w:r>"
        "<w:del><w:r><w:tab/><w:delText>gone</w:delText><w:br/></w:r></w:del></w:p>"
        "<w:p><w:ins><w:r><w:t>two</w:t></w:r></w:ins>"
        "<w:moveTo><w:r><w:t> three</w:t></w:r></w:moveTo></w:p>" + said("four")
    )

    assert text == "one two three\nfour"


def test_links_fields_and_controls_are_read_as_they_are_seen() -> None:
    text = read(
        "<w:p><w:hyperlink r:id='x'><w:r><w:t>link</w:t></w:r></w:hyperlink>"
        "<w:r><w:ptab/><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r>"
        "<w:fldSimple w:instr='DATE'><w:r><w:t> May</w:t></w:r></w:fldSimple>"
        "<w:sdt><w:sdtContent><w:r><w:t> chosen</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:smartTag><w:r><w:t> tag</w:t></w:r></w:smartTag></w:p>"
    )

    assert text == "link\t7 May chosen tag"


def test_old_form_fields_are_read() -> None:
    text = read(
        "<w:p><w:r><w:fldChar><w:ffData><w:ddList><w:result w:val='1'/>"
        "<w:listEntry w:val='red'/><w:listEntry w:val='blue'/></w:ddList></w:ffData>"
        "</w:fldChar><w:t> </w:t></w:r>"
        "<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val='0'/><w:checked/>"
        "</w:checkBox></w:ffData></w:fldChar><w:t> yes </w:t></w:r>"
        "<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val='0'/></w:checkBox>"
        "</w:ffData></w:fldChar><w:t> no</w:t></w:r></w:p>"
    )

    assert text == "blue ☒ yes ☐ no"


def test_symbols_are_read() -> None:
    text = read(
        "<w:p><w:r><w:sym w:font='Symbol' w:char='F061'/><w:t> and </w:t>"
        "<w:sym w:font='Wingdings' w:char='F0FC'/><w:sym w:font='X' w:char='F0FC'/>"
        "<w:noBreakHyphen/><w:sym w:char='zz'/></w:r></w:p>"
    )

    assert text == "α and ✓\ufffd-\ufffd"


def test_how_a_character_is_read_stands_behind_it() -> None:
    ruby = (
        "<w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby>"
    )

    assert read(f"<w:p><w:r>{ruby}</w:r><w:r><w:t>です</w:t></w:r></w:p>") == (
        "漢字(かんじ)です"
    )


MHT = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p>Gr=C3=BC=C3=9Fe aus=\r\n dem Netz</p>\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("ending", "content", "expected"),
    [
        ("html", "<html><p>Grüße aus <b>HTML</b>".encode(), "Grüße aus HTML"),
        ("mht", MHT, "Grüße aus dem Netz"),
        ("txt", "Grüße".encode("cp1252"), "Grüße"),
        ("docx", word(LETTER).read(), LETTER),
    ],
)
def test_a_document_in_a_document_is_read_in_its_place(
    ending: str, content: bytes, expected: str
) -> None:
    chunk = f"aFChunk__{ending}"
    body = said("before") + f"<w:altChunk r:id='{chunk}'/>" + said("after")

    text = read(body, **{chunk: content})

    assert text == f"before\n{expected}\nafter"


def test_an_embedded_document_that_is_not_read_is_named() -> None:
    body = "<w:altChunk r:id='aFChunk__rtf'/>"

    with pytest.raises(BadInput, match="is not read .*aFChunk.rtf.*save it again"):
        read(body, aFChunk__rtf=b"{\\rtf1 hello}")


def test_documents_in_documents_have_a_limit() -> None:
    content = word(LETTER).read()
    for _ in range(5):
        body = "<w:altChunk r:id='aFChunk__docx'/>"
        content = with_parts(body, aFChunk__docx=content).read()

    with pytest.raises(BadInput, match="documents in it more than 3 deep"):
        document_text(File(content, DOCX))


def test_many_documents_in_a_document_are_refused() -> None:
    body = "<w:altChunk r:id='aFChunk__txt'/>" * (MAX_CHUNKS + 1)

    with pytest.raises(BadInput, match="has more than 1000 documents in it"):
        read(body, aFChunk__txt=b"x")


def test_long_headers_of_a_web_archive_are_refused() -> None:
    """A megabyte of them took 85 s."""
    headers = b"Content-Type: text/html; " + b"a=b; " * 200_000
    began = time.thread_time()

    with pytest.raises(BadInput, match="the headers of its web archive are too long"):
        read(
            "<w:altChunk r:id='aFChunk__mht'/>",
            aFChunk__mht=b"MIME-Version: 1.0\r\n" + headers + b"\r\n\r\n<p>x",
        )

    assert time.thread_time() - began < 5


def test_nothing_is_fetched_from_outside() -> None:
    outside = relations(("a", "aFChunk", "http://127.0.0.1:9/a.html")).replace(
        "Target=", 'TargetMode="External" Target='
    )
    document = packed(
        {
            "word/document.xml": part(
                "document", f"<w:altChunk r:id='a'/>{said('here')}"
            ),
            "word/_rels/document.xml.rels": outside,
        }
    )

    assert document_text(document).text == "here"


@pytest.mark.parametrize(
    ("names", "types"),
    [
        (("content/main.xml", "/content/main.xml"), R),
        (("word/document2.xml", "word/document2.xml"), R),
        (("Word/Document.xml", "word/document.xml"), STRICT_R),
        (("word\\document.xml", "word\\document.xml"), R),
        (("a/b.xml", "./x/../a/b.xml"), STRICT_R),
    ],
)
def test_the_relationships_name_the_main_part(
    names: tuple[str, str], types: str
) -> None:
    name, target = names
    body = part("document", said("Hello")).replace(W, STRICT_W)
    document = packed(
        {
            "_rels/.rels": relations(("m", "officeDocument", target), types=types),
            name: body,
        }
    )

    assert document_text(document).text == "Hello"


def test_the_title_is_found_where_the_relationships_say() -> None:
    types = "http://schemas.openxmlformats.org/package/2006/relationships/metadata"
    document = packed(
        {
            "_rels/.rels": relations(("p", "core-properties", "p.xml"), types=types),
            "p.xml": "<p><title>Engines</title></p>",
            "word/document.xml": part("document", said("Hello")),
        }
    )

    assert document_text(document).title == "Engines"


def test_a_workbook_is_named_though_it_has_relationships() -> None:
    workbook = packed(
        {
            "_rels/.rels": relations(("m", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": "<workbook/>",
        }
    )

    with pytest.raises(BadInput, match="a workbook of Excel"):
        document_text(workbook)


@pytest.mark.parametrize("end", ["<w:tc/>", "<w:rt/>", "<w:ruby/>", "<w:Choice/>"])
def test_elements_out_of_place_do_no_harm(end: str) -> None:
    assert read(said("Hello") + end) == "Hello"


def test_a_document_with_the_password_of_an_archive_is_refused() -> None:
    content = bytearray(word(LETTER).read())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 1)

    with pytest.raises(BadInput, match="is encrypted; send it without a password"):
        document_text(File(bytes(content), DOCX))


def test_parts_that_together_unpack_to_too_much_are_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr("document.package.MAX_XML_BYTES", 20_000)
    comments = {f"comments_{n}": part("comments", " " * 9_000) for n in range(5)}

    with pytest.raises(BadInput, match="unpacks to more than"):
        read(said("Hello"), **comments)
