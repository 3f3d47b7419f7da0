"""The commands that publish, list and run routes."""

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import OUTPUT_FOLDER, Engine, Output
from engine.cli.trouble import console, show_stored
from engine.program import DEFAULT_ENGINE

group = typer.Typer(rich_markup_mode=None)
Document = Annotated[
    Path, typer.Argument(help="A pipeline as a JSON file; - is standard input.")
]


# Options of the route are known only when it is: they pass through to it.
_OF_ROUTE = {
    "ignore_unknown_options": True,
    "allow_interspersed_args": True,
    "help_option_names": [],
}


@group.command(context_settings=_OF_ROUTE)
def run(
    context: typer.Context,
    route: Annotated[str, typer.Argument(help="The route to call.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(
            help="--name VALUE as `run ROUTE --help` lists them; or name=text, "
            "name=@file, name:=json, name:=@file.json"
        ),
    ] = None,
    output: Output = OUTPUT_FOLDER,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Run a route and save its outputs."""
    if route == "--help":
        typer.echo(context.get_help())
        return

    from engine.cli.client import EngineClient
    from engine.cli.describe import show_options
    from engine.cli.outputs import show_saved
    from engine.cli.run import route_details
    from engine.cli.run import run as run_route

    if "--help" in (fields or ()):
        with EngineClient(engine) as client:
            show_options(route_details(client, route), console())
        return

    with EngineClient(engine) as client:
        saved = run_route(
            client=client,
            route=route,
            words=fields or (),
            folder=output,
            console=console(),
        )

    show_saved(saved, output, console())


@group.command()
def validate(
    file: Document,
    engine: Annotated[
        str | None,
        typer.Option(help="Ask this engine: it knows the services that are called."),
    ] = None,
) -> None:
    """Check a pipeline, by default without an engine."""
    from contextlib import nullcontext

    from engine.cli.client import EngineClient
    from engine.cli.documents import validate as check
    from engine.cli.trouble import fault_table

    with EngineClient(engine) if engine else nullcontext() as client:
        warnings = check(file, client)
    if warnings:
        console().print(fault_table(warnings))
    console().confirm(f"{file} has no faults{' but warnings' if warnings else ''}")


@group.command()
def push(file: Document, engine: Engine = DEFAULT_ENGINE) -> None:
    """Publish a pipeline."""
    from engine.cli.client import EngineClient
    from engine.cli.documents import read_document

    document = read_document(file)
    with EngineClient(engine) as client:
        stored = client.post("/services", json=document)
    show_stored(stored, f"{stored['route']}, version {stored.get('version')}")


@group.command("list")
def list_routes(engine: Engine = DEFAULT_ENGINE) -> None:
    """List the routes that can be called."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import route_table

    with EngineClient(engine) as client:
        routes = client.routes()
    console().print(route_table(routes))


@group.command()
def describe(
    route: Annotated[str, typer.Argument(help="The route to describe.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="All that is known of it, as JSON.")
    ] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Show what goes into a route, what comes out, who uses it, and example calls."""
    from engine.cli.client import EngineClient
    from engine.cli.describe import describe as describe_route
    from engine.cli.run import route_details

    with EngineClient(engine) as client:
        details = route_details(client, route)
        used = client.get("/steps", calls=route)
    if as_json:
        console().print_json(data=details | {"used_by": used["pipelines"]})
    else:
        describe_route(details, used, client.url, console())
