"""A service that writes all that one can write, in all ways: for tests of its log."""

import logging
import os
import sys
import threading
import traceback
import warnings

from service_sdk import Service

service = Service("loud")
log = logging.getLogger("third.party")

HOSTILE = 'one\n{"level": "info", "message": "forged"}\r\n\x1b[2J\u2028\x85\udc80 "\\'


@service.operation(route="shout")
def shout(text: str) -> str:
    print(text)
    print("half a line", end="")
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")
    log.warning("%s", text)
    log.warning("%d of %s", "none")
    warnings.warn(text, stacklevel=1)
    logging.getLogger(text).error("from a logger with such a name")
    try:
        raise ValueError(text)
    except ValueError:
        traceback.print_exc()

    thread = threading.Thread(target=fail, args=(text,))
    thread.start()
    thread.join()
    fail(text)
    return text


def fail(text: str) -> None:
    raise RuntimeError(text)


if os.environ.get("FAIL_AT_IMPORT"):
    raise ImportError(HOSTILE)

app = service.app
