"""Joins what the three witnesses saw, and says which task broke which promise."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from chaos.logs import Execution, Json, Logs, Seen, frames_of
from chaos.routes import EXPECTED, predecessors, service_nodes

OPEN = frozenset({"calling", "working", "retrying", "looping"})
ENDS = frozenset({"succeeded", "skipped", "failed", "cancelled"})
AFTER: Mapping[str, frozenset[str]] = {
    "calling": frozenset({"working", "retrying", "succeeded", "failed", "cancelled"}),
    "working": frozenset({"retrying", "succeeded", "failed", "cancelled"}),
    "retrying": frozenset({"calling", "succeeded", "failed", "cancelled"}),
    "looping": frozenset({"succeeded", "failed", "cancelled"}),
}
"""Which status may follow in a run's history; an end is followed by nothing."""


@dataclass(frozen=True)
class Allowed:
    """What the faults of a scenario excuse."""

    attempts: int = 7
    """Tries of a run, the first one counted."""
    faults: int = 0
    """How many hit; none: every run is executed exactly once."""
    acknowledged_in_vain: bool = False
    """A result was taken by a broker that then lost it."""
    errors: frozenset[str] = frozenset()
    """Routes whose tasks end in an error, as they should."""


@dataclass
class Evidence:
    """The logs and the pipelines by route, with what is looked up often."""

    logs: Logs
    documents: Mapping[str, Json]
    allowed: Allowed = field(default_factory=Allowed)

    def __post_init__(self) -> None:
        self.routes = {told.task: told.route for told in self.logs.told}
        self.known = [(t, r) for t, r in self.logs.recorded.items() if r is not None]
        self.by = {one.by: one for one in self.logs.executions}
        documents = self.documents.items()
        self.predecessors = {route: predecessors(one) for route, one in documents}
        self._services = {route: service_nodes(one) for route, one in documents}

    def runs(self) -> Iterator[tuple[str, Json, str, Json]]:
        """Route, frame, node and run of everything that the engine recorded."""
        for task, raw in self.known:
            for frame in frames_of(raw):
                for node, run in frame["runs"].items():
                    yield self.routes[task], frame, node, run

    def answered(self) -> Iterator[tuple[str, Json, str, Json]]:
        """Those whose result came by callback."""
        for route, frame, node, run in self.runs():
            if node in self._services[route] and run["status"] == "succeeded":
                yield route, frame, node, run


def acknowledged_means_present(evidence: Evidence) -> Iterator[str]:
    tasks = defaultdict[str, set[str]](set)
    for told in evidence.logs.told:
        tasks[told.key].add(told.task)
        if evidence.logs.recorded.get(told.task) is None:
            yield f"{told.task}: acknowledged, but the engine does not know it"
    for key, several in tasks.items():
        if len(several) > 1:
            yield f"{key}: one key started {sorted(several)}"


def nothing_that_nobody_asked_for(evidence: Evidence) -> Iterator[str]:
    """What was asked for again under the same key did not start again."""
    told = {one.task for one in evidence.logs.told}
    for task, times in Counter(evidence.logs.listed).items():
        if task not in told:
            yield f"{task}: is there, but no client was told of it"
        if times > 1:
            yield f"{task}: is listed {times} times"


def erased_means_gone(evidence: Evidence) -> Iterator[str]:
    for task, raw in evidence.logs.erased.items():
        if raw is not None:
            yield f"{task}: was erased, and is there"


def one_end_that_stays(evidence: Evidence) -> Iterator[str]:
    seen = defaultdict[str, list[Seen]](list)
    for one in evidence.logs.seen:
        seen[one.task].append(one)
    for task, raw in evidence.known:
        told = seen[task]
        if len(set(map(repr, told))) > 1:
            yield f"{task}: its end changed: {told}"
        end = raw["status"], raw["message"]
        if told and end != (told[0].status, told[0].reason):
            yield f"{task}: told {told[0]}, recorded {end}"


