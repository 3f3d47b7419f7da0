"""Pages that need no web app: plain HTML, which loads nothing but what is in it."""

import html
from collections.abc import Mapping

from starlette.responses import HTMLResponse

from engine.api.documentation import source_hash

TITLE = "AI Marketplace"
STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;"
    "padding:0 1rem}:root{color-scheme:light dark}"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{head}</h1>
{content}
</main>
{script}
</body>
</html>
"""


def plain_page(
    content: str,
    *,
    head: str = TITLE,
    style: str = STYLE,
    script: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page with a heading over its `content`, which is HTML.

    A script may send a form of the page to the engine.
    """
    page = PAGE.format(
        title=html.escape(TITLE if head == TITLE else f"{head} · {TITLE}"),
        style=style,
        head=html.escape(head),
        content=content,
        script=f"<script>{script}</script>" if script else "",
    )
    policy = {"content-security-policy": _policy(style, script)}
    return HTMLResponse(page, status, {**policy, **(headers or {})})


def _policy(style: str, script: str) -> str:
    """What the page may do."""
    allowed = [
        "default-src 'none'",
        f"style-src '{source_hash(style)}'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    if script:
        allowed += [
            f"script-src '{source_hash(script)}'",
            "connect-src 'self'",
            "form-action 'self'",
        ]
    else:
        allowed.append("form-action 'none'")
    return "; ".join(allowed)
