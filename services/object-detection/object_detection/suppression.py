"""Which guesses stay: the sure ones, and for each thing only the surest."""

import cv2
import numpy as np

from object_detection.layouts import Seen

MAX_OVERLAP = 0.5  # boxes of a kind that share more of their area mean one thing
MAX_THINGS = 300  # in a picture: as many as networks give that sort out themselves


def sure(seen: Seen, min_score: float) -> Seen:
    """The guesses with at least that score, the surest ones first."""
    order = np.argsort(-seen.scores, kind="stable")
    return seen.only(order[seen.scores[order] >= min_score])


def distinct(seen: Seen) -> Seen:
    """Without the boxes that overlap a surer one of the same kind much."""
    # OpenCV does not take an empty list.
    if not len(seen.scores):
        return seen

    corner = seen.boxes[:, :2]
    extent = seen.boxes[:, 2:] - corner
    kept = cv2.dnn.NMSBoxesBatched(
        np.hstack([corner, extent]).tolist(),
        seen.scores.tolist(),
        seen.kinds.tolist(),
        0.0,  # the sure ones were chosen before
        MAX_OVERLAP,
    )

    # In the order of their numbers the surest come first.
    surest_first = np.sort(np.asarray(kept, np.int64))
    return seen.only(surest_first[:MAX_THINGS])
