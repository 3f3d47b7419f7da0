"""Pictures for models that can see."""

from collections.abc import Sequence

from ollama import AsyncClient
from service_sdk import Image

from llm.errors import blind_model


def shown(image: Image | None, encoded: Sequence[bytes] | None) -> list[bytes]:
    """All pictures, upright, as JPEG; raises `BadInput` for what is none.

    Always bytes: of a text, the client would open the file of that name.
    """
    given = [Image(content, field="images") for content in encoded or ()]
    pictures = [one.picture().convert("RGB") for one in (image, *given) if one]
    jpegs = [Image.of(picture, "image/jpeg", quality=90) for picture in pictures]
    return [jpeg.read() for jpeg in jpegs]


async def check_sight(client: AsyncClient, model: str, pictures: list[bytes]) -> None:
    """Raises `BadInput` if the model would overlook the pictures, as Ollama lets it."""
    if pictures:
        abilities = (await client.show(model)).capabilities
        if abilities is not None and "vision" not in abilities:
            raise blind_model(model)
