"""A task is one trace: its spans follow from what is stored."""

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from documents import end, loop, node, service, starting_with
from engine.adapters.choice import Adapters
from engine.domain import spans
from engine.domain.frame import FramePath, Push
from engine.domain.gate import admit
from engine.domain.protocol import TRACEPARENT
from engine.domain.spans import root_trace
from engine.ports import Acknowledged, Refused
from engine.usecases import calls, tracing
from engine.usecases.callback_ids import Callback
from playground import URL, Playground, playground
from trace_spans import Side, Span, TraceContext, read, span_id_of

from servers.waiting import until

CAUSE = TraceContext("a" * 32, "b" * 16)
SECOND = timedelta(seconds=1)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

ONE_CALL = starting_with(service("call", "done", service="work"), end("done"))
DELAYED = starting_with(
    service("call", "done", service="work", delay="5s", retry=1), end("done")
)
PAIRS = starting_with(
    loop("each", [service("call", "loopEnd")], "done", items="start.out.items"),
    end("done"),
)


@dataclass
class Noted:
    """Remembers the spans that it is told, each once."""

    spans: dict[str, Span] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        return {"sent": len(self.spans), "lost": 0}

    def add(self, spans: Iterable[Span]) -> None:
        for span in spans:
            self.spans[span.span_id] = span

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans.values() if span.name == name]

    def one(self, name: str) -> Span:
        (span,) = self.named(name)
        return span

    def adapt(self, adapters: Adapters) -> Adapters:
        return replace(adapters, traces=self)


def header_of(delivery: Any) -> TraceContext:
    found = read(delivery.headers[TRACEPARENT])
    assert found
    return found


async def test_a_call_hangs_below_its_run_and_that_below_its_task(
    tmp_path: Path,
) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.announce()
        await play.publish(ONE_CALL)
        task = await play.start()
        delivery = await play.called(1)
        play.clock.now += SECOND
        await play.report(delivery, {"found": 1})
        status = await play.ended(task)

    root, run, attempt = map(noted.one, ("tried", "call", "attempt"))
    assert root.trace_id == task.replace("-", "") == status["trace_id"]
    assert (root.parent_id, run.parent_id) == (None, root.span_id)
    assert (attempt.parent_id, attempt.side) == (run.span_id, Side.CLIENT)
    # The service hangs its own spans below the attempt.
    assert header_of(delivery) == TraceContext(root.trace_id, attempt.span_id)
    assert attempt.ended_at - attempt.started_at == SECOND
    assert {span.trace_id for span in noted.spans.values()} == {root.trace_id}


async def test_a_task_belongs_to_the_trace_of_its_request(tmp_path: Path) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.publish(starting_with(end("done")))
        task = await play.start(cause=CAUSE)
        await play.ended(task)

    root = noted.one("tried")
    assert (root.trace_id, root.parent_id) == (CAUSE.trace_id, CAUSE.span_id)


async def test_waits_and_attempts_that_failed_are_spans(tmp_path: Path) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.announce()
        await play.publish(DELAYED)
        play.outside.answer = Refused("a secret value is wrong")
        task = await play.start()
        await again(play, calls=1)
        await play.waiting(task)
        play.outside.answer = Acknowledged(URL)
        await again(play, calls=2)
        await play.report(play.outside.delivered[1], {"found": 1})
        await play.ended(task)

    run = noted.one("call")
    first, second = sorted(noted.named("attempt"), key=lambda one: one.started_at)
    waits = {one.attributes["marketplace.waits_for"] for one in noted.named("wait")}
    assert (first.failed, second.failed, run.failed) == (True, False, False)
    assert waits == {"delay", "next attempt"}
    for part in (first, second, *noted.named("wait")):
        assert part.parent_id == run.span_id
        assert run.started_at <= part.started_at <= part.ended_at <= run.ended_at
    # Errors quote data: only what kind they are of is told.
    assert "secret" not in repr(noted.spans)


async def test_items_of_a_loop_hang_below_it(tmp_path: Path) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.announce()
        await play.publish(PAIRS)
        task = await play.start(admit({"items": [1, 2]}))
        for number in (1, 2):
            await play.report(await play.called(number), {"found": number})
        await play.ended(task)

    items = noted.named("each[]")
    assert {item.parent_id for item in items} == {noted.one("each").span_id}
    assert {call.parent_id for call in noted.named("call")} == {
        item.span_id for item in items
    }


async def test_a_pushed_result_carries_the_trace(tmp_path: Path) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.publish(starting_with(end("done")))
        await play.start(push=Push(url="http://caller/back", task_id="theirs"))
        delivery = await play.called(1)
        await until(lambda: bool(noted.named("push")))

    push = noted.one("push")
    assert push.parent_id == noted.one("tried").span_id
    assert header_of(delivery).span_id == push.span_id
    assert not push.failed


async def test_code_of_authors_is_a_span(tmp_path: Path) -> None:
    noted = Noted()
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.publish(
            starting_with(node("think", "done", after="node.out['x'] = 1"), end("done"))
        )
        await play.ended(await play.start())

    code = noted.one("code")
    assert code.parent_id == noted.one("tried").span_id
    assert code.attributes["marketplace.evaluations"] == 1


