"""The commands. What each needs is imported when it is called: help comes at once."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from engine.cli import (
    account_commands,
    audit_commands,
    people_commands,
    route_commands,
    schedule_commands,
    secret_commands,
    space_commands,
    task_commands,
    upkeep_commands,
    version_commands,
)
from engine.cli.options import OUTPUT_FOLDER, Data, Engine
from engine.cli.trouble import Trouble, console
from engine.program import DEFAULT_ENGINE, PORT

MAX_REPLICAS = 32
"""Far more than a machine has use for: it bounds a typing error."""


class Commands(TyperGroup):
    """Shows a `Trouble` to the person, without a traceback; or logs it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Trouble as trouble:
            from engine.cli.logs import log_end

            if not log_end(trouble):
                trouble.show()
            raise typer.Exit(trouble.code) from None
        except TyperException as error:
            from engine.cli.logs import log_trouble

            if not log_trouble(error.format_message()):
                raise
            raise typer.Exit(error.exit_code) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Drawing boxes would double the time until the help is shown.
    rich_markup_mode=None,
    help="Run and use an engine for pipelines of machine-learning services.",
)
app.add_typer(route_commands.group)
app.add_typer(task_commands.group)
app.add_typer(account_commands.group)
app.add_typer(account_commands.tokens, name="tokens")
app.add_typer(people_commands.group, name="people")
app.add_typer(space_commands.spaces, name="spaces")
app.add_typer(space_commands.groups, name="groups")
app.add_typer(audit_commands.group, name="audit")
app.add_typer(schedule_commands.group, name="schedules")
app.add_typer(secret_commands.group, name="secrets")
app.add_typer(version_commands.group)
app.add_typer(upkeep_commands.group)
Services = Annotated[Path, typer.Option(help="Folder of the services.")]
SERVICES_FOLDER = Path("services")


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
    log_format: Annotated[
        str, typer.Option(envvar="LOG_FORMAT", help="text, or json: one object a line.")
    ] = "text",
) -> None:
    """Serve the engine alone.

    All other settings come from the environment: see docs/how-to/operate.md.
    """
    from engine.cli import serving

    serving.serve(
        port=port,
        host=host,
        data=data,
        log_level=log_level,
        log_times=log_times,
        log_format=log_format,
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
def dev(
    folder: Annotated[
        Path, typer.Argument(help="Folder with services and pipelines.")
    ] = Path(),
    port: Annotated[
        int, typer.Option(envvar="PORT", help="Of the engine; 0 is any free port.")
    ] = PORT,
    data: Data = None,
) -> None:
    """Run the engine, and what is in a folder: saved code and pipelines are loaded.

    Services are folders in FOLDER/services or FOLDER, pipelines are JSON files in
    FOLDER/pipelines or FOLDER. A new one is found when it is saved.
    """
    from engine.cli.dev import dev as run_folder
    from engine.cli.dev_folder import DevFolder
    from engine.cli.stack import choose_dev_stack

    if not folder.is_dir():
        raise Trouble(f"there is no folder {folder}", "check the path")
    found = DevFolder(folder)
    stack = choose_dev_stack(
        port=port,
        data=data,
        services=found.services(),
        # The engine publishes none by itself: it would not tell what is wrong here.
        pipelines=found.path / ".no-pipelines",
    )
    run_folder(stack, found, console())


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(help="bash or zsh")],
) -> None:
    """Print the completion of a shell: eval "$(marketplace completion bash)"."""
    from engine.cli.completion import SCRIPTS

    if shell not in SCRIPTS:
        raise Trouble(f"there is no completion for “{shell}”", "write bash or zsh")
    typer.echo(SCRIPTS[shell], nl=False)


@app.command("complete-words", hidden=True)
def complete_words(
    context: typer.Context,
    typed: Annotated[list[str] | None, typer.Argument()] = None,
    line: Annotated[str | None, typer.Option(help="In place of the words.")] = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Print what the last word may become, one a line."""
    from engine.cli.completion import completions, split

    group = context.parent.command if context.parent else None
    given = split(line) if line is not None else typed or ()
    for word in completions(group, given, engine):
        typer.echo(word)


@app.command()
def openapi(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Into this file.")
    ] = None,
) -> None:
    """Print the OpenAPI document that every engine has, for makers of clients.

    It is that of /openapi.json without the routes of one engine; none needs to run.
    """
    import orjson

    from engine.api.app import fixed_document

    text = orjson.dumps(fixed_document(), option=orjson.OPT_INDENT_2).decode()
    if output is None:
        typer.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")


@app.command()
def doctor(data: Data = None) -> None:
    """Look for what is wrong on this machine, and say what to do."""
    import os

    from engine.cli.doctor import doctor as look

    if not look(os.environ, data=data, screen=console()):
        raise typer.Exit(1)


@app.command(hidden=True)
def demo(
    output: Path = OUTPUT_FOLDER,
    services: Services = SERVICES_FOLDER,
    stay: Annotated[
        bool, typer.Option("--stay", help="Leave it open in a browser, until Ctrl-C.")
    ] = False,
) -> None:
    """Blur the faces in two pictures, with an engine and services of its own."""
    from engine.cli.demo import demo as show_demo

    show_demo(output, services, console(), stay=stay)
