"""The operations: each takes a file `image`, and values as announced."""

from typing import Annotated, cast

from PIL import ImageFilter, ImageOps
from PIL.Image import Image as Picture
from PIL.Image import Resampling
from pydantic import ConfigDict, Field, with_config
from service_sdk import BadInput, Image, Service
from service_sdk.pictures.opening import media_type as media_type_of
from typing_extensions import TypedDict

from image_processing.areas import (
    Area,
    Areas,
    Box,
    check_boxes,
    check_profiles,
    clamp,
)
from image_processing.metadata import exif_of
from image_processing.pictures import (
    encode,
    known_format,
)

service = Service("image-processing", summary="Everyday operations on pictures")

# A blurred area keeps so many cells across and down: too few to recognise a face.
BLUR_CELLS = 6

# The longest side that libjpeg writes (JPEG_MAX_DIMENSION).
MAX_SIDE_PIXELS = 65_500

_OTHER_FORMATS = [one for one in Image.media_types if one != "image/jpeg"]

Side = Annotated[int, Field(ge=1, le=MAX_SIDE_PIXELS)]


@service.operation(route="image-blur", summary="Blur areas of a picture")
def image_blur(image: Image, areas: Areas | None = None) -> Image:
    """Blur each area [x1, y1, x2, y2], so that nobody can be recognised in it.

    What lies outside the picture is cut off, and empty areas are ignored. Without
    areas the file comes back unchanged, unless it holds more than the picture.

    Args:
        image: The picture to blur.
        areas: The areas [x1, y1, x2, y2] in pixels of the upright picture, as
            face-detect gives them.

    Returns:
        The picture in its own format.
    """
    picture = image.picture()
    clamped = [clamp(area, picture.size) for area in areas or []]
    boxes = [box for box in clamped if box]
    if not boxes and not image.has_more():
        return image

    check_boxes(boxes, image)
    for box in boxes:
        picture.paste(_blur(picture.crop(box)), box)
    return encode(picture, image.format())


def _blur(piece: Picture) -> Picture:
    """The piece reduced to a few cells, then smoothed: it cannot be restored."""
    width, height = piece.size
    few_cells = (min(width, BLUR_CELLS), min(height, BLUR_CELLS))

    coarse = piece.resize(few_cells, Resampling.BOX)
    smooth = coarse.resize(piece.size, Resampling.BICUBIC)

    # The radius is half a cell: the cells themselves cannot be seen any more.
    radius = max(piece.size) / (2 * BLUR_CELLS)
    return smooth.filter(ImageFilter.GaussianBlur(radius))


@service.operation(route="image-crop", summary="Cut areas out of a picture")
def image_crop(image: Image, areas: Areas) -> Image | list[Image]:
    """Cut out each area [x1, y1, x2, y2]; what lies outside the picture is cut off.

    One area gives `result`, several give `result0`, `result1` and so on.

    Args:
        image: The picture to cut pieces out of.
        areas: The pieces [x1, y1, x2, y2] in pixels of the upright picture; at least
            one.

    Returns:
        The pieces in the format of the picture.
    """
    picture = image.picture()
    media_type = image.format()
    if not areas:
        raise BadInput.of("areas", "empty; send at least one area to cut out")

    # All are checked before the first is cut out.
    boxes = [_inside(area, number, picture) for number, area in enumerate(areas)]
    check_boxes(boxes, image)
    check_profiles(boxes, picture.info.get("icc_profile") or b"")
    cuts = [encode(picture.crop(box), media_type) for box in boxes]

    return cuts[0] if len(cuts) == 1 else cuts


def _inside(area: Area, number: int, picture: Picture) -> Box:
    box = clamp(area, picture.size)
    if box:
        return box

    size = f"{picture.width} x {picture.height}"
    message = f"{list(area)} has no pixel in the picture of {size} pixels"
    raise BadInput.of(f"areas.{number}", message)


