"""Addresses, headers and bodies that cannot be meant."""

from typing import Any

import pytest
from documents import around, end, entry, found, node, pipeline
from engine.domain.checks.check import check


def asking(url: str, **fields: Any) -> Any:
    return around(node("ask", kind="http", url=url, **fields))


GOOD = [
    "http://host",
    "https://host:8080/a/b?c=d#e",
    "http://[::1]/",
    "HTTP://é.ch/%20",
]
BAD = [
    "",
    "host",
    "ftp://host",
    "http://",
    "http:///path",
    "http://host:port",
    "http://host:99999",
    "http://host:0",
    "http://[::1",
    "http://host/a b",
    "http://host\n",
    "//host",
]


@pytest.mark.parametrize("url", GOOD)
def test_an_address_has_a_scheme_and_a_host(url: str) -> None:
    assert found(asking(url)) == []


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_is_refused(url: str) -> None:
    assert found(asking(url)) == [("bad-url", "ask", "url")]


def test_the_address_of_a_service_is_checked_too() -> None:
    document = around(node("work", kind="service", url="localhost:8000/blur"))

    assert found(document) == [("bad-url", "work", "url")]


def test_an_address_is_no_template() -> None:
    [fault] = check(asking("http://host/{name}"))

    assert fault.hint == "put values that change into “input” or “query”"


@pytest.mark.parametrize(
    "headers", [{"a b": ""}, {"": "x"}, {"é": "x"}, {"a": "x\ny"}, {"a": "\r"}]
)
def test_a_header_is_one_line_with_a_name(headers: dict[str, str]) -> None:
    [name] = headers

    assert found(asking("http://host", headers=headers)) == [
        ("bad-header", "ask", f"headers.{name}")
    ]


@pytest.mark.parametrize("name", ["Host", "content-length", "Expect"])
def test_headers_that_frame_the_message_are_the_engines(name: str) -> None:
    [fault] = check(asking("http://host", headers={name: "1"}))

    assert (fault.code, fault.hint) == ("bad-header", "remove it")


def test_ordinary_headers_are_fine() -> None:
    headers = {"Accept": "text/html", "X-Key": "a\tb é"}

    assert found(asking("http://host", headers=headers)) == []


@pytest.mark.parametrize(
    "node_, field", [({"url": 3}, "url"), ({"headers": {"a": 3}}, "headers.a")]
)
def test_what_is_no_text_is_told_once(node_: Any, field: str) -> None:
    document = around(node("ask", kind="http", **{"url": "http://host", **node_}))

    assert found(document) == [("wrong-type", "ask", field)]


def asked(**api: Any) -> Any:
    return found(pipeline(entry("end", **api), end()))


def test_a_field_of_a_body_has_a_name() -> None:
    assert asked(body=["image", ""]) == [("empty", "photo", "api.body")]


def test_a_field_of_a_body_is_named_once() -> None:
    assert asked(body=["a", "b", "a"]) == [("duplicate-field", "photo", "api.body")]


def test_there_are_not_more_types_than_fields() -> None:
    types = [["image/png"], ["image/png"], ["image/png"]]

    assert asked(body=["a", "b"], bodyType=types) == [
        ("too-many-types", "photo", "api.bodyType")
    ]


def test_the_media_types_of_a_json_body_are_known() -> None:
    assert asked(body={"a": 1}, bodyType=["application/json"]) == []
    assert asked(body={"a": 1}, bodyType=["image/png"]) == [
        ("too-many-types", "photo", "api.bodyType")
    ]


@pytest.mark.parametrize(
    "types", ["[image/png, image/*]", ["*/*"], ["a/b+c"], [], "", "*", ["a/b; c=d"]]
)
def test_media_types_come_in_several_spellings(types: Any) -> None:
    assert asked(bodyType=types) == []


@pytest.mark.parametrize("types", ["png", ["image/"], [["image/png q"]], [["a/é"]]])
def test_what_is_no_media_type_is_refused(types: Any) -> None:
    assert asked(bodyType=types) == [("bad-media-type", "photo", "api.bodyType")]
