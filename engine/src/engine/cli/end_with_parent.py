"""Runs a module like `python -m`, and ends it when the process that started it ends.

Standard input is the lifeline: a pipe whose other end the parent holds open. The
kernel closes it however the parent ends, kill -9 included
(docs/decisions/0006-children-hang-on-a-pipe.md).
"""

import os
import runpy
import signal
import sys
import threading

STOP_GRACE_SECONDS = 10.0
"""What the module has to end by itself before its process group is killed."""
_PIPE_READ_BYTES = 1024


def main() -> None:
    """`python -m engine.cli.end_with_parent MODULE ARGUMENT…`"""
    # A copy, since a copied descriptor is not inherited by the processes that the
    # module starts.
    lifeline = os.dup(0)
    _close_standard_input()
    threading.Thread(target=_stop_at_end_of, args=[lifeline], daemon=True).start()

    sys.argv[:] = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _close_standard_input() -> None:
    """Let the module read an empty input, so that it cannot consume the lifeline."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def _stop_at_end_of(lifeline: int) -> None:
    """Wait until the parent has ended; then ask this process to end, then kill it."""
    while os.read(lifeline, _PIPE_READ_BYTES):
        # The parent sends nothing; what might arrive is not the end of the pipe.
        pass

    os.kill(os.getpid(), signal.SIGTERM)

    # This thread is a daemon: if the module ends in time, the wait ends with it.
    threading.Event().wait(STOP_GRACE_SECONDS)
    # The process leads a group of its own, so this reaches all that it started.
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main()
