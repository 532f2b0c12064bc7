"""The filled shapes: outlines, their masks, and the tile of one with its colour and edge."""

from dataclasses import dataclass

import cv2
import numpy as np

from .names import SHAPES

SHAPE_TILE, MARGIN = 96, 2
EDGES = (0, 2, 3, 4)
EDGED_SHARE, EDGE_FACTORS = 0.25, (0.6, 1.2)


def heart_points():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x = 16 * np.sin(angle) ** 3
    y = -(13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle))
    points = np.stack([x, y], 1)
    points -= (points.max(0) + points.min(0)) / 2
    return points / np.abs(points).max()


OUTLINES = {
    "circle": np.stack([np.cos(np.linspace(0, 2 * np.pi, 48)), np.sin(np.linspace(0, 2 * np.pi, 48))], 1),
    "square": np.array([[-.88, -.88], [.88, -.88], [.88, .88], [-.88, .88]]),
    "triangle": np.array([[0, -.9], [1, .85], [-1, .85]]),
    "diamond": np.array([[0, -1], [.75, 0], [0, 1], [-.75, 0]]),
    "heart": heart_points(),
}


@dataclass(frozen=True)
class Shape:
    """A shape to fill: its stretch along both axes, its colour, and the width of its edge in pixels of the tile (0: none) with the edge's brightness."""

    name: str
    stretch: np.ndarray
    colour: np.ndarray
    edge: int
    factor: float

    @property
    def ink(self) -> float:
        """The share of the tile that is filled."""
        x, y = (OUTLINES[self.name] * (SHAPE_TILE / 2 - MARGIN) * self.stretch).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2 / SHAPE_TILE ** 2)


def drawn_shape(name: str, colour, random) -> Shape:
    edge, factor = 0, 1.0
    rgb = np.clip(np.array(colour) + random.uniform(-14, 14, 3), 0, 255)
    if random.random() < EDGED_SHARE:
        edge, factor = EDGES[random.integers(1, len(EDGES))], EDGE_FACTORS[random.integers(len(EDGE_FACTORS))]
    return Shape(name, random.uniform([0.9, 0.9], [1, 1]), rgb, edge, factor)


def shape_masks(name: str, stretch, edge: int) -> tuple[np.ndarray, np.ndarray]:
    """What a shape covers and what its edge covers, 0..255, twice as large as its largest use is fine."""
    points = OUTLINES[name] * (SHAPE_TILE / 2 - MARGIN) * stretch + SHAPE_TILE / 2
    polygon = (points * 16).round().astype(np.int32)
    filled, line = np.zeros((2, SHAPE_TILE, SHAPE_TILE), np.uint8)
    cv2.fillPoly(filled, [polygon], 255, cv2.LINE_AA, 4)
    if edge:
        cv2.polylines(line, [polygon], True, 255, edge, cv2.LINE_AA, 4)
    return filled, line


def shape_tile(shape: Shape) -> np.ndarray:
    """A premultiplied tile."""
    filled, line = shape_masks(shape.name, shape.stretch, shape.edge)
    tile = np.empty((SHAPE_TILE, SHAPE_TILE, 4), np.float32)
    tile[..., :3] = shape.colour
    if shape.edge:
        tile[..., :3] *= 1 + (shape.factor - 1) / 255 * line[..., None]
    tile[..., 3] = filled
    tile[..., :3] *= tile[..., 3:] / 255
    return tile.clip(0, 255).astype(np.uint8)


def all_shape_masks() -> np.ndarray:
    """[shapes x edges, side, side, 4]: three times what the edge covers of the shape, then what the shape covers, unstretched."""
    masks = []
    for name in SHAPES:
        for edge in EDGES:
            filled, line = shape_masks(name, np.ones(2), edge)
            masks.append(np.stack([(line / 255.0 * filled).round().astype(np.uint8)] * 3 + [filled], -1))
    return np.stack(masks)


def mask_index(shape: Shape) -> int:
    """Where all_shape_masks has a shape."""
    return SHAPES.index(shape.name) * len(EDGES) + EDGES.index(shape.edge)
