"""Writes pictures as files: which modes a format can hold, and how it is encoded."""

import mimetypes

import numpy as np
from PIL import Image as pillow
from PIL.Image import Image as Picture
from service_sdk import BadInput, Image

# The modes of Pillow that each format can hold.
MODES = {
    "image/jpeg": ("L", "RGB"),
    "image/png": ("L", "LA", "RGB", "RGBA"),
    "image/webp": ("RGB", "RGBA"),
    "image/gif": ("L", "RGB", "RGBA"),
    "image/bmp": ("L", "RGB"),
    "image/tiff": ("L", "LA", "RGB", "RGBA"),
}
PLAIN_MODES = ("L", "LA", "RGB", "RGBA")
MODES_WITH_ALPHA = ("LA", "RGBA")

# Of 100. Pillow's own defaults, 75 and 80, lose more.
DEFAULT_QUALITY = {"image/jpeg": 92, "image/webp": 90}

# Short names that the list of media types does not know everywhere.
OTHER_NAMES = {"image/jpg": "image/jpeg", "webp": "image/webp"}


def plain(picture: Picture) -> Picture:
    """The picture in grey or RGB, 8 bits a channel, with alpha if it has any."""
    if picture.mode in PLAIN_MODES:
        return picture

    if picture.mode.startswith("I;16"):
        # Pillow's own conversion would clip the shades: nearly all become white.
        upper_bytes = np.asarray(picture) >> 8
        return pillow.fromarray(upper_bytes.astype(np.uint8))

    if picture.mode in ("1", "I", "F"):
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def fit(picture: Picture, media_type: str) -> Picture:
    """The picture in a mode that the format holds; an alpha it lacks becomes white."""
    picture = plain(picture)
    modes = MODES[media_type]
    if picture.mode in modes:
        return picture

    has_alpha = picture.mode in MODES_WITH_ALPHA
    if has_alpha and "RGBA" not in modes:
        ground = pillow.new("RGBA", picture.size, "white")
        return pillow.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGBA" if has_alpha else "RGB")


def encode(picture: Picture, media_type: str, quality: int | None = None) -> Image:
    """The picture as a file of that format, with its colour profile."""
    fitted = fit(picture, media_type)

    options: dict[str, object] = {}
    if media_type in DEFAULT_QUALITY:
        options["quality"] = quality or DEFAULT_QUALITY[media_type]

    # A profile describes the channels of one mode, and would be wrong for another.
    profile = picture.info.get("icc_profile")
    if profile and picture.mode == fitted.mode:
        options["icc_profile"] = profile

    try:
        return Image.of(fitted, media_type, **options)
    except (OSError, ValueError) as fault:
        format_name = media_type.removeprefix("image/")
        message = f"cannot be written as {format_name}: {fault}"
        raise BadInput.of("image", message) from None


def media_type_of(image: Image) -> str:
    """The format that the content really has, whatever its sender called it."""
    with image.header() as header:
        return known_format(header.format or "")


def known_format(name: str) -> str:
    """The media type of a format; raises `BadInput` for one that is not offered.

    >>> [known_format(name) for name in ("image/jpeg", ".JPG", "png", "Webp")]
    ['image/jpeg', 'image/jpeg', 'image/png', 'image/webp']
    """
    name = name.strip().lower().removeprefix(".")
    guess, _ = mimetypes.guess_type(f"x.{name}")

    for media_type in (name, guess, OTHER_NAMES.get(name), f"image/{name}"):
        if media_type in Image.media_types:
            return media_type

    offered = ", ".join(sorted(Image.media_types))
    raise BadInput.of("format", f"{name!r} is not offered; choose one of {offered}")
