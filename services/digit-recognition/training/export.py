"""Stage `export`: the classifier as an ONNX network that gives the same answers."""

import hashlib
from typing import Any

import joblib
import numpy as np
from digits.models import Card, Model
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
    """The network does not answer as the classifier does."""

    def __init__(self, difference: float, tolerance: float) -> None:
        super().__init__(difference, tolerance)
        self.difference, self.tolerance = difference, tolerance

    def __str__(self) -> str:
        return (
            f"the exported network differs by {self.difference:.2g} from the "
            f"classifier; at most {self.tolerance:g} is allowed (export.tolerance)"
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
    network = to_onnx(
        classifier,
        initial_types=[("pictures", FloatTensorType([None, 784]))],
        options={"zipmap": False},
    ).SerializeToString(deterministic=True)
    data = read_json(DATA_CARD)
    digest = hashlib.sha256(network).hexdigest()
    card = Card("candidate", tuple(data["digits"]), data["summary"], digest)
    difference = compare(
        Model(card, network), classifier, params("export")["tolerance"]
    )
    NETWORK.write_bytes(network)
    CARD.write_bytes(card.to_json())
    print(f"{len(network)} bytes, answers as the classifier does (± {difference:.1g})")


if __name__ == "__main__":
    main()
