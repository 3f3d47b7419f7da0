"""The client against a real engine: files, results, failures, waits."""

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from marketplace_client import (
    Client,
    Event,
    Problem,
    RemoteFile,
    Task,
    TaskFailed,
    TimedOut,
    Unreachable,
    Upload,
)
from real_engine import RealEngine

from servers.ports import free_port

PNG = b"\x89PNG content"


@pytest.fixture
def client(engine: RealEngine) -> Iterator[Client]:
    with Client(engine.url) as client:
        yield client


def test_typed_values_go_in_and_come_out(client: Client) -> None:
    result = client.run("person", name="Ada", age=36)

    assert dict(result) == {"name": "Ada", "age": 36}


def test_inputs_may_have_names_of_options(client: Client) -> None:
    result = client.run("echo", {"timeout": 5, "on_event": None}, more=[1, {"a": "ß"}])

    assert dict(result) == {"timeout": 5, "on_event": None, "more": [1, {"a": "ß"}]}


@pytest.mark.parametrize("kind", ["path", "bytes", "open", "stream", "upload"])
def test_a_file_is_streamed_up_and_down(
    client: Client, tmp_path: Path, kind: str
) -> None:
    photo = tmp_path / "a photo.png"
    photo.write_bytes(PNG)
    with photo.open("rb") as open_file:
        given = {
            "path": photo,
            "bytes": PNG,
            "open": open_file,
            "stream": io.BytesIO(PNG),
            "upload": Upload(PNG, name="a photo.png"),
        }[kind]

        result = client.run("file", image=given)

    assert isinstance(result["image"], RemoteFile)
    assert result["image"].read() == PNG
    saved = result["image"].save(tmp_path / "copy.png")
    assert saved.read_bytes() == PNG


def test_in_a_folder_a_file_has_the_name_that_the_engine_gives_it(
    client: Client, tmp_path: Path
) -> None:
    result = client.run("file", image=Upload(PNG, name="x.png"))

    saved = result["image"].save(tmp_path)

    assert saved.parent == tmp_path and saved.suffix == ".png"
    assert list(tmp_path.iterdir()) == [saved]


def test_typed_values_travel_beside_files(client: Client) -> None:
    result = client.run("files", image=Upload(PNG, type="image/png"), more=[1, 2])

    assert result["more"] == [1, 2]
    assert result["image"].read() == PNG


def test_an_address_of_another_host_is_not_asked(
    client: Client, engine: RealEngine
) -> None:
    task = client.start("echo", url="http://evil.example/tasks/x/files/y")

    (value,) = task.result().values()

    assert value == "http://evil.example/tasks/x/files/y"


def test_what_does_not_fit_is_a_problem_with_fields(client: Client) -> None:
    with pytest.raises(Problem) as caught:
        client.run("person", name="Ada")

    problem = caught.value
    assert (problem.status, problem.kind) == (422, "invalid-input")
    assert problem.faults[0].field == "age"


def test_an_unknown_route_is_a_problem(client: Client) -> None:
    with pytest.raises(Problem) as caught:
        client.run("absent/../x")

    assert (caught.value.status, caught.value.kind) == (404, "not-found")


def test_a_task_that_fails_says_where_and_why(client: Client) -> None:
    with pytest.raises(TaskFailed) as caught:
        client.run("fails")

    failed = caught.value
    assert (failed.route, failed.node, failed.code) == (
        "fails",
        "broken",
        "code-failed",
    )
    assert "ZeroDivisionError" in failed.message and not failed.cancelled


def test_who_is_out_of_patience_can_cancel(client: Client) -> None:
    with pytest.raises(TimedOut) as caught:
        client.run("long", timeout=0.3)

    task = client.task(caught.value.task_id)
    assert not task.status().ended
    assert task.cancel().cancelled
    with pytest.raises(TaskFailed, match="was cancelled"):
        task.result()


def test_events_are_told_until_the_end(client: Client) -> None:
    events: list[Event] = []

    result = client.run("person", name="Ada", age=36, on_event=events.append)

    assert [event.node for event in events if event.kind == "run"] == ["start", "end"]
    assert events[-1].kind == "task" and events[-1].status == "finished"
    assert [event.id for event in result.task.events(events[0].id)] == [
        event.id for event in events[1:]
    ]


def test_a_wait_ends_with_the_task(client: Client) -> None:
    task = client.start("long")
    cancelling = threading.Timer(0.3, task.cancel)
    cancelling.start()

    status = task.wait(timeout=60)
    # The end can be told before the call that cancels is answered; the client waits.
    cancelling.join()

    assert status.ended and status.cancelled


def test_without_events_the_status_is_looked_at(
    engine: RealEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_events(self: Task, after: str, deadline: float | None) -> Iterator[Event]:
        raise Unreachable("url", "a proxy cut it off")

    monkeypatch.setattr(Task, "_events", no_events)
    with Client(engine.url) as client:
        assert dict(client.run("echo", a=1)) == {"a": 1}


def test_the_same_key_finds_the_first_task(client: Client) -> None:
    first = client.start("echo", a=1, idempotency_key="once and no more")
    again = client.start("echo", a=1, idempotency_key="once and no more")

    assert first.id == again.id


def test_an_erased_task_is_gone(client: Client) -> None:
    task = client.run("echo", a=1).task

    task.erase()

    with pytest.raises(Problem) as caught:
        task.result()
    assert caught.value.status == 404


def test_routes_are_listed(client: Client) -> None:
    assert {"echo", "person"} <= {route["route"] for route in client.routes()}


def test_an_engine_that_is_away_is_unreachable() -> None:
    with Client(f"http://127.0.0.1:{free_port()}", retries=1) as client:
        with pytest.raises(Unreachable, match="cannot be reached"):
            client.start("echo")


class Flaky(httpx.BaseTransport):
    """An engine whose first answers get lost."""

    def __init__(self, lost: int, url: str) -> None:
        self.keys: list[str] = []
        self.lost = lost
        self._real = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._real.handle_request(request)
        if request.method == "POST":
            self.keys.append(request.headers["idempotency-key"])
            if len(self.keys) <= self.lost:
                answer.close()
                raise httpx.ReadError("the answer was lost")
        return answer

    def close(self) -> None:
        self._real.close()


def test_a_start_whose_answer_was_lost_finds_its_task(engine: RealEngine) -> None:
    flaky = Flaky(2, engine.url)
    with Client(engine.url, transport=flaky) as client:
        task = client.start("file", image=Upload(PNG, type="image/png"))

        with Client(engine.url) as other:
            listed = other.call("GET", "/tasks", params={"route": "file"})["items"]
    assert len(flaky.keys) == 3 and len(set(flaky.keys)) == 1
    assert [one["id"] for one in listed].count(task.id) == 1


def test_a_stream_that_can_be_read_once_is_sent_once(engine: RealEngine) -> None:
    flaky = Flaky(1, engine.url)
    reader, writer = socket.socketpair()
    writer.sendall(PNG)
    writer.close()
    with reader, reader.makefile("rb") as stream:
        with Client(engine.url, transport=flaky) as client:
            with pytest.raises(Unreachable):
                client.start("file", image=Upload(stream, type="image/png"))

    assert len(flaky.keys) == 1
