"""Where people are sent to sign in, and where they go from there."""

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from engine.api.answers import NO_STORE
from engine.api.forwarded import prefix_of

NEXT = "next"
"""The query parameter that says where to go after signing in."""
HOME = "/"
MAX_NEXT_CHARACTERS = 500

# A path of this engine. “//host” and “/\\host” are other hosts to a browser, and it
# leaves out line breaks and tabs before it looks.
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def to_sign_in(request: Request) -> Response:
    """Send a browser to the page to sign in, and back afterwards."""
    prefix = prefix_of(request.scope)
    wanted = f"{prefix}{request.url.path}"
    if request.url.query:
        wanted += f"?{request.url.query}"
    address = f"{prefix}/sign-in?{NEXT}={quote(wanted[:MAX_NEXT_CHARACTERS], safe='/')}"
    return RedirectResponse(address, 303, NO_STORE)


def own_path(text: str) -> str:
    """Where to go after signing in: nowhere but to a page of this engine.

    >>> own_path("/task/1?node=a"), own_path("//evil.example"), own_path("https://x")
    ('/task/1?node=a', '/', '/')
    """
    is_own = len(text) <= MAX_NEXT_CHARACTERS and OWN_PATH.fullmatch(text)
    return text if is_own else HOME


def seen_from_browser(request: Request, path: str) -> str:
    """A path that `own_path` gave, as a browser asks for it behind a proxy.

    Others have the proxy's prefix already: they are addresses of pages.
    """
    return f"{prefix_of(request.scope)}/" if path == HOME else path
