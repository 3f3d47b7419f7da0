"""Results come by callback: each is taken once, and only for an attempt that waits."""

from typing import Any

import httpx
import pytest
from engine.settings import Settings

from servers.waiting import until

from .conftest import blob_files

JSON = {"content-type": "application/json"}


@pytest.fixture
async def task(client: httpx.AsyncClient, worker: Any) -> str:
    """A task that waits for the result of `work`."""
    answer = await client.post("/services/work", json={"x": 1})
    return str(answer.json()["jobId"])


async def test_a_json_result_is_the_output(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    answer = await client.post(await worker.called(), json={"y": [1, None]})

    assert answer.status_code == 200
    assert (await ended(task))["status"] == "finished"
    assert (await client.get(f"/tasks/{task}")).json() == {"y": [1, None]}


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ('{"y": "é€"}'.encode("utf-8-sig"), ""),
        ('{"y": "é€"}'.encode("utf-16"), ""),
        ('{"y": "é€"}'.encode("cp1252"), "; charset=iso-8859-1"),
    ],
)
@pytest.mark.parametrize("in_part", [False, True])
async def test_a_result_is_read_in_its_charset(
    client: httpx.AsyncClient,
    worker: Any,
    task: str,
    ended: Any,
    raw: bytes,
    charset: str,
    in_part: bool,
) -> None:
    type_ = f"application/json{charset}"
    url = await worker.called()

    if in_part:
        answer = await client.post(url, files={"data": (None, raw, type_)})
    else:
        headers = {"content-type": type_}
        answer = await client.post(url, content=raw, headers=headers)

    assert answer.status_code == 200
    await ended(task)
    assert (await client.get(f"/tasks/{task}")).json() == {"y": "é€"}


