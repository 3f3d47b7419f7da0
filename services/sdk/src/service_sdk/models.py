"""Which models do the work, and how sure they are: what an operator sees of them.

    tell_model("digits", version=card.version, score=0.98)

The function that does the work says it. If a process does the work, what it said goes
to the service together with the result.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from prometheus_client.core import (
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

MAX_MODELS = 20
"""Of a process; what is told of others is in no figure."""

MAX_VERSION_CHARACTERS = 100

MAX_KEPT = 10_000
"""Of what one job said in a process; an operation may ask its model in a loop."""


@dataclass(frozen=True)
class Telling:
    """A model did something."""

    model: str
    version: str
    score: float | None = None


class Models(Collector):
    """What was told of models in this process; threads may tell at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: dict[str, str] = {}
        self._scores: dict[str, tuple[int, float]] = {}
        self._kept: list[Telling] | None = None

    def tell(self, telling: Telling) -> None:
        """Count it, or keep it for the process whose figures these are."""
        with self._lock:
            if self._kept is None:
                self._count(telling)
            elif len(self._kept) < MAX_KEPT:
                self._kept.append(telling)

    def keep(self) -> None:
        """From now on, `take` gives what is told: this process has no figures."""
        self._kept = []

    def take(self) -> Sequence[Telling]:
        """What was told since the last time."""
        with self._lock:
            taken, self._kept = self._kept or [], []
        return taken

    def forget(self) -> None:
        """As if nothing had been told; for tests."""
        self._versions.clear()
        self._scores.clear()

    def _count(self, telling: Telling) -> None:
        name = telling.model
        if name not in self._versions and len(self._versions) >= MAX_MODELS:
            return
        # One version of each: the series of the one before ends with it.
        self._versions[name] = telling.version[:MAX_VERSION_CHARACTERS]
        if telling.score is not None:
            count, total = self._scores.get(name, (0, 0.0))
            self._scores[name] = count + 1, total + telling.score

    def collect(self) -> Iterator[Metric]:
        """The figures; nothing of models where none was told of."""
        with self._lock:
            versions: Mapping[str, str] = dict(self._versions)
            scores = dict(self._scores)
        if not versions:
            return

        info = GaugeMetricFamily(
            "service_model_info",
            "The version of a model that worked last",
            labels=["model", "version"],
        )
        for model, version in versions.items():
            info.add_metric([model, version], 1)
        yield info

        sure = SummaryMetricFamily(
            "service_model_score",
            "How sure a model was of its answers, from 0 to 1",
            labels=["model"],
        )
        for model in versions:
            # From the start: a figure that begins at 0 shows its first step.
            count, total = scores.get(model, (0, 0.0))
            sure.add_metric([model], count, total)
        yield sure


models = Models()
"""Those of this process."""


def tell_model(model: str, *, version: str, score: float | None = None) -> None:
    """Say which version of a model works here, and how sure it was of an answer.

    Both are figures under `/metrics`. `score` is from 0 to 1; when it falls, what the
    model is given has perhaps become something that it was not trained for.
    """
    # Numbers of NumPy could not go to the service.
    plain_score = None if score is None else float(score)
    models.tell(Telling(model, version, plain_score))
