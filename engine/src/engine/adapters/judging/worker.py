"""The process that judges: `python -m engine.adapters.judging.worker SECONDS`.

It reads questions from its input and writes answers to its output, until the input
ends. A question that takes more than so many seconds of work ends the process.
"""

import os
import resource
import signal
import sys
from functools import lru_cache
from typing import Any, BinaryIO

import orjson

from engine.adapters.judging.messages import ANSWER, QUESTION, answer_of, refusal_of
from engine.domain.contracts.contract import Contract
from engine.domain.errors import TooMuch

NICENESS = 5
"""The engine comes first, and everybody else who waits for it."""

MAX_BYTES = 1 << 30
"""Of memory. The largest data takes a tenth of it, and so does a contract."""

MAX_CONTRACTS = 4
"""Kept compiled. The largest take 20 megabytes."""


def judge(schema: bytes, data: bytes, fills: bool) -> dict[str, Any]:
    """The answer to a question."""
    sent = orjson.loads(data)
    try:
        judged = contract_of(schema).judged(sent, fills=fills)
    except TooMuch as error:
        return refusal_of(error)
    return answer_of(judged, sent)


@lru_cache(maxsize=MAX_CONTRACTS)
def contract_of(schema: bytes) -> Contract:
    return Contract(orjson.loads(schema))


def serve(source: BinaryIO, target: BinaryIO, seconds: float) -> None:
    """Answer questions until there are none."""
    while head := source.read(QUESTION.size):
        schema_bytes, data_bytes, fills = QUESTION.unpack(head)
        schema = source.read(schema_bytes)
        data = source.read(data_bytes)

        # Of work, not of time: a busy machine must not refuse what is sound. The
        # signal ends the process also where Python would not get to a handler.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = orjson.dumps(judge(schema, data, bool(fills)))
        signal.setitimer(signal.ITIMER_PROF, 0)

        target.write(ANSWER.pack(len(answer)) + answer)
        target.flush()


def main() -> None:
    """Until the engine ends it, or has ended."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_BYTES, MAX_BYTES))
    # Ctrl-C goes to the whole group; the engine ends this process when it has stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]))


if __name__ == "__main__":
    main()
