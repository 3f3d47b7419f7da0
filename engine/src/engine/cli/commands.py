"""The commands. What each needs is imported when it is called: help comes at once."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine.cli.defaults import ENGINE_URL, PORT
from engine.cli.trouble import Trouble, console

MAX_REPLICAS = 32
"""Far more than a machine has use for: it bounds a typing error."""


class Commands(TyperGroup):
    """Shows a `Trouble` to the person, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            trouble.show()
            raise typer.Exit(trouble.code) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Drawing boxes would double the time until the help is shown.
    rich_markup_mode=None,
    help="Run and use an engine for pipelines of machine-learning services.",
)
Engine = Annotated[
    str, typer.Option("--engine", envvar="ENGINE_URL", help="Address of the engine.")
]
Data = Annotated[
    Path | None, typer.Option(help="Folder of the stores.  [default: DATA_DIR or data]")
]
Services = Annotated[Path, typer.Option(help="Folder of the services.")]
SERVICES_FOLDER = Path("services")
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder for the outputs.")]
OUTPUT_FOLDER = Path("out")
Document = Annotated[
    Path, typer.Argument(help="A pipeline as a JSON file; - is standard input.")
]
Task = Annotated[str, typer.Argument(help="The id of a task.")]


@app.command()
def serve(
    port: Annotated[
        int | None,
        typer.Option(help=f"0 is any free port.  [default: PORT or {PORT}]"),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen at.  [default: HOST]")
    ] = None,
    data: Data = None,
    log_level: Annotated[
        str, typer.Option(envvar="LOG_LEVEL", help="debug, info, warning or error.")
    ] = "info",
    log_times: Annotated[bool, typer.Option(help="Begin lines with the time.")] = True,
) -> None:
    """Serve the engine alone.

    All other settings come from the environment: see docs/how-to/operate.md.
    """
    from engine.cli import serving

    serving.serve(
        port=port, host=host, data=data, log_level=log_level, log_times=log_times
    )


@app.command()
def up(
    port: Annotated[
        int, typer.Option(envvar="PORT", help="Of the engine; 0 is any free port.")
    ] = PORT,
    data: Data = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this service; can be repeated.")
    ] = None,
    services: Services = SERVICES_FOLDER,
    replicas: Annotated[
        int,
        typer.Option(min=1, max=MAX_REPLICAS, help="How many engines share the port."),
    ] = 1,
) -> None:
    """Run the engine and all services, until Ctrl-C."""
    from engine.cli.stack import choose_stack
    from engine.cli.up import up as run_stack

    stack = choose_stack(
        port=port, data=data, services=services, only=only or (), replicas=replicas
    )
    run_stack(stack, console())


@app.command()
def run(
    route: Annotated[str, typer.Argument(help="The route to call.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="name=text, name=@file, name:=json or name:=@file.json"),
    ] = None,
    output: Output = OUTPUT_FOLDER,
    engine: Engine = ENGINE_URL,
) -> None:
    """Run a route and save its outputs."""
    from engine.cli.client import EngineClient
    from engine.cli.run import run as run_route

    with EngineClient(engine) as client:
        saved = run_route(
            client=client,
            route=route,
            words=fields or (),
            folder=output,
            console=console(),
        )

    for path in saved.files:
        console().print(str(path), highlight=False)
    if saved.values_file:
        console().print_json(data=saved.values)
        console().print("saved as", style="dim", end=" ")
        console().print(str(saved.values_file), highlight=False)


@app.command()
def validate(file: Document) -> None:
    """Check a pipeline, without an engine."""
    from engine.cli.documents import validate as check

    check(file)
    console().confirm(f"{file} has no faults")


@app.command()
def push(file: Document, engine: Engine = ENGINE_URL) -> None:
    """Publish a pipeline."""
    from engine.cli.client import EngineClient
    from engine.cli.documents import read_document

    document = read_document(file)
    with EngineClient(engine) as client:
        stored = client.post("/services", json=document)
    console().confirm(f"{stored['route']}, version {stored.get('version')}")


@app.command("list")
def list_routes(engine: Engine = ENGINE_URL) -> None:
    """List the routes that can be called."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import route_table

    with EngineClient(engine) as client:
        routes = client.get("/services")
    console().print(route_table(routes))


@app.command()
def tasks(
    route: Annotated[str | None, typer.Option(help="Only of this route.")] = None,
    status: Annotated[
        str | None, typer.Option(help="running, finished, error or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    engine: Engine = ENGINE_URL,
) -> None:
    """List tasks, newest first."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import task_table

    with EngineClient(engine) as client:
        page = client.get("/tasks", route=route, status=status, limit=limit)

    console().print(task_table(page["items"]))
    if page["next"]:
        console().print("… there are more: --limit shows up to 200", style="dim")


@app.command()
def show(
    task: Task,
    everything: Annotated[
        bool, typer.Option("--all", help="Every item of loops.")
    ] = False,
    engine: Engine = ENGINE_URL,
) -> None:
    """Draw a task as a tree of its runs."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.show import task_tree

    with EngineClient(engine) as client:
        raw = client.get(f"/tasks/{segment(task)}/raw")
    console().print(task_tree(raw, everything))


@app.command()
def cancel(task: Task, engine: Engine = ENGINE_URL) -> None:
    """Stop a task."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        status = client.post(f"/tasks/{segment(task)}/cancel")
    console().print(f"task {task}: {status['message']}", highlight=False)


@app.command("dead-letters")
def dead_letters(
    revive: Annotated[
        str | None, typer.Option(help="Process the event with this id again.")
    ] = None,
    bury: Annotated[
        str | None, typer.Option(help="Delete the event with this id.")
    ] = None,
    engine: Engine = ENGINE_URL,
) -> None:
    """List events that could not be processed, because of an error in the engine."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.listing import letter_table

    with EngineClient(engine) as client:
        if revive:
            client.send("POST", f"/dead-letters/{segment(revive)}/revive")
        if bury:
            client.send("DELETE", f"/dead-letters/{segment(bury)}")
        letters = client.get("/dead-letters")

    if letters:
        console().print(letter_table(letters))
    else:
        console().print("there are no dead letters")


@app.command()
def doctor(data: Data = None) -> None:
    """Look for what is wrong on this machine, and say what to do."""
    import os

    from engine.cli.doctor import doctor as look

    if not look(os.environ, data=data, screen=console()):
        raise typer.Exit(1)


@app.command(hidden=True)
def demo(output: Path = OUTPUT_FOLDER, services: Services = SERVICES_FOLDER) -> None:
    """Blur the faces in two pictures, with an engine and services of its own."""
    from engine.cli.demo import demo as show_demo

    show_demo(output, services, console())
