"""Reads a handwritten digit, offered as a service."""

import logging
from dataclasses import dataclass
from functools import cache

import numpy as np
from digits.normalise import Grey, NoInk, normalise
from digits.serving import Serving
from digits.stores import chosen_place, store_at
from PIL.Image import Image as Picture
from service_sdk import Image, Service

log = logging.getLogger("digit_recognition")
service = Service("digit-recognition", summary="Reads handwritten digits")

EXAMPLE = {
    "digit": 7,
    "confidence": 0.98,
    "scores": {"0": 0.0, "1": 0.02, "7": 0.98},
    "model": {"version": "3", "data": "MNIST: 60000 pictures"},
}


@dataclass
class Source:
    """The model that answered."""

    version: str
    data: str


@dataclass
class Reading:
    """What the digit is taken for, and how sure that is."""

    digit: int
    confidence: float
    scores: dict[str, float]
    model: Source


@service.operation(
    route="digit-recognize", summary="Read a handwritten digit", answer=EXAMPLE
)
def digit_recognize(image: Image) -> Reading:
    """The digit in a picture, the probability of each, and the model that says so.

    One digit on a plain background, dark on light or light on dark, of any size,
    drawn or photographed. A model knows the digits that it was trained on.
    """
    try:
        frame = normalise(grey(image.picture()))
    except NoInk as fault:
        raise image.refuse(str(fault)) from None
    model = serving(chosen_place()).model()
    [scores] = model.scores([frame])
    best = int(scores.argmax())
    return Reading(
        digit=model.card.digits[best],
        confidence=round(float(scores[best]), 4),
        scores={
            str(digit): round(float(score), 4)
            for digit, score in zip(model.card.digits, scores, strict=True)
        },
        model=Source(model.card.version, model.card.data),
    )


def grey(picture: Picture) -> Grey:
    """Shades of grey; what is transparent becomes paper that shows the strokes."""
    if picture.mode.startswith(("I", "F")):  # more shades than 256
        shades = np.asarray(picture, np.float32)
        span = max(1e-6, float(np.ptp(shades)))
        return np.asarray((shades - shades.min()) * (255 / span), np.uint8)
    if not picture.has_transparency_data:
        return np.asarray(picture.convert("L"))
    shades, opacity = np.moveaxis(np.asarray(picture.convert("LA"), np.float32), 2, 0)
    paper = 255 if np.average(shades, weights=opacity + 1) < 128 else 0
    return np.asarray(paper + (shades - paper) * opacity / 255, np.uint8)


@cache
def serving(place: str) -> Serving:
    """Which of the models in a store answers."""
    return Serving(store_at(place))


@service.at_start
def tell_model() -> None:
    """Load the model and say which it is, before anybody asks."""
    card = serving(chosen_place()).model().card
    log.info("version %s serves, trained on %s", card.version, card.data)


app = service.app
