"""Runs a route from the command line: start, watch, save."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from engine.cli.client import EngineClient, Refused, segment
from engine.cli.contract_fields import words_of_options
from engine.cli.fields import Fields
from engine.cli.follow import follow
from engine.cli.outputs import Saved, save
from engine.cli.progress import Progress
from engine.cli.screen import Screen
from engine.cli.trouble import Trouble
from engine.domain.contracts.contract import Contract
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.program import command


class Cancelled(Trouble):
    """A person pressed Ctrl-C."""

    code = 130
    """128 and the number of SIGINT, as shells have it."""


def start(client: EngineClient, route: str, words: Sequence[str]) -> tuple[str, Any]:
    """Start a task with options or `field=value` words; its id and the pipeline."""
    details = route_details(client, route)
    contract = Contract.of_input(details["inputSchema"] or {})
    fields = Fields.read(words_of_options(contract, words))
    fields.read_texts(contract)

    with fields.body(details["body"], details["bodyType"]) as body:
        task = client.start(route, **body)
    return task, details["pipeline"]


def route_details(client: EngineClient, route: str) -> Any:
    """What the engine knows of a route; `Trouble` with the route that may be meant."""
    try:
        return client.get(f"/services/{segment(route)}")
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        routes = [line["route"] for line in client.routes()]
        hint = Suggestions(REQUEST_STEPS).hint(route, routes)
        hint = hint or f"see the routes: {command('list', engine=client.url)}"
        raise Trouble(refused.message, hint) from None


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
            f"see all of its runs: {command('show', task, engine=client.url)}",
        )
    return progress


def follow_task(client: EngineClient, task: str, console: Screen) -> None:
    """Show the nodes of a task until it has ended; Ctrl-C ends only the showing."""
    runs = client.get(f"/tasks/{segment(task)}/runs")["runs"]
    progress = Progress(runs, console)
    try:
        with progress:
            for change in follow(client, task):
                progress.take(task, change)
    except KeyboardInterrupt:
        raise Cancelled(f"task {task} goes on") from None


def print_changes(client: EngineClient, task: str) -> None:
    """Print each change of a task until it has ended, one JSON object in a line."""
    try:
        for change in follow(client, task):
            print(json.dumps(asdict(change)), flush=True)
    except KeyboardInterrupt:
        raise Cancelled(f"task {task} goes on") from None


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
