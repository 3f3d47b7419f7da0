"""Whatever an author writes as a type: it works, or it is refused at import."""

import enum
import inspect
import io
import math
import os
import pathlib
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import (
    IO,
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Optional,
    TypeVar,
)

import numpy
import pytest
from PIL import Image as pillow
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    DirectoryPath,
    Field,
    FilePath,
    FileUrl,
    ImportString,
    Json,
    NewPath,
    SecretStr,
    Strict,
)
from service_sdk import File, Image, Progress, Service
from service_sdk.errors import BadSignature
from service_sdk.testing import Kit
from typing_extensions import TypedDict

T = TypeVar("T")


@dataclass
class HoldsFile:
    file: File


@dataclass
class HoldsPath:
    inner: dict[str, list[Path]]


class ModelOfFile(BaseModel):
    photo: Image | None = None


class Lax(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    picture: pillow.Image


class DictOfFile(TypedDict, total=False):
    file: File


class TupleOfFile(NamedTuple):
    file: File


class Box(BaseModel, Generic[T]):
    content: T


class ModelAndFile(BaseModel, File):  # type: ignore[misc]  # the point of the test
    pass


class WithoutTuple(Image):
    media_types = "image/png"  # type: ignore[assignment]  # the point of the test


@dataclass(frozen=True)
class NeedsMore(File):
    def __init__(self, pages: int) -> None: ...


Photo = NewType("Photo", Image)

NEVER = [
    list[HoldsFile],
    HoldsFile,
    HoldsPath,
    ModelOfFile,
    Lax,
    DictOfFile,
    TupleOfFile,
    Box[Image],
    Box[Path],
    dict[str, ModelAndFile],
    Json[HoldsFile],
    Photo,
    dict[str, File],
    set[File],
    tuple[File, int],
    tuple[File, File],
    list[list[Image]],
    list[Image | None],
    list[File | str],
    Image | str,
    Image | list[Image],
    Image | File,
    Literal["a"] | Image,
    Path,
    pathlib.PurePath,
    os.PathLike[str],
    FilePath,
    DirectoryPath,
    NewPath,
    list[Path],
    Path | None,
    Annotated[str, AfterValidator(Path)],
    Annotated[str, AfterValidator(File)],
    Annotated[str, AfterValidator(open)],
    FileUrl,
    ImportString,
    IO[bytes],
    io.BytesIO,
    pillow.Image,
    numpy.ndarray,
    threading.Lock,
    type[int],
    Callable[[], int],
    Iterable[int],
    WithoutTuple,
    NeedsMore,
    Annotated[Image, Field(alias="photo")],
    "NobodyKnows",
]


@pytest.mark.parametrize("kind", NEVER, ids=repr)
def test_a_type_that_no_request_can_fill_is_refused_at_import(kind: Any) -> None:
    def operation(things: Any) -> None: ...

    operation.__annotations__["things"] = kind

    with pytest.raises(BadSignature, match=r"operation: "):
        Service("odd").operation(route="odd")(operation)


class Level(enum.IntEnum):
    LOW = 1


class Tree(BaseModel):
    name: str = "root"
    children: list["Tree"] = []


class Point(NamedTuple):
    x: int
    y: int = 0


class Options(TypedDict, total=False):
    width: int


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 0


class AnyPicture(File):
    media_types = ("image/*",)


@dataclass
class Person:
    name: str
    tags: list[str] = field(default_factory=list)


def _with(kind: Any, default: Any = inspect.Parameter.empty) -> Any:
    """A function with one parameter of this type, which tells its value."""

    def told(thing: Any) -> str:
        return repr(thing)

    told.__annotations__["thing"] = kind
    if default is not inspect.Parameter.empty:
        told.__defaults__ = (default,)
    return told


NOTHING = inspect.Parameter.empty
WORKS: list[tuple[Any, Any, dict[str, Any], str]] = [
    (int, NOTHING, {"thing": 5}, "5"),
    ("int", NOTHING, {"thing": 5}, "5"),
    (Literal["a", 1], "a", {}, "'a'"),
    (Level, Level.LOW, {}, "<Level.LOW: 1>"),
    (Level, NOTHING, {"thing": 1}, "<Level.LOW: 1>"),
    (Tree, NOTHING, {"thing": {"children": [{}]}}, "Tree(name='root', children=[Tree("),
    (Point, NOTHING, {"thing": [1, 2]}, "Point(x=1, y=2)"),
    (Options, NOTHING, {"thing": {"width": 1}}, "{'width': 1}"),
    (Open, NOTHING, {"thing": {"b": 2}}, "Open(a=0, b=2)"),
    (Person, NOTHING, {"thing": {"name": "Ada"}}, "Person(name='Ada', tags=[])"),
    (list[Person] | None, None, {}, "None"),
    (Optional[dict[str, list[int]]], None, {"thing": {"a": [1]}}, "{'a': [1]}"),
    (tuple[int, str], NOTHING, {"thing": [1, "a"]}, "(1, 'a')"),
    (set[int], NOTHING, {"thing": [1, 1]}, "{1}"),
    (bytes, NOTHING, {"thing": "a"}, "b'a'"),
    (SecretStr, NOTHING, {"thing": "a"}, "SecretStr('**********')"),
    (date, NOTHING, {"thing": "2026-01-02"}, "datetime.date(2026, 1, 2)"),
    (Annotated[date, Strict()], NOTHING, {"thing": "2026-01-02"}, "datetime.date(2026"),
    (Decimal, Decimal("1.5"), {}, "Decimal('1.5')"),
    (Box[int], NOTHING, {"thing": {"content": 1}}, "Box[int](content=1)"),
    (Sequence[float], (), {"thing": [1]}, "[1.0]"),
    (float, math.inf, {}, "inf"),
    (int, 2**80, {}, str(2**80)),
    (int, Field(7, ge=1), {}, "7"),
    (dict[str, int], {"a": 1}, {}, "{'a': 1}"),
    (Any, NOTHING, {"thing": {"$x": 1}}, "{'$x': 1}"),
    (object, None, {}, "None"),
    (T, NOTHING, {"thing": 1}, "1"),
    (Json[list[int]], NOTHING, {"thing": "[1]"}, "[1]"),
    (int | str, 1, {"thing": "a"}, "'a'"),
    (None, None, {}, "None"),
    (Progress | None, None, {}, "<service_sdk.progress.Progress"),
    (Optional[list[Image]], None, {}, "None"),
    (Optional[list[Image]], None, {"thing": []}, "[]"),
    (list[AnyPicture], NOTHING, {"thing": Image(b"x", "image/png")}, "[AnyPicture("),
    (Annotated[Image | None, "a word"], None, {"thing": None}, "None"),
    (File, File(b"mine"), {}, "File(content=b'mine'"),
    (Sequence[File], (), {}, "()"),
]  # fmt: skip


DOES_NOT_FIT: list[tuple[Any, Any]] = [
    (float, "nan"),
    (float, "Infinity"),
    (list[list[float]], [[0, 0, "inf", 1]]),
    (Person, {"name": "Ada", "tag": []}),
    (Box[float], {"content": "nan"}),
    (Box[int], {"content": 1, "more": 2}),
    (list[Tree], [{"children": [{"nam": "x"}]}]),
    (Options, {"widht": 1}),
    (Level, 2),
    (int, 1.5),
]


# One service with all of them: to start one for each would take a minute.
service = Service("odd")
for number, (kind, default, *_) in enumerate(WORKS):
    service.operation(route=f"works{number}")(_with(kind, default))
for number, (kind, _) in enumerate(DOES_NOT_FIT):
    service.operation(route=f"fits-not{number}")(_with(kind))
app = service.app


@pytest.mark.parametrize("number", range(len(WORKS)))
def test_a_type_of_any_form_works(kit: Kit, number: int) -> None:
    _, preset, inputs, told = WORKS[number]
    route = f"works{number}"

    reply = kit.call(route, **inputs)

    assert reply.error is None
    assert reply.typed["result"].startswith(told)
    required = ["thing"] if preset is NOTHING else []
    api: Any = kit.announcement(route)["api"]
    assert api["inputSchema"]["required"] == required


@pytest.mark.parametrize("number", range(len(DOES_NOT_FIT)))
def test_data_that_does_not_fit_is_named(kit: Kit, number: int) -> None:
    _, unfit = DOES_NOT_FIT[number]

    reply = kit.call(f"fits-not{number}", thing=unfit)

    assert reply.error and reply.error.startswith("thing")


def position_only(a: int, /) -> None: ...


def packed(*files: File) -> None: ...


def keywords(**values: int) -> None: ...


async def later(a: int) -> AsyncIterator[int]:
    yield a


def piece_by_piece(a: int) -> Iterator[int]:
    yield a


def without_type(a) -> None:  # type: ignore[no-untyped-def]  # that is the point
    ...


def two_told(a: Progress, b: Progress) -> None: ...


def alike(pages: list[File], pages2: File) -> None: ...


def alike_data(pages: list[File], pages2: int) -> None: ...


def one_alias(
    a: Annotated[int, Field(alias="x")], b: Annotated[int, Field(alias="x")]
) -> None: ...


A_FIELD: Any = Field(description="x")


def file_with_field(a: File = A_FIELD) -> None: ...


@pytest.mark.parametrize(
    "function",
    [
        position_only,
        packed,
        keywords,
        later,
        piece_by_piece,
        without_type,
        two_told,
        alike,
        alike_data,
        one_alias,
        file_with_field,
        Person,
        partial(print, 1),
        len,
        "text",
    ],
)
def test_a_function_that_cannot_be_offered_is_refused(function: Any) -> None:
    with pytest.raises(BadSignature):
        Service("odd").operation(route="odd")(function)
