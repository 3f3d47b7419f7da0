"""Writes pictures as files: which modes a format can hold, and how it is encoded."""

import mimetypes

from PIL.Image import Image as Picture
from service_sdk import BadInput, Image
from service_sdk.pictures.shades import MODES_WITH_ALPHA, on_white

# The modes of Pillow that each format can hold.
MODES = {
    "image/jpeg": ("L", "RGB"),
    "image/png": ("L", "LA", "RGB", "RGBA"),
    "image/webp": ("RGB", "RGBA"),
    "image/gif": ("L", "RGB", "RGBA"),
    "image/bmp": ("L", "RGB"),
    "image/tiff": ("L", "LA", "RGB", "RGBA"),
}
# The formats whose pixels are transparent or not, with nothing in between.
ALL_OR_NOTHING = ("image/gif",)
CLEAR = 0
OPAQUE = 255

# Of 100. Pillow's own defaults, 75 and 80, lose more.
DEFAULT_QUALITY = {"image/jpeg": 92, "image/webp": 90}

# What a TIFF was compressed with may hold only black and white (fax), or lose more of
# the picture each time (JPEG).
LOSSLESS = {"image/tiff": "tiff_adobe_deflate"}

# Short names that the list of media types does not know everywhere.
OTHER_NAMES = {"image/jpg": "image/jpeg", "webp": "image/webp"}


def fit(picture: Picture, media_type: str) -> Picture:
    """The picture in a mode that the format holds; an alpha it lacks becomes white."""
    modes = MODES[media_type]
    has_alpha = picture.mode in MODES_WITH_ALPHA
    if has_alpha and media_type in ALL_OR_NOTHING:
        return _opaque_or_clear(picture)

    if picture.mode in modes:
        return picture
    if has_alpha and "RGBA" not in modes:
        return on_white(picture)
    return picture.convert("RGBA" if has_alpha else "RGB")


def _opaque_or_clear(picture: Picture) -> Picture:
    """What is transparent in part becomes what it looks like on white."""
    alpha = picture.getchannel("A").point([CLEAR] + [OPAQUE] * OPAQUE)
    whole = on_white(picture)
    whole.putalpha(alpha)
    return whole


def encode(picture: Picture, media_type: str, quality: int | None = None) -> Image:
    """The picture as a file of that format, with its colour profile."""
    fitted = fit(picture, media_type)

    options: dict[str, object] = {}
    if media_type in DEFAULT_QUALITY:
        options["quality"] = quality or DEFAULT_QUALITY[media_type]

    if media_type in LOSSLESS:
        options["compression"] = LOSSLESS[media_type]

    # A profile describes grey or colours, and would be wrong for the other.
    profile = picture.info.get("icc_profile")
    if profile and picture.mode.strip("A") == fitted.mode.strip("A"):
        options["icc_profile"] = profile

    try:
        return Image.of(fitted, media_type, **options)
    except (OSError, ValueError) as fault:
        format_name = media_type.removeprefix("image/")
        message = f"cannot be written as {format_name}: {fault}"
        raise BadInput.of("image", message) from None


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
