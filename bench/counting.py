"""How many bytecodes of Python the engine executes for a task, by file.

CPU time depends on what else runs on the machine. This hardly does (what the engine
does every second is in it): so it shows what a change of a few hundredths is worth.
Work in C counts nothing: the system, SQLite, JSON.

    python -m bench --count
    python -m bench --count --tokens    (what accounts add)
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

import orjson

from bench.measure import Bench, Side
from bench.processes import ENGINE, Process, python, stopping
from bench.scenarios import Scenario
from bench.tokens import with_accounts
from servers.waiting import until

FILES_SHOWN = 25
PACKAGES = ("site-packages/", "/src/", "/lib/")
"""What of the path of a file comes before these is not shown."""


Counts = Counter[str]
"""Bytecodes of a task, by file."""


@contextmanager
def beside_nothing(
    into: Path, *, tokens: bool = False
) -> Iterator[tuple[Sequence[Side], Process]]:
    """An engine that can count, and the service; `tokens`: it is asked with one."""
    with TemporaryDirectory(prefix="bench-") as folder:
        words = ("serve", "--port", "PORT", "--data", folder)
        command = python("bench.counting", str(into), *words)
        with ExitStack() as stack:
            service = Process(python("bench.service", "PORT"))
            stack.enter_context(stopping(service))
            if tokens:
                side = stack.enter_context(with_accounts(command, Path(folder)))
            else:
                served = Process(command, environment=ENGINE)
                stack.enter_context(stopping(served))
                side = Side("engine", [served])
            yield [side], service


async def count(bench: Bench, scenario: Scenario, into: Path) -> Counts:
    """What an engine executes for a task."""
    [engine] = bench.sides
    await engine.run(bench.load, scenario, scenario.tasks)
    os.kill(engine.processes[0].pid, signal.SIGUSR1)
    await engine.run(bench.load, scenario, scenario.tasks)
    os.kill(engine.processes[0].pid, signal.SIGUSR2)
    await until(into.exists, explain=lambda: "the engine to write what it counted")

    by_file: dict[str, int] = orjson.loads(into.read_bytes())
    return Counter(
        {name: round(found / scenario.tasks) for name, found in by_file.items()}
    )


def shown(counts: Counts) -> str:
    """In all and by file, as text; what is more comes first."""
    lines = [f"{counts.total():8}  all, in a task"]
    for name, found in counts.most_common(FILES_SHOWN):
        lines.append(f"{found:8}  {name}")
    return "\n".join(lines)


def more(counts: Counts, before: Counts) -> str:
    """By which files one has more than another, as text."""
    added = Counter(counts)
    added.subtract(before)
    share = added.total() / before.total()
    changed = Counter({name: found for name, found in added.items() if found})
    return f"{shown(changed)}\n{share:8.1%}  more"


class Counting:
    """Counts in the thread of the event loop, between two signals."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._counts: Counter[CodeType] = Counter()

    def begin(self, *_: object) -> None:
        sys.settrace(self._called)

    def end(self, *_: object) -> None:
        sys.settrace(None)
        by_file: Counter[str] = Counter()
        for code, found in self._counts.items():
            by_file[_shown(code.co_filename)] += found

        # Under its name only when it is whole: who waits for it reads it at once.
        part = self._into.with_suffix(".part")
        part.write_bytes(orjson.dumps(by_file))
        part.rename(self._into)

    def _called(self, frame: FrameType, event: str, value: Any) -> Any:
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return self._executed

    def _executed(self, frame: FrameType, event: str, value: Any) -> Any:
        if event == "opcode":
            self._counts[frame.f_code] += 1
        return self._executed


def _shown(path: str) -> str:
    """The file within its package.

    >>> _shown("/marketplace/engine/src/engine/cli/main.py")
    'engine/cli/main.py'
    """
    for package in PACKAGES:
        path = path.rpartition(package)[2]
    return path


def serve() -> None:
    """The command of the engine, which counts when it is told to."""
    into, *words = sys.argv[1:]
    counting = Counting(Path(into))
    signal.signal(signal.SIGUSR1, counting.begin)
    signal.signal(signal.SIGUSR2, counting.end)

    from engine.cli import main

    sys.argv = ["marketplace", *words]
    main()


if __name__ == "__main__":
    serve()
