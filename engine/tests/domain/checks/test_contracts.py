"""What a pipeline calls, gives and uses is as services announce it."""

from typing import Any

import pytest
from documents import end, entry, loop, node, pipeline, service
from engine.domain.checks.check import check, read
from engine.domain.checks.offers import Offer, Offers
from engine.domain.checks.outputs import output_schema
from engine.domain.entry_api import Api
from engine.domain.errors import WARNING, InvalidPipeline
from engine.domain.pipeline import Pipeline

FILE = {"type": "string", "format": "binary", "contentMediaType": "image/png"}
AREAS = {"type": "array", "items": {"type": "array"}}
DETECT = Api.model_validate(
    {
        "route": "face-detect",
        "inputSchema": {"properties": {"image": FILE}, "required": ["image"]},
        "outputSchema": {
            "type": "object",
            "properties": {"areas": AREAS, "count": {"$ref": "#/$defs/Count"}},
            "patternProperties": {"^faces[0-9]+$": FILE},
            "additionalProperties": False,
            "$defs": {"Count": {"type": "integer"}},
        },
    }
)
BLUR = Api.model_validate(
    {
        "route": "image-blur",
        "body": ["image", "options"],
        "inputSchema": {
            "properties": {
                "image": FILE,
                "areas": AREAS,
                "strength": {"type": "number", "default": 1},
                "pages": {"type": "array", "items": FILE},
            },
            "required": ["image", "areas"],
        },
        "outputSchema": {"type": "object", "properties": {"result": FILE}},
    }
)
OFFERS = Offers(
    {api.route: Offer(api, api.output_schema) for api in (DETECT, BLUR)},
    frozenset({"face-detect", "image-blur"}),
    complete=True,
)
SOME = {"inputSchema": {"properties": {"image": FILE, "n": {"type": "integer"}}}}


def document(
    blur: Any, out: Any = None, called: str = "image-blur", **fields: Any
) -> Any:
    last = end() | {"input": out or {"blurred": "blur.out.result"}}
    photo = entry("faces", **SOME)
    del photo["api"]["body"]
    return pipeline(
        photo,
        service(
            "faces", "blur", service="face-detect", input={"image": "photo.out.image"}
        ),
        service("blur", "end", service=called, input=blur, **fields),
        last,
    )


GOOD = {"image": "photo.out.image", "areas": "faces.out.areas"}


def found(checked: Any, offers: Offers = OFFERS) -> list[tuple[Any, ...]]:
    faults = check(checked, offers=offers)
    return [(fault.node, fault.field, fault.code, fault.level) for fault in faults]


@pytest.mark.parametrize(
    "blur",
    [
        GOOD,
        GOOD | {"pages0": "faces.out.faces0", "pages1": "photo.out.image"},
        GOOD | {"strength": 2, "areas": {"value": [[1]]}},
        GOOD | {"areas": {"from": "faces.out.aeras", "default": []}},
        # What comes under the name of a part may bring the other keys.
        {"image": "photo.out.image", "options": "faces.out"},
    ],
)
def test_a_call_that_gives_what_the_service_takes_is_right(blur: Any) -> None:
    assert not found(document(blur))


def test_a_call_without_input_needs_what_the_nodes_before_it_give() -> None:
    made = document(GOOD)
    del made["nodes"][2]["input"]
    [fault] = check(made, offers=OFFERS)

    assert (fault.node, fault.field, fault.code) == ("blur", "input", "missing-input")
    assert fault.message == (
        "“image-blur” needs “image”, which no node before gives under this name"
    )
    # The photo has fields that are not declared, and comes along.
    made["nodes"][0]["next"].append("blur")
    assert not found(made)
    made["nodes"][1]["after"] = "node.out['image'] = node.input.image"
    made["nodes"][0]["next"].remove("blur")
    assert not found(made)


