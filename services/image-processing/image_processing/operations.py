"""The operations: each takes a file `image`, and values as announced."""

from typing import Annotated

from PIL import ImageFilter, ImageOps
from PIL.Image import Image as Picture
from PIL.Image import Resampling
from pydantic import Field
from service_sdk import BadInput, Image, Service

from image_processing.areas import (
    Area,
    Areas,
    Box,
    check_boxes,
    check_profiles,
    clamp,
)
from image_processing.metadata import exif_by_name
from image_processing.pictures import (
    encode,
    known_format,
    media_type_of,
    plain,
)

service = Service("image-processing", summary="Everyday operations on pictures")

# A blurred area keeps so many cells across and down: too few to recognise a face.
BLUR_CELLS = 6

# The longest side that libjpeg writes (JPEG_MAX_DIMENSION).
MAX_SIDE_PIXELS = 65_500

Side = Annotated[int, Field(ge=1, le=MAX_SIDE_PIXELS)]


@service.operation(route="image-blur", summary="Blur areas of a picture")
def image_blur(image: Image, areas: Areas | None = None) -> Image:
    """Blur each area [x1, y1, x2, y2], so that nobody can be recognised in it.

    What lies outside the picture is cut off, and empty areas are ignored. Without
    areas the picture comes back unchanged.
    """
    picture = image.picture()
    clamped = [clamp(area, picture.size) for area in areas or []]
    boxes = [box for box in clamped if box]
    if not boxes:
        return image

    check_boxes(boxes, image)
    blurred = plain(picture)
    for box in boxes:
        blurred.paste(_blur(blurred.crop(box)), box)
    return encode(blurred, media_type_of(image))


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
def image_crop(image: Image, areas: Areas) -> dict[str, Image]:
    """Cut out each area [x1, y1, x2, y2]; what lies outside the picture is cut off.

    One area gives `result`, several give `result0`, `result1` and so on.
    """
    picture = image.picture()
    media_type = media_type_of(image)
    if not areas:
        raise BadInput.of("areas", "empty; send at least one area to cut out")

    # All are checked before the first is cut out.
    boxes = [_inside(area, number, picture) for number, area in enumerate(areas)]
    check_boxes(boxes, image)
    check_profiles(boxes, picture.info.get("icc_profile") or b"")
    cuts = [encode(picture.crop(box), media_type) for box in boxes]

    if len(cuts) == 1:
        return {"result": cuts[0]}
    return {f"result{number}": cut for number, cut in enumerate(cuts)}


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
    format: Annotated[str, Field(examples=["image/jpeg"])],
    quality: Annotated[int | None, Field(ge=1, le=100, examples=[90])] = None,
) -> Image:
    """Write the picture as JPEG, PNG, WebP, GIF, BMP or TIFF.

    `format` is a media type or a short name (`image/jpeg`, `jpg`). `quality` (1 to
    100) is used for JPEG and WebP. If the format has no transparency, the ground
    becomes white.
    """
    return encode(image.picture(), known_format(format), quality)


@service.operation(route="image-analyze", summary="Format, size and EXIF of a picture")
def image_analyze(image: Image) -> dict[str, object]:
    """`format` (media type), `width`, `height` (upright), and EXIF by name."""
    upright = image.picture()
    with image.header() as header:
        exif = exif_by_name(header.getexif())

    # Last, so that no EXIF entry can take their place.
    return {
        **exif,
        "format": media_type_of(image),
        "width": upright.width,
        "height": upright.height,
    }


@service.operation(route="image-greyscale", summary="Take the colours out of a picture")
def image_greyscale(image: Image) -> Image:
    """The picture in shades of grey, in its own format; transparency stays."""
    picture = plain(image.picture())
    picture.info.pop("icc_profile", None)  # it describes colours

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
    width: Annotated[Side | None, Field(examples=[320])] = None,
    height: Annotated[Side | None, Field(examples=[240])] = None,
    with_ratio: Annotated[bool, Field(alias="withRatio")] = True,
    scale_percent: Annotated[float | None, Field(gt=0, le=10_000)] = None,
) -> Image:
    """Scale to `width` and `height` in pixels, or by `scale_percent`.

    With `withRatio` (the default) the proportions stay: the picture fits into the
    given size. Without it, a side that is not given keeps its length.
    """
    picture = plain(image.picture())

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
    return encode(picture.resize(size, Resampling.LANCZOS), media_type_of(image))


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
