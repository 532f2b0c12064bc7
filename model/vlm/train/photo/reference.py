"""The photo tower in PyTorch, F32: from photo.json and its weights to things, to compare other engines with and the published graph with it."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.numpy import load_file

GUESSES = 3


@dataclass
class Thing:
    """A kind of thing with its three likeliest names, in a box of shares of the picture (left, top, width, height)."""

    names: list[int]
    scores: list[float]
    box: list[float]
    colour: list[float]


def letterbox(image: np.ndarray, size: int, pad: list[float]) -> np.ndarray:
    """HWC u8 to a square of floats, 0 to 255: the longer edge fills it, the shorter one is centred."""
    height, width = image.shape[:2]
    wide, high = (max(1, int(np.floor(edge * size / max(width, height) + 0.5))) for edge in (width, height))
    canvas = np.empty((size, size, 3), np.float32)
    canvas[:] = pad
    top, left = (size - high) // 2, (size - wide) // 2
    for channel in range(3):
        plane = Image.fromarray(image[:, :, channel].astype(np.float32)).resize((wide, high), Image.Resampling.BILINEAR)
        canvas[top : top + high, left : left + wide, channel] = plane
    return canvas


class Tower:
    """The description and its weights; ``floats`` replace those of the file."""

    def __init__(self, folder: Path, floats: dict[str, np.ndarray] | None = None):
        self.shape = json.loads((folder / "photo.json").read_text())
        self.weights = {name: torch.from_numpy(np.array(value)) for name, value in (floats or dequantised(folder)).items()}

    def planes(self, image: np.ndarray, size: int | None = None) -> np.ndarray:
        shape = self.shape["image"]
        mean, std = np.array(shape["mean"], np.float32), np.array(shape["std"], np.float32)
        scaled = (letterbox(image, size or shape["size"], shape["pad"]) - mean) / std
        return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)

    def run(self, planes: np.ndarray) -> dict[str, np.ndarray]:
        """The result of every block by name, ``[1, channels, height, width]``."""
        known = {"picture": torch.from_numpy(planes)}
        with torch.no_grad():
            for block in self.shape["blocks"]:
                known[block["name"]] = self.block(block, known)
        return {name: value.numpy() for name, value in known.items()}

    def block(self, block: dict, known: dict[str, torch.Tensor]) -> torch.Tensor:
        sources = [known[name] for name in np.atleast_1d(block["from"])]
        match block["kind"]:
            case "conv":
                weight, bias = self.weights[f"{block['name']}.weight"], self.weights[f"{block['name']}.bias"]
                result = F.conv2d(sources[0], weight, bias, block["stride"], block["padding"], groups=block["groups"])
                return F.leaky_relu(result, self.shape["slope"]) if block["activation"] == "leaky" else result
            case "pool":
                return F.max_pool2d(sources[0], block["kernel"], block["stride"], block["padding"])
            case "concat":
                return torch.cat(sources, 1)
            case "resize":
                other = known[block["add"]]
                return other + F.interpolate(sources[0], size=other.shape[2:], mode="bilinear", align_corners=False)
        raise ValueError(f"no block of the kind {block['kind']}")

    def levels(self, known: dict[str, np.ndarray]) -> list[tuple[int, np.ndarray, np.ndarray]]:
        """For each level its stride, the chances ``[cells, names]`` and the boxes ``[cells, 4]`` (edges in pixels of the square)."""
        return [(level["stride"], *self.level(known[level["from"]][0], level["stride"])) for level in self.shape["levels"]]

    def level(self, features: np.ndarray, stride: int) -> tuple[np.ndarray, np.ndarray]:
        count, bins = len(self.shape["names"]), self.shape["bins"]
        height, width = features.shape[1:]
        rows = features.reshape(len(features), -1).T.astype(np.float64)
        chances = 1 / (1 + np.exp(-rows[:, :count]))
        powers = np.exp(rows[:, count:].reshape(-1, 4, bins) - rows[:, count:].reshape(-1, 4, bins).max(2, keepdims=True))
        sides = (powers / powers.sum(2, keepdims=True)) @ np.arange(bins) * stride
        y, x = np.divmod(np.arange(height * width), width)
        centres = np.stack([(x + 0.5) * stride, (y + 0.5) * stride], 1)
        return chances, np.concatenate([centres - sides[:, :2], centres + sides[:, 2:]], 1)

    def things(self, image: np.ndarray, size: int | None = None) -> list[Thing]:
        planes = self.planes(image, size)
        return self.decode(self.run(planes), planes, image.shape[1], image.shape[0])

    def decode(self, known: dict[str, np.ndarray], planes: np.ndarray, width: int, height: int) -> list[Thing]:
        rule, size = self.shape["decode"], planes.shape[-1]
        levels = self.levels(known)
        chances = np.concatenate([level[1] for level in levels])
        wide, high = (max(1, int(np.floor(edge * size / max(width, height) + 0.5))) for edge in (width, height))
        left, top = (size - wide) // 2, (size - high) // 2
        boxes = np.clip(np.concatenate([level[2] for level in levels]) - [left, top, left, top], 0, [wide, high, wide, high])
        kept = []
        for cell in np.argsort(-chances.max(1), kind="stable"):
            if chances[cell].max() < rule["score"] or len(kept) == rule["things"]:
                break
            name = chances[cell].argmax()
            if (boxes[cell, 2:] - boxes[cell, :2] >= 1).all() and not any(
                    chances[other].argmax() == name and overlap(boxes[other], boxes[cell]) > rule["overlap"] for other in kept):
                kept.append(cell)
        return [self.thing(chances[cell], boxes[cell], planes[0][:, top : top + high, left : left + wide]) for cell in kept]

    def thing(self, chances: np.ndarray, box: np.ndarray, planes: np.ndarray) -> Thing:
        names = np.argsort(-chances, kind="stable")[:GUESSES]
        high, wide = planes.shape[1:]
        x0, y0 = np.minimum(np.floor(box[:2]), [wide - 1, high - 1]).astype(int)
        x1, y1 = np.maximum(np.ceil(box[2:]), [x0 + 1, y0 + 1]).astype(int)
        mean, std = np.array(self.shape["image"]["mean"]), np.array(self.shape["image"]["std"])
        colour = (planes[:, y0:y1, x0:x1].mean((1, 2), dtype=np.float64) * std + mean) / 255
        shares = [box[0] / wide, box[1] / high, (box[2] - box[0]) / wide, (box[3] - box[1]) / high]
        return Thing(names.tolist(), chances[names].tolist(), [float(share) for share in shares], colour.tolist())


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    sides = np.maximum(np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2]), 0)
    common = sides.prod()
    return common / ((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod() - common)


def dequantised(folder: Path) -> dict[str, np.ndarray]:
    stored = load_file(folder / "photo.safetensors")
    return {name: value.astype(np.float32) * stored[f"{name}.scale"][:, None, None, None] if value.dtype == np.int8 else value
            for name, value in stored.items() if not name.endswith(".scale")}


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints what the tower sees in pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+")
    arguments = parser.parse_args()
    tower = Tower(arguments.folder)
    for path in arguments.pictures:
        print(path.name)
        for thing in tower.things(np.asarray(Image.open(path).convert("RGB"))):
            guesses = ", ".join(f"{tower.shape['names'][name]} {score:.2f}" for name, score in zip(thing.names, thing.scores))
            print(f"  {guesses}; at {[round(share, 3) for share in thing.box]}, colour {[round(part, 2) for part in thing.colour]}")


if __name__ == "__main__":
    main()
