"""Batches: several questions of one scene in one sequence, each blind to the others, with targets and supervision."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from .compose import Scene, coverage_of
from .configuration import IMAGE_SIZE, MEAN, PHOTO_CLASSES, PHOTO_THINGS, STD
from .labels import IGNORED, ShownThings, grid_labels, regions_of
from .layout import MOST_THINGS, PHOTO, UNKNOWN, Layout
from .names import COLOURS, PLACES
from .net import PhotoThings
from .questions import Question, place_of
from .words import BOS, EOS, PAD, SEP, Words
from .wordings import BIGGER, FILLERS

TEXT_TOKENS = 160
TYPO_SHARE, FILLER_SHARE = 0.06, 0.08
CHOOSING = "size"
COMPARING, YES_NO = ("relation", "size_yes", "exist_colour"), ("yes", "no")


@dataclass
class Batch:
    image: torch.Tensor
    tokens: torch.Tensor
    positions: torch.Tensor
    segments: torch.Tensor
    targets: torch.Tensor
    asked: torch.Tensor
    missing: torch.Tensor
    holds: torch.Tensor
    repeats: torch.Tensor
    told: torch.Tensor
    patch_labels: torch.Tensor
    centres: torch.Tensor
    places: torch.Tensor
    colours: torch.Tensor
    content: torch.Tensor
    things: PhotoThings
    kinds: list


def misspell(text, random, safe) -> str:
    """One slip of the keyboard in a word that is not in `safe`."""
    words = text.split(" ")
    open_to = [index for index, word in enumerate(words) if len(word) > 3 and word not in safe]
    if not open_to:
        return text
    index = open_to[random.integers(len(open_to))]
    word, at, slip = words[index], random.integers(1, len(words[index]) - 1), random.integers(3)
    words[index] = (word[:at] + word[at + 1:], word[:at] + word[at] + word[at:], word[:at] + word[at + 1] + word[at] + word[at + 2:])[slip]
    return " ".join(words)


def normalise(images: torch.Tensor) -> torch.Tensor:
    """[B, height, width, 3] in 0..255 as the net takes it, on the device where it lies."""
    mean, deviation = torch.tensor(MEAN, device=images.device), torch.tensor(STD, device=images.device)
    return ((images.float() - mean) / deviation).permute(0, 3, 1, 2)


class Packer:
    """Turns scenes and questions into batches."""

    def __init__(self, words: Words, names: list[str], noise=True, text_tokens=TEXT_TOKENS):
        self.words, self.noise, self.text_tokens = words, noise, text_tokens
        self.encode = lru_cache(300_000)(words.encode)
        self.name_index = {name: index for index, name in enumerate(names)}
        self.name_of_token = {words.ids[name]: name for name in names}
        self.compared = {words.ids[word] for pair in BIGGER.items() for word in pair if word in words.ids}
        self.colour_index = {colour: index for index, colour in enumerate(COLOURS)}
        self.safe = {part for name in names for part in (name + " " + name + "s").split()} | set(COLOURS) | {"left", "right", "above", "below"}

    def question_tokens(self, question: Question, random) -> list[int]:
        text = question.text
        if self.noise and random.random() < FILLER_SHARE:
            before, after = FILLERS[random.integers(len(FILLERS))]
            text = before + text + after
        if self.noise and random.random() < TYPO_SHARE:
            return self.words.encode(misspell(text, random, self.safe))
        return self.encode(text)

    def pack_text(self, scene: Scene | Layout, questions, random, row) -> list:
        """Fills one row of the batch's text arrays; returns (kind, first, last) of every packed question."""
        shown = {}
        for slot, thing in enumerate(scene.things):
            shown.setdefault(thing.name, []).append(slot)
        packed, start = [], 0
        for question in questions:
            asked, answer = self.question_tokens(question, random), self.encode(question.answer)
            length = len(asked) + len(answer) + 2
            if start + length > self.text_tokens:
                continue
            tokens = [BOS, *asked, SEP, *answer]
            end, first = start + length, start + len(asked) + 1
            row["tokens"][start:end], row["positions"][start:end] = tokens, range(length)
            row["segments"][start:end] = len(packed) + 1
            row["targets"][first:end] = [*answer, EOS]
            for offset, token in enumerate(asked):
                name = self.name_of_token.get(token)
                if name in question.asked and name in shown:
                    row["asked"][start + 1 + offset, shown[name]] = True
                elif name in question.asked:
                    row["missing"][start + 1 + offset] = True
            last = max((offset for offset, token in enumerate(asked) if self.name_of_token.get(token) in question.asked), default=0)
            if question.kind in COMPARING:
                row["holds"][start + 1 + last] = YES_NO.index(question.answer)
            if question.kind == CHOOSING:
                row["repeats"][first] = start + 1 + asked.index(answer[0])
                if self.compared.intersection(asked[:last]):
                    row["holds"][start + 1 + last] = YES_NO.index("no" if answer[0] == asked[last] else "yes")
            told = iter(question.told)
            for offset, token in enumerate(answer):
                if self.name_of_token.get(token) and question.told:
                    thing = next(told, None)
                    if thing is not None:
                        row["told"][first + offset, next(slot for slot, other in enumerate(scene.things) if other is thing)] = True
            packed.append((question.kind, first, end))
            start = end
        return packed

    def pack_shown(self, scene: Scene | Layout, row) -> None:
        for slot, thing in enumerate(scene.things):
            place = place_of(thing.x, thing.y)
            row["places"][slot] = PLACES.index(place) if place else IGNORED
            row["colours"][slot] = self.colour_index[thing.colour] if thing.colour else IGNORED
            if thing.kind == PHOTO:
                row["photographed"][slot], row["regions"][slot] = True, thing.region
            else:
                row["drawn"][slot], row["cells"][slot] = True, thing.centre_cell
                row["names"][slot] = len(self.name_index) if thing.kind == UNKNOWN else self.name_index[thing.name]

    def pack_things(self, scene: Scene | Layout, row) -> None:
        for index, seen in enumerate(scene.detections[:PHOTO_THINGS]):
            row["thing_names"][index] = [self.name_index[name] for name in seen.names]
            row["thing_chances"][index], row["thing_boxes"][index] = seen.chances, seen.box
            row["thing_scores"][index], row["thing_colours"][index], row["thing_present"][index] = seen.score, seen.colour, True

    def pack(self, scenes: list[Scene], asked, random) -> Batch:
        """Scenes beyond the questions given have a picture and a grid, but no text."""
        images = torch.from_numpy(np.stack([scene.image for scene in scenes]))
        return self.pack_painted(scenes, asked, random, images, coverage_of(scenes))

    def pack_painted(self, scenes, asked, random, images: torch.Tensor, coverage: torch.Tensor) -> Batch:
        """Scenes or layouts with their pictures [B, height, width, 3] and what every thing covers of every cell, on the device of those."""
        size, text, device = len(scenes), self.text_tokens, images.device
        arrays = {"tokens": np.full((size, text), PAD), "positions": np.zeros((size, text), np.int64), "segments": np.zeros((size, text), np.int64),
                  "targets": np.full((size, text), IGNORED), "asked": np.zeros((size, text, MOST_THINGS), bool), "missing": np.zeros((size, text), bool),
                  "holds": np.full((size, text), IGNORED), "repeats": np.full((size, text), text), "told": np.zeros((size, text, MOST_THINGS), bool)}
        shown, seen, kinds = empty_shown(size), empty_seen(size), []
        for index, scene in enumerate(scenes):
            if index < len(asked):
                kinds += [(kind, index, *ends) for kind, *ends in self.pack_text(scene, asked[index], random, row_of(arrays, index))]
            self.pack_shown(scene, row_of(shown, index))
            self.pack_things(scene, row_of(seen, index))
        texts = on_device(arrays, device)
        labels = grid_labels(ShownThings(**on_device(shown, device)), coverage, len(self.name_index))
        texts |= {name: regions_of(texts[name], labels.own) for name in ("asked", "told")}
        content = on_device({"content": np.array([scene.content for scene in scenes], np.float32) / IMAGE_SIZE}, device)
        return Batch(normalise(images), **texts, **content, patch_labels=labels.names, centres=labels.centres, places=labels.places,
                     colours=labels.colours, things=PhotoThings(*on_device(seen, device).values()), kinds=kinds)


