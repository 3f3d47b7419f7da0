"""/openapi.json and /docs, always up to date."""

import base64
import hashlib
import re
from functools import partial
from importlib.util import find_spec
from threading import Lock
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from engine.api import schemas, task_schemas
from engine.api.answers import EngineDep
from engine.api.edits import Rename
from engine.api.evaluation import Evaluate
from engine.api.forwarded import prefix_of
from engine.api.large_answers import ListsDep
from engine.api.openapi import start_of_any_route
from engine.api.pieces import documented_operation, outlined_operation
from engine.api.publishing import seen_routes
from engine.api.routers import new_router
from engine.domain.values import Json
from engine.usecases.access.homes import Sees
from engine.usecases.call_time import beside
from engine.usecases.engine import Engine

router = new_router(in_schema=False)
ASSETS_PACKAGE = "fastapi_offline"
"""It brings the files of Swagger UI, so that the page needs no internet."""
CDN = "https://cdn.jsdelivr.net"
"""Where FastAPI lets the page find these files if the package is not installed."""
MAX_ROUTES_BYTES = 4 << 20
"""Of the routes in the document. What does not fit any more is there in outline."""
_SCRIPT_IN_PAGE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_REFERENCED_MODELS = (
    schemas.Problem,
    task_schemas.Job,
    task_schemas.Outputs,
    Evaluate,
    Rename,
)
"""Models that operations refer to by name only, so FastAPI does not see them."""


_making = Lock()
"""Held while the fixed part is made, which others would see unfinished."""


@router.get("/openapi.json")
async def openapi(request: Request, engine: EngineDep, lists: ListsDep) -> Response:
    """The fixed operations, and an operation for each live route."""
    sees = await seen_routes(request, engine)
    return lists.answer(partial(_document, request.scope, engine, sees))


async def _document(scope: Scope, engine: Engine, sees: Sees) -> Json:
    # In a thread: the first time FastAPI takes a second to make it.
    document = await beside(fixed_document, scope["app"])
    paths = dict(document["paths"])
    left = MAX_ROUTES_BYTES
    for row, text in await engine.pipelines.live(documented_operation, sees):
        left -= len(text)
        if left < 0:
            text = outlined_operation(row.route)
        path = f"/services/{row.route}"
        paths[path] = paths.get(path, {}) | {"post": orjson.Fragment(text)}
    # Where this document was found is where its paths are.
    servers = [{"url": prefix_of(scope) or "/"}]
    return document | {"servers": servers, "paths": paths}


def fixed_document(app: FastAPI) -> dict[str, Any]:
    """What does not change. FastAPI makes it once and returns it again each time."""
    with _making:
        return _fixed_document(app)


def _fixed_document(app: FastAPI) -> dict[str, Any]:
    document = app.openapi()
    # The hot path answers it, which FastAPI does not know.
    document["paths"]["/services/{route}"]["post"] = start_of_any_route()

    known = document["components"]["schemas"]
    template = "#/components/schemas/{model}"

    for model in _REFERENCED_MODELS:
        if model.__name__ in known:
            continue
        schema = model.model_json_schema(ref_template=template)
        known |= schema.pop("$defs", {})
        known[model.__name__] = schema
    return document


@router.get("/docs")
async def docs() -> Response:
    """Swagger UI; its files come from this machine if the package is installed."""
    local_files: dict[str, Any] = {}
    if find_spec(ASSETS_PACKAGE):
        local_files = {
            "swagger_js_url": "docs/assets/swagger-ui-bundle.js",
            "swagger_css_url": "docs/assets/swagger-ui.css",
            "swagger_favicon_url": "docs/assets/favicon.png",
        }
    page = get_swagger_ui_html(
        openapi_url="openapi.json", title="AI Marketplace", **local_files
    )
    policy = _policy(bytes(page.body).decode(), files="'self'" if local_files else CDN)
    page.headers["content-security-policy"] = policy
    return page


def _policy(page: str, *, files: str) -> str:
    """What the page may do: run its own scripts, and call this engine.

    Its texts come from the authors of pipelines, so no other script may run in it.
    """
    own_scripts = " ".join(
        f"'{source_hash(text)}'" for text in _SCRIPT_IN_PAGE.findall(page)
    )
    rules = {
        "default-src": "'none'",
        "script-src": f"{files} {own_scripts}",
        # Swagger UI writes styles into its elements.
        "style-src": f"{files} 'unsafe-inline'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def source_hash(source: str) -> str:
    """What a content security policy calls a script or a style by."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def mount_assets(app: FastAPI) -> None:
    """Serve the files of Swagger UI, if the package is installed."""
    if find_spec(ASSETS_PACKAGE):
        folder = StaticFiles(packages=[(ASSETS_PACKAGE, "static")])
        app.mount("/docs/assets", folder, name="assets")
