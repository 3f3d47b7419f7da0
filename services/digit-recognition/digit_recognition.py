"""Reads a handwritten digit, offered as a service."""

import logging
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from digits.normalise import Grey, NoInk, normalise
from digits.places import chosen_place, store_at
from digits.serving import Serving
from PIL.Image import Image as Picture
from pydantic import Field
from service_sdk import Image, Service, tell_model
from service_sdk.loading import load_once

log = logging.getLogger("digit_recognition")
service = Service("digit-recognition", summary="Reads handwritten digits")

EXAMPLE = {
    "digit": 7,
    "confidence": 0.98,
    "scores": {"0": 0.0, "1": 0.02, "7": 0.98},
    "model": {"version": "3", "data": "MNIST: 60000 pictures"},
}

WHITE = 255
MIDDLE_SHADE = 128

# The digit is searched at an eighth of it, so nothing is lost.
MAX_SIDE_PIXELS = 2048


@dataclass
class Source:
    """The model that answered."""

    version: str

    data: str
    """What it was trained on."""


@dataclass
class Reading:
    """The digit, how sure the model is, and which model it was."""

    digit: Annotated[int, Field(ge=0, le=9)]
    """The most likely digit."""

    confidence: float
    """How likely it is, from 0 to 1."""

    scores: dict[str, float]
    """How likely each digit is, from 0 to 1."""

    model: Source


@service.operation(
    route="digit-recognize", summary="Read a handwritten digit", answer=EXAMPLE
)
def digit_recognize(image: Image) -> Reading:
    """The digit in a picture, the probability of each, and the model that read it.

    Send one digit on a plain background, dark on light or light on dark, of any size,
    drawn or photographed. A model knows the digits that it was trained on.

    Args:
        image: A picture of one digit.
    """
    try:
        frame = normalise(grey(image.picture()))
    except NoInk as fault:
        raise image.refuse(str(fault)) from None

    model = serving(chosen_place()).model()
    [scores] = model.scores([frame])
    best = int(scores.argmax())
    tell_model("digits", version=model.card.version, score=float(scores[best]))

    return Reading(
        digit=model.card.digits[best],
        confidence=round(float(scores[best]), 4),
        scores={
            str(digit): round(float(score), 4)
            for digit, score in zip(model.card.digits, scores, strict=True)
        },
        model=Source(version=model.card.version, data=model.card.data),
    )


def grey(picture: Picture) -> Grey:
    """The picture in shades of grey; a large one is made smaller."""
    if picture.has_transparency_data:
        return _on_paper(_reduced(picture.convert("LA")))
    return np.asarray(_reduced(picture.convert("L")))


def _reduced(picture: Picture) -> Picture:
    """About MAX_SIDE_PIXELS long: the steps below take many times its memory."""
    factor = max(picture.size) // MAX_SIDE_PIXELS
    return picture.reduce(factor) if factor > 1 else picture


def _on_paper(picture: Picture) -> Grey:
    """What is transparent becomes paper: white for dark strokes, black for light."""
    grey_and_opacity = np.asarray(picture, np.float32)
    shades, opacity = np.moveaxis(grey_and_opacity, 2, 0)

    # Nearly only the strokes count; the 1 is for a picture without any opaque pixel.
    strokes = np.average(shades, weights=opacity + 1)
    paper = WHITE if strokes < MIDDLE_SHADE else 0

    return np.asarray(paper + (shades - paper) * opacity / WHITE, np.uint8)


@load_once
def serving(place: str) -> Serving:
    """The model that serves from the store at that place."""
    return Serving(store_at(place))


@service.at_start
def load_model() -> None:
    """Load the model before the first request, and log which one it is."""
    card = serving(chosen_place()).model().card
    tell_model("digits", version=card.version)
    log.info("version %s serves, trained on %s", card.version, card.data)


app = service.app
