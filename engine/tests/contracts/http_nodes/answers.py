"""How the interfaces that http nodes ask answer in tests."""

from typing import Any

from aiohttp import web

from ..peers import Peer


def says(
    peer: Peer, body: bytes | str, type: str = "application/json", **more: Any
) -> None:
    """Peer answers each request with this body."""
    content = body.encode() if isinstance(body, str) else body
    headers = more.pop("headers", {}) | ({"Content-Type": type} if type else {})
    peer.answer = lambda: web.Response(body=content, headers=headers, **more)


def redirects(peer: Peer, *steps: tuple[int, str]) -> None:
    """Peer answers with each redirect in turn, then with an empty object."""
    left = iter(steps)

    def answer() -> web.Response:
        status, target = next(left, (200, ""))
        headers = {"Location": target} if target else {}
        return web.json_response({}, status=status, headers=headers)

    peer.answer = answer
