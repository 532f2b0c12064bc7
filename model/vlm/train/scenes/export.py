"""Exports a trained net: batch norm folded, matrices as I8 with a scale per row, three files as the format says."""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from .configuration import ANSWER_TOKENS, DECODER, ENCODER, IMAGE_SIZE, MEAN, PAD_COLOUR, QUESTION_TOKENS, STD
from .net import ConvBlock
from .training import Trainee
from .vocabulary import build_words

LAYER_TENSORS = {"attention_norm.weight": "attention_norm", "mlp_norm.weight": "mlp_norm", "attention.qkv.weight": "qkv.weight",
                 "attention.out.weight": "out.weight", "mlp.up.weight": "up.weight", "mlp.up.bias": "up.bias",
                 "mlp.down.weight": "down.weight", "mlp.down.bias": "down.bias"}
TOP_TENSORS = {"encoder.project.weight": "encoder.project.weight", "encoder.project.bias": "encoder.project.bias",
               "encoder.positions": "encoder.positions", "encoder.norm.weight": "encoder.norm", "embedding.weight": "embedding",
               "patch.weight": "patch.weight", "patch.log_scale": "patch_log_scale", "patch.null": "patch_null", "centre.weight": "centre.weight",
               "centre.bias": "centre.bias", "ground.tau": "ground_tau", "ground.null": "ground_null", "ground.out.weight": "ground_out.weight",
               "ground.seen": "ground_seen", "count.weight": "count.weight", "text.positions": "text_positions",
               "prefix.positions": "prefix_positions", "decoder.norm.weight": "norm", "copy.query.weight": "copy_query.weight",
               "copy.key.weight": "copy_key.weight", "copy.gate.weight": "copy_gate.weight", "copy.gate.bias": "copy_gate.bias",
               "copy.alpha": "copy_alpha", "logit_scale": "logit_scale"}
FLAT = ("centre.weight", "copy.gate.weight")
FLOAT_MATRICES = ("encoder.positions", "text.positions", "prefix.positions")
UNCALIBRATED = {"threshold": 0.0, "temperature": 1.0}


def folded(conv, norm) -> tuple[np.ndarray, np.ndarray]:
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return (conv.weight * gain[:, None, None, None]).detach().numpy(), (norm.bias - norm.running_mean * gain).detach().numpy()


def float_tensors(net) -> dict[str, np.ndarray]:
    """Every tensor of the format in F32."""
    tensors = {}
    for index, block in enumerate(net.encoder.blocks):
        prefix = f"encoder.blocks.{index}"
        if isinstance(block, ConvBlock):
            tensors[f"{prefix}.weight"], tensors[f"{prefix}.bias"] = folded(block.conv, block.norm)
        else:
            tensors[f"{prefix}.conv1.weight"], tensors[f"{prefix}.conv1.bias"] = folded(block.conv1, block.norm1)
            tensors[f"{prefix}.conv2.weight"], tensors[f"{prefix}.conv2.bias"] = folded(block.conv2, block.norm2)
    state = net.state_dict()
    for prefix, source, layers in (("encoder", "encoder.layers", ENCODER["layers"]), ("decoder", "layers", DECODER["layers"])):
        for layer in range(layers):
            for name, own in LAYER_TENSORS.items():
                tensors[f"{prefix}.layers.{layer}.{name}"] = state[f"{source}.{layer}.{own}"].numpy()
    for name, own in TOP_TENSORS.items():
        tensors[name] = state[own].numpy()
    for name, value in tensors.items():
        tensors[name] = np.ascontiguousarray(value.reshape(-1) if name in FLAT or value.ndim == 0 else value, np.float32)
    return tensors


def quantised(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Matrices as I8 rows with NAME.scale; the rest stays F32."""
    stored = {}
    for name, value in tensors.items():
        if value.ndim < 2 or name in FLOAT_MATRICES:
            stored[name] = value
            continue
        rows = value.reshape(len(value), -1)
        scale = np.maximum(np.abs(rows).max(1), 1e-12) / 127
        stored[name] = np.rint(rows / scale[:, None]).clip(-127, 127).astype(np.int8).reshape(value.shape)
        stored[f"{name}.scale"] = scale.astype(np.float32)
    return stored


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def model_json(out: Path, words, names, answer) -> dict:
    return {
        "format": "psyne-vlm", "version": 1, "name": "scenes-1",
        "description": "Answers short English questions about drawn scenes: one to four drawings or coloured shapes on a background.",
        "license": "Apache-2.0",
        "knows": f"{len(names)} things in drawn pictures (animals, food, vehicles, everyday objects, five shapes in eleven colours): "
                 "what they are, how many, what colour a shape is, where, and whether one is there. It compares places and sizes badly. Photographs it does not know.",
        "image": {"size": IMAGE_SIZE, "mean": list(MEAN), "std": list(STD), "pad": list(PAD_COLOUR)},
        "encoder": ENCODER, "decoder": DECODER, "names": [words.ids[name] for name in names],
        "answer": {"unsure": words.ids["unsure"], **answer, "sentence": "I am not sure."},
        "limits": {"questionTokens": QUESTION_TOKENS, "answerTokens": ANSWER_TOKENS},
        "sha256": {name: sha256(out / name) for name in ("tokenizer.json", "model.safetensors")},
    }


def export(net, out: Path, answer=None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    words, names = build_words()
    words.write(out / "tokenizer.json")
    save_file(quantised(float_tensors(net.eval())), out / "model.safetensors", {"format": "psyne-vlm"})
    (out / "model.safetensors").chmod(0o644)
    (out / "model.json").write_text(json.dumps(model_json(out, words, names, answer or UNCALIBRATED), indent=2) + "\n")


def scatter(net) -> None:
    """Random batch norms, so that a random net exercises every block."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.3, 0.8)
            torch.nn.init.normal_(module.bias, std=0.1)
            torch.nn.init.normal_(module.running_mean, std=0.1)


def load(path: str | None):
    trainee = Trainee()
    if path:
        trainee.load_state_dict(torch.load(path)["trainee"])
    else:
        scatter(trainee.net)
    return trainee.net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", help="without it the weights are random")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    torch.manual_seed(1)
    export(load(options.checkpoint), Path(options.out))


if __name__ == "__main__":
    main()
