"""Shows that the description equals the published graph, and how far the I8 weights lead from it."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from .convert import LEVELS, Conversion
from .graph import Graph
from .reference import Tower

BOUND = 1e-5


def outputs(graph: Graph, planes: np.ndarray) -> list[np.ndarray]:
    """The graph's own results: for each level the chances, then the box's bins; it takes blue, green, red."""
    known = graph.run(np.ascontiguousarray(planes[:, ::-1]))
    return [known[f"Identity{suffix}"][0] for level in range(len(LEVELS)) for suffix in ("" if level == 0 else f"_{level}", f"_{level + len(LEVELS)}")]


def described(tower: Tower, planes: np.ndarray) -> list[np.ndarray]:
    known = tower.run(planes)
    names = len(tower.shape["names"])
    found = []
    for level in tower.shape["levels"]:
        rows = known[level["from"]][0].reshape(-1, known[level["from"]][0][0].size).T
        found += [1 / (1 + np.exp(-rows[:, :names])), rows[:, names:]]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("pictures", type=Path, nargs="+")
    arguments = parser.parse_args()
    graph = Graph(arguments.graph)
    floats, bytes_ = Tower(arguments.weights, Conversion(graph).floats), Tower(arguments.weights)
    worst = 0.0
    for path in arguments.pictures:
        planes = floats.planes(np.asarray(Image.open(path).convert("RGB")))
        wanted, found, rounded = outputs(graph, planes), described(floats, planes), described(bytes_, planes)
        error = max(np.abs(one - other).max() / max(1, np.abs(one).max()) for one, other in zip(wanted, found))
        chances = [np.concatenate(parts[::2]) for parts in (wanted, rounded)]
        cells = chances[0].max(1) > floats.shape["decode"]["score"]
        agree = (chances[0][cells].argmax(1) == chances[1][cells].argmax(1)).mean() if cells.any() else 1.0
        worst = max(worst, error)
        print(f"{path.name}: description off by {error:.1e}; I8 chances off by {np.abs(chances[0] - chances[1]).max():.3f}, "
              f"the same name in {agree:.0%} of {cells.sum()} cells")
    if worst > BOUND:
        raise SystemExit(f"the description is off by {worst:.1e}, more than {BOUND}")


if __name__ == "__main__":
    main()
