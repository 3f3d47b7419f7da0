"""Runs a route from the command line: start, watch, save."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.cli.client import EngineClient, segment
from engine.cli.fields import Fields
from engine.cli.follow import follow
from engine.cli.outputs import Saved, save
from engine.cli.progress import Progress
from engine.cli.screen import Screen
from engine.cli.trouble import Trouble


class Cancelled(Trouble):
    """A person pressed Ctrl-C."""

    code = 130
    """128 and the number of SIGINT, as shells have it."""


def start(client: EngineClient, route: str, words: Sequence[str]) -> tuple[str, Any]:
    """Start a task with `field=value` words; its id and the pipeline."""
    fields = Fields.read(words)
    details = client.get(f"/services/{segment(route)}")

    with fields.body(details["body"], details["bodyType"]) as body:
        task = client.start(route, **body)
    return task, details["pipeline"]


def watch(client: EngineClient, task: str, pipeline: Any, console: Screen) -> Progress:
    """Show the nodes until the task has finished; `Trouble` if it has failed."""
    nodes = (node["id"] for node in pipeline["nodes"])
    progress = Progress(nodes, console)
    try:
        with progress:
            for change in follow(client, task):
                progress.take(task, change)
    except KeyboardInterrupt:
        client.post(f"/tasks/{task}/cancel")
        raise Cancelled(f"task {task} is cancelled") from None

    status = client.get(f"/tasks/{task}/status")
    if status["status"] != "finished":
        raise Trouble(
            f"task {task} failed: {status['message']}",
            f"see all of its runs: marketplace show {task}",
        )
    return progress


def run(
    *,
    client: EngineClient,
    route: str,
    words: Sequence[str],
    folder: Path,
    console: Screen,
) -> Saved:
    """Run a route, from the start of its task to the saved outputs."""
    task, pipeline = start(client, route, words)
    console.print(f"task {task}", style="dim")

    watch(client, task, pipeline, console)
    return save(client, task, folder)
