"""The labels of the kinds of things, which a network knows only by number."""

import ast
from collections.abc import Mapping
from pathlib import Path

# The data set COCO, which most weights were trained on, in its order.
COCO = (
    "person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, "
    "traffic light, fire hydrant, stop sign, parking meter, bench, bird, cat, dog, "
    "horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella, handbag, "
    "tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, "
    "baseball glove, skateboard, surfboard, tennis racket, bottle, wine glass, cup, "
    "fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot, "
    "hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, "
    "toilet, tv, laptop, mouse, remote, keyboard, cell phone, microwave, oven, "
    "toaster, sink, refrigerator, book, clock, vase, scissors, teddy bear, "
    "hair drier, toothbrush"
).split(", ")


def own_labels(path: Path, metadata: Mapping[str, str]) -> dict[int, str] | None:
    """The labels that came with the weights: in a text file beside them, or inside.

    >>> own_labels(Path("x.onnx"), {"names": "{0: 'cat', 1: 'dog'}"})
    {0: 'cat', 1: 'dog'}
    """
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return dict(enumerate(beside.read_text("utf-8").splitlines()))

    # Ultralytics writes the labels into the file, as a dictionary in Python.
    try:
        names = ast.literal_eval(metadata.get("names", ""))
        return {int(number): str(name) for number, name in names.items()}
    except (ValueError, SyntaxError, AttributeError, TypeError):
        return None


def label(own: dict[int, str] | None, number: int) -> str:
    """The label of a kind; COCO has it if the weights came without labels.

    >>> label(None, 2), label({0: "face"}, 0), label({0: "face"}, 7)
    ('car', 'face', 'kind 7')
    """
    labels = dict(enumerate(COCO)) if own is None else own
    return labels.get(number, f"kind {number}")
