"""Whether a model may serve: compared with the serving one, on the same pictures."""

import numpy as np
from digits.models import Model

from training.files import pictures

# A difference of exactly the margin is allowed, but may come out a little larger.
ROUNDING_ERROR = 1e-9


class Worse(Exception):
    """The candidate is worse than the model that serves, by more than is allowed."""

    def __init__(
        self, candidate: float, serving: float, version: str, margin: float
    ) -> None:
        super().__init__(candidate, serving, version, margin)
        self.candidate = candidate
        self.serving = serving
        self.version = version
        self.margin = margin

    def __str__(self) -> str:
        return (
            f"not promoted: its accuracy of {self.candidate:.4f} is "
            f"{self.serving - self.candidate:.4f} below the {self.serving:.4f} of the "
            f"model that serves (version {self.version}), on the same test pictures; "
            f"{self.margin:g} is allowed (promote.margin in params.yaml)"
        )


def judge(*, candidate: float, serving: float, version: str, margin: float) -> None:
    """Raises `Worse`, unless the candidate is better or nearly as good.

    >>> judge(candidate=0.980, serving=0.985, version="3", margin=0.005)
    """
    if serving - candidate > margin + ROUNDING_ERROR:
        raise Worse(
            candidate=candidate, serving=serving, version=version, margin=margin
        )


def accuracy(model: Model) -> float:
    """The share of the test pictures that the model reads correctly."""
    shades, truth = pictures("test")

    best = model.scores(shades).argmax(axis=1)
    read = np.array(model.card.digits)[best]
    return float((read == truth).mean())
