"""Bad requests are refused with a reason, never with a 5xx, and leave no trace."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

NothingLeft = Callable[[], Awaitable[bool]]
JSON = {"content-type": "application/json"}
FORM = {"content-type": "multipart/form-data; boundary=X"}
PNG = ("a.png", b"123", "image/png")
AREAS = (None, b'{"areas": []}', "application/json")


def form(*parts: bytes, end: bytes = b"--X--\r\n") -> bytes:
    return b"".join(b"--X\r\n" + part + b"\r\n" for part in parts) + end


def part(name: str, content: bytes, type: str = "image/png", more: str = "") -> bytes:
    disposition = f'form-data; name="{name}"; filename="f"{more}'
    head = f"Content-Disposition: {disposition}\r\nContent-Type: {type}\r\n\r\n"
    return head.encode() + content


BODIES: dict[str, tuple[str, dict[str, str], bytes, int]] = {
    "NaN": ("person", JSON, b'{"name": "x", "age": NaN}', 400),
    "65 bits": ("person", JSON, b'{"name": "x", "age": 36893488147419103232}', 400),
    "lone surrogate": ("person", JSON, b'{"name": "\\udc00", "age": 1}', 400),
    "duplicate key": ("person", JSON, b'{"name": "x", "age": 1, "age": 2}', 400),
    "deep nesting": ("any", JSON, b'{"a":' * 40 + b"1" + b"}" * 40, 413),
    "very deep nesting": ("any", JSON, b"[" * 40_000, 413),
    "forged blob": ("any", JSON, b'{"a": {"$blob": "x", "type": "a", "size": 1}}', 400),
    "empty": ("person", JSON, b"", 400),
    "list": ("any", JSON, b"[1, 2]", 400),
    "wrong types": ("person", JSON, b'{"name": 1, "age": "x"}', 422),
    "missing key": ("person", JSON, b'{"name": "x"}', 422),
    "unknown key": ("person", JSON, b'{"name": "x", "age": 1, "b": 2}', 422),
    "large JSON": ("any", JSON, b'{"a": "' + b"x" * 50_001 + b'"}', 413),
    "no content type": ("any", {}, b"{}", 415),
    "form of curl -d": (
        "any",
        {"content-type": "application/x-www-form-urlencoded"},
        b"{}",
        415,
    ),
    "compressed": ("any", JSON | {"content-encoding": "gzip"}, b"\x1f\x8b", 415),
    "binary": ("any", {"content-type": "image/png"}, b"123", 415),
    "no boundary": ("file", {"content-type": "multipart/form-data"}, b"--X--", 400),
    "long boundary": (
        "file",
        {"content-type": f"multipart/form-data; boundary={'X' * 300}"},
        b"",
        400,
    ),
    "no parts": ("file", FORM, form(), 422),
    "no multipart": ("file", FORM, b"what is this", 400),
    "other boundary": ("file", FORM, b"--Y\r\n\r\n\r\n--Y--", 400),
    "cut in a part": ("file", FORM, form(part("image", b"1" * 9999), end=b""), 400),
    "cut in a header": ("file", FORM, b"--X\r\nContent-Dispo", 400),
    "second part cut": (
        "photo",
        FORM,
        form(
            part("image", b"1" * 9999), b"Content-Disposition: form-data; na", end=b""
        ),
        400,
    ),
    "part without a name": ("file", FORM, form(b"Content-Type: a/b\r\n\r\n1"), 400),
    "part without headers": ("file", FORM, form(b"\r\n1"), 400),
    "name not UTF-8": (
        "file",
        FORM,
        form(b'Content-Disposition: form-data; name="\xff"\r\n\r\n1'),
        400,
    ),
    "long name": ("file", FORM, form(part("x" * 300, b"1")), 413),
    "endless header": (
        "file",
        FORM,
        form(part("image", b"1", "a/b" + "c" * 9999)),
        400,
    ),
    "many headers": ("file", FORM, form(b"A: b\r\n" * 30 + part("image", b"1")), 400),
    "thousands of parts": ("file", FORM, form(*[part("image", b"1")] * 2000), 413),
    "same part twice": ("file", FORM, form(*[part("image", b"1")] * 2), 422),
    "large body": ("file", FORM, form(part("image", b"1" * 200_000)), 413),
    "wrong media type": ("photo", FORM, form(part("image", b"1", "text/html")), 415),
    "missing part": ("photo", FORM, form(part("image", b"1")), 422),
    "unknown part": (
        "file",
        FORM,
        form(part("image", b"1"), part("imgae", b"1")),
        422,
    ),
    "broken JSON part": (
        "photo",
        FORM,
        form(part("image", b"1"), part("areas", b"{", "application/json")),
        400,
    ),
    "forged blob in a part": (
        "photo",
        FORM,
        form(part("image", b"1"), part("areas", b'{"$blob": 1}', "application/json")),
        400,
    ),
    "large JSON part": (
        "photo",
        FORM,
        form(part("image", b"1"), part("areas", b" " * 50_001, "application/json")),
        413,
    ),
    "key that is also a file": (
        "photo",
        FORM,
        form(part("image", b"1"), part("areas", b'{"image": 1}', "application/json")),
        422,
    ),
    "forgotten @": (
        "file",
        FORM,
        form(b'Content-Disposition: form-data; name="image"\r\n\r\na.png'),
        422,
    ),
    "file for a JSON route": ("person", FORM, form(part("name", b"1")), 422),
}


@pytest.mark.parametrize(
    ("route", "headers", "body", "status"), BODIES.values(), ids=BODIES
)
async def test_a_bad_body_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient,
    nothing_left: NothingLeft,
    route: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    answer = await client.post(f"/services/{route}", content=body, headers=headers)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert await nothing_left()


async def test_a_chunked_body_beyond_the_limit_is_refused_before_it_ends(
    client: httpx.AsyncClient, nothing_left: NothingLeft
) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b"--X\r\n" + part("image", b"")
        while True:
            sent += 10_000
            yield b"1" * 10_000

    answer = await client.post("/services/file", content=endless(), headers=FORM)

    assert answer.status_code == 413
    assert sent <= 220_000
    assert await nothing_left()


QUERIES: dict[str, tuple[str, dict[str, str]]] = {
    "callback without task_id": ("?callback_url=http://127.0.0.1/x", {}),
    "task_id without callback": ("?task_id=1", {}),
    "empty callback": ("?callback_url=&task_id=1", {}),
    "forbidden callback": ("?callback_url=http://192.0.2.1/x&task_id=1", {}),
    "callback of another kind": ("?callback_url=file:///etc/passwd&task_id=1", {}),
    "callback that is none": ("?callback_url=what&task_id=1", {}),
    "depth in words": ("", {"x-marketplace-depth": "deep"}),
    "negative depth": ("", {"x-marketplace-depth": "-1"}),
    "endless calls": ("", {"x-marketplace-depth": "17"}),
    "empty key": ("", {"idempotency-key": ""}),
    "long key": ("", {"idempotency-key": "x" * 201}),
}


@pytest.mark.parametrize(("query", "headers"), QUERIES.values(), ids=QUERIES)
async def test_a_bad_parameter_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient,
    nothing_left: NothingLeft,
    query: str,
    headers: dict[str, str],
) -> None:
    answer = await client.post(
        f"/services/file{query}", files={"image": PNG}, headers=headers
    )

    assert answer.status_code == 422, answer.text
    assert answer.json()["type"].startswith("urn:marketplace:problem:")
    assert await nothing_left()


async def test_an_unknown_route_is_refused_without_reading_the_body(
    client: httpx.AsyncClient, nothing_left: NothingLeft
) -> None:
    answer = await client.post("/services/nope", files={"image": PNG})

    assert answer.status_code == 404
    assert "nope" in answer.json()["detail"]
    assert await nothing_left()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x\\y.png", "a\x00b", "..", ""]
)
async def test_a_file_name_is_never_a_path(
    client: httpx.AsyncClient, ended: Any, name: str
) -> None:
    files = {"image": (name, b"123", "image/png")}

    started = await client.post("/services/file", files=files)

    task = started.json()["jobId"]
    await ended(task)
    download = await client.get(f"/tasks/{task}/files/image")
    assert download.content == b"123"
    assert 'filename="image.png"' in download.headers["content-disposition"]
    raw = (await client.get(f"/tasks/{task}/raw")).json()
    kept = raw["runs"]["entry"]["output"]["image"].get("name", "")
    assert not set(kept) & set("/\\\x00") and kept != ".."


async def test_the_answer_names_field_type_and_what_is_accepted(
    client: httpx.AsyncClient,
) -> None:
    files = {"image": ("a.gif", b"1", "image/gif"), "areas": AREAS}

    answer = await client.post("/services/photo", files=files)

    problem = answer.json()
    assert answer.status_code == 415
    assert problem["type"] == "urn:marketplace:problem:unsupported-media"
    assert problem["errors"] == [
        {
            "node": None,
            "field": "image",
            "code": "media-type",
            "message": "was sent as image/gif, "
            "but the route accepts image/png, image/jpeg",
            "hint": "send one of image/png, image/jpeg",
            "level": "error",
        }
    ]
