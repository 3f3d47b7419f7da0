"""Stage `evaluate`: figures and pictures of what the classifier can and cannot do."""

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


def measure(truth: np.ndarray, said: np.ndarray) -> dict[str, object]:
    """Accuracy, and for each digit precision, recall and number of test pictures."""
    precision, recall, _, support = precision_recall_fscore_support(
        truth, said, labels=DIGITS, zero_division=0
    )
    return {
        "accuracy": round(float(accuracy_score(truth, said)), 6),
        "digits": {
            str(digit): {
                "precision": round(float(precision[digit]), 6),
                "recall": round(float(recall[digit]), 6),
                "pictures": int(support[digit]),
            }
            for digit in DIGITS
        },
    }


def draw_confusion(truth: np.ndarray, said: np.ndarray) -> None:
    """Which digit is taken for which."""
    figure, axes = plt.subplots(figsize=(6, 6))
    ConfusionMatrixDisplay.from_predictions(
        truth, said, labels=DIGITS, cmap="Blues", colorbar=False, ax=axes
    )
    axes.set(xlabel="taken for", ylabel="is", title="Test pictures")
    figure.savefig(CONFUSION, dpi=100, metadata={"Software": None})


def draw_learning() -> None:
    """How good it was after each round."""
    with ROUNDS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    figure, axes = plt.subplots(figsize=(6, 4))
    for part in ("train", "test"):
        axes.plot([float(row[part]) for row in rows], label=part)
    axes.set(xlabel="round", ylabel="accuracy", ylim=(None, 1), title="Learning")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(LEARNING, dpi=100, metadata={"Software": None})


def main() -> None:
    """Write the figures and draw the pictures."""
    shades, truth = pictures("test")
    said = joblib.load(CLASSIFIER).predict(shades.reshape(len(shades), -1))
    metrics = measure(truth, said)
    write_json(METRICS, metrics)
    draw_confusion(truth, said)
    draw_learning()
    print(f"accuracy {metrics['accuracy']} on {len(truth)} test pictures")


if __name__ == "__main__":
    main()
