"""Stage `evaluate`: figures and pictures that show how good the classifier is."""

import csv

import joblib
import matplotlib
import numpy as np
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    accuracy_score,
    precision_recall_fscore_support,
)

from training.files import (
    CLASSIFIER,
    CONFUSION,
    LEARNING,
    METRICS,
    ROUNDS,
    pictures,
    write_json,
)

matplotlib.use("agg")  # files, no windows
from matplotlib import pyplot as plt  # noqa: E402  # after the choice above

DIGITS = range(10)
DECIMALS = 6
DOTS_PER_INCH = 100

# Without it Matplotlib writes its version into the file, and DVC would see a change
# after each update of it.
NO_METADATA = {"Software": None}


def measure(truth: np.ndarray, predicted: np.ndarray) -> dict[str, object]:
    """Accuracy, and for each digit precision, recall and number of test pictures."""
    precision, recall, _, support = precision_recall_fscore_support(
        truth, predicted, labels=DIGITS, zero_division=0
    )

    return {
        "accuracy": round(float(accuracy_score(truth, predicted)), DECIMALS),
        "digits": {
            str(digit): {
                "precision": round(float(precision[digit]), DECIMALS),
                "recall": round(float(recall[digit]), DECIMALS),
                "pictures": int(support[digit]),
            }
            for digit in DIGITS
        },
    }


def draw_confusion(truth: np.ndarray, predicted: np.ndarray) -> None:
    """Which digit is taken for which."""
    figure, axes = plt.subplots(figsize=(6, 6))
    ConfusionMatrixDisplay.from_predictions(
        truth, predicted, labels=DIGITS, cmap="Blues", colorbar=False, ax=axes
    )

    axes.set(xlabel="predicted", ylabel="true", title="Test pictures")
    figure.savefig(CONFUSION, dpi=DOTS_PER_INCH, metadata=NO_METADATA)


def draw_learning() -> None:
    """How good the classifier was after each round."""
    with ROUNDS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    figure, axes = plt.subplots(figsize=(6, 4))
    for split in ("train", "test"):
        axes.plot([float(row[split]) for row in rows], label=split)

    axes.set(xlabel="round", ylabel="accuracy", ylim=(None, 1), title="Learning")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(LEARNING, dpi=DOTS_PER_INCH, metadata=NO_METADATA)


def main() -> None:
    """Write the figures and draw the pictures."""
    shades, truth = pictures("test")
    flat = shades.reshape(len(shades), -1)
    predicted = joblib.load(CLASSIFIER).predict(flat)

    metrics = measure(truth, predicted)
    write_json(METRICS, metrics)
    draw_confusion(truth, predicted)
    draw_learning()

    print(f"accuracy {metrics['accuracy']} on {len(truth)} test pictures")


if __name__ == "__main__":
    main()