def row_of(arrays: dict, index: int) -> dict:
    return {name: array[index] for name, array in arrays.items()}


def on_device(arrays: dict, device) -> dict:
    return {name: torch.from_numpy(array).to(device, non_blocking=True) for name, array in arrays.items()}


def empty_shown(size: int) -> dict:
    places = size, MOST_THINGS
    return {"drawn": np.zeros(places, bool), "photographed": np.zeros(places, bool), "names": np.zeros(places, np.int64),
            "places": np.full(places, IGNORED), "colours": np.full(places, IGNORED), "cells": np.zeros(places, np.int64),
            "regions": np.zeros(places, np.int64)}


def empty_seen(size: int) -> dict:
    """In the order of PhotoThings."""
    return {"thing_names": np.zeros((size, PHOTO_THINGS, PHOTO_CLASSES), np.int64),
            "thing_chances": np.zeros((size, PHOTO_THINGS, PHOTO_CLASSES), np.float32),
            "thing_boxes": np.full((size, PHOTO_THINGS, 4), 0.5, np.float32), "thing_scores": np.zeros((size, PHOTO_THINGS), np.float32),
            "thing_colours": np.zeros((size, PHOTO_THINGS, 3), np.float32), "thing_present": np.zeros((size, PHOTO_THINGS), bool)}


def attention_mask(segments: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """[batch, 1, regions + text, regions + text]: regions see regions, a text token sees the regions and its own question up to itself."""
    size, text = segments.shape
    regions = present.shape[1]
    mask = torch.zeros(size, regions + text, regions + text, dtype=torch.bool, device=segments.device)
    mask[:, :, :regions] = present[:, None]
    same = segments[:, :, None] == segments[:, None, :]
    mask[:, regions:, regions:] = same & torch.ones_like(same[0]).tril()
    return mask[:, None]
