"""A node gets another id wherever a document names it, by syntax and scope."""

import copy
from typing import Any

import pytest
from documents import branch, end, entry, loop, node, pipeline, service, starting_with
from engine.domain.checks.check import check
from engine.domain.edits.fields import fields
from engine.domain.edits.rename import rename
from engine.domain.errors import InvalidInput
from engine.domain.values import Json
from hypothesis import given
from strategies import pipelines


def with_code(field: str, source: str, old: str = "faces") -> Json:
    """A pipeline in which the code of one node may name another."""
    return starting_with(
        service(old, "crop"), node("crop", "end", **{field: source}), end()
    )


def renamed(field: str, source: str, old: str = "faces", new: str = "found") -> str:
    """What becomes of code."""
    edited = rename(with_code(field, source, old), old, new).document
    return str(edited["nodes"][2][field])


def faults(document: Json, old: str, new: str) -> list[tuple[str, str | None]]:
    with pytest.raises(InvalidInput) as raised:
        rename(document, old, new)
    return [(fault.code, fault.field) for fault in raised.value.faults]


def test_everything_that_names_a_node_is_changed_and_told() -> None:
    document = pipeline(
        entry("faces", id_="photo"),
        service("faces", "check", input={"image": "photo.out.image"}),
        branch(
            "check",
            {"next": ["each"], "out": {"areas": "faces.out.areas"}},
            {"next": ["faces"], "exec": "node.out['n'] = faces.out.n"},
            if_="faces.out.n > 0",
        ),
        loop(
            "each",
            [node("inner", "loopEnd", input={"f": "faces.out.f", "n": "node._loop"})],
            "end",
            items="faces.out.areas",
            collect={"k": "inner.out.f", "list": ["faces.out.n"]},
        ),
        end(
            input={
                "a": "faces.out.areas.0",
                "b": {"from": "faces.out.b", "default": "faces.out.b"},
                "c": {"template": "{ faces.out.c } {{faces.out.c}} {photo.out.c}"},
                "d": {"value": "faces.out.d"},
                "e": ["faces.out"],
            }
        ),
    )
    before = copy.deepcopy(document)

    done = rename(document, "faces", "found")

    assert document == before
    nodes = {one["id"]: one for one in done.document["nodes"]}
    assert nodes["photo"]["next"] == ["found"]
    assert nodes["check"]["if"] == "found.out.n > 0"
    assert nodes["check"]["then"]["out"] == {"areas": "found.out.areas"}
    assert nodes["check"]["else"]["next"] == ["found"]
    assert nodes["check"]["else"]["exec"] == "node.out['n'] = found.out.n"
    assert nodes["each"]["items"] == "found.out.areas"
    assert nodes["each"]["nodes"][0]["input"]["f"] == "found.out.f"
    assert nodes["each"]["collect"] == {"k": "inner.out.f", "list": ["found.out.n"]}
    assert nodes["end"]["input"]["a"] == "found.out.areas.0"
    assert nodes["end"]["input"]["b"] == {
        "from": "found.out.b",
        "default": "faces.out.b",
    }
    template = "{ found.out.c } {{faces.out.c}} {photo.out.c}"
    assert nodes["end"]["input"]["c"] == {"template": template}
    assert nodes["end"]["input"]["d"] == {"value": "faces.out.d"}
    assert ("found", "id") in done.changed
    assert ("inner", "input.f") in done.changed
    assert ("each", "collect.list") in done.changed
    assert ("check", "then.out.areas") in done.changed
    assert not any(node == "faces" for node, _ in done.changed)


def test_references_in_the_url_of_an_http_node_are_changed() -> None:
    url = "http://host/{faces.out.id}?q={faces.out.q}&r={{faces.out.r}}"
    http = node(
        "ask",
        "end",
        kind="http",
        url=url,
        headers={"x": "{faces.out.x}", "y": "faces.out"},
    )
    document = starting_with(service("faces", "ask"), http, end())

    edited = rename(document, "faces", "found").document["nodes"][2]

    assert (
        edited["url"] == "http://host/{found.out.id}?q={found.out.q}&r={{faces.out.r}}"
    )
    assert edited["headers"] == {"x": "{found.out.x}", "y": "faces.out"}


