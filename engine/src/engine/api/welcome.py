"""What stands at `/`: a page that says what this is, and where to go from here."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.api.answers import Answer
from engine.api.documentation import source_hash

router = APIRouter(include_in_schema=False)

TITLE = "AI Marketplace"
LINKS = {
    "docs": "try every route in the browser",
    "services": "what can be called",
    "tasks": "what was started",
    "stats": "how many tasks there are",
    "openapi.json": "all routes, for programs",
}
"""Addresses relative to this page, so that they are right behind any proxy."""
STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:4rem auto;"
    "padding:0 1rem}:root{color-scheme:light dark}"
)
ITEMS = "\n".join(
    f'<li><a href="{address}">/{address}</a>: {words}</li>'
    for address, words in LINKS.items()
)
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{TITLE}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{TITLE}</h1>
<p>This is the engine: it runs pipelines, graphs whose nodes are machine learning
services and HTTP interfaces. Whatever can be called has a route:
<code>POST /services/ROUTE</code> starts a task.</p>
<ul>
{ITEMS}
</ul>
<p>On the command line <code>marketplace list</code> shows what can be called, and
<code>marketplace run ROUTE</code> calls it. The documentation is in the folder
<code>docs</code> of the repository.</p>
</body>
</html>
"""
POLICY = (
    f"default-src 'none'; style-src '{source_hash(STYLE)}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@router.get("/")
async def welcome(request: Request) -> Response:
    """A page for browsers, the same addresses in JSON for everybody else."""
    headers = {"vary": "accept"}
    if "text/html" in request.headers.get("accept", ""):
        headers["content-security-policy"] = POLICY
        return HTMLResponse(PAGE, headers=headers)
    return Answer({"name": TITLE, "links": LINKS}, headers=headers)
