"""Every error on purpose says what happened in one sentence."""

import pytest
from engine.domain import errors as e

FAULT = e.Fault("unknown-next", "no such node", "add it", node="blur", field="next")


@pytest.mark.parametrize(
    "error, words",
    [
        (e.Unknown("task", "7"), "there is no task “7”"),
        (e.Unknown("task", "7" * 1_000), f"there is no task “{'7' * 200}”"),
        (e.InvalidPipeline([FAULT]), "blur.next: no such node"),
        (e.InvalidPipeline([FAULT] * 3), "blur.next: no such node (and 2 more)"),
        (e.InvalidInput([FAULT, e.Fault("a", "b")]), "blur.next: no such node; b"),
        (e.TooMuch("the body", 3), "the body is over the limit of 3 bytes"),
        (
            e.RouteTaken("blur", "pipeline"),
            "the route “blur” belongs to a pipeline: "
            "choose another route, or remove that pipeline",
        ),
        (
            e.NotFinished("7", "running"),
            "task 7 has no outputs, its status is running",
        ),
        (
            e.NotFinished("7", "error", "no face"),
            "task 7 has no outputs, its status is error: no face",
        ),
        (
            e.OutdatedAttempt(),
            "this attempt is outdated: its result is not awaited any more",
        ),
        (
            e.AddressRefused("http://host", "it is private"),
            "the engine may not call http://host: it is private",
        ),
        (e.Unavailable("the store", "no disk"), "the store is not available: no disk"),
        (e.StaleFrame("7", 3), "frame 7 has moved on from revision 3"),
        (
            e.BadReference("x", "no part"),
            "the reference “x” cannot be read: no part",
        ),
        (
            e.UnresolvedReference("a.out.b", "b", "a.out"),
            "“a.out.b” leads nowhere: no “b” in a.out",
        ),
        (e.CodeFailed("no such name"), "no such name"),
        (e.CodeFailed("no such name", 3), "line 3: no such name"),
        (
            e.CodeFailed("no such name", 2).within("then.exec", "x = 1\n  y = z\n"),
            "then.exec: line 2: no such name (in: y = z)",
        ),
        (
            e.CodeFailed("no such name", 1).within("after", "x" * 500),
            f"after: line 1: no such name (in: {'x' * 120}…)",
        ),
        (e.CodeFailed("too slow").within("if", "x"), "if: too slow"),
        (
            e.IllegalChange("failed", "working"),
            "a run cannot go from failed to working",
        ),
    ],
)
def test_an_error_says_what_happened(error: e.EngineError, words: str) -> None:
    assert str(error) == words


def test_a_fault_of_the_whole_has_no_place() -> None:
    assert str(e.Fault("no-end", "there is no end")) == "there is no end"
