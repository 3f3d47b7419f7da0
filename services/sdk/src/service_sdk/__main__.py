"""Starts a service: `python -m service_sdk <module>` or `<module>:<app>`."""

import importlib
import sys
from pathlib import Path

from fastapi import FastAPI

from service_sdk.errors import ServiceError
from service_sdk.service import Service


def load(target: str) -> Service:
    """The service behind `module` or `module:app`."""
    module, _, name = target.partition(":")
    app = getattr(importlib.import_module(module), name or "app", None)
    service = getattr(app.state, "service", None) if isinstance(app, FastAPI) else None
    if not isinstance(service, Service):
        raise ServiceError(f"{target} offers no app of a Service")
    return service


def main(arguments: list[str]) -> None:
    """Serve what the only argument names."""
    if len(arguments) != 1:
        sys.exit("usage: python -m service_sdk <module>[:<app>]")
    sys.path.insert(0, str(Path.cwd()))
    try:
        load(arguments[0]).run()
    except (ServiceError, ModuleNotFoundError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main(sys.argv[1:])
