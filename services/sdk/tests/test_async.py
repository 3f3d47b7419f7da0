"""Operations may be written with `async def`; they can be cancelled."""

import asyncio
import base64
import logging
from pathlib import Path

import pytest
from engine.domain.frame import FramePath
from engine.usecases.callback_ids import CallbackIds
from service_sdk import Service
from service_sdk.log import LINE, OneLine
from service_sdk.testing import Kit

from servers.waiting import block_until

log = logging.getLogger("test_async")
service = Service("async-service")


@service.operation(route="add")
async def add(one: int, other: int) -> int:
    """Add two numbers, both at the same time."""
    return sum(await asyncio.gather(_later(one), _later(other)))


async def _later(number: int) -> int:
    await asyncio.sleep(0)
    return number


@service.operation(route="doze")
async def doze(traces: str) -> None:
    """Sleep, and leave a file behind when cancelled."""
    log.warning("falls asleep")
    try:
        await asyncio.Event().wait()
    finally:
        (Path(traces) / "closed").touch()


@service.operation(route="doze-shortly", max_seconds=0.3)
async def doze_shortly(traces: str) -> None:
    """The same, in less time."""
    await doze(traces)


@service.operation(route="stumble")
async def stumble() -> None:
    """Fail by itself."""
    raise TimeoutError("of its own")


app = service.app
KINDS = pytest.mark.parametrize("kind", ["threads", "processes"])


@KINDS
def test_an_async_function_is_an_operation(kind: str) -> None:
    with Kit(app, worker_kind=kind) as kit:
        reply = kit.call("add", one=1, other=2)
        failed = kit.call("stumble")

    assert reply.typed == {"result": 3}
    assert failed.error == "stumble failed: TimeoutError: of its own"


@KINDS
def test_it_is_cancelled_when_its_result_is_not_wanted(
    kind: str, tmp_path: Path
) -> None:
    with Kit(app, worker_kind=kind) as kit:
        kit.engine.progress_answers = [200, 409]

        kit.dispatch("doze", "unwanted", traces=str(tmp_path))
        told = kit.engine.word("unwanted")
        reply = kit.engine.reply("unwanted")

    assert told == "works on doze"
    assert reply.error == "the result is not wanted any more"
    assert (tmp_path / "closed").exists()


@KINDS
def test_it_is_cancelled_when_its_time_is_over(kind: str, tmp_path: Path) -> None:
    with Kit(app, worker_kind=kind) as kit:
        reply = kit.call("doze-shortly", traces=str(tmp_path))

    assert reply.error and reply.error.startswith("the work took more than 0.3 s")
    assert (tmp_path / "closed").exists()


def test_each_line_of_the_log_names_the_task_of_its_job(tmp_path: Path) -> None:
    path = FramePath("5e0c/faces[2]")
    task_id = CallbackIds(b"secret").sign(path, "blur", 1, "stumble")
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Lines()
    handler.setFormatter(OneLine(LINE))
    logging.getLogger().addHandler(handler)
    try:
        with Kit(app) as kit:
            kit.dispatch("stumble", task_id)
            kit.engine.reply(task_id)
            block_until(lambda: any("stumble: stumble failed" in one for one in lines))
    finally:
        logging.getLogger().removeHandler(handler)

    told = [line for line in lines if "stumble" in line]
    assert len(told) == 2
    assert all("[5e0c/faces[2] blur] " in line for line in told)


def test_a_process_names_the_task_too(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Kit(app, worker_kind="processes") as kit:
        kit.engine.progress_answers = [409]
        kit.dispatch("doze", "mine", traces=str(tmp_path))
        kit.engine.reply("mine")

    assert "WARNING test_async: [mine] falls asleep" in capfd.readouterr().err


@pytest.mark.parametrize("nested", [b"[" * 1400, b'{"a":1}', b"7", b"[[1],[2],3]"])
def test_any_id_of_a_task_can_be_logged(nested: bytes) -> None:
    task_id = base64.urlsafe_b64encode(nested).decode()

    with Kit(app) as kit:
        kit.dispatch("add", task_id, one=1, other=2)
        reply = kit.engine.reply(task_id)

    assert reply.typed == {"result": 3}
