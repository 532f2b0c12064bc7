"""Chooses how much evidence of a taught thing there must be on the average: as little as known things bear.

Drawings that the net does not know are taught, five at a time, as `Lesson` of the engine does it; new pictures show them among known
things. The lower the usual evidence, the more often a taught thing is found, and the more known things are taken for one."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .exported import Exported
from .labels import COVERED
from .lessons import Stage, taught_names, test_words
from .packing import normalise
from .splits import SPLITS, Tools

SEED = 5
TOGETHER, GROUPS, LESSONS, PICTURES = 5, 7, 6, 6
LEAST_STYLES = 3
OWN_SHARE, LOST_SHARE, AGAINST = 0.94, 0.04, 0.7
CANDIDATES = np.arange(0.20, 0.96, 0.01)


def fitted_names(tools: Tools) -> list[str]:
    """Unknown drawings that lessons.py measures nothing on."""
    kept = set(taught_names(tools))
    return [word for word in test_words(tools, LEAST_STYLES) if word not in kept][:TOGETHER * GROUPS]


class Eye:
    """What the engine compares: unit vectors of the cells that show a thing, and their likeness to the nearest known name."""

    def __init__(self, model: Exported):
        self.net, self.units = model.net, model.net.unit_names()

    @torch.no_grad()
    def see(self, scenes) -> list[list[tuple]]:
        """For every scene and thing of it (thing, vectors [cells, width], named [cells])."""
        cells = self.net.encoder(normalise(torch.from_numpy(np.stack([scene.image for scene in scenes]))))
        vectors = F.normalize(self.net.patch(cells), dim=-1)
        named = (vectors @ self.units.t()).amax(-1)
        return [[(thing, own.numpy()[shown], near.numpy()[shown]) for thing in scene.things for shown in [shown_cells(thing)]]
                for scene, own, near in zip(scenes, vectors, named)]


def shown_cells(thing) -> np.ndarray:
    shown = thing.coverage > COVERED
    shown[thing.coverage.argmax()] = True
    return shown


def evidence(vectors, named, prototypes) -> np.ndarray:
    """How far each cell shows the taught thing: its likeness to the lessons, less a part of that to the nearest known name."""
    return (vectors @ prototypes.T).max(1) - AGAINST * named


def learned(pictures) -> tuple[np.ndarray, float]:
    """[lessons, width] prototypes, and the mean evidence of a lesson by the other ones."""
    means = np.stack([vectors.mean(0) for [(_, vectors, _)] in pictures])
    prototypes = means / np.linalg.norm(means, axis=-1, keepdims=True)
    own = [np.median(evidence(vectors, named, np.delete(prototypes, index, 0))) for index, [(_, vectors, named)] in enumerate(pictures)]
    return prototypes, float(np.mean(own))


def passes(vectors, named, prototypes) -> float:
    """The highest threshold at which two cells, or the only one, still show the taught thing."""
    shown = np.where((vectors @ prototypes.T).max(1) > named, evidence(vectors, named, prototypes), -1)
    return float(np.sort(shown)[-2:][0])


def measure(model: Exported, tools: Tools) -> tuple[np.ndarray, np.ndarray]:
    """[candidates] each: the share of taught things that are found, and of known things that are taken for one of five taught."""
    names, stage, eye, random = fitted_names(tools), Stage(tools), Eye(model), np.random.default_rng(SEED)
    lessons = [learned(eye.see([stage.scene(name, 1, random) for _ in range(LESSONS)])) for name in names]
    limits = np.array([[(OWN_SHARE * own + usual) / 2 for _, own in lessons] for usual in CANDIDATES])
    found, lost = [], []
    for index, name in enumerate(names):
        group = range(index // TOGETHER * TOGETHER, min(len(names), index // TOGETHER * TOGETHER + TOGETHER))
        for things in eye.see([stage.scene(name, 1 + picture % 3, random) for picture in range(PICTURES)]):
            for thing, vectors, near in things:
                if thing.name == name:
                    found.append(passes(vectors, near, lessons[index][0]) >= limits[:, index])
                else:
                    lost.append(np.any([passes(vectors, near, lessons[other][0]) >= limits[:, other] for other in group], 0))
    return np.mean(found, 0), np.mean(lost, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    options = parser.parse_args()
    folder = Path(options.model)
    model = Exported(folder)
    found, lost = measure(model, Tools(Path(options.data), Path(options.photos), 81))
    chosen = int(np.argmax(lost <= LOST_SHARE))
    model.configuration["teaching"] = {"usual": round(float(CANDIDATES[chosen]), 2)}
    (folder / "model.json").write_text(json.dumps(model.configuration, indent=2) + "\n")
    print(f"usual evidence {CANDIDATES[chosen]:.2f}: {found[chosen]:.3f} of taught things found, {lost[chosen]:.3f} of known things taken for one of five")


if __name__ == "__main__":
    main()
