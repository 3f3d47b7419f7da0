"""What stands at `/`: a page that says what this is, and where to go from here."""

from starlette.requests import Request
from starlette.responses import Response

from engine.api.answers import Answer
from engine.api.plain_pages import TITLE, plain_page
from engine.api.routers import new_router

router = new_router(in_schema=False)

LINKS = {
    "docs": "try every route in the browser",
    "services": "what can be called",
    "tasks": "what was started",
    "stats": "how many tasks there are",
    "openapi.json": "all routes, for programs",
}
"""Addresses relative to this page, so that they are right behind any proxy."""
ITEMS = "\n".join(
    f'<li><a href="{address}">/{address}</a>: {words}</li>'
    for address, words in LINKS.items()
)
CONTENT = f"""\
<p>This is the engine: it runs pipelines, graphs whose nodes are machine learning
services and HTTP interfaces. Whatever can be called has a route:
<code>POST /services/ROUTE</code> starts a task.</p>
<ul>
{ITEMS}
</ul>
<p>On the command line <code>marketplace list</code> shows what can be called, and
<code>marketplace run ROUTE</code> calls it. The documentation is in the folder
<code>docs</code> of the repository.</p>
"""


@router.get("/")
async def welcome(request: Request) -> Response:
    """A page for browsers, the same addresses in JSON for everybody else."""
    headers = {"vary": "accept"}
    if "text/html" in request.headers.get("accept", ""):
        return plain_page(CONTENT, headers=headers)
    return Answer({"name": TITLE, "links": LINKS}, headers=headers)
