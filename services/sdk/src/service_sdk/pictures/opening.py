"""Opens the file of a picture: one picture that can be understood, or a refusal.

A service works on one picture, upright, with 8 bits a channel. What holds several is
refused, since work on the first would look like work on all of them. What is no format
of ours, damaged, or too large is refused with the reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from warnings import catch_warnings, filterwarnings

from PIL import Image as pillow
from PIL import PngImagePlugin, UnidentifiedImageError
from PIL.Image import Image as Picture
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from service_sdk.fields import File
from service_sdk.pictures import jpeg
from service_sdk.pictures.formats import FORMATS, MEDIA_TYPES, PHOTO_WITH_MORE
from service_sdk.pictures.samples import understood
from service_sdk.pictures.shades import without_hidden_colours
from service_sdk.settings import MEGA

BOMBS = (pillow.DecompressionBombError, pillow.DecompressionBombWarning)

# Programs that make pictures keep their whole document in such a chunk. Pillow reads
# 1 MB of each; all of them together still have its limit of 64 MB.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY

PREFIX_BYTES = 16
"""Of a file: by these Pillow knows its format."""

# The names of chunks of a PNG; behind each stands a checksum.
PNG_FRAME = b"fdAT"
PNG_END = b"IEND"
CHECKSUM_BYTES = 4

# A tag of TIFF that says what a page is for, and its bits.
SUBFILE_TYPE = 254
IS_PREVIEW = 1
IS_MASK = 4
MAX_PREVIEWS = 20
"""Each has half the size of the one before."""

LIKE_ANYTHING = ("CUR", "PCX", "SPIDER")
"""The formats that Pillow knows by so few bytes that others begin with them too."""

# What describes the colours of these is wrong for RGB.
MODES_OF_OTHER_COLOURS = ("CMYK", "YCbCr", "LAB", "HSV")


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Pillow warns of damaged metadata, which do not matter here."""
    with catch_warnings():
        filterwarnings("ignore", module=r"PIL\.", category=UserWarning)
        yield


@_without_warnings()
def opened(image: File) -> ImageFile:
    """The picture with only its header read; the caller closes it."""
    with image.open() as stream:
        prefix = stream.read(PREFIX_BYTES)
    if not prefix:
        raise image.refuse("the file is empty")

    picture = _identified(image, prefix)
    try:
        _check(image, picture)
    except BaseException:
        picture.close()
        raise
    return picture


@_without_warnings()
def decoded(image: File) -> Picture:
    """The picture upright, in one of the modes L, LA, RGB and RGBA.

    Besides pixels it has its colour profile, if that still describes them.
    """
    with opened(image) as picture:
        mode = picture.mode
        try:
            whole = understood(picture, again=lambda: opened(image))
        except Exception as fault:
            # A decoder may raise any exception on a file that is damaged.
            raise image.refuse(f"a broken picture ({_words(fault)})") from fault

    profile = whole.info.get("icc_profile")
    # What was opened would bring the other contents of the file along.
    bare = whole.copy() if isinstance(whole, ImageFile) else whole
    bare.info = {}
    if profile and mode not in MODES_OF_OTHER_COLOURS:
        bare.info["icc_profile"] = profile
    return without_hidden_colours(bare)


def media_type(picture: Picture) -> str:
    """The format that an opened picture really has."""
    return MEDIA_TYPES[picture.format or ""]


def has_more(image: File) -> bool:
    """Whether the file holds more than the picture: it must not be passed on."""
    with opened(image) as picture:
        kind = media_type(picture)
        if getattr(picture, "is_animated", False):
            return True

    content = image.read()
    match kind:
        case "image/jpeg":
            return jpeg.has_more_behind(content)
        case "image/png":
            return _has_more_in_png(content)
    return False


def _has_more_in_png(content: bytes) -> bool:
    """Whether it has frames that it does not announce, or more behind its end."""
    _, _, behind = content.rpartition(PNG_END)
    return PNG_FRAME in content or len(behind) > CHECKSUM_BYTES


