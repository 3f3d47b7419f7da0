"""Which backend the environment chooses."""

import os
from collections.abc import Mapping
from pathlib import Path

from service_sdk.errors import BadSetting, Unavailable
from service_sdk.loading import load_once

from face_analyzer.face import Backend


class UnifaceMissing(Unavailable):
    """The backend was chosen, but its package is not installed."""

    def __str__(self) -> str:
        return (
            "ANALYZER_BACKEND=uniface needs the package uniface, which is not "
            "installed: run “make install”, or “pip install uniface[cpu]”"
        )


def chosen_backend() -> Backend:
    """The backend of this service, loaded once, when it is first used."""
    return _loaded(*_choice(os.environ))


def make_backend(environment: Mapping[str, str]) -> Backend:
    """A new backend: the one that ANALYZER_BACKEND names; no other one is loaded."""
    return _load(*_choice(environment))


def _choice(environment: Mapping[str, str]) -> tuple[str, Path]:
    name = environment.get("ANALYZER_BACKEND", "offline")
    folder = Path(environment.get("MODEL_DIR", "models"))
    return name, folder


def _load(name: str, folder: Path) -> Backend:
    match name:
        case "offline":
            from face_analyzer.offline import Offline

            return Offline()
        case "uniface":
            try:
                from face_analyzer.networks import Networks
            except ModuleNotFoundError:
                raise UnifaceMissing from None
            return Networks(folder)
        case other:
            raise BadSetting(f"ANALYZER_BACKEND={other!r}: choose offline or uniface")


_loaded = load_once(_load)
