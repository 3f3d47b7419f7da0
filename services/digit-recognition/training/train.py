"""Stage `train`: a network with one hidden layer learns from distorted pictures."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Any

import cv2
import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from training.distort import distort
from training.files import CLASSIFIER, ROUNDS, params, pictures

Round = dict[str, float]
Weights = NDArray[np.float64]


def rounds(classifier: MLPClassifier, wishes: dict[str, Any]) -> Iterator[Round]:
    """Teach it round by round, and tell how good it is after each."""
    chance = np.random.default_rng(wishes["seed"])
    known, digits = pictures("train")
    known_flat = known.reshape(len(known), -1)
    strange, strange_digits = pictures("test")
    strange_flat = strange.reshape(len(strange), -1)
    for number in range(1, wishes["rounds"] + 1):
        chosen = chance.choice(len(known), wishes["pictures"])
        seen = np.array([distort(known[one], chance) for one in chosen])
        classifier.partial_fit(
            seen.reshape(len(seen), -1), digits[chosen], classes=np.unique(digits)
        )
        yield {
            "round": number,
            "loss": classifier.loss_,
            "train": classifier.score(known_flat, digits),
            "test": classifier.score(strange_flat, strange_digits),
        }


class Average:
    """The mean of the last weights, which steps about less than the last ones do."""

    def __init__(self, size: int) -> None:
        self._weights: deque[list[Weights]] = deque(maxlen=size)

    def add(self, classifier: MLPClassifier) -> None:
        """Remember what it weighs now."""
        weights = [*classifier.coefs_, *classifier.intercepts_]
        self._weights.append([one.copy() for one in weights])

    def apply(self, classifier: MLPClassifier) -> None:
        """Let it weigh the mean."""
        means = [np.mean(same, axis=0) for same in zip(*self._weights, strict=True)]
        layers = len(classifier.coefs_)
        classifier.coefs_, classifier.intercepts_ = means[:layers], means[layers:]


def main() -> None:
    """Write the classifier and how it came to be."""
    wishes = params("train")
    classifier = MLPClassifier(
        hidden_layer_sizes=(wishes["hidden"],),
        batch_size=64,
        learning_rate_init=0.002,
        random_state=wishes["seed"],
    )
    average = Average(wishes["averaged"])
    cv2.setNumThreads(1)
    with (
        threadpool_limits(1),  # the matrices are small, and so every machine adds alike
        ROUNDS.open("w", newline="", encoding="utf-8") as file,
    ):
        table = csv.DictWriter(file, ["round", "loss", "train", "test"])
        table.writeheader()
        for one in rounds(classifier, wishes):
            table.writerow({key: round(value, 6) for key, value in one.items()})
            average.add(classifier)
    average.apply(classifier)
    joblib.dump(classifier, CLASSIFIER)
    print(f"learned for {wishes['rounds']} rounds; loss {classifier.loss_:.4f}")


if __name__ == "__main__":
    main()
