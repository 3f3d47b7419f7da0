"""Which guesses stay: the sure ones, and of those for one thing the surest."""

import cv2
import numpy as np

from object_detection.layouts import Seen

OVERLAP = 0.5  # from this share on two boxes of a kind mean one thing
MOST = 300  # things in a picture


def sure(seen: Seen, min_score: float) -> Seen:
    """What has at least that score, the surest first."""
    order = np.argsort(-seen.scores, kind="stable")
    return seen.only(order[seen.scores[order] >= min_score])


def distinct(seen: Seen) -> Seen:
    """Without those boxes that overlap a surer one of the same kind much."""
    if not len(seen.scores):
        return seen
    sides = np.hstack([seen.boxes[:, :2], seen.boxes[:, 2:] - seen.boxes[:, :2]])
    kept = cv2.dnn.NMSBoxesBatched(
        sides.tolist(), seen.scores.tolist(), seen.kinds.tolist(), 0.0, OVERLAP
    )
    return seen.only(np.sort(np.asarray(kept, np.int64))[:MOST])
