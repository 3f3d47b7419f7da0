"""The pipeline blur-objects, in a real engine, with a network that sees colours."""

import io
from collections.abc import Iterator

import image_processing
import numpy as np
import object_detection
import pytest
from colour_yolo import colour_yolo
from object_detection.detector import DEFAULT_FILE
from PIL import Image as pillow
from real_engine import ROOT, Ended, RealEngine, started_engine
from service_sdk import Image

PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
HALF = 256  # pixels of the photo's sides
QUARTERS = {
    "upper left": (0, 0),
    "upper right": (0, HALF),
    "lower left": (HALF, 0),
    "lower right": (HALF, HALF),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    """With a detector that labels red, green and blue things: red, person and blue."""
    folder = tmp_path_factory.mktemp("engine")
    (folder / DEFAULT_FILE).write_bytes(
        colour_yolo("{0: 'red', 1: 'person', 2: 'blue'}")
    )
    apps = (image_processing.app, object_detection.app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODEL_DIR", str(folder))
        with started_engine(folder) as engine, engine.offering(*apps):
            yield engine


def tinted(red: str, green: str, blue: str) -> Image:
    """The photo, three of its quarters in a single colour, the fourth black."""
    with pillow.open(PHOTO) as photo:
        pixels = np.asarray(photo.convert("RGB"))
    brighter = pixels // 2 + 128
    kept = np.zeros_like(pixels)
    for colour, quarter in enumerate((red, green, blue)):
        y, x = QUARTERS[quarter]
        area = np.s_[y : y + HALF, x : x + HALF, colour]
        kept[area] = brighter[area]
    return Image.of(pillow.fromarray(kept))


def blurred_quarters(before: Image, ended: Ended) -> set[str]:
    """Where the picture was changed."""
    pixels = [
        np.asarray(pillow.open(io.BytesIO(content)).convert("RGB")).astype(int)
        for content in (before.read(), ended.files("blurred"))
    ]
    differs = np.abs(pixels[0] - pixels[1]).max(axis=2) > 20
    return {
        name
        for name, (y, x) in QUARTERS.items()
        if differs[y : y + HALF, x : x + HALF].any()
    }


@pytest.mark.parametrize(
    ("labels", "blurred"),
    [
        (["blue"], {"lower left"}),
        (["red", "blue"], {"upper left", "lower left"}),
        ("red, person", {"upper left", "upper right"}),
        (["car"], set()),
    ],
)
def test_things_with_the_labels_asked_for_are_blurred(
    engine: RealEngine, labels: list[str] | str, blurred: set[str]
) -> None:
    picture = tinted("upper left", "upper right", "lower left")

    ended = engine.run("blur-objects", image=picture, labels=labels)

    assert blurred_quarters(picture, ended) == blurred
    assert ended.outputs["seen"] == ["blue", "person", "red"]


def test_without_labels_persons_are_blurred(engine: RealEngine) -> None:
    picture = tinted("lower right", "lower left", "upper left")

    ended = engine.run("blur-objects", image=picture)

    assert blurred_quarters(picture, ended) == {"lower left"}


def test_a_picture_in_which_nothing_is_found_stays(engine: RealEngine) -> None:
    black = Image.of(pillow.new("RGB", (64, 64)))

    ended = engine.run("blur-objects", image=black, labels=["red"])

    assert ended.files("blurred") == black.read()
    assert ended.outputs["objects"] == ended.outputs["seen"] == []


def test_a_real_photo_runs_through(engine: RealEngine) -> None:
    ended = engine.run("blur-objects", image=PHOTO, labels=["red"])

    assert ended.status["status"] == "finished"
    assert pillow.open(io.BytesIO(ended.files("blurred"))).size == (512, 512)
