"""face-blur in a real engine: in whatever file a face comes, it is blurred."""

import io
from collections.abc import Iterator

import face_detection
import image_processing
import numpy as np
import pytest
from odd_pictures import COLOUR_KINDS, GREY_KINDS, SEVERAL, written
from PIL import Image as pillow
from real_engine import ROOT, Ended, RealEngine, started_engine
from service_sdk import File

PHOTO = ROOT / "docs" / "pictures" / "astronaut.jpg"
KINDS = {**GREY_KINDS, **COLOUR_KINDS}
HER_EYES = np.s_[80:125, 195:255]  # rows, columns


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    folder = tmp_path_factory.mktemp("engine")
    apps = (face_detection.app, image_processing.app)
    with started_engine(folder) as engine, engine.offering(*apps):
        yield engine


def photograph() -> pillow.Image:
    with pillow.open(PHOTO) as picture:
        return picture.convert("RGB")


def blurred(engine: RealEngine, content: bytes, name: str = "x.png") -> Ended:
    # The route lists the types of ordinary photos. Anything may be inside.
    return engine.run("face-blur", image=File(content, "image/png", name))


def detail(picture: pillow.Image) -> float:
    """How much neighbouring pixels of her eyes differ."""
    shades = np.asarray(picture.convert("L")).astype(float)[HER_EYES]
    return float(np.abs(np.diff(shades, axis=0)).mean())


@pytest.mark.parametrize(
    "kind",
    [
        "16 bit PNG",
        "12 bit in a 16 bit PNG",
        "8 bit in a 16 bit RGB PNG",
        "16 bit TIFF, signed, big endian",
        "float TIFF, 0 to 1",
        "32 bit TIFF",
        "LAB TIFF",
        "CMYK JPEG",
        "palette PNG with transparency",
        "JPEG in TIFF",
        "MPO",
    ],
)
def test_a_face_in_any_kind_of_picture_is_blurred(
    engine: RealEngine, kind: str
) -> None:
    ended = blurred(engine, KINDS[kind](photograph()))

    with pillow.open(io.BytesIO(ended.files("blurred"))) as picture:
        assert detail(picture) < detail(photograph()) / 4
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize("kind", SEVERAL)
def test_an_animation_is_refused_with_what_to_do(engine: RealEngine, kind: str) -> None:
    blank = pillow.new("RGB", (512, 512), "navy")

    ended = blurred(engine, SEVERAL[kind]([blank, photograph()]))

    assert ended.status["status"] == "error"
    assert "holds several pictures" in ended.status["message"]
    assert "send each as a file of its own" in ended.status["message"]


def test_a_photo_without_faces_does_not_come_back_with_what_lies_behind_it(
    engine: RealEngine,
) -> None:
    blank = written(pillow.new("RGB", (512, 512), "navy"), "JPEG")
    photo = PHOTO.read_bytes()

    ended = blurred(engine, blank + photo)

    assert photo[-400:-10] not in ended.files("blurred")
