"""The backend uniface with its own code; its weights are small known networks."""

import gc
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import uniface.constants as registry
from face_analyzer.backends import make_backend
from face_analyzer.face import Backend
from face_analyzer.networks import WEIGHTS, Networks, emotion_scores
from face_analyzer.operations import inside
from service_sdk.errors import WeightsMissing
from tiny_onnx import constant_network

# Uniface does not close a download that fails.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

BLACK = np.zeros((640, 640, 3), np.uint8)

# How SCRFD is built.
SQUARE_PIXELS = 640
STRIDES_PIXELS = (8, 16, 32)
ANCHORS_PER_CELL = 2

# The anchor at 160, 160 of stride 16.
FACE_ANCHOR = (10 * 40 + 10) * ANCHORS_PER_CELL


def detector() -> bytes:
    """Sees a face of 32 x 64 pixels around 160, 160 wherever it looks."""
    counts = [
        (SQUARE_PIXELS // stride) ** 2 * ANCHORS_PER_CELL for stride in STRIDES_PIXELS
    ]
    widths = (1, 4, 10)  # scores, boxes, landmarks
    outputs = [np.zeros((n, width), np.float32) for width in widths for n in counts]

    scores_of_stride_16 = outputs[1]
    boxes_of_stride_16 = outputs[4]
    scores_of_stride_16[FACE_ANCHOR] = 0.9
    boxes_of_stride_16[FACE_ANCHOR] = [1, 2, 1, 2]

    return constant_network((1, 3, SQUARE_PIXELS, SQUARE_PIXELS), outputs)


def scores(length: int, best: int) -> np.ndarray:
    return np.eye(length, dtype=np.float32)[None, best]


def networks() -> dict[str, bytes]:
    """Files by name; they see a woman of 34 who looks Indian."""
    age_gender = np.array([[0.8, 0.2, 0.34]], np.float32)
    looks = [scores(7, 5), scores(2, 1), scores(9, 3)]  # race, gender, age
    return {
        "scrfd_10g.onnx": detector(),
        "age_gender.onnx": constant_network((1, 3, 96, 96), [age_gender]),
        "fairface.onnx": constant_network((1, 3, 224, 224), looks),
    }


@dataclass
class WeightServer:
    """A server of weights, and which files it was asked for."""

    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def weight_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[WeightServer]:
    """The server from which uniface downloads the networks."""
    weight_server = WeightServer(networks())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            weight_server.asked.append(name)
            content = weight_server.files.get(name)
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        for weights in WEIGHTS:
            name = f"{weights.value}.onnx"
            digest = hashlib.sha256(weight_server.files[name]).hexdigest()
            about = registry.ModelInfo(f"{url}/{name}", digest)
            monkeypatch.setitem(registry.MODEL_REGISTRY, weights, about)
        monkeypatch.setattr(registry, "HF_MIRROR_URL", f"{url}/mirror")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        # Set here, so that it is restored: uniface changes it.
        monkeypatch.setenv("UNIFACE_CACHE_DIR", "")

        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield weight_server
        gc.collect()  # closes what uniface left open, while its warning is ignored
        server.shutdown()
        thread.join()


def in_folder(folder: Path) -> Backend:
    return make_backend({"ANALYZER_BACKEND": "uniface", "MODEL_DIR": str(folder)})


def test_weights_in_the_folder_are_used_without_the_network(
    weight_server: WeightServer, tmp_path: Path
) -> None:
    for name, content in weight_server.files.items():
        (tmp_path / name).write_bytes(content)

    backend = in_folder(tmp_path)

    assert isinstance(backend, Networks)
    assert weight_server.asked == []


def test_missing_weights_are_downloaded_at_the_first_use(
    weight_server: WeightServer, tmp_path: Path
) -> None:
    folder = tmp_path / "models"

    in_folder(folder)

    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert kept == networks()
    assert sorted(weight_server.asked) == sorted(kept)


@pytest.mark.parametrize("number", range(3))
def test_weights_that_cannot_be_downloaded_are_named_with_their_address(
    weight_server: WeightServer, tmp_path: Path, number: int
) -> None:
    name = list(weight_server.files)[number]
    del weight_server.files[name]

    with pytest.raises(WeightsMissing) as missing:
        in_folder(tmp_path)

    assert str(missing.value).startswith(f"the weights {tmp_path / name} are missing")
    assert f"/{name} and save it under this name (MODEL_DIR" in str(missing.value)


def test_weights_that_were_tampered_with_are_not_used(
    weight_server: WeightServer, tmp_path: Path
) -> None:
    (tmp_path / "fairface.onnx").write_bytes(b"something else")
    del weight_server.files["fairface.onnx"]

    with pytest.raises(WeightsMissing, match="fairface.onnx"):
        in_folder(tmp_path)


def test_a_face_gets_what_the_networks_say_of_it(
    weight_server: WeightServer, tmp_path: Path
) -> None:
    [found] = in_folder(tmp_path).find(BLACK)

    assert found.box == (144, 128, 176, 192)
    assert found.known == {"age": 34, "gender": "Woman", "dominant_race": "indian"}


def test_boxes_are_in_pixels_of_the_picture(
    weight_server: WeightServer, tmp_path: Path
) -> None:
    twice = np.zeros((1280, 1280, 3), np.uint8)

    [found] = in_folder(tmp_path).find(twice)

    assert inside(found.box, 1280, 1280) == (288, 256, 64, 128)


@pytest.mark.parametrize("shape", [(1, 4000, 3), (4000, 1, 3)])
def test_a_picture_too_thin_for_a_face_has_none(
    weight_server: WeightServer, tmp_path: Path, shape: tuple[int, ...]
) -> None:
    assert list(in_folder(tmp_path).find(np.zeros(shape, np.uint8))) == []


class Tensor:
    """The methods of a tensor of torch that are used."""

    def __init__(self, *values: float) -> None:
        self._values = np.array([values])

    def detach(self) -> "Tensor":
        return self

    cpu = detach

    def numpy(self) -> np.ndarray:
        return self._values


@pytest.mark.parametrize("output", [Tensor(0, 2, 0), (Tensor(0, 2, 0), "features")])
def test_every_emotion_gets_a_score(output: object) -> None:
    network = SimpleNamespace(
        emotion_labels=["Neutral", "Happy", "Sad"],
        preprocess=lambda picture, landmarks: (picture, landmarks),
        model=lambda tensor: output,
    )

    told = emotion_scores(network, BLACK, SimpleNamespace(landmarks=None))

    assert told == {"neutral": 0.1065, "happy": 0.787, "sad": 0.1065}
