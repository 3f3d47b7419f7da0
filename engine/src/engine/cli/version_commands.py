"""`marketplace versions`, `restore`, `delete`: the versions of routes."""

from typing import Annotated

import typer

from engine.cli.options import Engine
from engine.cli.trouble import console, show_stored
from engine.program import DEFAULT_ENGINE

group = typer.Typer(rich_markup_mode=None)
Route = Annotated[str, typer.Argument(help="The route.")]
Version = Annotated[str, typer.Argument(help="A version, or the beginning of it.")]


@group.command()
def versions(
    route: Route,
    version: Annotated[
        str | None, typer.Argument(help="Print this one; its beginning is enough.")
    ] = None,
    changes: Annotated[
        bool, typer.Option("--diff", help="What it has other than the current one.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many at most.")] = 20,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """List the versions of a route, the last published first, or print one."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import version_table
    from engine.cli.versions import current_of, difference, document_of

    with EngineClient(engine) as client:
        current = current_of(client, route)
        if version is None:
            page = client.get(f"/services/{current.segment}/versions", limit=limit)
            console().print(version_table(page["items"], current.version))
            if page["next"]:
                console().print(
                    "… there are more: --limit shows up to 200", style="dim"
                )
            return
        document = document_of(client, route, version)

    if not changes:
        console().print_json(data=document)
        return
    lines = difference(current.document, document)
    for line in lines or ["it is the same as the current version"]:
        console().print(line, highlight=False)


@group.command()
def restore(route: Route, version: Version, engine: Engine = DEFAULT_ENGINE) -> None:
    """Publish an earlier version of a pipeline again."""
    from engine.cli.client import EngineClient
    from engine.cli.versions import current_of, document_of

    with EngineClient(engine) as client:
        current = current_of(client, route)
        document = document_of(client, route, version)
        # What somebody else publishes at this moment is not replaced unseen.
        headers = {"if-match": current.etag}
        stored = client.post("/services", json=document, headers=headers)
    show_stored(
        stored, f"{route}, version {stored['version']} is the current one again"
    )


@group.command()
def delete(
    route: Route,
    version: Annotated[
        str | None,
        typer.Argument(help="Only this version, which is not the current one."),
    ] = None,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Remove a route, or erase one of its earlier versions. Running tasks go on."""
    from engine.cli.client import EngineClient, segment
    from engine.cli.versions import version_id

    with EngineClient(engine) as client:
        path = f"/services/{segment(route)}"
        if version is not None:
            version = version_id(client, route, version)
            path += f"/versions/{segment(version)}"
        client.send("DELETE", path)
    what = f"version {version} of {route}" if version else route
    console().confirm(f"{what} is deleted")
