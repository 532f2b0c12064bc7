"""Scenes as numbers: which things, where, how large, which drawing of them, and what is done to their pixels.

compose.py paints a layout on the host, device.py a batch of layouts on a torch device; questions and labels need the numbers alone, but
for what every cell of the grid shows."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from .atlas import TRAIN_STYLES, Atlas, Drawing
from .backgrounds import Backgrounds
from .configuration import CELLS, GRID, IMAGE_SIZE
from .detections import Detection, Detections
from .grounds import Grain, Ground
from .names import COLOURS, SHAPES
from .placing import CROWD_MOST, content_size, crowd_places, places
from .shapes import Shape, drawn_shape

ICON, SHAPE, UNKNOWN, PHOTO = "icon", "shape", "unknown", "photo"
THINGS_SHARE = (0.02, 0.28, 0.30, 0.23, 0.17)
SHAPE_SHARE, UNKNOWN_SHARE, FOREIGN_SHARE = 0.35, 0.08, 0.05
REPEAT_SHARE = 0.35
PHOTO_THING_SHARE, PHOTO_COUNTS = 0.5, (0.3, 0.3, 0.2, 0.12, 0.08)
MIXED_PHOTO_SHARE, INVENTED_SHARE = 0.25, 0.15
OUTLINE_SHARE, TINT_SHARE, GREY_SHARE, GAIN_SHARE = 0.15, 0.25, 0.05, 0.6
LOSS_SHARE, BRIGHTNESS_SHARE, GRAIN_SHARE, JPEG_SHARE = 0.15, 0.6, 0.4, 0.1
HELD_PAIRS = 5
MOST_THINGS = CROWD_MOST
WHOLE = (0, 0, IMAGE_SIZE, IMAGE_SIZE)


@dataclass
class Thing:
    """A name with its place in shares of the content, its side and area in pixels; coverage is what painting found it to cover of every cell."""

    name: str
    kind: str
    colour: str | None
    side: float
    x: float = 0.0
    y: float = 0.0
    area: float = 0.0
    coverage: np.ndarray = field(default=None, repr=False)
    centre_cell: int = 0
    region: int | None = None


@dataclass(frozen=True)
class Placement:
    """A drawing's tile on the canvas: its centre and side in pixels, its turn in radians, 1 or -1 for mirrored, then what is done to its pixels.

    outline is the width of a line of that brightness around it; mixing [3, 3] mixes its colours, gain [3] scales them."""

    drawing: Drawing | Shape
    tile: int
    x: float
    y: float
    side: float
    turn: float
    flip: int
    outline: int = 0
    line: float = 0.0
    mixing: np.ndarray | None = None
    gain: np.ndarray | None = None


@dataclass(frozen=True)
class Finish:
    """What is done to the content last: resized to `reduced` and back, or blurred; contrast about the middle grey, brightness, grain, JPEG."""

    reduced: tuple[int, int] | None = None
    blur: float = 0.0
    contrast: float = 1.0
    brightness: float = 0.0
    grain: Grain | None = None
    quality: int | None = None


@dataclass
class Layout:
    """A scene to paint: its ground inside the content rectangle (left, top, width, height), its things with a placement or None for each, its
    finish, what a detector would say, and whether it holds nothing known."""

    ground: Ground
    things: list[Thing]
    placements: list[Placement | None]
    finish: Finish
    foreign: bool = False
    content: tuple[int, int, int, int] = WHOLE
    detections: list[Detection] = field(default_factory=list)


def is_held_pair(first: str, second: str) -> bool:
    """One pair of names in five is never together in a training scene."""
    low, high = sorted((first, second))
    value = 0
    for character in f"{low}|{high}":
        value = (value * 131 + ord(character)) % 1000003
    return first != second and value % HELD_PAIRS == 0


class Layouts:
    """Draws random layouts; `held_pairs` makes every scene of two or more things show a pair unseen in training."""

    def __init__(self, atlas: Atlas, backgrounds: Backgrounds, styles=TRAIN_STYLES, held_pairs=False, test=False):
        self.atlas, self.backgrounds, self.styles = atlas, backgrounds, [style for style in styles if atlas.known[style]]
        self.held_pairs, self.test = held_pairs, test
        slugs = atlas.test_unknown if test else atlas.trained_unknown
        self.unknown = {style: [drawings for slug, drawings in atlas.unknown[style].items() if slug in slugs] for style in self.styles}
        self.detections = Detections(sorted({name for style in TRAIN_STYLES for name in atlas.known[style]}))
        self.everything = [drawing for style in self.styles for drawings in atlas.known[style].values() for drawing in drawings]

    def names_for(self, count, style, random, repeat_share) -> list[tuple[str, str]]:
        """(kind, name) of every thing."""
        chosen, available = [], self.atlas.names(style)
        while len(chosen) < count:
            if chosen and random.random() < repeat_share:
                chosen.append(chosen[random.integers(len(chosen))])
                continue
            kind = SHAPE if random.random() < SHAPE_SHARE else ICON
            pool = SHAPES if kind == SHAPE else available
            name = pool[random.integers(len(pool))]
            held = [is_held_pair(name, other) for _, other in chosen]
            if self.held_pairs and len(chosen) == 1 and count > 1 and not held[0]:
                continue
            if not self.held_pairs and any(held):
                continue
            chosen.append((kind, name))
        if random.random() < UNKNOWN_SHARE and chosen and self.unknown[style]:
            chosen[random.integers(count)] = (UNKNOWN, "something")
        return chosen

    def drawing_for(self, kind, name, style, backdrop, random) -> tuple[Drawing | Shape, str | None]:
        """The drawing to place and its colour word; backdrop is the mean colour below a shape."""
        if kind == SHAPE:
            far = [colour for colour, rgb in COLOURS.items() if np.abs(np.array(rgb) - backdrop).sum() > 130]
            colour = far[random.integers(len(far))] if far else "black"
            return drawn_shape(name, COLOURS[colour], random), colour
        pool = self.unknown[style][random.integers(len(self.unknown[style]))] if kind == UNKNOWN else self.atlas.known[style][name]
        return pool[random.integers(len(pool))], None

    def crowd(self, random) -> Layout:
        """Many things: more to recognise in one pass of the encoder."""
        return self.composed(random, (IMAGE_SIZE, IMAGE_SIZE), crowd_places(random), 0, 0.6)

    def scene(self, random, count=None) -> Layout:
        if count is None and random.random() < FOREIGN_SHARE:
            return Layout(self.backgrounds.foreign(random, self.everything), [], [], self.finish(random, WHOLE), True)
        count = int(random.choice(5, p=THINGS_SHARE)) if count is None else count
        size = content_size(random)
        return self.composed(random, size, places(count, *size, random), REPEAT_SHARE, 0.25)

    def photographed(self, random) -> Layout:
        """A picture that the grid tower knows nothing of, with what the photo tower says of it; sometimes drawings lie on it."""
        width, height = content_size(random)
        layout = self.empty(self.backgrounds.foreign(random, self.everything), (width, height), random)
        positions = places(1 + int(random.choice(5, p=PHOTO_COUNTS)), width, height, random)
        style = self.styles[random.integers(len(self.styles))]
        drawn = random.random() < MIXED_PHOTO_SHARE
        for name, where in zip(self.photographed_names(len(positions), random), positions):
            if drawn and random.random() < PHOTO_THING_SHARE and name in self.atlas.known[style]:
                place(layout, ICON, name, self.drawing_for(ICON, name, style, None, random), where, random)
            else:
                self.photograph(layout, name, where, random)
        layout.detections += self.detections.spurious(random, len(layout.detections))
        return layout

    def photograph(self, layout, name, where, random) -> None:
        """Adds a thing that a detector sees and nothing shows."""
        (x, y, side), (_, _, width, height) = where, layout.content
        shape = np.exp(random.uniform(-0.5, 0.5))
        box = (x / width, y / height, min(1, side * shape / width), min(1, side / shape / height))
        layout.things.append(Thing(name, PHOTO, None, side, x / width, y / height, box[2] * box[3] * width * height, np.zeros(CELLS, np.float32),
                                   region=len(layout.detections)))
        layout.placements.append(None)
        layout.detections.append(self.detections.seen(name, box, random))

    def photographed_names(self, count, random) -> list[str]:
        chosen = []
        while len(chosen) < count:
            name = chosen[-1] if chosen and random.random() < REPEAT_SHARE else self.detections.any_name(random)
            if self.held_pairs or not any(is_held_pair(name, other) for other in chosen):
                chosen.append(name)
        return chosen

    def empty(self, ground: Ground, size, random) -> Layout:
        """A ground in the middle of the canvas with nothing on it."""
        content = ((IMAGE_SIZE - size[0]) // 2, (IMAGE_SIZE - size[1]) // 2, *size)
        return Layout(ground, [], [], self.finish(random, content), False, content)

    def composed(self, random, size, positions, repeat_share, mixed_share) -> Layout:
        """A thing at every position."""
        layout = self.empty(self.backgrounds.plain(random, *size), size, random)
        backdrop = self.backgrounds.picture(layout.ground, *size)[::8, ::8].reshape(-1, 3).mean(0)
        style = self.styles[random.integers(len(self.styles))]
        mixed = random.random() < mixed_share
        for (kind, name), where in zip(self.names_for(len(positions), style, random, repeat_share), positions):
            own = style
            if mixed:
                other = self.styles[random.integers(len(self.styles))]
                own = other if name in self.atlas.known[other] or kind == SHAPE else style
            place(layout, kind, name, self.drawing_for(kind, name, own, backdrop, random), where, random)
        if random.random() < INVENTED_SHARE:
            layout.detections = self.detections.invented(layout.things, size, random)
        return layout

    def finish(self, random, content) -> Finish:
        """Brightness, blur, noise and small losses of resolution, inside the content rectangle."""
        _, _, width, height = content
        reduced, blur, contrast, brightness = None, 0.0, 1.0, 0.0
        if random.random() < LOSS_SHARE:
            edge = random.uniform(0.65, 0.95)
            reduced = max(8, int(width * edge)), max(8, int(height * edge))
        elif random.random() < LOSS_SHARE:
            blur = random.uniform(0.4, 0.8)
        if random.random() < BRIGHTNESS_SHARE:
            contrast, brightness = random.uniform(0.75, 1.15), random.uniform(-22, 22)
        grain = self.backgrounds.grain(random) if random.random() < GRAIN_SHARE else None
        return Finish(reduced, blur, contrast, brightness, grain, int(random.integers(45, 95)) if random.random() < JPEG_SHARE else None)


def place(layout: Layout, kind: str, name: str, drawing, where, random) -> None:
    """Adds a thing: drawing is what to draw and its colour word, where its centre and side in pixels of the content."""
    (drawing, colour), (x, y, side), (left, top, width, height) = drawing, where, layout.content
    placement = placed(drawing, (left + x, top + y, side), random)
    cell = IMAGE_SIZE // GRID
    centre = min(int(placement.y) // cell, GRID - 1) * GRID + min(int(placement.x) // cell, GRID - 1)
    layout.things.append(Thing(name, kind, colour, side, x / width, y / height, side * side * ink(placement), centre_cell=centre))
    layout.placements.append(placement)


def ink(placement: Placement) -> float:
    """The share of its square that a drawing covers, its outline included."""
    if isinstance(placement.drawing, Shape):
        return placement.drawing.ink
    alpha = placement.drawing.tiles[placement.tile][..., 3]
    size = alpha.size
    if placement.outline:
        edge = max(1, round(placement.outline * len(alpha) / placement.side))
        alpha = cv2.dilate(np.pad(alpha, edge), np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
    return float(alpha.sum()) / 255 / size


def placed(drawing: Drawing | Shape, where, random) -> Placement:
    x, y, side = where
    angle = random.uniform(-12, 12) if random.random() < 0.92 else random.uniform(-50, 50)
    flip = -1 if random.random() < 0.5 else 1
    if isinstance(drawing, Shape):
        angle = np.clip(angle, -12, 12) if drawing.name in ("square", "diamond") else angle
        return Placement(drawing, 0, x, y, side, np.deg2rad(angle), flip)
    tile = next((index for index in reversed(range(len(drawing.tiles))) if drawing.tiles[index].shape[0] >= side), 0)
    outline, line, mixing, gain = 0, 0.0, None, None
    if random.random() < OUTLINE_SHARE:
        outline, line = int(random.integers(1, 3)), random.uniform(0, 60)
    if random.random() < TINT_SHARE:
        mixing = drawn_mixing(random)
    if random.random() < GAIN_SHARE:
        gain = random.uniform(0.82, 1.15, 3) * random.uniform(0.85, 1.1)
    return Placement(drawing, tile, x, y, side, np.deg2rad(angle), flip, outline, line, mixing, gain)


def drawn_mixing(random) -> np.ndarray:
    """Colours mixed and shifted, or taken away."""
    if random.random() < GREY_SHARE / TINT_SHARE:
        return np.full((3, 3), 1 / 3)
    return np.eye(3) * random.uniform(0.6, 1.1, 3) + random.uniform(-0.15, 0.3, (3, 3))