async def test_a_trace_goes_on_after_a_restart(tmp_path: Path) -> None:
    before, after = Noted(), Noted()
    async with playground(tmp_path, adapt=before.adapt) as play:
        await play.announce()
        await play.publish(ONE_CALL)
        task = await play.start()
        delivery = await play.called(1)
        clock = play.clock

    async with playground(tmp_path, clock=clock, adapt=after.adapt) as play:
        await play.report(delivery, {"found": 1})
        await play.ended(task)

    assert not before.spans
    root, run, attempt = map(after.one, ("tried", "call", "attempt"))
    assert run.parent_id == root.span_id
    # What the first process gave to the service names a span of the second.
    assert header_of(delivery) == TraceContext(root.trace_id, attempt.span_id)


async def test_a_request_of_an_http_node_carries_the_trace(tmp_path: Path) -> None:
    noted = Noted()
    ask = node("ask", "done", kind="http", verb="GET", url="https://api/x")
    async with playground(tmp_path, adapt=noted.adapt) as play:
        await play.publish(starting_with(ask, end("done")))
        await play.ended(await play.start())
        (request,) = play.outside.requested

    found = read(str(request.headers[TRACEPARENT]))
    assert found and found.span_id == noted.one("attempt").span_id


async def test_without_traces_nothing_of_them_is_called(tmp_path: Path) -> None:
    called: set[str] = set()

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call":
            called.add(frame.f_code.co_filename)

    async with playground(tmp_path) as play:
        await play.announce()
        await play.publish(ONE_CALL)
        sys.setprofile(note)
        try:
            task = await play.start(push=Push(url="http://caller", task_id="theirs"))
            delivery = await play.called(1)
            await play.report(delivery, {"found": 1})
            pushed = await play.called(2)
        finally:
            sys.setprofile(None)
        status: Any = await play.engine.tasks.status(task)

    ours = {Path(name) for name in called if "/tests/" not in name}
    assert Path(calls.__file__) in ours
    assert not [path for path in ours if path.parent.name == "trace_spans"]
    assert not ours & {Path(spans.__file__), Path(tracing.__file__)}
    assert TRACEPARENT not in {**delivery.headers, **pushed.headers}
    assert status["trace_id"] is None


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        "ff-" + "a" * 32 + "-" + "b" * 16 + "-01",
        "00-" + "0" * 32 + "-" + "b" * 16 + "-01",
        "00-" + "a" * 32 + "-" + "0" * 16 + "-01",
        "00-" + "A" * 32 + "-" + "b" * 16 + "-01",
        "00-" + "٣" * 32 + "-" + "b" * 16 + "-01",
        "00-" + "a" * 32 + "-" + "b" * 16 + "-01\n",
        "00-" + "a" * 32 + "-" + "b" * 16 + "-01-more",
        "00-" + "a" * 3200 + "-" + "b" * 16 + "-01",
        "00-" + "a" * 32 + "-" + "b" * 16 + "-00",
    ],
    ids=[
        "empty",
        "short",
        "version",
        "no trace",
        "no span",
        "capitals",
        "other digits",
        "line break",
        "more",
        "long",
        "not sampled",
    ],
)
def test_a_header_that_is_wrong_begins_no_trace(header: str) -> None:
    assert read(header) is None


def test_a_trace_of_its_own_has_the_id_of_the_task() -> None:
    task = "0b7a4c5e-0000-4000-8000-000000000001"

    assert root_trace(task, None) == task.replace("-", "")
    assert root_trace(task, CAUSE) == f"{'a' * 32}-{'b' * 16}"


async def again(play: Playground, calls: int) -> None:
    """Let time go by until the service was called so often."""

    async def were_made() -> bool:
        if len(play.outside.delivered) < calls:
            await play.announce()
            await play.wait(timedelta(seconds=30))
        return len(play.outside.delivered) >= calls

    await until(were_made)


@pytest.mark.parametrize(
    ("trace_id", "cause", "parent"),
    [
        (CAUSE.trace_id, CAUSE, CAUSE),
        # Another replica has the frame.
        ("", CAUSE, CAUSE),
        # Of a service that knows nothing of traces, and of one that tells of another.
        ("c" * 32, None, "attempt"),
        ("c" * 32, CAUSE, "attempt"),
        ("", None, None),
    ],
    ids=["told", "elsewhere", "silent", "foreign", "unknown"],
)
def test_a_result_hangs_below_what_brings_it_or_below_its_attempt(
    trace_id: str, cause: TraceContext | None, parent: TraceContext | str | None
) -> None:
    path = FramePath("t")
    noted = Noted()
    told = tracing.Tracing(noted, lambda: NOON)
    ordered = Callback(path, "blur", 2, trace=trace_id)

    with suppress(ValueError), told.arrival(ordered, cause):
        raise ValueError("it is not taken")
    with told.arrival(ordered, cause) as arrival:
        arrival.is_result = False

    attempt = TraceContext("c" * 32, span_id_of(path, "blur", "attempt", 2))
    wanted = attempt if isinstance(parent, str) else parent
    results = [
        (one.trace_id, one.parent_id, one.failed) for one in noted.named("result")
    ]
    assert results == ([(wanted.trace_id, wanted.span_id, True)] if wanted else [])
