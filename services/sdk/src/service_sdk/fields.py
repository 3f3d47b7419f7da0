"""The types of parameters and results that are files, pictures above all."""

import io
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Self

from service_sdk.errors import BadInput

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

UNKNOWN = "application/octet-stream"
PICTURES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
}


@dataclass(frozen=True)
class File:
    """A file on disk or in memory. Subclasses say which media types they take."""

    media_types: ClassVar[tuple[str, ...]] = ()  # none: all

    content: Path | bytes
    media_type: str = UNKNOWN
    name: str = ""
    field: str = "file"  # the parameter it came as, for messages
    max_pixels: int = 50_000_000

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
        """The error to raise when this file cannot be worked on."""
        return BadInput.of(self.field, message)

    @classmethod
    def accepts(cls, media_type: str) -> bool:
        """Whether a file of this type may be sent; an unknown type always may."""
        return not cls.media_types or media_type in (*cls.media_types, UNKNOWN)

    @property
    def download_name(self) -> str:
        """A file name without folders, its ending in accord with the type."""
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

        What is no picture, or would need too much memory, is refused here.
        """
        from PIL import Image as pillow

        with self.open() as stream:
            if not stream.read(1):
                raise self.refuse("the file is empty")
        bombs = (pillow.DecompressionBombError, pillow.DecompressionBombWarning)
        source = self.content if isinstance(self.content, Path) else self.open()
        try:
            picture = pillow.open(source, formats=list(PICTURES.values()))
        except bombs as bomb:
            raise self.refuse(self._too_many_pixels()) from bomb
        except Exception as fault:  # decoders raise whatever they like
            raise self.refuse(f"not a picture in {self._known()}") from fault
        if picture.width * picture.height > self.max_pixels:
            picture.close()
            raise self.refuse(self._too_many_pixels())
        return picture

    def picture(self) -> "Picture":
        """The picture decoded and upright, ready to be worked on."""
        from PIL import ImageOps

        with self.header() as picture:
            try:
                picture.load()
                return ImageOps.exif_transpose(picture)
            except Exception as fault:  # decoders raise whatever they like
                raise self.refuse(f"a broken picture ({fault})") from fault

    def mean(self) -> tuple[float, ...]:
        """The mean red, green and blue, each from 0 to 255."""
        from PIL import ImageStat

        return tuple(ImageStat.Stat(self.picture().convert("RGB")).mean)

    def _too_many_pixels(self) -> str:
        return f"has more than {self.max_pixels / 1_000_000:g} megapixels"

    def _known(self) -> str:
        return " or ".join(sorted(PICTURES.values()))
