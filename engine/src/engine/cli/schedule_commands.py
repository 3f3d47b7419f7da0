"""`marketplace schedules`: list, add, pause, resume and delete them."""

from typing import Annotated, Any

import typer

from engine.cli.options import Engine
from engine.cli.trouble import Trouble, console
from engine.program import DEFAULT_ENGINE

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Start tasks at certain times.",
)
Id = Annotated[str, typer.Argument(help="The id of a schedule, or its beginning.")]
SETTABLE = ("route", "cron", "timezone", "input", "paused", "missed")


@group.command("list")
def list_schedules(engine: Engine = DEFAULT_ENGINE) -> None:
    """List all schedules: their next times, and what became of the last ones."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import schedule_table

    with EngineClient(engine) as client:
        schedules = client.get("/schedules")
    if schedules:
        console().print(schedule_table(schedules))
    else:
        console().print("there are no schedules")


@group.command()
def add(
    route: Annotated[str, typer.Argument(help="The route that gets the tasks.")],
    cron: Annotated[
        str, typer.Argument(help="Minute, hour, day, month, weekday: '30 7 * * 1-5'.")
    ],
    fields: Annotated[
        list[str] | None, typer.Argument(help="name=text or name:=json")
    ] = None,
    timezone: Annotated[
        str, typer.Option(help="Of the times: a name such as Europe/Berlin.")
    ] = "UTC",
    skip_missed: Annotated[
        bool,
        typer.Option(
            "--skip-missed",
            help="Start no task for times at which no engine was running.",
        ),
    ] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Start a task of a route at each time that a cron expression names."""
    from engine.cli.client import EngineClient
    from engine.cli.fields import Fields
    from engine.cli.marks import local
    from engine.cli.run import route_details

    with EngineClient(engine) as client:
        details = route_details(client, route)
        with Fields.read(fields or ()).body(details["body"]) as body:
            if "json" not in body:
                raise Trouble(
                    f"“{route}” takes files, and a schedule sends JSON alone",
                    "publish a pipeline that fetches the file, with an http node",
                )
            schedule = client.post(
                "/schedules",
                json={
                    "route": route,
                    "cron": cron,
                    "timezone": timezone,
                    "input": body["json"],
                    "missed": "skip" if skip_missed else "once",
                },
            )
    first = local(schedule["next_at"])
    console().confirm(f"{schedule['id']}: the first task starts at {first}")


@group.command()
def pause(schedule: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """Start no more tasks until it is resumed."""
    found = _set_paused(engine, schedule, True)
    console().confirm(f"{found['id']} is paused")


@group.command()
def resume(schedule: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """Start tasks again, at the times to come."""
    from engine.cli.marks import local

    found = _set_paused(engine, schedule, False)
    console().confirm(f"{found['id']}: the next task at {local(found['next_at'])}")


@group.command("delete")
def delete_schedule(schedule: Id, engine: Engine = DEFAULT_ENGINE) -> None:
    """Delete a schedule; the tasks that it has started stay."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        found = _meant(client, schedule)
        client.send("DELETE", f"/schedules/{segment(found['id'])}")
    console().confirm(f"{found['id']} is deleted")


def _set_paused(engine: str, word: str, paused: bool) -> Any:
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        found = _meant(client, word)
        wish = {name: found[name] for name in SETTABLE} | {"paused": paused}
        path = f"/schedules/{segment(found['id'])}"
        return client.send("PUT", path, json=wish)


def _meant(client: Any, word: str) -> Any:
    """The schedule whose id begins like this; raises `Trouble` if it is not one."""
    schedules = client.get("/schedules")
    found = [one for one in schedules if one["id"].startswith(word.lower())]
    if len(found) != 1:
        raise Trouble(
            f"{len(found) or 'no'} schedules have an id that begins with “{word}”",
            "see them: marketplace schedules list",
        )
    return found[0]
