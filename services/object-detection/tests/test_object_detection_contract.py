"""What engine and pipelines rely on: alone, in an engine, and under load."""

import sys
from pathlib import Path

import numpy as np
import pytest
from colour_yolo import colour_yolo
from object_detection import app
from object_detection.detector import DEFAULT_FILE
from odd_pictures import COLOUR_KINDS, SEVERAL
from peak_memory import peak_megabytes
from PIL import Image as pillow
from real_engine import started_engine
from service_sdk import Image
from service_sdk.testing import Kit

ASTRONAUT = Path(__file__).parents[3] / "docs/pictures/astronaut.jpg"
RED = Image.of(pillow.new("RGB", (60, 60), "red"))
ORIENTATION = 0x0112  # the number of this EXIF entry
TURNED_RIGHT = 6  # to be turned by 90 degrees to the right


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model folder with a network that sees colours."""
    (tmp_path / DEFAULT_FILE).write_bytes(colour_yolo())
    monkeypatch.setenv("MODEL_DIR", str(tmp_path))
    return tmp_path


def test_the_operation_is_announced(kit: Kit) -> None:
    api = kit.announcement("object-detect")["api"]

    assert api["body"] == "image"
    assert "image/jpeg" in api["bodyType"][0]
    assert set(api["output"]["objects"][0]) == {"label", "score", "box"}


def test_the_documentation_shows_an_answer(kit: Kit) -> None:
    document = kit.http.get("/openapi.json").json()

    operation = document["paths"]["/object-detect"]["post"]
    assert "upright" in operation["description"]
    assert operation["callbacks"]["result"]


def test_things_come_back_with_label_score_and_box(kit: Kit) -> None:
    found = kit.call("object-detect", image=RED).typed["objects"]

    corners = {tuple(one["box"]) for one in found}
    assert {one["label"] for one in found} == {"red"}
    assert {one["score"] for one in found} == {1}
    assert corners == {
        (x, y, x + 30, y + 30) for x in (0, 30) for y in (0, 30)
    }  # quarters


def test_a_picture_is_searched_upright(kit: Kit) -> None:
    pixels = np.zeros((60, 60, 3), np.uint8)
    pixels[:30, :30, 0] = 255
    exif = pillow.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    lying = Image.of(pillow.fromarray(pixels), exif=exif)

    [red] = kit.call("object-detect", image=lying).typed["objects"]

    assert red["box"] == [30, 0, 60, 30]


@pytest.mark.parametrize(
    "kind", ["16 bit RGB PNG", "8 bit in a 16 bit RGB PNG", "palette and alpha TIFF"]
)
def test_pictures_of_every_kind_are_searched(kit: Kit, kind: str) -> None:
    content = COLOUR_KINDS[kind](RED.rgb())

    found = kit.call("object-detect", image=Image(content)).typed["objects"]

    assert [one["label"] for one in found] == ["red"] * 4


def test_several_pictures_in_one_file_are_refused(kit: Kit) -> None:
    content = SEVERAL["WebP"]([pillow.new("RGB", (60, 60)), RED.rgb()])

    reply = kit.call("object-detect", image=Image(content))

    assert reply.error and "the WEBP holds several pictures" in reply.error


def test_nothing_seen_gives_an_empty_list(kit: Kit) -> None:
    black = Image.of(pillow.new("RGB", (64, 64)))

    assert kit.call("object-detect", image=black).typed == {"objects": []}


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff broken"])
def test_a_broken_picture_is_refused_by_name(kit: Kit, content: bytes) -> None:
    reply = kit.call("object-detect", image=content)

    assert reply.error and reply.error.startswith("image: ")
    assert "retryable" not in reply.typed


def test_a_huge_picture_is_refused_by_its_header() -> None:
    with Kit(app, max_megapixels=0.001) as kit:
        reply = kit.call("object-detect", image=RED)

    assert reply.error == "image: has more than 0.001 megapixels (MAX_MEGAPIXELS)"


def test_a_missing_picture_is_named(kit: Kit) -> None:
    answer = kit.http.post("/object-detect", files={"photo": b"x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "image"


def test_requests_are_counted(kit: Kit) -> None:
    kit.call("object-detect", image=RED)

    figures = kit.http.get("/metrics").text

    assert 'service_requests_total{route="object-detect"}' in figures
    assert 'service_seconds_count{route="object-detect"}' in figures
    assert "service_queue_length 0.0" in figures


def test_weights_can_be_put_in_place_while_it_runs(kit: Kit, models: Path) -> None:
    weights = models / DEFAULT_FILE
    aside = weights.rename(models / "aside")

    kit.announcement("object-detect")
    task = kit.http.post("/object-detect", files={"image": RED.read()}).json()["jobId"]
    without = kit.read_alone(task)
    aside.rename(weights)
    found = kit.call("object-detect", image=RED)

    assert without.status_code == 503
    assert str(weights) in without.json()["detail"]
    assert "YOLOX" in without.json()["detail"]
    assert found.typed["objects"]


def test_it_works_in_a_real_engine(tmp_path: Path) -> None:
    with started_engine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("object-detect", image=RED)

    assert ended.status["status"] == "finished"
    assert ended.outputs["objects"][0]["label"] == "red"


def test_without_weights_a_task_in_an_engine_ends_and_says_why(
    tmp_path: Path, models: Path
) -> None:
    (models / DEFAULT_FILE).unlink()

    with started_engine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("object-detect", image=RED)

    assert ended.status["status"] == "error"
    assert str(models / DEFAULT_FILE) in ended.status["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="weighs by /proc")
def test_a_hundred_pictures_that_wait_do_not_lie_in_memory(
    tmp_path: Path, models: Path
) -> None:
    large = Image.of(pillow.new("RGB", (2000, 1500)), "image/jpeg").read()

    peak = peak_megabytes(
        "object-detection",
        "object-detect",
        large,
        tmp_path / "log",
        MODEL_DIR=str(models),
    )

    assert peak < 650  # in three processes; all of them decoded are 900 MB
