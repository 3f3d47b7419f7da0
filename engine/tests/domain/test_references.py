"""References: read, followed, and what is missing is said."""

from dataclasses import dataclass

import pytest
from engine.domain.errors import BadReference, UnresolvedReference
from engine.domain.references import Reference, dig, resolve
from engine.domain.values import Json


@dataclass
class Outputs:
    """Whatever is asked for is found in one value."""

    value: Json

    def section(self, reference: Reference) -> Json:
        return self.value


def follow(way: str, value: Json) -> Json:
    return resolve(Reference.parse(f"blur.out{way}"), Outputs(value))


def missing(way: str, value: Json) -> str:
    with pytest.raises(UnresolvedReference) as raised:
        follow(way, value)
    return str(raised.value)


def test_a_reference_names_a_node_a_section_and_the_way_into_it() -> None:
    reference = Reference.parse("blur.out.image.0")

    assert reference == Reference(
        "blur.out.image.0", "blur", "out", ("image", "0"), local=False
    )


def test_a_reference_that_begins_with_loop_means_the_same_frame() -> None:
    reference = Reference.parse("loop.crop.out.result")

    assert (reference.node, reference.local) == ("crop", True)


def test_the_item_of_a_loop_is_a_section_of_its_nodes() -> None:
    assert Reference.parse("node._loop.2").section == "_loop"


NO_SECTION = "it names no node with a section, as photo.out does"


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", NO_SECTION),
        ("photo", NO_SECTION),
        (".out", NO_SECTION),
        ("loop", NO_SECTION),
        ("loop.crop", NO_SECTION),
        (
            "photo.image",
            "“image” is not a section: out, input, params, _loop, error, round",
        ),
        ("photo.out.", "a field's name is empty"),
        ("photo.out..x", "a field's name is empty"),
        ("photo.out" + ".x" * 500, "it is longer than 1000 characters"),
    ],
)
def test_a_reference_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadReference) as raised:
        Reference.parse(text)

    assert raised.value.reason == reason


def test_without_fields_the_whole_section_is_meant() -> None:
    assert follow("", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    "way, value",
    [
        (".a.b", {"a": {"b": "found"}}),
        (".a.1", {"a": [0, "found"]}),
        (".a.-1", {"a": [0, "found"]}),
        (".1", {"1": "found"}),
        (".blurred.jpg", {"blurred.jpg": "found"}),
        (".blurred.jpg", {"blurred": 1, "blurred.jpg": "found"}),
        (".a.b.c", {"a": {"b": {}}, "a.b": {"c": "found"}}),
        (".a.b.c.0", {"a": {"b.c": ["found"]}, "a.b": []}),
    ],
)
def test_a_way_leads_through_objects_lists_and_keys_with_dots(
    way: str, value: Json
) -> None:
    assert follow(way, value) == "found"


def test_null_is_a_value_like_others() -> None:
    assert follow(".a", {"a": None}) is None


@pytest.mark.parametrize(
    "way, value, said",
    [
        (".b", {"a": 1}, "no “b” in blur.out (it has a)"),
        (".b", {}, "no “b” in blur.out (it has nothing)"),
        (".a.b.c", {"a": {"c": 1}}, "no “b” in blur.out.a (it has c)"),
        (".a.2", {"a": [1, 2]}, "no “2” in blur.out.a (it is a list of 2)"),
        (".a.--1", {"a": [1]}, "no “--1” in blur.out.a (it is a list of 1)"),
        (".a.x", {"a": "text"}, "no “x” in blur.out.a (it is a text)"),
        (".a.x", {"a": None}, "no “x” in blur.out.a (it is null)"),
        (".a.x", {"a": True}, "no “x” in blur.out.a (it is true)"),
        (".a.x", {"a": 1.5}, "no “x” in blur.out.a (it is a number)"),
        (".x", {k: 1 for k in "kjihgfedcba"}, "(it has a, b, c, d, e, f, g, h, i, j)"),
    ],
)
def test_what_is_missing_is_said_and_what_is_there(
    way: str, value: Json, said: str
) -> None:
    assert missing(way, value).endswith(said)


def test_an_index_of_a_million_digits_is_just_missing() -> None:
    with pytest.raises(UnresolvedReference):
        dig([1], Reference("a.out.9", "a", "out", ("9" * 1_000_000,)))


def test_ways_that_come_to_the_same_place_are_followed_once() -> None:
    value: Json = {"b": 1}
    for _ in range(30):
        value = {"a": value, "a.a": value}

    # A thousand million ways lead to where it is missing.
    assert "leads nowhere" in missing(".a" * 45 + ".c", value)
    assert follow(".a" * 59 + ".b", value) == 1


def test_ways_to_different_places_are_bounded_too() -> None:
    def tree(levels: int) -> Json:
        if levels == 0:
            return 1
        return {"a": tree(levels - 1), "a.a": tree(levels - 1)}

    value = tree(12)
    for _ in range(30):
        value = {"a": value, "a.a": [value]}

    assert "leads nowhere" in missing(".a" * 200 + ".c", value)
