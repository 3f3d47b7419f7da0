"""What a part says of itself is read as it was written, by whoever wrote it."""

import time

import pytest
from body_parts.disposition import parameters
from hypothesis import given
from hypothesis import strategies as some

HEADERS = {
    "of curl": (b'form-data; name="a"; filename="b.png"', "a", "b.png"),
    "without quotes": (b"form-data; name=a; filename=b.png", "a", "b.png"),
    "in capitals": (b'form-data; NAME="a" ; Filename="b.png"', "a", "b.png"),
    "escaped": (rb'form-data; name="a\\"; filename="\"b\""', "a\\", '"b"'),
    "a path of Windows": (
        rb'form-data; name="a"; filename="C:\new\b.png"',
        "a",
        r"C:\new\b.png",
    ),
    "semicolons": (b'form-data; name="a;b"; filename="c;d"', "a;b", "c;d"),
    "an extension": (
        b'form-data; name="a"; filename="b"; filename*=UTF-8\'\'c%20%e2%82%ac',
        "a",
        "c €",
    ),
    "an extension first": (
        b"form-data; filename*=utf-8'en'%c3%a9.png; filename=e.png; name=a",
        "a",
        "é.png",
    ),
    "an extension in quotes": (
        b"form-data; name*=utf-8''%C3%A9; filename*=\"ISO-8859-1''%E9\"",
        "é",
        "é",
    ),
    "an extension that is none": (
        b"form-data; name=a; filename=b; filename*=hex''zz",
        "a",
        "b",
    ),
    "an extension that is no text": (
        b"form-data; name=a; filename=b; filename*=UTF-8''%E9",
        "a",
        "b",
    ),
    "an extension without its marks": (
        b"form-data; name=a; filename=b; filename*=c",
        "a",
        "b",
    ),
    "given twice": (b'form-data; name="a"; name="b"; filename="c"', "a", "c"),
    "no file": (b'form-data; name="a"', "a", None),
    "empty": (b'form-data; name=""; filename=""', "", ""),
    "nothing": (b"", None, None),
}


@pytest.mark.parametrize("header", HEADERS)
def test_names_are_read_as_they_are_written(header: str) -> None:
    text, name, file_name = HEADERS[header]

    found = parameters(text.decode())

    assert (found.get("name"), found.get("filename")) == (name, file_name)


@given(some.text(), some.text())
def test_any_name_comes_through_between_quotation_marks(name: str, file: str) -> None:
    def quoted(text: str) -> str:
        return text.replace("\\", "\\\\").replace('"', '\\"')

    header = f'form-data; name="{quoted(name)}"; filename="{quoted(file)}"'

    assert parameters(header) == {"name": name, "filename": file}


@pytest.mark.parametrize("unit", [b'; name="', b"\\", b'"', b"; a", b";" + b" " * 40])
def test_a_hostile_header_takes_the_time_of_its_length(unit: bytes) -> None:
    # Far more than a part may have.
    text = b"form-data" + unit * (200_000 // len(unit))

    began_at = time.thread_time()
    parameters(text.decode())

    assert time.thread_time() - began_at < 5
