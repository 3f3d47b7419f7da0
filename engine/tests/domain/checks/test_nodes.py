"""Addresses, headers and bodies that cannot be meant."""

from typing import Any

import pytest
from documents import around, end, entry, found, loop, node, pipeline
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


@pytest.mark.parametrize(
    "url",
    [
        "http://{photo.out.name}/x",
        "http://host.{photo.out.name}/x",
        "http://host:{photo.out.port}/x",
        "http://host{photo.out.path}",
        "{photo.out.scheme}://host/x",
        "{photo.out.url}",
        "http://host/x#{photo.out.part}",
        "http://{secrets.HOST}/x",
    ],
)
def test_a_value_chooses_neither_host_nor_scheme(url: str) -> None:
    [fault] = check(asking(url))

    assert (fault.code, fault.field) == ("bad-url", "url")
    assert fault.hint == "write scheme and host as they are"


@pytest.mark.parametrize(
    "url, code",
    [
        ("http://host/{photo.out.image}", None),
        ("http://host?q={photo.out.image}&r={secrets.KEY}", None),
        ("http://host/{{literally}}", None),
        ("http://host/{photo}", "bad-reference"),
        ("http://host/{phto.out.image}", "unknown-node"),
        ("http://host/{a b", "bad-url"),
        ("http://host/{secrets.no good}", "bad-url"),
    ],
)
def test_a_value_may_stand_in_path_and_query(url: str, code: str | None) -> None:
    assert [fault.code for fault in check(asking(url))] == ([code] if code else [])


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


def test_a_text_that_looks_like_a_reference_gets_both_remedies() -> None:
    [fault] = check(asking("http://host", headers={"X-Site": "www.out.com"}))
    said = asking("http://host", headers={"X-Site": {"value": "www.out.com"}})

    assert (fault.field, fault.code) == ("headers.X-Site", "unknown-node")
    assert fault.hint.endswith('write {"value": "www.out.com"}')
    assert found(said) == []


def test_ordinary_headers_are_fine() -> None:
    headers = {"Accept": "text/html", "X-Key": "a\tb é"}

    assert found(asking("http://host", headers=headers)) == []


@pytest.mark.parametrize(
    "node_, field", [({"url": 3}, "url"), ({"headers": 3}, "headers")]
)
def test_what_is_no_text_is_told_once(node_: Any, field: str) -> None:
    document = around(node("ask", kind="http", **{"url": "http://host", **node_}))

    assert found(document) == [("wrong-type", "ask", field)]


@pytest.mark.parametrize(
    "value",
    [3, True, None, "text/html", "www.host.org", "photo.out.image", {"value": "x"}]
    + [{"from": "photo.out.image", "default": None}, {"template": "a {secrets.B}"}],
)
@pytest.mark.parametrize("field", ["headers", "query"])
def test_headers_and_the_query_take_values(field: str, value: Any) -> None:
    document = asking("http://host", **{field: {"X-Key": value}})

    assert found(document) == []


@pytest.mark.parametrize(
    "value, code",
    [
        ("phto.out.image", "unknown-node"),
        ("Bearer {secrets.KEY}", "bad-value"),
        ("{secrets.KEY}", "bad-value"),
        ("secrets.KEY", "bad-value"),
        ("x {photo.out.image}", "bad-value"),
        ({"a": 1}, "bad-value"),
        ({"template": "{secrets.no good}"}, "bad-value"),
        ({"value": "a\nb"}, "bad-header"),
        ({"template": "a\rb"}, "bad-header"),
        ([1], "bad-value"),
    ],
)
def test_a_header_that_cannot_be_meant_is_a_fault(value: Any, code: str) -> None:
    document = asking("http://host", headers={"X-Key": value})

    assert found(document) == [(code, "ask", "headers.X-Key")]


@pytest.mark.parametrize("field", ["headers", "query"])
def test_a_constant_that_names_a_secret_is_warned_of(field: str) -> None:
    constant = {"value": "Bearer {secrets.KEY}"}
    [fault] = check(asking("http://host", **{field: {"X-Key": constant}}))

    assert (fault.code, fault.field) == ("bad-value", f"{field}.X-Key")
    assert fault.level == "warning"
    assert fault.hint == 'write {"template": "Bearer {secrets.KEY}"}'


@pytest.mark.parametrize("text", ["secrets.KEY", "{secret}", "{secrets.no good}", 3])
def test_a_constant_without_the_name_of_a_secret_is_sent_as_it_is(text: Any) -> None:
    assert found(asking("http://host", headers={"X-Key": {"value": text}})) == []


def test_a_secret_is_named_by_http_nodes_only() -> None:
    secret = {"template": "{secrets.KEY}"}
    document = asking("http://host", input={"k": secret})

    assert found(document) == [("bad-value", "ask", "input.k")]


def test_a_get_sends_no_body() -> None:
    assert found(asking("http://host", send="json")) == [("no-effect", "ask", "send")]
    assert found(asking("http://host", send="json", verb="DELETE")) == []


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


COLLIDING = [
    ({"v": "a.out.x", "v1": "a.out.y"}, "v1"),
    ({"v1": "a.out.x", "v": "a.out.y"}, "v1"),
    ({"v": "a.out.x", "v007": "a.out.y"}, "v007"),
    ({"": "a.out.x", "12": "a.out.y"}, "12"),
    ({"a b": "a.out.x", "a b2": "a.out.y"}, "a b2"),
]


@pytest.mark.parametrize("collect, key", COLLIDING)
def test_keys_of_collect_that_spell_the_same_name_are_refused(
    collect: dict[str, str], key: str
) -> None:
    document = around(loop("each", [node("a")], collect=collect))

    [fault] = check(document)

    assert (fault.code, fault.field) == ("colliding-keys", f"collect.{key}")
    assert "overwrite each other" in fault.message


DISTINCT = [
    {"v": "a.out.x", "v_1": "a.out.y"},
    {"v1": "a.out.x", "v2": "a.out.y", "w": "a.out.z"},
    {"v": "a.out.x", "v1b": "a.out.y"},
    {"v": "a.out.x", "v²": "a.out.y", "v١": "a.out.z"},
]


@pytest.mark.parametrize("collect", DISTINCT)
def test_keys_of_collect_that_stay_apart_are_accepted(collect: dict[str, str]) -> None:
    assert found(around(loop("each", [node("a")], collect=collect))) == []


def test_each_key_that_collides_is_told_once() -> None:
    collect = {key: "a.out" for key in ("v", "v1", "v12", "w")}
    document = around(loop("each", [node("a")], collect=collect))

    fields = [field for _, _, field in found(document)]

    assert fields == ["collect.v1", "collect.v12"]
