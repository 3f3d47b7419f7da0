"""The operations: each takes a file `image` and typed values, as announced."""

from typing import Annotated

from PIL import ImageFilter, ImageOps
from PIL.Image import Image as Picture
from PIL.Image import Resampling
from pydantic import Field
from service_sdk import BadInput, Image, Service

from image_processing.areas import Area, Areas, Box, clamp
from image_processing.metadata import exif_by_name
from image_processing.pictures import (
    encode,
    known_format,
    media_type_of,
    plain,
)

service = Service("image-processing", summary="Everyday operations on pictures")

CELLS = 6  # what is left of a blurred area, across: too little to know a face by
Length = Annotated[int, Field(ge=1, le=65_500)]


@service.operation(route="image-blur", summary="Blur areas of a picture")
def image_blur(image: Image, areas: Areas | None = None) -> Image:
    """Blur each area [x1, y1, x2, y2] until nobody can be recognised in it.

    Areas are clamped to the picture, empty ones ignored. Without areas the
    picture comes back as it is.
    """
    picture = image.picture()
    boxes = [box for area in areas or [] if (box := clamp(area, picture.size))]
    if not boxes:
        return image
    blurred = plain(picture)
    for box in boxes:
        blurred.paste(_blur(blurred.crop(box)), box)
    return encode(blurred, media_type_of(image))


def _blur(piece: Picture) -> Picture:
    """The piece reduced to a few cells, then made smooth: nothing to restore."""
    few = tuple(min(side, CELLS) for side in piece.size)
    coarse = piece.resize((few[0], few[1]), Resampling.BOX)
    smooth = coarse.resize(piece.size, Resampling.BICUBIC)
    return smooth.filter(ImageFilter.GaussianBlur(max(piece.size) / (2 * CELLS)))


@service.operation(route="image-crop", summary="Cut areas out of a picture")
def image_crop(image: Image, areas: Areas) -> dict[str, Image]:
    """Cut out each area [x1, y1, x2, y2], clamped to the picture.

    One area gives `result`, several give `result0`, `result1` and so on.
    """
    picture = image.picture()
    media_type = media_type_of(image)
    if not areas:
        raise BadInput.of("areas", "empty; give at least one area to cut out")
    boxes = [_inside(area, n, picture) for n, area in enumerate(areas)]
    cuts = [encode(picture.crop(box), media_type) for box in boxes]
    if len(cuts) == 1:
        return {"result": cuts[0]}
    return {f"result{n}": cut for n, cut in enumerate(cuts)}


def _inside(area: Area, number: int, picture: Picture) -> Box:
    box = clamp(area, picture.size)
    if not box:
        size = f"{picture.width} x {picture.height}"
        message = f"{list(area)} has no pixel in the picture of {size}"
        raise BadInput.of(f"areas.{number}", message)
    return box


@service.operation(
    route="image-convert", summary="Convert a picture to another format", part="format"
)
def image_convert(
    image: Image,
    format: Annotated[str, Field(examples=["image/jpeg"])],
    quality: Annotated[int | None, Field(ge=1, le=100, examples=[90])] = None,
) -> Image:
    """Write the picture as JPEG, PNG, WebP, GIF, BMP or TIFF.

    `format` is a media type or a short name (`image/jpeg`, `jpg`). `quality`
    (1 to 100) counts for JPEG and WebP. Where the format knows no transparency,
    the ground is white.
    """
    return encode(image.picture(), known_format(format), quality)


@service.operation(route="image-analyze", summary="Format, size and EXIF of a picture")
def image_analyze(image: Image) -> dict[str, object]:
    """`format` (media type), `width`, `height` (upright), and EXIF by name."""
    upright = image.picture()
    with image.header() as header:
        exif = exif_by_name(header.getexif())
    size = {"width": upright.width, "height": upright.height}
    return {**exif, "format": media_type_of(image), **size}


@service.operation(route="image-greyscale", summary="Take the colours out of a picture")
def image_greyscale(image: Image) -> Image:
    """The picture in shades of grey, in its own format; transparency stays."""
    picture = plain(image.picture())
    picture.info.pop("icc_profile", None)  # it speaks of colours
    alpha = picture.getchannel("A") if "A" in picture.getbands() else None
    grey = ImageOps.grayscale(picture)
    if alpha:
        grey.putalpha(alpha)
    return encode(grey, media_type_of(image))


@service.operation(
    route="image-resize", summary="Make a picture larger or smaller", part="settings"
)
def image_resize(
    image: Image,
    width: Annotated[Length | None, Field(examples=[320])] = None,
    height: Annotated[Length | None, Field(examples=[240])] = None,
    with_ratio: Annotated[bool, Field(alias="withRatio")] = True,
    scale_percent: Annotated[float | None, Field(gt=0, le=10_000)] = None,
) -> Image:
    """Scale to `width` and `height` in pixels, or by `scale_percent`.

    With `withRatio` (the default) the proportions stay: the picture fits into
    the size given. Without it, a side not given keeps its length.
    """
    picture = plain(image.picture())
    if scale_percent is not None:
        size = _scaled(picture, scale_percent / 100)
    elif width is None and height is None:
        raise BadInput.of("settings", "give width, height or scale_percent")
    elif with_ratio:
        across = width / picture.width if width else float("inf")
        down = height / picture.height if height else float("inf")
        size = _scaled(picture, min(across, down))
    else:
        size = (width or picture.width, height or picture.height)
    if size[0] * size[1] > image.max_pixels:
        message = f"{size[0]} x {size[1]} is more than {image.max_pixels} pixels"
        raise BadInput.of("settings", message)
    return encode(picture.resize(size, Resampling.LANCZOS), media_type_of(image))


def _scaled(picture: Picture, factor: float) -> tuple[int, int]:
    return max(1, round(picture.width * factor)), max(1, round(picture.height * factor))
