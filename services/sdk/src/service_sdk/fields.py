"""The type of parameters and results that are files."""

import io
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from body_parts.media_types import real_type
from pydantic_core import CoreSchema
from pydantic_core.core_schema import is_instance_schema

from service_sdk.errors import BadInput
from service_sdk.protocol import ANY_TYPE, MAX_NAME_CHARACTERS, UNKNOWN_TYPE
from service_sdk.settings import DEFAULT_MAX_MEGAPIXELS, MEGA

MAX_EXTENSION_CHARACTERS = 20


@dataclass(frozen=True)
class File:
    """A file on disk or in memory. Subclasses say which media types they accept."""

    media_types: ClassVar[tuple[str, ...]] = ()
    """Empty: all."""

    content: Path | bytes
    media_type: str = UNKNOWN_TYPE
    name: str = ""
    field: str = "file"
    """The parameter under which the file came, for error messages."""

    max_pixels: int = int(DEFAULT_MAX_MEGAPIXELS * MEGA)

    charset: str = ""
    """The encoding of a text, as its sender named it; any word can stand there."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        """Only a file that came as a part is one, whatever data looks like.

        Without this, JSON with a key `content` would name a file of this machine.
        """
        return is_instance_schema(cls)

    def open(self) -> BinaryIO:
        """The content, to be read piece by piece; the caller closes it."""
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        return self.content.open("rb")

    def read(self) -> bytes:
        """The whole content."""
        with self.open() as stream:
            return stream.read()

    def refuse(self, message: str) -> BadInput:
        """The error to raise when this file cannot be used."""
        return BadInput.of(self.field, message)

    @classmethod
    def accepts(cls, media_type: str) -> bool:
        """Whether a file of this type may be sent; an unknown type always may."""
        accepted = {real_type(one) for one in cls.media_types}
        kind = real_type(media_type)
        family = f"{kind.partition('/')[0]}/*"
        wanted = (kind, family, ANY_TYPE)
        return not accepted or kind == UNKNOWN_TYPE or not accepted.isdisjoint(wanted)

    @property
    def download_name(self) -> str:
        """A file name without folders; one without an extension gets that of the type.

        The sender chose the name, so it may hold a path of any operating system.
        """
        name = Path(self.name.replace("\\", "/")).name or self.field
        if "." not in name:
            name += mimetypes.guess_extension(self.media_type) or ""
        return shortened(name)


def shortened(name: str) -> str:
    """A file name of no more than 200 characters, which keeps its extension.

    >>> len(shortened("x" * 300 + ".png")), shortened("x" * 300 + ".png")[-6:]
    (200, 'xx.png')
    """
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    extension = Path(name).suffix[:MAX_EXTENSION_CHARACTERS]
    return name[: MAX_NAME_CHARACTERS - len(extension)] + extension
