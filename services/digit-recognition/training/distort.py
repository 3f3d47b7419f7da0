"""Distorts pictures of digits as hands, pens and cameras do.

Each constant bounds one distortion; how much of it a picture gets is left to chance.
"""

import cv2
import numpy as np
from digits.normalise import FRAME_PIXELS, Frame

MAX_TURN_DEGREES = 12
MAX_STRETCH = (0.35, 0.12)  # across and down, as the logarithm of a factor
MAX_SLANT = 0.2  # pixels to the side for each pixel down
MAX_MOVE_PIXELS = 1.2
BEND_POINTS = 4  # across and down; between them the frame bends smoothly
BEND_PIXELS = 1  # standard deviation of how far one of them moves

PEN_BLUR_PIXELS = 2  # standard deviation of the blur that is added or taken away
MAX_SHARPENING = 2  # how often the difference to the blurred frame is added
MAX_EMPTY_INK = 0.5  # ink up to this becomes paper: a thinner pen
MIN_INK_RANGE = 0.2  # between what becomes paper and what becomes full ink

MIDDLE = (FRAME_PIXELS - 1) / 2
GRID = np.stack(
    np.meshgrid(np.arange(FRAME_PIXELS), np.arange(FRAME_PIXELS)), -1
).astype(np.float32)


def distort(frame: Frame, chance: np.random.Generator) -> Frame:
    """Turned, slanted, stretched, moved and bent, and drawn with another pen."""
    return with_another_pen(move(frame, chance), chance)


def move(frame: Frame, chance: np.random.Generator) -> Frame:
    """Each pixel at another place.

    The order of the draws matters: another one would give other pictures for the same
    seed.
    """
    angle = np.radians(chance.uniform(-MAX_TURN_DEGREES, MAX_TURN_DEGREES))
    turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]

    width, height = np.exp(chance.uniform(np.negative(MAX_STRETCH), MAX_STRETCH))
    slant = chance.uniform(-MAX_SLANT, MAX_SLANT)
    stretch = [[width, slant], [0, height]]

    shift = chance.uniform(-MAX_MOVE_PIXELS, MAX_MOVE_PIXELS, 2)
    bend = cv2.resize(
        chance.normal(0, BEND_PIXELS, (BEND_POINTS, BEND_POINTS, 2)),
        (FRAME_PIXELS, FRAME_PIXELS),
        interpolation=cv2.INTER_CUBIC,
    )

    places = (GRID - MIDDLE) @ np.matmul(turn, stretch).T + MIDDLE + shift + bend
    across, down = np.moveaxis(places.astype(np.float32), 2, 0)
    moved = cv2.remap(frame, across, down, cv2.INTER_LINEAR)
    return np.asarray(moved, np.float32)


def with_another_pen(frame: Frame, chance: np.random.Generator) -> Frame:
    """Sharper or softer, thinner or thicker strokes."""
    soft = cv2.GaussianBlur(frame, (0, 0), PEN_BLUR_PIXELS)
    sharp = frame + chance.uniform(0, MAX_SHARPENING) * (frame - soft)

    empty = chance.uniform(0, MAX_EMPTY_INK)
    full = chance.uniform(empty + MIN_INK_RANGE, 1)
    return np.clip((sharp - empty) / (full - empty), 0, 1)
