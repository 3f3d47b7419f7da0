"""What engine and pipelines rely on: alone, in an engine, and under load."""

import sys
from pathlib import Path

import pytest
from face_analyzer import app
from peak_memory import peak_megabytes
from PIL import Image as pillow
from real_engine import started_engine
from service_sdk import Image
from service_sdk.testing import Kit

ASTRONAUT = Path(__file__).parents[3] / "docs/pictures/astronaut.jpg"
BLANK = Image.of(pillow.new("RGB", (60, 40), "navy"))


@pytest.fixture
def without_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The backend uniface, an empty folder, and a network without any server."""
    monkeypatch.setenv("ANALYZER_BACKEND", "uniface")
    monkeypatch.setenv("MODEL_DIR", str(tmp_path / "models"))
    for proxy in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "models"


def test_the_operation_is_announced(kit: Kit) -> None:
    api = kit.announcement("face-analyze")["api"]

    assert api["body"] == "image"
    assert "image/jpeg" in api["bodyType"][0]
    assert api["resultType"] == ["application/json"]
    assert api["output"]["gender"] == "Woman"


def test_the_documentation_shows_an_answer(kit: Kit) -> None:
    document = kit.http.get("/openapi.json").json()

    operation = document["paths"]["/face-analyze"]["post"]
    assert "unknown" in operation["description"]
    assert operation["callbacks"]["result"]


def test_a_face_is_described(kit: Kit) -> None:
    reply = kit.call("face-analyze", image=ASTRONAUT)

    assert reply.typed["position"] == "upper centre"
    assert reply.typed["unknown"][0] == "age"


def test_no_face_gives_an_empty_answer(kit: Kit) -> None:
    assert kit.call("face-analyze", image=BLANK).typed == {}


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff broken"])
def test_a_broken_picture_is_refused_by_name(kit: Kit, content: bytes) -> None:
    reply = kit.call("face-analyze", image=content)

    assert reply.error and reply.error.startswith("image: ")


def test_a_missing_picture_is_named(kit: Kit) -> None:
    answer = kit.http.post("/face-analyze", files={"photo": b"x"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "image"


def test_requests_are_counted(kit: Kit) -> None:
    kit.call("face-analyze", image=BLANK)

    figures = kit.http.get("/metrics").text

    assert 'service_requests_total{route="face-analyze"}' in figures
    assert 'service_seconds_count{route="face-analyze"}' in figures
    assert "service_queue_length 0.0" in figures


def test_without_weights_it_is_announced_and_answers_503_and_what_to_do(
    without_weights: Path,
) -> None:
    with Kit(app) as kit:
        kit.announcement("face-analyze")
        files = {"image": ASTRONAUT.read_bytes()}
        task = kit.http.post("/face-analyze", files=files).json()["jobId"]
        answer = kit.read_alone(task)

    assert answer.status_code == 503
    assert str(without_weights / "scrfd_10g.onnx") in answer.json()["detail"]
    assert "download https://" in answer.json()["detail"]


def test_it_works_in_a_real_engine(tmp_path: Path) -> None:
    with started_engine(tmp_path) as engine, engine.offering(app):
        ended = engine.run("face-analyze", image=ASTRONAUT)

    assert ended.status["status"] == "finished"
    assert ended.outputs["position"] == "upper centre"


@pytest.mark.skipif(sys.platform != "linux", reason="weighs by /proc")
def test_a_hundred_pictures_that_wait_do_not_lie_in_memory(tmp_path: Path) -> None:
    large = Image.of(pillow.new("RGB", (2000, 1500), "navy"), "image/jpeg").read()

    peak = peak_megabytes("face-analyzer", "face-analyze", large, tmp_path / "log")

    assert peak < 650  # in three processes; all of them decoded are 900 MB
