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

# Of the Adam optimiser; the other parameters are in params.yaml.
BATCH_PICTURES = 64
LEARNING_RATE = 0.002


def rounds(classifier: MLPClassifier, settings: dict[str, Any]) -> Iterator[Round]:
    """Train it round by round, and yield how good it is after each."""
    chance = np.random.default_rng(settings["seed"])
    train_pictures, train_digits = pictures("train")
    train_flat = train_pictures.reshape(len(train_pictures), -1)
    test_pictures, test_digits = pictures("test")
    test_flat = test_pictures.reshape(len(test_pictures), -1)

    for number in range(1, settings["rounds"] + 1):
        chosen = chance.choice(len(train_pictures), settings["pictures"])
        distorted = np.array([distort(train_pictures[one], chance) for one in chosen])
        classifier.partial_fit(
            distorted.reshape(len(distorted), -1),
            train_digits[chosen],
            classes=np.unique(train_digits),
        )

        yield {
            "round": number,
            "loss": classifier.loss_,
            "train": classifier.score(train_flat, train_digits),
            "test": classifier.score(test_flat, test_digits),
        }


class Average:
    """The mean of the weights of the last rounds.

    The weights of a single round jump around the best ones; their mean is nearer.
    """

    def __init__(self, size: int) -> None:
        self._weights: deque[list[Weights]] = deque(maxlen=size)

    def add(self, classifier: MLPClassifier) -> None:
        """Remember its weights of this round."""
        weights = [*classifier.coefs_, *classifier.intercepts_]

        # Copied: the next round changes the arrays themselves.
        self._weights.append([one.copy() for one in weights])

    def apply(self, classifier: MLPClassifier) -> None:
        """Give it the mean."""
        means = [np.mean(same, axis=0) for same in zip(*self._weights, strict=True)]

        layers = len(classifier.coefs_)
        classifier.coefs_ = means[:layers]
        classifier.intercepts_ = means[layers:]


def main() -> None:
    """Write the classifier, and how good it was after each round."""
    settings = params("train")
    classifier = MLPClassifier(
        hidden_layer_sizes=(settings["hidden"],),
        batch_size=BATCH_PICTURES,
        learning_rate_init=LEARNING_RATE,
        random_state=settings["seed"],
    )
    average = Average(settings["averaged"])

    # One thread: with more of them the order of the sums, and so the model, would
    # differ from machine to machine. The matrices are too small to gain from threads.
    cv2.setNumThreads(1)
    with (
        threadpool_limits(1),
        ROUNDS.open("w", newline="", encoding="utf-8") as file,
    ):
        table = csv.DictWriter(file, ["round", "loss", "train", "test"])
        table.writeheader()
        for one in rounds(classifier, settings):
            table.writerow({key: round(value, 6) for key, value in one.items()})
            average.add(classifier)

    average.apply(classifier)
    joblib.dump(classifier, CLASSIFIER)
    print(f"trained for {settings['rounds']} rounds; loss {classifier.loss_:.4f}")


if __name__ == "__main__":
    main()
