"""Stage `data`: a training set of the digits asked for, a test set of all of them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from digits.normalise import normalise
from numpy.typing import NDArray

from training.files import DATA_CARD, HERE, params, write_json, write_pictures
from training.mnist import NotFetched, Shades, fetch, read

MNIST = "MNIST"
BUNDLED = "scikit-learn's bundled digits (8 x 8, upscaled)"


@dataclass(frozen=True)
class Part:
    """Pictures of 28 x 28 shades, and what they show."""

    pictures: Shades
    digits: NDArray[np.int64]

    def only(self, digits: list[int]) -> "Part":
        """Those that show one of the digits."""
        wanted = np.isin(self.digits, digits)
        return Part(self.pictures[wanted], self.digits[wanted])

    def counts(self) -> dict[str, int]:
        """How many pictures there are of each digit."""
        found, numbers = np.unique(self.digits, return_counts=True)
        return dict(zip(map(str, found.tolist()), numbers.tolist(), strict=True))


@dataclass(frozen=True)
class Dataset:
    """Where pictures come from, and why not from elsewhere."""

    source: str
    train: Part
    test: Part
    why: str = ""


def load(wishes: Mapping[str, Any], cache: Path) -> Dataset:
    """The dataset by the parameters of the stage; raises `NotFetched`."""
    if wishes["source"] not in ("auto", "mnist", "bundled"):
        raise ValueError(f"data.source is {wishes['source']!r}: auto, mnist or bundled")
    why = "params.yaml asks for them"
    if wishes["source"] != "bundled":
        try:
            return load_mnist(wishes["mirrors"], cache)
        except NotFetched as fault:
            if wishes["source"] == "mnist":
                raise
            why = f"MNIST could not be fetched: {fault}"
    return load_bundled(wishes["test_share"], wishes["seed"], why)


def load_mnist(mirrors: list[str], cache: Path) -> Dataset:
    """60,000 pictures to learn from, 10,000 to be tested on."""
    fetch(mirrors, cache)
    return Dataset(MNIST, Part(*read(cache, "train")), Part(*read(cache, "t10k")))


def load_bundled(test_share: float, seed: int, why: str) -> Dataset:
    """1,797 pictures, each digit split in the same proportion."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    small = load_digits()
    train, test = train_test_split(
        np.arange(len(small.target)),
        test_size=test_share,
        random_state=seed,
        stratify=small.target,
    )
    pictures = np.array([upscale(picture) for picture in small.images])
    digits = small.target.astype(np.int64)
    return Dataset(
        BUNDLED,
        Part(pictures[train], digits[train]),
        Part(pictures[test], digits[test]),
        why,
    )


def upscale(small: NDArray[np.float64]) -> Shades:
    """8 x 8 shades of ink from 0 to 16, seen as a service sees a picture."""
    shades = np.pad(small * (255 / 16), 2)
    large = cv2.resize(shades, None, fx=12, fy=12, interpolation=cv2.INTER_CUBIC)
    frame = normalise(np.clip(large, 0, 255).astype(np.uint8))
    return np.asarray(frame * 255).round().astype(np.uint8)


def describe(dataset: Dataset) -> dict[str, Any]:
    """The data card."""
    number, digits = len(dataset.train.digits), list(dataset.train.counts())
    return {
        "summary": f"{dataset.source}: {number} pictures of {', '.join(digits)}",
        "source": dataset.source,
        "why": dataset.why,
        "digits": [int(digit) for digit in digits],
        "train": dataset.train.counts(),
        "test": dataset.test.counts(),
    }


def chosen(digits: list[int]) -> list[int]:
    """The digits of the training set, in order.

    >>> chosen([7, 0, 7])
    [0, 7]
    """
    if len(set(digits)) < 2 or not set(digits) <= set(range(10)):
        raise ValueError(f"data.digits is {digits}: at least two of 0 to 9 are needed")
    return sorted(set(digits))


def main() -> None:
    """Write pictures and data card."""
    wishes = params("data")
    try:
        digits = chosen(wishes["digits"])
        dataset = load(wishes, HERE / "fetched")
    except (NotFetched, ValueError) as fault:
        sys.exit(str(fault))
    dataset = replace(dataset, train=dataset.train.only(digits))
    card = describe(dataset)
    write_json(DATA_CARD, card)
    write_pictures("train", dataset.train.pictures, dataset.train.digits)
    write_pictures("test", dataset.test.pictures, dataset.test.digits)
    print(". ".join(filter(None, [card["summary"], dataset.why])))


if __name__ == "__main__":
    main()
