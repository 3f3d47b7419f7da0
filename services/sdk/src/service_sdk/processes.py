"""Worker processes: each does one job after the other, and can be killed in the middle.

    attendant (thread)                     worker (process)
        | -- a function with its arguments --> |   pickled
        |                                      |   works, writes into the job's folder
        | <------- what it ended in ---------- |   JSON: it has read what strangers sent
        |
        looks ten times a second at the clock and at the worker's memory

A thread cannot be stopped, and C code that loops in one holds up all others. So a
picture or a document that hangs its decoder costs one process, which is replaced.
"""

import gc
import logging
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from service_sdk.errors import (
    CannotStart,
    JobDied,
    JobTooLarge,
    JobTooLong,
    ServiceError,
)
from service_sdk.log import write_log
from service_sdk.models import Telling, models
from service_sdk.results import Failure, Outcome, Result
from service_sdk.settings import MEGA, Settings

log = logging.getLogger("service_sdk.processes")

# Importing the modules of a service takes seconds of computing. A forked process has
# them already, and shares their memory. But it also has the locks that other threads
# held at that instant, so only a process without such threads is forked, before it
# serves.
FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")

# Libraries of macOS do not work in a forked process.
CAN_FORK = sys.platform == "linux"

CHECK_SECONDS = 0.1
"""In this time a job can exceed its memory by a few hundred megabytes."""

START_SECONDS = 120.0
"""For Python, the modules of the service, and what it loads ahead."""

END_SECONDS = 5.0
"""For the system to clear away a process that was killed, or has died."""

NICENESS = 5
"""Of jobs, which may compute for minutes. On the machine that they share, the engine
and whatever takes requests come first: those are short, and somebody waits for each."""

MAX_OUTCOME_BYTES = 16_000_000
"""Names and paths of files, or a message. Ten thousand files have two megabytes of
names; the result itself is on disk."""

KILO = 1024
"""Linux counts memory in so many bytes."""

WALL_FACTOR = 2
"""Of the memory of a job: what it may allocate at once. Libraries reserve more than
they use, so this is no exact bound; it stops what would fill the machine between two
looks."""


@dataclass(frozen=True)
class Answer:
    """What a process answers when its work is over."""

    outcome: Result | Failure
    models: tuple[Telling, ...] = ()
    """What the work has told of them: the figures are those of the service."""


ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)
READY = Failure("ready")

Work = Callable[[], Outcome]
"""It is sent to another process, so it and all that it holds can be pickled."""


class Processes:
    """Worker processes, started when they are needed; threads may call it at once."""

    def __init__(
        self, settings: Settings, start_functions: Sequence[Callable[[], object]]
    ) -> None:
        self._settings = settings
        self._start_functions = tuple(start_functions)

        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._unprepared: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    def perform(self, work: Work, max_seconds: float) -> Outcome:
        """Do the work in a process, within the limits of time and memory."""
        try:
            worker = self._take(work)
            outcome = worker.perform(work, max_seconds, self._settings.job_memory_bytes)
        except (JobDied, CannotStart) as fault:
            return Failure(str(fault), retryable=True, status=503)
        except ServiceError as fault:
            # The same input would take as much again.
            return Failure(str(fault))

        self._give_back(worker)
        return outcome

    def fork_ahead(self) -> None:
        """Start all processes now: this process must have no event loop, and no thread
        that works. Those that end later are replaced by ones that are spawned.
        """
        if not CAN_FORK:
            return

        # What exists by now stays. Looking at it again and again would only copy the
        # memory that the processes share.
        gc.collect()
        gc.freeze()

        for _ in range(self._settings.workers):
            worker = _Worker(FORK, ended=self._forget)
            self._all.add(worker)
            self._unprepared.append(worker)

    def prepare_all(self) -> None:
        """Load ahead in every process; raises `CannotStart` if one cannot.

        At once, since each may need a minute.
        """
        with ThreadPoolExecutor(self._settings.workers) as threads:
            taking = [threads.submit(self._take) for _ in range(self._settings.workers)]
        for taken in taking:
            self._give_back(taken.result())

    def shut_down(self) -> None:
        """End all processes, in the middle of their work."""
        with self._lock:
            self._closed = True
            workers = list(self._all)

        for worker in workers:
            worker.end()

    def _take(self, first: Work | None = None) -> "_Worker":
        """A process that is ready, and has imported what the first work needs."""
        with self._lock:
            if self._closed:
                raise JobDied("the service stops")

            # The one that worked last: while there is little work, the others need not
            # load anything.
            worker = self._living(self._idle)
            if worker:
                return worker

            worker = self._living(self._unprepared)
            if not worker:
                worker = _Worker(SPAWN, ended=self._forget)
                self._all.add(worker)

        worker.prepare(
            _Preparation(
                functions=self._start_functions,
                more_bytes=WALL_FACTOR * self._settings.job_memory_bytes,
                first=first,
            )
        )
        return worker

    def _living(self, workers: "list[_Worker]") -> "_Worker | None":
        """The last of them that has not died meanwhile; it is taken from the list."""
        while workers:
            worker = workers.pop()
            if worker.is_alive():
                return worker
            self._all.discard(worker)
        return None

    def _give_back(self, worker: "_Worker") -> None:
        # What a job leaves behind would count as the memory of the next one.
        if worker.resident_bytes() > self._settings.job_memory_bytes / 2:
            worker.end()
            return

        with self._lock:
            self._idle.append(worker)

    def _forget(self, worker: "_Worker") -> None:
        with self._lock:
            self._all.discard(worker)


