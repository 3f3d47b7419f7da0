"""Pictures for models that can see."""

from collections.abc import Iterable, Sequence

from ollama import AsyncClient
from PIL.Image import Image as Picture
from service_sdk import Image

from llm.errors import blind_model

JPEG_QUALITY = 90  # of 100

# All pictures of a request may have so many times the pixels of the largest one that is
# accepted: eight photos of a telephone fit.
MAX_PICTURES = 2
MEGA = 1_000_000


def given_pictures(image: Image | None, encoded: Sequence[bytes] | None) -> list[Image]:
    """The file and the pictures in base64, in this order."""
    given = [Image(content, field="images") for content in encoded or ()]
    if image:
        given.insert(0, image)
    return given


def check_pixels(pictures: Iterable[Image]) -> None:
    """Raise `BadInput` if all pictures of a request are together too large.

    A few kilobytes can hold a picture of the largest size, and a conversation can hold
    thousands of them.
    """
    pixels = 0
    for picture in pictures:
        with picture.header() as header:
            pixels += header.width * header.height

        if pixels > MAX_PICTURES * picture.max_pixels:
            megapixels = MAX_PICTURES * picture.max_pixels / MEGA
            raise picture.refuse(
                f"all pictures have together more than {megapixels:g} megapixels "
                f"({MAX_PICTURES} x MAX_MEGAPIXELS): send fewer or smaller ones"
            )


def as_jpegs(pictures: Iterable[Image]) -> list[bytes]:
    """All pictures, upright, as JPEG; raises `BadInput` for what is not a picture.

    They are passed on as bytes: a text the client would take for the name of a file,
    and open that file.
    """
    # One after the other: decoded, all of them may not fit into memory.
    return [_jpeg(picture.rgb()) for picture in pictures]


def _jpeg(picture: Picture) -> bytes:
    return Image.of(picture, "image/jpeg", quality=JPEG_QUALITY).read()


async def check_sight(client: AsyncClient, model: str, pictures: list[bytes]) -> None:
    """Raises `BadInput` if there are pictures and the model cannot see.

    Ollama itself accepts such a request and ignores the pictures.
    """
    if not pictures:
        return

    shown = await client.show(model)
    if shown.capabilities is not None and "vision" not in shown.capabilities:
        raise blind_model(model)
