"""The worker processes in which authors' code runs."""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pydantic_monty import Monty, MontyCrashedError, MontySession

from engine.adapters.sandbox.launcher import Launcher
from engine.adapters.sandbox.limits import SandboxLimits, forbid_files
from engine.adapters.sandbox.prelude import PRELUDE
from engine.adapters.sandbox.walls import launch
from engine.domain.errors import CodeFailed


class WorkerPool:
    """Workers that start with the first session. Used from several threads.

    A process that is forked off after that cannot use it, but may close it: the
    workers answer to the process that started them.
    """

    def __init__(self, limits: SandboxLimits, launcher: Launcher) -> None:
        self._limits = limits
        self._launcher = launcher

        self._lock = threading.Lock()
        self._pool: Monty | None = None
        self._started_by = 0
        """The id of the process that started the workers."""
        self._closed = False
        self._compiled_prelude = b""

    def open(self) -> None:
        """Let sessions begin, again if it was closed."""
        self._closed = False

    def close(self) -> None:
        """End the workers; there is no session after this."""
        with self._lock:
            self._closed = True

            # A forked process must leave the workers of its parent alone.
            if self._pool and self._started_by == os.getpid():
                self._pool.__exit__(None, None, None)
                self._pool = None

    @contextmanager
    def session(self) -> Iterator[MontySession]:
        """A worker of one's own that has done nothing yet but load the prelude."""
        with ExitStack() as stack:
            yield self._fresh_session(stack)

    def _fresh_session(self, stack: ExitStack) -> MontySession:
        """A session that is ready; `stack` gives its worker back."""
        # A worker may have died while it was idle, and that shows only now. All idle
        # ones may have: the try after that meets one that was just started.
        for _ in range(self._limits.workers):
            try:
                return self._checked_out(stack)
            except MontyCrashedError:
                continue

        return self._checked_out(stack)

    def _checked_out(self, stack: ExitStack) -> MontySession:
        checkout = self._started().checkout(limits=self._limits.of_session())
        session = stack.enter_context(checkout)
        self._prepare(session)
        return session

    def _prepare(self, session: MontySession) -> None:
        """Bound the worker, then load the prelude: compiled once, copied after that."""
        pid = session.worker_pid
        if pid:
            forbid_files(pid)
        if pid and launch.LIMITS in self._launcher.missing:
            self._limits.impose_on(pid)

        if self._compiled_prelude:
            session.load_session(self._compiled_prelude)
        else:
            session.feed_run(PRELUDE)
            self._compiled_prelude = session.dump()

    def _started(self) -> Monty:
        with self._lock:
            if self._closed:
                raise CodeFailed("the sandbox is closed")

            # Not in the constructor: an engine whose pipelines have no code starts
            # no processes.
            if self._pool is None:
                self._pool = self._limits.new_pool(self._launcher.path)
                self._started_by = os.getpid()
                _never_free(self._pool)

            if self._started_by != os.getpid():
                raise RuntimeError("the sandbox does not work across a fork")
            return self._pool


def _never_free(pool: Monty) -> None:
    """Keep a pool in memory until this process, and each forked off it, has ended.

    Freeing it kills its workers, even those of the process that this one was forked
    off. `__exit__` ends them; and if that is not called, they end with their engine.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(pool))
