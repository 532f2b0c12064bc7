"""A short fit on one process, a minute on an idle machine: the losses must fall, and the export must answer like the net it came from.

Then one step and an export of each variant, or with --step of the one that PSYNE_VARIANT names alone."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from .configuration import EMBEDDED, NAME, VARIANTS
from .export import export
from .exported import Exported
from .reference import Model
from .splits import SPLITS, Tools
from .training import WEIGHTS, Mix, Trainee, draw_batch, losses, optimizer_for

FIRST, LAST = 5, 5
LEAST_FALL = 0.7
TOLERANCE = 2e-3
MIX, STEP_MIX = Mix(3, 1, 3, 0.0), Mix(1, 1, 1, 0.0)


def fit(trainee, tools, steps: int, mix=MIX) -> list[float]:
    """The total loss of every step."""
    random, optimizer, totals = np.random.default_rng(1), optimizer_for(trainee), []
    parts = tools.composer(SPLITS[0], False), tools.asker(SPLITS[0]), tools.packer()
    trainee.train()
    while len(totals) < steps:
        values, _ = losses(trainee, *draw_batch(parts, mix, random))
        total = sum(WEIGHTS[name] * value for name, value in values.items())
        optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        optimizer.step()
        totals.append(total.item())
    return totals


def largest_difference(folder: Path, image) -> float:
    """Between the numpy reference and the PyTorch net over the grid tower of one exported directory."""
    model, exported = Model(folder), Exported(folder)
    pixels = model.pixels(image)
    cells = exported.net.encoder(torch.from_numpy(pixels)[None]).detach().numpy()[0]
    return float(np.abs(model.encode(pixels) - cells).max())


def step(tools, trainee) -> None:
    """One step of this process's variant, and its export."""
    (loss,) = fit(trainee, tools, 1, STEP_MIX)
    with tempfile.TemporaryDirectory() as folder:
        export(trainee.net, Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    parameters = sum(value.numel() for value in trainee.net.parameters())
    print(f"{NAME}: {parameters / 1e6:.1f} M parameters, {size / 1e6:.1f} MB exported, loss of the first step {loss:.2f}")
    if not np.isfinite(loss):
        raise SystemExit(f"the variant {NAME} does not train")


def step_of(variant: str, options) -> None:
    """A process of its own: the variant is chosen when the configuration is read."""
    command = [sys.executable, "-m", "scenes.smoke", "--data", options.data, "--photos", options.photos, "--step"]
    subprocess.run(command, env={**os.environ, "PSYNE_VARIANT": variant}, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--step", action="store_true", help="one step of the variant that PSYNE_VARIANT names, nothing else")
    options = parser.parse_args()
    torch.manual_seed(1)
    tools, trainee = Tools(Path(options.data), Path(options.photos), 1), Trainee()
    if options.step:
        step(tools, trainee)
        return
    totals = fit(trainee, tools, options.steps)
    first, last = np.mean(totals[:FIRST]), np.mean(totals[-LAST:])
    scene = tools.composer(SPLITS[0]).scene(np.random.default_rng(2), 2)
    with tempfile.TemporaryDirectory() as folder:
        export(trainee.net, Path(folder))
        difference = largest_difference(Path(folder), scene.image)
    print(f"{len(totals)} steps, loss {first:.2f} -> {last:.2f}, reference differs by {difference:.1e}")
    if last > LEAST_FALL * first or difference > TOLERANCE:
        raise SystemExit("the smoke fit failed")
    for variant in VARIANTS:
        if variant != EMBEDDED:
            step_of(variant, options)


if __name__ == "__main__":
    main()