def test_within_a_loop_its_own_nodes_are_named_in_two_ways() -> None:
    body = [
        node("one", "two"),
        node("two", "loopEnd", input={"a": "loop.one.out", "b": "one.out"}),
    ]
    body[1]["after"] = "node.out['c'] = loop.one.out, loop['one'].out, one.out"
    each = loop("each", body, "end", collect={"k": "loop.one.out", "l": "one.out"})
    outside = end(input={"x": "loop.one.out"})
    document = starting_with(each, outside)

    edited = rename(document, "one", "first").document["nodes"]

    assert edited[1]["nodes"][1]["input"] == {"a": "loop.first.out", "b": "first.out"}
    assert edited[1]["nodes"][1]["after"] == (
        "node.out['c'] = loop.first.out, loop['first'].out, first.out"
    )
    assert edited[1]["nodes"][0]["next"] == ["two"]
    assert edited[1]["collect"] == {"k": "loop.first.out", "l": "first.out"}
    # From there it cannot be seen.
    assert edited[2]["input"] == {"x": "loop.one.out"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("node.out = faces.out  # faces", "node.out = found.out  # faces"),
        ("node.out['faces'] = faces . out", "node.out['faces'] = found . out"),
        ("node.out.faces = 1; x = faces\nnode.out.y = x", None),
        ("node.out = dict(faces=faces.out)", "node.out = dict(faces=found.out)"),
        ("faces.out['é'] = (\n    1)", "found.out['é'] = (\n    1)"),
        ("node.out['é'] = 'é', faces.out", "node.out['é'] = 'é', found.out"),
        ("faces = 1\nnode.out.x = faces", "faces = 1\nnode.out.x = faces"),
        (
            "node.out.x = [faces for faces in faces.out.all]",
            "node.out.x = [faces for faces in found.out.all]",
        ),
        (
            "def f(faces):\n    return faces\nnode.out.x = f(faces.out)",
            "def f(faces):\n    return faces\nnode.out.x = f(found.out)",
        ),
        ("node.out.x = f'{faces.out.n:>{faces.out.w}} {{faces}}'", None),
        ("node.out.x = rf'\\N{faces.out.n}' f\"{faces.out!r}\" 'faces'", None),
        ("node.out.x = f'''{\n  faces.out.n\n}'''", None),
        ("node.out.x = f'{[f\"{faces.out.n}\"]} {faces.out == 1}'", None),
        ("x = 1\r\nnode.out.x = faces.out, x", None),
        ("node.params.x = faces.out.faces", "node.params.x = found.out.faces"),
        ("node.out.x = other.out if 1 else 2", "node.out.x = other.out if 1 else 2"),
        ("many_faces.out +", "many_faces.out +"),
        ("loop = faces.out\nx = loop.faces", "loop = found.out\nx = loop.faces"),
        ("faces.out +", None),
    ],
)
def test_code_changes_only_where_it_names_the_node(
    source: str, expected: str | None
) -> None:
    if source == "faces.out +":
        assert faults(with_code("after", source), "faces", "found") == [
            ("not-renamed", "after")
        ]
        return
    if expected is None:
        # Where a dot follows, the node is meant.
        expected = source.replace("faces.out", "found.out").replace(
            "x = faces\n", "x = found\n"
        )

    assert renamed("after", source) == expected


