"""Distorts pictures of digits as hands, pens and cameras do."""

import cv2
import numpy as np
from digits.normalise import SIDE, Frame

MIDDLE = (SIDE - 1) / 2
GRID = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32)


def distort(frame: Frame, chance: np.random.Generator) -> Frame:
    """Turned, slanted, stretched, wobbling; with another pen."""
    return with_another_pen(wobble(frame, chance), chance)


def wobble(frame: Frame, chance: np.random.Generator) -> Frame:
    """Turned by up to 12 degrees, slanted, stretched, moved, bent here and there."""
    angle = np.radians(chance.uniform(-12, 12))
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    wide, high = np.exp(chance.uniform((-0.35, -0.12), (0.35, 0.12)))
    stretch = [[wide, chance.uniform(-0.2, 0.2)], [0, high]]
    move = chance.uniform(-1.2, 1.2, 2)
    bend = cv2.resize(
        chance.normal(0, 1, (4, 4, 2)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
    )
    places = (GRID - MIDDLE) @ np.matmul(turn, stretch).T + MIDDLE + move + bend
    across, down = np.moveaxis(places.astype(np.float32), 2, 0)
    moved = cv2.remap(frame, across, down, cv2.INTER_LINEAR)
    return np.asarray(moved, np.float32)


def with_another_pen(frame: Frame, chance: np.random.Generator) -> Frame:
    """Sharper or softer, thinner or thicker."""
    soft = cv2.GaussianBlur(frame, (0, 0), 2)
    sharp = frame + chance.uniform(0, 2) * (frame - soft)
    none = chance.uniform(0, 0.5)
    full = chance.uniform(none + 0.2, 1)
    return np.clip((sharp - none) / (full - none), 0, 1)
