"""The figures as a table for people."""

import os
import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

HEAD = (
    *("", "tasks/s", "p50 ms", "p95 ms", "CPU ms/task", "CPU µs/call", "memory MB"),
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
PARTS = ("uvicorn", "uvloop", "httptools", "fastapi", "starlette", "aiohttp", "orjson")


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
        "versions": {name: version(name) for name in PARTS},
    }


def loop_growth(found: list[dict[str, Any]]) -> float | None:
    """What an item of the longest loop costs, as a multiple of the shortest's."""
    loops = [
        one["sides"]["engine"]["cpu_us_per_call"]
        for one in found
        if "loop" in one["title"] and "engine" in one["sides"]
    ]
    return loops[-1] / loops[0] if len(loops) > 1 else None


def table(report: dict[str, Any]) -> str:
    """Markdown, aligned so that a terminal shows it as well."""
    rows: list[tuple[str, ...]] = [HEAD]
    for one in report["scenarios"]:
        rows += _rows(one)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    rule = "|".join("-" * (width + 1) + ":" for width in widths[1:])
    lines.insert(1, f"|{'-' * (widths[0] + 2)}|{rule}|")
    return "\n".join([*lines, "", *_notes(report)])


def _rows(one: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    for side, figures in one["sides"].items():
        cells = (form.format(figures[name]) for name, form in FIGURES)
        yield (f"{one['title']}, {side}", *cells)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0])]
    cells += [c.rjust(width) for c, width in zip(row[1:], widths[1:], strict=True)]
    return f"| {' | '.join(cells)} |"


def _notes(report: dict[str, Any]) -> Iterator[str]:
    if growth := loop_growth(report["scenarios"]):
        yield f"An item of the longest loop costs {growth:.2f} × one of the shortest."
    ran = report["machine"]
    yield (
        f"{ran['cores']} cores, {ran['cpu']}, {ran['system']}, Python {ran['python']}; "
        f"load {ran['load']:.1f} at the start."
    )