@pytest.mark.parametrize(
    ("field", "source", "old", "new", "expected"),
    [
        ("ready", "  face-blur.finished", "face-blur", "blur", "  blur.finished"),
        ("ready", "blur.finished", "blur", "face-blur", "face-blur.finished"),
        (
            "after",
            "node.out.x = n-face-blur.out",
            "face-blur",
            "b",
            "node.out.x = n-b.out",
        ),
        (
            "after",
            "node.out['a-b'] = a-b.out",
            "a-b",
            "c-d",
            "node.out['a-b'] = c-d.out",
        ),
        ("after", "node.out.x = f'{a-b.out}'", "a-b", "c", "node.out.x = f'{c.out}'"),
    ],
)
def test_ids_with_hyphens_are_names_in_code(
    field: str, source: str, old: str, new: str, expected: str
) -> None:
    assert renamed(field, source, old, new) == expected


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("found = 1\nnode.out.x = faces.out, found", "found"),
        ("node.out.x = [faces.out for found in (1, 2)]", "found"),
        ("node.out.x = sum(faces.out.all)", "sum"),
        ("node.out.x = len('faces')", "len"),
        ("n = x = 1\nnode.out.y = n-x, faces.out", "n-x"),
        ("exec('faces.out')", "found"),
        ("node.out.x = f'{faces.out=}'", "found"),
        ("node.out.x = f'\\{faces.out}'", "found"),
        ("node.out.x = loop[r'faces'].out", "found"),
    ],
)
def test_code_that_would_mean_something_else_is_told_and_nothing_is_changed(
    source: str, new: str
) -> None:
    assert faults(with_code("after", source), "faces", new) == [
        ("not-renamed", "after")
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("nobody", "found", "unknown-node", "from"),
        ("faces", "1st", "bad-id", "to"),
        ("faces", "a.b", "bad-id", "to"),
        ("faces", "a\n", "bad-id", "to"),
        ("faces", "node", "reserved-id", "to"),
        ("faces", "loopEnd", "reserved-id", "to"),
        ("faces", "class", "reserved-id", "to"),
        ("faces", "crop", "duplicate-id", "to"),
    ],
)
def test_an_id_that_cannot_be_given_is_a_fault(
    old: str, new: str, code: str, field: str
) -> None:
    document = with_code("after", "node.out = faces.out")

    assert faults(document, old, new) == [(code, field)]


def test_the_same_id_again_changes_nothing() -> None:
    document = with_code("after", "node.out = faces.out")

    done = rename(document, "faces", "faces")

    assert (done.document, done.changed) == (document, ())


@pytest.mark.parametrize(
    "document", [None, [], {}, {"nodes": 1}, {"nodes": [1, {"id": 2}]}, "faces"]
)
def test_what_is_no_pipeline_has_no_node(document: Any) -> None:
    assert faults(document, "faces", "found") == [("unknown-node", "from")]


def test_a_document_with_faults_is_changed_as_far_as_it_can_be_read() -> None:
    document = {
        "nodes": [
            {"id": "faces", "next": "faces", "input": 7, "then": 3},
            {"id": "crop", "type": "nose", "input": {"a": 5, "b": "faces"}},
            {"id": "last", "type": "node", "after": "((", "input": {"a": "faces.out"}},
        ]
    }

    edited = rename(document, "faces", "found").document["nodes"]

    assert (edited[0]["id"], edited[0]["next"]) == ("found", "found")
    assert edited[1]["input"] == {"a": 5, "b": "faces"}
    assert edited[2]["input"] == {"a": "found.out"}


@given(pipelines())
def test_a_renamed_pipeline_has_no_other_faults_and_can_be_renamed_back(
    document: Json,
) -> None:
    old = document["nodes"][1]["id"]

    there = rename(document, old, "quite-another").document
    back = rename(there, "quite-another", old).document

    assert back == document
    assert [fault.code for fault in check(there)] == [
        fault.code for fault in check(document)
    ]


@pytest.mark.parametrize("text", ["{a", "{a['}", "{a!", "{a:{b}", "\\N{DASH"])
def test_what_is_no_f_string_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no end"):
        list(fields(text, False))


def test_what_looks_like_a_field_in_an_f_string_is_none() -> None:
    text = "\\N{DASH} \\t {{a}} {b['}'] != 1!r} {c = } {d <= 1:x} {e == 1}"

    found = [text[one.start : one.end] for one in fields(text, False)]

    assert found == ["b['}'] != 1", "c ", "d <= 1", "e == 1"]
