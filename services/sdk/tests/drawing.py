"""Types of a service that draws on pictures, for tests."""

import enum
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le
from pydantic import BaseModel, Field
from service_sdk import File
from typing_extensions import Doc, NotRequired, TypedDict

PNG = {"type": "string", "format": "binary", "contentMediaType": "image/png"}


class Png(File):
    media_types = ("image/png",)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Frame:
    """A line around a picture."""

    width: Annotated[int, Ge(1), Le(8000)] = 2
    """In pixels."""

    colour: Annotated[Colour, Doc("Of the line.")] = Colour.RED


class Label(TypedDict):
    """A word in a picture.

    Attributes:
        text: What is written.
    """

    text: str
    size: NotRequired[int]


class Card(BaseModel):
    version: str = Field("1", description="Counts up.")
