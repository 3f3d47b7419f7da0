"""Stage `data`: a training set of the chosen digits, and a test set of all digits."""

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
SOURCES = ("auto", "mnist", "bundled")
ALL_DIGITS = frozenset(range(10))

# How a bundled digit is made into a picture like the ones that a service gets.
BUNDLED_FULL_INK = 16  # its shades go from 0 to this
BUNDLED_MARGIN_PIXELS = 2  # of paper around the 8 x 8
BUNDLED_ENLARGEMENT = 12  # from 12 x 12 to 144 x 144 pixels


@dataclass(frozen=True)
class Split:
    """Pictures of 28 x 28 shades, and the digits that they show."""

    pictures: Shades
    digits: NDArray[np.int64]

    def only(self, digits: list[int]) -> "Split":
        """The pictures that show one of these digits."""
        wanted = np.isin(self.digits, digits)
        return Split(self.pictures[wanted], self.digits[wanted])

    def counts(self) -> dict[str, int]:
        """How many pictures there are of each digit."""
        digits, numbers = np.unique(self.digits, return_counts=True)
        names = [str(digit) for digit in digits.tolist()]
        return dict(zip(names, numbers.tolist(), strict=True))


@dataclass(frozen=True)
class Dataset:
    """The pictures, where they come from, and why not from MNIST."""

    source: str
    train: Split
    test: Split
    why: str = ""


def load(settings: Mapping[str, Any], cache: Path) -> Dataset:
    """The dataset that the parameters of the stage ask for; raises `NotFetched`."""
    source = settings["source"]
    if source not in SOURCES:
        raise ValueError(f"data.source is {source!r}; choose auto, mnist or bundled")

    why = "params.yaml asks for them"
    if source != "bundled":
        try:
            return load_mnist(settings["mirrors"], cache)
        except NotFetched as fault:
            if source == "mnist":
                raise
            why = f"MNIST could not be downloaded: {fault}"

    return load_bundled(settings["test_share"], settings["seed"], why)


def load_mnist(mirrors: list[str], cache: Path) -> Dataset:
    """60,000 pictures to learn from, 10,000 to be tested on."""
    fetch(mirrors, cache)

    return Dataset(
        source=MNIST,
        train=Split(*read(cache, "train")),
        test=Split(*read(cache, "t10k")),
    )


def load_bundled(test_share: float, seed: int, why: str) -> Dataset:
    """1,797 pictures, each digit split in the same proportion."""
    # Imported late: the tests of this module run without scikit-learn.
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
        source=BUNDLED,
        train=Split(pictures[train], digits[train]),
        test=Split(pictures[test], digits[test]),
        why=why,
    )


def upscale(small: NDArray[np.float64]) -> Shades:
    """8 x 8 shades of ink from 0 to 16, as the service makes them from a picture."""
    shades = np.pad(small * (255 / BUNDLED_FULL_INK), BUNDLED_MARGIN_PIXELS)
    large = cv2.resize(
        shades,
        None,
        fx=BUNDLED_ENLARGEMENT,
        fy=BUNDLED_ENLARGEMENT,
        interpolation=cv2.INTER_CUBIC,
    )

    frame = normalise(np.clip(large, 0, 255).astype(np.uint8))
    return np.asarray(frame * 255).round().astype(np.uint8)


def describe(dataset: Dataset) -> dict[str, Any]:
    """The data card."""
    number = len(dataset.train.digits)
    digits = list(dataset.train.counts())

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
    different = set(digits)
    if len(different) < 2 or not different <= ALL_DIGITS:
        raise ValueError(f"data.digits is {digits}; choose at least two of 0 to 9")
    return sorted(different)


def main() -> None:
    """Write the pictures and the data card."""
    settings = params("data")
    try:
        digits = chosen(settings["digits"])
        dataset = load(settings, HERE / "fetched")
    except (NotFetched, ValueError) as fault:
        sys.exit(str(fault))

    dataset = replace(dataset, train=dataset.train.only(digits))
    card = describe(dataset)

    write_json(DATA_CARD, card)
    write_pictures("train", dataset.train.pictures, dataset.train.digits)
    write_pictures("test", dataset.test.pictures, dataset.test.digits)

    said = [card["summary"]]
    if dataset.why:
        said.append(dataset.why)
    print(". ".join(said))


if __name__ == "__main__":
    main()
