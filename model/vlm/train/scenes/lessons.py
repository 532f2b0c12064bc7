"""Writes what teaching is measured on: pictures to teach five drawings that the model does not know, and questions about new pictures of them.

OUT/lessons/NAME/*.png are the lessons; the split "taught" beside them is written as dataset.py writes its own. Lessons and questions show
the same drawings in other places, sizes, colours and grounds, and in styles of which the lessons have seen some."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from .compose import Scene
from .dataset import Writer, enlarged
from .layout import ICON, place
from .placing import content_size, places
from .questions import Asker
from .splits import SPLITS, Tools, foreign_words

SEED = 31
TAUGHT, LESSONS, PICTURES, QUESTIONS = 5, 6, 40, 5
LEAST_STYLES = 6
ASKED = ("what", "exist", "where", "count", "relation")
COUNTS = (1, 1, 2, 2, 3)


def test_words(tools: Tools, least_styles: int) -> list[str]:
    """Unknown drawings that were kept for tests, one word each, drawn in so many of the styles at least."""
    return [slug for slug in sorted(tools.atlas.test_unknown) if "-" not in slug
            and sum(slug in tools.atlas.unknown[style] for style in SPLITS[0].styles) >= least_styles]


def taught_names(tools: Tools) -> list[str]:
    """Some that are drawn in most styles."""
    common = test_words(tools, LEAST_STYLES)
    order = np.random.default_rng(SEED).permutation(len(common))
    return [common[index] for index in order[:TAUGHT]]


class Stage:
    """Draws pictures that show a taught thing, alone or among known ones."""

    def __init__(self, tools: Tools):
        self.tools, self.composer = tools, tools.composer(SPLITS[0])

    def drawings(self, name: str) -> list:
        return [drawing for style in SPLITS[0].styles for drawing in self.tools.atlas.unknown[style].get(name, [])]

    def scene(self, taught: str, count: int, random) -> Scene:
        layouts, size = self.composer.layouts, content_size(random)
        layout = layouts.empty(layouts.backgrounds.plain(random, *size), size, random)
        style = layouts.styles[random.integers(len(layouts.styles))]
        pool, known = self.drawings(taught), self.tools.atlas.names(style)
        for index, where in enumerate(places(count, *size, random)):
            if index == 0:
                place(layout, ICON, taught, (pool[random.integers(len(pool))], None), where, random)
            else:
                name = known[random.integers(len(known))]
                place(layout, ICON, name, layouts.drawing_for(ICON, name, style, None, random), where, random)
        return self.composer.painted(layout)


def write(tools: Tools, folder: Path) -> None:
    names, stage, random = taught_names(tools), Stage(tools), np.random.default_rng(SEED)
    writer, asker = Writer(folder, "taught"), Asker(names, foreign_words(tools.atlas, True))
    for name in names:
        lesson = folder / "lessons" / name
        lesson.mkdir(parents=True, exist_ok=True)
        for index in range(LESSONS):
            Image.fromarray(enlarged(stage.scene(name, 1, random))).save(lesson / f"{index}.png")
        for index in range(PICTURES):
            scene = stage.scene(name, COUNTS[index % len(COUNTS)], random)
            asked = [question for question in asker.ask(scene, random, 40) if question.kind in ASKED and (name in question.asked or name == question.answer)]
            writer.add(enlarged(scene), asked[:QUESTIONS])
    writer.close()
    print("\n".join(names))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    write(Tools(Path(options.data), Path(options.photos), 81), Path(options.out))


if __name__ == "__main__":
    main()
