"""What people and programs are shown of tasks, as JSON."""

from collections.abc import Sequence
from typing import Any

from engine.domain.frame import Frame, FrameStatus
from engine.domain.run import Run, Status
from engine.domain.task_lists import TaskCounts, TaskSummary
from engine.domain.values import Json, unwrap


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
        "created_at": task.created_at,
        "ended_at": task.ended_at,
    }


def status(frame: Frame) -> dict[str, Json]:
    """How a task is: its progress, what failed, what it waits for."""
    runs = frame.runs.items()
    done = (Status.SUCCEEDED, Status.SKIPPED)
    failed = [_failure(node, run) for node, run in runs if run.status is Status.FAILED]

    return line(TaskSummary.of(frame)) | {
        "message": frame.error or _message(frame),
        "progress": {
            "done": sum(run.status in done for _, run in runs),
            "total": len(frame.runs),
            "loops": {node: _items(run) for node, run in runs if run.loop},
        },
        "failed": failed[0] if failed else None,
        "waiting": [_waiting(node, run) for node, run in runs if run.active],
    }


def _message(frame: Frame) -> str:
    if not frame.open:
        return str(frame.status)

    active = ", ".join(node for node, run in frame.runs.items() if run.active)
    return f"running: {active}" if active else "running"


def _items(run: Run) -> Json:
    loop = run.loop
    return {"done": loop.count, "total": loop.total} if loop else None


def _failure(node: str, run: Run) -> Json:
    return {"node": node, "message": run.error, "attempt": run.attempt}


def _waiting(node: str, run: Run) -> Json:
    return {
        "node": node,
        "status": run.status,
        "for": run.note or _awaited(run),
        "attempt": run.attempt,
        "until": run.deadline,
    }


def _awaited(run: Run) -> str:
    """What an open run waits for, where it has no note that says so."""
    if run.loop:
        return f"{run.loop.count} of {run.loop.total} items"
    return "the result" if run.status is Status.WORKING else "the call"


def raw(root: Frame, inner: Sequence[Frame], *, complete: bool) -> dict[str, Json]:
    """Everything known of a task; not `complete`: there are more frames."""
    frames = [_frame(frame) for frame in inner]
    return status(root) | _frame(root) | {"frames": frames, "complete": complete}


def _frame(frame: Frame) -> dict[str, Json]:
    return {
        "path": frame.path,
        "revision": frame.revision,
        "status": short(frame.status),
        "message": frame.error,
        "item": unwrap(frame.parent.item) if frame.parent else None,
        "saved_at": frame.saved_at,
        "wakes_at": frame.wake_at,
        "runs": {node: _run(run) for node, run in frame.runs.items()},
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "status": run.status,
        "attempts": run.attempt,
        "round": run.round,
        "input": unwrap(run.input),
        "output": unwrap(run.out),
        "params": unwrap(run.params),
        "error": run.error,
        "waits_for": run.note,
        "instance": run.instance,
        "items": _items(run),
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
