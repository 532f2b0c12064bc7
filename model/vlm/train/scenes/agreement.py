"""Whether both composers paint the same: layouts painted on the host and by the device composer must look alike and be labelled alike.

Runs on --device cpu as on cuda. JPEG, which the device composer leaves out, is taken from the layouts first. Then a step of training with the
device composer must have a finite loss and finite gradients."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from .compose import Composer
from .device import DeviceComposer
from .layout import Finish, Layout
from .packing import Batch
from .splits import SPLITS, Tools
from .training import WEIGHTS, Mix, Trainee, device_of, draw_batch, losses

SEED, LAYOUTS, QUESTIONS = 5, 12, 16
MOST_DIFFERENCE, MOST_DIFFERENCE_FINISHED = 1.2, 1.4
# OpenCV places the straight edges of a square to its own grid of pixels, the stretched mask does not.
MOST_COVERAGE_DIFFERENCE = 0.08
LEAST_LABELS = 0.99
SAME = ("tokens", "positions", "segments", "targets", "missing", "holds", "centres", "content")
LABELS = ("patch_labels", "places", "colours", "asked", "told")
STEP_MIX = Mix(2, 1, 2, 0.0)


def check(holds: bool, message: str) -> None:
    if not holds:
        raise SystemExit(f"the composers disagree: {message}")


def compare_pictures(host: Composer, device: DeviceComposer, layouts: list[Layout], most: float) -> float:
    """The mean difference of the pictures in 0..255."""
    pictures, coverage = host.paint(layouts)
    painted, covered = (values.cpu() for values in device.paint(layouts))
    each = (pictures.float() - painted).abs().mean((1, 2, 3))
    difference = (coverage - covered).abs().max().item()
    check(bool((each <= most).all()), f"the mean differences of the pictures are {each.tolist()}, at most {most} are allowed")
    check(difference <= MOST_COVERAGE_DIFFERENCE, f"what is covered of a cell differs by {difference}, {MOST_COVERAGE_DIFFERENCE} are allowed")
    return each.mean().item()


def compare_labels(host: Batch, device: Batch) -> float:
    """The share of equal labels, after what the layout alone decides was found equal."""
    check(host.kinds == device.kinds, "the questions differ")
    for name in SAME:
        check(torch.equal(getattr(host, name), getattr(device, name).cpu()), f"{name} differs")
    shares = {name: (getattr(host, name) == getattr(device, name).cpu()).float().mean().item() for name in LABELS}
    check(min(shares.values()) >= LEAST_LABELS, f"shares of equal labels are {shares}, {LEAST_LABELS} is the least")
    return min(shares.values())


def compare(tools: Tools, device: torch.device) -> DeviceComposer:
    layouts, asker, packer, random = tools.layouts(SPLITS[0], False), tools.asker(SPLITS[0]), tools.packer(), np.random.default_rng(SEED)
    host, other = Composer(layouts), DeviceComposer(layouts, device)
    for draw in (layouts.crowd, layouts.scene, layouts.photographed):
        drawn = [draw(random) for _ in range(LAYOUTS)]
        for layout in drawn:
            layout.finish = replace(layout.finish, quality=None)
        finished = compare_pictures(host, other, drawn, MOST_DIFFERENCE_FINISHED)
        for layout in drawn:
            layout.finish = Finish()
        plain = compare_pictures(host, other, drawn, MOST_DIFFERENCE)
        asked = [asker.ask(layout, random, QUESTIONS) for layout in drawn]
        batches = [packer.pack_painted(drawn, asked, np.random.default_rng(SEED), *composer.paint(drawn)) for composer in (host, other)]
        things, share = sum(len(layout.things) for layout in drawn), compare_labels(*batches)
        print(f"{draw.__name__}: {things} things, pictures differ by {plain:.3f} of 255, {finished:.3f} finished, {share:.4f} of the labels are equal")
    return other


def step(tools: Tools, composer: DeviceComposer, device: torch.device) -> float:
    """The loss of one step."""
    trainee = Trainee().to(device).train()
    batch, asked = draw_batch((composer, tools.asker(SPLITS[0]), tools.packer()), STEP_MIX, np.random.default_rng(SEED))
    values, _ = losses(trainee, batch, asked)
    total = sum(WEIGHTS[name] * value for name, value in values.items())
    total.backward()
    finite = all(value.grad is None or value.grad.isfinite().all() for value in trainee.parameters())
    check(bool(total.isfinite()) and finite, f"a step's losses are { {name: value.item() for name, value in values.items()} }, or its gradients are not finite")
    return total.item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    device, tools = device_of(options.device), Tools(Path(options.data), Path(options.photos), SEED)
    composer = compare(tools, device)
    print(f"loss of a step on {device}: {step(tools, composer, device):.2f}")


if __name__ == "__main__":
    main()
