"""The atlas of drawings: every variant of every name and style as RGBA tiles at three sizes."""

import argparse
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from .names import read_names

TRAIN_STYLES = ("twemoji", "noto", "noto-v1", "emojione", "fluent-emoji-flat", "fluent-emoji", "fluent-emoji-3d", "streamline-emojis")
UNSEEN_STYLES = ("fxemoji", "openmoji")
TILE = 96
SIZES = (96, 64, 44, 30)
TRAINED_UNKNOWN_SHARE = 0.6
LOOKALIKES = {"rat", "ox", "water-buffalo", "bison", "boar", "poodle", "pig-nose", "minibus", "taxi", "oncoming-taxi", "trolleybus", "sport-utility-vehicle",
              "racing-car", "delivery-truck", "envelope", "e-mail", "hamster", "chipmunk", "ram", "ewe", "gorilla", "orangutan", "wolf", "tangerine",
              "melon", "motorcycle", "motor-scooter", "clinking-glasses", "tumbler-glass", "rugby-football", "deciduous-tree", "small-airplane",
              "canoe", "speedboat", "motor-boat", "ship", "ferry", "timer-clock", "stopwatch", "mantelpiece-clock", "telephone-receiver", "memo",
              "pen", "crayon", "paintbrush", "videocassette", "video-camera", "movie-camera", "white-flower", "hibiscus", "cherry-blossom", "blossom"}


@dataclass
class Drawing:
    """One drawing: premultiplied RGBA tiles, the largest first, cropped to the ink and centred, and where the atlas's stacks have them."""

    name: str
    style: str
    tiles: list[np.ndarray]
    index: int


def crop_to_ink(image: Image.Image) -> Image.Image:
    box = image.getchannel("A").point(lambda alpha: 255 if alpha > 12 else 0).getbbox()
    return image.crop(box) if box else image


def tile_of(image: Image.Image, side: int) -> np.ndarray:
    """A square premultiplied tile with a clear border of one pixel, the ink's longer edge filling the rest."""
    image = crop_to_ink(image.convert("RGBA"))
    scale = (side - 2) / max(image.size)
    size = [max(1, round(edge * scale)) for edge in image.size]
    pixels = np.asarray(image).astype(np.float32)
    pixels[..., :3] *= pixels[..., 3:] / 255
    pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    tile = np.zeros((side, side, 4), np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    tile[top:top + size[1], left:left + size[0]] = pixels.round().clip(0, 255)
    return tile


def build(icons: Path, out: Path) -> None:
    """Reads the rasteriser's folder and writes atlas.npz and atlas.json."""
    entries, stacks = [], {side: [] for side in SIZES}
    for file in sorted(icons.iterdir()):
        if file.suffix not in (".png", ".webp"):
            continue
        style, kind, name, _ = file.stem.split("__")
        image = Image.open(file)
        if image.convert("RGBA").getchannel("A").getextrema()[1] == 0:
            continue
        entries.append({"style": style, "known": kind == "known", "name": name.replace("_", " ")})
        for side in SIZES:
            stacks[side].append(tile_of(image, side))
    np.savez(out / "atlas.npz", **{str(side): np.stack(stack) for side, stack in stacks.items()})
    (out / "atlas.json").write_text(json.dumps(entries))


class Atlas:
    """Drawings by name and style, and the stacks of their tiles, one a size; unknown names are split into those used in training and those kept for tests."""

    def __init__(self, folder: Path):
        entries = json.loads((folder / "atlas.json").read_text())
        arrays = np.load(folder / "atlas.npz")
        self.stacks = [arrays[str(side)] for side in SIZES]
        self.known = defaultdict(lambda: defaultdict(list))
        self.unknown = defaultdict(lambda: defaultdict(list))
        listed = {name.name for name in read_names()}
        for entry in entries:
            entry["known"] = entry["known"] and entry["name"] in listed
            entry["name"] = entry["name"] if entry["known"] else entry["name"].replace(" ", "-")
        for index, entry in enumerate(entries):
            drawing = Drawing(entry["name"], entry["style"], [stack[index] for stack in self.stacks], index)
            (self.known if entry["known"] else self.unknown)[entry["style"]][entry["name"]].append(drawing)
        taken = {word for names in self.known.values() for name in names for word in (name, name + "s")}
        slugs = sorted({entry["name"] for entry in entries if not entry["known"]} - LOOKALIKES)
        slugs = [slug for slug in slugs if not any(f" {word} " in f" {slug.replace('-', ' ')} " for word in taken)]
        order = np.random.default_rng(7).permutation(len(slugs))
        trained = int(len(slugs) * TRAINED_UNKNOWN_SHARE)
        self.trained_unknown = {slugs[index] for index in order[:trained]}
        self.test_unknown = {slugs[index] for index in order[trained:]}

    def names(self, style: str) -> list[str]:
        return sorted(self.known[style])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--icons", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    Path(options.out).mkdir(parents=True, exist_ok=True)
    build(Path(options.icons), Path(options.out))


if __name__ == "__main__":
    main()
