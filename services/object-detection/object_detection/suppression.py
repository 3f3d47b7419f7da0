"""Which guesses stay: the sure ones, and for each thing only the surest."""

import cv2
import numpy as np

from object_detection.layouts import Guesses

MAX_OVERLAP = 0.5  # boxes of a kind that share more of their area mean one thing
MAX_THINGS = 300  # in a picture: as many as networks give that sort out themselves


def sure(guesses: Guesses, min_score: float) -> Guesses:
    """The guesses with at least that score, the surest ones first."""
    order = np.argsort(-guesses.scores, kind="stable")
    return guesses.only(order[guesses.scores[order] >= min_score])


def distinct(guesses: Guesses) -> Guesses:
    """Without the boxes that overlap a surer one of the same kind much."""
    if not len(guesses.scores):
        return guesses

    corner = guesses.boxes[:, :2]
    extent = guesses.boxes[:, 2:] - corner
    kept = cv2.dnn.NMSBoxesBatched(
        np.hstack([corner, extent]).tolist(),
        guesses.scores.tolist(),
        guesses.kinds.tolist(),
        0.0,  # the sure ones were chosen before
        MAX_OVERLAP,
    )

    # In the order of their numbers the surest come first.
    surest_first = np.sort(np.asarray(kept, np.int64))
    return guesses.only(surest_first[:MAX_THINGS])