async def test_parts_are_blobs_and_json_parts_join_the_typed_output(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    parts = {
        "blurred.jpg": ("x", b"\xff\xd8", "image/jpeg"),
        "data": (None, b'{"areas": [1]}', "application/json"),
        "word": (None, b"plain"),
    }

    answer = await client.post(await worker.called(), files=parts)
    await ended(task)
    outputs = (await client.get(f"/tasks/{task}")).json()

    assert answer.status_code == 200
    assert outputs["areas"] == [1]
    assert outputs["word"] == "plain"
    assert (await client.get(outputs["blurred.jpg"])).content == b"\xff\xd8"


async def test_a_repeat_of_an_accepted_result_changes_nothing(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any, settings: Settings
) -> None:
    url = await worker.called()
    await client.post(url, json={"y": 1})
    await ended(task)

    again = await client.post(url, files={"y": ("f", b"other", "a/b")})

    assert again.status_code == 200
    assert (await client.get(f"/tasks/{task}")).json() == {"y": 1}
    assert blob_files(settings) == []


async def test_progress_is_noted_and_the_result_still_awaited(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    url = await worker.called()
    said = {"type": "progress", "message": "half of it" + "." * 2000}

    async def noted() -> str:
        status = (await client.get(f"/tasks/{task}/status")).json()
        return str(status["waiting"][0]["for"])

    async def is_noted() -> bool:
        return (await noted()).startswith("half of it")

    answer = await client.post(url, json=said)
    await until(is_noted)
    length = len(await noted())
    await client.post(url, json={"y": 1})

    assert answer.status_code == 200
    assert length == 1000
    assert (await ended(task))["status"] == "finished"


@pytest.mark.parametrize(
    "result",
    [
        {"type": "progress", "message": 7},
        {"type": "progress", "message": "done", "more": 1},
        {"type": "progress"},
    ],
)
async def test_a_result_that_only_looks_like_progress_is_the_result(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any, result: Any
) -> None:
    await client.post(await worker.called(), json=result)

    await ended(task)
    assert (await client.get(f"/tasks/{task}")).json() == result


async def test_progress_of_a_cancelled_task_is_told_that_nobody_waits(
    client: httpx.AsyncClient, worker: Any, task: str
) -> None:
    url = await worker.called()
    await client.post(f"/tasks/{task}/cancel")

    answer = await client.post(url, json={"type": "progress", "message": "half"})

    assert answer.status_code == 409


async def test_a_file_may_be_called_data_beside_typed_data(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    parts = [
        ("data", ("f.png", b"picture", "image/png")),
        ("data", (None, b'{"n": 1}', "application/json")),
    ]

    answer = await client.post(await worker.called(), files=parts)

    assert answer.status_code == 200, answer.text
    await ended(task)
    outputs = (await client.get(f"/tasks/{task}")).json()
    assert outputs["n"] == 1
    assert (await client.get(outputs["data"])).content == b"picture"


async def test_a_key_cannot_be_a_file_and_typed_data(
    client: httpx.AsyncClient, worker: Any, task: str, settings: Settings
) -> None:
    parts = [
        ("data", ("f.png", b"picture", "image/png")),
        ("data", (None, b'{"data": 1}', "application/json")),
    ]

    answer = await client.post(await worker.called(), files=parts)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["data"]
    assert blob_files(settings) == []


async def test_a_key_that_ends_in_a_backslash_comes_through(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    parts = {"a\\": ("f.png", b"picture", "image/png"), "b": ("g", b"2", "a/b")}

    answer = await client.post(await worker.called(), files=parts)

    assert answer.status_code == 200, answer.text
    await ended(task)
    outputs = (await client.get(f"/tasks/{task}")).json()
    assert set(outputs) == {"a\\", "b"}


async def test_an_error_of_the_service_is_the_error_of_the_task(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    url = await worker.called()

    answer = await client.post(url, json={"type": "error", "message": "no face"})

    status = await ended(task)
    assert answer.status_code == 200
    assert (status["status"], status["failed"]["message"]) == ("error", "no face")
    outputs = await client.get(f"/tasks/{task}")
    assert outputs.status_code == 409
    assert "no face" in outputs.json()["detail"]


@pytest.mark.parametrize("message", [None, "", {"a": 1}, "x" * 40_000])
async def test_an_error_in_no_words_is_an_error_all_the_same(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any, message: Any
) -> None:
    url = await worker.called()

    answer = await client.post(url, json={"type": "error", "message": message})

    status = await ended(task)
    assert answer.status_code == 200
    assert status["status"] == "error"
    assert 0 < len(status["failed"]["message"]) <= 10_000


@pytest.mark.parametrize(
    "forged", ["", "x", "a.b", "ä.ö", "W10.AAAAAAAAAAAAAAAAAAAAAA"]
)
async def test_an_unknown_id_gets_404(client: httpx.AsyncClient, forged: str) -> None:
    answer = await client.post("/callback", params={"task_id": forged}, json={})

    assert answer.status_code == 404


async def test_a_changed_id_gets_404_and_changes_nothing(
    client: httpx.AsyncClient, worker: Any, task: str, settings: Settings
) -> None:
    url = await worker.called()
    changed = url[:-3] + ("AAA" if url[-3:] != "AAA" else "BBB")

    answer = await client.post(changed, files={"y": ("f", b"1", "a/b")})

    assert answer.status_code == 404
    assert blob_files(settings) == []
    status = (await client.get(f"/tasks/{task}/status")).json()
    assert status["status"] == "running"


async def test_a_result_nobody_waits_for_gets_409_and_leaves_nothing(
    client: httpx.AsyncClient, worker: Any, task: str, settings: Settings
) -> None:
    url = await worker.called()
    await client.post(f"/tasks/{task}/cancel")

    answer = await client.post(url, files={"y": ("f", b"1", "a/b")})

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:marketplace:problem:outdated-attempt"
    assert blob_files(settings) == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (JSON, b'{"y": NaN}', 400),
        (JSON, b"[1]", 400),
        (JSON, b'{"y": {"$blob": "other/blob", "type": "a/b", "size": 1}}', 400),
        ({"content-type": "image/png"}, b"123", 415),
        (JSON, b'{"y": "' + b"x" * 50_000 + b'"}', 413),
        (
            {"content-type": "multipart/form-data; boundary=X"},
            b'--X\r\nContent-Disposition: form-data; name="y"; filename="f"\r\n\r\n1',
            400,
        ),
        (
            {"content-type": "multipart/form-data; boundary=X"},
            b'--X\r\nContent-Disposition: form-data; name="y"; filename="f"\r\n\r\n1'
            b'\r\n--X\r\nContent-Disposition: form-data; name="y"\r\n\r\n1\r\n--X--',
            422,
        ),
    ],
)
async def test_a_bad_result_is_refused_and_the_task_waits_on(
    client: httpx.AsyncClient,
    worker: Any,
    task: str,
    settings: Settings,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    url = await worker.called()

    refused = await client.post(url, content=body, headers=headers)

    assert refused.status_code == status
    assert blob_files(settings) == []
    assert (await client.post(url, json={"y": 1})).status_code == 200


async def test_the_callback_is_not_in_the_documentation(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()

    assert "/callback" not in document["paths"]


FORM = "multipart/form-data; boundary=b"
REFUSED_RESULTS = {
    "nan": (b'{"y": NaN}', "application/json", 400),
    "list": (b"[1]", "application/json", 400),
    "empty": (b"", "application/json", 400),
    "not utf-8": (b'{"y": "\xff"}', "application/json", 400),
    "charset": (b"{}", "application/json; charset=klingon", 400),
    "two keys": (b'{"y": 1, "y": 2}', "application/json", 400),
    "large integer": (b'{"y": 123456789012345678901}', "application/json", 400),
    "type": (b"y", "text/plain", 415),
    "no type": (b"{}", "", 415),
    "too large": (b'{"y": "' + b"x" * 50_000 + b'"}', "application/json", 413),
    "too deep": (b"[" * 40 + b"]" * 40, "application/json", 413),
    "reserved key": (b'{"y": {"$blob": "a/b"}}', "application/json", 400),
    "broken multipart": (b"--b\r\n\r\nx", FORM, 400),
    "reserved part": (
        b'--b\r\nContent-Disposition: form-data; name="$blob"\r\n'
        b"Content-Type: a/b\r\n\r\nx\r\n--b--\r\n",
        FORM,
        422,
    ),
    "nan in a part": (
        b'--b\r\nContent-Disposition: form-data; name="data"\r\n'
        b'Content-Type: application/json\r\n\r\n{"y": NaN}\r\n--b--\r\n',
        FORM,
        400,
    ),
}


@pytest.mark.parametrize("name", REFUSED_RESULTS)
async def test_a_refused_result_is_seen_at_once(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any, name: str
) -> None:
    body, type_, status = REFUSED_RESULTS[name]
    url = await worker.called()

    headers = {"content-type": type_} if type_ else {}
    answer = await client.post(url, content=body, headers=headers)

    assert answer.status_code == status
    detail = answer.json()["detail"]
    (waiting,) = (await client.get(f"/tasks/{task}/status")).json()["waiting"]
    raw = (await client.get(f"/tasks/{task}/raw")).json()
    assert waiting["refused"] == detail
    assert waiting["for"] == f"a result; one came and was refused: {detail}"
    assert raw["runs"]["work"]["refused"] == detail

    # A better one is still taken.
    assert (await client.post(url, json={"y": 1})).status_code == 200
    assert (await ended(task))["status"] == "finished"
    raw = (await client.get(f"/tasks/{task}/raw")).json()
    assert raw["runs"]["work"]["refused"] is None


async def test_who_has_no_valid_id_notes_nothing(
    client: httpx.AsyncClient, worker: Any, task: str
) -> None:
    url = await worker.called()

    forged = await client.post(f"{url}x", content=b"[1]", headers=JSON)

    assert forged.status_code == 404
    (waiting,) = (await client.get(f"/tasks/{task}/status")).json()["waiting"]
    assert waiting["refused"] is None


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"error": {"message": "no memory"}}, "no memory"),
        ({"message": {"detail": "no face"}}, "no face"),
        ({"detail": [{"loc": ["image"], "msg": "is empty"}]}, "image: is empty"),
        ({"code": 7}, '{"code":7}'),
    ],
)
async def test_what_a_service_says_of_its_failure_is_shown_whatever_the_key(
    client: httpx.AsyncClient,
    worker: Any,
    task: str,
    ended: Any,
    told: dict[str, Any],
    shown: str,
) -> None:
    await client.post(await worker.called(), json={"type": "error", **told})

    assert (await ended(task))["message"] == f"node work: {shown}"


async def test_a_failure_needs_no_message(
    client: httpx.AsyncClient, worker: Any, task: str, ended: Any
) -> None:
    await client.post(await worker.called(), json={"type": "error"})

    assert "an error without a message" in (await ended(task))["message"]
