"""`marketplace people`: make accounts, list them, export and erase people."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import Engine
from engine.cli.trouble import Trouble, console
from engine.cli.typed_secrets import typed_secret
from engine.program import DEFAULT_ENGINE, command

group = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="People with accounts."
)
ASKED_EVERY_SECONDS = 0.5
Named = Annotated[str, typer.Argument(metavar="NAME", help="A name, or an id.")]


@group.command("add")
def add_person(
    name: str,
    role: Annotated[
        str | None, typer.Option(help="In the space main: reader, author or owner.")
    ] = None,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="May do everything.")
    ] = False,
    here: Annotated[
        bool,
        typer.Option(
            "--here", help="Into the stores of this machine: for the first one."
        ),
    ] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Make an account; the password is asked for, or read from standard input.

    With --here no engine is asked. The settings say where the stores are, as for
    `serve`; one that keeps them in DATA_DIR must not run meanwhile.
    """
    from engine.cli.client import EngineClient

    body: dict[str, Any] = {
        "name": name,
        "password": typed_secret(f"Password of {name}", twice=True),
        "administrator": administrator,
    }
    if role is not None:
        body["role"] = role
    if here:
        from engine.cli.people_here import add_here

        add_here(**body)
        console().confirm(f"{name} has an account")
        return

    with EngineClient(engine) as client:
        client.post("/people", json=body)
    console().confirm(f"{name} has an account")


@group.command("list")
def list_people(engine: Engine = DEFAULT_ENGINE) -> None:
    """List everybody who has an account, and their roles."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import people_table

    with EngineClient(engine) as client:
        console().print(people_table(list(client.pages("/people"))))


@group.command("export")
def export_person(
    named: Annotated[
        str,
        typer.Argument(metavar="[NAME]", help="Of somebody else, as administrator."),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Into this file.  [default: NAME.zip]"),
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Download all that the engine knows of you, or of somebody else, as a ZIP file.

    When the connection breaks it goes on where it was.
    """
    import zipfile

    from engine.cli.client import EngineClient, segment
    from engine.cli.patient_download import download

    with EngineClient(engine) as client:
        if named:
            person = client.get(f"/people/{segment(named)}")
        else:
            person = client.get("/about")["person"]
            if person is None:
                raise Trouble(
                    "nobody is signed in", f"sign in with “{command('login')}”"
                )
        target = output or Path(f"{person['name']}.zip")
        path = f"/people/{segment(person['id'])}/export"
        download(client, path, target, console(stderr=True).print)

    with zipfile.ZipFile(target) as archive:
        broken = archive.testzip()
        count = len(archive.namelist())
    if broken:
        raise Trouble(f"{target} is not whole: {broken}", "export it once more")
    console().confirm(f"{count} files are in {target}")


@group.command("erase")
def erase_person(
    named: Named,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Erase somebody: tasks with their files, documents, schedules, tokens, sessions.

    In the audit log a pseudonym takes their place. What they published stays. If you
    stop waiting, the engine goes on.
    """
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        person = client.get(f"/people/{segment(named)}")
        if not yes:
            typer.confirm(
                f"Erase {person['name']} and all that is theirs? It cannot be undone",
                abort=True,
                err=True,
            )
        path = f"/people/{segment(person['id'])}"
        told = client.send("DELETE", path)
        while told["state"] != "done":
            time.sleep(ASKED_EVERY_SECONDS)
            told = client.get(f"{path}/erasure")

    erased = ", ".join(
        f"{count} {what.replace('_', ' ')}" for what, count in told["erased"].items()
    )
    console().confirm(f"{person['name']} is erased: {erased or 'there was nothing'}")
    console().print(f"the audit log says {told['pseudonym']}", highlight=False)