@pytest.mark.parametrize("given", ["faces.out.aeras", ["faces.out.aeras"]])
def test_a_loop_collects_what_the_service_in_it_gives(given: Any) -> None:
    inner = service("faces", "loopEnd", service="face-detect")
    inner["input"] = {"image": "node._loop"}
    each = loop("each", [inner], "end", collect={"areas": given})
    made = pipeline(entry("each", body={"list": []}), each, end())

    assert ("each", "collect.areas", "no-such-output", "error") in found(made)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "https://example.org/{faces.out.aeras}"}, "url"),
        ({"query": {"q": "faces.out.aeras"}}, "query.q"),
        ({"headers": {"X-Of": {"template": "{faces.out.aeras}"}}}, "headers.X-Of"),
    ],
)
def test_requests_use_what_services_give(fields: dict[str, Any], field: str) -> None:
    asked = {"id": "ask", "type": "http", "url": "https://example.org", "next": ["end"]}
    faces = service(
        "faces", "ask", service="face-detect", input={"image": "photo.out.image"}
    )
    made = pipeline(entry("faces", **SOME), faces, asked | fields, end())

    assert ("ask", field, "no-such-output", "error") in found(made)


@pytest.mark.parametrize(
    ("blur", "field", "code"),
    [
        (GOOD | {"strenght": "photo.out.n"}, "input.strenght", "unknown-input"),
        ({"image": "photo.out.image"}, "input", "missing-input"),
        (GOOD | {"areas": "faces.out.aeras"}, "input.areas", "no-such-output"),
        (GOOD | {"areas": "faces.out.count"}, "input.areas", "cannot-fit"),
        (GOOD | {"areas": "faces.out.faces1"}, "input.areas", "cannot-fit"),
        (GOOD | {"image": "faces.out.count"}, "input.image", "cannot-fit"),
        (GOOD | {"strength": "faces.out.count.x"}, "input.strength", "no-such-output"),
        (GOOD | {"strength": "fast"}, "input.strength", "bad-reference"),
        (GOOD | {"strength": {"value": "fast"}}, "input.strength", "cannot-fit"),
        (GOOD | {"strength": [1]}, "input.strength", "cannot-fit"),
        (
            GOOD | {"strength": {"template": "{photo.out.n}"}},
            "input.strength",
            "cannot-fit",
        ),
        (
            GOOD | {"areas": {"template": "{faces.out.x}"}},
            "input.areas",
            "no-such-output",
        ),
    ],
)
def test_what_cannot_work_with_the_services_is_an_error(
    blur: Any, field: str, code: str
) -> None:
    assert ("blur", field, code, "error") in found(document(blur))
    with pytest.raises(InvalidPipeline):
        read(document(blur), offers=OFFERS)


def test_faults_have_remedies() -> None:
    [unknown] = check(document(GOOD | {"strenght": "photo.out.n"}), offers=OFFERS)
    [absent] = check(document(GOOD | {"areas": "faces.out.aeras"}), offers=OFFERS)
    [misfit] = check(document(GOOD | {"areas": "faces.out.faces1"}), offers=OFFERS)

    assert unknown.hint == "did you mean “strength”?"
    assert absent.hint == "did you mean “areas”?"
    assert misfit.message == (
        "“areas” gets a file of type image/png, but must be a list"
    )


def test_a_service_that_nobody_announces_is_a_warning() -> None:
    [fault] = check(document(GOOD, called="image-blurr"), offers=OFFERS)

    assert (fault.code, fault.level) == ("unknown-service", WARNING)
    assert fault.hint == "did you mean “image-blur”?"
    assert read(document(GOOD, called="image-blurr"), offers=OFFERS)


def test_without_a_look_at_the_services_nothing_is_said_of_them() -> None:
    assert not found(document({"any": "photo.out.n"}, called="x"), Offers())


def test_a_pipeline_may_call_itself() -> None:
    assert not found(document({"image": "photo.out.image"}, called="test"))


@pytest.mark.parametrize(
    "change",
    [
        {"before": "input['areas'] = []"},
        {"after": "node.out['result'] = 1"},
    ],
)
def test_what_code_may_change_is_not_judged(change: Any) -> None:
    assert not found(document({"image": "photo.out.image"}, **change))


