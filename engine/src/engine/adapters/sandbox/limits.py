"""How much an author's code may use up."""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pydantic_monty import Monty, ResourceLimits

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxLimits:
    """The bounds of one evaluation, of a worker, and of the pool of workers.

    docs/explanation/sandbox.md lists them, and a test compares that page with this.
    """

    # One evaluation.

    source_bytes: int = 8 * KIB
    """Bounds the time for reading the source, which happens in the engine itself."""

    run_time: timedelta = timedelta(seconds=0.25)
    """Execution time, after which the interpreter stops the code."""

    kill_delay: timedelta = timedelta(seconds=0.25)
    """If it does not stop, its worker is killed this much later: in a single long
    operation the interpreter does not look at the clock."""

    request_time: timedelta = timedelta(seconds=1)
    """Wall-clock time for an answer of the worker, whatever it does: then it is killed.
    It is longer than both times above, so that it counts only if the worker hangs."""

    memory_bytes: int = 48 * MIB
    """Of the code with its data. Some hundred thousand values fit."""

    call_depth: int = 64
    """Bounds recursion, also that through `sorted`, `repr` or `eval`."""

    host_requests: int = 16
    """What the code asks of the host (files, environment) is refused each time. Code
    that catches the refusal could ask without end."""

    printed_bytes: int = 16 * KIB
    """Printed text is thrown away, but the engine receives it first."""

    output_values: int = 20_000
    output_depth: int = 20
    output_bytes: int = 1_000_000
    """What code gives back is parsed and walked by the engine, and stored with its
    task: these three bound the time and the space for that."""

    integer_bits: int = 64
    """With the sign: what the stores and the engine's JSON can carry."""

    # The pool of workers.

    workers: int = 4
    idle_workers: int = 2
    """So many are kept ready: starting a worker takes some milliseconds."""

    sessions_per_worker: int = 500
    """Then another worker takes its place: it bounds what may pile up in a process, and
    how long one stays in use that was taken over. To start one costs 20 ms of CPU, most
    of it for its walls: shared by 500 evaluations, that is 4 % of each."""

    wait: timedelta = timedelta(seconds=10)
    """How long an evaluation waits for a worker, or for a place in the slow lane."""

    slow_time: timedelta = timedelta(seconds=0.1)
    """Code that ran longer than this the last time counts as slow."""

    slow_workers: int = 2
    """So many workers may run slow code at once. While 16 endless loops run, an honest
    expression takes milliseconds; without this limit it took two seconds."""

    # One worker, bounded by the kernel. This is a second wall: it counts only if the
    # interpreter's own limits fail, or if code escaped from it.

    worker_address_space: int = 512 * MIB
    worker_files: int = 4
    """Its three pipes, and a library that it loads when it starts. After that it can
    open no more: the limit becomes 0."""
    worker_cpu: timedelta = timedelta(minutes=5)
    """More than all its evaluations may take together. It counts if a worker that was
    taken over goes on by itself."""
    worker_niceness: int = 5
    """So that the engine itself comes first when the machine is busy."""

    def of_session(self) -> ResourceLimits:
        """What the interpreter enforces."""
        return ResourceLimits(
            max_feed_duration_secs=self.run_time.total_seconds(),
            max_memory=self.memory_bytes,
            max_recursion_depth=self.call_depth,
            max_suspensions=self.host_requests,
            max_total_sleep_secs=0,
        )

    def new_pool(self, program: str | None) -> Monty:
        """A started pool of workers; program starts each, or None: the interpreter."""
        pool = Monty(
            binary_path=program,
            min_processes=self.idle_workers,
            max_processes=self.workers,
            max_checkouts_per_worker=self.sessions_per_worker,
            checkout_timeout=self.wait.total_seconds(),
            request_timeout=self.request_time.total_seconds(),
            feed_duration_limit_grace=self.kill_delay.total_seconds(),
        )
        return pool.__enter__()

    def of_worker(self) -> dict[int, int]:
        """What the kernel enforces, by the numbers of its limits."""
        return {
            resource.RLIMIT_AS: self.worker_address_space,
            resource.RLIMIT_NOFILE: self.worker_files,
            resource.RLIMIT_CPU: int(self.worker_cpu.total_seconds()),
            # It can neither write to a file nor leave its memory in one.
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        }

    def impose_on(self, pid: int) -> None:
        """Let the kernel bound a worker that was started without walls.

        Where the kernel can do that for another process: Linux.
        """
        if not hasattr(resource, "prlimit"):
            return

        # The worker may have ended meanwhile.
        with suppress(ProcessLookupError, FileNotFoundError):
            bounds = self.of_worker()
            # It has started, so that it needs no more of them.
            del bounds[resource.RLIMIT_NOFILE]
            for kind, most in bounds.items():
                _limit(pid, kind, most)

            # Linux has a niceness for each thread, not for the process.
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), self.worker_niceness)


def forbid_files(pid: int) -> None:
    """Let a worker that has started open no file any more, where that is possible.

    So it can load no program either. What is open stays open.
    """
    if not hasattr(resource, "prlimit"):
        return

    # An engine in a container may lack the right, if the worker has its own user: then
    # Landlock alone keeps it from files.
    with suppress(ProcessLookupError, PermissionError):
        _limit(pid, resource.RLIMIT_NOFILE, 0)


def _limit(
    pid: int,
    kind: int,
    most: int,
) -> None:
    """The hard limit too: the process itself cannot raise it again."""
    resource.prlimit(pid, kind, (most, most))
