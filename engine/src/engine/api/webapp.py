"""The web app: its pages, and the files that they load.

`make webapp` builds it into the folder `web` of this package. Where it was not built,
`/` says what the engine is (`welcome`), people sign in by plain forms (`pages`), and
the other pages do not exist.
"""

import mimetypes
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import engine
from engine.api import welcome
from engine.api.access import pages
from engine.api.access.doorways import include
from engine.api.answers import NO_STORE
from engine.api.forwarded import prefix_of
from engine.domain.errors import Unknown

FOLDER = Path(engine.__file__).parent / "web"
PAGE = "index.html"
ASSETS = "assets"

PAGES = (
    "/run/{route}",
    "/edit",
    "/edit/{route}",
    "/task/{task}",
    "/compare",
    "/history",
    "/health",
    "/account",
    "/device",
    "/admin/people",
    "/admin/spaces",
    "/admin/spaces/{space}",
    "/admin/groups",
    "/admin/groups/{id}",
    "/admin/audit",
)
"""Addresses at which a browser gets the app; it decides itself what to show there."""
PUBLIC_PAGES = ("/sign-in", "/first-administrator")
"""Those for people who are not signed in yet; without the app there are plain ones."""

BASE = "__base__"
NONCE = "__nonce__"
"""Stand in the built page where each answer has its own value."""

YEAR_SECONDS = 365 * 24 * 3600
# The name of a file has the fingerprint of its content, so it never changes.
_CACHED = f"public, max-age={YEAR_SECONDS}, immutable"

_ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What the build makes beside each file, the smallest first."""

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    # `blob:` are files of the person, before they are sent.
    "img-src": "'self' blob: data:",
    "media-src": "'self' blob:",
    "frame-src": "blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True)
class Asset:
    """A file that a page loads, and its compressed forms by encoding."""

    path: Path
    media_type: str
    compressed: Mapping[str, Path]

    async def answer(self, accepted: str) -> Response:
        """The smallest form that the browser accepts."""
        headers = {"cache-control": _CACHED, "vary": "accept-encoding"}
        names = {name.partition(";")[0].strip() for name in accepted.split(",")}
        path = self.path

        for encoding, compressed in self.compressed.items():
            if encoding in names:
                headers["content-encoding"] = encoding
                path = compressed
                break

        # Read before anything is sent: a build that takes the place of this one may
        # remove the file at any moment.
        try:
            content = await to_thread.run_sync(path.read_bytes)
        except FileNotFoundError:
            raise Unknown("file", self.path.name) from None
        return Response(content, media_type=self.media_type, headers=headers)


class Built:
    """The app as its folder has it now: it may be built anew while it is served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp = _stamp_of(folder / PAGE)
        self._page = (folder / PAGE).read_text("utf-8")
        self._assets = _assets(folder / ASSETS)

    async def page(self) -> str:
        await to_thread.run_sync(self._look)
        return self._page

    async def asset(self, name: str) -> Asset:
        if name not in self._assets:
            await to_thread.run_sync(self._look)
        asset = self._assets.get(name)
        if asset is None:
            raise Unknown("file", name)
        return asset

    def _look(self) -> None:
        """Take what was built since; while a build is under way, what there was."""
        try:
            stamp = _stamp_of(self._folder / PAGE)
            if stamp != self._stamp:
                page = (self._folder / PAGE).read_text("utf-8")
                assets = _assets(self._folder / ASSETS)
                self._stamp, self._page, self._assets = stamp, page, assets
        except FileNotFoundError:
            return


def _stamp_of(path: Path) -> tuple[int, int]:
    """What is another one after each build."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ino


def install(app: FastAPI, folder: Path = FOLDER) -> None:
    """Serve the app, if it was built; else the page that says what the engine is."""
    built = folder / PAGE
    if not built.is_file():
        for module in (welcome, pages):
            include(app, module.router)
        return

    web = Built(folder)
    methods = ["GET", "HEAD"]

    app.router.routes.append(Route("/", partial(_home, web), methods=methods))
    app.router.routes += [
        Route(path, partial(_page, web), methods=methods)
        for path in (*PAGES, *PUBLIC_PAGES)
    ]
    app.router.routes.append(
        Route(f"/{ASSETS}/{{name}}", partial(_asset, web), methods=methods)
    )


def _assets(folder: Path) -> dict[str, Asset]:
    """By name. They are listed once, so no name in a request is ever a path."""
    suffixes = tuple(_ENCODINGS.values())
    return {
        path.name: Asset(
            path=path,
            media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
            compressed={
                encoding: path.with_name(path.name + suffix)
                for encoding, suffix in _ENCODINGS.items()
                if path.with_name(path.name + suffix).is_file()
            },
        )
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(suffixes)
    }


async def _home(web: Built, request: Request) -> Response:
    """The gallery for browsers, addresses in JSON for everybody else."""
    if "text/html" in request.headers.get("accept", ""):
        return await _page(web, request)
    return await welcome.welcome(request)


async def _page(web: Built, request: Request) -> Response:
    nonce = secrets.token_urlsafe(16)
    base = f"{prefix_of(request.scope)}/"
    policy = _POLICY | {"style-src": f"'self' 'nonce-{nonce}'"}
    headers = {
        **NO_STORE,
        "content-security-policy": "; ".join(
            f"{name} {sources}" for name, sources in policy.items()
        ),
        "vary": "accept",
    }
    page = await web.page()
    text = page.replace(BASE, _attribute(base)).replace(NONCE, nonce)
    return HTMLResponse(text, headers=headers)


def _attribute(text: str) -> str:
    """A text within the quotation marks of an attribute; proxies sent it."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


async def _asset(web: Built, request: Request) -> Response:
    asset = await web.asset(request.path_params["name"])
    return await asset.answer(request.headers.get("accept-encoding", ""))
