"""`marketplace secrets`: store, list and delete secrets of `http` nodes."""

from typing import Annotated

import typer

from engine.cli.options import Engine
from engine.cli.trouble import console
from engine.program import DEFAULT_ENGINE

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Secrets that http nodes send: {secrets.NAME} in a template.",
)
Name = Annotated[str, typer.Argument(help="Letters, digits, _ and -.")]


@group.command("set")
def set_secret(name: Name, engine: Engine = DEFAULT_ENGINE) -> None:
    """Store a secret; its value is asked for, or read from standard input.

    It is no argument: those are seen by all users of a machine, and kept by the shell.
    """
    import sys

    from engine.cli.client import EngineClient, segment

    if sys.stdin.isatty():
        value = typer.prompt(f"Value of {name}", hide_input=True, err=True)
    else:
        value = sys.stdin.read().removesuffix("\n").removesuffix("\r")

    with EngineClient(engine) as client:
        client.send("PUT", f"/secrets/{segment(name)}", json={"value": value})
    console().confirm(f"{name} is stored: write {{secrets.{name}}}")


@group.command("list")
def list_secrets(engine: Engine = DEFAULT_ENGINE) -> None:
    """List the names of all secrets, and when each was stored."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import secret_table

    with EngineClient(engine) as client:
        secrets = client.get("/secrets")
    if secrets:
        console().print(secret_table(secrets))
    else:
        console().print("there are no secrets")


@group.command("delete")
def delete_secret(name: Name, engine: Engine = DEFAULT_ENGINE) -> None:
    """Delete a secret; requests that need it fail from then on."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/secrets/{segment(name)}")
    console().confirm(f"{name} is deleted")
