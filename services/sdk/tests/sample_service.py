"""A service with an operation for each case that the tests of the SDK need."""

import os
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field
from service_sdk import (
    BadInput,
    File,
    Image,
    Progress,
    Service,
    TryAgain,
    tell_model,
)
from service_sdk.errors import ServiceError, WeightsMissing

service = Service("sample-service", summary="For the tests")


@dataclass
class Shade:
    red: float
    green: float
    blue: float


class Person(BaseModel):
    name: str = "Myself"
    age: int = 31


class Text(File):
    media_types = ("text/plain",)


class Gates:
    """Holds calls back until the test lets them go, and counts them."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.calls: list[str] = []


gates = Gates()
memory_that_stays: list[bytes] = []
loaded_in: list[int] = []


@service.operation(
    route="average-shade", answer={"red": 255.0, "green": 0.0, "blue": 0.0}
)
def average_shade(image: Image) -> Shade:
    """The mean colour of a picture.

    Each channel from 0 to 255.
    """
    return Shade(*image.mean())


@service.operation(route="greet", example={"person": {"name": "Ada", "age": 36}})
def greet(person: Person, polite: bool = True, json: str | None = None) -> str:
    return f"{'Good day' if polite else 'Hi'}, {person.name}"


@service.operation(route="grow")
def grow(
    person: Person,
    years: Annotated[int, Field(alias="howMany", ge=0)] = 1,
    notes: list[str] | None = None,
) -> Person:
    return Person(name=person.name, age=person.age + years)


@service.operation(route="split", part="options")
def split(
    text: Text, extra: File | None = None, at: int = 1, strip: bool = False
) -> dict[str, object]:
    content = text.read()
    head = content[:at]
    tail = content[at:]

    output: dict[str, object] = {
        "head": Text(head, "text/plain", "../head"),
        "tail": File(tail.strip() if strip else tail, "text/x-tail"),
        "length": len(content),
    }
    if extra:
        output["extra"] = extra
    return output


@service.operation(route="echo")
def echo(file: File) -> File:
    return file


@service.operation(route="wait")
def wait(name: str) -> dict[str, str]:
    gates.calls.append(name)
    gates.entered.release()
    gates.open.acquire()
    return {"name": name}


@service.operation(route="tell")
def tell(word: str, progress: Progress) -> None:
    progress(word)
    gates.open.acquire()


@service.operation(route="talk")
def talk(progress: Progress) -> None:
    while True:
        progress("still at it")


@service.operation(route="guess")
def guess(score: float, version: str = "1") -> float:
    """A model that is as sure as it is told to be."""
    tell_model("guesses", version=version, score=score)
    return score


@service.operation(route="fail")
def fail(how: str) -> None:
    match how:
        case "input":
            raise BadInput.of("how", "not like this")
        case "again":
            raise TryAgain("the database is resting")
        case "purpose":
            raise ServiceError("on purpose")
        case "weights":
            raise WeightsMissing(Path("/models/tiny.onnx"), "export them")
        case "die":
            os._exit(1)
        case "hang":
            threading.Event().wait()
        case "hang in C":
            # The interpreter stays locked, as by a pattern that goes back and forth.
            re.match("(a+)+$", "a" * 60 + "b")
        case "grow":
            kept = [bytearray(20_000_000) for _ in range(10)]
            while True:
                kept.append(bytearray(20_000_000))
        case "grow at once":
            bytearray(2_500_000_000)
        case "keep":
            memory_that_stays.append(b"x" * 300_000_000)
        case "inexpressible":
            raise ValueError("no such word")


@service.operation(route="inexpressible")
def inexpressible() -> object:
    return {"thing": threading.Lock()}


@service.at_start
def load_ahead() -> None:
    loaded_in.append(os.getpid())


@service.operation(route="loaded")
def loaded() -> dict[str, object]:
    return {"process": os.getpid(), "loaded_in": loaded_in}


@service.operation(route="slow", max_seconds=60)
def slow() -> None:
    time.sleep(6)


@service.operation(route="whoami")
def whoami() -> dict[str, int]:
    return {"process": os.getpid()}


app = service.app
