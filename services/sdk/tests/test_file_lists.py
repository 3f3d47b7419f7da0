"""Files come as parts of a body, one or many; what JSON says of a file is never one."""

from collections.abc import Sequence
from typing import Annotated, Any

import pytest
from pydantic import Field
from service_sdk import File, Image, Service
from service_sdk.protocol import UNKNOWN_TYPE
from service_sdk.testing import Kit

service = Service("lists")


def text_of(files: Sequence[File] | None) -> str:
    if files is None:
        return "none"
    return "".join(file.read().decode() for file in files)


@service.operation(route="join")
def join(files: list[File], mark: str = "") -> str:
    return mark + text_of(files)


@service.operation(route="perhaps")
def perhaps(files: list[File] | None = None, other: File | None = None) -> str:
    return text_of(files) + text_of([other] if other else [])


@service.operation(route="tuples")
def tuples(files: tuple[File, ...] = ()) -> str:
    assert isinstance(files, tuple)
    return text_of(files)


@service.operation(route="two-or-three")
def two_or_three(
    files: Annotated[Sequence[File], Field(min_length=2, max_length=3)],
) -> str:
    return text_of(files)


@service.operation(route="any")
def anything(value: Any, more: dict[str, object] | None = None) -> str:
    return type(value).__name__


@service.operation(route="pictures")
def pictures(images: list[Image]) -> list[str]:
    return [image.field for image in images]


app = service.app

STOLEN = {
    "content": "/etc/hostname",
    "media_type": "x",
    "name": "",
    "field": "f",
    "max_pixels": 5,
}


def part(name: str, text: str) -> tuple[str, tuple[str, bytes, str]]:
    return name, (f"{text}.bin", text.encode(), UNKNOWN_TYPE)


def answer_of(kit: Kit, route: str, parts: list[Any]) -> Any:
    answer = kit.http.post(f"/{route}", files=parts)
    if answer.status_code != 202:
        return answer.json()["detail"]
    return kit.read_alone(answer.json()["jobId"]).json()["result"]


@pytest.mark.parametrize("stolen", [STOLEN, "/etc/hostname", {"$blob": "t/1"}])
@pytest.mark.parametrize(
    ("route", "key", "many"),
    [
        ("join", "files", True),
        ("join", "files", False),
        ("join", "files0", False),
        ("perhaps", "other", False),
        ("perhaps", "files", True),
        ("tuples", "files", True),
        ("pictures", "images", True),
    ],
)
def test_data_never_becomes_a_file(
    kit: Kit, route: str, key: str, many: bool, stolen: Any
) -> None:
    value = [stolen] if many else stolen

    alone = kit.http.post(f"/{route}", json={key: value})
    called = kit.call(route, **{key: value})
    beside = kit.call(route, files=b"x", **{"other" if key == "files" else key: value})

    assert alone.status_code == 422
    assert alone.json()["errors"][0]["field"] == key
    assert called.error is not None
    assert beside.error is not None


def test_data_of_any_kind_stays_data(kit: Kit) -> None:
    assert kit.call("any", value=STOLEN).typed == {"result": "dict"}


def test_several_parts_of_one_name_are_a_list(kit: Kit) -> None:
    parts = [part("files", "b"), part("files", "a"), part("files", "c")]

    assert answer_of(kit, "join", parts) == "bac"
    assert answer_of(kit, "join", parts[:1]) == "b"
    assert answer_of(kit, "tuples", parts) == "bac"


def test_numbered_parts_are_a_list_in_the_order_of_their_numbers(kit: Kit) -> None:
    parts = [part(f"files{n}", f"({n})") for n in (10, 9, 0, 100)]

    assert answer_of(kit, "join", parts) == "(0)(9)(10)(100)"


def test_typed_data_goes_along_with_a_list(kit: Kit) -> None:
    parts = [part("files", "a"), ("mark", (None, "+"))]

    assert answer_of(kit, "join", parts) == "+a"


@pytest.mark.parametrize(
    ("body", "expected"),
    [({}, "none"), ({"files": []}, ""), ({"files": None, "other": None}, "none")],
)
def test_no_file_at_all_can_be_said_in_json(
    kit: Kit, body: dict[str, Any], expected: str
) -> None:
    assert kit.call("perhaps", **body).typed == {"result": expected}


def test_a_list_that_must_be_given_may_be_empty(kit: Kit) -> None:
    assert kit.call("join", files=[]).typed == {"result": ""}
    assert kit.call("join").error == "files: missing; send files under this name"
    assert kit.call("join", files=None).error


@pytest.mark.parametrize(("count", "fits"), [(1, False), (2, True), (4, False)])
def test_an_author_may_bound_how_many_there_are(
    kit: Kit, count: int, fits: bool
) -> None:
    answer = answer_of(kit, "two-or-three", [part("files", "x")] * count)

    assert (answer == "x" * count) is fits
    assert fits or answer.startswith("files: ")


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ([part("other", "a"), part("other", "b")], "other: is given twice"),
        ([part("other0", "a")], "other0: unknown; did you mean “other”?"),
        ([part("file", "a")], "file: unknown; did you mean “files”?"),
        ([part("x", "a")], "x: unknown; known are files, other"),
        ([part("files", "a"), ("d", (None, '{"files": []}', "application/json"))],
         "files: is given twice"),
    ],
)  # fmt: skip
def test_a_file_that_nothing_takes_is_named(
    kit: Kit, parts: list[Any], fault: str
) -> None:
    assert answer_of(kit, "perhaps", parts).startswith(fault)


def test_a_list_is_documented(kit: Kit) -> None:
    document = kit.http.get("/openapi.json").json()

    form = document["paths"]["/join"]["post"]["requestBody"]["content"]
    files = form["multipart/form-data"]["schema"]["properties"]["files"]
    assert files == {"type": "array", "items": {"type": "string", "format": "binary"}}
