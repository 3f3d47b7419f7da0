"""The files that the stages hand on, and the parameters that they go by."""

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml  # type: ignore[import-untyped]  # has no types
from numpy.typing import NDArray

HERE = Path(__file__).parent
OUT = HERE / "out"

PICTURES = OUT / "pictures"  # 28 x 28 shades, training and test
DATA_CARD = OUT / "data_card.json"
CLASSIFIER = OUT / "classifier.joblib"
ROUNDS = OUT / "rounds.csv"
METRICS = OUT / "metrics.json"
CONFUSION = OUT / "confusion.png"
LEARNING = OUT / "learning.png"
NETWORK = OUT / "model.onnx"
CARD = OUT / "card.json"


def params(stage: str) -> dict[str, Any]:
    """The parameters of a stage."""
    parsed = yaml.safe_load((HERE / "params.yaml").read_text("utf-8"))
    return cast(dict[str, Any], parsed[stage])


def read_json(path: Path) -> Any:
    """What a stage before has written."""
    return json.loads(path.read_text("utf-8"))


def write_json(path: Path, value: object) -> None:
    """Write it for the stages behind, and for people."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def write_pictures(
    part: str, shades: NDArray[np.uint8], digits: NDArray[np.int64]
) -> None:
    """The pictures of `train` or `test`; the same ones are the same files again."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    np.save(PICTURES / f"{part}_shades.npy", shades)
    np.save(PICTURES / f"{part}_digits.npy", digits)


def pictures(part: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The pictures of `train` or `test`, ink from 0 to 1, and what they show."""
    shades = np.load(PICTURES / f"{part}_shades.npy")
    return shades.astype(np.float32) / 255, np.load(PICTURES / f"{part}_digits.npy")