class _Worker:
    """A process, and the pipe to it. After an error it has ended."""

    def __init__(
        self, context: ForkContext | SpawnContext, ended: Callable[["_Worker"], None]
    ) -> None:
        self._ended = ended
        self._pipe, theirs = context.Pipe()
        # As a daemon: it never outlives this process.
        self._process = context.Process(
            target=_serve, args=(theirs,), name="service-worker", daemon=True
        )
        self._process.start()
        theirs.close()

    def prepare(self, preparation: "_Preparation") -> None:
        """Wait until it can work."""
        try:
            outcome = self.perform(preparation, START_SECONDS, max_bytes=None)
        except JobTooLong:
            reason = f"a worker process was not ready after {START_SECONDS:g} s"
            raise CannotStart(reason) from None
        except JobDied as fault:
            reason = f"a worker process died while it loaded ahead ({fault.cause})"
            raise CannotStart(reason) from fault

        if isinstance(outcome, Failure) and outcome != READY:
            self.end()
            raise CannotStart(outcome.message)

    def perform(self, work: Work, max_seconds: float, max_bytes: int | None) -> Outcome:
        """Let it do the work; an error ends the process."""
        try:
            self._send(work)
            self._wait(max_seconds, max_bytes)
            return self._receive()
        except BaseException:
            self.end()
            raise

    def is_alive(self) -> bool:
        """Whether it can take work."""
        return self._process.is_alive()

    def resident_bytes(self) -> int:
        """Its memory now; 0 where the system does not tell it in this way."""
        try:
            return memory_bytes(self._process.pid, "VmRSS")
        except (OSError, IndexError):
            # It has just died: a dead process has no memory.
            return 0

    def end(self) -> None:
        """End the process, if need be in the middle of its work."""
        self._process.kill()
        self._process.join(END_SECONDS)
        with suppress(OSError):
            self._pipe.close()
        self._ended(self)

    def _send(self, work: Work) -> None:
        try:
            self._pipe.send(work)
        except OSError as fault:
            raise JobDied("it had ended before") from fault

    def _wait(self, max_seconds: float, max_bytes: int | None) -> None:
        deadline = time.monotonic() + max_seconds

        # It is also over when the process has died.
        while not self._pipe.poll(CHECK_SECONDS):
            if time.monotonic() > deadline:
                raise JobTooLong(max_seconds)
            if max_bytes is not None and self.resident_bytes() > max_bytes:
                raise JobTooLarge(max_bytes / MEGA)

    def _receive(self) -> Outcome:
        try:
            answer = ANSWERS.validate_json(self._pipe.recv_bytes(MAX_OUTCOME_BYTES))
        except (EOFError, OSError, ValueError) as fault:
            self._process.join(END_SECONDS)
            raise JobDied(_cause(self._process.exitcode)) from fault

        for telling in answer.models:
            models.tell(telling)
        return answer.outcome


@dataclass(frozen=True)
class _Preparation:
    """What a process does before its first work. It is not a part of any job's time."""

    functions: tuple[Callable[[], object], ...]
    """They load what the work will need."""

    more_bytes: int
    """What the process may allocate from now on."""

    first: Work | None
    """It is not done yet: a process that reads it imports its module."""

    def __call__(self) -> Outcome:
        _bound_data(self.more_bytes)

        for function in self.functions:
            failure = failure_of_start(function)
            if failure:
                return Failure(failure)
        return READY


def failure_of_start(function: Callable[[], object]) -> str | None:
    """Call a function that loads ahead; why it failed, or None."""
    try:
        function()
    except (Exception, SystemExit) as fault:
        # The author's code may raise anything.
        name = getattr(function, "__name__", repr(function))
        if isinstance(fault, ServiceError):
            return f"{name}: {fault}"
        log.exception("%s failed", name)
        return f"{name} failed: {type(fault).__name__}: {fault}"
    return None


def _bound_data(more_bytes: int) -> None:
    """Let this process allocate so much more; beyond that it gets a `MemoryError`.

    Does nothing where the system does not count it.
    """
    try:
        now = memory_bytes(os.getpid(), "VmData")
    except OSError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (now + more_bytes, hard))


def memory_bytes(process: int | None, which: str) -> int:
    """A figure of Linux about the memory of a process: VmRSS, VmData."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition(f"{which}:")[2].split()[0]) * KILO


def _cause(exit_code: int | None) -> str:
    """Why a process ended, as far as its exit code tells.

    >>> _cause(-9), _cause(1)
    ('signal SIGKILL', 'exit code 1')
    """
    if exit_code is not None and exit_code < 0:
        return f"signal {signal.Signals(-exit_code).name}"
    return f"exit code {exit_code}"


def _serve(pipe: Connection) -> None:
    """What a worker process does, until its pipe closes."""
    write_log()
    models.keep()
    os.nice(NICENESS)

    # Ctrl-C is for the service, which finishes its work and then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    while True:
        try:
            work = pipe.recv()
            outcome = work()
            answer = ANSWERS.dump_json(Answer(outcome, tuple(models.take())))
        except EOFError:
            return
        except Exception as fault:
            # The module of the function cannot be imported here.
            log.exception("a job cannot be worked on")
            failure = Failure(f"this cannot be worked on: {type(fault).__name__}")
            answer = ANSWERS.dump_json(Answer(failure))
        pipe.send_bytes(answer)


def _end_with_parent() -> None:
    """A service that is killed must not leave processes that still work."""
    parent: Any = multiprocessing.parent_process()
    parent.join()
    os._exit(1)
