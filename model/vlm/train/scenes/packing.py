"""Batches: several questions of one scene in one sequence, each blind to the others, with targets and supervision."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from .compose import Scene
from .configuration import CELLS, IMAGE_SIZE, MEAN, PHOTO_CLASSES, PHOTO_THINGS, REGIONS, STD
from .layout import PHOTO, UNKNOWN
from .names import COLOURS, PLACES
from .net import PhotoThings
from .questions import Question, place_of
from .words import BOS, EOS, PAD, SEP, Words
from .wordings import FILLERS

TEXT_TOKENS = 160
TYPO_SHARE, FILLER_SHARE = 0.06, 0.08
COVERED, CLEAR, OWN = 0.35, 0.05, 0.2
IGNORED = -100
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


def own_regions(thing) -> np.ndarray:
    """[regions]: the cells a drawing covers, or the region of a photographed thing."""
    own = np.zeros(REGIONS, bool)
    if thing.kind == PHOTO:
        own[CELLS + thing.region] = True
    else:
        own[:CELLS] = thing.coverage > OWN
        own[thing.coverage.argmax()] = True
    return own


def normalise(images: np.ndarray) -> torch.Tensor:
    values = (torch.from_numpy(images).float() - torch.tensor(MEAN)) / torch.tensor(STD)
    return values.permute(0, 3, 1, 2)


class Packer:
    """Turns scenes and questions into batches."""

    def __init__(self, words: Words, names: list[str], noise=True, text_tokens=TEXT_TOKENS):
        self.words, self.noise, self.text_tokens = words, noise, text_tokens
        self.encode = lru_cache(300_000)(words.encode)
        self.name_index = {name: index for index, name in enumerate(names)}
        self.name_of_token = {words.ids[name]: name for name in names}
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

    def pack_text(self, scene: Scene, questions, random, row) -> list:
        """Fills one row of the batch's text arrays; returns (kind, first, last) of every packed question."""
        shown = {}
        for thing in scene.things:
            shown[thing.name] = shown.get(thing.name, False) | own_regions(thing)
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
                    row["asked"][start + 1 + offset] = shown[name]
                elif name in question.asked:
                    row["missing"][start + 1 + offset] = True
            if question.kind in COMPARING:
                last = max(offset for offset, token in enumerate(asked) if self.name_of_token.get(token) in question.asked)
                row["holds"][start + 1 + last] = YES_NO.index(question.answer)
            told = iter(question.told)
            for offset, token in enumerate(answer):
                if self.name_of_token.get(token) and question.told:
                    thing = next(told, None)
                    if thing is not None:
                        row["told"][first + offset] = own_regions(thing)
            packed.append((question.kind, first, end))
            start = end
        return packed

    def pack_grid(self, scene: Scene, row) -> None:
        """What every cell shows: a name, nothing known, or too little to say."""
        total = np.zeros(CELLS, np.float32)
        best = np.zeros(CELLS, np.float32)
        labels = np.full(CELLS, IGNORED, np.int64)
        for thing in scene.things:
            place = place_of(thing.x, thing.y)
            if thing.kind == PHOTO:
                row["places"][CELLS + thing.region] = PLACES.index(place) if place else IGNORED
                continue
            label = len(self.name_index) if thing.kind == UNKNOWN else self.name_index[thing.name]
            covered = thing.coverage > COVERED
            covered[thing.coverage.argmax()] = True
            covered &= thing.coverage > best
            labels[covered] = label
            row["places"][:CELLS][covered] = PLACES.index(place) if place else IGNORED
            row["colours"][:CELLS][covered] = self.colour_index[thing.colour] if thing.colour else IGNORED
            best = np.maximum(best, thing.coverage)
            total += thing.coverage
            row["centres"][thing.centre_cell] = 1
        labels[total < CLEAR] = len(self.name_index)
        row["patch_labels"][:] = labels
        row["content"][:] = np.array(scene.content, np.float32) / IMAGE_SIZE

    def pack_things(self, scene: Scene, row) -> None:
        for index, seen in enumerate(scene.detections[:PHOTO_THINGS]):
            row["thing_names"][index] = [self.name_index[name] for name in seen.names]
            row["thing_chances"][index], row["thing_boxes"][index] = seen.chances, seen.box
            row["thing_scores"][index], row["thing_colours"][index], row["thing_present"][index] = seen.score, seen.colour, True

    def pack(self, scenes, asked, random) -> Batch:
        """Scenes beyond the questions given have a picture and a grid, but no text."""
        size, text = len(scenes), self.text_tokens
        arrays = {"tokens": np.full((size, text), PAD), "positions": np.zeros((size, text), np.int64), "segments": np.zeros((size, text), np.int64),
                  "targets": np.full((size, text), IGNORED), "asked": np.zeros((size, text, REGIONS), bool), "missing": np.zeros((size, text), bool),
                  "holds": np.full((size, text), IGNORED), "told": np.zeros((size, text, REGIONS), bool), "patch_labels": np.zeros((size, CELLS), np.int64),
                  "centres": np.zeros((size, CELLS), np.float32), "places": np.full((size, REGIONS), IGNORED),
                  "colours": np.full((size, REGIONS), IGNORED), "content": np.zeros((size, 4), np.float32)}
        things = {"thing_names": np.zeros((size, PHOTO_THINGS, PHOTO_CLASSES), np.int64),
                  "thing_chances": np.zeros((size, PHOTO_THINGS, PHOTO_CLASSES), np.float32),
                  "thing_boxes": np.full((size, PHOTO_THINGS, 4), 0.5, np.float32), "thing_scores": np.zeros((size, PHOTO_THINGS), np.float32),
                  "thing_colours": np.zeros((size, PHOTO_THINGS, 3), np.float32), "thing_present": np.zeros((size, PHOTO_THINGS), bool)}
        kinds = []
        for index, scene in enumerate(scenes):
            row = {name: array[index] for name, array in (arrays | things).items()}
            if index < len(asked):
                kinds += [(kind, index, first, end) for kind, first, end in self.pack_text(scene, asked[index], random, row)]
            self.pack_grid(scene, row)
            self.pack_things(scene, row)
        images = normalise(np.stack([scene.image for scene in scenes]))
        seen = PhotoThings(*(torch.from_numpy(array) for array in things.values()))
        return Batch(images, *(torch.from_numpy(array) for array in arrays.values()), seen, kinds)


def attention_mask(segments: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """[batch, 1, regions + text, regions + text]: regions see regions, a text token sees the regions and its own question up to itself."""
    size, text = segments.shape
    regions = present.shape[1]
    mask = torch.zeros(size, regions + text, regions + text, dtype=torch.bool)
    mask[:, :, :regions] = present[:, None]
    same = segments[:, :, None] == segments[:, None, :]
    mask[:, regions:, regions:] = same & torch.ones(text, text, dtype=torch.bool).tril()
    return mask[:, None]
