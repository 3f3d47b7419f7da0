"""Tries code against the values of a task. Nothing of the task changes."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from engine.domain.context import Context
from engine.domain.directives import filled, read_template
from engine.domain.errors import BadDirective, CodeFailed, Unavailable
from engine.domain.frame import Frame
from engine.domain.references import Reference, resolve
from engine.domain.scope import Sight, scope
from engine.domain.secrets import shown
from engine.domain.values import Json
from engine.usecases.code_turns import CodeTurns
from engine.usecases.decider import Decider
from engine.usecases.frames import Frames
from engine.usecases.run_reports import cut
from engine.usecases.runs import Place, Runs, run_of

# People try code while tasks run it: all who try share one line, which has half of the
# threads at most and takes turns with the lines of tasks.
LINE_OF_TRIALS = "trials of code"

MAX_WAITING = 32
"""Trials at once. More are refused: an editor asks again at the next key."""


class Trial(StrEnum):
    """What is tried."""

    EXPRESSION = "expression"
    """As in `ready` and `if`; its value is told."""
    STATEMENTS = "statements"
    """As in `before`, `after`, `exec`; by node, what they would change is told."""
    REFERENCE = "reference"
    """As in `input`; the value that it leads to is told."""
    TEMPLATE = "template"
    """As in `input`; the text is told."""


class Evaluation:
    """Runs code of authors in the sandbox, as runs do."""

    def __init__(
        self, *, runs: Runs, frames: Frames, decider: Decider, turns: CodeTurns
    ) -> None:
        self._runs = runs
        self._frames = frames
        self._decider = decider
        self._turns = turns
        self._waiting = 0

    async def evaluate(self, place: Place, code: str, trial: Trial) -> Json:
        """The value of code in the place of a node, or its fault.

        Raises `Unknown`, and `Unavailable` when too many try code now.
        """
        path = await self._runs.path_of(place.task, place.path)
        if self._waiting >= MAX_WAITING:
            raise Unavailable("the evaluation", f"{MAX_WAITING} others wait for it")

        self._waiting += 1
        try:
            async with self._frames.held(path) as frame:
                run_of(frame, place.node)
                context = await self._decider.context(frame)
                return await self._turns.run(
                    partial(_evaluated, frame, context, place.node, code, trial),
                    task=LINE_OF_TRIALS,
                    loops=0,
                    pipeline=(LINE_OF_TRIALS, place.task),
                )
        finally:
            self._waiting -= 1


def _evaluated(
    frame: Frame, context: Context, node: str, code: str, trial: Trial
) -> Json:
    """In a thread: code may run for a quarter of a second."""
    printed: list[str] = []
    told: dict[str, Json]
    try:
        value = _value(frame, context, node, code, trial, printed.append)
        told = {"value": cut(value)}
    except CodeFailed as error:
        told = {"fault": {"line": error.line, "message": error.message}}
    except BadDirective as error:
        told = {"fault": {"line": None, "message": str(error)}}

    return told | {"printed": "".join(printed)} if printed else told


def _value(
    frame: Frame,
    context: Context,
    node: str,
    code: str,
    trial: Trial,
    hear: Callable[[str], None],
) -> Json:
    sight = Sight(frame, context, node)
    match trial:
        case Trial.EXPRESSION:
            seen = scope(frame, context, node, hear)
            return context.evaluator.expression(code, seen)
        case Trial.STATEMENTS:
            seen = scope(frame, context, node, hear)
            return context.evaluator.statements(code, seen)
        case Trial.REFERENCE:
            return resolve(Reference.parse(code), sight)
        case Trial.TEMPLATE:
            # In an input of a service a secret is a fault, which the check names.
            return shown(filled(read_template(code, secrets=True), sight))
