"""What people and programs are shown of tasks, as JSON."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from engine.domain.frame import Frame, FrameStatus
from engine.domain.run import Run, Status
from engine.domain.run_faults import RunFault
from engine.domain.spans import trace_id_of
from engine.domain.task_lists import TaskCounts, TaskSummary
from engine.domain.values import Json, unwrap
from engine.usecases.called_tasks import Caller

TRACE_ID = "{trace_id}"
"""In TRACES_URL: where the id of a trace stands."""

NONE: Mapping[str, Any] = MappingProxyType({})


def outputs(out: Json) -> dict[str, Json]:
    """The result of a finished task, of the output of its end node."""
    return out if isinstance(out, dict) else {}


def short(status: FrameStatus) -> str:
    """The three words of the protocol: a cancelled task ended in an error."""
    return "error" if status is FrameStatus.CANCELLED else str(status)


def line(task: TaskSummary) -> dict[str, Json]:
    """A task in a list."""
    return {
        "id": task.id,
        "route": task.route,
        "version": task.version,
        "status": short(task.status),
        "cancelled": task.status is FrameStatus.CANCELLED,
        "message": task.error,
        "failed_node": task.failed_node,
        "code": task.code,
        "continues": task.continues or None,
        "trial": task.trial,
        "created_at": task.created_at,
        "ended_at": task.ended_at,
    }


def status(
    frame: Frame,
    caller: Caller | None = None,
    called: Mapping[str, Frame] = NONE,
    traces_url: str = "",
) -> dict[str, Json]:
    """How a task is: its progress, what failed, what it waits for.

    `called` are the tasks that it has called and waits for, by node; `traces_url` is
    where traces are shown.
    """
    runs = frame.runs.items()
    failed = [(node, run) for node, run in runs if run.status is Status.FAILED]
    caught = [_failure(node, run) for node, run in failed if run.caught]
    lost = [_failure(node, run) for node, run in failed if not run.caught]

    return line(TaskSummary.of(frame)) | {
        "message": frame.error or _message(frame),
        "called_by": _caller(caller),
        "trace_id": trace_id_of(frame) or None,
        "trace_url": _trace_url(trace_id_of(frame), traces_url),
        "progress": _progress(frame),
        "failed": lost[0] if lost else None,
        "caught": caught,
        "waiting": [
            _waiting(node, run) | {"called": _called(called.get(node))}
            for node, run in runs
            if run.active
        ],
    }


def _trace_url(trace_id: str, template: str) -> str | None:
    """Where a trace is shown; None: there is none, or nobody said where.

    >>> _trace_url("4bf9", "https://traces.example/trace/{trace_id}")
    'https://traces.example/trace/4bf9'
    """
    return template.replace(TRACE_ID, trace_id) if trace_id and template else None


def _progress(frame: Frame) -> dict[str, Json]:
    runs = frame.runs.items()
    return {
        "done": sum(_is_done(run) for _, run in runs),
        "total": len(frame.runs),
        "reused": sum(run.reused for _, run in runs),
        "loops": {node: items_done(run) for node, run in runs if run.loop},
    }


def _caller(caller: Caller | None) -> Json:
    if caller is None:
        return None
    return {"task": caller.task, "path": caller.path, "node": caller.node}


def _called(frame: Frame | None) -> Json:
    """How a called task is, in the status of the one that waits for it."""
    if frame is None:
        return None
    return {
        "task": frame.task,
        "route": frame.route,
        "status": short(frame.status),
        "message": frame.error or _message(frame),
        "progress": _progress(frame),
    }


def _is_done(run: Run) -> bool:
    return run.succeeded or run.caught or run.status is Status.SKIPPED


def _message(frame: Frame) -> str:
    if not frame.open:
        return str(frame.status)

    active = ", ".join(node for node, run in frame.runs.items() if run.active)
    return f"running: {active}" if active else "running"


def items_done(run: Run) -> Json:
    loop = run.loop
    return {"done": loop.count, "total": loop.total} if loop else None


def _failure(node: str, run: Run) -> Json:
    return {
        "node": node,
        "message": run.error,
        "attempt": run.attempt,
        "fault": _fault(run.fault),
    }


def _fault(fault: RunFault | None) -> Json:
    return fault.to_json() if fault else None


def _waiting(node: str, run: Run) -> Json:
    return {
        "node": node,
        "status": run.status,
        "for": run.note or _awaited(run),
        "refused": run.refused,
        "attempt": run.attempt,
        "until": run.wake_at if run.status is Status.WAITING else run.deadline,
        "again_at": run.wake_at if run.status is Status.RETRYING else None,
    }


def _awaited(run: Run) -> str:
    """What an open run waits for, where it has no note that says so."""
    if run.loop:
        return f"{run.loop.count} of {run.loop.total} items"
    if run.refused:
        return f"a result; one came and was refused: {run.refused}"
    return "the result" if run.status is Status.WORKING else "the call"


def raw(
    root: dict[str, Json],
    inner: Sequence[Json],
    *,
    complete: bool,
) -> dict[str, Json]:
    """Everything known of a task, of what `status` and `known` give of its root.

    Not `complete`: there are more frames than `inner`, each as `known` gives it.
    """
    return root | {"frames": inner, "complete": complete}


def known(frame: Frame, called: Mapping[str, str] = NONE) -> dict[str, Json]:
    """Everything known of a frame; `called` are the tasks it has called, by node."""
    return {
        "path": frame.path,
        "revision": frame.revision,
        "status": short(frame.status),
        "message": frame.error,
        "fault": _fault(frame.fault),
        "item": unwrap(frame.parent.item) if frame.parent else None,
        "saved_at": frame.saved_at,
        "wakes_at": frame.wake_at,
        "runs": {
            node: _run(run) | {"called_task": called.get(node)}
            for node, run in frame.runs.items()
        },
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "status": run.status,
        "attempts": run.attempt,
        "calls": run.calls,
        "round": run.round,
        "reused": run.reused,
        "input": unwrap(run.input),
        "output": unwrap(run.out),
        "params": unwrap(run.params),
        "error": run.error,
        "fault": _fault(run.fault),
        "caught": run.caught,
        "printed": run.printed,
        "waits_for": run.note,
        "refused": run.refused,
        "instance": run.instance,
        "items": items_done(run),
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "deadline": run.deadline,
        "history": [{"status": status, "at": at} for status, at in run.history],
    }


def stats(counts: TaskCounts) -> dict[str, Json]:
    """Numbers of tasks: cancelled ones are counted as failed too."""
    by_status = counts.by_status
    cancelled = by_status.get(FrameStatus.CANCELLED, 0)
    return {
        "jobs": {
            "total": sum(by_status.values()),
            "running": by_status.get(FrameStatus.RUNNING, 0),
            "finished": by_status.get(FrameStatus.FINISHED, 0),
            "failed": by_status.get(FrameStatus.FAILED, 0) + cancelled,
            "cancelled": cancelled,
        },
        "services": dict(counts.by_route),
    }
