"""A one-minute fit on one process: the losses must fall, and the export must answer like the net it came from."""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from .export import export
from .exported import Exported
from .reference import Model
from .splits import SPLITS, Tools
from .training import WEIGHTS, Mix, Trainee, draw_batch, losses, optimizer_for

FIRST, LAST = 5, 5
LEAST_FALL = 0.7
TOLERANCE = 2e-3
MIX = Mix(8, True, 8, 4)


def fit(trainee, tools, seconds: float) -> list[float]:
    """The total loss of every step."""
    random, optimizer, totals, start = np.random.default_rng(1), optimizer_for(trainee), [], time.time()
    parts = tools.composer(SPLITS[0], False), tools.asker(SPLITS[0]), tools.packer()
    trainee.train()
    while time.time() - start < seconds:
        values, _ = losses(trainee, draw_batch(parts, MIX, random), MIX)
        total = sum(WEIGHTS[name] * value for name, value in values.items())
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        totals.append(total.item())
    return totals


def largest_difference(folder: Path, image) -> float:
    """Between the numpy reference and the PyTorch net over one exported directory."""
    model, exported = Model(folder), Exported(folder)
    pixels = model.pixels(image)
    regions, chances, _ = exported.regions(torch.from_numpy(pixels)[None])
    own = model.encode(pixels)
    return max(float(np.abs(own - regions[0].numpy()).max()), float(np.abs(model.chances(own) - chances[0].numpy()).max()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    torch.manual_seed(1)
    tools, trainee = Tools(Path(options.data), Path(options.photos), 1), Trainee()
    totals = fit(trainee, tools, options.seconds)
    first, last = np.mean(totals[:FIRST]), np.mean(totals[-LAST:])
    scene = tools.composer(SPLITS[0]).scene(np.random.default_rng(2), 2)
    with tempfile.TemporaryDirectory() as folder:
        export(trainee.net, Path(folder))
        difference = largest_difference(Path(folder), scene.image)
    print(f"{len(totals)} steps, loss {first:.2f} -> {last:.2f}, reference differs by {difference:.1e}")
    if last > LEAST_FALL * first or difference > TOLERANCE:
        raise SystemExit("the smoke fit failed")


if __name__ == "__main__":
    main()
