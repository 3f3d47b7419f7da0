"""Pictures made for the tests."""

from PIL import Image as pillow
from service_sdk import Image


def red_dot() -> Image:
    return Image.of(pillow.new("RGB", (1, 1), "red"))
