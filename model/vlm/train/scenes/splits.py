"""The test splits: which styles, pairs and wordings each one draws its scenes and questions from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .atlas import TRAIN_STYLES, Atlas
from .backgrounds import Backgrounds
from .compose import Composer
from .layout import Layouts
from .names import SHAPES, read_names
from .packing import Packer
from .questions import HELD_WORDS, TRAIN_WORDS, Asker
from .vocabulary import build_words

TEST_SEED = 9001
TEST_TEXT_TOKENS = 160


@dataclass(frozen=True)
class Split:
    name: str
    styles: tuple[str, ...]
    held_pairs: bool = False
    wording: str = TRAIN_WORDS
    photographed: bool = False


SPLITS = (
    Split("seen", TRAIN_STYLES),
    Split("pairs", TRAIN_STYLES, held_pairs=True),
    Split("fxemoji", ("fxemoji",)),
    Split("openmoji", ("openmoji",)),
    Split("wordings", TRAIN_STYLES, wording=HELD_WORDS),
    Split("photographed", TRAIN_STYLES, photographed=True),
)


def foreign_words(atlas: Atlas, tested=False) -> list[str]:
    return sorted(slug for slug in (atlas.test_unknown if tested else atlas.trained_unknown) if "-" not in slug)


class Tools:
    """Composers and askers over one atlas."""

    def __init__(self, data: Path, photos: Path, seed: int):
        self.atlas, self.backgrounds = Atlas(data), Backgrounds(photos, seed)
        self.words, self.names = build_words()
        self.icons = [name.name for name in read_names()]
        assert self.names == self.icons + list(SHAPES)

    def layouts(self, split: Split, test=True) -> Layouts:
        return Layouts(self.atlas, self.backgrounds, split.styles, split.held_pairs, test)

    def composer(self, split: Split, test=True) -> Composer:
        return Composer(self.layouts(split, test))

    def asker(self, split: Split) -> Asker:
        drawn = {name for style in split.styles for name in self.atlas.names(style)}
        return Asker([name for name in self.icons if name in drawn], foreign_words(self.atlas, True), split.wording)

    def scene(self, split: Split, composer: Composer, random):
        return composer.photographed(random) if split.photographed else composer.scene(random)

    def packer(self) -> Packer:
        return Packer(self.words, self.names, False, TEST_TEXT_TOKENS)


def generator(split: Split, purpose: int):
    return np.random.default_rng([TEST_SEED, purpose, SPLITS.index(split)])
