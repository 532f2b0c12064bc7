"""The exported model in plain numpy, reading nothing but its directory: the arithmetic every engine is checked against."""

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

from .words import BOS, EOS, SEP, Words

COUNT_SPREAD = 0.18


@dataclass
class Answer:
    text: str
    words: str
    confidence: float
    ids: list[int]
    prompt: list[int] = field(default_factory=list)
    logits: list[np.ndarray] = field(default_factory=list)


def softmax(values):
    values = np.exp(values - values.max(-1, keepdims=True))
    return values / values.sum(-1, keepdims=True)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def gelu(values):
    return 0.5 * values * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (values + np.float32(0.044715) * values ** 3)))


def rmsnorm(values, weight):
    return values / np.sqrt((values * values).mean(-1, keepdims=True) + np.float32(1e-6)) * weight


def unit(rows):
    return rows / np.sqrt((rows * rows).sum(-1, keepdims=True))


def resize_weights(source: int, target: int) -> np.ndarray:
    """[target, source] weights of the triangle filter, widened when shrinking."""
    scale = source / target
    reach = max(1.0, scale)
    weights = np.zeros((target, source))
    for index in range(target):
        centre = (index + 0.5) * scale
        first, last = max(0, int(centre - reach + 0.5)), min(source, int(centre + reach + 0.5))
        row = np.maximum(0, 1 - np.abs((np.arange(first, last) - centre + 0.5) / reach))
        weights[index, first:last] = row / row.sum()
    return weights


