"""What `marketplace doctor` says of services that wait, of clocks, and of room."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from engine.adapters.upkeep.clocks import clock
from engine.adapters.upkeep.findings import Level
from engine.adapters.upkeep.room import MIB, room
from engine.cli.running_engine import engine_at, figures_in, waiting
from engine.program import version
from engine.settings import Settings

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)

METRICS = """\
# TYPE marketplace_service_instances gauge
marketplace_service_instances{service="blur"} %d
# TYPE marketplace_waiting_runs gauge
marketplace_waiting_runs{service="blur"} %d
# TYPE marketplace_oldest_waiting_seconds gauge
marketplace_oldest_waiting_seconds{service="blur"} %d
"""


@pytest.mark.parametrize(
    ("there", "level", "words"),
    [
        (NOON + SECOND / 2, Level.GOOD, "agrees"),
        # The answer took a second: nothing within it can be told from being right.
        (NOON + 2.9 * SECOND, Level.GOOD, "agrees"),
        (NOON + 6 * SECOND, Level.WEAK, "5.0 s ahead of"),
        (NOON - 6 * SECOND, Level.WEAK, "6.0 s behind"),
        (NOON - 90 * SECOND, Level.WRONG, "90.0 s behind"),
    ],
    ids=["within", "slow answer", "ahead", "behind", "far behind"],
)
def test_a_clock_is_compared_as_exactly_as_the_answer_allows(
    there: datetime, level: Level, words: str
) -> None:
    found = clock("MongoDB", there, asked_at=NOON, answered_at=NOON + SECOND)

    assert found.level is level
    assert words in found.text
    assert bool(found.remedy) == (level is not Level.GOOD)


def test_a_disk_that_is_almost_full_is_told() -> None:
    assert room("here", free=15 * MIB).level is Level.WRONG
    assert room("here", free=1023 * MIB).level is Level.WEAK
    assert room("here", free=1024 * MIB).level is Level.GOOD


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((0, 3, 1), "3 runs wait for “blur”, which no service announces"),
        ((1, 3, 1200), "3 runs wait for “blur”, the first for 20 minutes"),
        ((1, 3, 299), "no task waits for a service that is not there"),
        ((0, 0, 0), "no task waits for a service that is not there"),
    ],
    ids=["not there", "not keeping up", "working", "not asked for"],
)
def test_services_that_tasks_wait_for_are_told(
    figures: tuple[int, int, int], words: str
) -> None:
    (found,) = waiting(figures_in(METRICS % figures))

    assert found.text == words


@contextmanager
def engine_of_version(name: str) -> Iterator[Settings]:
    """An engine of this version, as far as the doctor asks; and where it listens."""
    pages = {
        "/readyz": json.dumps({"missing": {}}),
        "/about": json.dumps({"version": name}),
        "/metrics": METRICS % (1, 0, 0),
    }

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages[self.path].encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Settings(port=server.server_port)
        finally:
            server.shutdown()
            thread.join()


def test_an_engine_of_another_version_than_this_one_is_told() -> None:
    with engine_of_version("0.0.1-older") as settings:
        found = next(engine_at(settings, {}))

    assert found.level is Level.WEAK
    assert "the engine that runs is 0.0.1-older" in found.text
    assert f"this one is {version()}" in found.text
    assert "start it again" in found.remedy


def test_an_engine_of_this_version_is_as_it_should_be() -> None:
    with engine_of_version(version()) as settings:
        found = next(engine_at(settings, {}))

    assert found.level is Level.GOOD
    assert version() in found.text
