"""`marketplace login`, `logout`, `whoami` and `tokens`: one's own account."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import Engine
from engine.cli.trouble import Trouble, console
from engine.cli.typed_secrets import typed_secret
from engine.program import DEFAULT_ENGINE, command

if TYPE_CHECKING:
    from engine.cli.client import EngineClient

group = typer.Typer()
tokens = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Tokens for programs and services, where the engine has accounts.",
)
Scope = Annotated[
    list[str] | None,
    typer.Option(
        help="read, run, publish, announce or manage; can be repeated."
        "  [default: read and run]"
    ),
]


@group.command()
def login(
    name: Annotated[
        str | None,
        typer.Option(help="Sign in with this name and a password."),
    ] = None,
    token_: Annotated[
        bool, typer.Option("--token", help="Sign in with a token that you have.")
    ] = False,
    device: Annotated[
        bool,
        typer.Option("--device", help="Show the code, and open no browser here."),
    ] = False,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Sign in: type a code in your browser, on this machine or another one.

    Or with --token, or with --name and a password: they are asked for, or read from
    standard input. Where there is no terminal a token is read. The token is kept for
    this engine in ~/.config/marketplace; MARKETPLACE_TOKEN goes before it.
    """
    import sys

    from engine.cli.client import EngineClient
    from engine.cli.device_login import token_from_browser
    from engine.cli.kept_tokens import keep

    if sum((name is not None, token_, device)) > 1:
        raise Trouble("--name, --token and --device are three ways", "choose one")
    if name is not None:
        token = _token_for_password(engine, name, typed_secret(f"Password of {name}"))
    elif token_ or not (device or sys.stdin.isatty()):
        token = typed_secret("Token")
    else:
        token = token_from_browser(engine, opens=not device)

    with EngineClient(engine, token) as client:
        user = _who(client)
    path = keep(client.url, token)
    console().confirm(f"signed in as {user} at {client.url}; the token is in {path}")


@group.command()
def logout(engine: Engine = DEFAULT_ENGINE) -> None:
    """Revoke the token that `login` made, and forget it."""
    from engine.cli.client import EngineClient, Refused
    from engine.cli.kept_tokens import forget

    with EngineClient(engine) as client:
        try:
            current = client.get("/about")["person"]["token"]
            client.send("DELETE", f"/tokens/{current}")
        except (Refused, TypeError, KeyError):
            # It is not valid any more: there is nothing to revoke.
            console().print("the token was not valid any more")
    forget(client.url)
    console().confirm(f"signed out at {client.url}")


@group.command()
def whoami(engine: Engine = DEFAULT_ENGINE) -> None:
    """Show who you are to the engine, and what you may do."""
    from engine.cli.client import EngineClient

    with EngineClient(engine) as client:
        about = client.get("/about")
    person = about["person"]
    if person is None:
        raise Trouble("nobody is signed in", f"sign in with “{command('login')}”")

    console().print(person["name"], highlight=False)
    if about["auth"] == "off":
        console().print("the engine has no accounts: you may do everything")
        return
    if person["administrator"]:
        console().print("administrator")
    for space, role in person["roles"].items():
        console().print(f"{role} of the space {space}", highlight=False)
    console().print(f"with a token for: {', '.join(person['scopes'])}")


@tokens.command("add")
def add_token(
    label: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Scope = None,
    announces: Annotated[
        list[str] | None,
        typer.Option(help="A route that it may announce, * is any text."),
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How long it is valid.")] = 90,
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Make a token; it is printed once, alone, on standard output.

    With --announces it is for a service, and does nothing but announce those routes.
    """
    from engine.cli.client import EngineClient

    scopes = list(scope or ())
    if announces and not scopes:
        scopes = ["announce"]
    body: dict[str, Any] = {"label": label, "days": days, "announces": announces or []}
    if scopes:
        body["scopes"] = scopes

    with EngineClient(engine) as client:
        made = client.post("/tokens", json=body)
    typer.echo(made["token"])
    until = made["expires_at"][:10]
    console(stderr=True).print(f"valid until {until}: it is not shown again")


@tokens.command("list")
def list_tokens(engine: Engine = DEFAULT_ENGINE) -> None:
    """List your tokens, and when each was used last."""
    from engine.cli.client import EngineClient
    from engine.cli.listing import token_table

    with EngineClient(engine) as client:
        found = client.get("/tokens")
    if found:
        console().print(token_table(found))
    else:
        console().print("there are no tokens")


@tokens.command("revoke")
def revoke_token(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    engine: Engine = DEFAULT_ENGINE,
) -> None:
    """Revoke a token: it is refused from then on."""
    from engine.cli.client import EngineClient, segment

    with EngineClient(engine) as client:
        client.send("DELETE", f"/tokens/{segment(id_)}")
    console().confirm(f"{id_} is revoked")


def _token_for_password(engine: str, name: str, password: str) -> str:
    """A token of the person; the session in which it is made ends at once."""
    from engine.cli.client import EngineClient
    from engine.cli.device_login import LOGIN_SCOPES, this_machine
    from engine.domain.access.tokens import MAX_LABEL_CHARACTERS

    with EngineClient(engine, "") as client:
        credentials = {"name": name, "password": password}
        person = client.post("/sessions", json=credentials)["person"]

        body: dict[str, Any] = {
            "label": f"login on {this_machine()}"[:MAX_LABEL_CHARACTERS],
            "scopes": list(LOGIN_SCOPES),
        }
        if person["administrator"]:
            body["scopes"].append("announce")
            body["announces"] = ["*"]
        try:
            token = client.post("/tokens", json=body)["token"]
        finally:
            client.send("DELETE", "/sessions/current")
    return str(token)


def _who(client: "EngineClient") -> str:
    """The name of who is signed in; raises `Trouble` if nobody is."""
    user = client.get("/about")["user"]
    if user is None:
        raise Trouble("the engine does not know this token", "make another one")
    return str(user)
