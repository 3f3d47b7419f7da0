"""The type of parameters and results that are pictures."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from service_sdk.fields import File
from service_sdk.pictures.formats import FORMATS

# Pillow is imported where it is used: services without pictures work without it.
if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFile import ImageFile


@dataclass(frozen=True)
class Image(File):
    """A picture: a file that holds one, which its sender says or its content shows."""

    media_types: ClassVar[tuple[str, ...]] = tuple(FORMATS)

    @classmethod
    def of(cls, picture: "Picture", media_type: str = "image/png", **how: Any) -> Self:
        """Encode a Pillow picture; `how` goes to Pillow's `save`."""
        encoded = io.BytesIO()
        picture.save(encoded, FORMATS[media_type], **how)
        return cls(encoded.getvalue(), media_type)

    def header(self) -> "ImageFile":
        """The picture with only its header read; the caller closes it.

        Refused here: a file that is not a picture or holds several of them, and a
        picture that would need too much memory.
        """
        from service_sdk.pictures.opening import opened

        return opened(self)

    def picture(self) -> "Picture":
        """The picture decoded, upright, with 8 bits a channel, ready to be worked on.

        Its mode is L, LA, RGB or RGBA, whatever the file holds; a colour that the file
        declares to be transparent has an alpha of 0. What cannot be understood is
        refused.
        """
        from service_sdk.pictures.opening import decoded

        return decoded(self)

    def rgb(self) -> "Picture":
        """The picture in RGB as people see it: what is transparent shows white."""
        from service_sdk.pictures.shades import on_white

        return on_white(self.picture())

    def format(self) -> str:
        """The media type of the content, whatever its sender called it."""
        from service_sdk.pictures.opening import media_type

        with self.header() as picture:
            return media_type(picture)

    def has_more(self) -> bool:
        """Whether more than the picture is in the file: previews, depth maps, a film.

        Such a file must not be given back as a result: only the picture was worked on.
        """
        from service_sdk.pictures.opening import has_more

        return has_more(self)

    def mean(self) -> tuple[float, ...]:
        """The mean red, green and blue, each from 0 to 255."""
        from PIL import ImageStat

        return tuple(ImageStat.Stat(self.rgb()).mean)
