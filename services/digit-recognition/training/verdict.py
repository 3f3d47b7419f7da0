"""Whether a model may serve: compared with the one that does, on the same pictures."""

import numpy as np
from digits.models import Model

from training.files import pictures


class Worse(Exception):
    """The candidate is worse than what serves, by more than is allowed."""

    def __init__(
        self, candidate: float, serving: float, version: str, margin: float
    ) -> None:
        super().__init__(candidate, serving, version, margin)
        self.candidate, self.serving = candidate, serving
        self.version, self.margin = version, margin

    def __str__(self) -> str:
        return (
            f"not promoted: its accuracy of {self.candidate:.4f} is "
            f"{self.serving - self.candidate:.4f} below the {self.serving:.4f} of the "
            f"model that serves (version {self.version}), on the same test pictures; "
            f"{self.margin:g} is allowed (promote.margin in params.yaml)"
        )


def judge(candidate: float, serving: float, version: str, margin: float) -> None:
    """Raises `Worse`, unless the candidate is better or nearly as good.

    >>> judge(0.980, 0.985, "3", margin=0.005)
    """
    if serving - candidate > margin + 1e-9:
        raise Worse(candidate, serving, version, margin)


def accuracy(model: Model) -> float:
    """The share of the test pictures that it reads rightly, as the service would."""
    shades, truth = pictures("test")
    said = np.array(model.card.digits)[model.scores(shades).argmax(axis=1)]
    return float((said == truth).mean())
