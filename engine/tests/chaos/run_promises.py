"""What the engine promises of the runs in a task, and of the services' work."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from chaos.evidence import Evidence, RecordedRun
from chaos.logs import Execution, Json

NEXT_STATUSES: Mapping[str, frozenset[str]] = {
    "calling": frozenset({"working", "retrying", "succeeded", "failed", "cancelled"}),
    "working": frozenset({"retrying", "succeeded", "failed", "cancelled"}),
    "retrying": frozenset({"calling", "succeeded", "failed", "cancelled"}),
    "looping": frozenset({"succeeded", "failed", "cancelled"}),
}
"""The statuses that may follow in a run's history. Nothing follows an end."""

Place = tuple[str, str]
"""A frame's path and a node."""


def one_accepted_result(evidence: Evidence) -> Iterator[str]:
    """An output carries the name of the execution that gave it."""
    may_be_lost = evidence.allowed.lost_acknowledgements
    attempts, first_at = _acknowledged(evidence)

    for one in evidence.called_back():
        execution = evidence.executions.get(one.given_by)
        if execution is None or (execution.path, execution.node) != one.place:
            yield f"{one.name}: its output was given by none of its executions"
            continue

        attempt = execution.attempt
        if attempt != one.run["attempts"]:
            yield f"{one.name}: took attempt {attempt}, was at {one.run['attempts']}"
        elif may_be_lost:
            continue
        elif attempts[one.place] - {attempt}:
            yield f"{one.name}: took {attempt}, acknowledged {attempts[one.place]}"
        elif first_at.get(one.place, execution.at) < execution.at:
            yield f"{one.name}: acknowledged a result, and took one that came after it"


def _acknowledged(
    evidence: Evidence,
) -> tuple[Mapping[Place, set[int]], Mapping[Place, float]]:
    """The attempts whose results were acknowledged, and when the first one was."""
    attempts = defaultdict[Place, set[int]](set)
    first_at = dict[Place, float]()

    for answer in evidence.logs.answers:
        execution = evidence.executions.get(answer.by)
        if execution and answer.status == 200:
            place = execution.path, execution.node
            attempts[place].add(execution.attempt)
            first_at[place] = min(answer.at, first_at.get(place, answer.at))

    return attempts, first_at


def legal_histories(evidence: Evidence) -> Iterator[str]:
    """So a run starts once, and does not change after its end."""
    for one in evidence.runs():
        history = one.run["history"]
        statuses = [entry["status"] for entry in history]

        for before, after in pairwise(statuses):
            if after not in NEXT_STATUSES.get(before, ()):
                yield f"{one.name}: went from {before} to {after}: {statuses}"

        instants = [instant(entry["at"]) for entry in history]
        if instants != sorted(instants):
            yield f"{one.name}: its history goes back in time: {history}"

        status = one.run["status"]
        if statuses and status != statuses[-1]:
            yield f"{one.name}: is {status}, its history ends in {statuses[-1]}"


def successors_after_predecessors(evidence: Evidence) -> Iterator[str]:
    """By the times of the engine, and by those of the services."""
    first_executions = _first_executions(evidence)

    for one in evidence.runs():
        if not _has_started(one.run):
            continue

        for predecessor in evidence.predecessors[one.route].get(one.node, ()):
            before = one.frame["runs"].get(predecessor)
            if before is None or before["status"] == "skipped":
                continue

            if not before["ended_at"] or _started_before_end(one.run, before):
                yield f"{one.name}: started before {predecessor} had ended"

            accepted = _execution_of(evidence, one, predecessor, before)
            execution = first_executions.get(one.place)
            if execution and accepted and execution.at < accepted.at:
                yield (
                    f"{one.name}: was executed before the accepted execution "
                    f"of {predecessor}"
                )


def _first_executions(evidence: Evidence) -> Mapping[Place, Execution]:
    first: dict[Place, Execution] = {}
    for execution in sorted(evidence.logs.executions, key=lambda one: one.at):
        first.setdefault((execution.path, execution.node), execution)
    return first


def _execution_of(
    evidence: Evidence, one: RecordedRun, node: str, run: Json
) -> Execution | None:
    """The execution that gave the output of another run in the same frame."""
    other = RecordedRun(one.route, one.frame, node, run)
    return evidence.executions.get(other.given_by)


def _started_before_end(run: Json, before: Json) -> bool:
    return instant(run["started_at"]) < instant(before["ended_at"])


def _has_started(run: Json) -> bool:
    return run["started_at"] is not None and run["status"] != "skipped"


def open_tasks_have_deadlines(evidence: Evidence) -> Iterator[str]:
    for frame in evidence.snapshots():
        if frame["status"] != "running":
            continue

        if frame["wakes_at"] is None:
            yield f"{frame['path']}: is open, and nothing will wake it"

        for node, run in frame["runs"].items():
            if run["status"] in ("calling", "working") and not run["deadline"]:
                yield f"{frame['path']} {node}: {run['status']} without a deadline"


def executions_within_bounds(evidence: Evidence) -> Iterator[str]:
    allowed = evidence.allowed
    counted = Counter[Place]()
    attempts = defaultdict[Place, set[int]](set)

    for execution in evidence.logs.executions:
        place = execution.path, execution.node
        counted[place] += 1
        attempts[place].add(execution.attempt)
        if execution.broken:
            name = f"{execution.path} {execution.node}"
            yield f"{name}: was given broken data: {execution.broken}"

    # Without faults each run is executed once. Each fault may repeat one execution.
    most = allowed.attempts + allowed.faults if allowed.faults else 1
    for place, count in counted.items():
        name = " ".join(place)
        if len(attempts[place]) > allowed.attempts:
            yield f"{name}: had {len(attempts[place])} attempts"
        if count > most:
            yield f"{name}: was executed {count} times"

    for one in evidence.called_back():
        if not counted[one.place]:
            yield f"{one.name}: succeeded, but was never executed"


def revisions_only_grow(evidence: Evidence) -> Iterator[str]:
    """And a revision is one state: every replica shows the same."""
    last = dict[str, Json]()

    for frame in evidence.snapshots():
        path = frame["path"]
        revision = frame["revision"]
        before = last.get(path)
        last[path] = frame

        if before and revision < before["revision"]:
            yield f"{path}: revision {revision} after {before['revision']}"
        elif before and revision == before["revision"]:
            if frame["runs"] != before["runs"]:
                yield f"{path}: two states of revision {revision}"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
