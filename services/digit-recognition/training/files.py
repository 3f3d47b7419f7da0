"""The files that one stage hands to the next, and the parameters of the stages."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml  # type: ignore[import-untyped]  # has no types
from numpy.typing import NDArray

HERE = Path(__file__).parent
OUT = HERE / "out"

PICTURES = OUT / "pictures"  # 28 x 28 shades, for training and for tests
DATA_CARD = OUT / "data_card.json"
CLASSIFIER = OUT / "classifier.joblib"
ROUNDS = OUT / "rounds.csv"
METRICS = OUT / "metrics.json"
CONFUSION = OUT / "confusion.png"
LEARNING = OUT / "learning.png"
NETWORK = OUT / "model.onnx"
CARD = OUT / "card.json"


def params(stage: str) -> dict[str, Any]:
    """The parameters of a stage, from `params.yaml`."""
    parsed = yaml.safe_load((HERE / "params.yaml").read_text("utf-8"))
    return cast(dict[str, Any], parsed[stage])


def read_json(path: Path) -> Any:
    """What an earlier stage has written."""
    return json.loads(path.read_text("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write a value for later stages, and for people."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def write_pictures(
    split: str, shades: NDArray[np.uint8], digits: NDArray[np.int64]
) -> None:
    """Write the pictures of `train` or `test`.

    The same pictures give the same bytes: DVC sees that nothing has changed.
    """
    PICTURES.mkdir(parents=True, exist_ok=True)
    np.save(PICTURES / f"{split}_shades.npy", shades)
    np.save(PICTURES / f"{split}_digits.npy", digits)


def pictures(split: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The pictures of `train` or `test`, ink from 0 to 1, and the digits they show."""
    shades = np.load(PICTURES / f"{split}_shades.npy")
    digits = np.load(PICTURES / f"{split}_digits.npy")
    return shades.astype(np.float32) / 255, digits
