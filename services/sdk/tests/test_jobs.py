"""The queue is bounded, work is done once, and a stop loses nothing."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
from sample_service import app, gates
from service_sdk.testing import Kit

from servers.waiting import block_until


def test_a_full_queue_refuses_more_work_for_a_while() -> None:
    with Kit(app, workers=1, queue_size=1) as kit:
        kit.dispatch("wait", "works", name="works")
        gates.entered.acquire()
        waits = kit.dispatch("wait", "waits", name="waits")

        full = kit.dispatch("wait", "full", name="full")
        gates.open.release(2)

    assert waits.status_code == 202
    assert (full.status_code, full.headers["retry-after"]) == (503, "2")
    assert kit.engine.reply("waits").typed == {"name": "waits"}
    gates.entered.acquire()


def test_orders_whose_body_does_not_come_keep_no_other_out() -> None:
    order = b"POST /whoami HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
    with Kit(app, queue_size=2) as kit, ExitStack() as stack:
        address = httpx.URL(kit.url)
        for _ in range(4):
            line = socket.create_connection((address.host, address.port))
            stack.enter_context(line)
            line.sendall(order + b"Content-Type: application/json\r\n\r\n{")

        # In their first second they may be just slow.
        block_until(
            lambda: kit.dispatch("whoami", "next").status_code == 202, seconds=8
        )


def test_undelivered_results_count_too() -> None:
    with Kit(app, open_limit=1, callback_delay=30, shutdown_seconds=0.1) as kit:
        kit.engine.answers = [503]
        kit.dispatch("whoami", "undelivered")
        kit.engine.reply("undelivered")

        answer = kit.dispatch("whoami", "next")

    assert answer.status_code == 503


def test_a_repeated_request_is_acknowledged_and_done_once() -> None:
    with Kit(app, workers=2) as kit:
        kit.dispatch("wait", "twice", name="twice")
        gates.entered.acquire()

        again = kit.dispatch("wait", "twice", name="twice")
        gates.open.release()
        reply = kit.engine.reply("twice")

    assert (again.status_code, again.json()) == (202, {"jobId": "twice"})
    assert reply.typed == {"name": "twice"}
    assert gates.calls.count("twice") == 1
    assert not kit.engine.has_reply("twice")


def test_a_request_that_arrives_twice_at_the_same_time_is_done_once() -> None:
    half = threading.Event()

    def slowly(text: bytes) -> Iterator[bytes]:
        yield text[:5]
        half.wait()
        yield text[5:]

    with Kit(app, workers=2) as kit:
        query = {"callback_url": kit.callback_url, "task_id": "same"}
        text = b'{"name": "same"}'
        slow = threading.Thread(
            target=lambda: kit.http.post(
                "/wait",
                params=query,
                content=slowly(text),
                headers={"content-type": "application/json"},
            )
        )
        slow.start()

        kit.dispatch("wait", "same", name="same")
        gates.entered.acquire()
        half.set()
        slow.join()
        gates.open.release()

    assert gates.calls.count("same") == 1


def test_a_stop_waits_for_running_work_and_delivers_it() -> None:
    with Kit(app) as kit:
        kit.dispatch("wait", "stopped", name="stopped")
        gates.entered.acquire()
        gates.open.release()

    assert kit.engine.reply("stopped").typed == {"name": "stopped"}


def test_work_that_takes_too_long_for_a_stop_is_given_back() -> None:
    with Kit(app, workers=1, shutdown_seconds=0.1) as kit:
        kit.dispatch("wait", "runs", name="runs")
        gates.entered.acquire()
        kit.dispatch("wait", "queued", name="queued")

    gates.open.release()
    for task in ("runs", "queued"):
        assert kit.engine.reply(task).typed == {
            "type": "error",
            "message": "the service stopped before the work was done",
            "retryable": True,
        }


def test_waiting_work_is_on_disk(tmp_path: Path) -> None:
    upload = os.urandom(300_000)
    with Kit(app, workers=1, spool_dir=str(tmp_path)) as kit:
        kit.dispatch("wait", "first", name="first")
        gates.entered.acquire()
        kit.dispatch("echo", "second", file=upload)

        on_disk = [file.read_bytes() for file in tmp_path.rglob("part*")]
        gates.open.release()
        reply = kit.engine.reply("second")

    assert upload in on_disk
    assert reply.files["result"].read() == upload
