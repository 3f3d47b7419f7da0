"""Age, gender, race and emotion by uniface: networks that run in ONNX Runtime."""

from collections.abc import Iterable
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from service_sdk.errors import WeightsMissing
from uniface import SCRFD, AgeGender, Emotion, Face, FairFace, set_cache_dir
from uniface import constants as registry
from uniface.common import softmax
from uniface.model_store import verify_model_weights

from face_analyzer.face import Found, Pixels

CPU = ["CPUExecutionProvider"]
WEIGHTS = (
    registry.SCRFDWeights.SCRFD_10G_KPS,
    registry.AgeGenderWeights.DEFAULT,
    registry.FairFaceWeights.DEFAULT,
)

# The detector scales every picture to a square of this size.
SQUARE_PIXELS = 640  # of each side

# A server of weights that does not answer must not hold up the run for longer.
DOWNLOAD_TIMEOUT_SECONDS = 20


class Networks:
    """One set of networks serves all threads. Emotions also need torch."""

    def __init__(self, folder: Path) -> None:
        for weights in WEIGHTS:
            fetch(weights, folder)

        # The networks below load their weights from this folder.
        set_cache_dir(str(folder))
        self._detector = SCRFD(providers=CPU)
        self._age = AgeGender(providers=CPU)
        self._looks = FairFace(providers=CPU)

        self._emotion = None
        if find_spec("torch"):
            fetch(registry.EmotionWeights.AFFECNET7, folder)
            self._emotion = Emotion()

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces, with what the networks guess about each."""
        shorter, longer = sorted(pixels.shape[:2])
        if shorter * SQUARE_PIXELS < longer:
            # Scaled to the square it would be thinner than one pixel.
            return

        picture = np.ascontiguousarray(pixels[..., ::-1])  # blue, green, red
        for face in self._detector.detect(picture):
            x1, y1, x2, y2 = map(float, face.bbox)
            if x2 - x1 >= 1 and y2 - y1 >= 1:
                yield Found((x1, y1, x2, y2), self._guess(picture, face))

    def _guess(self, picture: Pixels, face: Face) -> dict[str, object]:
        looks = self._looks.predict(picture, face)
        guess: dict[str, object] = {
            "age": self._age.predict(picture, face).age,
            "gender": "Man" if looks.sex == "Male" else "Woman",
            "dominant_race": (looks.race or "").lower(),
        }

        if self._emotion:
            scores = emotion_scores(self._emotion, picture, face)
            guess["dominant_emotion"] = max(scores, key=lambda label: scores[label])
            guess["emotion"] = scores
        return guess


def fetch(weights: Enum, folder: Path) -> None:
    """Download the weights into the folder, unless they are there and intact.

    Raises `WeightsMissing` if they cannot be downloaded.
    """
    url = registry.MODEL_REGISTRY[weights].url
    file = folder / f"{weights.value}{Path(url).suffix}"

    try:
        verify_model_weights(
            weights, str(folder), timeout=DOWNLOAD_TIMEOUT_SECONDS, max_retries=1
        )
    except OSError as fault:
        raise WeightsMissing(
            file,
            f"download {url} and save it under this name (MODEL_DIR sets the "
            "folder), or let this service reach that address",
        ) from fault


def emotion_scores(network: Any, picture: Pixels, face: Face) -> dict[str, float]:
    """How likely each emotion is; uniface itself only gives the likeliest one."""
    output = network.model(network.preprocess(picture, face.landmarks))

    # Some of its networks return the features of the face as well.
    logits = output[0] if isinstance(output, tuple) else output
    scores = softmax(logits.detach().cpu().numpy()[0])

    labels = [label.lower() for label in network.emotion_labels]
    return {
        label: round(float(score), 4)
        for label, score in zip(labels, scores, strict=True)
    }
