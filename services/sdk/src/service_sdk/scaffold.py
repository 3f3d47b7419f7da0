"""Makes a new service that runs and is tested: `python -m service_sdk.scaffold x`."""

import keyword
import re
import sys
from pathlib import Path
from string import Template

from service_sdk.errors import ServiceError

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

MODULE = Template('''\
"""$title, offered as a service."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from service_sdk import BadInput, Image, Service

service = Service("$name", summary="$title")


@dataclass
class Shade:
    """A colour; each channel from 0 to 255."""

    red: float
    green: float
    blue: float


@service.operation(route="$name", summary="Mean colour of a picture")
def mean_shade(
    image: Image,
    gain: Annotated[float, Field(ge=0, le=10)] = 1.0,
) -> Shade:
    """The mean colour, each channel multiplied by `gain`."""
    shade = Shade(*(gain * channel for channel in image.mean()))
    if max(shade.red, shade.green, shade.blue) > 255:
        raise BadInput.of("gain", "makes this picture brighter than white")
    return shade


app = service.app
''')

TEST = Template('''\
"""The function on a picture, and its contract with the engine."""

import pytest
$imports

RED = Image.of(pillow.new("RGB", (4, 3), "red"))


def test_a_red_picture_is_red() -> None:
    assert mean_shade(RED) == Shade(255, 0, 0)


def test_more_than_white_is_refused() -> None:
    with pytest.raises(BadInput, match="gain: "):
        mean_shade(RED, gain=2)


def test_the_contract() -> None:
    with Kit(app) as kit:
        announcement = kit.announcement("$name")
        reply = kit.call("$name", image=RED, gain=0.5)
        wrong = kit.call("$name", image=b"no picture")

    assert announcement["api"]["body"] == ["image", "gain"]
    assert reply.typed == {"red": 127.5, "green": 0, "blue": 0}
    assert wrong.error and wrong.error.startswith("image: ")
''')

TEST_IMPORTS = (
    "from PIL import Image as pillow",
    "from service_sdk import BadInput, Image",
    "from service_sdk.testing import Kit",
)

README = Template("""\
# $title

One operation, `$name`: the mean colour of a picture. Replace it by your own in
`$module.py`; the signature of the function is what the engine is told.

| | |
|---|---|
| Input | `image`: PNG, JPEG, WebP, GIF, BMP or TIFF; `gain` (number, 1 by default) |
| Output | `red`, `green`, `blue`: numbers from 0 to 255 |
| Limits | 50 megapixels (`MAX_MEGAPIXELS`), 256 MB (`MAX_BODY_MB`) |
| Model | none |

    cd services/$name
    export PORT=9000 ENGINE_URL=http://127.0.0.1:8000
    ../../.venv/bin/python -m service_sdk $module

`ENGINE_URL` left out, it works alone: see http://127.0.0.1:9000/docs. Its tests:
`.venv/bin/pytest services/$name`.
""")


class CannotMake(ServiceError):
    """The service is not made; the message says why."""


def make_service(name: str, services: Path) -> Path:
    """Write the folder of the service; an existing one is never touched."""
    module = name.replace("-", "_")
    if not NAME.fullmatch(name) or keyword.iskeyword(module):
        raise CannotMake(
            f"{name!r} is no name for a service: small letters, digits and single "
            "hyphens, a letter first, like colour-of-eyes"
        )
    if module in sys.stdlib_module_names or module in ("service_sdk", "sdk"):
        raise CannotMake(f"{name!r} is the name of a Python module; choose another")
    folder = services / name
    if not services.is_dir():
        raise CannotMake(f"there is no folder {services}; run this where it is")
    if folder.exists():
        raise CannotMake(f"{folder} exists already; it stays as it is")
    imports = [f"from {module} import Shade, app, mean_shade", *TEST_IMPORTS]
    words = {
        "imports": "\n".join(sorted(imports, key=str.lower)),
        "name": name,
        "module": module,
        "title": name.replace("-", " ").capitalize(),
    }
    (folder / "tests").mkdir(parents=True)
    (folder / f"{module}.py").write_text(MODULE.substitute(words))
    (folder / "tests" / f"test_{module}.py").write_text(TEST.substitute(words))
    (folder / "README.md").write_text(README.substitute(words))
    return folder


def main(arguments: list[str]) -> None:
    """Make the service that the only argument names, in `services/` here."""
    if len(arguments) != 1:
        sys.exit("usage: python -m service_sdk.scaffold <name>")
    try:
        folder = make_service(arguments[0], Path("services"))
    except CannotMake as fault:
        sys.exit(str(fault))
    print(f"made {folder}: its README.md says how to run and test it")


if __name__ == "__main__":
    main(sys.argv[1:])
