"""`marketplace up`: engine and services in one terminal."""

import asyncio
import signal
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

from rich.text import Text

from engine.cli.pipeline_files import tell_faults
from engine.cli.running_stack import running
from engine.cli.screen import Screen
from engine.cli.stack import Stack
from engine.cli.supervisor import Tell
from engine.cli.trouble import Trouble
from engine.program import command

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SERVICE_COLOURS = ("green", "magenta", "yellow", "blue", "red")
ENGINE_COLOUR = "cyan"
EXAMPLE_PHOTO = Path("docs/pictures/astronaut.jpg")
EXAMPLE_ROUTE = "face-blur"


def up(stack: Stack, screen: Screen) -> None:
    """Run the stack until a signal comes."""
    try:
        asyncio.run(_up(stack, screen))
    except asyncio.CancelledError:
        screen.print("all processes have ended", style="dim")


async def _up(stack: Stack, screen: Screen) -> None:
    stop_at_signals()
    tell = prefixed(stack, screen)
    async with running(stack, tell) as running_stack:
        try:
            await running_stack.wait_for_services()
        except Trouble as trouble:
            # The services that were announced can be used all the same.
            trouble.show()

        await tell_faults(
            sorted(stack.pipelines_folder.glob("*.json")),
            http=running_stack.http,
            engine=stack.url,
            tell=tell,
        )
        welcome(stack, await running_stack.routes(), screen)
        await asyncio.Event().wait()


def stop_at_signals() -> None:
    """The first signal cancels the task that calls this; a second ends the process."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def stop() -> None:
        # With their handlers removed, signals do what they do by default: a person who
        # does not want to wait for the end presses Ctrl-C once more.
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
        if task:
            task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)


def prefixed(stack: Stack, screen: Screen) -> Tell:
    """Prints a line behind the name of its process, each process in its colour."""
    services = [service.name for service in stack.services]
    width = max(map(len, (*stack.engines, *services)))
    free_colours = cycle(SERVICE_COLOURS)
    colours = dict(zip(services, free_colours, strict=False))
    colours |= dict.fromkeys(stack.engines, ENGINE_COLOUR)

    def tell(name: str, line: str) -> None:
        # A service may come later.
        if name not in colours:
            colours[name] = next(free_colours)
        prefix = (f"{name:{width}} │ ", colours[name])
        screen.print(Text.assemble(prefix, Text.from_ansi(line)), soft_wrap=True)

    return tell


def welcome(stack: Stack, routes: Mapping[str, str], screen: Screen) -> None:
    """Say where the engine is and what can be called; `routes` have their type."""
    lines = [
        ("open", f"{stack.url}/"),
        ("documentation", f"{stack.url}/docs"),
        ("pipelines", _names(routes, "pipeline")),
        ("services", _names(routes, "service")),
    ]
    if EXAMPLE_PHOTO.exists() and EXAMPLE_ROUTE in routes:
        lines.append(("try", _example(stack)))
    lines.append(("stop", "Ctrl-C"))

    screen.print()
    screen.confirm(f"The marketplace is ready at {stack.url}")
    screen.print()
    for key, value in lines:
        screen.print(Text.assemble((f"  {key:14}", "dim"), value or "none"))
    screen.print()


def _names(routes: Mapping[str, str], kind: str) -> str:
    return ", ".join(route for route, type in routes.items() if type == kind)


def _example(stack: Stack) -> str:
    """A command that a person can copy."""
    words = ("run", EXAMPLE_ROUTE, f"image=@{EXAMPLE_PHOTO}")
    return command(*words, engine=stack.url)
