"""The outputs of a task."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from marketplace_client.shapes import Json

AnyTask = TypeVar("AnyTask")


class Outputs(Mapping[str, Json], Generic[AnyTask]):
    """The outputs of a task: JSON, and a remote file in the place of each file."""

    def __init__(self, task: AnyTask, outputs: Mapping[str, Json]) -> None:
        self.task = task
        self._outputs = outputs

    def __getitem__(self, key: str) -> Json:
        return self._outputs[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._outputs!r})"
