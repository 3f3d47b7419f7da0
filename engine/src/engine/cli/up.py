"""`marketplace up`: engine and services in one terminal."""

import asyncio
import signal
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.text import Text

from engine.cli.crew import Tell
from engine.cli.fleet import Fleet, Voyage, sailing
from engine.cli.trouble import Trouble

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLOURS = ("green", "magenta", "yellow", "blue", "red")
EXAMPLE = Path("docs/pictures/astronaut.jpg")


def up(fleet: Fleet, screen: Console) -> None:
    """Run the fleet until a signal comes."""
    try:
        asyncio.run(_up(fleet, screen))
    except asyncio.CancelledError:
        screen.print("all processes have ended", style="dim")


async def _up(fleet: Fleet, screen: Console) -> None:
    stop_at_signals()
    async with sailing(fleet, prefixed(fleet, screen)) as voyage:
        try:
            await voyage.all_announced()
        except Trouble as trouble:
            trouble.show()  # the others can be used
        await _welcome(fleet, voyage, screen)
        await asyncio.Event().wait()


def stop_at_signals() -> None:
    """The first signal ends the task that calls this, a second one the process."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
        if task:
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)


def prefixed(fleet: Fleet, screen: Console) -> Tell:
    """Prints a line behind the name of its process, in the colour of that."""
    members = [member.name for member in fleet.members]
    width = max(map(len, (*fleet.engines, *members)))
    colours = dict(zip(members, cycle(COLOURS), strict=False))
    colours |= dict.fromkeys(fleet.engines, "cyan")

    def tell(name: str, line: str) -> None:
        prefix = (f"{name:{width}} │ ", colours[name])
        screen.print(Text.assemble(prefix, Text.from_ansi(line)), soft_wrap=True)

    return tell


async def _welcome(fleet: Fleet, voyage: Voyage, screen: Console) -> None:
    routes = await voyage.routes()
    pipelines, services = (
        ", ".join(route for route, type in routes.items() if type == kind)
        for kind in ("pipeline", "service")
    )
    lines = [("documentation", f"{fleet.url}/docs")]
    lines += [("pipelines", pipelines), ("services", services)]
    if EXAMPLE.exists() and "face-blur" in routes:
        elsewhere = "" if fleet.port == 8000 else f" --engine {fleet.url}"
        run = f"marketplace run face-blur image=@{EXAMPLE}{elsewhere}"
        lines.append(("try", f".venv/bin/{run}"))
    lines.append(("stop", "Ctrl-C"))
    screen.print(f"\n[bold green]✓[/] The marketplace is open at {fleet.url}\n")
    for key, value in lines:
        screen.print(Text.assemble((f"  {key:14}", "dim"), value or "none"))
    screen.print()
