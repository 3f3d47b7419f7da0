"""Describes a route: what goes in, what comes out, how it is called."""

import json
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from rich.table import Table
from rich.text import Text

from engine.cli.contract_fields import key_words
from engine.cli.screen import Screen
from engine.domain.contracts.contract import Contract
from engine.domain.contracts.examples import example_of
from engine.domain.contracts.keywords import Schema
from engine.domain.values import Json
from engine.program import NAME, command

CLIENT_PACKAGE = "marketplace_client"


def describe(
    route: dict[str, Any], used: dict[str, Any], url: str, screen: Screen
) -> None:
    """Print what a person needs to use a route, as `GET /services/{route}` has it.

    `used` is what `GET /steps` tells of what calls it and starts it.
    """
    screen.print(Text(route["route"], "bold"), Text(route["summary"]))
    if route["description"] not in ("", route["summary"]):
        screen.print(route["description"])
    if route["missing"]:
        waits = f"tasks wait for {', '.join(route['missing'])}, which nobody announces"
        screen.print(Text(waits, "yellow"))

    takes = route["inputSchema"] or {}
    screen.print()
    screen.print(Text("in", "dim"), _table(takes) or "anything")
    gives = route["outputSchema"]
    screen.print()
    screen.print(Text("out", "dim"), _table(gives or {}) or "not told")

    if used["pipelines"] or used["hidden"]:
        screen.print()
        screen.print(Text("used by", "dim"), _callers(used))
    if used["schedules"] or used["hidden_schedules"]:
        screen.print()
        screen.print(Text("started at", "dim"), _times(used))

    for name, example in examples(route, url):
        screen.print()
        screen.print(Text(name, "dim"))
        screen.print(example, soft_wrap=True, highlight=False)


def show_options(route: dict[str, Any], screen: Screen) -> None:
    """Print the options that `run` takes for a route."""
    name = route["route"]
    screen.print(f"Usage: {NAME} run {name} [OPTIONS]")
    screen.print(route["summary"])
    screen.print()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for key in key_words(route["inputSchema"] or {}):
        told = "required" if key.is_required else ""
        details = "; ".join(filter(None, (told, key.details)))
        table.add_row(Text(f"--{key.name}", "bold"), Text(key.kind), Text(details))
    screen.print(table)
    screen.print("\n--output, -o FOLDER for the outputs; --engine URL", style="dim")


def _callers(used: dict[str, Any]) -> Table:
    """A pipeline in each row, and the steps with which it calls the route."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for caller in used["pipelines"]:
        steps = [step["node"] for step in caller["steps"]]
        more = caller["total"] - len(steps)
        told = ", ".join(steps) + (f" and {more} more" if more else "")
        table.add_row(Text(caller["route"], "bold"), Text(told))
    if used["hidden"]:
        table.add_row(Text(f"{used['hidden']} in spaces that are not yours", "yellow"))
    return table


def _times(used: dict[str, Any]) -> Table:
    """A schedule in each row."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for schedule in used["schedules"]:
        paused = "paused" if schedule["paused"] else ""
        table.add_row(Text(schedule["cron"], "bold"), schedule["timezone"], paused)
    if used["hidden_schedules"]:
        told = f"{used['hidden_schedules']} that owners of their spaces see"
        table.add_row(Text(told, "yellow"))
    return table


def _table(schema: Schema) -> Table | None:
    keys = key_words(schema)
    if not keys:
        return None
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for key in keys:
        name = key.name if key.is_required else f"{key.name}?"
        table.add_row(Text(name, "bold"), Text(key.kind), Text(key.details))
    return table


def examples(route: dict[str, Any], url: str) -> Iterator[tuple[str, str]]:
    """A call for each way to make one."""
    contract = Contract.of_input(route["inputSchema"] or {})
    values = example_input(contract)
    name = route["route"]

    yield "shell", _in_shell(name, contract, values, url)
    yield "curl", _in_curl(name, contract, values, url)
    yield "Python", _in_python(name, contract, values, url)


def example_input(contract: Contract) -> dict[str, Json]:
    """The example of the author, or one of what is required."""
    told = contract.schema.get("examples")
    if isinstance(told, list) and told and isinstance(told[0], dict):
        return dict(told[0])
    keys = list(contract.required) or list(contract.properties)[:1]
    return {
        key: example_of(contract.properties.get(key, {}), contract.schema)
        for key in keys
    }


def _in_shell(name: str, contract: Contract, values: dict[str, Json], url: str) -> str:
    words: list[str] = []
    for key, value in values.items():
        for one in _each_file(contract, key, value):
            words += [f"--{key}", one if isinstance(one, str) else json.dumps(one)]
    return command("run", name, *words, engine=url)


def _in_curl(name: str, contract: Contract, values: dict[str, Json], url: str) -> str:
    address = f"{url}/services/{name}"
    files = [key for key in values if contract.takes_files(key)]
    if not files:
        return shlex.join(["curl", "--json", json.dumps(values), address])

    parts: list[str] = []
    for key, value in values.items():
        for one in _each_file(contract, key, value):
            text = one if isinstance(one, str) else json.dumps(one)
            parts += ["-F", f"{key}=@{text}" if key in files else f"{key}={text}"]
    return shlex.join(["curl", *parts, address])


def _in_python(name: str, contract: Contract, values: dict[str, Json], url: str) -> str:
    if find_spec(CLIENT_PACKAGE):
        given = [
            f", {key}={_python(contract, key, one)}" for key, one in values.items()
        ]
        lines = ["from pathlib import Path", f"from {CLIENT_PACKAGE} import run"]
        return "\n".join([*lines, f"run({name!r}{''.join(given)})"])

    files = [
        f"({key!r}, open({one!r}, 'rb'))"
        for key, value in values.items()
        if contract.takes_files(key)
        for one in _each_file(contract, key, value)
    ]
    typed = {key: one for key, one in values.items() if not contract.takes_files(key)}
    if files:
        texts = {
            k: v if isinstance(v, str) else json.dumps(v) for k, v in typed.items()
        }
        body = f"files=[{', '.join(files)}], data={texts!r}"
    else:
        body = f"json={typed!r}"
    return f"import httpx\nhttpx.post('{url}/services/{name}', {body}).json()['jobId']"


def _python(contract: Contract, key: str, value: Json) -> str:
    if not contract.takes_files(key):
        return repr(value)
    paths = [f"Path({one!r})" for one in _each_file(contract, key, value)]
    return f"[{', '.join(paths)}]" if contract.list_field(key) else paths[0]


def _each_file(contract: Contract, key: str, value: Json) -> list[Any]:
    """The files of a list; any other value is one."""
    if contract.takes_files(key) and isinstance(value, list):
        return value
    return [value]
