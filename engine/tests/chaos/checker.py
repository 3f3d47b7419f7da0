"""Compares what three sources recorded: which task broke which promise."""

from collections.abc import Callable, Iterable

from chaos.evidence import Evidence
from chaos.run_promises import (
    executions_within_bounds,
    legal_histories,
    one_accepted_result,
    open_tasks_have_deadlines,
    revisions_only_grow,
    successors_after_predecessors,
)
from chaos.task_promises import (
    acknowledged_means_present,
    blobs_are_whole,
    ends_are_pushed,
    ends_as_expected,
    erased_means_absent,
    no_task_without_a_request,
    nothing_is_stuck,
    one_end_that_stays,
)

Promise = Callable[[Evidence], Iterable[str]]

PROMISES: tuple[Promise, ...] = (
    acknowledged_means_present,
    no_task_without_a_request,
    erased_means_absent,
    one_end_that_stays,
    ends_as_expected,
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
        f"{promise.__name__}: {said}"
        for promise in PROMISES
        for said in promise(evidence)
    ]
