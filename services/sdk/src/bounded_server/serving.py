"""Configures uvicorn to serve an application within limits."""

from typing import Any

from starlette.types import ASGIApp

from bounded_server.config import BoundedConfig
from bounded_server.connection import Connection
from bounded_server.limits import ServerLimits


def bounded_config(app: ASGIApp, limits: ServerLimits, **options: Any) -> BoundedConfig:
    """The configuration to give to `uvicorn.Server`.

    Takes every option of `uvicorn.Config` but those that it sets itself: `http`, `ws`,
    `callback_notify`, `timeout_notify` and `timeout_keep_alive`.
    """
    return BoundedConfig(app, limits, http=Connection, ws="none", **options)
