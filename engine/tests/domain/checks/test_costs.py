"""No document keeps the check busy for long, however its author arranged it."""

import time
from typing import Any

import pytest
from documents import around, end, entry, node, pipeline, service
from engine.domain.checks.check import check
from engine.domain.checks.document import Document
from engine.domain.checks.size import (
    MAX_CHARACTERS,
    MAX_NAME_CHARACTERS,
    MAX_NODE_VALUES,
    MAX_VALUES,
    size_faults,
)
from engine.domain.entry_api import Api
from engine.domain.suggestions import Suggestions

# Of CPU: other work on the machine does not count. Each of these documents takes less
# than three seconds of it, without coverage. Several of them took minutes.
MOST_SECONDS = 20

NODES = 990


def wide(
    *, ids: str = "n{}", code: Any = None, refs: Any = None, n: int = NODES
) -> Any:
    """Nodes one after the other, with code and references of their own."""
    made = []
    for at in range(n):
        following = ids.format(at + 1) if at < n - 1 else "end"
        fields = {"after": code} if code else {}
        made.append(node(ids.format(at), following, **fields))
        if refs:
            made[-1]["input"] = refs(at)
    return pipeline(entry(ids.format(0)), *made, end())


def with_params(document: Any, params: Any) -> Any:
    document["nodes"][1]["params"] = params
    return document


def many(text: str, count: int = 40) -> Any:
    return lambda at: {f"k{number}": text for number in range(count)}


LARGE_PARAMS = {f"p{at}": at for at in range(40_000)}
LONG_KEY = "k" * MAX_NAME_CHARACTERS

DOCUMENTS: dict[str, Any] = {
    "a long word in code": around(node("a-b", "end", after="a" * 40_000)),
    "long words in code": wide(ids="a-{}", code="a" * 8_000, n=24),
    "hyphens in code": wide(ids="a-{}", code="a" * 4_000 + "-" * 4_000, n=24),
    "chains in code": wide(ids="a-{}", code="a-" * 4_000 + "a", n=24),
    "fields that can only be read": wide(code="node.id=1\n" * 800, n=24),
    "fields that are not there": wide(code="node.qq=1\n" * 800, n=24),
    "chains of fields": wide(code=("node." + "a." * 90 + "b=1\n") * 40, n=24),
    "blanks in a time": around(
        service("a", "end", service="x", timeout="5" + " " * 400_000 + "x")
    ),
    "references to no node": wide(refs=many("abc" * 8 + ".out.x")),
    "ids like each other": wide(
        ids="acb" * 30 + "{}", refs=many("abc" * 33 + ".out.x", 5)
    ),
    "references into code": with_params(
        wide(code="x = 1\n" * 30, refs=many("n0.params.x")), {"x": 1}
    ),
    "references to what is not there": with_params(
        wide(refs=many("n0.params.z")), LARGE_PARAMS
    ),
    "references with many dots": with_params(
        wide(refs=many("n0.params." + "a." * 490 + "a", 3), n=600), {"a": 1}
    ),
    "ids with dots": wide(ids="o.{}", refs=lambda at: many(f"o.{at}.z")(at)),
    "long keys": with_params(wide(n=1), {LONG_KEY: {LONG_KEY: {"k": [1] * 90_000}}}),
    "bad values below long keys": with_params(
        wide(n=1), {LONG_KEY: {LONG_KEY: {"k": ["\ud800"] * 90_000}}}
    ),
    "values of a wrong type": wide(
        n=1, refs=lambda at: dict.fromkeys(map(str, range(95_000)), 1)
    ),
    "a code that awaits all": wide(code=None, n=900)
    | {
        "nodes": [
            *wide(n=900)["nodes"][:-1],
            {**end(), "ready": " and ".join(f"n{at}.finished" for at in range(450))},
        ]
    },
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_no_document_takes_long(document: Any) -> None:
    began = time.thread_time()

    check(document)

    assert time.thread_time() - began < MOST_SECONDS


def test_the_request_is_read_once_however_many_references_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = []
    validate = Api.model_validate

    def counted(value: Any) -> Api:
        read.append(value)
        return validate(value)

    monkeypatch.setattr(Api, "model_validate", counted)
    fields = [f"f{at}" for at in range(1000)]
    first = {**entry("n0"), "api": {"route": "x", "body": fields}}
    document = wide(refs=lambda at: {"a": f"photo.out.f{at}"})
    document["nodes"][0] = first

    assert check(document) == ()
    assert len(read) == 1


def test_suggestions_end_when_their_budget_is_spent() -> None:
    suggestions = Suggestions(steps=1000)

    hints = [suggestions.hint("nxet", ["id", "next"]) for _ in range(1000)]

    assert hints[0] == "did you mean “next”?"
    assert hints[-1] == ""
    assert 10 < sum(map(bool, hints)) < 100


def test_words_of_another_length_cost_next_to_nothing() -> None:
    suggestions = Suggestions(steps=10_000)

    suggestions.hint("x" * 100, ["x"] * 9_000)

    assert suggestions.hint("nxet", ["next"])


def test_a_word_that_is_very_long_is_not_compared() -> None:
    assert Suggestions().hint("x" * 101, ["x" * 101]) == ""


@pytest.mark.parametrize(
    "raw, code",
    [
        ({"params": [0] * MAX_VALUES}, "too-large"),
        ({"params": "x" * MAX_CHARACTERS}, "too-large"),
        ({"params": {"k" * (MAX_NAME_CHARACTERS + 1): 1}}, "too-long"),
        ({"nodes": [{"id": "i" * (MAX_NAME_CHARACTERS + 1)}]}, "too-long"),
        ({"nodes": [{"id": "a", "next": [0] * MAX_NODE_VALUES}]}, "too-large"),
    ],
)
def test_what_is_too_large_is_refused_before_all_else(raw: Any, code: str) -> None:
    assert [fault.code for fault in check(raw)] == [code]


def test_the_size_of_a_large_document_is_told_soon() -> None:
    shared = [0] * 1000
    for _ in range(30):
        shared = [shared] * 1000

    assert [fault.code for fault in size_faults(shared)] == ["too-large"]


def test_who_waits_for_the_check_can_end_it() -> None:
    asked = []

    def go_on() -> None:
        asked.append(1)
        if len(asked) == 100:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        list(Document(wide(), go_on).nodes)
    with pytest.raises(TimeoutError):
        asked.clear()
        check(wide(refs=many("n0.out.x"), n=5), go_on)
