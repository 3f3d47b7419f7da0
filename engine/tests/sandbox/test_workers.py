"""The pool: workers come when needed, are bounded, replaced, shared, and go away."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from engine.adapters.sandbox.evaluator import MontyEvaluator
from engine.adapters.sandbox.limits import MIB, SandboxLimits
from engine.domain.errors import CodeFailed

from servers.waiting import block_until

ENDLESS = "[i for i in iter(int, 1)]"
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def workers() -> set[int]:
    """The processes of the sandbox that this one has started."""
    found = set()
    for path in Path("/proc/self/task").glob("*/children"):
        for pid in path.read_text().split():
            with suppress(OSError):  # it may end at any moment
                if "monty" in Path(f"/proc/{pid}/comm").read_text():
                    found.add(int(pid))

    return found


@pytest.fixture
def one_worker():
    limits = SandboxLimits(
        workers=1, idle_workers=1, slow_workers=1, wait=timedelta(seconds=0.05)
    )
    with MontyEvaluator(limits) as evaluator:
        yield evaluator


@pytest.fixture
def patient_worker():
    """One worker whose code runs until the worker is killed, however slow the machine
    is."""
    limits = SandboxLimits(
        workers=1,
        idle_workers=1,
        wait=timedelta(seconds=0.05),
        run_time=timedelta(minutes=5),
        request_time=timedelta(minutes=5),
    )
    with MontyEvaluator(limits) as evaluator:
        yield evaluator


def cpu_ticks(pid: int) -> int:
    """How long a process has used a processor."""
    _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    return sum(map(int, fields.split()[11:13]))


@linux
def test_workers_start_with_the_first_evaluation_and_end_with_close(scope) -> None:
    before = workers()

    with MontyEvaluator() as evaluator:
        assert workers() <= before
        evaluator.expression("1", scope())
        assert workers() - before

    block_until(lambda: workers() <= before)
    with pytest.raises(CodeFailed, match="closed"):
        evaluator.expression("1", scope())
    evaluator.close()


@linux
def test_an_evaluator_can_be_opened_again(scope) -> None:
    evaluator = MontyEvaluator()

    for _ in range(2):
        with evaluator:
            assert evaluator.expression("1", scope()) == 1


@linux
def test_the_kernel_bounds_every_worker(one_worker, scope) -> None:
    before = workers()
    one_worker.expression("1", scope())

    (pid,) = workers() - before

    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    limits = {line[:26].strip(): line[26:].split()[1] for line in lines}
    assert limits["Max address space"] == str(512 * MIB)
    # 0 where the engine may still bound a worker that has its own user.
    assert limits["Max open files"] in ("0", "4")
    assert limits["Max cpu time"] == "300"
    assert limits["Max file size"] == limits["Max core file size"] == "0"
    assert Path(f"/proc/{pid}/environ").read_bytes() == b""


@linux
def test_a_worker_that_was_killed_is_replaced(one_worker, scope) -> None:
    before = workers()
    one_worker.expression("1", scope())
    (pid,) = workers() - before

    os.kill(pid, signal.SIGKILL)

    assert one_worker.expression("2", scope()) == 2
    assert pid not in workers()


@linux
def test_code_whose_worker_dies_fails_alone(patient_worker, scope) -> None:
    before = workers()
    patient_worker.expression("1", scope())
    (pid,) = workers() - before
    idle_ticks = cpu_ticks(pid)

    with ThreadPoolExecutor() as threads:
        failing = threads.submit(patient_worker.expression, ENDLESS, scope())
        block_until(lambda: cpu_ticks(pid) > idle_ticks + 1)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(CodeFailed, match="crash"):
            failing.result()

    assert patient_worker.expression("2", scope()) == 2


@linux
def test_workers_are_renewed_after_some_sessions(scope) -> None:
    before = workers()
    seen = set()
    limits = SandboxLimits(workers=1, idle_workers=1, sessions_per_worker=2)

    with MontyEvaluator(limits) as evaluator:
        for _ in range(6):
            evaluator.expression("1", scope())
            seen |= workers() - before

    assert len(seen) >= 3


def test_threads_evaluate_at_the_same_time(evaluator, scope) -> None:
    def evaluate(number: int) -> object:
        code = f"node.out['n'] = input.n + {number}"
        return evaluator.statements(code, scope(this={"input": {"n": number}}))

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(evaluate, range(200)))

    assert results == [{"this": {"out": {"n": 2 * number}}} for number in range(200)]


@linux
def test_who_waits_too_long_for_a_worker_is_told_so(patient_worker, scope) -> None:
    before = workers()
    patient_worker.expression("1", scope())
    (pid,) = workers() - before
    idle_ticks = cpu_ticks(pid)

    with ThreadPoolExecutor() as threads:
        busy = threads.submit(patient_worker.expression, ENDLESS, scope())
        block_until(lambda: cpu_ticks(pid) > idle_ticks + 1)
        with pytest.raises(CodeFailed, match="the sandbox is busy: no worker"):
            patient_worker.expression("1", scope())
        os.kill(pid, signal.SIGKILL)
        assert isinstance(busy.exception(), CodeFailed)


def test_code_known_to_be_slow_leaves_workers_to_others(scope) -> None:
    limits = SandboxLimits(workers=2, idle_workers=2, slow_workers=1)
    with MontyEvaluator(limits) as evaluator, ThreadPoolExecutor(6) as threads:
        with pytest.raises(CodeFailed):
            evaluator.expression(ENDLESS, scope())

        slow = [threads.submit(evaluator.expression, ENDLESS, scope()) for _ in "1234"]
        quick = [evaluator.expression("1", scope()) for _ in range(20)]
        ended = [future.done() for future in slow]

    assert quick == [1] * 20
    assert not all(ended), "quick code had to wait until all slow code had ended"
    assert all(isinstance(future.exception(), CodeFailed) for future in slow)


def test_slow_code_waits_only_so_long_for_its_lane(one_worker, scope) -> None:
    with pytest.raises(CodeFailed):
        one_worker.expression(ENDLESS, scope())

    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(one_worker.expression, ENDLESS, scope()) for _ in "12"]
        messages = sorted(str(future.exception()) for future in slow)

    assert messages[0].startswith("the code ran longer")
    assert messages[1] == "the sandbox is busy: too much slow code at once"
    assert one_worker.limits_met["wait"] == 1


def test_code_that_became_quick_leaves_the_slow_lane(scope) -> None:
    source = "[i for i in range(input.n) if i < 0]"
    limits = SandboxLimits(
        workers=2, idle_workers=2, slow_workers=1, wait=timedelta(seconds=0.1)
    )
    with MontyEvaluator(limits) as evaluator, ThreadPoolExecutor() as threads:
        for slow in (ENDLESS, source):
            with pytest.raises(CodeFailed):
                evaluator.expression(slow, scope(this={"input": {"n": 10**9}}))
        evaluator.expression(source, scope(this={"input": {"n": 1}}))

        busy = threads.submit(evaluator.expression, ENDLESS, scope())
        # It has the lane, which is one wide, for at least a quarter of a second.
        time.sleep(0.05)
        assert evaluator.expression(source, scope(this={"input": {"n": 1}})) == []

    assert isinstance(busy.exception(), CodeFailed)


START = """
    import os, signal, sys, time
    from engine.adapters.sandbox.evaluator import MontyEvaluator
    from engine.domain.code import Scope
    evaluator = MontyEvaluator()
    this = {"id": "a", "finished": True, "out": {}, "input": {}, "params": {}}
    scope = Scope("a", {"a": this}, {}, frozenset("a"))
    assert evaluator.expression("1", scope) == 1
    path = f"/proc/self/task/{os.getpid()}/children"
    workers = set(open(path).read().split())
    print(*workers, flush=True)
"""


def program(rest: str) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(START) + textwrap.dedent(rest)
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@linux
@pytest.mark.parametrize(
    "end",
    ["evaluator.close()", "", "sys.exit()", "os._exit(0)", "os.kill(os.getpid(), 9)"],
)
def test_no_worker_outlives_its_engine(end: str) -> None:
    ended = program(end)

    pids = ended.stdout.split()
    assert pids and ended.stderr == ""
    block_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


@linux
@pytest.mark.parametrize("end", ["sys.exit(7)", "os._exit(7)"])
def test_a_forked_process_leaves_the_workers_of_its_parent_alone(end: str) -> None:
    ended = program(f"""
        child = os.fork()
        if not child:
            try:
                evaluator.expression("2", scope)
            except RuntimeError:
                evaluator.close()
                {end}
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert workers <= set(open(path).read().split()), "workers were killed"
        assert evaluator.expression("3", scope) == 3
        evaluator.close()
        print("done")
    """)

    assert ended.stdout.endswith("done\n"), ended.stderr
