"""A model: an ONNX network that knows some digits, and the card that names it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from digits.normalise import Frame

BUILT_IN = Path(__file__).parent / "built_in"


class BrokenModel(Exception):
    """What lies under the name of a model is not that model."""


@dataclass(frozen=True)
class Card:
    """What a model is."""

    version: str  # in the registry
    digits: tuple[int, ...]  # those that it was trained on
    data: str  # what it was trained on, in words
    digest: str  # SHA-256 of the network

    @property
    def artefact(self) -> str:
        """The name under which every network of these digits goes.

        >>> Card("3", (0, 1, 7), "MNIST", "c0ffee").artefact
        'mnist_model_0_1_7'
        """
        return "mnist_model_" + "_".join(map(str, self.digits))

    @property
    def file(self) -> str:
        """Where the network lies in the store; its content never changes."""
        return f"{self.artefact}/{self.digest}.onnx"

    def to_json(self) -> bytes:
        """The card as a file that people can read too."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read a card; raises `BrokenModel`."""
        try:
            values = json.loads(content)
            return cls(**values | {"digits": tuple(values["digits"])})
        except (ValueError, TypeError, KeyError) as fault:
            raise BrokenModel(f"this is no card of a model: {content!r}") from fault


class Model:
    """A network ready to be asked; one session serves all threads."""

    def __init__(self, card: Card, network: bytes) -> None:
        import onnxruntime  # type: ignore[import-untyped]  # it comes without types

        if hashlib.sha256(network).hexdigest() != card.digest:
            raise BrokenModel(f"{card.file} is not what its name says")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the workers are parallel themselves
        try:
            self._session = onnxruntime.InferenceSession(
                network, options, providers=["CPUExecutionProvider"]
            )
        except Exception as fault:  # it raises classes of its own without a root
            raise BrokenModel(f"{card.file} cannot be loaded: {fault}") from fault
        self.card = card
        self._input = self._session.get_inputs()[0].name

    @classmethod
    def built_in(cls) -> Self:
        """The one that comes with the service."""
        card = Card.from_json(BUILT_IN.with_suffix(".json").read_bytes())
        return cls(card, BUILT_IN.with_suffix(".onnx").read_bytes())

    def scores(self, frames: Sequence[Frame] | Frame) -> NDArray[np.float32]:
        """For each picture the probability of each of the card's digits."""
        flat = np.asarray(frames, np.float32).reshape(len(frames), -1)
        [scores] = self._session.run(["probabilities"], {self._input: flat})
        return np.asarray(scores)
