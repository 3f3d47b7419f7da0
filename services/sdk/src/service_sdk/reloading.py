"""Serves a service whose code changes: `python -m service_sdk.reloading MODULE`.

    this process: what every service imports, which takes a second
      │ fork                        SIGHUP: the child ends, another one is forked
      └─► child: imports the module of the service, and serves it

So a change is served in a fraction of the time that a new process takes. A child that
ends by itself, since its code is broken, is waited for until the next SIGHUP.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType

from service_sdk.__main__ import main

STOP_SECONDS = 1.0
"""What a child has to end by itself. Its work in hand is given to the next one."""
LOOK_SECONDS = 0.02

SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


class Reloading:
    """One child at a time, replaced at each SIGHUP."""

    def __init__(self, serve: Callable[[], None]) -> None:
        self._serve = serve
        self._reload = True
        self._stopping = False

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        for number in SIGNALS:
            signal.signal(number, self._note)

        while not self._stopping:
            self._reload = False
            child = self._fork()
            if self._wait_for(child):
                _end(child)
            # What has ended by itself would end again: its code has to change.
            self._wait_for(None)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGHUP:
            self._reload = True
        else:
            self._stopping = True

    def _fork(self) -> int:
        # What is still to be written would be written by both.
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child:
            return child

        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _serve_and_exit(self._serve)
        raise AssertionError("unreachable")

    def _wait_for(self, child: int | None) -> bool:
        """Wait for a signal or the end of a child; whether the child still runs."""
        while not self._reload and not self._stopping:
            if child is not None:
                ended, status = os.waitpid(child, os.WNOHANG)
                if ended:
                    _tell_end(status)
                    return False
            time.sleep(LOOK_SECONDS)
        return child is not None


def _serve_and_exit(serve: Callable[[], None]) -> None:
    """The life of a child. Nothing of the parent's own ending is done by it."""
    code = 1
    try:
        serve()
        code = 0
    except SystemExit as ending:
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
        else:
            code = ending.code or 0
    except Exception:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end(child: int) -> None:
    """Ask a child to end, then make it."""
    os.kill(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(LOOK_SECONDS)

    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _tell_end(status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    ending = f"code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    print(f"ended with {ending}; starts again when its code is saved", flush=True)


if __name__ == "__main__":
    Reloading(lambda: main(sys.argv[1:])).run()
