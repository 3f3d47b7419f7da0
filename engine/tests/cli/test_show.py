"""A task as a tree, and as lines while it runs."""

import io
from typing import Any

import pytest
from engine.cli.follow import Change
from engine.cli.progress import Progress
from engine.cli.screen import Screen
from engine.cli.show import task_tree

AT = "2026-01-01T12:00:00+00:00"


def run(status: str, **more: Any) -> dict[str, Any]:
    """A run as the engine tells it."""
    usual = {
        "started_at": AT,
        "ended_at": AT,
        "error": None,
        "waits_for": None,
        "items": None,
        "attempts": 1,
        "round": 0,
    }
    return {"status": status, **usual, **more}


def frame(path: str, status: str, **runs: Any) -> dict[str, Any]:
    """A frame as the engine tells it."""
    return {"path": path, "status": status, "item": path, "runs": runs}


def drawn(raw: dict[str, Any], everything: bool = False) -> str:
    """The tree as text."""
    screen = Screen(width=120)
    with screen.capture() as captured:
        screen.print(task_tree(raw, everything))
    return captured.get()


def task(*frames: dict[str, Any], **runs: Any) -> dict[str, Any]:
    """A task as the engine tells it."""
    return {
        **frame("t", "error", **runs),
        "id": "t",
        "route": "faces",
        "message": "node crop: no",
        "created_at": AT,
        "ended_at": AT,
        "frames": frames,
    }


def change(path: str, node: str, status: str, note: str = "") -> Change:
    return Change(path=path, node=node, status=status, at=AT, note=note)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"trace_id": "4bf9", "trace_url": None}, "trace 4bf9"),
        (
            {"trace_id": "4bf9", "trace_url": "https://traces.example/4bf9"},
            "trace https://traces.example/4bf9",
        ),
    ],
    ids=["id", "link"],
)
def test_a_task_says_where_its_trace_is(told: dict[str, Any], shown: str) -> None:
    assert shown in drawn({**task(), **told})


def test_loops_in_loops_are_nested() -> None:
    outer = frame("t/faces[0]", "finished", eyes=run("looping", attempts=2))
    inner = frame("t/faces[0]/eyes.2[1]", "running", crop=run("calling"))
    loop = run("looping", items={"done": 1, "total": 1})

    lines = drawn(task(outer, inner, faces=loop)).splitlines()

    depth = {
        word: next(len(x.split(word)[0]) for x in lines if word in x)
        for word in ("faces  looping", "[0]", "eyes", "[1]", "crop  calling")
    }
    assert sorted(depth.values()) == list(depth.values())
    assert len(set(depth.values())) == 5


def test_of_many_items_those_that_failed_are_shown() -> None:
    frames = [frame(f"t/faces[{n}]", "finished") for n in range(100)]
    frames[70] = frame("t/faces[70]", "error", crop=run("failed", error="no picture"))
    raw = task(*frames, faces=run("failed", error="no picture"))

    short = drawn(raw)
    long = drawn(raw, everything=True)

    for words in ("[70]", "no picture", "… and 80 more"):
        assert words in short
    assert "[99]" in long
    assert "more" not in long


def test_attempts_rounds_and_reasons_are_told() -> None:
    raw = task(far=run("retrying", attempts=3, round=1, waits_for="nobody offers it"))

    text = drawn(raw)

    assert "3 attempts, round 2" in text
    assert "nobody offers it" in text


def test_of_a_text_that_grows_the_end_is_shown_and_nothing_printed_again() -> None:
    said = io.StringIO()
    progress = Progress(["write"], Screen(file=said))

    for text in ("", "one two", "one two\nthree " * 20):
        progress.take("t", change("t", "write", "working", text))

    shown = progress.lines["write"].text
    assert shown.startswith("…")
    assert shown.endswith("one two three")
    assert len(shown) == 61
    assert said.getvalue().count("write") == 1


def test_on_a_screen_the_nodes_are_redrawn() -> None:
    screen = Screen(force_terminal=True, width=100)

    with screen.capture() as captured, Progress(["a", "b"], screen) as progress:
        progress.take("t", change("t", "a", "looping"))
        progress.take("t", change("t/a[0]", "inner", "succeeded"))
        progress.take("t", change("t/a[1]/deep[0]", "inner", "succeeded"))
        progress.take("t", change("t", "", "running"))

    for words in ("looping", "1 item", "pending"):
        assert words in captured.get()


def test_calls_of_earlier_rounds_are_no_further_attempts() -> None:
    runs = {
        "work": run("succeeded", attempts=4, calls=1, round=3),
        "flaky": run("succeeded", attempts=3, calls=2, round=1),
    }

    text = drawn(task(**runs))

    assert "work  succeeded, 0.00 s, round 4" in text
    assert "flaky  succeeded, 0.00 s, 2 attempts, round 2" in text


def test_inputs_and_outputs_are_shown_and_bounded() -> None:
    blob = {"$blob": "t/secret-key", "type": "image/png", "size": 3, "name": "a.png"}
    values = {"input": {"image": blob}, "output": {"text": "x" * 1000}}
    raw = task(crop=run("succeeded", **values))

    with_values = drawn(raw)
    screen = Screen(width=120)
    with screen.capture() as captured:
        screen.print(task_tree(raw, values=False))

    assert 'input  {"image": "<image/png, 3 bytes>"}' in with_values
    assert "…" in with_values
    assert "x" * 300 not in with_values.replace("\n", "").replace(" ", "")
    assert "secret-key" not in with_values
    assert "input" not in captured.get()


def test_the_time_of_a_node_begins_again_in_each_round() -> None:
    printed = io.StringIO()
    progress = Progress(["work"], Screen(width=120, file=printed))
    for minute, status in enumerate(
        ["calling", "succeeded", "pending", "calling", "succeeded"]
    ):
        at = f"2026-01-01T12:0{minute}:00+00:00"
        progress.take("t", Change(path="t", node="work", status=status, at=at))

    assert printed.getvalue().count("1 min 0 s") == 2


def test_of_a_long_note_the_beginning_is_shown_and_of_a_growing_one_the_end() -> None:
    progress = Progress(["work"], Screen(width=300, file=io.StringIO()))
    line = progress.lines["work"]

    progress.take(
        "t", change("t", "work", "working", "waits for a service " + "a" * 90)
    )
    assert line.text.startswith("waits for a service")
    assert line.text.endswith("…")

    for text in ("Once", "Once upon", "Once upon " + "b" * 90 + " the end"):
        progress.take("t", change("t", "work", "working", text))
    assert line.text.startswith("…")
    assert line.text.endswith("the end")
