"""What finds faces and knows more of them, and which one the environment asks for."""

import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from service_sdk.errors import BadSetting, Unavailable

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
Box = tuple[float, float, float, float]  # x1, y1, x2, y2
_loading = threading.Lock()


@dataclass(frozen=True)
class Found:
    """A face, and what the backend knows of it beyond what can be measured."""

    box: Box
    known: Mapping[str, object] = field(default_factory=dict)


class Backend(Protocol):
    """Finds faces; called by several threads at once."""

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces in any order; their boxes may reach over the edges."""


class UnifaceMissing(Unavailable):
    """The backend was asked for, but its package is not there."""

    def __str__(self) -> str:
        return (
            "ANALYZER_BACKEND=uniface needs the package uniface, which is not "
            "installed: “make install” brings it, or “pip install uniface[cpu]”"
        )


def chosen_backend() -> Backend:
    """The backend of this service, loaded once, at its first use."""
    with _loading:
        return _chosen()


@cache
def _chosen() -> Backend:
    return make_backend(os.environ)


def make_backend(environment: Mapping[str, str]) -> Backend:
    """ANALYZER_BACKEND chooses; only what is chosen is loaded."""
    match environment.get("ANALYZER_BACKEND", "offline"):
        case "offline":
            from face_analyzer.offline import Offline

            return Offline()
        case "uniface":
            try:
                from face_analyzer.networks import Networks
            except ModuleNotFoundError:
                raise UnifaceMissing from None
            return Networks(Path(environment.get("MODEL_DIR", "models")))
        case other:
            raise BadSetting(
                f"ANALYZER_BACKEND={other!r}: there are offline and uniface"
            )
