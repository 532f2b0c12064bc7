"""Exports a trained net: batch norm folded, matrices as I8 with a scale per row, the photo tower's files beside them, as the format says."""

import argparse
import hashlib
import json
import math
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from .configuration import (ANSWER_TOKENS, COMPARED, DECODER, EMBEDDED, ENCODER, IMAGE_SIZE, MEAN, NAME, PAD_COLOUR, PHOTO_CLASSES, PHOTO_HIDDEN, PHOTO_THINGS,
                            QUESTION_TOKENS, STD)
from .names import PHOTO_NAMES
from .net import ConvBlock, SceneNet
from .vocabulary import build_words

LAYER_TENSORS = {"attention_norm.weight": "attention_norm", "mlp_norm.weight": "mlp_norm", "attention.qkv.weight": "qkv.weight",
                 "attention.out.weight": "out.weight", "mlp.up.weight": "up.weight", "mlp.up.bias": "up.bias",
                 "mlp.down.weight": "down.weight", "mlp.down.bias": "down.bias"}
TOP_TENSORS = {"encoder.project.weight": "encoder.project.weight", "encoder.project.bias": "encoder.project.bias",
               "encoder.positions": "encoder.positions", "encoder.norm.weight": "encoder.norm", "embedding.weight": "embedding",
               "patch.weight": "patch.weight", "patch.log_scale": "patch_log_scale", "patch.null": "patch_null", "centre.weight": "centre.weight",
               "centre.bias": "centre.bias", "ground.tau": "ground_tau", "ground.null": "ground_null", "ground.out.weight": "ground_out.weight",
               "ground.seen": "ground_seen", "count.weight": "count.weight", "place.weight": "place.weight",
               "compare.words.weight": "compare_words.weight", "compare.places.weight": "compare_places.weight",
               "compare.seen.weight": "compare_seen.weight", "compare.out.weight": "compare_out.weight", "heard.weight": "heard.weight",
               "text.positions": "text_positions", "photo.name.weight": "photo_name.weight",
               "photo.up.weight": "photo_up.weight", "photo.up.bias": "photo_up.bias",
               "photo.down.weight": "photo_down.weight", "photo.down.bias": "photo_down.bias", "photo.norm.weight": "photo_norm",
               "prefix.positions": "prefix_positions", "prefix.photo": "prefix_photo", "decoder.norm.weight": "norm", "copy.query.weight": "copy_query.weight",
               "copy.key.weight": "copy_key.weight", "copy.gate.weight": "copy_gate.weight", "copy.gate.bias": "copy_gate.bias",
               "copy.alpha": "copy_alpha", "repeat.query.weight": "repeat_query.weight", "repeat.key.weight": "repeat_key.weight",
               "repeat.null": "repeat_null", "repeat.alpha": "repeat_alpha", "logit_scale": "logit_scale"}
FLAT = ("centre.weight", "copy.gate.weight")
FLOAT_MATRICES = ("encoder.positions", "text.positions", "prefix.positions", "count.weight", "place.weight", "photo.up.weight", "compare.words.weight",
                  "compare.places.weight", "compare.seen.weight", "compare.out.weight", "heard.weight")
PHOTO_FILES = ("photo.json", "photo.safetensors")
PHOTO_FOLDER = Path(__file__).parent.parent.parent / "weights" / "scenes-2"
PHOTO_RULE = {"things": PHOTO_THINGS, "classes": PHOTO_CLASSES, "hidden": PHOTO_HIDDEN, "sure": 0.4, "certain": 0.6, "drawn": 0.5}
RANDOM_SCALE, RANDOM_NULL, RANDOM_CENTRE = 60.0, 9.0, -3.0
USUAL_EVIDENCE = 0.7
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
    files = ("tokenizer.json", "model.safetensors", *PHOTO_FILES)
    return {
        "format": "psyne-vlm", "version": 2, "name": "scenes-2" if NAME == EMBEDDED else f"scenes-2-{NAME}",
        "description": "Answers short English questions about photographs of everyday things and about drawn scenes.",
        "license": "Apache-2.0",
        "knows": f"{len(PHOTO_NAMES)} kinds of things in photographs and {len(names)} things in drawings, among them five shapes in eleven colours: "
                 "whether one is there, where, left or right of or above or below another, how many, what colour a shape is; what drawings are, nine times in ten in the styles it was trained on.",
        "image": {"size": IMAGE_SIZE, "mean": list(MEAN), "std": list(STD), "pad": list(PAD_COLOUR)},
        "encoder": ENCODER, "decoder": {**DECODER, "compared": COMPARED}, "names": [words.ids[name] for name in names],
        "photo": {"names": [names.index(name) for name in PHOTO_NAMES], **PHOTO_RULE},
        "answer": {"unsure": words.ids["unsure"], **answer, "sentence": "I am not sure."},
        "teaching": {"usual": USUAL_EVIDENCE},
        "limits": {"questionTokens": QUESTION_TOKENS, "answerTokens": ANSWER_TOKENS},
        "sha256": {name: sha256(out / name) for name in files},
    }


def export(net, out: Path, answer=None, photo: Path = PHOTO_FOLDER) -> None:
    """Writes the directory; the photo tower's files are copied from the folder `photo`."""
    out.mkdir(parents=True, exist_ok=True)
    words, names = build_words()
    words.write(out / "tokenizer.json")
    save_file(quantised(float_tensors(net.eval())), out / "model.safetensors", {"format": "psyne-vlm"})
    for name in PHOTO_FILES:
        if (photo / name).resolve() != (out / name).resolve():
            shutil.copyfile(photo / name, out / name)
    (out / "model.safetensors").chmod(0o644)
    (out / "model.json").write_text(json.dumps(model_json(out, words, names, answer or UNCALIBRATED), indent=2) + "\n")


def scatter(net) -> None:
    """Random batch norms and decided names, so that a random net exercises every block and every rule."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.3, 0.8)
            torch.nn.init.normal_(module.bias, std=0.1)
            torch.nn.init.normal_(module.running_mean, std=0.1)
    with torch.no_grad():
        net.patch_log_scale.fill_(math.log(RANDOM_SCALE))
        net.patch_null.fill_(RANDOM_NULL)
        net.centre.bias.fill_(RANDOM_CENTRE)


def load(path: str | None) -> SceneNet:
    """The net of a training's checkpoint, or a random one."""
    words, names = build_words()
    net = SceneNet(len(words.tokens), [words.ids[name] for name in names])
    if path:
        state = torch.load(path)["trainee"]
        net.load_state_dict({name.removeprefix("net."): value for name, value in state.items() if name.startswith("net.")})
    else:
        scatter(net)
    return net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", help="the weights of a training")
    source.add_argument("--random", action="store_true", help="random weights, to try an engine with")
    parser.add_argument("--photo", default=PHOTO_FOLDER, help="folder of the photo tower's files")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    export(load(options.checkpoint), Path(options.out), photo=Path(options.photo))


if __name__ == "__main__":
    main()
