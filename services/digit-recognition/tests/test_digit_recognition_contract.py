"""What engine and operator rely on: alone, in an engine, under load, retrained."""

import sys
from pathlib import Path

import pytest
from digit_recognition import app
from digits.serving import publish, withdraw
from digits.stores import Folder
from paper import Photo, handwritten
from peak_memory import peak_megabytes
from PIL import Image as pillow
from real_engine import started_engine
from service_sdk import Image
from service_sdk.testing import Kit
from tiny_models import tiny_model

ROUTE = "digit-recognize"
SEVEN = Image.of(Photo().of(handwritten(7)), "image/jpeg", quality=85)


def test_the_operation_is_announced(kit: Kit) -> None:
    api = kit.announcement(ROUTE)["api"]

    assert api["body"] == "image"
    assert "image/jpeg" in api["bodyType"][0]
    assert api["resultType"] == ["application/json"]
    assert api["output"]["model"]["version"] == "3"


def test_the_documentation_shows_an_answer(kit: Kit) -> None:
    document = kit.http.get("/openapi.json").json()

    operation = document["paths"][f"/{ROUTE}"]["post"]
    assert "probability" in operation["description"]
    assert operation["callbacks"]["result"]


def test_a_photograph_is_read(kit: Kit) -> None:
    reply = kit.call(ROUTE, image=SEVEN)

    assert reply.typed["digit"] == 7
    assert reply.typed["model"]["version"] == "built-in"


def test_a_new_model_serves_and_is_taken_back_and_no_request_fails(
    kit: Kit, store: Folder
) -> None:
    first = tiny_model("1", 0.2, 0.8)
    second = tiny_model("2", 0.7, 0.2, 0.1)
    steps = [first, second, first, None] * 5

    waiting = []
    versions = []
    for number, step in enumerate(steps):
        tasks = [f"{number}-{one}" for one in range(3)]
        for task in tasks:
            kit.dispatch(ROUTE, task, image=SEVEN).raise_for_status()
        waiting += tasks

        if step:
            publish(store, *step)
        else:
            withdraw(store)
        versions.append(kit.call(ROUTE, image=SEVEN).typed["model"]["version"])

    assert versions == ["1", "2", "1", "built-in"] * 5
    assert not any(kit.engine.reply(task).error for task in waiting)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff broken", b"%PDF-1.7"])
def test_a_broken_picture_is_refused_by_name(kit: Kit, content: bytes) -> None:
    reply = kit.call(ROUTE, image=content)

    assert reply.error and reply.error.startswith("image: ")


def test_an_empty_sheet_is_refused_by_name(kit: Kit) -> None:
    reply = kit.call(ROUTE, image=Image.of(pillow.new("RGB", (90, 60), "white")))

    assert reply.error and reply.error.startswith("image: no digit")


def test_a_picture_too_large_is_refused_by_its_header(store: Folder) -> None:
    with Kit(app, max_megapixels=0.1) as kit:
        reply = kit.call(ROUTE, image=SEVEN)

    assert reply.error == "image: has more than 0.1 megapixels (MAX_MEGAPIXELS)"


def test_a_missing_picture_is_named(kit: Kit) -> None:
    answer = kit.http.post(f"/{ROUTE}", files={"photo": b"x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "image"


def test_requests_are_counted(kit: Kit) -> None:
    kit.call(ROUTE, image=SEVEN)
    kit.call(ROUTE, image=b"")

    figures = kit.http.get("/metrics").text

    assert f'service_requests_total{{route="{ROUTE}"}} 2.0' in figures
    assert f'service_errors_total{{route="{ROUTE}"}} 1.0' in figures
    assert f'service_seconds_count{{route="{ROUTE}"}} 2.0' in figures
    assert "service_queue_length 0.0" in figures


def test_the_version_of_the_model_is_told(kit: Kit, store: Folder) -> None:
    kit.call(ROUTE, image=SEVEN)
    built_in = kit.http.get("/metrics").text
    publish(store, *tiny_model("1", 0.2, 0.8))
    kit.call(ROUTE, image=SEVEN)
    published = kit.http.get("/metrics").text

    info = 'service_model_info{model="digits",version="%s"} 1.0'
    assert info % "built-in" in built_in
    assert info % "built-in" not in published
    assert info % "1" in published
    assert 'service_model_score_count{model="digits"}' in published


def test_it_works_in_a_real_engine(tmp_path: Path, store: Folder) -> None:
    with started_engine(tmp_path) as engine, engine.offering(app):
        before = engine.run(ROUTE, image=SEVEN)
        publish(store, *tiny_model("1", 0.2, 0.8))
        after = engine.run(ROUTE, image=SEVEN)

    assert before.outputs["digit"] == 7
    assert before.outputs["model"]["version"] == "built-in"
    assert (after.outputs["digit"], after.outputs["model"]["version"]) == (1, "1")


@pytest.mark.skipif(sys.platform != "linux", reason="weighs by /proc")
def test_a_hundred_pictures_that_wait_do_not_lie_in_memory(tmp_path: Path) -> None:
    large = Image.of(Photo(size=(2000, 1500)).of(handwritten(7)), "image/jpeg").read()

    peak = peak_megabytes("digit-recognition", ROUTE, large, tmp_path / "log")

    assert peak < 550  # in three processes; all of them decoded are 900 MB
