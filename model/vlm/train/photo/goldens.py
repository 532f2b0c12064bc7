"""Golden cases for other engines: for small pictures some values of every block's result and the things found, and the test photograph."""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from .reference import Tower

SAMPLES = 1024
# Values are taken this far apart, going round: a prime, so that none is taken twice and every channel is met.
STEP = 7919
# Cut-outs of scikit-image's pictures (left, top, right, bottom), their size as PNG, and the edge of the square they are seen in.
CASES = {"cat": ("chelsea.png", (60, 0, 380, 240), (128, 96), 128), "cup": ("coffee.png", (90, 0, 390, 400), (72, 96), 96)}
PHOTOGRAPH = ("chelsea.png", (320, 213), "chelsea.jpg")
TOLERANCES = {"results": 1e-4, "things": 1e-4}


def samples(result: np.ndarray) -> np.ndarray:
    """Values of a result in the order of height, width, channels."""
    values = result[0].transpose(1, 2, 0).reshape(-1)
    return np.ascontiguousarray(values if values.size <= SAMPLES else values[np.arange(SAMPLES) * STEP % values.size], np.float32)


def record(tower: Tower, image: np.ndarray, size: int) -> list[dict]:
    return [vars(thing) for thing in tower.things(image, size)]


def case(tower: Tower, photographs: Path, name: str, folder: Path) -> tuple[dict[str, np.ndarray], dict]:
    file, part, extent, size = CASES[name]
    picture = Image.open(photographs / file).convert("RGB").crop(part).resize(extent, Image.Resampling.LANCZOS)
    picture.save(folder / f"{name}.png", optimize=True)
    image = np.asarray(picture)
    known = tower.run(tower.planes(image, size))
    shapes = {block: [*result.shape[2:], result.shape[1]] for block, result in known.items()}
    things = {str(edge): record(tower, image, edge) for edge in (size, tower.shape["image"]["size"])}
    return {f"{name}.{block}": samples(result) for block, result in known.items()}, {"case": name, "size": size, "shapes": shapes, "things": things}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, required=True, help="folder of scikit-image's pictures")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    tower = Tower(arguments.weights)
    tensors, cases = {}, []
    for name in CASES:
        found, entry = case(tower, arguments.photographs, name, arguments.out)
        tensors |= found
        cases.append(entry)
    save_file(tensors, arguments.out / "golden.safetensors")
    (arguments.out / "golden.safetensors").chmod(0o644)
    content = {"model": tower.shape["sha256"], "tolerances": TOLERANCES, "step": STEP, "cases": cases}
    (arguments.out / "golden.json").write_text(json.dumps(content, indent=1) + "\n")
    file, extent, name = PHOTOGRAPH
    Image.open(arguments.photographs / file).convert("RGB").resize(extent, Image.Resampling.LANCZOS).save(arguments.out / name, quality=85, optimize=True)


if __name__ == "__main__":
    main()
