"""A page that says one thing, and leads back to where people sign in."""

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.api.answers import NO_STORE
from engine.api.documentation import source_hash
from engine.api.forwarded import prefix_of
from engine.api.welcome import STYLE, TITLE

POLICY = (
    f"default-src 'none'; style-src '{source_hash(STYLE)}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{head} · {title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{head}</h1>
<p>{words}</p>
<p><a href="{address}">{link}</a></p>
</main>
</body>
</html>
"""


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
    page = PAGE.format(
        head=html.escape(head),
        title=TITLE,
        style=STYLE,
        words=html.escape(words),
        address=html.escape(f"{prefix_of(request.scope)}{address}"),
        link=html.escape(link),
    )
    headers = {"content-security-policy": POLICY, **NO_STORE}
    return HTMLResponse(page, status, headers)
