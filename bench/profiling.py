"""Where the engine's CPU goes: py-spy looks on while tasks run."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from bench.measure import Side
from bench.scenarios import Scenario

RATE = 200  # samples a second
FORMATS = {"flamegraph": "svg", "raw": "txt"}
SHOWN = 40


async def profile(engine: Side, scenario: Scenario, folder: Path) -> list[Path]:
    """A flame graph and a list of the dearest functions; gives their files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for form, ending in FORMATS.items():
        path = folder / f"engine-{scenario.route}-{form}.{ending}"
        await _record(engine, scenario, form, path)
        files.append(path)
    top = folder / f"engine-{scenario.route}-top.txt"
    top.write_text(summary(files[-1].read_text()))
    return [*files, top]


async def _record(engine: Side, scenario: Scenario, form: str, path: Path) -> None:
    spy = str(Path(sys.executable).parent / "py-spy")
    options = ("--rate", str(RATE), "--gil", "--duration", "120")
    watcher = await asyncio.create_subprocess_exec(
        spy, "record", "--pid", str(engine.processes[-1].pid), *options,
        "--format", form, "--output", str(path),
    )  # fmt: skip
    await asyncio.sleep(1)
    for _ in range(scenario.rounds):
        await engine.run(scenario, scenario.tasks)
    watcher.send_signal(2)  # as Ctrl-C: it writes what it has seen
    await watcher.wait()


def summary(raw: str) -> str:
    """The share of each function, by itself and with what it calls, in per cent.

    >>> summary("a (x.py:1);b (y.py:2) 3").splitlines()[1].split()
    ['100.0', 'b', '(y.py)']
    """
    alone, inside, total = Counter[str](), Counter[str](), 0
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_name(frame) for frame in stack.split(";")]
        alone[frames[-1]] += int(count)
        inside.update(dict.fromkeys(frames, int(count)))
        total += int(count)
    lines = []
    for title, counts in ("by itself", alone), ("with what it calls", inside):
        lines.append(f"{title}, % of {total} samples")
        lines += [
            f"{n / total:6.1%}"[:-1] + f"  {f}" for f, n in counts.most_common(SHOWN)
        ]
    return "\n".join(lines)


def _name(frame: str) -> str:
    """A frame without the number of its line."""
    name, _, line = frame.rpartition(":")
    return f"{name})" if line.rstrip(")").isdecimal() else frame
