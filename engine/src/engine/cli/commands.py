"""The commands. What each needs is imported when it is called: help comes at once."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from engine.cli.trouble import Trouble, console


class Commands(TyperGroup):
    """Tells troubles to people."""

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
    rich_markup_mode=None,  # drawing boxes would double the time until help comes
    help="Run and use an engine for pipelines of machine-learning services.",
)
EngineUrl = Annotated[
    str, typer.Option("--engine", envvar="ENGINE_URL", help="Where the engine is.")
]
HERE = "http://127.0.0.1:8000"
Data = Annotated[
    Path | None, typer.Option(help="Folder of the stores.  [default: DATA_DIR or data]")
]
Services = Annotated[Path, typer.Option(help="Folder of the services.")]
Document = Annotated[Path, typer.Argument(help="A pipeline in JSON; - reads stdin.")]
Task = Annotated[str, typer.Argument(help="The id of a task.")]


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(help="0: any free one.  [default: PORT or 8000]")
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

    serving.serve(port, host, data, log_level, log_times)


@app.command()
def up(
    port: Annotated[
        int, typer.Option(envvar="PORT", help="Of the engine; 0: any free one.")
    ] = 8000,
    data: Data = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this service; can be repeated.")
    ] = None,
    services: Services = Path("services"),
    replicas: Annotated[
        int, typer.Option(min=1, max=32, help="Of the engine, sharing the port.")
    ] = 1,
) -> None:
    """Run the engine and all services, until Ctrl-C."""
    from engine.cli import fleet
    from engine.cli.up import up as run_up

    run_up(fleet.plan(port, data, services, only or (), replicas), console())


@app.command()
def run(
    route: Annotated[str, typer.Argument(help="What to call.")],
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="name=text, name=@file, name:=json or name:=@file.json"),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the outputs.")
    ] = Path("out"),
    engine: EngineUrl = HERE,
) -> None:
    """Run a route and save what it gives."""
    from engine.cli.client import EngineClient
    from engine.cli.running import run as run_route

    with EngineClient(engine) as client:
        saved = run_route(client, route, fields or (), output, console())
    for path in saved.files:
        console().print(str(path), highlight=False)
    if saved.listing:
        console().print_json(data=saved.values)
        console().print(f"[dim]saved as[/] {saved.listing}", highlight=False)


@app.command()
def validate(file: Document) -> None:
    """Check a pipeline on this machine."""
    from engine.cli.documents import validate as check

    check(file)
    console().print(f"[green]✓[/] {file} has no faults", highlight=False)


@app.command()
def push(file: Document, engine: EngineUrl = HERE) -> None:
    """Publish a pipeline."""
    from engine.cli.client import EngineClient
    from engine.cli.documents import read_document

    with EngineClient(engine) as client:
        stored = client.post("/services", json=read_document(file))
    console().print(f"[green]✓[/] {stored['route']}, version {stored.get('version')}")


@app.command("list")
def list_routes(engine: EngineUrl = HERE) -> None:
    """List what can be called."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import route_table

    with EngineClient(engine) as client:
        console().print(route_table(client.get("/services")))


@app.command()
def tasks(
    route: Annotated[str | None, typer.Option(help="Only of this route.")] = None,
    status: Annotated[
        str | None, typer.Option(help="running, finished, error or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 20,
    engine: EngineUrl = HERE,
) -> None:
    """List tasks, newest first."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import task_table

    with EngineClient(engine) as client:
        page = client.get("/tasks", route=route, status=status, limit=limit)
    console().print(task_table(page["items"]))
    if page["next"]:
        console().print("[dim]… there are more: --limit shows up to 200[/]")


@app.command()
def show(
    task: Task,
    everything: Annotated[
        bool, typer.Option("--all", help="Every item of loops.")
    ] = False,
    engine: EngineUrl = HERE,
) -> None:
    """Draw a task as a tree of its runs."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.show import task_tree

    with EngineClient(engine) as client:
        raw = client.get(f"/tasks/{segment(task)}/raw")
    console().print(task_tree(raw, everything))


@app.command()
def cancel(task: Task, engine: EngineUrl = HERE) -> None:
    """Stop a task."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        status = client.post(f"/tasks/{segment(task)}/cancel")
    console().print(f"task {task}: {status['message']}", highlight=False)


@app.command("dead-letters")
def dead_letters(
    revive: Annotated[str | None, typer.Option(help="Post this one again.")] = None,
    bury: Annotated[str | None, typer.Option(help="Forget this one.")] = None,
    engine: EngineUrl = HERE,
) -> None:
    """List events that no turn could take; the mistake is the engine's."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.listing import letter_table

    with EngineClient(engine) as client:
        if revive:
            client.send("POST", f"/dead-letters/{segment(revive)}/revive")
        if bury:
            client.send("DELETE", f"/dead-letters/{segment(bury)}")
        letters = client.get("/dead-letters")
    console().print(letter_table(letters) if letters else "there are no dead letters")


@app.command(hidden=True)
def demo(output: Path = Path("out"), services: Services = Path("services")) -> None:
    """Blur the faces in two pictures with an engine and services of its own."""
    from engine.cli.demo import demo as show_demo

    show_demo(output, services, console())
