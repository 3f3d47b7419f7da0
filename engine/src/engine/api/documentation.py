"""/openapi.json and /docs, always up to date."""

from importlib.util import find_spec
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from engine.api import schemas
from engine.api.answers import Answer, EngineDep
from engine.api.openapi import operation

router = APIRouter(include_in_schema=False)
ASSETS = "fastapi_offline"
"""The package that brings the files of Swagger UI."""
_COMPONENTS = (schemas.Problem, schemas.Job)


@router.get("/openapi.json")
async def openapi(request: Request, engine: EngineDep) -> Response:
    """The fixed operations and one of its own for each live route."""
    fixed = _fixed(request.app)
    paths = dict(fixed["paths"])
    for published in await engine.pipelines.live():
        path = f"/services/{published.route}"
        paths[path] = paths.get(path, {}) | {"post": operation(published)}
    return Answer(fixed | {"paths": paths})


def _fixed(app: FastAPI) -> dict[str, Any]:
    """What does not change; FastAPI makes it once."""
    document = app.openapi()
    known = document["components"]["schemas"]
    template = "#/components/schemas/{model}"
    for model in _COMPONENTS:
        if model.__name__ not in known:
            schema = model.model_json_schema(ref_template=template)
            known |= schema.pop("$defs", {})
            known[model.__name__] = schema
    return document


@router.get("/docs")
async def docs() -> Response:
    """Swagger UI, from this machine: there may be no internet."""
    local: dict[str, Any] = {
        "swagger_js_url": "docs/assets/swagger-ui-bundle.js",
        "swagger_css_url": "docs/assets/swagger-ui.css",
        "swagger_favicon_url": "docs/assets/favicon.png",
    }
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="AI Marketplace",
        **(local if find_spec(ASSETS) else {}),
    )


def mount_assets(app: FastAPI) -> None:
    """Serve the files of Swagger UI."""
    if find_spec(ASSETS):
        folder = StaticFiles(packages=[(ASSETS, "static")])
        app.mount("/docs/assets", folder, name="assets")
