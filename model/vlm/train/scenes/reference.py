"""The exported model, reading nothing but its directory: the arithmetic every engine is checked against, in plain numpy but for the photo tower,
which has a reference of its own."""

import argparse
import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

from photo.reference import Tower

from .words import BOS, EOS, SEP, Words

LIKENESS_FLOOR = np.float32(0.4)
COUNT_SPREAD = 0.18
STRENGTHS, STRENGTH_SPREAD = 5, 0.02
DIFFERENCES = slice(4, 7)
CHANCE_FLOOR = np.float32(1e-9)
FOUND_FLOOR, BEFORE_FLOOR, AREA_FLOOR = 1e-6, 0.05, 0.003
DIFFERENCE_SCALES = np.array([4, 4, 2], np.float32)


@dataclass
class Sighting:
    """A thing that the photo tower saw: likely names by their index with their chances, the box's centre and size in shares of the picture, the
    score, the mean colour in 0..1."""

    names: list[int]
    chances: list[float]
    box: list[float]
    score: float
    colour: list[float]


@dataclass
class Regions:
    """Vectors [R, width], chances [R, names], centres [R], places [R, 2] and areas [R] in shares of the picture."""

    vectors: np.ndarray
    chances: np.ndarray
    centres: np.ndarray
    places: np.ndarray
    areas: np.ndarray


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


