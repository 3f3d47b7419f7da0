"""Pictures for models that can see."""

from collections.abc import Sequence

from ollama import AsyncClient
from PIL.Image import Image as Picture
from service_sdk import Image

from llm.errors import blind_model

JPEG_QUALITY = 90  # of 100


def as_jpegs(image: Image | None, encoded: Sequence[bytes] | None) -> list[bytes]:
    """All pictures, upright, as JPEG; raises `BadInput` for what is not a picture.

    They are passed on as bytes: a text the client would take for the name of a file,
    and open that file.
    """
    given = [Image(content, field="images") for content in encoded or ()]
    if image:
        given.insert(0, image)

    pictures = [one.picture().convert("RGB") for one in given]
    return [_jpeg(picture) for picture in pictures]


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
