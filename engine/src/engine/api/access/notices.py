"""A page that says one thing, and leads back to where people sign in."""

import html

from starlette.requests import Request
from starlette.responses import Response

from engine.api.answers import NO_STORE
from engine.api.forwarded import prefix_of
from engine.api.plain_pages import plain_page


def notice(
    request: Request,
    head: str,
    words: str,
    *,
    status: int,
    address: str = "/sign-in",
    link: str = "Sign in",
) -> Response:
    """The page; `address` is a path of this engine."""
    target = html.escape(f"{prefix_of(request.scope)}{address}")
    content = f"""\
<p>{html.escape(words)}</p>
<p><a href="{target}">{html.escape(link)}</a></p>"""
    return plain_page(content, head=head, status=status, headers=NO_STORE)
