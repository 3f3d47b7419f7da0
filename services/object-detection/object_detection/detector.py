"""A YOLO in ONNX Runtime: weights from the model folder, loaded at the first use."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from service_sdk.errors import BadSetting, ServiceError, WeightsMissing
from service_sdk.loading import load_once
from typing_extensions import TypedDict

from object_detection.labels import label, own_labels
from object_detection.layouts import Layout, layout_of
from object_detection.letterbox import Floats, Pixels, Size, fit
from object_detection.suppression import distinct, sure

DEFAULT_FILE = "yolox_s.onnx"
DEFAULT_MIN_SCORE = 0.3  # from 0 to 1
DEFAULT_SIDE_PIXELS = 640  # of networks that take rectangles of any size

REMEDY = (
    "put a YOLO in ONNX there, for example yolox_s.onnx from the releases of "
    "github.com/Megvii-BaseDetection/YOLOX (Apache 2.0); MODEL_DIR sets the folder, "
    "OBJECT_MODEL the name of the file"
)


class Thing(TypedDict):
    """Something in a picture."""

    label: str
    """What it is, in the words of the network's labels."""

    score: float
    """How sure the network is, from 0 to 1."""

    box: list[int]
    """Where it is: [x1, y1, x2, y2] in whole pixels of the upright picture."""


class NotLoadable(ServiceError):
    """The file of weights is there, but cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"the weights {self.path} cannot be used: {self.reason}"


class Detector:
    """One session serves all threads."""

    def __init__(self, path: Path, min_score: float = DEFAULT_MIN_SCORE) -> None:
        self._session = open_session(path)
        self._min_score = min_score

        picture = self._session.get_inputs()[0]
        self._input = picture.name
        self._size = _size_of(picture.shape)

        output = self._session.get_outputs()[0]
        self._layout = _known_layout(path, output.shape, self._size)

        metadata = self._session.get_modelmeta().custom_metadata_map
        self._labels = own_labels(path, metadata)

    def detect(self, pixels: Pixels) -> list[Thing]:
        """The things in the picture, the surest ones first."""
        rectangle, letterbox = fit(pixels, self._size, centred=self._layout.centred)
        output = self._run(self._layout.tensor(rectangle))

        kinds = len(self._labels) if self._labels else None
        guesses = self._layout.decode(output, self._size, kinds)
        kept = sure(guesses, self._min_score)
        if self._layout.overlapping:
            kept = distinct(kept)

        objects: list[Thing] = []
        for box, score, kind in zip(*kept, strict=True):
            place = letterbox.in_picture(box)
            if place is None:
                continue
            objects.append(
                {
                    "label": label(self._labels, int(kind)),
                    "score": round(float(score), 4),
                    "box": place,
                }
            )
        return objects

    def _run(self, tensor: Floats) -> Floats:
        outputs = self._session.run(None, {self._input: tensor})

        # The first output, and in it the only picture of the batch.
        of_picture: Floats = np.asarray(outputs[0])[0]
        return of_picture


def _size_of(shape: list[object]) -> Size:
    """Width and height of the network's input; a side may be left open by a name."""
    height, width = shape[-2:]
    return (
        width if isinstance(width, int) else DEFAULT_SIDE_PIXELS,
        height if isinstance(height, int) else DEFAULT_SIDE_PIXELS,
    )


def _known_layout(path: Path, shape: list[object], size: Size) -> Layout:
    layout = layout_of(shape, size)
    if not layout:
        raise NotLoadable(path, f"no YOLO has outputs of the shape {shape}")
    return layout


def open_session(path: Path) -> Any:
    """The network in that file."""
    if not path.is_file():
        raise WeightsMissing(path, REMEDY)

    # Imported late: it takes long to load, and without weights it is not needed.
    import onnxruntime  # type: ignore[import-untyped]  # it comes without types

    try:
        return onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"]
        )
    except Exception as fault:  # its errors have no common class
        first_line = str(fault).partition("\n")[0]
        raise NotLoadable(path, first_line) from fault


def chosen_detector() -> Detector:
    """The detector of this service, loaded once, when it is first used."""
    return _loaded(*_choice(os.environ))


def make_detector(environment: Mapping[str, str]) -> Detector:
    """A new detector, as MODEL_DIR, OBJECT_MODEL and MIN_SCORE say."""
    return Detector(*_choice(environment))


def _choice(environment: Mapping[str, str]) -> tuple[Path, float]:
    folder = Path(environment.get("MODEL_DIR", "models"))
    file = environment.get("OBJECT_MODEL", DEFAULT_FILE)

    text = environment.get("MIN_SCORE", str(DEFAULT_MIN_SCORE))
    try:
        min_score = float(text)
    except ValueError:
        raise BadSetting(f"MIN_SCORE={text!r} is not a number") from None
    return folder / file, min_score


@load_once
def _loaded(path: Path, min_score: float) -> Detector:
    return Detector(path, min_score)
