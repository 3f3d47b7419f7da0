"""The commands that look at tasks, stop them and run them again."""

from typing import Annotated

import typer

from engine.cli.options import OUTPUT_FOLDER, Engine, Output
from engine.cli.trouble import console
from engine.program import DEFAULT_ENGINE

group = typer.Typer(rich_markup_mode=None)
Task = Annotated[
    str,
    typer.Argument(help="The id of a task, the beginning of it, or “last”."),
]


@group.command()
def rerun(
    task: Task,
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="What is to be another: name=text, name=@file …"),
    ] = None,
    again: Annotated[
        list[str] | None,
        typer.Option("--from", help="A node that runs again, with all behind it."),
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="The version to run.  [default: the current one]")
    ] = None,
    output: Output = OUTPUT_FOLDER,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Run an ended task again; what is unchanged is kept, and not called again."""
    from engine.cli.client import EngineClient
    from engine.cli.outputs import show_saved
    from engine.cli.rerun import rerun as run_again
    from engine.cli.task_names import task_id

    with EngineClient(engine) as client:
        saved = run_again(
            client=client,
            task=task_id(client, task),
            again=again or (),
            version=version,
            words=fields or (),
            folder=output,
            console=console(),
        )
    show_saved(saved, output, console())


@group.command()
def tasks(
    route: Annotated[str | None, typer.Option(help="Only of this route.")] = None,
    status: Annotated[
        str | None, typer.Option(help="running, finished, error or cancelled.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """List tasks, newest first."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import task_table

    with EngineClient(engine) as client:
        page = client.get("/tasks", route=route, status=status, limit=limit)

    console().print(task_table(page["items"]))
    if page["next"]:
        console().print("… there are more: --limit shows up to 200", style="dim")


@group.command()
def show(
    task: Task,
    everything: Annotated[
        bool, typer.Option("--all", help="Every item of loops.")
    ] = False,
    values: Annotated[bool, typer.Option(help="Inputs and outputs.")] = True,
    node: Annotated[
        str | None,
        typer.Option(help="Only this run, with its values; in a loop faces[2]/crop."),
    ] = None,
    whole: Annotated[
        bool, typer.Option(help="With --node: values however large they are.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Wait until it has ended.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="As JSON; with --follow a line for each change."),
    ] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Draw a task as a tree of its runs, or show one of them."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.run import follow_task, print_changes
    from engine.cli.show import task_tree
    from engine.cli.show_run import drawn_run, read_run
    from engine.cli.task_names import task_id

    with EngineClient(engine) as client:
        id_ = task_id(client, task)
        if follow and as_json:
            print_changes(client, id_)
            return
        if follow:
            follow_task(client, id_, console())

        if node is not None:
            shown = read_run(client, id_, node, whole)
        else:
            shown = client.get(f"/tasks/{segment(id_)}/raw")

    if as_json:
        console().print_json(data=shown)
    elif node is not None:
        console().print(drawn_run(shown, whole))
    else:
        console().print(task_tree(shown, everything, values))


@group.command()
def cancel(task: Task, engine: Engine = DEFAULT_ENGINE) -> None:
    """Stop a task."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.task_names import task_id

    with EngineClient(engine) as client:
        task = task_id(client, task)
        status = client.post(f"/tasks/{segment(task)}/cancel")
    console().print(f"task {task}: {status['message']}", highlight=False)


@group.command("dead-letters")
def dead_letters(
    revive: Annotated[
        str | None, typer.Option(help="Process the event with this id again.")
    ] = None,
    bury: Annotated[
        str | None, typer.Option(help="Delete the event with this id.")
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
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