def as_it_was_asked_for(evidence: Evidence) -> Iterator[str]:
    outputs = {one.task: one.outputs for one in evidence.logs.seen}
    for told in evidence.logs.told:
        raw = evidence.logs.recorded.get(told.task)
        wanted = "error" if told.route in evidence.allowed.errors else "finished"
        if raw is not None and raw["status"] != wanted:
            message = f"{raw['status']} {raw['message']}"
            yield f"{told.task}: should be {wanted}, is {message}"
        if raw is None or wanted == "error":
            continue
        out, expected = outputs.get(told.task) or {}, EXPECTED.get(told.route, {})
        for key, value in {"number": told.number, **expected}.items():
            if out.get(key) != value:
                yield f"{told.task}: {key} should be {value}, the outputs are {out}"


def one_accepted_result(evidence: Evidence) -> Iterator[str]:
    """An output bears the name of the execution that gave it."""
    vain = evidence.allowed.acknowledged_in_vain
    taken = defaultdict[tuple[str, str], set[int]](set)
    first = dict[tuple[str, str], float]()
    for answer in evidence.logs.answers:
        done = evidence.by.get(answer.by)
        if done and answer.status == 200:
            place = done.path, done.node
            taken[place].add(done.attempt)
            first[place] = min(answer.at, first.get(place, answer.at))
    for _, frame, node, run in evidence.answered():
        name, place = f"{frame['path']} {node}", (frame["path"], node)
        giver = evidence.by.get((run["output"] or {}).get("by", ""))
        if giver is None or (giver.path, giver.node) != place:
            yield f"{name}: its output was given by none of its executions"
        elif giver.attempt != run["attempts"]:
            yield f"{name}: took attempt {giver.attempt}, was at {run['attempts']}"
        elif taken[place] - {giver.attempt} and not vain:
            yield f"{name}: took {giver.attempt}, acknowledged {taken[place]}"
        elif first.get(place, giver.at) < giver.at and not vain:
            yield f"{name}: acknowledged a result, and took one that came after it"


def legal_histories(evidence: Evidence) -> Iterator[str]:
    """So a run starts once, and what has ended stays so."""
    for _, frame, node, run in evidence.runs():
        statuses = [entry["status"] for entry in run["history"]]
        name = f"{frame['path']} {node}"
        for before, after in pairwise(statuses):
            if after not in AFTER.get(before, ()):
                yield f"{name}: went from {before} to {after}: {statuses}"
        instants = [instant(entry["at"]) for entry in run["history"]]
        if instants != sorted(instants):
            yield f"{name}: its history goes back in time: {run['history']}"
        if statuses and run["status"] != statuses[-1]:
            yield f"{name}: is {run['status']}, its history ends in {statuses[-1]}"


def successors_after_predecessors(evidence: Evidence) -> Iterator[str]:
    """As the engine recorded it, and as the services saw it."""
    first = dict[tuple[str, str], Execution]()
    for one in sorted(evidence.logs.executions, key=lambda e: e.at):
        first.setdefault((one.path, one.node), one)
    for route, frame, node, run in evidence.runs():
        for tail in evidence.predecessors[route].get(node, ()):
            before = frame["runs"].get(tail)
            if before is None or before["status"] == "skipped" or not started(run):
                continue
            name = f"{frame['path']} {node}"
            if not before["ended_at"] or came_first(run, before):
                yield f"{name}: started before {tail} had ended"
            giver = evidence.by.get((before["output"] or {}).get("by", ""))
            executed = first.get((frame["path"], node))
            if executed and giver and executed.at < giver.at:
                yield f"{name}: was executed before the accepted one of {tail}"


def came_first(run: Json, before: Json) -> bool:
    return instant(run["started_at"]) < instant(before["ended_at"])


def started(run: Json) -> bool:
    return run["started_at"] is not None and run["status"] != "skipped"


def open_tasks_have_deadlines(evidence: Evidence) -> Iterator[str]:
    for frame in snapshots(evidence):
        if frame["status"] != "running":
            continue
        if frame["wakes_at"] is None:
            yield f"{frame['path']}: is open, and nobody will look at it"
        for node, run in frame["runs"].items():
            if run["status"] in ("calling", "working") and not run["deadline"]:
                yield f"{frame['path']} {node}: {run['status']} without a deadline"


