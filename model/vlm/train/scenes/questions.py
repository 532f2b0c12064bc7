"""Questions about a scene with answers that the picture leaves no doubt about."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from .layout import ICON, PHOTO, SHAPE, UNKNOWN, Layout
from .names import COLOURS, NO_ARTICLE, PLACES, SHAPES, plural
from .wordings import BIGGER, HELD_OUT, OFF_TOPIC, RELATIONS, WORDINGS

UNSURE, NOTHING, SOMETHING = "unsure", "nothing", "something"
DEAD_BAND = 0.045
APART = 0.14
CLEARLY_BIGGER = 1.4
HALF, THIRD = 0.5, 1 / 3
MOST_OF_A_KIND = 6
TRAIN_WORDS, HELD_WORDS = "train", "held"


@dataclass
class Question:
    """kind, text, answer; `asked` are the names whose regions matter, `told` the things the answer names in order."""

    kind: str
    text: str
    answer: str
    asked: tuple = ()
    told: tuple = ()


def article(text: str) -> str:
    """Mends "a apple" and "an grapes"."""
    words = text.split(" ")
    words = [word for word, after in zip(words, words[1:] + [""]) if not (word in ("a", "an") and after in NO_ARTICLE)]
    for index in range(len(words) - 1):
        if words[index] == "a" and words[index + 1][0] in "aeiou":
            words[index] = "an"
        elif words[index] == "an" and words[index + 1][0] not in "aeiou":
            words[index] = "a"
    return " ".join(words)


def place_of(x: float, y: float) -> str | None:
    """The part of the 3 by 3 field, or None where a border is near."""
    borders = (THIRD, 2 * THIRD)
    if any(abs(value - border) < DEAD_BAND for value in (x, y) for border in borders):
        return None
    return PLACES[3 * sum(y > border for border in borders) + sum(x > border for border in borders)]


def relates(first, second, relation) -> bool | None:
    """Whether first is left of (right of, above, below) second; None where it is not plain."""
    difference = first.x - second.x if relation in ("left", "right") else first.y - second.y
    if abs(difference) < APART:
        return None
    return (difference < 0) == (relation in ("left", "above"))


def clearly_bigger(first, second) -> bool | None:
    if first.side / second.side > CLEARLY_BIGGER and first.area / (second.area + 1) > 1.3:
        return True
    if second.side / first.side > CLEARLY_BIGGER and second.area / (first.area + 1) > 1.3:
        return False
    return None


class Asker:
    """Draws questions about scenes, painted or not. `names` are the known icon names, `foreign_words` nouns the model does not know."""

    def __init__(self, names, foreign_words, wording=TRAIN_WORDS):
        self.names, self.foreign_words, self.wording = list(names), list(foreign_words), wording

    def text(self, kind, random, **slots) -> str:
        wordings = WORDINGS[kind]
        part = wordings[-HELD_OUT:] if self.wording == HELD_WORDS else wordings[:-HELD_OUT]
        wording = part[random.integers(len(part))]
        if slots.pop("smaller", False):
            for word, opposite in BIGGER.items():
                wording = wording.replace(word, opposite)
        if "name" in slots:
            slots["plural"] = plural(slots["name"])
        return article(wording.format(**slots))

    def any_name(self, random) -> str:
        return SHAPES[random.integers(len(SHAPES))] if random.random() < 0.2 else self.names[random.integers(len(self.names))]

    def candidates(self, scene: Layout, random) -> list[tuple[float, callable]]:
        """(weight, maker) of every kind; a maker returns a question or None."""
        if scene.foreign:
            return [(1, self.foreign)]
        makers = [(0.5, self.count), (0.3, self.count_all), (0.9, self.exist), (0.06, self.unknown_name), (0.06, self.off_topic)]
        if len(scene.things) <= 1:
            return makers + [(0.8, self.what), (1.5, self.colour), (1.5, self.where), (0.1, self.size_most)]
        return makers + [(0.9, self.describe), (0.9, self.place_what), (0.8, self.colour), (0.3, self.colour_what), (1.5, self.where), (4.0, self.relation),
                         (1.3, self.relation_what), (6.0, self.size), (3.0, self.size_yes), (1.0, self.size_most), (2.0, self.exist_colour)]

    def ask(self, scene: Layout, random, count: int, kinds=None, most_of_a_kind=MOST_OF_A_KIND) -> list[Question]:
        """Questions from so many attempts; with `kinds` of these kinds alone, each tried as often as the others."""
        makers = self.candidates(scene, random)
        if kinds is not None:
            makers = [(1, maker) for _, maker in makers if maker.__name__ in kinds]
        if not makers:
            return []
        weights = np.array([weight for weight, _ in makers], float)
        questions, texts, tally = [], set(), Counter()
        for index in random.choice(len(makers), size=count, p=weights / weights.sum()):
            question = makers[index][1](scene, random)
            allowed = question and (kinds is None or question.kind in kinds)
            if allowed and tally[question.kind] < most_of_a_kind and question.text not in texts:
                texts.add(question.text)
                tally[question.kind] += 1
                questions.append(question)
        return questions

    def foreign(self, scene, random):
        kind = ("what", "describe", "place_what", "count_all", "exist", "where", "count", "colour")[random.integers(8)]
        name = self.any_name(random)
        text = self.text(kind, random, name=name, place=PLACES[random.integers(9)])
        return Question("foreign", text, UNSURE)

    def unknown_name(self, scene, random):
        word = self.foreign_words[random.integers(len(self.foreign_words))]
        kind = ("exist", "where", "count", "relation_what")[random.integers(4)]
        return Question("unknown_name", self.text(kind, random, name=word, other=word, relation="left of"), UNSURE)

    def off_topic(self, scene, random):
        return Question("off_topic", OFF_TOPIC[random.integers(len(OFF_TOPIC))].format(name=self.any_name(random)), UNSURE)

    def what(self, scene, random):
        if not scene.things:
            return Question("what", self.text("what", random), NOTHING)
        thing = scene.things[0]
        if thing.kind == UNKNOWN:
            return Question("unknown_thing", self.text("what", random), UNSURE)
        return Question("what", self.text("what", random), thing.name, told=(thing,))

    def describe(self, scene, random):
        things = sorted(scene.things, key=lambda thing: thing.x)
        if any(second.x - first.x < 0.06 for first, second in zip(things, things[1:])):
            return None
        answer = " and ".join(thing.name for thing in things)
        return Question("describe", self.text("describe", random), answer, told=tuple(thing for thing in things if thing.kind != UNKNOWN))

    def place_what(self, scene, random):
        thing = scene.things[random.integers(len(scene.things))]
        place = place_of(thing.x, thing.y)
        if place is None or any(place_of(other.x, other.y) in (place, None) for other in scene.things if other is not thing):
            return None
        text = self.text("place_what", random, place=place)
        if thing.kind == UNKNOWN:
            return Question("unknown_thing", text, UNSURE)
        return Question("place_what", text, thing.name, told=(thing,))

    def count(self, scene, random):
        tally = Counter(thing.name for thing in scene.things if thing.kind != UNKNOWN)
        repeated = [name for name, number in tally.items() if number > 1]
        choice = random.random()
        if repeated and choice < 0.55:
            name = repeated[random.integers(len(repeated))]
        elif tally and choice < 0.82:
            name = list(tally)[random.integers(len(tally))]
        else:
            name = self.any_name(random)
        return Question("count", self.text("count", random, name=name), str(tally[name]), asked=(name,))

    def count_all(self, scene, random):
        return Question("count_all", self.text("count_all", random), str(len(scene.things)))

    def exist(self, scene, random):
        present = sorted({thing.name for thing in scene.things if thing.kind != UNKNOWN})
        if present and random.random() < HALF:
            name = present[random.integers(len(present))]
            return Question("exist", self.text("exist", random, name=name), "yes", asked=(name,))
        if not present and random.random() < HALF:
            return None
        name = self.any_name(random)
        if name in present:
            return None
        return Question("exist", self.text("exist", random, name=name), "no", asked=(name,))

    def exist_colour(self, scene, random):
        shapes = [thing for thing in scene.things if thing.kind == SHAPE]
        if not shapes:
            return None
        thing = shapes[random.integers(len(shapes))]
        colour, name, answer = thing.colour, thing.name, "yes"
        if random.random() < HALF:
            others = [other for other in shapes if other.name != name]
            if others and random.random() < HALF:
                name = others[random.integers(len(others))].name
            else:
                colour = list(COLOURS)[random.integers(len(COLOURS))]
            answer = "yes" if any(other.name == name and other.colour == colour for other in shapes) else "no"
        return Question("exist_colour", self.text("exist_colour", random, colour=colour, name=name), answer, asked=(name,))

    def single(self, scene, random, kinds=(ICON, SHAPE, PHOTO)):
        """A thing whose name occurs once."""
        tally = Counter(thing.name for thing in scene.things)
        alone = [thing for thing in scene.things if thing.kind in kinds and tally[thing.name] == 1]
        return alone[random.integers(len(alone))] if alone else None

    def two_singles(self, scene, random):
        first, second = self.single(scene, random), self.single(scene, random)
        return (first, second) if first is not None and first is not second else None

    def where(self, scene, random):
        thing = self.single(scene, random)
        place = thing and place_of(thing.x, thing.y)
        return place and Question("where", self.text("where", random, name=thing.name), place, asked=(thing.name,))

    def relation(self, scene, random):
        pair = self.two_singles(scene, random)
        relation = list(RELATIONS)[random.integers(4)]
        holds = pair and relates(*pair, relation)
        if holds is None:
            return None
        words = RELATIONS[relation][random.integers(3)]
        text = self.text("relation", random, name=pair[0].name, other=pair[1].name, relation=words)
        return Question("relation", text, "yes" if holds else "no", asked=(pair[0].name, pair[1].name))

    def relation_what(self, scene, random):
        anchor = self.single(scene, random)
        relation = list(RELATIONS)[random.integers(4)]
        if anchor is None:
            return None
        others = [(thing, relates(thing, anchor, relation)) for thing in scene.things if thing is not anchor]
        there = [thing for thing, holds in others if holds]
        if len(there) != 1 or any(holds is None for _, holds in others) or there[0].kind == UNKNOWN:
            return None
        text = self.text("relation_what", random, other=anchor.name, relation=RELATIONS[relation][random.integers(3)])
        return Question("relation_what", text, there[0].name, asked=(anchor.name,), told=(there[0],))

    def colour(self, scene, random):
        thing = self.single(scene, random, (SHAPE,))
        return thing and Question("colour", self.text("colour", random, name=thing.name), thing.colour, asked=(thing.name,))

    def colour_what(self, scene, random):
        shapes = [thing for thing in scene.things if thing.kind == SHAPE]
        if len(shapes) != 1 or len(scene.things) == 1:
            return None
        return Question("colour_what", self.text("colour_what", random, colour=shapes[0].colour), shapes[0].name, told=(shapes[0],))

    def size(self, scene, random):
        pair = self.two_singles(scene, random)
        bigger = pair and clearly_bigger(*pair)
        if bigger is None:
            return None
        smaller = random.random() < HALF
        winner = pair[0] if bigger != smaller else pair[1]
        text = self.text("size", random, name=pair[0].name, other=pair[1].name, smaller=smaller)
        return Question("size", text, winner.name, asked=(pair[0].name, pair[1].name), told=(winner,))

    def size_yes(self, scene, random):
        pair = self.two_singles(scene, random)
        bigger = pair and clearly_bigger(*pair)
        if bigger is None:
            return None
        smaller = random.random() < HALF
        text = self.text("size_yes", random, name=pair[0].name, other=pair[1].name, smaller=smaller)
        return Question("size_yes", text, "yes" if bigger != smaller else "no", asked=(pair[0].name, pair[1].name))

    def size_most(self, scene, random):
        smaller = random.random() < HALF
        things = sorted(scene.things, key=lambda thing: thing.side if smaller else -thing.side)
        if not things or things[0].kind == UNKNOWN:
            return None
        if len(things) > 1 and clearly_bigger(things[0], things[1]) is not (not smaller):
            return None
        return Question("size_most", self.text("size_most", random, smaller=smaller), things[0].name, told=(things[0],))