@service.operation(
    route="image-convert", summary="Convert a picture to another format", part="format"
)
def image_convert(
    image: Image,
    format: Annotated[str, Field(examples=["image/jpeg", *_OTHER_FORMATS])],
    quality: Annotated[int | None, Field(ge=1, le=100, examples=[90])] = None,
) -> Image:
    """Write the picture as JPEG, PNG, WebP, GIF, BMP or TIFF.

    If the format has no transparency, the ground becomes white.

    Args:
        image: The picture to convert.
        format: What it becomes: a media type or a short name (`image/jpeg`, `jpg`).
        quality: From 1 to 100, for JPEG (92 if not given) and WebP (90).

    Returns:
        The picture in the new format.
    """
    return encode(image.picture(), known_format(format), quality)


@with_config(ConfigDict(extra="allow"))
class Analysis(TypedDict):
    """What is known of a picture. Its EXIF entries come under their own names."""

    format: str
    """Its media type, from the content."""

    width: int
    """In pixels, upright."""

    height: int
    """In pixels, upright."""


@service.operation(route="image-analyze", summary="Format, size and EXIF of a picture")
def image_analyze(image: Image) -> Analysis:
    """`format` (media type), `width`, `height` (upright), and EXIF by name.

    Args:
        image: The picture to look at.
    """
    upright = image.picture()
    with image.header() as header:
        exif = exif_of(header)
        media_type = media_type_of(header)

    # Last, so that no EXIF entry can take their place.
    found = {
        **exif,
        "format": media_type,
        "width": upright.width,
        "height": upright.height,
    }
    return cast(Analysis, found)


@service.operation(route="image-greyscale", summary="Take the colours out of a picture")
def image_greyscale(image: Image) -> Image:
    """The picture in shades of grey, in its own format; transparency stays.

    Args:
        image: The picture whose colours go.

    Returns:
        The picture in shades of grey.
    """
    picture = image.picture()
    picture.info.pop("icc_profile", None)  # it describes colours

    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    grey = ImageOps.grayscale(picture)
    if alpha:
        grey.putalpha(alpha)
    return encode(grey, image.format())


@service.operation(
    route="image-resize", summary="Make a picture larger or smaller", part="settings"
)
def image_resize(
    image: Image,
    width: Annotated[Side | None, Field(examples=[320])] = None,
    height: Annotated[Side | None, Field(examples=[240])] = None,
    with_ratio: Annotated[bool, Field(alias="withRatio")] = True,
    scale_percent: Annotated[float | None, Field(gt=0, le=10_000)] = None,
) -> Image:
    """Scale to `width` and `height` in pixels, or by `scale_percent`.

    With `withRatio` (the default) the proportions stay: the picture fits into the
    given size. Without it, a side that is not given keeps its length.

    Args:
        image: The picture to scale.
        width: The new width in pixels.
        height: The new height in pixels.
        with_ratio: Keep the proportions: the picture fits into the given size.
        scale_percent: The new size in percent of the old one, in place of width and
            height.

    Returns:
        The scaled picture in its own format.
    """
    picture = image.picture()

    if scale_percent is not None:
        size = _scaled(picture, scale_percent / 100)
    elif width is None and height is None:
        raise BadInput.of("settings", "give width, height or scale_percent")
    elif with_ratio:
        size = _scaled(picture, _factor_to_fit(picture, width, height))
    else:
        size = (width or picture.width, height or picture.height)

    # Checked before the pixels are made: they would not fit into memory.
    if size[0] * size[1] > image.max_pixels:
        message = f"{size[0]} x {size[1]} is more than {image.max_pixels} pixels"
        raise BadInput.of("settings", message)
    return encode(picture.resize(size, Resampling.LANCZOS), image.format())


def _factor_to_fit(picture: Picture, width: int | None, height: int | None) -> float:
    """The largest factor with which the picture fits into the given sides."""
    factors = []
    if width:
        factors.append(width / picture.width)
    if height:
        factors.append(height / picture.height)
    return min(factors)


def _scaled(picture: Picture, factor: float) -> tuple[int, int]:
    width = max(1, round(picture.width * factor))
    height = max(1, round(picture.height * factor))
    return width, height