def test_what_the_code_of_another_node_may_change_is_not_judged() -> None:
    made = document(GOOD | {"areas": "faces.out.aeras"})
    made["nodes"][0]["after"] = "faces.out = {'aeras': []}"

    assert not found(made)


def test_a_right_document_comes_first() -> None:
    wrong = document(GOOD | {"strenght": "nobody.out.n"})

    assert [code for _, _, code, _ in found(wrong)] == ["unknown-node"]


def outcome(made: Any) -> Any:
    schema = output_schema(Pipeline.from_json(made), OFFERS)
    return schema and schema["properties"]


def test_what_a_pipeline_gives_follows_from_its_end() -> None:
    given = {
        "blurred": "blur.out.result",
        "count": "faces.out.count",
        "image": "photo.out.image",
        "unknown": "photo.input.x",
    }

    assert outcome(document(GOOD, given)) == {
        "blurred": FILE,
        "count": {"type": "integer"},
        "image": FILE,
        "unknown": {},
    }


def test_nodes_that_hand_on_values_are_looked_through() -> None:
    made = pipeline(
        entry("faces"),
        service("faces", "kept", service="face-detect"),
        node("kept", "end", input={"n": "faces.out.count"}),
        end(),
    )

    assert outcome(made) == {"n": {"type": "integer"}}


def test_what_a_loop_collects_has_numbered_keys() -> None:
    body = service("inner", "loopEnd", service="face-detect")
    each = loop("each", "end", items="photo.out.list", nodes=[body])
    each["collect"] = {"count": "inner.out.count", "odd": "inner", "x": "nobody.out.y"}
    last = end() | {"input": {"first": "each.out.count0", "second": "each.out.odd1"}}
    made = pipeline(entry("each", body={"list": []}), each, last)

    assert outcome(made) == {"first": {"type": "integer"}, "second": {}}


def test_an_end_that_code_changes_gives_anything() -> None:
    made = document(GOOD)
    made["nodes"][3]["before"] = "input['x'] = 1"

    assert outcome(made) is None


def test_a_loop_may_collect_lists() -> None:
    body = service("inner", "loopEnd", service="face-detect")
    each = loop("each", [body], "end", items="photo.out.list")
    each["collect"] = {"counts": ["inner.out.count"], "odd": [3]}
    last = end() | {"input": {"counts": "each.out.counts", "all": "each.out.odd"}}
    made = pipeline(entry("each", body={"list": []}), each, last)

    items = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
    assert outcome(made)["counts"] == {"type": "array", "items": items}


def test_constants_and_what_a_loop_goes_through_are_known() -> None:
    made = document(GOOD, {"n": 3, "text": {"template": "x"}})
    each = loop("each", [node("inner", "loopEnd")], "end", items="faces.out.aeras")
    looped = pipeline(
        entry("faces"), service("faces", "each", service="face-detect"), each, end()
    )
    del looped["nodes"][1]["next"]
    looped["nodes"][1]["next"] = ["each"]

    assert outcome(made) == {"n": {"const": 3}, "text": {"type": "string"}}
    assert ("each", "items", "no-such-output", "error") in found(looped)


def test_what_is_too_far_away_or_not_there_is_not_known() -> None:
    chain = [
        node(f"n{at}", f"n{at + 1}", input={"a": f"n{at - 1}.out.a"})
        for at in range(1, 30)
    ]
    first = service("n0", "n1", service="face-detect")
    chain[0]["input"] = {"a": "n0.out.count"}
    last = end("n30") | {
        "input": {"far": "n29.out.a", "near": "n5.out.a", "none": "nobody.out.x"}
    }
    made = pipeline(entry("n0"), first, *chain, last)

    assert outcome(made) == {"far": {}, "near": {"type": "integer"}, "none": {}}
    assert not found(document(GOOD | {"strength": "node.params.x"}, params={"x": 1}))