def too_many_pixels(image: File) -> str:
    """What is said of a picture above the limit."""
    return f"has more than {image.max_pixels / MEGA:g} megapixels (MAX_MEGAPIXELS)"


def _identified(image: File, prefix: bytes) -> ImageFile:
    source = image.content if isinstance(image.content, Path) else image.open()
    try:
        return pillow.open(source, formats=list(FORMATS.values()))
    except BOMBS as bomb:
        raise image.refuse(too_many_pixels(image)) from bomb
    except UnidentifiedImageError as fault:
        raise image.refuse(_why_not(image, prefix)) from fault
    except Exception as fault:
        # A decoder may raise any exception on bytes that are not its format.
        raise image.refuse(f"a broken picture ({_words(fault)})") from fault


def _why_not(image: File, prefix: bytes) -> str:
    """Why no decoder takes the file; Pillow itself does not say it."""
    for name in FORMATS.values():
        if _begins_like(name, prefix):
            cause = _cause(image, name)
            return f"a {name} that cannot be read ({cause}): save it as PNG or JPEG"

    pillow.init()
    others = (name for name in pillow.OPEN if name not in LIKE_ANYTHING)
    other = next((name for name in others if _begins_like(name, prefix)), None)
    found = f"; it looks like {other}" if other else ""
    return f"not a picture in {_formats()}{found}"


def _begins_like(name: str, prefix: bytes) -> bool:
    _, accept = pillow.OPEN[name]
    try:
        return accept is not None and accept(prefix) is True
    except Exception:
        # Some look at more bytes than there are.
        return False


def _cause(image: File, name: str) -> str:
    make, _ = pillow.OPEN[name]
    with image.open() as stream:
        try:
            make(stream, "")
        except Exception as fault:
            # A decoder may raise any exception on a file that is damaged.
            return _words(fault)
    return "for an unknown reason"


def _check(image: File, picture: ImageFile) -> None:
    """Refuse what is too large, or more than one picture."""
    # Checked before the pixels are decoded: a small file can hold a huge picture.
    if picture.width * picture.height > image.max_pixels:
        raise image.refuse(too_many_pixels(image))

    with image.open() as stream:
        if jpeg.has_too_many_scans(stream):
            raise image.refuse(f"a JPEG of more than {jpeg.MAX_SCANS} scans")

    if picture.format != PHOTO_WITH_MORE and _is_several(image, picture):
        what = "pages" if picture.format == "TIFF" else "frames of an animation"
        raise image.refuse(
            f"the {picture.format} holds several pictures ({what}), and only one can "
            "be worked on: send each as a file of its own"
        )

    if _subfile_type(picture) & IS_PREVIEW:
        raise image.refuse(
            "the picture at the beginning of this TIFF is only a preview (of a raw "
            "photo, for example): save the picture as a TIFF, JPEG or PNG of its own"
        )


def _is_several(image: File, picture: ImageFile) -> bool:
    try:
        is_several = bool(getattr(picture, "is_animated", False))
        return is_several and not _has_only_previews(picture)
    except Exception as fault:
        # To know it, the decoder reads on, and may raise any exception.
        raise image.refuse(f"a broken picture ({_words(fault)})") from fault


def _has_only_previews(picture: ImageFile) -> bool:
    """Whether all pages of a TIFF but the first are smaller copies of it, or masks."""
    if not isinstance(picture, TiffImageFile):
        return False

    try:
        for page in range(1, MAX_PREVIEWS):
            picture.seek(page)
            if not _subfile_type(picture) & (IS_PREVIEW | IS_MASK):
                return False
    except EOFError:
        return True
    finally:
        picture.seek(0)
    return False


def _subfile_type(picture: ImageFile) -> int:
    kind = getattr(picture, "tag_v2", {}).get(SUBFILE_TYPE, 0)
    return kind if isinstance(kind, int) else 0


def _words(fault: Exception) -> str:
    return str(fault) or type(fault).__name__


def _formats() -> str:
    return " or ".join(sorted(FORMATS.values()))
