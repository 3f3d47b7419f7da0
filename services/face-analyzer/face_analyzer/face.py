"""A face as a backend finds it, and what every backend promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height x width x (red, green, blue)
Box = tuple[float, float, float, float]  # x1, y1, x2, y2


@dataclass(frozen=True)
class Found:
    """A face, and what the backend knows about it that cannot be measured."""

    box: Box
    known: Mapping[str, object] = field(default_factory=dict)


class Backend(Protocol):
    """Finds faces; several threads call it at once."""

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces in any order; their boxes may reach beyond the edges."""
