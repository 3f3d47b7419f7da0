"""Typical mistakes of people who write their first pipeline: each gets a remedy."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest
from documents import Document, branch, end, entry, loop, node, pipeline, service
from engine.domain.checks.check import check

CROP = service("crop", "loopEnd", input={"image": "photo.out.image"})
GOOD = pipeline(
    entry("faces"),
    service("faces", "enough", input={"image": "photo.out.image"}),
    branch("enough", {"next": ["each"]}, {"next": ["end"]}, if_="faces.out.many"),
    loop("each", [CROP], "ask", items="faces.out.answer", collect={"f": "crop.out.r"}),
    node("ask", "end", kind="http", url="https://host.org/x", verb="POST"),
    end(),
)
FACES, ENOUGH, EACH, ASK = 1, 2, 3, 4

Mistake = tuple[Sequence[Any], Any, str]
"""Where a value is written, the value, and what the hint says."""

MISTAKES: list[Mistake] = [
    ((0, "next"), ["face"], "did you mean “faces”?"),
    ((0, "next"), ["zzzz"], "the nodes here are photo, faces, enough, each, ask, end"),
    ((0, "api", "route"), "/blur/", "leave out the “/” at its beginning and end"),
    ((0, "api", "tags"), "x", 'write ["x"]'),
    ((FACES, "type"), "Service", "did you mean “service”?"),
    ((FACES, "next"), "enough", 'write ["enough"]'),
    ((FACES, "next"), [], "“faces” leads to no node: name “enough” in its “next”"),
    ((FACES, "input"), "photo.out", 'such as {"image": "photo.out.image"}'),
    ((FACES, "input"), {"w": {"x": 1}}, 'write {"value": {…}} around it'),
    ((FACES, "input"), {"mode": "fast"}, 'is written {"value": "fast"}'),
    ((FACES, "input"), {"say": "two words."}, 'is written {"value": "two words."}'),
    ((FACES, "input"), {"i": {"from": "photo.out.x"}}, "write “photo.out.x” alone"),
    ((FACES, "input"), {"i": {"form": "photo.out.x"}}, 'write {"value": {…}}'),
    ((FACES, "input"), {"t": {"template": "a { b"}}, "write “{{” for the character"),
    (
        (FACES, "input"),
        {"t": "Hi {photo.out.image}!"},
        'write {"template": "Hi {photo.out.image}!"}',
    ),
    ((FACES, "input"), {"t": "Hi {photo}!"}, 'write {"template": "Hi {photo}!"}'),
    ((FACES, "input"), {"p": "pipeline.params.x"}, "add it to “params” of the pipel"),
    ((FACES, "input"), {"p": "pipeline.route.x"}, "write “node.out.field”"),
    ((FACES, "input"), {"e": "enough.error.code"}, "use the value of a node that runs"),
    ((FACES, "input"), {"i": "{photo.out.image}"}, "write it bare: “photo.out.image”"),
    ((FACES, "input"), {"i": "${photo.out.image}"}, "write it bare: “photo.out.image”"),
    ((FACES, "input"), {"i": "zzzz.out"}, "the nodes are ask, each, end, enough"),
    ((FACES, "service"), "http://host/x", "an address belongs into “url”"),
    ((FACES, "service"), 5, "write a text"),
    ((FACES, "retry"), "5", "write the number 5, without quotes"),
    ((FACES, "timeout"), "10s", "write the number 10, without quotes"),
    ((FACES, "timeout"), "soon", "write a number"),
    ((FACES, "timeout"), 0, "write more than 0"),
    ((FACES, "timeout"), 1e9, "write 604800 or less"),
    ((FACES, "retry"), -1, "write 0 or more"),
    ((FACES, "retry"), 2.5, "write a whole number"),
    ((ENOUGH, "then"), ["each"], 'write {"next": ["…"]} to lead to nodes'),
    ((ENOUGH, "if"), True, 'write "True", as a text'),
    ((ENOUGH, "if"), "", "fill it or leave it out"),
    ((ENOUGH, "if"), "faces.out.many = 3", "write == to compare"),
    ((EACH, "items"), ["faces.out.answer"], 'such as "faces.out.answer"'),
    ((EACH, "nodes"), [], "add a node"),
    ((EACH, "collect"), "crop.out.r", 'such as {"face": "crop.out.result"}'),
    ((EACH, "collect"), {"f": "faces.out.r"}, "the nodes in it are crop"),
    ((EACH, "collect"), {"f": ["faces.out.r"]}, "the nodes in it are crop"),
    ((EACH, "collect"), {"f": 3}, 'write "crop.out.result" or ["crop.out.result"]'),
    ((EACH, "concurrency"), 5000, "write 1000 or less"),
    ((ASK, "url"), "host.org/x", "write the scheme too: https://host.org/x"),
    ((ASK, "verb"), "post", "write 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'"),
    ((ASK, "verb"), "FETCH", "write 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'"),
    ((ASK, "verb"), None, "write 'GET', 'POST'"),
    ((ASK, "query"), {"a": {"b": 1}}, 'write {"value": {…}} around it'),
    ((ASK, "headers"), {"a": "K {secrets.B}"}, 'write {"template": "K {secrets.B}"}'),
    ((ASK, "send"), "xml", "write 'json', 'form' or 'multipart'"),
    ((ASK, "after"), ["node.out.x = 1"], "write one text"),
    ((ASK, "position"), {"x": "1"}, "write the number 1, without quotes"),
    ((ASK, "id"), "the question", "use letters, digits"),
    ((ASK, "descriptoin"), "x", "did you mean “description”?"),
]


@pytest.mark.parametrize("place, value, hint", MISTAKES)
def test_a_typical_mistake_gets_a_remedy(
    place: Sequence[Any], value: Any, hint: str
) -> None:
    document: Document = copy.deepcopy(GOOD)
    spot = document["nodes"]
    *ways, last = place
    for way in ways:
        spot = spot[way]
    spot[last] = value

    faults = check(document)

    assert hint in faults[0].hint
    assert all("Input should" not in fault.message + fault.hint for fault in faults)


def test_the_pipeline_without_mistakes_has_no_faults() -> None:
    assert check(GOOD) == ()


def test_empty_code_is_told_once() -> None:
    document = copy.deepcopy(GOOD)
    document["nodes"][ENOUGH]["if"] = ""

    assert [fault.code for fault in check(document)] == ["empty"]
