"""The result of each piece of work is delivered by callback, after errors too."""

import json
import logging

import pytest
from pictures import red_dot
from sample_service import app
from service_sdk import File
from service_sdk.callback import Patience
from service_sdk.testing import Kit, Reply


def test_a_picture_in_and_a_dataclass_out(kit: Kit) -> None:
    reply = kit.call("average-shade", image=red_dot())

    assert reply.typed == {"red": 255.0, "green": 0.0, "blue": 0.0}


def test_json_in_and_a_scalar_out_under_the_name_result(kit: Kit) -> None:
    reply = kit.call("greet", person={"name": "Ada"})

    assert reply.typed == {"result": "Good day, Ada"}


def test_parameters_are_sent_under_their_alias(kit: Kit) -> None:
    reply = kit.call("grow", person={"age": 36}, howMany="4")

    assert reply.typed == {"name": "Myself", "age": 40}


def test_files_and_values_come_back_together(kit: Kit) -> None:
    text = File(b"hello ", "text/plain", "greeting.txt")

    reply = kit.call("split", text=text, at=4, strip=True)

    head = reply.files["head"]
    tail = reply.files["tail"]
    assert reply.typed == {"length": 6}
    assert head.content == b"hell"
    assert head.media_type == "text/plain"
    assert head.name == "head.txt"
    assert tail.content == b"o"
    assert tail.media_type == "text/x-tail"
    assert tail.name == "tail"


def test_an_optional_file_is_passed_on(kit: Kit) -> None:
    text = File(b"a", "text/plain")

    reply = kit.call("split", text=text, extra=b"\0 binary \r\n--")

    assert reply.files["extra"].content == b"\0 binary \r\n--"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"imge": b"file"}, "imge: unknown; did you mean “image”?"),
        ({"more": [1]}, "more: unknown; known are image"),
        ({"imag": None}, "imag: unknown; did you mean “image”?"),
    ],
)
def test_inputs_that_nothing_takes_are_named(
    kit: Kit, inputs: dict[str, object], message: str
) -> None:
    reply = kit.call("average-shade", image=red_dot(), **inputs)

    assert reply.error == message


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "image: missing; send a file under this name"),
        ({"image": "photo.png"}, "image: must be a file, sent as a part"),
        ({"image": File(b"x", "text/plain")}, "image: text/plain is not accepted"),
        ({"image": b""}, "image: the file is empty"),
        ({"image": b"x"}, "image: not a picture in BMP or"),
    ],
)
def test_a_wrong_file_is_named(
    kit: Kit, inputs: dict[str, object], message: str
) -> None:
    reply = kit.call("average-shade", **inputs)

    assert reply.error and reply.error.startswith(message)
    assert "retryable" not in reply.typed


def test_every_wrong_value_is_named(kit: Kit) -> None:
    reply = kit.call("grow", person={"age": "old"}, howMany=-1)

    assert reply.error and reply.error.startswith("person.age: ")
    assert "; howMany: Input should be greater than or equal to 0" in reply.error


@pytest.mark.parametrize(
    ("how", "typed"),
    [
        ("input", {"message": "how: not like this"}),
        ("again", {"message": "the database is resting", "retryable": True}),
        ("purpose", {"message": "on purpose"}),
        ("inexpressible", {"message": "fail failed: ValueError: no such word"}),
    ],
)
def test_a_failure_says_why(kit: Kit, how: str, typed: dict[str, object]) -> None:
    reply = kit.call("fail", how=how)

    assert reply.typed == {"type": "error", **typed}


def test_a_result_that_json_cannot_hold_is_a_failure(kit: Kit) -> None:
    reply = kit.call("inexpressible")

    assert reply.error == (
        "inexpressible returned what cannot be sent: “thing” is a lock, which cannot "
        "be written as JSON"
    )


def test_no_result_is_an_empty_object(kit: Kit) -> None:
    assert kit.call("fail", how="not").typed == {}


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_a_callback_is_repeated_until_it_is_taken(status: int) -> None:
    with Kit(app) as kit:
        kit.engine.answers = [status, status]

        kit.dispatch("greet", "task", person={})
        replies = [kit.engine.reply("task") for _ in range(3)]

    assert replies == [Reply({"result": "Good day, Myself"})] * 3
    assert not kit.engine.has_reply("task")


@pytest.mark.parametrize("status", [404, 409])
def test_a_result_that_is_not_wanted_is_not_sent_again(status: int) -> None:
    with Kit(app) as kit:
        kit.engine.answers = [status]

        kit.dispatch("whoami", "task")
        kit.engine.reply("task")

    assert not kit.engine.has_reply("task")


def test_a_refused_result_becomes_an_error(caplog: pytest.LogCaptureFixture) -> None:
    with Kit(app) as kit:
        kit.engine.answers = [413, 413]

        kit.dispatch("whoami", "task")
        refused = kit.engine.reply("task")
        error = kit.engine.reply("task")

    assert "process" in refused.typed
    assert error.error == (
        "the engine refused the result of the service: 413: as the test wants it"
    )
    assert "answers 413: as the test wants it" in caplog.text
    assert not kit.engine.has_reply("task")


def test_an_engine_that_cannot_be_reached_is_tried_until_the_patience_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    nowhere = {"callback_url": "http://127.0.0.1:1/callback?x=y", "task_id": "lost"}

    with Kit(app, callback_hours=0.00002, callback_addresses="127.0.0.1") as kit:
        kit.http.post("/whoami", params=nowhere, json={}).raise_for_status()

    assert "cannot reach 127.0.0.1" in caplog.text
    assert "gave up delivering the result" in caplog.text


def test_the_parameters_of_the_callback_url_are_kept(kit: Kit) -> None:
    url = f"{kit.callback_url}?task_id=old&owner=ada"

    kit.http.post(
        "/whoami", params={"callback_url": url, "task_id": "a/b c&d"}, json={}
    ).raise_for_status()

    assert "process" in kit.engine.reply("a/b c&d").typed


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"callback_url": "ftp://x/", "task_id": "1"}, "callback_url"),
        ({"callback_url": "http://x:port/", "task_id": "1"}, "callback_url"),
        ({"callback_url": "http://x/"}, "task_id"),
        ({"task_id": "../x"}, "task_id"),
        ({"task_id": "x" * 2001}, "task_id"),
    ],
)
def test_a_request_whose_result_cannot_be_delivered_is_refused(
    kit: Kit, query: dict[str, str], field: str
) -> None:
    answer = kit.http.post("/whoami", params=query, json={})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_delays_grow_up_to_a_bound_and_end() -> None:
    patience = Patience(first_seconds=1, longest_seconds=8, total_seconds=60)

    delays = list(patience.delays())

    assert 0.75 <= delays[0] <= 1 < delays[1] <= 2
    assert max(delays) <= 8
    assert 60 <= sum(delays) <= 68


def test_the_failure_of_an_author_s_code_is_logged_with_its_trace(
    kit: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = kit.call("fail", how="inexpressible")

    assert "Traceback" in caplog.text
    assert "Traceback" not in json.dumps(reply.typed)
