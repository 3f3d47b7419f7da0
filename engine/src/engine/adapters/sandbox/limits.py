"""How much an author's code may use up."""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from pydantic_monty import Monty, ResourceLimits

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """The bounds of one evaluation, of a worker, and of the pool of workers."""

    source_bytes: int = 8 * 1024
    run_time: timedelta = timedelta(seconds=0.25)
    """Execution time, after which the code is interrupted …"""
    grace: timedelta = timedelta(seconds=0.25)
    """… or, if it does not heed that, its worker killed this much later."""
    hard_time: timedelta = timedelta(seconds=1)
    """Wall-clock time after which the worker is killed whatever it does."""
    memory_bytes: int = 48 * MIB
    recursion: int = 64
    suspensions: int = 16
    printed_bytes: int = 16 * 1024
    output_values: int = 20_000
    output_depth: int = 20
    output_bytes: int = 1_000_000
    integer_bits: int = 64
    """With the sign: what the stores and the engine's JSON can carry."""

    workers: int = 4
    idle_workers: int = 2
    sessions_per_worker: int = 200
    wait: timedelta = timedelta(seconds=10)
    """How long an evaluation waits for a free worker."""
    slow_time: timedelta = timedelta(seconds=0.1)
    """Code that ran longer than this …"""
    slow_workers: int = 2
    """… may from then on take up this many workers at once."""
    worker_address_space: int = 512 * MIB
    worker_files: int = 16
    worker_niceness: int = 5
    """So that the engine itself comes first when the machine is busy."""

    def of_session(self) -> ResourceLimits:
        return ResourceLimits(
            max_feed_duration_secs=self.run_time.total_seconds(),
            max_memory=self.memory_bytes,
            max_recursion_depth=self.recursion,
            max_suspensions=self.suspensions,
            max_total_sleep_secs=0,
        )

    def new_pool(self) -> Monty:
        """A started pool of workers."""
        return Monty(
            min_processes=self.idle_workers,
            max_processes=self.workers,
            max_checkouts_per_worker=self.sessions_per_worker,
            checkout_timeout=self.wait.total_seconds(),
            request_timeout=self.hard_time.total_seconds(),
            feed_duration_limit_grace=self.grace.total_seconds(),
        ).__enter__()

    def impose_on(self, pid: int) -> None:
        """Let the kernel bound a worker too, where it can do that for others."""
        if not hasattr(resource, "prlimit"):
            return
        with suppress(ProcessLookupError, FileNotFoundError):  # it may be gone
            for kind, most in (
                (resource.RLIMIT_AS, self.worker_address_space),
                (resource.RLIMIT_NOFILE, self.worker_files),
                (resource.RLIMIT_FSIZE, 0),
                (resource.RLIMIT_CORE, 0),
            ):
                resource.prlimit(pid, kind, (most, most))
            for thread in os.listdir(f"/proc/{pid}/task"):
                os.setpriority(os.PRIO_PROCESS, int(thread), self.worker_niceness)
