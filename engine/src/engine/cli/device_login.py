"""`marketplace login` with a browser: show a code, and wait until it is confirmed."""

import os
import platform
import sys
import time
import webbrowser
from http import HTTPStatus
from typing import Any

from engine.cli.client import EngineClient, Refused, Unreachable
from engine.cli.trouble import Trouble, console
from engine.program import command

LOGIN_SCOPES = ("read", "run", "publish", "manage")
"""Of the token that `login` makes; that of an administrator also announces services."""
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
TEXT_BROWSERS = frozenset({"www-browser", "lynx", "links", "elinks", "w3m"})
"""They would take the terminal in which the code stands."""


def this_machine() -> str:
    """What this machine calls itself: people know a terminal by it."""
    return platform.node() or "a terminal"


def token_from_browser(engine: str, *, opens: bool) -> str:
    """A token for who confirms the code that is shown; raises `Trouble`."""
    with EngineClient(engine, "") as client:
        begun = _begun(client)
        address = f"{client.url}/device"
        screen = console(stderr=True)
        screen.print(f"Open {address} and type this code:", highlight=False)
        screen.print(f"\n    {begun['user_code']}\n", highlight=False)
        if opens and _has_browser():
            webbrowser.open(address)
        return _fetched(client, begun)


def _begun(client: EngineClient) -> Any:
    """A sign-in that waits; raises `Trouble` where nobody has to sign in."""
    wish = {"machine": this_machine(), "scopes": [*LOGIN_SCOPES, "announce"]}
    try:
        return client.post("/device-logins", json=wish)
    except Refused as error:
        if error.status == HTTPStatus.METHOD_NOT_ALLOWED:
            hint = f"it is older than this program: use “{command('login --token')}”"
            raise Trouble("this engine knows no sign-in by a browser", hint) from None
        raise


def _fetched(client: EngineClient, begun: Any) -> str:
    """Ask until somebody has decided."""
    ends_at = time.monotonic() + begun["expires_in"]
    while time.monotonic() < ends_at:
        time.sleep(begun["interval"])
        try:
            answer = client.post(
                "/device-logins/redeem", json={"device_code": begun["device_code"]}
            )
        except Unreachable:
            # An engine that starts again, or a network that comes back.
            continue
        if "token" in answer:
            return str(answer["token"])
    raise Trouble("nobody confirmed the code in time", "begin again")


def _has_browser() -> bool:
    """Whether there is a window for one: over SSH it would open nowhere."""
    if "SSH_CONNECTION" in os.environ:
        return False
    if sys.platform == "linux" and not any(name in os.environ for name in DISPLAYS):
        return False
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return False
    return name not in TEXT_BROWSERS
