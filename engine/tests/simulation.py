"""The machine without I/O: frames in a dict, effects carried out at once."""

from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.domain import messages as m
from engine.domain.advance import advance
from engine.domain.code import Changes, Scope
from engine.domain.context import Context
from engine.domain.effects import effects
from engine.domain.errors import CodeFailed
from engine.domain.frame import Frame, FramePath, FrameStatus
from engine.domain.graph import Program
from engine.domain.new_frames import new_child, new_task
from engine.domain.nodes.loop import Collected
from engine.domain.pipeline import Pipeline
from engine.domain.references import SECTIONS
from engine.domain.rules import Rules
from engine.domain.values import Json
from msgspec.structs import replace

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TASK = FramePath("task")


class View(dict[str, Any]):
    """A dict whose items are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class PlainEvaluator:
    """Runs trusted test code in this process: fast, and without any sandbox."""

    limits_met: Mapping[str, int] = {}

    def expression(self, source: str, scope: Scope) -> Json:
        return self._run(source, scope, eval)

    def statements(self, source: str, scope: Scope) -> Changes:
        names = self._names(scope)
        names["print"] = lambda *values: scope.hear(f"{' '.join(map(str, values))}\n")
        self._run(source, scope, exec, names)

        found = {node_id: names[node_id] for node_id in scope.nodes}
        found[scope.node] = names["node"]
        return {
            node_id: {section: dict(view[section]) for section in SECTIONS}
            for node_id, view in found.items()
            if view != scope.nodes[node_id]
        }

    def _names(self, scope: Scope) -> dict[str, Any]:
        names: dict[str, Any] = {}
        for node_id, view in scope.nodes.items():
            names[node_id] = View({key: _copy(value) for key, value in view.items()})

        node = names[scope.node]
        names["node"] = node
        names["input"] = View(node["input"])
        names["pipeline"] = View(scope.pipeline)
        return names

    def _run(
        self, source: str, scope: Scope, how: Any, names: dict[str, Any] | None = None
    ) -> Json:
        try:
            return how(source, {}, self._names(scope) if names is None else names)
        except Exception as error:
            raise CodeFailed(f"{type(error).__name__}: {error}", 1) from None


def _copy(value: Any) -> Any:
    return View(value) if isinstance(value, dict) else value


class Simulation:
    """A task of a document, moved on by hand; `calls` are those under way."""

    def __init__(
        self, document: Json, data: Json = None, rules: Rules | None = None
    ) -> None:
        self.program = Program(Pipeline.from_json(document))
        self.rules = rules or Rules()
        self.now = NOON
        self.frames: dict[FramePath, Frame] = {}
        self.calls: list[tuple[FramePath, m.CallNode]] = []
        self.performed: list[tuple[FramePath, m.Effect]] = []
        self._insert(new_task(TASK, self.program, data=data or {}, now=self.now))

    @property
    def task(self) -> Frame:
        return self.frames[TASK]

    def statuses(self, path: str = TASK) -> dict[str, str]:
        runs = self.frames[FramePath(path)].runs
        return {node: str(run.status) for node, run in runs.items()}

    def out(self, node: str) -> Json:
        return self.task.runs[node].out

    def context(self, frame: Frame) -> Context:
        outer = []
        while frame.parent:
            frame = self.frames[frame.parent.path]
            outer.append(frame)

        return Context(
            program=self.program,
            evaluator=PlainEvaluator(),
            rules=self.rules,
            outer=tuple(outer),
            is_over=self.is_over,
        )

    def is_over(self) -> bool:
        """Whether the time of a turn is over: never, unless a test says otherwise."""
        return False

    def post(self, event: m.Event, path: str = TASK) -> None:
        """One event, and all that follows from it."""
        waiting = deque([(FramePath(path), event)])
        while waiting:
            at, event = waiting.popleft()
            before = self.frames.get(at)
            if before is None:
                continue
            after = advance(before, self.context(before), event, self.now)
            self.frames[at] = after
            waiting.extend(self._perform_all(before, after))

    def finish(self, node: str, out: Json = None, path: str = TASK) -> None:
        """The current attempt of a call gives its result."""
        attempt = self.frames[FramePath(path)].runs[node].attempt
        self.post(m.NodeFinished(node, attempt, out or {}), path)

    def fail(self, node: str, reason: str, final: bool = False) -> None:
        attempt = self.task.runs[node].attempt
        self.post(m.NodeFailed(node, attempt, reason, final))

    def wait(self, span: timedelta) -> None:
        """Time goes by, and every frame is woken."""
        self.now += span
        for path in list(self.frames):
            self.post(m.TimeElapsed(), path)

    def wait_until_due(self) -> None:
        due = [f.wake_at for f in self.frames.values() if f.wake_at]
        self.wait(max(min(due) - self.now, timedelta(0)))

    def answer_all(self, out: Json = None) -> None:
        """Every call gives its result, until none is made any more."""
        while self.calls:
            path, order = self.calls.pop(0)
            self.post(m.NodeFinished(order.node, order.attempt, out or {}), path)

    def _insert(self, frame: Frame) -> None:
        if frame.path in self.frames:
            return
        self.frames[frame.path] = frame
        started = advance(frame, self.context(frame), m.Started(), self.now)
        self.frames[frame.path] = started
        for path, event in self._perform_all(None, started):
            self.post(event, path)

    def _perform_all(
        self, before: Frame | None, after: Frame
    ) -> list[tuple[FramePath, m.Event]]:
        ordered = list(effects(before, after))
        self.performed += [(after.path, effect) for effect in ordered]
        return [pair for effect in ordered for pair in self._perform(after, effect)]

    def _perform(
        self, frame: Frame, effect: m.Effect
    ) -> list[tuple[FramePath, m.Event]]:
        match effect:
            case m.CallNode():
                self.calls.append((frame.path, effect))
            case m.OpenFrames(node=node, first=first, stop=stop):
                for index in range(first, stop):
                    child = new_child(
                        frame, self.context(frame), node, index=index, now=self.now
                    )
                    self._insert(child)
            case m.InspectLoop(node=node):
                children = self._children(frame, node)
                return [pair for child in children for pair in _told(child)]
            case m.CollectLoop(node=node, attempt=attempt):
                out = self._collected(frame, node)
                return [(frame.path, m.LoopCollected(node, attempt, out))]
            case m.CancelFrames(node=node):
                cancel = m.CancelRequested("not needed")
                return [(c.path, cancel) for c in self._children(frame, node)]
            case m.TellParent():
                return _told(frame)
            case m.ContinueTurn():
                return [(frame.path, m.TurnContinued())]
        return []

    def _children(self, frame: Frame, node: str) -> list[Frame]:
        """The frames of a loop's items, in the order of the items."""
        children = [
            child
            for child in self.frames.values()
            if child.parent
            and child.parent.path == frame.path
            and child.parent.node == node
        ]
        return sorted(children, key=_item_index)

    def _collected(self, frame: Frame, node: str) -> dict[str, Json]:
        context = self.context(frame)
        inside = replace(context, outer=(frame, *context.outer))
        loop: Any = context.graph(frame).nodes[node]

        items = frame.runs[node].loop
        assert items
        found = Collected(loop, total=items.total)
        for child in self._children(frame, node):
            assert child.parent
            if child.parent.attempt == frame.runs[node].attempt:
                found.add(child, inside, child.parent.index)
        return found.out


def _item_index(child: Frame) -> int:
    assert child.parent
    return child.parent.index


def _told(child: Frame) -> list[tuple[FramePath, m.Event]]:
    parent = child.parent
    if parent is None or child.open:
        return []

    error = None
    if child.status is not FrameStatus.FINISHED:
        error = child.error or "?"
    event = m.FrameEnded(
        parent.node,
        parent.attempt,
        parent.index,
        error,
        child.fault,
        child.kept_bytes,
    )
    return [(parent.path, event)]
