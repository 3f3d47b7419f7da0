"""Stage `export`: the classifier as an ONNX network that gives the same answers."""

import hashlib
from typing import Any

import joblib
import numpy as np
from digits.models import Card, Model
from digits.normalise import FRAME_PIXELS
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

from training.files import (
    CARD,
    CLASSIFIER,
    DATA_CARD,
    NETWORK,
    params,
    pictures,
    read_json,
)


class Different(Exception):
    """The network does not give the same answers as the classifier."""

    def __init__(self, difference: float, tolerance: float) -> None:
        super().__init__(difference, tolerance)
        self.difference = difference
        self.tolerance = tolerance

    def __str__(self) -> str:
        return (
            f"the exported network differs by {self.difference:.2g} from the "
            f"classifier; at most {self.tolerance:g} is allowed (export.tolerance in "
            "params.yaml)"
        )


def compare(model: Model, classifier: Any, tolerance: float) -> float:
    """The largest difference on the test pictures; raises `Different`."""
    shades, _ = pictures("test")

    expected = classifier.predict_proba(shades.reshape(len(shades), -1))
    difference = float(np.abs(model.scores(shades) - expected).max())
    if difference > tolerance:
        raise Different(difference, tolerance)
    return difference


def main() -> None:
    """Write the network and its card."""
    classifier = joblib.load(CLASSIFIER)
    network = as_network(classifier)
    data = read_json(DATA_CARD)

    card = Card(
        version="candidate",
        digits=tuple(data["digits"]),
        data=data["summary"],
        digest=hashlib.sha256(network).hexdigest(),
    )
    tolerance = params("export")["tolerance"]
    difference = compare(Model(card, network), classifier, tolerance)

    NETWORK.write_bytes(network)
    CARD.write_bytes(card.to_json())
    print(f"{len(network)} bytes, answers as the classifier does (± {difference:.1g})")


def as_network(classifier: Any) -> bytes:
    """The classifier in ONNX; the same classifier gives the same bytes."""
    pixels = FRAME_PIXELS * FRAME_PIXELS
    network: bytes = to_onnx(
        classifier,
        initial_types=[("pictures", FloatTensorType([None, pixels]))],
        # Without it the probabilities would come as a list of dictionaries.
        options={"zipmap": False},
    ).SerializeToString(deterministic=True)
    return network


if __name__ == "__main__":
    main()