def fitted(height: int, width: int, size: int) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels of a letterboxed picture."""
    fit_height, fit_width = (max(1, int(edge * size / max(height, width) + 0.5)) for edge in (height, width))
    return (size - fit_width) // 2, (size - fit_height) // 2, fit_width, fit_height


def letterbox(pixels: np.ndarray, size: int, pad) -> np.ndarray:
    """HWC values 0..255 to a size by size picture, in float throughout."""
    height, width = pixels.shape[:2]
    left, top, fit_width, fit_height = fitted(height, width, size)
    values = np.tensordot(resize_weights(height, fit_height), pixels.astype(np.float64), 1)
    values = np.tensordot(resize_weights(width, fit_width), values, (1, 1)).transpose(1, 0, 2)
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


def waves(axis):
    """A place on one axis in seven values."""
    return [axis * 2 - 1, *(wave(np.pi * frequency * axis) for frequency in (1, 2, 4) for wave in (np.sin, np.cos))]


def photo_features(thing: Sighting) -> np.ndarray:
    x, y, width, height = thing.box
    area = width * height
    return np.array([thing.score, *waves(x), *waves(y), width, height, np.sqrt(area), np.log(area + AREA_FLOOR) / 4, *thing.colour, *thing.chances],
                    np.float32)


class Model:
    """A loaded directory."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.configuration = json.loads((folder / "model.json").read_text())
        self.words = Words.read(folder / "tokenizer.json")
        stored = load_file(folder / "model.safetensors")
        self.tensors = {name: value if value.dtype != np.int8 else
                        value.astype(np.float32) * stored[f"{name}.scale"].reshape(-1, *[1] * (value.ndim - 1))
                        for name, value in stored.items() if not name.endswith(".scale")}
        self.embedding = self["embedding.weight"]
        self.names = unit(self.embedding[self.configuration["names"]])
        self.likeness = np.maximum(unit(self.embedding) @ self.names.T - LIKENESS_FLOOR, 0) / (1 - LIKENESS_FLOOR)
        axis = (np.arange(self.grid, dtype=np.float32) + 0.5) / self.grid
        self.cell_places = np.stack([np.tile(axis, self.grid), np.repeat(axis, self.grid)], 1)

    def __getitem__(self, name):
        return self.tensors[name]

    @cached_property
    def tower(self) -> Tower:
        return Tower(self.folder)

    @property
    def grid(self) -> int:
        return self.configuration["encoder"]["grid"]

    def pixels(self, image: np.ndarray) -> np.ndarray:
        """HWC u8 to the normalised CHW picture."""
        shape = self.configuration["image"]
        canvas = letterbox(image, shape["size"], shape["pad"])
        mean, std = np.array(shape["mean"], np.float32), np.array(shape["std"], np.float32)
        return np.ascontiguousarray(((canvas - mean) / std).transpose(2, 0, 1), np.float32)

    def content(self, image: np.ndarray) -> np.ndarray:
        """Left, top, width and height of the letterboxed picture in shares of the square."""
        size = self.configuration["image"]["size"]
        return np.array(fitted(*image.shape[:2], size), np.float32) / np.float32(size)

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
        """The vectors of the cells."""
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

    def chances(self, cells: np.ndarray) -> np.ndarray:
        """The chance of every name in every cell."""
        cosine = unit(cells @ self["patch.weight"].T) @ self.names.T
        logits = np.concatenate([np.exp(self["patch.log_scale"]) * cosine, np.repeat(self["patch.null"][None], len(cells), 0)], 1)
        return softmax(logits)[:, :-1]

    def see(self, image: np.ndarray) -> list[Sighting]:
        """What the photo tower says of a picture."""
        return self.sightings([(thing.names, thing.scores, thing.box, thing.colour) for thing in self.tower.things(image)])

    def sightings(self, seen) -> list[Sighting]:
        """From (classes and scores, likeliest first, box of left, top, width and height in shares of the picture, mean colour) of every thing."""
        rule = self.configuration["photo"]
        made = []
        for classes, scores, (left, top, width, height), colour in sorted(seen, key=lambda thing: -thing[1][0])[:rule["things"]]:
            scores = [*scores[:rule["classes"]], *[0.0] * (rule["classes"] - len(scores))]
            classes = [*classes[:rule["classes"]], *[0] * (rule["classes"] - len(classes))]
            total = max(1.0, sum(scores))
            made.append(Sighting([rule["names"][index] for index in classes], [score / total for score in scores],
                                 [left + width / 2, top + height / 2, width, height], scores[0], list(colour)))
        return made

    def counted(self, things: list[Sighting], chances: np.ndarray, content: np.ndarray) -> list[Sighting]:
        """The things that are not rather a drawing that the grid tower sees."""
        rule = self.configuration["photo"]
        drawn = chances.max(1) >= rule["drawn"]
        places = (self.cell_places - content[:2]) / content[2:]
        kept = []
        for thing in things:
            place, edges = np.array(thing.box[:2], np.float32), np.array(thing.box[2:], np.float32)
            column, row = np.clip(np.floor((content[:2] + place * content[2:]) * self.grid), 0, self.grid - 1).astype(int)
            inside = (np.abs(places - place) <= edges / 2).all(1)
            inside[row * self.grid + column] = True
            unsure = thing.score < rule["sure"] and drawn.any()
            if not unsure and not (thing.score < rule["certain"] and drawn[inside].any()):
                kept.append(thing)
        return kept

    def regions(self, cells: np.ndarray, content: np.ndarray, things: list[Sighting]) -> Regions:
        """The cells and those of the things that count, as one list."""
        chances = self.chances(cells)
        things = self.counted(things, chances, content)
        vectors, areas = [cells], [np.full(len(cells), 1 / len(cells) / content[2:].prod(), np.float32)]
        own = np.zeros((len(things), len(self.names)), np.float32)
        for row, thing in zip(own, things):
            np.add.at(row, thing.names, np.array(thing.chances, np.float32))
            inner = gelu(self["photo.up.weight"] @ photo_features(thing) + self["photo.up.bias"])
            vector = self["photo.name.weight"] @ (row @ self.names) + self["photo.down.weight"] @ inner + self["photo.down.bias"]
            vectors.append(rmsnorm(vector, self["photo.norm.weight"])[None])
            areas.append(np.array([thing.box[2] * thing.box[3]], np.float32))
        centres = sigmoid(cells @ self["centre.weight"] + self["centre.bias"])
        places = [(self.cell_places - content[:2]) / content[2:], *(np.array([thing.box[:2]], np.float32) for thing in things)]
        return Regions(np.concatenate(vectors), np.concatenate([chances, own]),
                       np.concatenate([centres, np.array([thing.score for thing in things], np.float32)]), np.concatenate(places), np.concatenate(areas))

    def look(self, image: np.ndarray, things: list[Sighting] | None = None) -> Regions:
        """The regions of a picture; without `things` the photo tower looks for them."""
        return self.regions(self.encode(self.pixels(image)), self.content(image), self.see(image) if things is None else things)

    def matches(self, tokens, regions: Regions) -> tuple[np.ndarray, np.ndarray]:
        """[tokens, regions] each: how far a region's names are the word, and how far they are it with chances above even ones."""
        evidence = np.maximum(1 + np.log(regions.chances + CHANCE_FLOOR) / np.float32(np.log(len(self.names))), 0)
        likeness = self.likeness[tokens]
        return likeness @ regions.chances.T, likeness @ evidence.T

    def text_input(self, tokens, regions: Regions) -> np.ndarray:
        match, clue = self.matches(tokens, regions)
        weights, nowhere = np.expm1(self["ground.tau"] * clue), np.exp(self["ground.null"])
        total = weights.sum(1, keepdims=True) + nowhere
        found, none, words = weights / total, nowhere / total, self.embedding[tokens]
        looks = found @ regions.vectors @ self["ground.out.weight"].T
        seen = looks + (1 - none) * self["ground.seen"]
        counts, places = self.count_features(match, clue, regions), self.place_features(found, clue, regions)
        is_name = np.isin(tokens, self.configuration["names"])[:, None]
        heard = np.cumsum(np.concatenate([counts, places], 1) * is_name, 0, np.float32)
        told = counts @ self["count.weight"].T + places @ self["place.weight"].T + heard @ self["heard.weight"].T
        asked = np.tanh(np.cumsum(words * none, 0) @ self["compare.words.weight"].T)
        shown = places[:, DIFFERENCES] @ self["compare.places.weight"].T + looks @ self["compare.seen.weight"].T
        compared = np.cumsum(asked * shown, 0) @ self["compare.out.weight"].T
        return words + seen + told + compared + self["text.positions"][:len(tokens)]

    @staticmethod
    def count_features(match, clue, regions: Regions) -> np.ndarray:
        """How many match, how many things there are, the area that matches, and how strong the best clue is."""
        number, area, strength = match @ regions.centres, match @ regions.areas, clue.max(1)
        total = np.full(len(match), regions.centres.sum())
        counts = [np.exp(-(count - step) ** 2 / COUNT_SPREAD) for count, steps in ((number, 5), (total, 6)) for step in range(steps)]
        strengths = [np.exp(-(strength - step / STRENGTHS) ** 2 / STRENGTH_SPREAD) for step in range(STRENGTHS)]
        return np.stack([*counts, area, 4 * np.sqrt(area + 1e-9), strength, *strengths], 1).astype(np.float32)

    @staticmethod
    def place_features(found, clue, regions: Regions) -> np.ndarray:
        """How surely every word is found, where, how large, and the differences to the mean of what the words before it found."""
        sure = found.sum(1, keepdims=True)
        place = found @ regions.places / (sure + FOUND_FLOOR)
        area = np.log((clue @ regions.areas)[:, None] + AREA_FLOOR) / 2
        own = np.concatenate([place, area], 1)
        weights = np.tril(np.ones((len(sure), len(sure)), np.float32), -1) * (sure * sure).T
        total = weights.sum(1, keepdims=True)
        known = total / (total + BEFORE_FLOOR)
        difference = np.tanh((own - weights @ own / (total + FOUND_FLOOR)) * DIFFERENCE_SCALES) * sure * known
        return np.concatenate([sure, sure * (2 * place - 1), sure * area, difference, known], 1).astype(np.float32)

    def logits(self, tokens, regions: Regions) -> np.ndarray:
        """The logits after the last of the text tokens."""
        count, cells = len(regions.vectors), len(self.cell_places)
        marks = np.concatenate([self["prefix.positions"], np.repeat(self["prefix.photo"][None], count - cells, 0)])
        text = self.text_input(tokens, regions)
        x = np.concatenate([regions.vectors + marks, text])
        mask = np.tril(np.ones((len(x), len(x)), bool))
        mask[:count, :count] = True
        h = rmsnorm(self.layers(x, "decoder", "decoder", mask)[-1], self["decoder.norm.weight"])
        scores = regions.vectors @ self["copy.key.weight"].T @ (self["copy.query.weight"] @ h)
        copied = softmax(scores / np.float32(np.sqrt(len(h)))) @ regions.chances @ self.names
        gate = sigmoid(self["copy.gate.weight"] @ h + self["copy.gate.bias"])
        return (self.embedding @ (h + gate * self["copy.alpha"] * copied + self["repeat.alpha"] * self.repeated(h, text, tokens))) * self["logit_scale"]

    def repeated(self, h, text, tokens) -> np.ndarray:
        """The unit vectors of the names that the text has said, each by its share; none of them has a share too."""
        said = np.flatnonzero(np.isin(tokens, self.configuration["names"]))
        scores = text[said] @ self["repeat.key.weight"].T @ (self["repeat.query.weight"] @ h) / np.float32(np.sqrt(len(h)))
        shares = softmax(np.append(scores, self["repeat.null"]).astype(np.float32))[:-1]
        return shares @ unit(self.embedding[np.asarray(tokens)[said]])

    def answer(self, regions: Regions, question: str) -> Answer:
        """Greedy words and the rule that turns them into the final text."""
        rule, limits = self.configuration["answer"], self.configuration["limits"]
        prompt = [BOS, *self.words.encode(question)[:limits["questionTokens"]], SEP]
        tokens, steps, log_chance = list(prompt), [], 0.0
        while len(steps) < limits["answerTokens"]:
            logits = self.logits(tokens, regions)
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

    def ask(self, image: np.ndarray, question: str, things: list[Sighting] | None = None) -> Answer:
        return self.answer(self.look(image, things), question)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("picture")
    parser.add_argument("questions", nargs="+")
    options = parser.parse_args()
    model, image = Model(Path(options.model)), np.asarray(Image.open(options.picture).convert("RGB"))
    regions = model.look(image)
    for question in options.questions:
        answer = model.answer(regions, question)
        print(f"{question}\t{answer.text}\t{answer.words}\t{answer.confidence:.3f}")


if __name__ == "__main__":
    main()
