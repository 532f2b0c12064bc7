"""Paints layouts on the host: drawings and coloured shapes on their ground, at the net's own size, with what covers what."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import torch

from .configuration import CELLS, GRID, IMAGE_SIZE, PAD_COLOUR
from .detections import Detection
from .layout import MOST_THINGS, WHOLE, Finish, Layout, Layouts, Placement, Thing
from .shapes import Shape, shape_tile


@dataclass
class Scene:
    """A picture, its things with centres in shares of the content rectangle, what a detector would say, and whether it holds nothing known."""

    image: np.ndarray
    things: list[Thing]
    foreign: bool = False
    content: tuple[int, int, int, int] = WHOLE
    detections: list[Detection] = field(default_factory=list)


class Composer:
    """Draws layouts and paints them."""

    def __init__(self, layouts: Layouts):
        self.layouts, self.backgrounds = layouts, layouts.backgrounds

    def crowd(self, random) -> Scene:
        return self.painted(self.layouts.crowd(random))

    def scene(self, random, count=None) -> Scene:
        return self.painted(self.layouts.scene(random, count))

    def photographed(self, random) -> Scene:
        return self.painted(self.layouts.photographed(random))

    def paint(self, layouts: list[Layout]) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures [B, height, width, 3] in 0..255 and what every thing covers of every cell, [B, things, cells]."""
        scenes = [self.painted(layout) for layout in layouts]
        return torch.from_numpy(np.stack([scene.image for scene in scenes])), coverage_of(scenes)

    def painted(self, layout: Layout) -> Scene:
        left, top, width, height = layout.content
        canvas = np.empty((IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8)
        canvas[:] = PAD_COLOUR
        canvas[top:top + height, left:left + width] = self.backgrounds.picture(layout.ground, width, height)
        for thing, placement in zip(layout.things, layout.placements):
            if placement is not None:
                thing.coverage = cv2.resize(draw(canvas, placement), (GRID, GRID), interpolation=cv2.INTER_AREA).reshape(CELLS)
        return Scene(self.finished(canvas, layout.content, layout.finish), layout.things, layout.foreign, layout.content, layout.detections)

    def finished(self, canvas, content, finish: Finish) -> np.ndarray:
        left, top, width, height = content
        pixels = canvas[top:top + height, left:left + width]
        if finish.reduced:
            pixels = cv2.resize(cv2.resize(pixels, finish.reduced, interpolation=cv2.INTER_AREA), (width, height), interpolation=cv2.INTER_LINEAR)
        elif finish.blur:
            pixels = cv2.GaussianBlur(pixels, (5, 5), finish.blur)
        values = (pixels.astype(np.float32) - 128) * finish.contrast + 128 + finish.brightness
        if finish.grain:
            grain = finish.grain
            values += self.backgrounds.noise[grain.index, grain.top:grain.top + height, grain.left:grain.left + width] * grain.strength
        canvas[top:top + height, left:left + width] = values.clip(0, 255)
        if finish.quality:
            canvas = cv2.imdecode(cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, finish.quality])[1], cv2.IMREAD_COLOR)
        return canvas


def outlined(rgb, alpha, width, line):
    """A dark line around a premultiplied drawing, as other styles have."""
    wide = cv2.dilate(alpha, np.ones((2 * width + 1, 2 * width + 1), np.uint8))
    return rgb + np.float32(line) * (wide - alpha)[..., None], wide


def warped(placement: Placement) -> tuple[np.ndarray, int, int]:
    """The drawing's premultiplied pixels in the square that it reaches, and that square's left and top on the canvas."""
    tile = shape_tile(placement.drawing) if isinstance(placement.drawing, Shape) else placement.drawing.tiles[placement.tile]
    reach = int(np.ceil(placement.side * 0.72)) + 1
    left, top = int(placement.x) - reach, int(placement.y) - reach
    sine, cosine, flip = np.sin(placement.turn), np.cos(placement.turn), placement.flip
    matrix = np.array([[cosine * flip, -sine], [sine * flip, cosine]]) * placement.side / tile.shape[0]
    middle = (tile.shape[0] - 1) / 2
    offset = np.array([placement.x - left - 0.5, placement.y - top - 0.5]) - matrix @ [middle, middle]
    return cv2.warpAffine(tile, np.column_stack([matrix, offset]), (2 * reach, 2 * reach), flags=cv2.INTER_LINEAR), left, top


def draw(canvas, placement: Placement) -> np.ndarray:
    """Blends a drawing into the canvas; what it covers of every pixel."""
    patch, left, top = warped(placement)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + len(patch), IMAGE_SIZE), min(top + len(patch), IMAGE_SIZE)
    patch = patch[y0 - top:y1 - top, x0 - left:x1 - left].astype(np.float32)
    rgb, alpha = patch[..., :3], patch[..., 3] / 255
    if placement.outline:
        rgb, alpha = outlined(rgb, alpha, placement.outline, placement.line)
    if placement.mixing is not None:
        rgb = np.clip(rgb @ placement.mixing.astype(np.float32), 0, 255 * alpha[..., None])
    if placement.gain is not None:
        rgb = rgb * placement.gain.astype(np.float32)
    view = canvas[y0:y1, x0:x1]
    view[:] = (view * (1 - alpha[..., None]) + rgb).clip(0, 255)
    covered = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    covered[y0:y1, x0:x1] = alpha
    return covered


def coverage_of(scenes: list[Scene]) -> torch.Tensor:
    """[B, K, cells]: what painting found every thing to cover."""
    coverage = np.zeros((len(scenes), MOST_THINGS, CELLS), np.float32)
    for row, scene in zip(coverage, scenes):
        for slot, thing in enumerate(scene.things):
            row[slot] = thing.coverage
    return torch.from_numpy(coverage)
