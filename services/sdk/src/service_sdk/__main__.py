"""Starts a service: `python -m service_sdk <module>` or `<module>:<app>`."""

import importlib
import sys
from pathlib import Path

from service_sdk.app import ServiceApp
from service_sdk.errors import ServiceError
from service_sdk.log import end_with, write_log
from service_sdk.running import run


def load(target: str) -> ServiceApp:
    """The app that `module` or `module:app` names."""
    module, _, name = target.partition(":")
    app = getattr(importlib.import_module(module), name or "app", None)
    if not isinstance(app, ServiceApp):
        raise ServiceError(
            f"{target} offers no app of a Service; add app = service.app to the module"
        )
    return app


def main(arguments: list[str]) -> None:
    """Serve the app that the only argument names."""
    if len(arguments) != 1:
        sys.exit("usage: python -m service_sdk <module>[:<app>]")

    sys.path.insert(0, str(Path.cwd()))
    try:
        # First: what goes wrong while the module is imported is told in its form.
        write_log()
        run(load(arguments[0]))
    except (ServiceError, ModuleNotFoundError) as fault:
        end_with(str(fault))


if __name__ == "__main__":
    main(sys.argv[1:])
