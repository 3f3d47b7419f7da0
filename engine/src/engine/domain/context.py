"""What a decision depends on besides the frame: the program, the rules, the code."""

from msgspec import Struct, field

from engine.domain.code import Evaluator
from engine.domain.frame import Frame
from engine.domain.graph import Graph, Program
from engine.domain.rules import Rules
from engine.domain.sizes import Sizes


class Context(Struct, frozen=True, kw_only=True):
    """Everything that stays as it is while a frame moves."""

    program: Program
    evaluator: Evaluator
    rules: Rules
    outer: tuple[Frame, ...] = ()
    """The frames around this one, the nearest first."""

    sizes: Sizes = field(default_factory=Sizes)
    """What was measured for this decision."""

    def graph(self, frame: Frame) -> Graph:
        return self.program.graph(frame.loops)
