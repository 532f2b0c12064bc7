"""The pixels of backgrounds and of pictures of nothing known: flats, gradients, noise, CC0 textures, photographs, clutter."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .configuration import IMAGE_SIZE
from .grounds import (CUT_LEVEL, SIDE, Banked, Clutter, Cropped, Flat, Grain, Ground, drawn_clutter, drawn_crop, drawn_noise, random_colour)

BANK, NOISES = 320, 8
TEXTURES = ("brick.png", "grass.png", "gravel.png")
PHOTOGRAPHS = ("astronaut.png", "coffee.png", "rocket.jpg", "chelsea.png", "hubble_deep_field.jpg", "retina.jpg")


def blobs(grids) -> np.ndarray:
    """Smooth noise in -1..1, SIDE by SIDE."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for grid in grids:
        total += cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return total / (np.abs(total).max() + 1e-6)


def gradient(random) -> np.ndarray:
    angle = random.uniform(0, 2 * np.pi)
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) / SIDE - 0.5
    share = (row * np.sin(angle) + column * np.cos(angle) + 0.7)[..., None] / 1.4
    return random_colour(random) * share + random_colour(random) * (1 - share)


def stripes(random) -> np.ndarray:
    angle, period = random.uniform(0, np.pi), random.uniform(6, 40)
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    wave = np.sin((row * np.sin(angle) + column * np.cos(angle)) * 2 * np.pi / period)
    if random.random() < 0.4:
        wave *= np.sin((row * np.cos(angle) - column * np.sin(angle)) * 2 * np.pi / period)
    if random.random() < 0.5:
        wave = np.sign(wave)
    return random_colour(random) + wave[..., None] * random.uniform(5, 22, 3)


def read_photo(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def cropped(photo, crop: Cropped) -> np.ndarray:
    """SIDE by SIDE."""
    piece = cv2.resize(photo[crop.top:crop.top + crop.edge, crop.left:crop.left + crop.edge], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.rot90(piece[:, ::-1] if crop.mirrored else piece, crop.turns)


def texture(random, photos) -> np.ndarray:
    index = int(random.integers(len(photos)))
    grey = cropped(photos[index], drawn_crop(index, photos[index].shape[:2], random, 0.3, 0.9)).mean(-1, keepdims=True)
    grey = (grey - grey.mean()) * random.uniform(0.2, 0.8)
    return random_colour(random) + grey


def background(random, textures) -> np.ndarray:
    choice = random.random()
    if choice < 0.3:
        picture = np.tile(random_colour(random), (SIDE, SIDE, 1))
    elif choice < 0.55:
        picture = gradient(random)
    elif choice < 0.72:
        picture = random_colour(random) + blobs(drawn_noise(random, (3, 7, 20)))[..., None] * random.uniform(6, 40, 3)
    elif choice < 0.86:
        picture = stripes(random)
    else:
        picture = texture(random, textures)
    return picture.clip(0, 255).astype(np.uint8)


def cluttered(clutter: Clutter) -> np.ndarray:
    field = np.stack([blobs(grids) for grids in clutter.fields], -1)
    picture = clutter.first + (clutter.second - clutter.first) * (field > clutter.level) + field * clutter.strength
    picture = picture.clip(0, 255).astype(np.uint8)
    for piece in clutter.pieces:
        pixels = piece.drawing.tiles[0][piece.top:piece.top + piece.edge, piece.left:piece.left + piece.edge, :3]
        cut = blobs(piece.cut) > CUT_LEVEL
        picture[cut] = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)[cut]
    return picture


class Backgrounds:
    """A bank of backgrounds, the training photographs and a bank of grain: what grounds are drawn from, and their pixels on the host."""

    def __init__(self, photo_folder: Path, seed: int):
        random = np.random.default_rng(seed)
        textures = [read_photo(photo_folder / name) for name in TEXTURES]
        self.photos = [read_photo(photo_folder / name) for name in PHOTOGRAPHS]
        self.bank = [background(random, textures) for _ in range(BANK)]
        self.noise = random.standard_normal((NOISES, SIDE, SIDE, 3)).astype(np.float32)

    def plain(self, random, width, height) -> Flat | Banked:
        if random.random() < 0.35:
            return Flat(random_colour(random).astype(np.uint8))
        return Banked(int(random.integers(BANK)), int(random.integers(SIDE - height + 1)), int(random.integers(SIDE - width + 1)), random.random() < 0.5)

    def foreign(self, random, drawings) -> Cropped | Clutter:
        """A whole picture that holds nothing known."""
        if random.random() < 0.6:
            index = int(random.integers(len(self.photos)))
            return drawn_crop(index, self.photos[index].shape[:2], random, 0.15, 1.0)
        return drawn_clutter(random, drawings)

    def grain(self, random) -> Grain:
        top, left = random.integers(SIDE - IMAGE_SIZE + 1, size=2)
        return Grain(int(random.integers(NOISES)), int(top), int(left), random.uniform(1, 8))

    def picture(self, ground: Ground, width: int, height: int) -> np.ndarray:
        """A ground's pixels, [height, width, 3]."""
        match ground:
            case Flat(colour):
                return np.broadcast_to(colour, (height, width, 3))
            case Banked(index, top, left, mirrored):
                picture = self.bank[index][top:top + height, left:left + width]
                return picture[:, ::-1] if mirrored else picture
            case Cropped():
                return cropped(self.photos[ground.photo], ground)[:height, :width]
            case Clutter():
                return cluttered(ground)[:height, :width]
