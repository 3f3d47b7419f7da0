"""What an http node asks for: values in its address, query and headers."""

from typing import Any

import pytest
from documents import end, node, service, starting_with
from engine.domain.asking import MAX_FILLED_CHARACTERS, Asked, Asking
from engine.domain.frame_json import decode, encode
from engine.domain.secrets import SecretName
from engine.domain.values import Json
from simulation import Simulation

HOST = "http://host/"


def simulated(data: Json = None, *, url: str = HOST, **fields: Any) -> Simulation:
    ask = node("ask", "end", kind="http", url=url, **fields)
    return Simulation(starting_with(ask, end()), data)


def asked(data: Json = None, **fields: Any) -> Asked:
    """What a node asks for that got some data."""
    simulation = simulated(data, **fields)
    assert simulation.task.fault is None, simulation.task.error
    graph = simulation.program.graph()
    fixed = graph.nodes["ask"].asking.fixed  # type: ignore[attr-defined] # it is http
    found = fixed or simulation.task.runs["ask"].asked
    assert found is not None
    return found


def refused(data: Json = None, **fields: Any) -> tuple[str, str | None]:
    fault = simulated(data, **fields).task.fault
    assert fault is not None
    return fault.code, fault.field


@pytest.mark.parametrize(
    "value, written",
    [
        ("a b/c", "a%20b%2Fc"),
        ("?q=1&r#s", "%3Fq%3D1%26r%23s"),
        ("{start.out.x}", "%7Bstart.out.x%7D"),
        ("é", "%C3%A9"),
        (7, "7"),
        (True, "true"),
        ([1, "a"], "%5B1%2C%22a%22%5D"),
        ("@evil.org:80", "%40evil.org%3A80"),
        ("...", "..."),
    ],
)
def test_a_value_in_an_address_is_encoded(value: Json, written: str) -> None:
    url = "http://host/{start.out.x}/y?z={start.out.x}"

    assert asked({"x": value}, url=url).url == f"http://host/{written}/y?z={written}"


@pytest.mark.parametrize("step", [".", ".."])
def test_a_value_cannot_lead_to_another_folder(step: str) -> None:
    url = "http://host/a/{start.out.x}/b"

    assert refused({"x": step}, url=url) == ("bad-reference", "url")
    assert asked({"x": step}, url="http://host?a={start.out.x}").url.endswith(step)


def test_doubled_braces_stand_for_one() -> None:
    assert asked(url="http://host/{{a}}").url == "http://host/{a}"


def test_headers_and_query_take_values_of_every_form() -> None:
    fields = {
        "a": "start.out.x",
        "b": "as it is",
        "c": {"template": "<{start.out.x}>"},
        "d": {"from": "start.out.missing", "default": None},
        "e": {"value": "start.out.x"},
        "f": 1.5,
        "g": "application/vnd.out.v2",
    }

    found = asked({"x": "1"}, query={**fields, "h": ["x", 1]}, headers=fields)

    texts = {
        "a": "1",
        "b": "as it is",
        "c": "<1>",
        "e": "start.out.x",
        "f": "1.5",
        "g": "application/vnd.out.v2",
    }
    assert found.headers == texts
    assert found.query == {k: [text] for k, text in texts.items()} | {"h": ["x", "1"]}


def test_a_secret_stays_a_name_and_data_never_becomes_one() -> None:
    url = "http://host/{secrets.KEY}?q={start.out.x}"
    bearer = {"template": "Bearer {secrets.KEY}"}

    found = asked({"x": "{secrets.KEY}"}, url=url, headers={"A": bearer})

    key = SecretName("KEY")
    assert found.url == ("http://host/", key, "?q=", "%7Bsecrets.KEY%7D")
    assert found.headers == {"A": ("Bearer ", key)}


def test_what_depends_on_no_value_is_made_once() -> None:
    simulation = simulated(headers={"A": {"template": "{secrets.KEY}"}, "B": 3})

    ask: Any = simulation.program.graph().nodes["ask"]
    assert simulation.task.runs["ask"].asked is None
    assert ask.asking.fixed is ask.asking.fixed
    assert ask.asking.fixed.headers == {"A": (SecretName("KEY"),), "B": "3"}


def test_what_is_asked_for_is_kept_until_the_answer_comes() -> None:
    simulation = simulated({"x": "1"}, url="http://host/{start.out.x}{secrets.K}")

    stored = decode(encode(simulation.task))
    simulation.fail("ask", "no")
    retrying = simulation.task.runs["ask"].asked
    simulation.wait_until_due()
    simulation.finish("ask")

    assert stored == decode(encode(stored))
    assert stored.runs["ask"].asked == retrying
    assert retrying == Asked(url=("http://host/", "1", SecretName("K")))
    assert simulation.task.runs["ask"].asked is None


@pytest.mark.parametrize(
    "fields, code, field",
    [
        ({"url": "http://host/{start.out.none}"}, "bad-reference", "url"),
        ({"headers": {"A": "start.out.none"}}, "bad-reference", "headers.A"),
        ({"query": {"q": "start.out.file"}}, "no-text", "query.q"),
        ({"query": {"q": "start.out.long"}}, "too-large", None),
        ({"url": "http://host/{start.out.long}"}, "too-large", None),
    ],
)
def test_what_cannot_be_asked_for_fails_the_run(
    fields: Any, code: str, field: str | None
) -> None:
    file = {"$blob": "task/a", "type": "image/png", "size": 3}
    data = {"file": file, "long": "x" * MAX_FILLED_CHARACTERS}

    assert refused(data, **fields) == (code, field)


def test_a_long_address_that_is_fixed_is_the_authors_affair() -> None:
    url = HOST + "x" * 2 * MAX_FILLED_CHARACTERS

    assert Asking.read(url, {}, {}).fixed == Asked(url=url)


def test_the_code_before_can_change_what_is_asked_for() -> None:
    first = service("first", "ask")
    ask = node(
        "ask",
        "end",
        kind="http",
        url="http://host/{node.input.id}",
        before="node.input['id'] = 'x'",
    )
    simulation = Simulation(starting_with(first, ask, end()))

    simulation.finish("first")

    found = simulation.task.runs["ask"].asked
    assert found and found.url == "http://host/x"
