"""What people read of a route, and what they can type for it."""

import io
from typing import Any

import pytest
from engine.cli.contract_fields import key_words, words_of_options
from engine.cli.describe import describe, examples, show_options
from engine.cli.fields import Fields
from engine.cli.listing import takes
from engine.cli.screen import Screen
from engine.cli.trouble import Trouble
from engine.domain.contracts.contract import Contract

FILE = {"type": "string", "format": "binary", "contentMediaType": "image/png"}
TAKES: dict[str, Any] = {
    "type": "object",
    "properties": {
        "image": FILE,
        "width": {
            "type": "integer",
            "minimum": 1,
            "maximum": 8000,
            "default": 160,
            "description": "In pixels.",
        },
        "mode": {"enum": ["fast", "good"]},
        "on": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
        "pages": {"type": "array", "items": FILE},
        "label": {"anyOf": [{"type": "string"}, {"type": "null"}], "deprecated": True},
    },
    "required": ["image"],
}
ROUTE = {
    "route": "resize",
    "summary": "Make it larger",
    "description": "Or smaller.",
    "missing": ["image-resize"],
    "inputSchema": TAKES,
    "outputSchema": {"type": "object", "properties": {"result": FILE}},
}
URL = "http://127.0.0.1:8000"
UNUSED: dict[str, Any] = {
    "pipelines": [],
    "hidden": 0,
    "schedules": [],
    "hidden_schedules": 0,
}


def shown(show: Any) -> str:
    file = io.StringIO()
    show(Screen(file=file, width=200))
    return file.getvalue()


def test_a_route_is_described_with_its_keys_and_examples() -> None:
    text = shown(lambda screen: describe(ROUTE, UNUSED, URL, screen))

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "resize Make it larger" in lines
    assert "tasks wait for image-resize, which nobody announces" in lines
    assert "image file (image/png)" in lines
    assert "width? integer In pixels; at least 1; at most 8000; default 160" in lines
    assert "mode? 'fast' | 'good'" in lines
    assert "pages? list of file (image/png)" in lines
    assert "label? text or null deprecated" in lines
    assert "result? file (image/png)" in lines
    assert f"curl -F image=@file {URL}/services/resize" in lines


def test_who_uses_a_route_is_told_with_the_steps() -> None:
    steps = [{"node": "faces"}, {"node": "again"}]
    callers = [
        {"route": "album", "steps": steps, "total": 5},
        {"route": "shop", "steps": steps[:1], "total": 1},
    ]
    used = UNUSED | {"pipelines": callers, "hidden": 2}

    text = shown(lambda screen: describe(ROUTE, used, URL, screen))
    alone = shown(lambda screen: describe(ROUTE, UNUSED, URL, screen))

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "album faces, again and 3 more" in lines
    assert "shop faces" in lines
    assert "2 in spaces that are not yours" in lines
    assert "used by" in text
    assert "used by" not in alone


def test_when_a_route_is_started_is_told() -> None:
    times = [
        {"id": "1", "cron": "30 7 * * *", "timezone": "Europe/Berlin", "paused": False},
        {"id": "2", "cron": "0 4 * * *", "timezone": "UTC", "paused": True},
    ]
    used = UNUSED | {"schedules": times, "hidden_schedules": 3}

    text = shown(lambda screen: describe(ROUTE, used, URL, screen))
    alone = shown(lambda screen: describe(ROUTE, UNUSED, URL, screen))

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "30 7 * * * Europe/Berlin" in lines
    assert "0 4 * * * UTC paused" in lines
    assert "3 that owners of their spaces see" in lines
    assert "started at" not in alone


def test_the_options_of_a_route_are_shown() -> None:
    text = shown(lambda screen: show_options(ROUTE, screen))

    assert "run resize [OPTIONS]" in text
    assert "--width" in text
    assert "required" in text


def test_a_route_of_which_nothing_is_told_takes_anything() -> None:
    bare = ROUTE | {"inputSchema": {}, "outputSchema": None, "missing": []}

    text = shown(lambda screen: describe(bare, UNUSED, URL, screen))

    assert "anything" in text
    assert "not told" in text


def test_a_call_in_json_has_an_example_too() -> None:
    schema = {"properties": {"n": {"type": "integer"}}, "examples": [{"n": 7}]}

    calls = dict(examples(ROUTE | {"inputSchema": schema}, URL))

    assert calls["curl"] == f"curl --json '{{\"n\": 7}}' {URL}/services/resize"
    assert calls["shell"].endswith("run resize --n 7")
    assert "n=7" in calls["Python"] or "{'n': 7}" in calls["Python"]


def test_the_example_of_the_author_is_taken() -> None:
    told = {"image": "a b.png", "pages": ["1.png", "2.png"], "width": 8}
    schema = TAKES | {"examples": [told]}

    calls = dict(examples(ROUTE | {"inputSchema": schema}, URL))

    parts = "-F 'image=@a b.png' -F pages=@1.png -F pages=@2.png -F width=8"
    assert calls["curl"] == f"curl {parts} {URL}/services/resize"
    assert "--pages 1.png --pages 2.png" in calls["shell"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["--width", "160"], ["width:=160"]),
        (["--width=160"], ["width:=160"]),
        (["--image", "a.png"], ["image=@a.png"]),
        (["--pages", "a", "--pages", "b"], ["pages=@a", "pages=@b"]),
        (["--mode", "fast"], ["mode=fast"]),
        (["--on", "--no-on"], ["on:=true", "on:=false"]),
        (["--on", "false"], ["on:=false"]),
        (["--label", "x", "width=3"], ["label=x", "width=3"]),
    ],
)
def test_options_are_words(typed: list[str], expected: list[str]) -> None:
    assert words_of_options(Contract(TAKES), typed) == expected


@pytest.mark.parametrize(
    ("typed", "hint"),
    [(["--widht", "1"], "did you mean “width”?"), (["--width"], "write --width VALUE")],
)
def test_an_option_that_is_not_there_is_named(typed: list[str], hint: str) -> None:
    with pytest.raises(Trouble) as trouble:
        words_of_options(Contract(TAKES), typed)

    assert trouble.value.remedy == hint


def test_a_text_is_read_as_json_where_none_is_taken() -> None:
    fields = Fields.read(["width=3", "mode=fast", "label=7"])

    fields.read_texts(Contract(TAKES))

    assert fields.typed == {"width": 3}
    assert fields.texts == {"mode": "fast", "label": "7"}


def test_a_list_shows_the_keys_that_a_route_takes() -> None:
    assert str(takes(ROUTE)).startswith("image, width?, mode?")
    assert str(takes({"inputSchema": None})) == ""


def test_the_names_of_kinds_are_those_of_the_schema() -> None:
    schema = {"properties": {"any": {}, "many": {"type": ["integer", "null"]}}}

    kinds = [key.kind for key in key_words(schema)]

    assert kinds == ["anything", "integer or null"]
