"""Grounds as numbers: what lies below the things, or is a whole picture of nothing known."""

from dataclasses import dataclass

import numpy as np

from .atlas import Drawing
from .configuration import IMAGE_SIZE

SIDE = IMAGE_SIZE + 32
FIELD_OCTAVES, CUT_OCTAVES = (2, 4, 9, 24, 60), (2, 4)
CUT_LEVEL = 0.1
PIECE_MARGIN = 20


@dataclass(frozen=True)
class Flat:
    colour: np.ndarray


@dataclass(frozen=True)
class Banked:
    """A window of a picture of the bank, as large as the content."""

    index: int
    top: int
    left: int
    mirrored: bool


@dataclass(frozen=True)
class Cropped:
    """A square crop of a photograph, resized to SIDE, mirrored, then turned by quarters; the content is its upper left corner."""

    photo: int
    top: int
    left: int
    edge: int
    mirrored: bool
    turns: int


@dataclass(frozen=True)
class Piece:
    """A square of a drawing's largest tile, blown up, shown where smooth noise is high."""

    drawing: Drawing
    top: int
    left: int
    edge: int
    cut: list[np.ndarray]


@dataclass(frozen=True)
class Clutter:
    """Two colours parted by smooth noise of three channels, and pieces of drawings; the content is its upper left corner."""

    first: np.ndarray
    second: np.ndarray
    fields: list[list[np.ndarray]]
    level: float
    strength: float
    pieces: list[Piece]


@dataclass(frozen=True)
class Grain:
    """A window of the bank of grain, and how strong it is."""

    index: int
    top: int
    left: int
    strength: float


Ground = Flat | Banked | Cropped | Clutter


def random_colour(random) -> np.ndarray:
    """Mostly light, sometimes white, sometimes anything."""
    choice = random.random()
    if choice < 0.22:
        return np.full(3, random.uniform(235, 255), np.float32)
    if choice < 0.65:
        return random.uniform(150, 255, 3).astype(np.float32)
    return random.uniform(0, 255, 3).astype(np.float32)


def drawn_noise(random, octaves) -> list[np.ndarray]:
    """The grids that smooth noise is the sum of."""
    return [random.standard_normal((octave, octave)).astype(np.float32) for octave in octaves]


def drawn_crop(photo: int, size: tuple[int, int], random, least: float, most: float) -> Cropped:
    """A crop whose edge is between the two shares of the photo's shorter edge; size is its height and width."""
    edge = int(min(size) * random.uniform(least, most))
    top, left = random.integers(size[0] - edge + 1), random.integers(size[1] - edge + 1)
    mirrored = random.random() < 0.5
    return Cropped(photo, int(top), int(left), edge, mirrored, int(random.integers(4)) if random.random() < 0.3 else 0)


def drawn_piece(random, drawings) -> Piece:
    drawing, edge = drawings[random.integers(len(drawings))], int(random.uniform(14, 30))
    top, left = random.integers(PIECE_MARGIN, drawing.tiles[0].shape[0] - edge - PIECE_MARGIN, 2)
    return Piece(drawing, int(top), int(left), edge, drawn_noise(random, CUT_OCTAVES))


def drawn_clutter(random, drawings) -> Clutter:
    """Not a scene: colour fields cut by noise, or a few drawings blown up beyond recognition."""
    first, second = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    fields = [drawn_noise(random, FIELD_OCTAVES) for _ in range(3)]
    level, strength = random.uniform(-0.2, 0.2), random.uniform(10, 90)
    count = int(random.integers(1, 5)) if random.random() < 0.5 else 0
    return Clutter(first, second, fields, level, strength, [drawn_piece(random, drawings) for _ in range(count)])
