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

from face_analyzer.backends import Found, Pixels

CPU = ["CPUExecutionProvider"]
LONGEST = 640  # of the square that the detector looks at
PATIENCE = 20  # seconds for a server of weights to answer
WEIGHTS = (
    registry.SCRFDWeights.SCRFD_10G_KPS,
    registry.AgeGenderWeights.DEFAULT,
    registry.FairFaceWeights.DEFAULT,
)


class Networks:
    """One set of networks serves all threads. Emotions need torch besides."""

    def __init__(self, folder: Path) -> None:
        for weights in WEIGHTS:
            fetch(weights, folder)
        set_cache_dir(str(folder))
        self._detector = SCRFD(providers=CPU)
        self._age = AgeGender(providers=CPU)
        self._looks = FairFace(providers=CPU)
        self._emotion = None
        if find_spec("torch"):
            fetch(registry.EmotionWeights.AFFECNET7, folder)
            self._emotion = Emotion()

    def find(self, pixels: Pixels) -> Iterable[Found]:
        """The faces, with what the networks guess of each."""
        if min(pixels.shape[:2]) * LONGEST < max(pixels.shape[:2]):
            return  # thinner than one pixel of what the detector looks at
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
            best = max(scores, key=lambda label: scores[label])
            guess |= {"dominant_emotion": best, "emotion": scores}
        return guess


def fetch(weights: Enum, folder: Path) -> None:
    """See that the weights are in the folder, from the network if need be.

    Raises `WeightsMissing` if they are not, nor can be fetched.
    """
    url = registry.MODEL_REGISTRY[weights].url
    try:
        verify_model_weights(weights, str(folder), timeout=PATIENCE, max_retries=1)
    except OSError as fault:
        raise WeightsMissing(
            folder / f"{weights.value}{Path(url).suffix}",
            f"download {url} and save it under this name (MODEL_DIR says in which "
            "folder), or let this service reach that address",
        ) from fault


def emotion_scores(network: Any, picture: Pixels, face: Face) -> dict[str, float]:
    """How likely each emotion is; uniface itself tells only the likeliest."""
    output = network.model(network.preprocess(picture, face.landmarks))
    logits = output[0] if isinstance(output, tuple) else output
    scores = softmax(logits.detach().cpu().numpy()[0])
    labels = [label.lower() for label in network.emotion_labels]
    return {
        label: round(float(score), 4)
        for label, score in zip(labels, scores, strict=True)
    }
