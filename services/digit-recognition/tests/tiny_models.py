"""Models that always give the same answer."""

import hashlib

import numpy as np
from digits.models import Card
from tiny_onnx import network, node


def tiny_model(version: str, *scores: float) -> tuple[Card, bytes]:
    """A model of the digits 0, 1 … with these probabilities."""
    content = network(
        input_shape=(1, 784),
        nodes=[node("Identity", ["fixed"], "probabilities")],
        constants={"fixed": np.array([scores], np.float32)},
        outputs={"probabilities": (1, len(scores))},
    )
    return card_of(content, version, len(scores)), content


def card_of(content: bytes, version: str, digits: int = 1) -> Card:
    """A card for this content, even if it is not a network."""
    digest = hashlib.sha256(content).hexdigest()
    return Card(
        version=version,
        digits=tuple(range(digits)),
        data=f"data of {version}",
        digest=digest,
    )
