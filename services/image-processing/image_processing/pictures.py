"""Pictures to and from files: modes that a format can hold, encoding options."""

import mimetypes
from collections.abc import Mapping

import numpy as np
from PIL import Image as pillow
from PIL.Image import Image as Picture
from service_sdk import BadInput, Image
from service_sdk.fields import PICTURES

MODES = {
    "image/jpeg": ("L", "RGB"),
    "image/png": ("L", "LA", "RGB", "RGBA"),
    "image/webp": ("RGB", "RGBA"),
    "image/gif": ("L", "RGB", "RGBA"),
    "image/bmp": ("L", "RGB"),
    "image/tiff": ("L", "LA", "RGB", "RGBA"),
}
TRANSPARENT = ("LA", "RGBA")
QUALITY = {"image/jpeg": 92, "image/webp": 90}


def plain(picture: Picture) -> Picture:
    """The picture as grey or RGB, with alpha if it has any: 8 bits a channel."""
    if picture.mode in ("L", "LA", "RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I;16"):
        return pillow.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in ("1", "I", "F"):
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def fit(picture: Picture, media_type: str) -> Picture:
    """The picture in a mode that the format holds; alpha lost becomes white."""
    picture = plain(picture)
    modes = MODES[media_type]
    if picture.mode in modes:
        return picture
    if picture.mode in TRANSPARENT and "RGBA" not in modes:
        below = pillow.new("RGBA", picture.size, "white")
        return pillow.alpha_composite(below, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGBA" if picture.mode in TRANSPARENT else "RGB")


def encode(picture: Picture, media_type: str, quality: int | None = None) -> Image:
    """The picture as a file of that format, its colour profile kept."""
    how: dict[str, object] = {}
    if media_type in QUALITY:
        how["quality"] = quality or QUALITY[media_type]
    fitted = fit(picture, media_type)
    profile = picture.info.get("icc_profile")
    if profile and picture.mode == fitted.mode:
        how["icc_profile"] = profile
    try:
        return Image.of(fitted, media_type, **how)
    except (OSError, ValueError) as fault:
        short = media_type.removeprefix("image/")
        raise BadInput.of("image", f"cannot be written as {short}: {fault}") from None


def media_type_of(image: Image) -> str:
    """The format that the content has, whatever its sender called it."""
    with image.header() as header:
        return known_format(header.format or "")


def known_format(name: str) -> str:
    """The media type that is meant.

    >>> [known_format(name) for name in ("image/jpeg", ".JPG", "png", "Webp")]
    ['image/jpeg', 'image/jpeg', 'image/png', 'image/webp']
    """
    name = name.strip().lower().removeprefix(".")
    guess = mimetypes.guess_type(f"x.{name}")[0]
    others: Mapping[str, str] = {"image/jpg": "image/jpeg", "webp": "image/webp"}
    for media_type in (name, guess, others.get(name), f"image/{name}"):
        if media_type in PICTURES:
            return media_type
    offered = ", ".join(sorted(PICTURES))
    raise BadInput.of("format", f"{name!r} is not offered; there are {offered}")
