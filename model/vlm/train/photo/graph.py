"""A TensorFlow.js graph model read without TensorFlow, and run operation by operation in PyTorch."""

import json
import re
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

STORED = {"float16": np.float16, "float32": np.float32, "int32": np.int32}
NUMBER = re.compile(r"_(\d+)(?:/|$)")
# Whatever only changes the order of the axes, or nothing.
TRANSPARENT = ("Transpose", "Identity")


def read_weights(manifest: list[dict], folder: Path) -> dict[str, np.ndarray]:
    """The constants of a graph, halves widened."""
    weights = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for entry in group["weights"]:
            stored = np.dtype(STORED[entry.get("quantization", entry)["dtype"]])
            count = int(np.prod(entry["shape"]))
            values = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
            weights[entry["name"]] = values.astype(np.float32) if stored.kind == "f" else values
            offset += count * stored.itemsize
        if offset != len(data):
            raise ValueError(f"{group['paths']} holds {len(data)} bytes, its manifest tells of {offset}")
    return weights


class Graph:
    """Nodes by name, and the constants they read."""

    def __init__(self, path: Path):
        content = json.loads(path.read_text())
        self.nodes = {node["name"]: node for node in content["modelTopology"]["node"]}
        self.weights = read_weights(content["weightsManifest"], path.parent)

    def of(self, operation: str) -> list[dict]:
        """Nodes of an operation in the order in which they were numbered."""
        found = [node for node in self.nodes.values() if node["op"] == operation]
        return sorted(found, key=lambda node: int((NUMBER.findall(node["name"]) or ["0"])[0]))

    def source(self, name: str) -> dict:
        """The node behind an input that is more than another order of its axes."""
        node = self.nodes[name.split(":")[0]]
        return self.source(node["input"][0]) if node["op"] in TRANSPARENT else node

    def users(self, node: dict) -> list[dict]:
        """The nodes that read a node's result, whatever the order of its axes."""
        found = []
        for other in self.nodes.values():
            if other["op"] != "Const" and any(name.split(":")[0] == node["name"] for name in other.get("input", [])):
                found += self.users(other) if other["op"] in TRANSPARENT else [other]
        return found

    def run(self, picture: np.ndarray) -> dict[str, np.ndarray]:
        """Every node's result for planes ``[1, 3, size, size]``, by name."""
        known = {name: torch.from_numpy(np.array(value)) for name, value in self.weights.items()}
        for node in self.nodes.values():
            if node["op"] == "Placeholder":
                known[node["name"]] = torch.from_numpy(picture)
        with torch.no_grad():
            for node in self.nodes.values():
                self._value(node["name"], known)
        return {name: value.numpy() for name, value in known.items()}

    def _value(self, name: str, known: dict) -> torch.Tensor:
        name = name[:-2] if name.endswith(":0") else name
        if name not in known:
            node = self.nodes[name.split(":")[0]]
            values = [self._value(source, known) for source in node["input"]]
            result = evaluate(node, values)
            for index, part in enumerate(result if isinstance(result, tuple) else (result,)):
                known[node["name"] if index == 0 else f"{node['name']}:{index}"] = part
        return known[name]


def flag(node: dict, key: str) -> bool:
    return bool(node["attr"].get(key, {}).get("b", False))


def integers(node: dict, key: str) -> list[int]:
    return [int(value) for value in node["attr"][key]["list"]["i"]]


def evaluate(node: dict, values: list[torch.Tensor]) -> torch.Tensor | tuple[torch.Tensor, ...]:
    """One operation as TensorFlow defines it; images lie channels last where it is a convolution, a pool or a resize."""
    match node["op"]:
        case "Transpose":
            return values[0].permute(*values[1].tolist()).contiguous()
        case "Identity":
            return values[0]
        case "Add" | "AddV2":
            return values[0] + values[1]
        case "Pad" | "PadV2":
            around = [edge for pair in reversed(values[1].tolist()) for edge in pair]
            return F.pad(values[0], around, value=float(values[2]) if len(values) > 2 else 0.0)
        case "LeakyRelu":
            return F.leaky_relu(values[0], node["attr"]["alpha"]["f"])
        case "ConcatV2":
            return torch.cat(values[:-1], int(values[-1]))
        case "SplitV":
            return torch.split(values[0], values[1].tolist(), int(values[2]))
        case "Sigmoid":
            return torch.sigmoid(values[0])
        case "Reshape":
            return values[0].reshape(values[1].tolist())
        case "SparseToDense":
            return torch.zeros(values[1].tolist(), dtype=values[2].dtype) + values[3]
        case "Conv2D" | "MaxPool" | "ResizeBilinear":
            return channels_last(node, values[0].permute(0, 3, 1, 2), values[1:]).permute(0, 2, 3, 1)
    raise ValueError(f"the graph has an operation {node['op']}")


def channels_last(node: dict, image: torch.Tensor, others: list[torch.Tensor]) -> torch.Tensor:
    if node["op"] == "Conv2D":
        return F.conv2d(image, others[0].permute(3, 2, 0, 1), stride=integers(node, "strides")[1])
    if node["op"] == "MaxPool":
        return F.max_pool2d(image, integers(node, "ksize")[1], integers(node, "strides")[1])
    if flag(node, "align_corners") or not flag(node, "half_pixel_centers"):
        raise ValueError(f"{node['name']} does not have half-pixel centres")
    return F.interpolate(image, size=others[0].tolist(), mode="bilinear", align_corners=False)
