"""JSON that means the same to every reader passes; all other JSON is refused."""

import json
import time

import pytest
from engine.api.limits import ApiLimits
from engine.domain.errors import TooMuch, Unreadable
from engine.domain.strict_json import ValuesOfParts, parse, parse_object
from hypothesis import given
from hypothesis import strategies as st

LIMITS = ApiLimits(json_values=1000)
REFUSED = {
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "overflow": b'{"a": 1e999}',
    "65 bits": b'{"a": 18446744073709551616}',
    "64 bits unsigned": b'{"a": 9223372036854775808}',
    "below 64 bits": b'{"a": -9223372036854775809}',
    "300 digits": b'{"a": ' + b"1" * 300 + b"}",
    "lone surrogate": b'{"a": "\\ud800"}',
    "raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "broken utf-8": b'{"a": "\xff"}',
    "utf-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "half of a character behind a mark": b"\xff\xfe{",
    "duplicate": b'{"a": 1, "a": 2}',
    "escaped duplicate": b'{"a": 1, "\\u0061": 2}',
    "duplicate that hides its colon": b'{"a": 1, "a\\u003a": 2, "a\\u003a": 3}',
    "deep duplicate in place of a key": b'{"a": {"b": 1, "b": 2}}',
    "deep duplicate": b'{"a": [{"b": {"c": 1, "c": 1}}]}',
    "blob": b'{"a": [{"$blob": "x"}]}',
    "escaped blob": b'{"\\u0024blob": "x"}',
    "large": b'{"a": {"$large": "x"}}',
    "empty": b"",
    "blank": b" \n",
    "trailing": b'{"a": 1} {"b": 2}',
    "cut": b'{"a": [1, 2',
    "single quotes": b"{'a': 1}",
    "python": b'{"a": None}',
    "comment": b'{"a": 1 /* one */}',
    "leading zero": b'{"a": 01}',
    "control character": b'{"a": "\x00"}',
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_others_may_read_differently_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text, LIMITS)

    assert refused.value.faults[0].message


@pytest.mark.parametrize("text", [b"[1]", b'"a"', b"1", b"null"])
def test_where_an_object_is_wanted_nothing_else_will_do(text: bytes) -> None:
    with pytest.raises(Unreadable, match="the body is a"):
        parse_object(text, LIMITS)


@pytest.mark.parametrize(
    "text", [b"[" * 33 + b"]" * 33, b'{"a":' * 500 + b"1" + b"}" * 500, b"[" * 10**6]
)
def test_deep_nesting_is_refused_without_recursion(text: bytes) -> None:
    with pytest.raises(TooMuch, match="nesting"):
        parse(text, LIMITS)


def test_nesting_up_to_the_limit_is_fine() -> None:
    text = b"[" * 32 + b"1" + b"]" * 32

    value = parse(text, LIMITS)

    assert json.dumps(value).encode() == text


@pytest.mark.parametrize("number", [1001, 2000])
def test_too_many_values_are_refused(number: int) -> None:
    # A thousand and one are found by counting them; far more before they are parsed.
    text = b"[" + b"1," * (number - 1) + b"1]"

    with pytest.raises(TooMuch, match="1000 values"):
        parse(text, LIMITS)


def test_the_parts_of_a_body_share_one_limit_of_values() -> None:
    values = ValuesOfParts(LIMITS)
    half = b"[" + b"1," * 498 + b"1]"

    values.add(half, parse(half, LIMITS))
    values.add(half, parse(half, LIMITS))
    with pytest.raises(TooMuch, match=r"1000 values \(MAX_VALUES\)"):
        values.add(b"1", 1)


def test_commas_in_a_text_are_no_values() -> None:
    values = ValuesOfParts(LIMITS)
    text = b'{"a": "' + b"," * 2000 + b'", "b": [1, 2]}'

    for _ in range(100):
        values.add(text, parse(text, LIMITS))


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 9223372036854775807, "b": -9223372036854775808}',
        b'{"a": 0.12345678901234567890123, "b": 12345678901234567890.5, "c": 1e300}',
        b'{"a": "12345678901234567890123", "b:": "\\"c\\": {}:", "d": "\\\\"}',
        b'{"a": "\\u0000 \\ud83d\\ude00"}',
    ],
)
def test_what_only_looks_odd_is_read(text: bytes) -> None:
    value = parse(text, LIMITS)

    assert value == json.loads(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip  # the alternatives read better in one place


@given(_JSON, st.booleans())
def test_whatever_is_plain_json_is_read_as_it_was_written(
    value: object, escaped: bool
) -> None:
    text = json.dumps(value, ensure_ascii=escaped).encode()

    assert parse(text, LIMITS) == value


@pytest.mark.parametrize(
    "text",
    [b'"' + b'\\"' * 2_000_000, b"[" + b'"",' * 900 + b'"' + b"\\\\" * 10**6 + b'"]'],
)
def test_hostile_text_costs_no_more_than_other_text(text: bytes) -> None:
    began = time.thread_time()

    try:
        parse(text, LIMITS)
    except Unreadable:
        pass

    assert time.thread_time() - began < 2


TEXT = '{"a": "é€"}'


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), ""),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-16-be"), "utf-16be"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-32"), ""),
        (TEXT.encode("cp1252"), "ISO-8859-1"),
        (TEXT.encode("cp1252"), "us-ascii"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("iso8859-15"), "iso-8859-15"),
        # The mark is in the text, the charset was only told with it.
        (TEXT.encode("utf-8-sig"), "iso-8859-1"),
        (TEXT.encode("utf-16"), "utf-8"),
    ],
)
def test_a_text_is_read_in_its_charset(raw: bytes, charset: str) -> None:
    assert parse(raw, LIMITS, charset) == {"a": "é€"}


@pytest.mark.parametrize(
    "charset", ["klingon", "hex", "idna", "unicode_escape", "utf-7", "\x00", "é" * 300]
)
def test_a_charset_that_is_none_is_named(charset: str) -> None:
    with pytest.raises(Unreadable, match="is not known"):
        parse(b"{}", LIMITS, charset)


@pytest.mark.parametrize(
    ("raw", "charset"),
    [(b'"\x81"', "gbk"), (b"\xff\xfe\x00\xd8", ""), (b'{"a"', "utf-16")],
)
def test_what_is_no_text_in_its_charset_is_refused(raw: bytes, charset: str) -> None:
    with pytest.raises(Unreadable):
        parse(raw, LIMITS, charset)


def test_what_is_refused_in_utf_8_is_refused_in_every_charset() -> None:
    for raw in REFUSED.values():
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(Unreadable):
            parse(text.encode("utf-16"), LIMITS)
