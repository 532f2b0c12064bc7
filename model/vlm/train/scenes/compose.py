"""Scenes of named drawings and coloured shapes, composed at the net's own size, with what is where."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from .atlas import TRAIN_STYLES, Atlas
from .backgrounds import Backgrounds
from .configuration import CELLS, GRID, IMAGE_SIZE, PAD_COLOUR
from .detections import Detection, Detections
from .names import COLOURS, SHAPES

ICON, SHAPE, UNKNOWN, PHOTO = "icon", "shape", "unknown", "photo"
LARGEST = {1: 122, 2: 76, 3: 62, 4: 54, 5: 50}
CROWD_SIDES = {2: (44, 62), 3: (30, 44)}
CROWD_DENSE_SHARE, CROWD_GAP_SHARE = 0.65, 0.1
SMALLEST = 28
THINGS_SHARE = (0.02, 0.28, 0.30, 0.23, 0.17)
SHAPE_SHARE, UNKNOWN_SHARE, FOREIGN_SHARE = 0.35, 0.08, 0.05
REPEAT_SHARE = 0.35
PHOTO_THING_SHARE, PHOTO_COUNTS = 0.5, (0.3, 0.3, 0.2, 0.12, 0.08)
MIXED_PHOTO_SHARE, INVENTED_SHARE = 0.25, 0.15
OUTLINE_SHARE, TINT_SHARE, GREY_SHARE = 0.15, 0.25, 0.05
HELD_PAIRS = 5
COLOUR_NAMES = tuple(COLOURS)


@dataclass
class Thing:
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


@dataclass
class Scene:
    """A picture, its things with centres in shares of the content rectangle, what a detector would say, and whether it holds nothing known."""

    image: np.ndarray
    things: list[Thing]
    foreign: bool = False
    content: tuple[int, int, int, int] = (0, 0, IMAGE_SIZE, IMAGE_SIZE)
    detections: list[Detection] = field(default_factory=list)


def is_held_pair(first: str, second: str) -> bool:
    """One pair of names in five is never together in a training scene."""
    low, high = sorted((first, second))
    value = 0
    for character in f"{low}|{high}":
        value = (value * 131 + ord(character)) % 1000003
    return first != second and value % HELD_PAIRS == 0


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


def shape_tile(shape, colour, random) -> np.ndarray:
    """A premultiplied tile of a filled shape, twice as large as its largest use is fine, sometimes outlined."""
    side = 96
    points = OUTLINES[shape] * (side / 2 - 2) * random.uniform([0.9, 0.9], [1, 1]) + side / 2
    polygon = (points * 16).round().astype(np.int32)
    alpha = np.zeros((side, side), np.uint8)
    cv2.fillPoly(alpha, [polygon], 255, cv2.LINE_AA, 4)
    rgb = np.clip(np.array(COLOURS[colour]) + random.uniform(-14, 14, 3), 0, 255)
    tile = np.empty((side, side, 4), np.float32)
    tile[..., :3] = rgb
    if random.random() < 0.25:
        edge = np.zeros((side, side), np.uint8)
        cv2.polylines(edge, [polygon], True, 255, int(random.integers(2, 5)), cv2.LINE_AA, 4)
        tile[..., :3] += (rgb * random.choice([0.6, 1.2]) - rgb) * (edge / 255.0)[..., None]
    tile[..., 3] = alpha
    tile[..., :3] *= tile[..., 3:] / 255
    return tile.clip(0, 255).astype(np.uint8)


class Composer:
    """Draws random scenes; `held_pairs` makes every scene of two or more things show a pair unseen in training."""

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

    def tile_for(self, kind, name, style, backdrop, random):
        """The drawing to place and its colour word."""
        if kind == SHAPE:
            far = [colour for colour, rgb in COLOURS.items() if np.abs(np.array(rgb) - backdrop).sum() > 130]
            colour = far[random.integers(len(far))] if far else "black"
            return shape_tile(name, colour, random), colour
        pool = self.unknown[style][random.integers(len(self.unknown[style]))] if kind == UNKNOWN else self.atlas.known[style][name]
        drawing = pool[random.integers(len(pool))]
        return drawing, None

    def crowd(self, random) -> Scene:
        """A scene of many things: more to recognise in one pass of the encoder."""
        return self.composed(random, (IMAGE_SIZE, IMAGE_SIZE), crowd_places(random), 0, 0.6)

    def scene(self, random, count=None) -> Scene:
        if count is None and random.random() < FOREIGN_SHARE:
            picture = self.backgrounds.foreign(random, self.everything)[:IMAGE_SIZE, :IMAGE_SIZE].copy()
            return Scene(self.finish(picture, (0, 0, IMAGE_SIZE, IMAGE_SIZE), random), [], True)
        count = int(random.choice(5, p=THINGS_SHARE)) if count is None else count
        size = content_size(random)
        return self.composed(random, size, places(count, *size, random), REPEAT_SHARE, 0.25)

    def photographed(self, random) -> Scene:
        """A picture that the grid tower knows nothing of, with what the photo tower says of it; sometimes drawings lie on it."""
        width, height = content_size(random)
        left, top = (IMAGE_SIZE - width) // 2, (IMAGE_SIZE - height) // 2
        canvas = np.empty((IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8)
        canvas[:] = PAD_COLOUR
        canvas[top:top + height, left:left + width] = self.backgrounds.foreign(random, self.everything)[:height, :width]
        count = 1 + int(random.choice(5, p=PHOTO_COUNTS))
        positions = places(count, width, height, random)
        style = self.styles[random.integers(len(self.styles))]
        drawn = random.random() < MIXED_PHOTO_SHARE
        things, detections = [], []
        for name, (x, y, side) in zip(self.photographed_names(len(positions), random), positions):
            if drawn and random.random() < PHOTO_THING_SHARE and name in self.atlas.known[style]:
                thing = Thing(name, ICON, None, side, x / width, y / height)
                draw(canvas, self.tile_for(ICON, name, style, None, random)[0], thing, (left + x, top + y, side), random)
            else:
                shape = np.exp(random.uniform(-0.5, 0.5))
                box = (x / width, y / height, min(1, side * shape / width), min(1, side / shape / height))
                thing = Thing(name, PHOTO, None, side, x / width, y / height, box[2] * box[3] * width * height, np.zeros(CELLS, np.float32),
                              region=len(detections))
                detections.append(self.detections.seen(name, box, random))
            things.append(thing)
        detections += self.detections.spurious(random, len(detections))
        return Scene(self.finish(canvas, (left, top, width, height), random), things, False, (left, top, width, height), detections)

    def photographed_names(self, count, random) -> list[str]:
        chosen = []
        while len(chosen) < count:
            name = chosen[-1] if chosen and random.random() < REPEAT_SHARE else self.detections.any_name(random)
            if self.held_pairs or not any(is_held_pair(name, other) for other in chosen):
                chosen.append(name)
        return chosen

    def composed(self, random, size, positions, repeat_share, mixed_share) -> Scene:
        """A scene with a thing at every position."""
        width, height = size
        left, top = (IMAGE_SIZE - width) // 2, (IMAGE_SIZE - height) // 2
        canvas = np.empty((IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8)
        canvas[:] = PAD_COLOUR
        content = canvas[top:top + height, left:left + width]
        content[:] = self.backgrounds.plain(random, width, height)
        backdrop = content[::8, ::8].reshape(-1, 3).mean(0)
        style = self.styles[random.integers(len(self.styles))]
        mixed = random.random() < mixed_share
        things = []
        for (kind, name), (x, y, side) in zip(self.names_for(len(positions), style, random, repeat_share), positions):
            own = style
            if mixed:
                other = self.styles[random.integers(len(self.styles))]
                own = other if name in self.atlas.known[other] or kind == SHAPE else style
            drawing, colour = self.tile_for(kind, name, own, backdrop, random)
            thing = Thing(name, kind, colour, side, x / width, y / height)
            draw(canvas, drawing, thing, (left + x, top + y, side), random)
            things.append(thing)
        invented = self.detections.invented(things, size, random) if random.random() < INVENTED_SHARE else []
        return Scene(self.finish(canvas, (left, top, width, height), random), things, False, (left, top, width, height), invented)

    def finish(self, canvas, rectangle, random) -> np.ndarray:
        """Brightness, blur, noise and small losses of resolution, inside the content rectangle."""
        left, top, width, height = rectangle
        content = canvas[top:top + height, left:left + width]
        if random.random() < 0.15:
            edge = random.uniform(0.65, 0.95)
            small = cv2.resize(content, (max(8, int(width * edge)), max(8, int(height * edge))), interpolation=cv2.INTER_AREA)
            content = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        elif random.random() < 0.15:
            content = cv2.GaussianBlur(content, (5, 5), random.uniform(0.4, 0.8))
        values = content.astype(np.float32)
        if random.random() < 0.6:
            values = (values - 128) * random.uniform(0.75, 1.15) + 128 + random.uniform(-22, 22)
        if random.random() < 0.4:
            values += self.backgrounds.grain(random)[:height, :width] * random.uniform(1, 8)
        canvas[top:top + height, left:left + width] = values.clip(0, 255)
        if random.random() < 0.1:
            quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(45, 95))]
            canvas = cv2.imdecode(cv2.imencode(".jpg", canvas, quality)[1], cv2.IMREAD_COLOR)
        return canvas


def content_size(random) -> tuple[int, int]:
    """Half the pictures are square, the others lie letterboxed between 9:16 and 16:9."""
    if random.random() < 0.45:
        return IMAGE_SIZE, IMAGE_SIZE
    aspect = np.exp(random.uniform(-0.58, 0.58))
    return (IMAGE_SIZE, round(IMAGE_SIZE / aspect)) if aspect > 1 else (round(IMAGE_SIZE * aspect), IMAGE_SIZE)


def places(count, width, height, random):
    """Centres and sides of things that hardly overlap; fewer than asked where there is no room."""
    placed, most = [], min(LARGEST[max(count, 1)], min(width, height) * 0.96)
    for _ in range(count):
        for attempt in range(40):
            side = np.exp(random.uniform(np.log(SMALLEST), np.log(most * (1 if attempt < 20 else 0.7) + 1)))
            side = max(SMALLEST, side)
            x, y = random.uniform(side / 2, width - side / 2), random.uniform(side / 2, height - side / 2)
            if all(max(abs(x - a), abs(y - b)) > (side + c) * 0.46 for a, b, c in placed):
                placed.append((x, y, side))
                break
    return placed


def crowd_places(random):
    """Centres and sides on a loose lattice with gaps."""
    edge = 3 if random.random() < CROWD_DENSE_SHARE else 2
    pitch, (least, most) = IMAGE_SIZE / edge, CROWD_SIDES[edge]
    placed = []
    for cell in range(edge * edge):
        if random.random() > CROWD_GAP_SHARE:
            side = random.uniform(least, most)
            slack = max(0, pitch - side) / 2
            x, y = (cell % edge + 0.5) * pitch, (cell // edge + 0.5) * pitch
            placed.append((x + random.uniform(-slack, slack), y + random.uniform(-slack, slack), side))
    return placed


def outlined(rgb, alpha, random):
    """A dark line around a premultiplied drawing, as other styles have."""
    edge = int(random.integers(1, 3))
    wide = cv2.dilate(alpha, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8))
    line = np.float32(random.uniform(0, 60))
    return rgb + line * (wide - alpha)[..., None], wide


def tinted(rgb, alpha, random):
    """Colours mixed and shifted, or taken away, premultiplied."""
    if random.random() < GREY_SHARE / TINT_SHARE:
        return np.repeat(rgb.mean(-1, keepdims=True), 3, -1)
    mixing = np.eye(3) * random.uniform(0.6, 1.1, 3) + random.uniform(-0.15, 0.3, (3, 3))
    return np.clip(rgb @ mixing.astype(np.float32), 0, 255 * alpha[..., None])


def draw(canvas, drawing, thing, where, random) -> None:
    """Blends a drawing into the canvas and records the cells it covers."""
    x, y, side = where
    tiles = [drawing] if isinstance(drawing, np.ndarray) else drawing.tiles
    tile = next((tile for tile in reversed(tiles) if tile.shape[0] >= side), tiles[0])
    angle = random.uniform(-12, 12) if random.random() < 0.92 else random.uniform(-50, 50)
    if thing.kind == SHAPE and thing.name in ("square", "diamond"):
        angle = np.clip(angle, -12, 12)
    flip = -1 if random.random() < 0.5 else 1
    scale, turn = side / tile.shape[0], np.deg2rad(angle)
    reach = int(np.ceil(side * 0.72)) + 1
    left, top = int(x) - reach, int(y) - reach
    matrix = np.array([[np.cos(turn) * flip, -np.sin(turn)], [np.sin(turn) * flip, np.cos(turn)]]) * scale
    middle = (tile.shape[0] - 1) / 2
    offset = np.array([x - left - 0.5, y - top - 0.5]) - matrix @ [middle, middle]
    patch = cv2.warpAffine(tile, np.column_stack([matrix, offset]), (2 * reach, 2 * reach), flags=cv2.INTER_LINEAR)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + 2 * reach, IMAGE_SIZE), min(top + 2 * reach, IMAGE_SIZE)
    patch = patch[y0 - top:y1 - top, x0 - left:x1 - left].astype(np.float32)
    alpha = patch[..., 3] / 255
    rgb = patch[..., :3]
    if thing.kind != SHAPE and random.random() < OUTLINE_SHARE:
        rgb, alpha = outlined(rgb, alpha, random)
    if thing.kind != SHAPE and random.random() < TINT_SHARE:
        rgb = tinted(rgb, alpha, random)
    if thing.kind != SHAPE and random.random() < 0.6:
        rgb = rgb * random.uniform(0.82, 1.15, 3).astype(np.float32) * np.float32(random.uniform(0.85, 1.1))
    view = canvas[y0:y1, x0:x1]
    view[:] = (view * (1 - alpha[..., None]) + rgb).clip(0, 255)
    full = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    full[y0:y1, x0:x1] = alpha
    thing.coverage = cv2.resize(full, (GRID, GRID), interpolation=cv2.INTER_AREA).reshape(CELLS)
    thing.area = float(full.sum())
    cell = IMAGE_SIZE // GRID
    thing.centre_cell = min(int(y) // cell, GRID - 1) * GRID + min(int(x) // cell, GRID - 1)
