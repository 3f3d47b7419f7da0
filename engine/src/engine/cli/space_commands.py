"""`marketplace spaces` and `marketplace groups`: who sees what together."""

from typing import Annotated

import typer

from engine.cli.options import Engine
from engine.cli.trouble import console
from engine.program import DEFAULT_ENGINE

spaces = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Spaces: their members see and run what belongs to them.",
)
groups = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Groups of people, which are members of spaces as people are.",
)
Id = Annotated[str, typer.Argument(help="Small letters, digits and -.")]
Named = Annotated[str, typer.Option(help="What it is called.  [default: its id]")]


@spaces.command("list")
def list_spaces(engine: Engine = DEFAULT_ENGINE) -> None:
    """List your spaces, and what you are in them."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import space_table

    with EngineClient(engine) as client:
        console().print(space_table(client.get("/spaces")))


@spaces.command("add")
def add_space(id_: Id, name: Named = "", engine: Engine = DEFAULT_ENGINE) -> None:
    """Make a space."""
    from engine.cli.client import EngineClient

    with EngineClient(engine) as client:
        client.post("/spaces", json={"id": id_, "name": name or id_})
    console().confirm(f"the space {id_} is made: nobody is in it yet")


@spaces.command("rename")
def rename_space(id_: Id, name: str, engine: Engine = DEFAULT_ENGINE) -> None:
    """Give a space another name; its id stays."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("PATCH", f"/spaces/{segment(id_)}", json={"name": name})
    console().confirm(f"{id_} is called {name}")


@spaces.command("delete")
def delete_space(id_: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """Delete a space to which nothing belongs."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/spaces/{segment(id_)}")
    console().confirm(f"{id_} is deleted")


@spaces.command("members")
def list_members(id_: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """List the people and groups in a space."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.listing import member_table

    with EngineClient(engine) as client:
        members = client.pages(f"/spaces/{segment(id_)}/members")
        console().print(member_table(list(members)))


@spaces.command("put")
def put_member(
    id_: Id,
    member: Annotated[str, typer.Argument(help="A person or a group, by name or id.")],
    role: Annotated[str, typer.Argument(help="reader, author or owner.")],
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Give a person or a group a role in a space."""
    from engine.cli.client import EngineClient, segment

    path = f"/spaces/{segment(id_)}/members/{segment(member)}"
    with EngineClient(engine) as client:
        client.send("PUT", path, json={"role": role})
    console().confirm(f"{member} is {role} of {id_}")


@spaces.command("remove")
def remove_member(id_: Id, member: str, engine: Engine = DEFAULT_ENGINE) -> None:
    """Let a person or a group be no member of a space."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/spaces/{segment(id_)}/members/{segment(member)}")
    console().confirm(f"{member} is no member of {id_}")


@spaces.command("share")
def share_route(
    route: str,
    id_: Id,
    read: Annotated[
        bool, typer.Option("--read", help="Its document may be read too.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Share it no more.")] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Let members of another space run a route."""
    from engine.cli.client import EngineClient, segment

    path = f"/services/{segment(route)}/sharing/{segment(id_)}"
    with EngineClient(engine) as client:
        if stop:
            client.send("DELETE", path)
            console().confirm(f"{route} is not shared with {id_}")
            return
        client.send("PUT", path, json={"may": "read" if read else "run"})
    console().confirm(f"{route} is shared with {id_}")


@groups.command("list")
def list_groups(engine: Engine = DEFAULT_ENGINE) -> None:
    """List all groups."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import group_table

    with EngineClient(engine) as client:
        console().print(group_table(client.get("/groups")))


@groups.command("add")
def add_group(
    id_: Id,
    name: Named = "",
    provider_group: Annotated[
        str, typer.Option(help="The group of the provider that it follows.")
    ] = "",
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Make a group in which nobody is."""
    from engine.cli.client import EngineClient

    body = {"id": id_, "name": name or id_, "provider_group": provider_group}
    with EngineClient(engine) as client:
        client.post("/groups", json=body)
    console().confirm(f"the group {id_} is made")


@groups.command("delete")
def delete_group(id_: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """Delete a group."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/groups/{segment(id_)}")
    console().confirm(f"{id_} is deleted")


@groups.command("put")
def put_person(id_: Id, person: str, engine: Engine = DEFAULT_ENGINE) -> None:
    """Let a person be in a group, by the id of the person."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("PUT", f"/groups/{segment(id_)}/people/{segment(person)}")
    console().confirm(f"{person} is in {id_}")


@groups.command("remove")
def remove_person(id_: Id, person: str, engine: Engine = DEFAULT_ENGINE) -> None:
    """Let a person be in a group no more."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/groups/{segment(id_)}/people/{segment(person)}")
    console().confirm(f"{person} is not in {id_}")
