"""Tasks that continue others, for tests."""

from collections.abc import Iterable

from engine.domain.frame import Frame
from engine.domain.graph import Program
from engine.domain.new_frames import new_task
from engine.domain.pipeline import Pipeline
from engine.domain.reuse import kept_runs
from engine.domain.values import Json
from simulation import TASK, Simulation


class Continued(Simulation):
    """A task that continues another one, perhaps with another document and data."""

    def __init__(
        self,
        old: Simulation,
        document: Json,
        data: Json = None,
        again: Iterable[str] = (),
    ) -> None:
        self.old = old.task
        self.kept = kept_runs(
            old.task,
            before=old.program,
            after=Program(Pipeline.from_json(document)),
            data=given_data(old, data),
            again=frozenset(again),
        )
        super().__init__(document, given_data(old, data), old.rules)

    def _insert(self, frame: Frame) -> None:
        if frame.path == TASK and not self.frames:
            frame = new_task(
                TASK,
                self.program,
                data=frame.runs[self.program.pipeline.entry.id].input,
                now=self.now,
                kept=self.kept,
            )
        super()._insert(frame)


def given_data(old: Simulation, data: Json) -> Json:
    given: Json = old.task.runs[old.program.pipeline.entry.id].input
    return given if data is None else data
