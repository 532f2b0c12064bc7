"""Backgrounds and pictures of nothing known: flats, gradients, noise, CC0 textures, photographs, clutter."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .configuration import IMAGE_SIZE

BANK = 320
SIDE = IMAGE_SIZE + 32
TEXTURES = ("brick.png", "grass.png", "gravel.png")
PHOTOGRAPHS = ("astronaut.png", "coffee.png", "rocket.jpg", "chelsea.png", "hubble_deep_field.jpg", "retina.jpg")


def random_colour(random) -> np.ndarray:
    """Mostly light, sometimes white, sometimes anything."""
    choice = random.random()
    if choice < 0.22:
        return np.full(3, random.uniform(235, 255), np.float32)
    if choice < 0.65:
        return random.uniform(150, 255, 3).astype(np.float32)
    return random.uniform(0, 255, 3).astype(np.float32)


def blobs(random, octaves) -> np.ndarray:
    """Smooth noise in -1..1, SIDE by SIDE."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for octave in octaves:
        grid = random.standard_normal((octave, octave)).astype(np.float32)
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


def crop(photo, random, least, most) -> np.ndarray:
    """A random crop whose edge is between the two shares of the photo's shorter edge, SIDE by SIDE."""
    edge = int(min(photo.shape[:2]) * random.uniform(least, most))
    top, left = random.integers(photo.shape[0] - edge + 1), random.integers(photo.shape[1] - edge + 1)
    piece = cv2.resize(photo[top:top + edge, left:left + edge], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    piece = piece[:, ::-1] if random.random() < 0.5 else piece
    return np.rot90(piece, random.integers(4)) if random.random() < 0.3 else piece


def texture(random, photos) -> np.ndarray:
    grey = crop(photos[random.integers(len(photos))], random, 0.3, 0.9).mean(-1, keepdims=True)
    grey = (grey - grey.mean()) * random.uniform(0.2, 0.8)
    return random_colour(random) + grey


def background(random, textures) -> np.ndarray:
    choice = random.random()
    if choice < 0.3:
        picture = np.tile(random_colour(random), (SIDE, SIDE, 1))
    elif choice < 0.55:
        picture = gradient(random)
    elif choice < 0.72:
        picture = random_colour(random) + blobs(random, (3, 7, 20))[..., None] * random.uniform(6, 40, 3)
    elif choice < 0.86:
        picture = stripes(random)
    else:
        picture = texture(random, textures)
    return picture.clip(0, 255).astype(np.uint8)


def clutter(random, drawings) -> np.ndarray:
    """Not a scene: colour fields cut by blobs, or a few drawings blown up beyond recognition."""
    first, second = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    field = np.stack([blobs(random, (2, 4, 9, 24, 60)) for _ in range(3)], -1)
    picture = first + (second - first) * (field > random.uniform(-0.2, 0.2)) + field * random.uniform(10, 90)
    picture = picture.clip(0, 255).astype(np.uint8)
    if random.random() < 0.5:
        for _ in range(random.integers(1, 5)):
            tile = drawings[random.integers(len(drawings))].tiles[0]
            piece = int(random.uniform(14, 30))
            top, left = random.integers(20, tile.shape[0] - piece - 20), random.integers(20, tile.shape[0] - piece - 20)
            part = cv2.resize(tile[top:top + piece, left:left + piece, :3], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
            cut = blobs(random, (2, 4)) > 0.1
            picture[cut] = part[cut]
    return picture


class Backgrounds:
    """A bank of backgrounds and the training photographs."""

    def __init__(self, photo_folder: Path, seed: int):
        random = np.random.default_rng(seed)
        textures = [read_photo(photo_folder / name) for name in TEXTURES]
        self.photos = [read_photo(photo_folder / name) for name in PHOTOGRAPHS]
        self.bank = [background(random, textures) for _ in range(BANK)]
        self.noise = random.standard_normal((8, SIDE, SIDE, 3)).astype(np.float32)

    def plain(self, random, width, height) -> np.ndarray:
        picture = self.bank[random.integers(BANK)]
        if random.random() < 0.35:
            flat = np.empty((height, width, 3), np.uint8)
            flat[:] = random_colour(random).astype(np.uint8)
            return flat
        top, left = random.integers(SIDE - height + 1), random.integers(SIDE - width + 1)
        picture = picture[top:top + height, left:left + width]
        return picture[:, ::-1] if random.random() < 0.5 else picture

    def foreign(self, random, drawings) -> np.ndarray:
        """A whole picture that holds nothing known."""
        if random.random() < 0.6:
            return crop(self.photos[random.integers(len(self.photos))], random, 0.15, 1.0)
        return clutter(random, drawings)

    def grain(self, random) -> np.ndarray:
        top, left = random.integers(33, size=2)
        return self.noise[random.integers(len(self.noise)), top:top + IMAGE_SIZE, left:left + IMAGE_SIZE]
