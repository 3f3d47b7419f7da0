"""Work that hangs, takes too much memory or kills its process ends with a reason."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictures import red_dot
from sample_service import app
from service_sdk.processes import NICENESS
from service_sdk.testing import Kit

from servers.memory import memory
from servers.waiting import block_until

MEGA = 1_000_000


@pytest.fixture(scope="module")
def working() -> Iterator[Kit]:
    """One process after the other, since there is only one at a time."""
    with Kit(
        app, worker_kind="processes", workers=1, job_seconds=5, job_memory_mb=500
    ) as kit:
        yield kit


def process_of(kit: Kit) -> int:
    """The one that works now."""
    return int(kit.call("whoami").typed["process"])


def ended(process: int) -> bool:
    # The number of a dead process is kept until its parent has noticed ("Z").
    status = Path(f"/proc/{process}/stat")
    return (
        not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"
    )


def test_work_is_done_by_a_process_that_stays(working: Kit) -> None:
    first = process_of(working)
    shade = working.call("average-shade", image=red_dot())
    wrong = working.call("average-shade")
    loaded = working.call("loaded").typed

    assert first == process_of(working) != os.getpid()
    assert shade.typed["red"] == 255
    assert wrong.error == "image: missing; send a file under this name"
    # What loads ahead was called there, once.
    assert loaded == {"process": first, "loaded_in": [first]}


def test_work_gives_way_to_what_takes_requests(working: Kit) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)

    # There is nothing above 19.
    nicer = min(own + NICENESS, 19)
    assert os.getpriority(os.PRIO_PROCESS, process_of(working)) == nicer


@pytest.mark.parametrize("how", ["hang", "hang in C"])
def test_work_that_hangs_is_ended_and_the_service_goes_on(
    working: Kit, how: str
) -> None:
    before = process_of(working)

    hung = working.call("fail", how=how)

    assert hung.error and "more than 5 s (JOB_SECONDS" in hung.error
    assert "retryable" not in hung.typed
    assert ended(before)
    assert process_of(working) != before


@pytest.mark.parametrize("how", ["grow", "grow at once"])
def test_work_that_takes_too_much_memory_is_ended(working: Kit, how: str) -> None:
    grown = working.call("fail", how=how)

    assert grown.error and "more than 500 MB of memory (JOB_MEMORY_MB" in grown.error
    assert "retryable" not in grown.typed
    assert memory(process_of(working)) < 250 * MEGA


def test_a_process_that_kept_much_memory_is_not_used_again(working: Kit) -> None:
    before = process_of(working)

    kept = working.call("fail", how="keep")

    assert kept.error is None
    assert process_of(working) != before


def test_a_process_that_dies_is_replaced_and_its_work_may_be_tried_again(
    working: Kit,
) -> None:
    died = working.call("fail", how="die")

    assert died.typed == {
        "type": "error",
        "message": "a worker process died during this work (exit code 1)",
        "retryable": True,
    }
    assert process_of(working)


def test_a_process_that_was_killed_while_it_was_idle_is_replaced(working: Kit) -> None:
    process = process_of(working)

    os.kill(process, signal.SIGKILL)

    # Work that meets it while it dies fails, and may be tried again.
    def another() -> bool:
        return working.call("whoami").typed.get("process") not in (None, process)

    block_until(another)
    assert ended(process)


def test_an_operation_may_take_longer_than_the_others(working: Kit) -> None:
    assert working.call("slow").error is None


def test_a_stop_ends_work_without_end() -> None:
    with Kit(app, worker_kind="processes", workers=1, shutdown_seconds=0.1) as kit:
        process = process_of(kit)
        kit.dispatch("fail", "endless", how="hang")

    assert kit.engine.reply("endless").typed["retryable"]
    assert ended(process)
