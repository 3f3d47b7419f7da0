"""The figures as tables for people."""

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

TITLES = (
    "",
    "tasks/s",
    "p50 ms",
    "p95 ms",
    "CPU ms/task",
    "CPU µs/call",
    "memory MB",
    "ratio",
)
FIGURES = (
    ("tasks_per_second", "{:.2f}"),
    ("p50_ms", "{:.1f}"),
    ("p95_ms", "{:.1f}"),
    ("cpu_ms_per_task", "{:.2f}"),
    ("cpu_us_per_call", "{:.0f}"),
    ("memory_growth_mb", "{:+.1f}"),
    ("ratio", "{:.2f}"),
)
TIMED_TITLES = ("", "seconds", "CPU seconds", "memory MB", "ratio")
TIMED_FIGURES = (
    ("seconds", "{:.2f}"),
    ("cpu_seconds", "{:.2f}"),
    ("memory_growth_mb", "{:+.1f}"),
    ("ratio", "{:.2f}"),
)
LIBRARIES = (
    "uvicorn",
    "uvloop",
    "httptools",
    "fastapi",
    "starlette",
    "aiohttp",
    "orjson",
)


def machine() -> dict[str, Any]:
    """What it ran on."""
    with open("/proc/cpuinfo") as lines:
        models = [line.split(":")[1].strip() for line in lines if "model name" in line]

    return {
        "cpu": (models or [platform.machine()])[0],
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def loop_growth(found: list[dict[str, Any]]) -> float | None:
    """What an item of the longest loop costs, as a multiple of the shortest's."""
    loops = [
        one["sides"]["engine"]["cpu_us_per_call"]
        for one in found
        if "loop" in one["title"] and "engine" in one["sides"]
    ]
    return loops[-1] / loops[0] if len(loops) > 1 else None


def tables(report: dict[str, Any]) -> str:
    """Markdown, aligned so that a terminal shows it as well."""
    blocks = []
    compared = [row for one in report["scenarios"] for row in _compared(one)]
    if compared:
        blocks.append(_table(TITLES, compared))

    timed = [_timed(one) for one in report["timed"]]
    if timed:
        blocks.append(_table(TIMED_TITLES, timed))

    blocks.append("\n".join(_notes(report)))
    return "\n\n".join(blocks)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    rule = "|".join("-" * (width + 1) + ":" for width in widths[1:])
    lines = [
        _line(titles, widths),
        f"|{'-' * (widths[0] + 2)}|{rule}|",
        *(_line(row, widths) for row in rows),
    ]
    return "\n".join(lines)


def _compared(one: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for side, figures in one["sides"].items():
        cells = (form.format(figures[name]) for name, form in FIGURES)
        yield (f"{one['title']}, {side}", *cells)


def _timed(one: dict[str, Any]) -> tuple[str, ...]:
    cells = (
        form.format(one[name]) if name in one else "" for name, form in TIMED_FIGURES
    )
    return (one["title"], *cells)


def _line(row: Sequence[str], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    for cell, width in zip(row[1:], widths[1:], strict=True):
        cells.append(cell.rjust(width))
    return f"| {' | '.join(cells)} |"


def _notes(report: dict[str, Any]) -> Iterator[str]:
    growth = loop_growth(report["scenarios"])
    if growth is not None:
        yield f"An item of the longest loop costs {growth:.2f} × one of the shortest."

    ran = report["machine"]
    yield (
        f"{ran['cores']} cores, {ran['cpu']}, {ran['system']}, Python {ran['python']}; "
        f"load {ran['load']:.1f} at the start."
    )
