"""A model: an ONNX network that knows some digits, and the card that describes it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digits.normalise import Frame

BUILT_IN = Path(__file__).parent / "built_in"  # its network and its card, by suffix


class BrokenModel(Exception):
    """A card cannot be read, or the network is not the one that its card names."""


@dataclass(frozen=True)
class Card:
    """What a model is."""

    version: str  # in the registry
    digits: tuple[int, ...]  # the ones that it was trained on
    data: str  # what it was trained on, in words
    digest: str  # SHA-256 of the network, in hexadecimal

    @property
    def artefact(self) -> str:
        """The name of all networks of these digits.

        >>> Card("3", (0, 1, 7), "MNIST", "c0ffee").artefact
        'mnist_model_0_1_7'
        """
        return "mnist_model_" + "_".join(map(str, self.digits))

    @property
    def file(self) -> str:
        """The name of the network in the store; the content under it never changes."""
        return f"{self.artefact}/{self.digest}.onnx"

    def to_json(self) -> bytes:
        """The card as a file that people can read too."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read a card; raises `BrokenModel`."""
        try:
            values = json.loads(content)
            digits = tuple(values["digits"])
            return cls(**{**values, "digits": digits})
        except (ValueError, TypeError, KeyError) as fault:
            raise BrokenModel(f"not a card of a model: {content!r}") from fault


class Model:
    """A network that is ready to read digits; one session serves all threads."""

    def __init__(self, card: Card, network: bytes) -> None:
        # Imported late: it takes long to load, and reading a card does not need it.
        import onnxruntime  # type: ignore[import-untyped]  # it comes without types

        if hashlib.sha256(network).hexdigest() != card.digest:
            raise BrokenModel(f"{card.file} does not have the digest in its name")

        options = onnxruntime.SessionOptions()
        # The service reads several pictures at once, each in a worker of its own; more
        # threads than that would only compete for the same cores.
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(
                network, options, providers=["CPUExecutionProvider"]
            )
        except Exception as fault:  # its errors have no common class
            raise BrokenModel(f"{card.file} cannot be loaded: {fault}") from fault

        self.card = card
        self._input = self._session.get_inputs()[0].name

    @classmethod
    def built_in(cls) -> Self:
        """The model that comes with the service."""
        card = Card.from_json(BUILT_IN.with_suffix(".json").read_bytes())
        network = BUILT_IN.with_suffix(".onnx").read_bytes()
        return cls(card, network)

    def scores(self, frames: Sequence[Frame] | Frame) -> NDArray[np.float32]:
        """For each picture the probability of each of the card's digits."""
        flat = np.asarray(frames, np.float32).reshape(len(frames), -1)
        [scores] = self._session.run(["probabilities"], {self._input: flat})
        return np.asarray(scores)