def executions_within_bounds(evidence: Evidence) -> Iterator[str]:
    allowed, counted = evidence.allowed, Counter[tuple[str, str]]()
    attempts = defaultdict[tuple[str, str], set[int]](set)
    for one in evidence.logs.executions:
        counted[one.path, one.node] += 1
        attempts[one.path, one.node].add(one.attempt)
        if one.broken:
            yield f"{one.path} {one.node}: was given broken data: {one.broken}"
    for (path, node), count in counted.items():
        if len(attempts[path, node]) > allowed.attempts:
            yield f"{path} {node}: had {len(attempts[path, node])} attempts"
        if count > (allowed.attempts + allowed.faults if allowed.faults else 1):
            yield f"{path} {node}: was executed {count} times"
    for _, frame, node, _ in evidence.answered():
        if not counted[frame["path"], node]:
            yield f"{frame['path']} {node}: succeeded, but was never executed"


def revisions_only_grow(evidence: Evidence) -> Iterator[str]:
    """And a revision is one state: whoever is asked shows the same."""
    last = dict[str, Json]()
    for frame in snapshots(evidence):
        before = last.get(frame["path"])
        last[frame["path"]] = frame
        if before and frame["revision"] < before["revision"]:
            yield (
                f"{frame['path']}: revision {frame['revision']} "
                f"after {before['revision']}"
            )
        elif before and frame["revision"] == before["revision"]:
            if frame["runs"] != before["runs"]:
                yield f"{frame['path']}: two states of revision {frame['revision']}"


def snapshots(evidence: Evidence) -> Iterator[Json]:
    """Every frame as it was shown, in order, the end last."""
    for raw in (*evidence.logs.snapshots, *evidence.logs.recorded.values()):
        if raw is not None:
            yield from frames_of(raw)


def blobs_are_whole(evidence: Evidence) -> Iterator[str]:
    for one in evidence.logs.contents:
        if one.expected != one.found:
            yield f"{one.key}: should be {one.expected}, is {one.found}"


def ends_are_pushed(evidence: Evidence) -> Iterator[str]:
    """Whoever wanted the end result got it, and always the same."""
    came = defaultdict[str, list[Json]](list)
    for one in evidence.logs.pushed:
        came[one.id].append(one.data)
    for told in evidence.logs.told:
        raw = evidence.logs.recorded.get(told.task)
        if told.push is None or raw is None or raw["status"] == "running":
            continue
        results = came[told.push]
        failed = [isinstance(r, dict) and r.get("type") == "error" for r in results]
        if not results:
            yield f"{told.task}: its end was never pushed"
        elif any(one != results[0] for one in results):
            yield f"{told.task}: different ends were pushed: {results}"
        elif failed[0] != (raw["status"] == "error"):
            yield f"{told.task}: is {raw['status']}, was pushed {results[0]}"


def nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    yield from (f"{one}: did not move any more" for one in evidence.logs.stuck)
    for task, raw in evidence.known:
        if raw["status"] == "running" and task not in evidence.logs.stuck:
            yield f"{task}: is still running"
        for frame in raw["frames"]:
            if raw["status"] == "finished" and frame["status"] == "running":
                yield f"{frame['path']}: is open, its task has finished"


Invariant = Callable[[Evidence], Iterable[str]]
INVARIANTS: tuple[Invariant, ...] = (
    acknowledged_means_present,
    nothing_that_nobody_asked_for,
    erased_means_gone,
    one_end_that_stays,
    as_it_was_asked_for,
    one_accepted_result,
    legal_histories,
    successors_after_predecessors,
    open_tasks_have_deadlines,
    executions_within_bounds,
    revisions_only_grow,
    blobs_are_whole,
    ends_are_pushed,
    nothing_is_stuck,
)


def broken(evidence: Evidence) -> list[str]:
    """Every promise that was broken, and by which task."""
    return [
        f"{invariant.__name__}: {said}"
        for invariant in INVARIANTS
        for said in invariant(evidence)
    ]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
