"""What is known of one run of a scenario, in the forms that the checks need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chaos.logs import Execution, Json, Logs, frames_of
from chaos.routes import predecessors, service_nodes


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What the faults of a scenario excuse."""

    attempts: int = 7
    """Attempts of a run, the first one counted."""

    faults: int = 0
    """How many faults hit. Without any, each run is executed exactly once."""

    lost_acknowledgements: bool = False
    """The broker acknowledged a result, and then lost it."""

    errors: frozenset[str] = frozenset()
    """Routes whose tasks end in an error, as they should."""


@dataclass(frozen=True)
class RecordedRun:
    """A run as the engine recorded it, and where it belongs."""

    route: str
    frame: Json
    node: str
    run: Json

    @property
    def name(self) -> str:
        return f"{self.frame['path']} {self.node}"

    @property
    def place(self) -> tuple[str, str]:
        """Its frame's path and its node: what its executions name as well."""
        return self.frame["path"], self.node

    @property
    def given_by(self) -> str:
        """The name of the execution that gave its output."""
        output = self.run["output"] or {}
        return str(output.get("by", ""))


@dataclass
class Evidence:
    """The logs and the pipelines by route, with what is looked up often."""

    logs: Logs
    documents: Mapping[str, Json]
    allowed: Allowed = field(default_factory=Allowed)

    def __post_init__(self) -> None:
        self.routes = {task.task: task.route for task in self.logs.accepted}
        self.known = {
            task: raw for task, raw in self.logs.recorded.items() if raw is not None
        }
        self.executions: Mapping[str, Execution] = {
            execution.by: execution for execution in self.logs.executions
        }
        self.predecessors = {
            route: predecessors(document) for route, document in self.documents.items()
        }
        self._service_nodes = {
            route: service_nodes(document) for route, document in self.documents.items()
        }

    def runs(self) -> Iterator[RecordedRun]:
        """Every run that the engine recorded."""
        for task, raw in self.known.items():
            for frame in frames_of(raw):
                for node, run in frame["runs"].items():
                    yield RecordedRun(self.routes[task], frame, node, run)

    def called_back(self) -> Iterator[RecordedRun]:
        """Those whose result came by callback."""
        for one in self.runs():
            is_service = one.node in self._service_nodes[one.route]
            if is_service and one.run["status"] == "succeeded":
                yield one

    def snapshots(self) -> Iterator[Json]:
        """Every frame as the engine showed it, in order, the end last."""
        for raw in (*self.logs.snapshots, *self.logs.recorded.values()):
            if raw is not None:
                yield from frames_of(raw)
