"""A YOLO in ONNX Runtime: weights from the model folder, loaded at the first use."""

import os
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from service_sdk.errors import BadSetting, ServiceError, WeightsMissing

from object_detection.labels import label, own_labels
from object_detection.layouts import layout_of
from object_detection.letterbox import Pixels, fit
from object_detection.suppression import distinct, sure

FILE, MIN_SCORE = "yolox_s.onnx", 0.3
SIDE = 640  # of the square, where the network leaves it open
REMEDY = (
    "put a YOLO in ONNX there, for example yolox_s.onnx from the releases of "
    "github.com/Megvii-BaseDetection/YOLOX (Apache 2.0); MODEL_DIR says in which "
    "folder, OBJECT_MODEL under which name"
)
_loading = threading.Lock()


class NotLoadable(ServiceError):
    """The file of weights is there, but cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"the weights {self.path} cannot be used: {self.reason}"


def chosen_detector() -> "Detector":
    """The detector of this service, loaded once, at its first use."""
    with _loading:
        return _chosen()


@cache
def _chosen() -> "Detector":
    return make_detector(os.environ)


def make_detector(environment: Mapping[str, str]) -> "Detector":
    """MODEL_DIR, OBJECT_MODEL and MIN_SCORE say which."""
    folder = Path(environment.get("MODEL_DIR", "models"))
    text = environment.get("MIN_SCORE", str(MIN_SCORE))
    try:
        min_score = float(text)
    except ValueError:
        raise BadSetting(f"MIN_SCORE={text!r} is not a number") from None
    return Detector(folder / environment.get("OBJECT_MODEL", FILE), min_score)


class Detector:
    """One session serves all threads."""

    def __init__(self, path: Path, min_score: float = MIN_SCORE) -> None:
        self._session = open_session(path)
        self._min_score = min_score
        picture, output = self._session.get_inputs()[0], self._session.get_outputs()[0]
        height, width = (
            side if isinstance(side, int) else SIDE for side in picture.shape[-2:]
        )
        self._input, self._size = picture.name, (width, height)
        layout = layout_of(output.shape, self._size)
        if not layout:
            raise NotLoadable(path, f"no YOLO gives tensors of {output.shape}")
        self._layout = layout
        metadata = self._session.get_modelmeta().custom_metadata_map
        self._labels = own_labels(path, metadata)

    def detect(self, pixels: Pixels) -> list[dict[str, object]]:
        """What is seen in the picture, the surest first."""
        rectangle, letterbox = fit(pixels, self._size, self._layout.centred)
        tensor = self._layout.tensor(rectangle)
        output = np.asarray(self._session.run(None, {self._input: tensor})[0])[0]
        kinds = len(self._labels) if self._labels else None
        seen = sure(self._layout.decode(output, self._size, kinds), self._min_score)
        if self._layout.overlapping:
            seen = distinct(seen)
        return [
            {
                "label": label(self._labels, int(kind)),
                "score": round(float(score), 4),
                "box": place,
            }
            for box, score, kind in zip(*seen, strict=True)
            if (place := letterbox.in_picture(box))
        ]


def open_session(path: Path) -> Any:
    """The network in that file; ONNX Runtime is loaded with the first one."""
    if not path.is_file():
        raise WeightsMissing(path, REMEDY)
    import onnxruntime  # type: ignore[import-untyped]  # it comes without types

    try:
        return onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"]
        )
    except Exception as fault:  # the errors of the runtime have no common ancestor
        raise NotLoadable(path, str(fault).partition("\n")[0]) from fault
