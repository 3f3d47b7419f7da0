"""What the engine and its pipelines rely on, over HTTP."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from image_processing import app
from PIL import Image as pillow
from service_sdk import File
from service_sdk.testing import Kit

PHOTO = Path(__file__).parents[2] / "face-detection" / "tests" / "astronaut.jpg"


@pytest.fixture(scope="module")
def kit() -> Iterator[Kit]:
    with Kit(app) as running:
        yield running


def size(file: File) -> tuple[int, int]:
    return pillow.open(io.BytesIO(file.read())).size


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("image-blur", ["image", "areas"]),
        ("image-crop", ["image", "areas"]),
        ("image-convert", ["image", "format"]),
        ("image-analyze", "image"),
        ("image-greyscale", "image"),
        ("image-resize", ["image", "settings"]),
    ],
)
def test_every_operation_is_announced(kit: Kit, route: str, body: object) -> None:
    announcement = kit.announcement(route)

    assert announcement["url"] == f"{kit.url}/{route}"
    assert announcement["api"]["body"] == body
    assert "image/png" in announcement["api"]["bodyType"][0]
    if isinstance(body, list):
        assert announcement["api"]["bodyType"][1] == ["application/json"]


def test_a_blurred_picture_comes_back_as_result(kit: Kit) -> None:
    reply = kit.call("image-blur", image=PHOTO, areas=[[176, 65, 274, 163]])

    assert list(reply.files) == ["result"]
    assert reply.files["result"].media_type == "image/jpeg"
    assert reply.files["result"].name == "result.jpg"
    assert size(reply.files["result"]) == (512, 512)


def test_several_crops_come_back_under_names_of_their_own(kit: Kit) -> None:
    reply = kit.call("image-crop", image=PHOTO, areas=[[0, 0, 9, 9], [0, 0, 5, 7]])

    sizes = {name: size(file) for name, file in reply.files.items()}
    assert sizes == {"result0": (9, 9), "result1": (5, 7)}


def test_settings_come_flat_or_in_an_object_of_their_own(kit: Kit) -> None:
    flat = kit.call("image-resize", image=PHOTO, width=64)
    whole = kit.call("image-resize", image=PHOTO, settings={"width": 64})

    assert size(flat.files["result"]) == size(whole.files["result"]) == (64, 64)


def test_metadata_come_back_as_json(kit: Kit) -> None:
    reply = kit.call("image-analyze", image=PHOTO)

    assert reply.typed == {"format": "image/jpeg", "width": 512, "height": 512}


def test_a_part_sent_by_hand_may_be_json_of_any_name(kit: Kit) -> None:
    areas = ("areas.json", b'{"areas": [[0, 0, 30, 20]]}', "application/json")

    answer = kit.http.post(
        "/image-crop", files={"image": PHOTO.read_bytes(), "areas": areas}
    )

    kept = kit.read_alone(answer.json()["jobId"])
    assert kept.headers["content-type"] == "image/jpeg"
    assert pillow.open(io.BytesIO(kept.content)).size == (30, 20)


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        ("everything", "areas: Input should be a valid array"),
        ([[1, 2, 3]], "areas.0.3: Field required"),
        ([[1, 2, 3, "x"]], "areas.0.3: Input should be a valid number"),
        ([[1, 2, 3, "nan"]], "areas.0.3: Input should be a finite number"),
        ([[1, "-Infinity", 3, 4]], "areas.0.1: Input should be a finite number"),
    ],
)
def test_wrong_areas_are_named(kit: Kit, areas: object, message: str) -> None:
    reply = kit.call("image-blur", image=PHOTO, areas=areas)

    assert reply.error and reply.error.startswith(message)
