"""What a decision depends on besides the frame: the program, the rules, the code."""

from collections.abc import Callable

from msgspec import Struct, field

from engine.domain.code import Evaluator
from engine.domain.frame import Frame
from engine.domain.graph import Graph, Program
from engine.domain.rules import Rules
from engine.domain.sizes import Sizes


def _never() -> bool:
    return False


class Context(Struct, frozen=True, kw_only=True):
    """Everything that stays as it is while a frame moves."""

    program: Program
    evaluator: Evaluator
    rules: Rules
    outer: tuple[Frame, ...] = ()
    """The frames around this one, the nearest first."""

    sizes: Sizes = field(default_factory=Sizes)
    """What was measured for this decision."""

    is_over: Callable[[], bool] = _never
    """Whether the turn has used up its time: then the frame is saved and goes on in
    another turn. Code of authors may be slow, and others wait for theirs."""

    def graph(self, frame: Frame) -> Graph:
        return self.program.graph(frame.loops)
