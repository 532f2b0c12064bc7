"""What the photo tower is made to say of composed scenes: things found with a score, a box and three likely names."""

from dataclasses import dataclass

import numpy as np

from .configuration import PHOTO_CLASSES, PHOTO_THINGS
from .names import PHOTO_NAMES

DETECTED_NAME_SHARE = 0.6
LEAST_SCORE, MOST_SCORE = 0.35, 0.95
INVENTED_SCORES = (0.4, 0.75)
SPURIOUS_SHARE, SPURIOUS_SCORES = 0.12, (0.35, 0.5)
JITTER = 0.06


@dataclass
class Detection:
    """The likely names with their chances, the box's centre and size in shares of the picture, the score, the mean colour in 0..1."""

    names: list[str]
    chances: list[float]
    box: tuple[float, float, float, float]
    score: float
    colour: np.ndarray


class Detections:
    """Draws detections; `names` are the drawn names, which stand beside the detector's own so that the decoder learns every word."""

    def __init__(self, names: list[str]):
        self.names = names

    def any_name(self, random) -> str:
        pool = PHOTO_NAMES if random.random() < DETECTED_NAME_SHARE else self.names
        return pool[random.integers(len(pool))]

    def detection(self, name, score, box, random) -> Detection:
        others = [PHOTO_NAMES[index] for index in random.choice(len(PHOTO_NAMES), PHOTO_CLASSES, False)]
        names = [name, *[other for other in others if other != name][:PHOTO_CLASSES - 1]]
        scores = [score, *np.sort(score * random.uniform(0, 0.5, PHOTO_CLASSES - 1) ** 2)[::-1]]
        total = max(1.0, sum(scores))
        return Detection(names, [float(value / total) for value in scores], box, float(score), random.random(3))

    def seen(self, name, box, random) -> Detection:
        """A thing that is there, its box a little off."""
        x, y, width, height = box
        moved = (x + random.normal(0, JITTER) * width, y + random.normal(0, JITTER) * height,
                 width * np.exp(random.normal(0, JITTER)), height * np.exp(random.normal(0, JITTER)))
        return self.detection(name, random.uniform(LEAST_SCORE, MOST_SCORE), moved, random)

    def spurious(self, random, present: int) -> list[Detection]:
        """Now and then something that is not there, with a low score."""
        if present + 1 > PHOTO_THINGS or random.random() > SPURIOUS_SHARE:
            return []
        edges = random.uniform(0.08, 0.4, 2)
        box = (*random.uniform(edges / 2, 1 - edges / 2), *edges)
        return [self.detection(PHOTO_NAMES[random.integers(len(PHOTO_NAMES))], random.uniform(*SPURIOUS_SCORES), box, random)]

    def invented(self, things, size, random) -> list[Detection]:
        """A drawing taken for a photographed thing."""
        if not things:
            return []
        thing = things[random.integers(len(things))]
        right = thing.name in PHOTO_NAMES and random.random() < 0.5
        name = thing.name if right else PHOTO_NAMES[random.integers(len(PHOTO_NAMES))]
        box = (thing.x, thing.y, min(1, thing.side / size[0]), min(1, thing.side / size[1]))
        return [self.detection(name, random.uniform(*INVENTED_SCORES), box, random)]