def letterbox(pixels: np.ndarray, size: int, pad) -> np.ndarray:
    """HWC values 0..255 to a size by size picture, in float throughout."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    fit_height, fit_width = (max(1, int(edge * size / longer + 0.5)) for edge in (height, width))
    values = np.tensordot(resize_weights(height, fit_height), pixels.astype(np.float64), 1)
    values = np.tensordot(resize_weights(width, fit_width), values, (1, 1)).transpose(1, 0, 2)
    top, left = (size - fit_height) // 2, (size - fit_width) // 2
    canvas = np.empty((size, size, 3), np.float32)
    canvas[:] = pad
    canvas[top:top + fit_height, left:left + fit_width] = values
    return canvas


def convolve(image, weight, bias, stride, padding):
    """CHW convolution through patches."""
    _, _, rows, columns = weight.shape
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), (1, 2))[:, ::stride, ::stride]
    return np.tensordot(weight, windows, ([1, 2, 3], [0, 3, 4])) + bias[:, None, None]


class Model:
    """A loaded directory."""

    def __init__(self, folder: Path):
        self.configuration = json.loads((folder / "model.json").read_text())
        self.words = Words.read(folder / "tokenizer.json")
        stored = load_file(folder / "model.safetensors")
        self.tensors = {name: value if value.dtype != np.int8 else
                        value.astype(np.float32) * stored[f"{name}.scale"].reshape(-1, *[1] * (value.ndim - 1))
                        for name, value in stored.items() if not name.endswith(".scale")}
        self.embedding = self["embedding.weight"]
        self.names = unit(self.embedding[self.configuration["names"]])
        self.likeness = unit(self.embedding) @ self.names.T

    def __getitem__(self, name):
        return self.tensors[name]

    def pixels(self, image: np.ndarray) -> np.ndarray:
        """HWC u8 to the normalised CHW picture."""
        shape = self.configuration["image"]
        canvas = letterbox(image, shape["size"], shape["pad"])
        mean, std = np.array(shape["mean"], np.float32), np.array(shape["std"], np.float32)
        return np.ascontiguousarray(((canvas - mean) / std).transpose(2, 0, 1), np.float32)

    def layers(self, x, prefix, part, mask=None):
        shape = self.configuration[part]
        heads, width = shape["heads"], shape["width"]
        for layer in range(shape["layers"]):
            weights = f"{prefix}.layers.{layer}."
            h = rmsnorm(x, self[weights + "attention_norm.weight"]) @ self[weights + "attention.qkv.weight"].T
            query, key, value = h.reshape(len(x), 3, heads, -1).transpose(1, 2, 0, 3)
            scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(width / heads))
            if mask is not None:
                scores = np.where(mask, scores, -np.inf)
            mixed = (softmax(scores) @ value).transpose(1, 0, 2).reshape(len(x), width)
            x = x + mixed @ self[weights + "attention.out.weight"].T
            h = rmsnorm(x, self[weights + "mlp_norm.weight"]) @ self[weights + "mlp.up.weight"].T + self[weights + "mlp.up.bias"]
            x = x + gelu(h) @ self[weights + "mlp.down.weight"].T + self[weights + "mlp.down.bias"]
        return x

    def encode(self, pixels: np.ndarray) -> np.ndarray:
        """The regions R."""
        image = pixels
        for index, block in enumerate(self.configuration["encoder"]["blocks"]):
            name = f"encoder.blocks.{index}."
            if block["kind"] == "conv":
                image = np.maximum(convolve(image, self[name + "weight"], self[name + "bias"], block["stride"], block["padding"]), 0)
            else:
                inner = np.maximum(convolve(image, self[name + "conv1.weight"], self[name + "conv1.bias"], 1, 1), 0)
                image = np.maximum(image + convolve(inner, self[name + "conv2.weight"], self[name + "conv2.bias"], 1, 1), 0)
        tokens = image.reshape(len(image), -1).T
        x = tokens @ self["encoder.project.weight"].T + self["encoder.project.bias"] + self["encoder.positions"]
        return rmsnorm(self.layers(x, "encoder", "encoder"), self["encoder.norm.weight"])

    def chances(self, regions: np.ndarray) -> np.ndarray:
        """p: the chance of every name in every region."""
        cosine = unit(regions @ self["patch.weight"].T) @ self.names.T
        logits = np.concatenate([np.exp(self["patch.log_scale"]) * cosine, np.repeat(self["patch.null"][None], len(regions), 0)], 1)
        return softmax(logits)[:, :-1]

    def text_input(self, tokens, regions, chances):
        match = np.maximum(self.likeness[tokens] @ chances.T, 0)
        centres = sigmoid(regions @ self["centre.weight"] + self["centre.bias"])
        scores = np.concatenate([self["ground.tau"] * match, np.repeat(self["ground.null"][None], len(tokens), 0)], 1)
        attention = softmax(scores)
        words = self.embedding[tokens] + attention[:, :-1] @ regions @ self["ground.out.weight"].T + (1 - attention[:, -1:]) * self["ground.seen"]
        number, total, area = match @ centres, np.full(len(tokens), centres.sum()), match.mean(1)
        features = [np.exp(-(number - step) ** 2 / COUNT_SPREAD) for step in range(5)]
        features += [np.exp(-(total - step) ** 2 / COUNT_SPREAD) for step in range(6)] + [area, 4 * np.sqrt(area)]
        return words + np.stack(features, 1).astype(np.float32) @ self["count.weight"].T + self["text.positions"][:len(tokens)]

    def logits(self, tokens, regions, chances) -> np.ndarray:
        """The logits after the last of the text tokens."""
        cells = len(regions)
        x = np.concatenate([regions + self["prefix.positions"], self.text_input(tokens, regions, chances)])
        mask = np.tril(np.ones((len(x), len(x)), bool))
        mask[:cells, :cells] = True
        h = rmsnorm(self.layers(x, "decoder", "decoder", mask)[-1], self["decoder.norm.weight"])
        scores = regions @ self["copy.key.weight"].T @ (self["copy.query.weight"] @ h)
        copied = softmax(scores / np.float32(np.sqrt(len(h)))) @ chances @ self.names
        gate = sigmoid(self["copy.gate.weight"] @ h + self["copy.gate.bias"])
        return (self.embedding @ (h + gate * self["copy.alpha"] * copied)) * self["logit_scale"]

    def answer(self, regions, chances, question: str) -> Answer:
        """Greedy words and the rule that turns them into the final text."""
        rule, limits = self.configuration["answer"], self.configuration["limits"]
        prompt = [BOS, *self.words.encode(question)[:limits["questionTokens"]], SEP]
        tokens, steps, log_chance = list(prompt), [], 0.0
        while len(steps) < limits["answerTokens"]:
            logits = self.logits(tokens, regions, chances)
            token = int(logits.argmax())
            steps.append(logits)
            log_chance += float(np.log(softmax(logits.astype(np.float64) / rule["temperature"])[token]))
            tokens.append(token)
            if token == EOS:
                break
        ids = tokens[len(prompt):]
        confidence = float(np.exp(log_chance / len(ids)))
        words = self.words.decode(ids)
        unsure = ids[0] == rule["unsure"] or confidence < rule["threshold"]
        return Answer(rule["sentence"] if unsure else words, words, confidence, ids, prompt, steps)

    def ask(self, image: np.ndarray, question: str) -> Answer:
        regions = self.encode(self.pixels(image))
        return self.answer(regions, self.chances(regions), question)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("questions", nargs="+")
    options = parser.parse_args()
    model, image = Model(Path(options.model)), np.asarray(Image.open(options.picture).convert("RGB"))
    for question in options.questions:
        answer = model.ask(image, question)
        print(f"{question}\t{answer.text}\t{answer.words}\t{answer.confidence:.3f}")


if __name__ == "__main__":
    main()
