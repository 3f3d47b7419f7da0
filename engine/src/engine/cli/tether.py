"""Runs a module like `python -m`, and ends it when whoever started it is gone.

Standard input is the tether: a pipe whose other end the starter holds open. It
breaks however the starter ends, kill -9 included.
"""

import os
import runpy
import signal
import sys
import threading

GRACE = 10.0  # seconds to end by itself


def main() -> None:
    """`python -m engine.cli.tether MODULE ARGUMENT…`"""
    tether = os.dup(0)  # not inherited by processes that the module starts
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_hold, args=[tether], daemon=True).start()
    sys.argv[:] = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _hold(tether: int) -> None:
    while os.read(tether, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE)
    os.killpg(os.getpgrp(), signal.SIGKILL)  # the process leads a group of its own


if __name__ == "__main__":
    main()
