"""Where the engine's CPU goes: py-spy looks on while tasks run."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path

from bench.measure import Bench
from bench.scenarios import Scenario

SAMPLES_A_SECOND = 200
MAX_SECONDS = 120
FORMATS = {"flamegraph": "svg", "raw": "txt"}
SHOWN_FUNCTIONS = 40


async def profile(bench: Bench, scenario: Scenario, folder: Path) -> list[Path]:
    """A flame graph and a list of the dearest functions; gives their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for form, ending in FORMATS.items():
        path = folder / f"engine-{scenario.route}-{form}.{ending}"
        await _record(bench, scenario, form, path)
        files.append(path)

    top = folder / f"engine-{scenario.route}-top.txt"
    top.write_text(summary(files[-1].read_text()))
    return [*files, top]


async def _record(bench: Bench, scenario: Scenario, form: str, path: Path) -> None:
    engine = bench.sides[-1]
    watcher = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "py-spy"),
        "record",
        *("--pid", str(engine.processes[-1].pid)),
        *("--rate", str(SAMPLES_A_SECOND)),
        *("--duration", str(MAX_SECONDS)),
        *("--format", form),
        *("--output", str(path)),
        "--gil",
    )
    await asyncio.sleep(1)
    for _ in range(scenario.rounds):
        await engine.run(bench.load, scenario, scenario.tasks)

    # As Ctrl-C does: it writes what it has seen.
    watcher.send_signal(signal.SIGINT)
    await watcher.wait()


def summary(raw: str) -> str:
    """The share of each function, by itself and with what it calls, in per cent.

    >>> summary("a (x.py:1);b (y.py:2) 3").splitlines()[1].split()
    ['100.0', 'b', '(y.py)']
    """
    alone: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    total = 0
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_without_line(frame) for frame in stack.split(";")]
        alone[frames[-1]] += int(count)
        inside.update(dict.fromkeys(frames, int(count)))
        total += int(count)

    lines = []
    for title, counts in (("by itself", alone), ("with what it calls", inside)):
        lines.append(f"{title}, % of {total} samples")
        for frame, samples in counts.most_common(SHOWN_FUNCTIONS):
            lines.append(f"{100 * samples / total:5.1f}  {frame}")
    return "\n".join(lines)


def _without_line(frame: str) -> str:
    """A frame without the number of its line."""
    name, _, line = frame.rpartition(":")
    return f"{name})" if line.rstrip(")").isdecimal() else frame
