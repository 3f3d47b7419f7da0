"""What the engine promises to the people who start tasks."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from chaos.evidence import Evidence
from chaos.logs import Json, ReportedEnd
from chaos.routes import EXPECTED


def acknowledged_means_present(evidence: Evidence) -> Iterator[str]:
    tasks = defaultdict[str, set[str]](set)

    for accepted in evidence.logs.accepted:
        tasks[accepted.key].add(accepted.task)
        if evidence.logs.recorded.get(accepted.task) is None:
            yield f"{accepted.task}: acknowledged, but the engine does not know it"

    for key, started in tasks.items():
        if len(started) > 1:
            yield f"{key}: one key started {sorted(started)}"


def no_task_without_a_request(evidence: Evidence) -> Iterator[str]:
    """A request that was repeated under its key does not start a second task."""
    accepted = {one.task for one in evidence.logs.accepted}

    for task, times in Counter(evidence.logs.listed).items():
        if task not in accepted:
            yield f"{task}: exists, but no client was told of it"
        if times > 1:
            yield f"{task}: is listed {times} times"


def erased_means_absent(evidence: Evidence) -> Iterator[str]:
    for task, raw in evidence.logs.erased.items():
        if raw is not None:
            yield f"{task}: was erased, but exists"


def one_end_that_stays(evidence: Evidence) -> Iterator[str]:
    reported = defaultdict[str, list[ReportedEnd]](list)
    for end in evidence.logs.ends:
        reported[end.task].append(end)

    for task, raw in evidence.known.items():
        ends = reported[task]
        if len(set(map(repr, ends))) > 1:
            yield f"{task}: its end changed: {ends}"

        recorded = raw["status"], raw["message"]
        if ends and recorded != (ends[0].status, ends[0].reason):
            yield f"{task}: reported {ends[0]}, recorded {recorded}"


def ends_as_expected(evidence: Evidence) -> Iterator[str]:
    """A task ends in success or error as its route should, with the right outputs."""
    all_outputs = {end.task: end.outputs for end in evidence.logs.ends}

    for accepted in evidence.logs.accepted:
        raw = evidence.logs.recorded.get(accepted.task)
        if raw is None:
            continue

        is_error = accepted.route in evidence.allowed.errors
        status = "error" if is_error else "finished"
        if raw["status"] != status:
            found = f"{raw['status']} {raw['message']}"
            yield f"{accepted.task}: should be {status}, is {found}"
        if is_error:
            continue

        outputs = all_outputs.get(accepted.task) or {}
        expected = {"number": accepted.number, **EXPECTED.get(accepted.route, {})}
        for key, value in expected.items():
            if outputs.get(key) != value:
                yield (
                    f"{accepted.task}: {key} should be {value}, "
                    f"the outputs are {outputs}"
                )


def blobs_are_whole(evidence: Evidence) -> Iterator[str]:
    for blob in evidence.logs.blobs:
        if blob.expected != blob.found:
            yield f"{blob.key}: should be {blob.expected}, is {blob.found}"


def ends_are_pushed(evidence: Evidence) -> Iterator[str]:
    """A client that wanted the end result got it, and each time the same."""
    pushed = defaultdict[str, list[Json]](list)
    for one in evidence.logs.pushed:
        pushed[one.id].append(one.data)

    for accepted in evidence.logs.accepted:
        raw = evidence.logs.recorded.get(accepted.task)
        if accepted.push_id is None or raw is None or raw["status"] == "running":
            continue

        results = pushed[accepted.push_id]
        if not results:
            yield f"{accepted.task}: its end was never pushed"
        elif any(result != results[0] for result in results):
            yield f"{accepted.task}: different ends were pushed: {results}"
        elif _is_error(results[0]) != (raw["status"] == "error"):
            yield f"{accepted.task}: is {raw['status']}, was pushed {results[0]}"


def _is_error(result: Json) -> bool:
    return isinstance(result, dict) and result.get("type") == "error"


def nothing_is_stuck(evidence: Evidence) -> Iterator[str]:
    for task in evidence.logs.stuck:
        yield f"{task}: did not move any more"

    for task, raw in evidence.known.items():
        if raw["status"] == "running" and task not in evidence.logs.stuck:
            yield f"{task}: is still running"

        for frame in raw["frames"]:
            if raw["status"] == "finished" and frame["status"] == "running":
                yield f"{frame['path']}: is open, its task has finished"
