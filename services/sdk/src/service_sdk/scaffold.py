"""Makes a new service that runs and is tested: `python -m service_sdk.scaffold x`."""

import keyword
import re
import sys
from pathlib import Path
from string import Template

from service_sdk.errors import ServiceError
from service_sdk.scaffold_deployment import make_deployment

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

# "service_sdk" is the package that every service imports, "sdk" its folder.
TAKEN_MODULES = ("service_sdk", "sdk")

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
    """The mean colour, each channel multiplied by `gain`.

    Args:
        image: The picture; what is transparent counts as white.
        gain: Above 1 the colour is brighter, below 1 darker.
    """
    red, green, blue = image.mean()
    shade = Shade(gain * red, gain * green, gain * blue)

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
    shade = mean_shade(RED)

    assert shade == Shade(255, 0, 0)


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

One operation, `$name`: the mean colour of a picture. Replace it with your own in
`$module.py`: the signature of the function is what the engine is told.

| | |
|---|---|
| Input | `image`: PNG, JPEG, WebP, GIF, BMP or TIFF; `gain` (number, 1 by default) |
| Output | `red`, `green`, `blue`: numbers from 0 to 255 |
| Limits | 50 megapixels (`MAX_MEGAPIXELS`), 256 MB (`MAX_BODY_MB`) |
| Model | none |

    cd services/$name
    export PORT=9000 ENGINE_URL=http://127.0.0.1:8000
    ../../.venv/bin/python -m service_sdk $module

Without `ENGINE_URL` it works alone: see http://127.0.0.1:9000/docs. To run its tests:
`make install`, once, then `.venv/bin/pytest services/$name`.
""")


class CannotMake(ServiceError):
    """The service is not made; the message says why."""


def make_service(name: str, services: Path) -> Path:
    """Write the folder of the service; an existing folder is never touched."""
    module = name.replace("-", "_")
    folder = services / name
    _check(name, module, folder)

    words = {
        "imports": _imports(module),
        "name": name,
        "module": module,
        "title": name.replace("-", " ").capitalize(),
    }
    (folder / "tests").mkdir(parents=True)
    (folder / f"{module}.py").write_text(MODULE.substitute(words))
    (folder / "tests" / f"test_{module}.py").write_text(TEST.substitute(words))
    (folder / "README.md").write_text(README.substitute(words))
    make_deployment(name, folder)
    return folder


def _check(name: str, module: str, folder: Path) -> None:
    """Raise `CannotMake` if the name or the place cannot be used."""
    if not NAME.fullmatch(name) or keyword.iskeyword(module):
        raise CannotMake(
            f"{name!r} cannot be the name of a service: use lower-case letters, digits "
            "and single hyphens, and begin with a letter, as in colour-of-eyes"
        )
    if module in sys.stdlib_module_names or module in TAKEN_MODULES:
        raise CannotMake(
            f"{name!r} is the name of a Python module; choose another name"
        )
    if not folder.parent.is_dir():
        raise CannotMake(
            f"there is no folder {folder.parent} here; run this in the folder above it"
        )
    if folder.exists():
        raise CannotMake(f"{folder} exists already, so nothing was changed")


def _imports(module: str) -> str:
    """The imports of the test, in the order in which ruff sorts them."""
    imports = [f"from {module} import Shade, app, mean_shade", *TEST_IMPORTS]
    return "\n".join(sorted(imports, key=str.lower))


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
