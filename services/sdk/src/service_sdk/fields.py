"""The types of parameters and results that are files, pictures above all."""

import io
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Self

from service_sdk.errors import BadInput
from service_sdk.protocol import UNKNOWN_TYPE
from service_sdk.settings import DEFAULT_MAX_MEGAPIXELS, MEGA

# Pillow is imported where it is used: services without pictures work without it.
if TYPE_CHECKING:
    from PIL.Image import Image as Picture

PICTURES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}
"""The accepted media types, and what Pillow calls them."""

JPEG_START = b"\xff\xd8"
JPEG_SCAN = b"\xff\xda"
"""Begins a scan; in the data of a scan these two bytes cannot stand side by side."""

# A JPEG that is sent coarse first and then finer has about ten scans, and its preview
# as many. Each goes over all pixels, and needs only a few dozen bytes to do so.
MAX_JPEG_SCANS = 100

PIECE_BYTES = 1_000_000
"""Of a file that is searched for scans."""


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
        return not cls.media_types or media_type in (*cls.media_types, UNKNOWN_TYPE)

    @property
    def download_name(self) -> str:
        """A file name without folders; one without an extension gets that of the type.

        The sender chose the name, so it may hold a path of any operating system.
        """
        name = Path(self.name.replace("\\", "/")).name or self.field
        if "." in name:
            return name
        return name + (mimetypes.guess_extension(self.media_type) or "")


@dataclass(frozen=True)
class Image(File):
    """A picture. It is opened upright: an EXIF orientation is applied."""

    media_types: ClassVar[tuple[str, ...]] = tuple(PICTURES)

    @classmethod
    def of(cls, picture: "Picture", media_type: str = "image/png", **how: Any) -> Self:
        """Encode a Pillow picture; `how` goes to Pillow's `save`."""
        encoded = io.BytesIO()
        picture.save(encoded, PICTURES[media_type], **how)
        return cls(encoded.getvalue(), media_type)

    def header(self) -> "Picture":
        """The picture with only its header read; the caller closes it.

        A file that is not a picture, or that would need too much memory, is refused
        here.
        """
        from PIL import Image as pillow

        with self.open() as stream:
            is_empty = not stream.read(1)
        if is_empty:
            raise self.refuse("the file is empty")

        bombs = (pillow.DecompressionBombError, pillow.DecompressionBombWarning)
        source = self.content if isinstance(self.content, Path) else self.open()
        try:
            picture = pillow.open(source, formats=list(PICTURES.values()))
        except bombs as bomb:
            raise self.refuse(self._too_many_pixels()) from bomb
        except Exception as fault:
            # A decoder may raise any exception on bytes that are not its format.
            raise self.refuse(f"not a picture in {_formats()}") from fault

        # Checked before the pixels are decoded: a small file can hold a huge picture.
        if picture.width * picture.height > self.max_pixels:
            picture.close()
            raise self.refuse(self._too_many_pixels())

        if self._has_too_many_scans():
            picture.close()
            raise self.refuse(f"a JPEG of more than {MAX_JPEG_SCANS} scans")

        return picture

    def picture(self) -> "Picture":
        """The picture decoded and upright, ready to be worked on."""
        from PIL import ImageOps

        with self.header() as picture:
            try:
                picture.load()
                return ImageOps.exif_transpose(picture)
            except Exception as fault:
                # A decoder may raise any exception on a file that is damaged.
                raise self.refuse(f"a broken picture ({fault})") from fault

    def mean(self) -> tuple[float, ...]:
        """The mean red, green and blue, each from 0 to 255."""
        from PIL import ImageStat

        statistics = ImageStat.Stat(self.picture().convert("RGB"))
        return tuple(statistics.mean)

    def _has_too_many_scans(self) -> bool:
        """Whether it is a JPEG that goes over its pixels again and again."""
        with self.open() as stream:
            end = stream.read(len(JPEG_START))
            if end != JPEG_START:
                return False

            scans = 0
            while piece := stream.read(PIECE_BYTES):
                # With the last byte of the piece before: it may divide the two.
                scans += (end + piece).count(JPEG_SCAN)
                end = piece[-1:]
        return scans > MAX_JPEG_SCANS

    def _too_many_pixels(self) -> str:
        return f"has more than {self.max_pixels / MEGA:g} megapixels"


def _formats() -> str:
    return " or ".join(sorted(PICTURES.values()))
